# What gl-emulator refuses, in the service's words: setups, messages out of
# order, credentials, paths, capacity.
. "$(dirname "$0")/../tap.sh"
live() { timeout 60 python3 "$TOP/tests/peer/live.py" "$@" >out 2>err; }
v=/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent
g=/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent
model='"model":"models/gemini-2.5-flash-native-audio-latest"'
good="{\"setup\":{$model,\"generationConfig\":{\"responseModalities\":[\"AUDIO\"]}}}"
emulator --strict-fields

# closes WHAT CODE REASON WHY MESSAGE...: after the messages comes that close,
# and gl-emulator says why, which the reason does not tell
closes() {
	what=$1 code=$2 reason=$3 why=$4; shift 4
	{ for m in "$@"; do printf '%s\n' "$m"; done; echo 'wait close'; } |
	    live "$GL_EMULATOR_HOST"
	is "$what" "$(grep '^# close' out)" "# close $code $reason"
	tail -1 emu.err >last
	like "$what: why" last \
	    "^gl-emulator: .*connection [0-9]+ is closed with $code: $why"
}
bad='Request contains an invalid argument.'
closes "an unknown field of setup" 1007 \
    "Invalid JSON payload received. Unknown name \"colour\" at 'setup': Cannot find field." 'Invalid JSON payload' \
    "{\"setup\":{$model,\"colour\":1}}"
closes "setup is not first" 1007 "$bad" 'the first message is not setup' '{"realtimeInput":{"text":"hello"}}'
closes "setup comes twice" 1007 "$bad" 'setup came twice' "$good" "$good"
closes "setup without a model" 1007 "$bad" 'setup.model is missing' '{"setup":{}}'
closes "a model of another backend, the reason cut at 123 bytes" 1008 \
    "models/gemini-live-2.5-flash-native-audio is not found for API version v1beta, or is not supported for bidiGenerateContent." 'setup.model: .*not known here' \
    '{"setup":{"model":"models/gemini-live-2.5-flash-native-audio"}}'
closes "an unknown handle" 1008 "Requested entity was not found." '.*handle is none' \
    "{\"setup\":{$model,\"sessionResumption\":{\"handle\":\"no\"}}}"
closes "compression without a window" 1007 "$bad" 'setup.*without slidingWindow' \
    "{\"setup\":{$model,\"contextWindowCompression\":{}}}"
closes "TEXT from a model that only speaks" 1007 "$bad" 'setup.*response_modalities' \
    "{\"setup\":{$model,\"generationConfig\":{\"responseModalities\":[\"TEXT\"]}}}"
closes "activity with automatic detection" 1007 "$bad" 'activityStart' "$good" \
    '{"realtimeInput":{"activityStart":{}}}'
closes "audioStreamEnd without it" 1007 "$bad" 'audioStreamEnd with' \
    "{\"setup\":{$model,\"realtimeInputConfig\":{\"automaticActivityDetection\":{\"disabled\":true}}}}" \
    '{"realtimeInput":{"audioStreamEnd":true}}'
closes "an answer without an id" 1007 "$bad" '.* without its id' "$good" \
    '{"toolResponse":{"functionResponses":[{"name":"f","response":{}}]}}'
closes "sound that is not PCM" 1007 "$bad" '.*MIME type' "$good" \
    '{"realtimeInput":{"audio":{"mimeType":"audio/ogg","data":"AAAA"}}}'
closes "a binary frame" 1007 "$bad" 'a binary message' "binary $good"
closes "contextUpdate on an older model" 1007 "$bad" 'contextUpdate is not taken' "$good" \
    '{"contextUpdate":{"tools":{}}}'
closes "a turn without a role on 3.8" 1007 "$bad" '.*without a role' \
    '{"setup":{"model":"models/gemini-3.8-live"}}' \
    '{"clientContent":{"turns":[{"parts":[{"text":"hello"}]}]}}'
closes "input before the history" 1007 "$bad" 'only clientContent may come' \
    '{"setup":{"model":"models/gemini-3.8-live","historyConfig":{"initialHistoryInClientContent":true}}}' \
    '{"realtimeInput":{"text":"hello"}}'
closes "affective dialog on 3.8, told with the first content" 1007 "$bad" '.*enableAffectiveDialog' \
    '{"setup":{"model":"models/gemini-3.8-live","generationConfig":{"enableAffectiveDialog":true}}}' \
    'wait setupComplete' '{"realtimeInput":{"text":"hello"}}'
unlike "and not before" out 'never came'

echo | live -p /ws/other "$GL_EMULATOR_HOST"
like "another path" out '^# refused HTTP/1.1 404'
like "with the usual body" out '"status": "NOT_FOUND"'
kill "$emu_pid"

# credentials
echo key-1 >keys; echo token-1 >tokens
emulator --key-file keys --token-file tokens
closes "no key" 1007 "API key not valid. Please pass a valid API key." \
    "the API key is missing" "$good"
echo "$good
wait setupComplete" | live -H 'x-goog-api-key: key-1' "$GL_EMULATOR_HOST"
like "a key in the header" out setupComplete
echo "$good
wait setupComplete" | live -p "$g?key=key%2D1" "$GL_EMULATOR_HOST"
like "a key in the query" out setupComplete
echo "$good
wait close" | live -p "$g?key=key-1%zz" "$GL_EMULATOR_HOST"
like "a broken escape is not the end of the key" out "API key not valid"
echo "$good
wait setupComplete" | live -H 'Authorization: Token token-1' \
    -p "${g}Constrained" "$GL_EMULATOR_HOST"
like "an ephemeral token" out setupComplete
echo | live -p $v "$GL_EMULATOR_HOST"
like "Vertex AI refuses the upgrade" out '^# refused HTTP/1.1 401'
like "and says why" out UNAUTHENTICATED
echo | live -H 'Authorization: Bearer token-1' -p $v "$GL_EMULATOR_HOST"
is "and takes a token" "$(cat out)" ""

# two at once, a third is over the limit
kill "$emu_pid"
emulator --capacity 2 --log log
printf '%s\nhold 20\n' "$good" >script
for _ in 1 2; do
	bg sh -c 'exec python3 "$1" "$2" <script >/dev/null' - \
	    "$TOP/tests/peer/live.py" "$GL_EMULATOR_HOST"
done
two() { [ "$(grep -c '"what":"setupComplete"' log)" = 2 ]; }
wait_for "two are in" two
echo | live -p $v "$GL_EMULATOR_HOST"
like "on Vertex AI a third meets 429" out '^# refused HTTP/1.1 429'
closes "on the Developer API a close" 1011 \
    "You exceeded your current quota, please check your plan and billing details." \
    ".*--capacity" "$good"
kill "$emu_pid"; wait "$emu_pid"
is "the log says why too" "$(jq -r 'select(.type == "close").why // empty' log)" \
    "there are as many as --capacity allows"
tap_done
