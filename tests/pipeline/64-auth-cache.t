#!/bin/sh
# The cache of gl-auth: who may read it, who is kept apart, when it is renewed,
# and that two at once ask once.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/auth.sh"

key sa
settings >settings.json
servers
user >user.json
service_account sa >sa.json

run 0 gl-auth --credentials user.json
first=$(cat out)
run 0 gl-auth --credentials user.json
is "the second time from the cache" "$(cat out)" "$first"
is "one request" "$(asked)" 1
run 0 gl-auth --credentials user.json --explain
like "and --explain says so" out '^token: from the cache, good until '
kept=$(echo "$XDG_CACHE_HOME"/gl/token-*.json)
is "mode of the file" "$(stat -c %a "$kept")" 600
is "mode of the folder" "$(stat -c %a "$XDG_CACHE_HOME/gl")" 700
run 1 grep -rqE 'refresh-secret|client-secret|PRIVATE' "$XDG_CACHE_HOME"
run 0 gl-auth --credentials user.json --no-cache
ok "a new one without it" [ "$(cat out)" != "$first" ]

# kept apart
run 0 gl-auth --credentials sa.json
ok "another identity has another token" [ "$(cat out)" != "$first" ]
run 0 gl-auth --credentials user.json --scope https://www.googleapis.com/auth/x
ok "other scopes have another token" [ "$(cat out)" != "$first" ]
is "a file each" "$(find "$XDG_CACHE_HOME/gl" -name 'token-*' | wc -l)" 3
cp user.json copy.json
run 0 gl-auth --credentials copy.json
is "a copy is the same identity" "$(cat out)" "$first"

# a subject token's file is somebody else's when its bytes are
printf 'subject-secret-5e5e' >subject.txt
external '{"file": "subject.txt"}' >x.json
run 0 gl-auth --credentials x.json
other=$(cat out)
run 0 gl-auth --credentials x.json
is "the same subject" "$(cat out)" "$other"
printf 'nobody' >subject.txt
run 77 gl-auth --credentials x.json

# renewed early: at 3 min 45 s
jq -c --argjson e $(($(date +%s) + 220)) '.expiry = $e' "$kept" >new
cat new >"$kept"
run 0 gl-auth --credentials user.json
ok "a token with 220 s left is not used" [ "$(cat out)" != "$first" ]
first=$(cat out)
jq -c --argjson e $(($(date +%s) + 260)) '.expiry = $e' "$kept" >new
cat new >"$kept"
run 0 gl-auth --credentials user.json
is "one with 260 s left is" "$(cat out)" "$first"

# kept while the clock ran ahead
jq -c --argjson e $(($(date +%s) + 100000000)) '.expiry = $e' "$kept" >new
cat new >"$kept"
run 0 gl-auth --credentials user.json
ok "one that would live for years is not used" [ "$(cat out)" != "$first" ]
first=$(cat out)

# not trusted
chmod 640 "$kept"
run 0 gl-auth --credentials user.json
like "a file that others can read is not used" err 'has mode 0640, so it is not used; chmod 600'
ok "... but a new token" [ "$(cat out)" != "$first" ]
is "and the file is made anew" "$(stat -c %a "$kept")" 600
run 0 gl-auth --credentials user.json
first=$(cat out)
chmod 755 "$XDG_CACHE_HOME/gl"
run 0 gl-auth --credentials user.json
like "nor is a folder that others can read" err 'gl has mode 0755, so it is not used; chmod 700'
ok "... but a new token" [ "$(cat out)" != "$first" ]
chmod 700 "$XDG_CACHE_HOME/gl"
for bad in '' '{' '{"gl":1}' '[]' "$(jq -c '.key = "0"' "$kept")" \
    "$(jq -c '.token = "a b"' "$kept")"; do
	printf %s "$bad" >"$kept"
	run 0 gl-auth --credentials user.json
	like "a spoilt file is not used: $(echo "$bad" | head -1 | cut -c 1-20)" out '^ya29\.'
done
mv "$kept" elsewhere; ln -s "$PWD/elsewhere" "$kept"
first=$(jq -r .token elsewhere)
run 0 gl-auth --credentials user.json
ok "a link is not followed" [ "$(cat out)" != "$first" ]

# without a folder
rm -rf "$XDG_CACHE_HOME"; : >"$XDG_CACHE_HOME"
run 0 gl-auth --credentials user.json
is "no folder can be made: still a token" "$(cat err)" ""
rm -f "$XDG_CACHE_HOME"
run 0 env -u XDG_CACHE_HOME -u HOME gl-auth --credentials user.json
like "no HOME: still a token" out '^ya29\.'

# at once
again '.faults = [{path: "/token", delay_ms: 300}]'
for i in 1 2 3 4 5; do
	gl-auth --credentials user.json >at.$i 2>at.err.$i &
	pids="${pids-} $!"
done
for p in $pids; do wait "$p" || echo "# failed"; done
is "five at once have one token" "$(sort -u at.? | wc -l)" 1
is "... by one request" "$(asked)" 1
tap_done
