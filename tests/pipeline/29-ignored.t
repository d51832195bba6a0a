#!/bin/sh
# What models are reported to take no notice of (gl-emulator --ignore), and how
# gl-session speaks to them: the end of sound, and JSON Schema of tools.
. "$(dirname "$0")/../tap.sh"

# half a second of tone, and no silence after it
ffmpeg -v error -f lavfi -i 'sine=500:d=0.5' -ar 16000 -ac 1 said.wav
heard='^\[0\.[456] s of speech\]$'

emulator --speed 20 --ignore audio-stream-end
run 0 gl-session --vad auto -f text <said.wav
like 'a file is answered: silence ends it' out "$heard"
{ printf '{"type":"audio","rate":16000,"bytes":16000}\n'
  tail -c 16000 said.wav
  printf '{"type":"audio_end"}\n'
} >said.gl
run 0 gl-session -f text <said.gl
like 'so does an audio_end record' out "$heard"
run 0 sh -c 'tail -c 16000 said.wav | gl-session --vad auto -f text -r -R 16000'
like 'and the end of raw sound' out "$heard"
run 124 gl-session --vad auto --quirk audio-end=flag --max-time 2s -f json <said.wav
like 'the flag alone is not heard' out '"type":"end".*"turns":0,'

cat >rules <<'END2'
{"on":"turn","do":"call","calls":[{"name":"weather","args":{"city":"Ulm"}}]}
END2
cat >tools.json <<'END2'
[{"name":"weather","parametersJsonSchema":{"type":"object","properties":
    {"city":{"type":["string","null"]}},"additionalProperties":false}}]
END2
emulator --speed 20 --ignore parameters-json-schema -s rules
calls() {
	echo hello | timeout 20 gl-session -t -f json -T tools.json "$@" \
	    --max-time 60s 2>err | jq -c --unbuffered \
	    'select(.type=="tool_call").args' | head -1 >out
}
calls -m gemini-3.8-live
is 'a model that ignores JSON Schema calls with nothing' "$(cat out)" '{}'
calls -m gemini-2.5-flash-native-audio-latest
is 'where that is known it is converted' "$(cat out)" '{"city":"Ulm"}'
like 'and what could not be said is told' err \
    'left out of the schema of tool weather: additionalProperties'
calls -m gemini-3.8-live --quirk tool-schema=parameters
is 'or by a quirk' "$(cat out)" '{"city":"Ulm"}'

# an answer in parts: extended thinking abandons the call at the first
cat >rules <<'END2'
{"on":"turn","nth":1,"do":"call","calls":[{"name":"clock","expect":{"result":[{"p":1},{"p":2}]}}]}
END2
{
	echo '{"type":"text","text":"what time is it?"}'
	echo '{"type":"tool_response","id":"ID","name":"clock","response":{"p":1},"will_continue":true}'
	echo '{"type":"tool_response","id":"ID","name":"clock","response":{"p":2},"will_continue":true}'
	echo '{"type":"tool_response","id":"ID","name":"clock","response":{}}'
} >parts
echo '[{"name":"clock"}]' >clock.json
answers() {
	rm -f loop log; mkfifo loop
	emulator --speed 20 --tone 100ms --ignore will-continue --log log \
	    -b tone -s rules
	head -1 parts | timeout 20 gl-session -i loop -T clock.json \
	    -f json --max-time 60s "$@" 2>err | while IFS= read -r line; do
		printf '%s\n' "$line" >>told
		case $line in
		*'"type":"tool_call"'*)
			id=$(printf '%s\n' "$line" | jq -r .id)
			sed "1d; s/ID/$id/" parts >loop;;
		esac
	done
	state=$(jq -r 'select(.type=="response") |
	    .state' log | paste -sd ' ' -)
	kill "$emu_pid"; wait "$emu_pid"; good=$?
}
answers -m gemini-3.8-live-extended-thinking
is 'extended thinking gets the parts of an answer as one' "$state" answered
is 'with all that they said' "$good" 0
answers -m gemini-3.8-live-extended-thinking --quirk tool-continue=yes
is 'by quirk each goes out, and the call is lost with the first' "$state" \
    'answered late late'
is 'which the check of the emulator notices' "$good" 76
tap_done
