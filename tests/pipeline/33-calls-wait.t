#!/bin/sh
# No call waits because of us, and a context that the model does not take in a
# running session does not spoil the conversation.
. "$(dirname "$0")/../tap.sh"

cat >rules <<'END'
{"on":"turn","nth":1,"do":"call","calls":[{"name":"clock"}]}
END
emulator -b tone --tone 100ms -s rules
echo '[{"name":"clock"}]' >tools.json
mkfifo answers
: >calls.gl
cat >answer <<'END'
exec >answers
until id=$(grep -o '"id":"[^"]*"' calls.gl); do sleep 0.05; done
echo "{\"type\":\"tool_response\",$id,\"response\":{\"now\":12}}"
END
bg sh answer
echo 'what time is it?' | timeout 30 gl-session -T tools.json -t -i answers \
    -f json --max-time 20 2>err >calls.gl
is 'an answer by its id alone ends the call' $? 0
unlike 'and is not left out' err 'left out'

printf '%s\n' '{"type":"text","text":"hi"}' \
    '{"type":"context","system":"be brief","tools":[]}' >in.gl
run 0 gl-session -m gemini-3.1-flash-live-preview <in.gl
unlike 'a context for the next session is not an error' err 'left out|refused'
tap_done
