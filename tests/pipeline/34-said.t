#!/bin/sh
# What the service itself says of a failure reaches the user, and so do the waits
# that it asks for.
. "$(dirname "$0")/../tap.sh"

body='{"error":{"code":403,"status":"PERMISSION_DENIED","message":"Gemini API has not been used in project 123 before. Enable it by visiting https://console.example.com/apis\u001b[2J"}}'
jq -cn --arg body "$body" '{on: "upgrade", conn: 1, do: "refuse", status: 403, body: $body}' >rules
cat >>rules <<'END'
{"on":"upgrade","conn":2,"do":"refuse","status":429,"header":"Retry-After: 1","body":"busy"}
{"on":"upgrade","conn":4,"do":"refuse","status":429,"header":"Retry-After: 9"}
{"on":"text","conn":5,"do":"send","message":{"error":{"code":403,"message":"No more of this","status":"PERMISSION_DENIED"}}}
{"on":"turn","conn":5,"do":"silent","complete":false}
{"on":"text","conn":5,"after":200,"do":"drop"}
END
emulator -b tone --tone 50ms -s rules
echo hi >hi

run 77 gl-session -t -f json <hi
like 'the words of a refused upgrade' err 'used in project 123 before. Enable it by visiting https://console.example.com/apis.*phase dial'
is 'and in the error and the end, without control characters' \
    "$(jq -r 'select(.type == "error" or .type == "end") | .message' out |
    sort -u)" 'Gemini API has not been used in project 123 before. Enable it by visiting https://console.example.com/apis [2J'
unlike 'nor does the sentence have any' err "$(printf '\033')"

run 0 gl-session -t -f json --retry 20s <hi
is 'a wait that is asked for is kept' \
    "$(jq -c 'select(.type == "end") | [.tries, .waited_ms >= 1000, .waited_ms < 1500]' out)" \
    '[2,true,true]'

run 75 gl-session -t -f json --retry 5s <hi
is 'one that is too long is none' \
    "$(jq -c 'select(.type == "end") | [.tries, .waited_ms]' out)" '[1,0]'

run 77 gl-session -t -f json <hi
is 'an error as a message, then a drop' \
    "$(jq -c 'select(.type == "end") | [.reason, .message]' out)" \
    '["permission","No more of this"]'
tap_done
