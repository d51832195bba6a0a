#!/bin/sh
# A conversation outlives its token: the token expires between two
# connections, and the second connects with a new one.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/auth.sh"

key sa
settings '.life = 2' >settings.json
service_account sa >sa.json
emulator --auth settings.json --life 3s --notice 1s --log emu.log
unset GL_AUTH_ENDPOINT
url=http://$GL_EMULATOR_HOST/emulator/asked

# talk NAME COMMAND: a conversation with the token of the command, until it has
# been connected twice or has ended.
talk() {
	mkfifo "$1.in"
	gl-session -b vertex --project proj-one -f stream --token-cmd "$2" \
	    -r --pace 1.0 <"$1.in" >"$1.gl" 2>"$1.err" &
	talk_pid=$!; tap_pids="$tap_pids $talk_pid"
	exec 9>"$1.in"
}

talk fresh 'gl-auth --credentials sa.json'
wait_for "the first connection" grep -qa '"ready"' fresh.gl
wait_for "the second connection" grep -qa '"reconnected"' fresh.gl
exec 9>&-
wait $talk_pid
is "it ends in order" $? 0
like "it was connected anew" fresh.gl '"type":"reconnected"'
ok "by two tokens" [ "$(curl -s "$url" | jq '.["/token"]')" -ge 2 ]
unlike "no token is in the stream" fresh.gl 'ya29'
unlike "nor in messages" fresh.err 'ya29'

# the same token again is refused
gl-auth --credentials sa.json >old
talk stale 'cat old'
wait $talk_pid
code=$?
exec 9>&-
is "an expired token is refused" $code 77
tap_done
