#!/bin/sh
# Overload and failures of a server are tried again, three times in all.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/auth.sh"


settings '.faults = [{path: "/token", status: 429},
    {path: "/v1/token", times: 2, status: 503}]' >settings.json
servers
user >user.json
printf 'subject-secret-5e5e' >subject.txt
external '{"file": "subject.txt"}' >x.json
gl-auth --credentials x.json -v >x.out 2>x.err &
two=$!; tap_pids="$tap_pids $two"
run 75 gl-auth --credentials user.json
like "too many requests" err 'too many requests; try again later'
wait $two
is "two failures, then a token" "$? $(grep -c '503.*again in' x.err)" "0 2"
like "a token" x.out '^ya29\.'
is "three tries each" "$(asked)" 6

again '.faults = [{path: "/token", status: 400, times: 1,
    body: "{\"error\": \"server_error\"}"}]'
run 0 gl-auth --credentials user.json -v
like "an error in words is tried again too" err 'server_error.*again in'

# the last token is used while the servers are away
expiry=$(($(date +%s) + 100))
cached=$(echo "$XDG_CACHE_HOME"/gl/token-*.json)
jq -c --argjson e $expiry '.expiry = $e' "$cached" >new && cat new >"$cached"
old=$(jq -r .token "$cached")
kill "$servers"
run 0 gl-auth --credentials user.json
is "no server: the old token, which still lives" "$(cat out)" "$old"
like "and that is said" err 'still good for (9|100)'
jq -c '.expiry = 1' "$cached" >new && cat new >"$cached"
run 69 gl-auth --credentials user.json

# a signal ends a wait
settings '.faults = [{path: "/token", kind: "never"}]' >settings.json
servers
gl-auth --credentials user.json >out 2>err & pid=$!
tap_pids="$tap_pids $pid"
wait_for "the request" sh -c "curl -s $GL_AUTH_ENDPOINT/emulator/asked |
    jq -e '.total == 1' >/dev/null"
kill -TERM $pid
wait $pid
is "ended by TERM" $? 143
tap_done
