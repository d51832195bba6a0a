#!/bin/sh
# Options become the setup that goes over the wire; --check knows what is
# refused; tool calls that nobody can answer.
. "$(dirname "$0")/../tap.sh"

cat >rules <<'E'
{"on":"turn","match":"call","do":"call","calls":[{"name":"light","args":{"on":true}},{"name":"nothing"}]}
E
emulator --speed 50 -s rules --model gemini-2.0-flash-exp

# setup JQ: that value of the setup in the trace
setup() { jq -c "select(.message.setup) | .message.setup | $1" trace; }

echo 'Be brief.' >system
echo '{"generationConfig":{"temperature":0.5,"topP":0.9}}' >base.json
echo '[{"name":"light","description":"switches it"},{"googleSearch":{}}]' \
    >tools.json
run 0 gl-session --trace trace -m gemini-3.8-live -s @system --voice Puck \
    --language de-DE --setup base.json --set generationConfig.topP=0.5 \
    -T tools.json --vad manual --transcripts out </dev/null
is 'the model' "$(setup .model)" '"models/gemini-3.8-live"'
is 'the system instruction' "$(setup '.systemInstruction.parts[0].text')" \
    '"Be brief.\n"'
is 'voice and language' "$(setup .generationConfig.speechConfig)" \
    '{"voiceConfig":{"prebuiltVoiceConfig":{"voiceName":"Puck"}},"languageCode":"de-DE"}'
is 'the file below the flags' "$(setup .generationConfig.temperature)" 0.5
is '--set over all' "$(setup .generationConfig.topP)" 0.5
is 'tools' "$(setup '.tools | map(keys[0])')" \
    '["functionDeclarations","googleSearch"]'
is 'manual activity' "$(setup \
    .realtimeInputConfig.automaticActivityDetection.disabled)" true
is 'transcripts' "$(setup '[has("inputAudioTranscription"),
    has("outputAudioTranscription")]' | tr -d '\n ')" '[false,true]'
is 'handles are asked for' "$(setup .sessionResumption)" '{}'
run 0 gl-session --trace trace --no-resume </dev/null
is 'or not' "$(setup 'has("sessionResumption")')" false
run 0 gl-session --trace trace -f text -m gemini-2.0-flash-exp </dev/null
is 'a model that writes is asked for text' \
    "$(setup .generationConfig.responseModalities)" '["TEXT"]'
run 0 sh -c 'echo hi | gl-session -t -f text --greet "Say hello."'
like 'the model speaks first' out 'Say hello'

# what is wrong with files and options
run 65 gl-session --setup system </dev/null
like 'no JSON' err 'system: '
run 66 gl-session -T missing </dev/null
echo '[1]' >bad.json
run 65 gl-session -T bad.json </dev/null
like 'no tool' err 'bad.json: entry 1'
run 64 gl-session --set nonsense </dev/null
run 64 gl-session --vad sometimes </dev/null
run 64 gl-session -R 5 </dev/null
run 64 gl-session --unknown </dev/null
run 64 gl-session operand another </dev/null
run 64 gl-session --quirk x=y </dev/null
run 0 gl-session --help
like 'usage' out '^usage: gl-session'
run 0 gl-session -V
like 'version' out '^gl-session \(gl\) [0-9]'

# --check
(
	unset GL_EMULATOR_HOST
	export GEMINI_API_KEY=none
	gl-session --check >checked; echo $? >>checked
	gl-session --check --set nosuch=1 --voice Puck >bad.txt; echo $? >>bad.txt
)
like 'no fault found' checked '^no fault found: .*wss://generativelanguage'
is 'is 0' "$(tail -1 checked)" 0
like 'an unknown field' bad.txt '^setup.nosuch: doubtful: '
is 'is 0' "$(tail -1 bad.txt)" 0
run 0 gl-session --set nosuch=1 </dev/null

# ceilings
run 124 sh -c 'printf "one\ntwo\nthree\n" | gl-session -t -f json --max-turns 2'
is 'a ceiling of turns' "$(grep -c '"type":"turn_complete"' out)" 2
like 'and why it ends' err 'answered 2 times: stopping'
like 'is said at the end' out '"reason":"max_turns","exit":124'
run 124 sh -c 'printf "one\ntwo\n" | gl-session -t -f json --max-tokens 1'

# a ceiling of cost, by a table of prices
echo '{"currency":"EUR","models":{"gemini-*":{"in":{"other":1000},
    "out":{"other":1000}}}}' >prices
run 124 sh -c 'printf "one\ntwo\nthree\n" | gl-session -t -f json \
    --prices prices --max-cost 0.001 --report cost.jsonl'
is 'one answer is over it' "$(grep -c '"type":"turn_complete"' out)" 1
like 'what it was' err '[0-9.]* EUR were spent: stopping'
like 'why it ends' out '"reason":"max_cost","exit":124'
cost=$(jq -c 'select(.type == "end") | [.cost, .currency]' out)
is 'what it cost, as gl-conv counts' "$(gl-conv -t summary --prices prices out |
    jq -c '[.price, .currency]')" "$cost"
is 'in the report too' "$(jq -c '[.cost, "EUR"]' cost.jsonl)" "$cost"
run 0 sh -c 'echo one | gl-session -t -f json --prices prices --max-cost 1000'
run 64 sh -c 'echo one | gl-session -t --max-cost 1'
like 'prices are wanted' err 'max-cost wants a file of prices.*--prices'
run 64 sh -c 'echo one | gl-session -t --max-cost 0 --prices prices'
run 66 sh -c 'echo one | gl-session -t --prices nothing'
echo '{"models":{"other":{}}}' >none
run 78 sh -c 'echo one | gl-session -t --prices none --max-cost 1'
like 'a model without a price' err 'none: no price for models/gemini-'
run 0 sh -c 'echo one | gl-session -t -f json --prices none'
is 'is not known' "$(jq -c 'select(.type == "end").cost' out)" null
echo '{"models":{"gemini-*":{"in":{"text":1}}}}' >text
run 78 sh -c 'printf "one\ntwo\n" | gl-session -t -f json --prices text \
    --max-cost 1'
like 'a kind without a price' err 'has no price for .*give it "other"'
like 'ends it' out '"reason":"no_price","exit":78'
echo '{"models":' >broken
run 78 sh -c 'echo one | gl-session -t --prices broken'
mkfifo silent
exec 9<>silent
run 124 gl-session -f json --max-time 100ms <silent
exec 9>&-
run 64 gl-session --max-time never </dev/null

# calls that no input can answer are answered with an error
run 0 sh -c 'echo call | gl-session -t -f json -T tools.json --trace trace'
is 'both calls are answered' "$(jq -r '.message.toolResponse.functionResponses
    // [] | .[].response.error' trace | sort | tr '\n' ',')" \
    'no such function,nothing here runs this function,'
mkfifo loop
mkfifo hold
gl-session -i loop -T tools.json -f json --trace trace <hold >calls & pid=$!
tap_pids="$tap_pids $pid"
exec 9>hold
echo '{"type":"text","text":"call"}' >loop
wait_for 'both calls' sh -c '[ "$(grep -c tool_call calls)" = 2 ]'
jq -c 'select(.type=="tool_call") | {type:"tool_response",id,name,
    response:{result:"done"}}' calls >loop
wait_for 'the model goes on' grep -q turn_complete calls
exec 9>&-
wait $pid; is 'calls that an input answers' $? 0
is 'are left to it' "$(jq -r '.message.toolResponse.functionResponses
    // [] | .[].response.result' trace | tr '\n' ',')" 'done,done,'

# standard input could answer, and ends without having done so
mkfifo asks
gl-session -T tools.json -f json --trace trace <asks >calls 2>err & pid=$!
tap_pids="$tap_pids $pid"
exec 9>asks
echo '{"type":"text","text":"call"}' >&9
wait_for 'both calls once more' sh -c '[ "$(grep -c tool_call calls)" = 2 ]'
exec 9>&-
wait $pid; is 'the model is told and goes on' $? 0
is 'with an error for each' "$(jq -r '.message.toolResponse.functionResponses
    // [] | .[].response.error' trace | sort | tr '\n' ',')" \
    'no such function,nothing here runs this function,'
like 'the tool is named' err 'the call of tool [a-z]+ gets an error'

# an answer that never comes
exec 9<>silent
echo '{"type":"text","text":"call"}' >text
run 124 gl-session -i silent -T tools.json -f json --max-time 2s <text
exec 9>&-
like 'is named at the end' err 'the call of tool [a-z]+ was not answered'
tap_done
