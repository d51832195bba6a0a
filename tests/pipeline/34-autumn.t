#!/bin/sh
# The facts about the service that came to light in autumn 2026, one number
# each (the table is below), from both sides: what we send, say or make of it,
# and what the emulator does.  At the end each number must have been seen from
# both.  More samples of each are in the tests named beside it.
. "$(dirname "$0")/../tap.sh"
live() { timeout 60 python3 "$TOP/tests/peer/live.py" "$@"; }
GEMINI_API_KEY=k
export GEMINI_API_KEY
cat >facts <<'END'
1 API version v1 (33-service, interop/39-sdk, interop/41-sdk-more)
2 both alphabets of base64 (33-service)
3 words of a function in any case (33-service, unit/proto/schema)
4 fields and words of the SDK 3.3.0 (interop/40-fields)
5 a field that is not known is doubtful (30-check, 36-emulator-strict)
6 no member of what the service says is lost (interop/40-fields, unit/proto/proto)
7 turns before all else on 3.1, contextUpdate on Vertex (33-service, unit/session/opening)
8 days on which models end (30-check, unit/proto/family)
9 a model that only transcribes (28-transcribe, 28-recordings)
10 an end of sound that goes unheard (29-ignored, 59-mic-end)
11 JSON Schema that goes unread (29-ignored, unit/proto/toolschema)
12 willContinue that abandons a call (29-ignored, unit/session/session)
13 levels and budgets of thinking (unit/proto/family)
14 unmarked text beside sound is reasoning (33-service)
15 what 3.8 sends unasked (33-service)
16 3.8 may be silent, with manual activity too (unit/session/opening)
17 faults of a setup that are known (unit/proto/family, 73-tool-mcp, 77-tool-start)
18 a field of the other backend, or of another place (30-check, unit/proto/schema)
19 uses of ephemeral tokens, knobs (33-service, 29-ignored, 28-transcribe)
END
: >seen
fact() { sed -n "s/^$1 \(.*\) (.*/\1/p" facts; }

# ours NUMBER FILE REGEX: what we did
ours() { echo "$1 ours" >>seen; like "$1 ours: $(fact "$1")" "$2" "$3"; }
# theirs NUMBER REGEX STEP...: what the emulator does with these steps
theirs() {
	n=$1 want=$2; shift 2
	printf '%s\n' "$@" | live $at "$GL_EMULATOR_HOST" >got 2>err
	echo "$n theirs" >>seen
	like "$n theirs: $(fact "$n")" got "$want"
}
at=
g=/ws/google.ai.generativelanguage
v='-p /ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent -H Authorization:t'
setup() {
	printf '{"setup":{"model":"models/%s","generationConfig":{"responseModalities":["AUDIO"]%s}%s}}' \
	    "$1" "${3:-}" "${2:-}"
}
function() { printf ',"tools":[{"functionDeclarations":[%s]}]' "$1"; }
check() { gl-session --check "$@" >out 2>&1 </dev/null; echo "exit $?" >>out; }
# talk MODEL LINES [OPTIONS]: their records, ours on the wire, and messages
talk() {
	model=$1 in=$2; shift 2
	printf '%s\n' "$in" | timeout 20 gl-session -f json -m "$model" \
	    --trace trace --max-time 10s "$@" >rec 2>said
	jq -c 'select(.dir != "in") | .message // empty' trace >wire
}
unit() { "$B/tests/unit/session/$1" >units || { grep '^not' units; false; }; }
m38=gemini-3.8-live m31=gemini-3.1-flash-live-preview
m25=gemini-2.5-flash-native-audio-latest m35=gemini-3.5-transcribe-live
live='wait setupComplete'
invalid='^# close 1007 Request contains an invalid argument.'
typed='{"realtimeInput":{"text":"on"}}'

emulator --speed 20 --tone 100ms -b tone
# 1
check -m $m38 --api-version v1
ours 1 out 'generativelanguage\.v1\.GenerativeService'
at="-p $g.v1.GenerativeService.BidiGenerateContent"
theirs 1 setupComplete "$(setup $m38)" "$live"
at=
# 2
talk $m25 '{"type":"turn","parts":[{"text":"what is it?"},{"inlineData":{"mimeType":"audio/pcm;rate=16000","data":"-_-_8A"}}]}'
ours 2 wire '"data":"-_-_8A"'
theirs 2 turnComplete "$(setup $m38)" "$live" \
    '{"realtimeInput":{"video":{"mimeType":"image/x","data":"-_8"}}}' \
    '{"clientContent":{"turns":[{"role":"user","parts":[{"text":"a"},{"inlineData":{"mimeType":"image/png","data":"_-8="}}]}],"turnComplete":true}}' \
    'wait turnComplete'
# 3
echo '[{"name":"f","behavior":"non_blocking","parameters":{"type":"Object","properties":{"a":{"type":"array","items":{"type":"string"}}}}}]' >lower.json
check -m $m38 -T lower.json
ours 3 out 'no fault found'
theirs 3 setupComplete "$(setup $m38 "$(function "$(jq -c '.[]' lower.json)")")" "$live"
# 4
new=',"labels":{"a":"b"},"realtimeInputConfig":{"interimTranscriptTimestampEnabled":true},"inputAudioTranscription":{"mode":"SMART","sourceText":"s"},"proactivity":{"proactiveVideo":true,"proactiveAudio":true}'
setup $m38 "$new" ',"speechConfig":{"voiceConfig":{"voice":"Puck"}}' |
    jq -c .setup >new.json
check --setup new.json -m $m38
ours 4 out 'no fault found'
# 5
check -m $m38 --set 'brandNew={"a":1}'
ours 5 out '^setup.brand_new: doubtful: "brandNew" is not known to this version'
like '5 ours: which is not a refusal' out '^exit 0'
theirs 5 setupComplete "$(setup $m38 ',"brandNew":{"a":1}')" "$live"
# 7
talk $m31 '{"type":"turn","role":"model","text":"Hi","complete":false}
{"type":"text","text":"Who are you?"}'
ours 7 wire '^\{"clientContent":\{"turns":\[\{"role":"model"'
theirs 7 turnComplete "$(setup $m31)" "$live" \
    '{"clientContent":{"turns":[{"role":"user","parts":[{"text":"a"}]}]}}' \
    '{"clientContent":{"turns":[{"role":"user","parts":[{"text":"b"}]}],"turnComplete":true}}' \
    'wait turnComplete'
at=$v
theirs 7 turnComplete '{"setup":{"model":"publishers/google/models/gemini-3.8-live","generationConfig":{"responseModalities":["AUDIO"]}}}' \
    "$live" '{"contextUpdate":{"tools":{"tools":[{"functionDeclarations":[{"name":"g"}]}]}}}' \
    '{"clientContent":{"turns":[{"role":"user","parts":[{"text":"b"}]}],"turnComplete":true}}' \
    'wait turnComplete'
# 8
check -b vertex --project p -m gemini-live-2.5-flash-native-audio
ours 8 out 'shut down on 2026-12-13'
check -m $m31
ours 8 out 'shut down on 2026-11-17'
check -b vertex --project p -m gemini-3.8-live
ours 8 out 'no fault found'
env -u GL_EMULATOR_HOST timeout 20 gl-session -t -b vertex --project p \
    --token-cmd 'echo t' -m gemini-live-2.5-flash-native-audio \
    -u wss://127.0.0.1:1/ --max-time 1s </dev/null >out 2>&1
ours 8 out '(will be|was) shut down on 2026-12-13'
theirs 8 setupComplete '{"setup":{"model":"publishers/google/models/gemini-live-2.5-flash-native-audio"}}' "$live"
at=
# 9: no text is sent, the user's words are all there is
talk $m35 '{"type":"text","text":"hello"}'
ours 9 said 'only hears: it takes no text'
unlike '9 ours: nor does it go out' wire '"text":"hello"'
ours 9 wire '"responseModalities":\["TEXT"\]'
theirs 9 '^\{"serverContent":\{\},"voiceActivity":\{"type":"ACTIVITY_END"' \
    "$(setup $m35)" "$live" 'speech 600' 'silence 1200' 'wait ACTIVITY_END'
unlike '9 theirs: and no answer' got 'modelTurn|turnComplete'
# 10
talk $m38 '{"type":"text","text":"a"}
{"type":"audio","rate":16000,"bytes":0}
{"type":"audio_end"}'
ours 10 wire '"audioStreamEnd":true'
# 13
check -m $m25 --set 'generationConfig.thinkingConfig={"thinkingLevel":"LOW"}'
ours 13 out 'doubtful: documented for this model is a budget'
check -m $m31 --set 'generationConfig.thinkingConfig={"thinkingBudget":0}'
ours 13 out 'doubtful: documented for this model is a level'
theirs 13 setupComplete "$(setup $m25 '' ',"thinkingConfig":{"thinkingLevel":"LOW"}')" "$live"
theirs 13 setupComplete "$(setup $m31 '' ',"thinkingConfig":{"thinkingBudget":9}')" "$live"
# 15
talk $m38 '{"type":"text","text":"a"}' --transcripts none
ours 15 rec '"type":"turn_complete"'
unlike '15 ours: nothing of it is a riddle' rec '"type":"(raw|error|stalled)"'
theirs 15 '^\{"sessionResumptionUpdate":\{"resumable":true\}\}$' \
    "$(setup $m38)" "$live" "$typed" 'wait turnComplete'
like '15 theirs: nothing, between sounds' got '^\{\}$'
# 17
for bad in '{"name":"7up"}' '{"name":"-x"}' '{"name":"f"},{"name":"f"}' \
    '{"name":"f","parameters":{"type":"object","additionalProperties":false}}'; do
	echo "[$bad]" >bad.json
	check -m $m38 -T bad.json
	ours 17 out 'refused: '
	theirs 17 "$invalid" "$(setup $m38 "$(function "$bad")")" 'wait close'
done
theirs 17 "$invalid" "$(setup $m38)" "$live" \
    '{"contextUpdate":{"tools":{"tools":[{"functionDeclarations":[{"name":"7up"}]}]}}}' \
    'wait close'
talk $m38 '{"type":"context","tools":[{"functionDeclarations":[{"name":"7up"}]}]}'
ours 17 said "needs a name, and '7up' is none"
check -m gemini-3.5-live-translate-preview \
    --set generationConfig.translationConfig.echoTargetLanguage=true
ours 17 out 'needs a targetLanguageCode'
check -m $m38 --set 'generationConfig.speechConfig.voiceConfig.voice="Bob"'
ours 17 out "doubtful: no list .* has a voice 'Bob'"
check -m gemini-2.5-flash
ours 17 out 'refused: gemini-2.5-flash is not a Live model'
# 18
check -m $m38 --set explicitVadSignal=true
ours 18 out 'it is a field of Vertex AI'
check -m $m38 --set generationConfig.inputAudioTranscription={}
ours 18 out 'one level up, beside "generationConfig"'
theirs 18 "^# close 1007 .*Unknown name \"explicitVadSignal\" at 'setup'" \
    "$(setup $m38 ',"explicitVadSignal":true')" 'wait close'
# 19
for n in 1 2; do
	gl-auth mint -q --uses $n --endpoint "http://$GL_EMULATOR_HOST" >token
	for _ in 1 2; do
		echo hi | timeout 20 gl-session -t --key-file token -f text \
		    --max-time 5s >/dev/null 2>&1
		echo "$n: $?"
	done
done >codes
ours 19 token '^auth_tokens/'
is '19 ours: and as many sessions as it is good for' \
    "$(grep -c ': 0$' codes)" 3
kill "$emu_pid"

# fields of 4 are known to a strict one, a field of 5 is not; 10, 11: what some
# models take no notice of
echo '{"on":"turn","do":"call","calls":[{"name":"f","args":{"city":"Ulm"}}]}' >rules
emulator --speed 20 --strict-fields --ignore audio-stream-end \
    --ignore parameters-json-schema --ignore will-continue --log log -s rules
at=
theirs 4 setupComplete "{\"setup\":$(cat new.json | jq -c ".model=\"models/$m38\"")}" "$live"
theirs 5 "^# close 1007 .*Unknown name \"brandNew\" at 'setup': Cannot find field" \
    "$(setup $m38 ',"brandNew":{"a":1}')" 'wait close'
theirs 10 '^# mark' "$(setup $m38)" "$live" 'speech 600' \
    '{"realtimeInput":{"audioStreamEnd":true}}' 'hold 0.3' mark
unlike '10 theirs: the flag alone is not heard' got 'ACTIVITY_END|toolCall'
echo '[{"name":"f","parametersJsonSchema":{"type":"object","properties":{"city":{"type":["string","null"]}}}}]' >json.json
theirs 11 '"args":\{\}' "$(setup $m38 "$(function "$(jq -c '.[]' json.json)")")" \
    "$live" "$typed" 'wait toolCall'
talk $m25 '{"type":"text","text":"a"}' -T json.json
ours 11 wire '"parameters":\{"type":"OBJECT","properties":\{"city":\{"nullable":true,"type":"STRING"\}'
# 12: the first part is the whole answer
theirs 12 '"toolCall"' "$(setup $m38 "$(function '{"name":"f"}')")" "$live" \
    "$typed" 'wait toolCall' \
    'answer 1 more' 'answer 2' 'hold 0.2'
is '12 theirs: the first part is all of the answer' "$(jq -r \
    'select(.type == "response").state' log | tail -2 | paste -sd ' ' -)" \
    'answered late'
ok '12 ours: they are joined, in virtual time' unit session
echo '12 ours' >>seen
kill "$emu_pid"

# 6, 14: said by a rule
cat >rules <<'END'
{"on":"ready","do":"send","message":{"serverContent":{"outputTranscription":{"finished":true}}}}
{"on":"ready","do":"send","message":{"serverContent":{"inputTranscription":{"text":"x","novel":{"a":[1]}}},"usageMetadata":{"promptTokenCount":1,"odd":2}}}
{"on":"answer","do":"send","message":{"serverContent":{"modelTurn":{"parts":[{"text":"hm, what now","odd":3}]}}}}
END
emulator --speed 20 --tone 100ms -b tone -s rules
talk $m31 '{"type":"text","text":"a"}'
ours 6 rec '"role":"model","text":"","finished":true'
ours 6 rec '"novel":\{"a":\[1\]\}'
ours 6 rec '"odd":2'
ours 6 rec '\{"odd":3\}'
ours 14 rec '"text":"hm, what now","thought":true'
theirs 14 '"parts":\[\{"text":"hm, what now","odd":3\}\]' "$(setup $m31)" \
    "$live" "$typed" 'wait turnComplete'
like '6 theirs: a member that nobody knows, as the rule has it' got '"novel":\{"a":\[1\]\}'
echo '6 theirs' >>seen
kill "$emu_pid"

# 16: a model that says nothing
echo '{"on":"ready","do":"deaf"}' >rules
emulator --speed 20 -s rules
theirs 16 '^# mark' "$(setup $m38 ',"realtimeInputConfig":{"automaticActivityDetection":{"disabled":true}}')" \
    "$live" '{"realtimeInput":{"activityStart":{}}}' 'speech 600' \
    '{"realtimeInput":{"activityEnd":{}}}' 'hold 0.3' mark
unlike '16 theirs: it is silent' got 'modelTurn|turnComplete'
ok '16 ours: no nudge, no fresh session' unit opening
echo '16 ours' >>seen
kill "$emu_pid"

# 19: a token's one use
emulator --speed 20
curl -s -m 20 -H 'x-goog-api-key: k' -d '{}' \
    "http://$GL_EMULATOR_HOST/v1alpha/auth_tokens" | jq -r .name >token
for i in 1 2; do
	printf '%s\nwait setupComplete\n' "$(setup $m38)" |
	    live -p "$g.v1alpha.GenerativeService.BidiGenerateContentConstrained" \
	    -H "Authorization: Token $(cat token)" "$GL_EMULATOR_HOST"
done >got 2>err
echo '19 theirs' >>seen
is '19 theirs: a second session is none' "$(grep -c '"setupComplete"' got)" 1

while read -r n _; do
	for side in ours theirs; do
		grep -qx "$n $side" seen || ok "$n $side: it is looked at" false
	done
done <facts
is 'all numbers, from both sides' "$(sort -u seen | wc -l)" 38
tap_done
