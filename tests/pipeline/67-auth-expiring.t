#!/bin/sh
# A conversation outlives its token: the token expires between two
# connections, and the second connects with a new one.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/auth.sh"

key sa
settings '.life = 3' >settings.json
service_account sa >sa.json
emulator --auth settings.json --life 4s --notice 1s
unset GL_AUTH_ENDPOINT
url=http://$GL_EMULATOR_HOST/emulator/asked

# talk NAME COMMAND: a conversation with the token of the command, in which
# nothing is said for as long as the test holds NAME.in open.
talk() {
	mkfifo "$1.in"
	gl-session -b vertex --project proj-one -r -f stream \
	    --token-cmd "$2" <"$1.in" >"$1.gl" 2>"$1.err" &
	tap_pids="$tap_pids $!"
}

talk fresh 'gl-auth --credentials sa.json'
fresh=$!
exec 8>fresh.in
gl-auth --credentials sa.json >old
talk stale 'cat old'
stale=$!
exec 9>stale.in

wait_for "the first connection" grep -qa '"ready"' fresh.gl
wait_for "the second connection" grep -qa '"reconnected"' fresh.gl
like "it was connected anew" fresh.gl '"type":"reconnected"'
ok "by two tokens" [ "$(curl -s "$url" | jq '.["/token"]')" -ge 3 ]
exec 8>&-
wait "$fresh"
is "it ends in order" $? 0
unlike "no token is in the stream" fresh.gl 'ya29'
unlike "nor in messages" fresh.err 'ya29'

wait "$stale"
is "the same token again, which has expired, is refused" $? 77
tap_done
