#!/bin/sh
# The service of autumn 2026 as gl-emulator plays it, for other people's
# clients: API version v1, both alphabets of base64, fields and words that came
# later, what one family takes and another does not, ephemeral tokens' uses.
. "$(dirname "$0")/../tap.sh"
live() { timeout 60 python3 "$TOP/tests/peer/live.py" "$@" >out 2>err; }
bad='Request contains an invalid argument.'

# says WHAT WANT STEP...: plays the steps, wants a line like that
says() {
	what=$1 want=$2; shift 2
	printf '%s\n' "$@" | live "$GL_EMULATOR_HOST"
	like "$what" out "$want"
}

setup() {
	printf '{"setup":{"model":"models/%s","generationConfig":{"responseModalities":["AUDIO"]}%s}}' "$1" "${2:-}"
}
m38=gemini-3.8-live m31=gemini-3.1-flash-live-preview
turn='{"clientContent":{"turns":[{"role":"user","parts":[{"text":"one"}]}],"turnComplete":true}}'
early='{"clientContent":{"turns":[{"role":"user","parts":[{"text":"zero"}]}]}}'

emulator --speed 20 --tone 100ms -b tone
run 0 sh -c "echo hello | gl-session -t -f json --api-version v1"
like 'v1 is served' out '"type":"turn_complete"'
g=/ws/google.ai.generativelanguage.v1.GenerativeService.BidiGenerateContentConstrained
printf '%s\nwait setupComplete\n' "$(setup $m38)" |
    live -p "$g" -H 'Authorization: Token any' "$GL_EMULATOR_HOST"
like 'and its constrained method' out setupComplete
for path in v1/models v1beta/models v1alpha/models; do
	curl -s -m 20 -H 'x-goog-api-key: k' "http://$GL_EMULATOR_HOST/$path" >got
	like "a list of models at $path" got '"models"'
done

for data in '-_-_' '-_8' '-_8=' '+/8='; do
	says "sound as $data" turnComplete "$(setup $m38)" 'wait setupComplete' \
	    "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm\",\"data\":\"$data\"}}}" \
	    '{"realtimeInput":{"text":"on"}}' 'wait turnComplete'
done
says 'words of a schema in lower case' setupComplete \
    "$(setup $m38 ',"tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"string"}}}}]}]')" \
    'wait setupComplete'
says 'a field that it does not know' setupComplete \
    "$(setup $m38 ',"brandNew":{"a":1}')" 'wait setupComplete'
says '3.1 takes turns before all else' turnComplete "$(setup $m31)" \
    'wait setupComplete' "$early" "$turn" 'wait turnComplete'
says 'and not later' "^# close 1007 $bad" "$(setup $m31)" \
    'wait setupComplete' '{"realtimeInput":{"text":"a"}}' 'wait turnComplete' \
    "$turn" 'wait close'
{ printf '{"type":"raw","message":%s}\n' "$early" "$turn"; } >first
run 0 gl-session -m $m31 -f json --no-resume <first
like 'so too from gl-session, by raw records' out '"type":"turn_complete"'
{
	echo '{"type":"turn","text":"I am Ann","complete":false}'
	echo '{"type":"turn","role":"model","text":"Hello Ann","complete":false}'
	echo '{"type":"text","text":"Who am I?"}'
	echo '{"type":"turn","role":"model","text":"too late","complete":false}'
} >first
run 65 gl-session -m $m31 -f json --no-resume --trace trace <first
like 'and by turns of both, which open the conversation' out \
    '"type":"turn_complete"'
is 'as they are, and text behind them' "$(jq -c '.message |
    .clientContent.turns[0].role // .realtimeInput.text // empty' trace |
    paste -sd ' ' -)" '"user" "model" "Who am I?"'
like 'which is the end of the beginning' out 'turn record: this model takes'
says 'nor mediaChunks' "^# close 1007 $bad" "$(setup $m31)" \
    'wait setupComplete' \
    '{"realtimeInput":{"mediaChunks":[{"mimeType":"audio/pcm","data":"AAAA"}]}}' \
    'wait close'
for fault in '"name":"7up"' '"name":"-x"' \
    '"name":"f","parameters":{"type":"OBJECT","additionalProperties":false}'; do
	says "a function with $fault" "^# close 1007 $bad" "$(setup $m38 \
	    ",\"tools\":[{\"functionDeclarations\":[{$fault}]}]")" 'wait close'
done
says 'two functions of one name' "^# close 1007 $bad" "$(setup $m38 \
    ',"tools":[{"functionDeclarations":[{"name":"f"}]},{"functionDeclarations":[{"name":"f"}]}]')" \
    'wait close'
says 'translation into no language' "^# close 1007 $bad" \
    "$(setup gemini-3.5-live-translate-preview)" 'wait close'
v=/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent
printf '%s\n' '{"setup":{"model":"publishers/google/models/gemini-3.8-live","generationConfig":{"responseModalities":["AUDIO"]}}}' \
    'wait setupComplete' \
    '{"contextUpdate":{"systemInstruction":{"parts":[{"text":"x"}]}}}' "$turn" \
    'wait turnComplete' | live -p $v -H 'Authorization: Bearer t' "$GL_EMULATOR_HOST"
like '3.8 on Vertex takes a contextUpdate' out turnComplete

# what 3.8 sends though nobody asked for it
printf '%s\n' "$(setup $m38)" 'wait setupComplete' 'speech 600' 'silence 1200' \
    'wait turnComplete' | live "$GL_EMULATOR_HOST"
like 'unasked: that it could be resumed, with no handle' out \
    '^\{"sessionResumptionUpdate":\{"resumable":true\}\}$'
like 'that speech starts, and where' out \
    '"type":"ACTIVITY_START","audioOffset":"[0-9.]+s"'
like 'the transcript of the user' out '"inputTranscription":\{"text"'
like 'an empty content' out '^\{"serverContent":\{\}\}$'
is 'nothing, after each piece of sound' "$(grep -c '^{}$' out)" \
    "$(grep -c inlineData out)"
is 'thoughts outside of the total' "$(grep -h usageMetadata out | jq '.usageMetadata |
    .thoughtsTokenCount > 0 and
    .totalTokenCount == .promptTokenCount + .responseTokenCount')" true
printf '%s\n' "$(setup $m31)" 'wait setupComplete' 'speech 600' 'silence 1200' \
    'wait turnComplete' | live "$GL_EMULATOR_HOST"
unlike '3.1 sends none of it before a tool has answered' out \
    '^\{\}$|voiceActivity|inputTranscription|thoughtsTokenCount|Resumption'
echo '{"on":"turn","nth":1,"do":"call","calls":[{"name":"f"}]}' >calls
unasked() {
	first=$1; emulator --speed 20 --tone 100ms -b tone -s calls
	printf '%s\n' "$first" 'wait setupComplete' \
	    '{"realtimeInput":{"text":"a"}}' 'wait toolCall' 'answer 1' \
	    'wait turnComplete' | live "$GL_EMULATOR_HOST"
}
unasked "$(setup $m31 ',"tools":[{"functionDeclarations":[{"name":"f"}]}]')"
is 'but once one has: that it could be resumed' \
    "$(grep -c '^{"sessionResumptionUpdate":{"resumable":true}}$' out)" 1
unasked "$(setup gemini-2.5-flash-native-audio-latest \
    ',"tools":[{"functionDeclarations":[{"name":"f"}]}]')"
unlike '2.5 does not' out Resumption
run 0 sh -c "echo hello | gl-session -t -f json -m $m31 --no-resume"
unlike 'to gl-session it is no riddle' out '"type":"(raw|error|stalled)"'
run 0 sh -c "echo hello | gl-session -t -f json -m $m38 --transcripts none"
unlike 'to gl-session it is no riddle' out '"type":"(raw|error|stalled)"'

# text that nothing marks, where the model speaks, is what it thinks
echo '{"on":"answer","do":"send","message":{"serverContent":{"modelTurn":{"parts":[{"text":"hm, what now"}]}}}}' >rules
emulator --speed 20 --tone 100ms -b tone -s rules
run 0 sh -c "echo hello | gl-session -t -f json -m $m31"
like 'it is marked as such' out '"text":"hm, what now","thought":true'
run 0 sh -c "echo hello | gl-session -t -f text -m $m31 --state st"
unlike 'it is not said' out 'hm, what'
unlike 'nor remembered' st 'hm, what'
run 0 sh -c "echo hello | gl-session -t -f text -m $m31 --quirk audio-text=speech"
like 'but by a quirk' out 'hm, what now'

# ephemeral tokens: one use unless the minter says otherwise; a resumed session
# is none
uses() {	# uses WHAT CODES MINT-BODY
	token=$(curl -s -m 20 -H 'x-goog-api-key: k' -d "$3" \
	    "http://$GL_EMULATOR_HOST/v1alpha/auth_tokens" | jq -r .name)
	: >codes
	for i in 1 2 3; do
		printf '%s\nwait setupComplete\n' "$(setup $m38)" |
		    live -p "$g" -H "Authorization: Token $token" "$GL_EMULATOR_HOST"
		grep -c '"setupComplete"' out >>codes
	done
	is "$1" "$(paste -sd ' ' codes)" "$2"
}
uses 'a token is good for one session' '1 0 0' '{}'
uses 'or for two' '1 1 0' '{"uses":2}'
uses 'or for any number' '1 1 1' '{"uses":0}'
tap_done
