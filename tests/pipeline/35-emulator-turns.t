# gl-emulator's conversations over a socket: turns by voice and text,
# interruption, both backends, TLS, the log, what was heard.
. "$(dirname "$0")/../tap.sh"
live() { timeout 60 python3 "$TOP/tests/peer/live.py" "$@" >out 2>err; }
setup='{"setup":{"model":"models/gemini-3.8-live","generationConfig":{"responseModalities":["AUDIO"]},"inputAudioTranscription":{},"outputAudioTranscription":{}}}'

run 0 gl-emulator --help
run 0 gl-emulator --version
run 64 gl-emulator --nonsense
run 64 gl-emulator word
run 66 gl-emulator -s missing
echo '{"on":"turn","do":"dance"}' >bad
run 65 gl-emulator -s bad
like "the line is named" err 'bad: line 1: "do" is missing or not known'

# a turn by voice, interrupted; the sound comes back
mkdir heard
emulator --log log --save-audio heard --speed 20
live "$GL_EMULATOR_HOST" <<END
$setup
wait setupComplete
record answer.pcm
speech 1200 24000
silence 900 24000
wait turnComplete
END
like "setupComplete" out '^\{"setupComplete":\{\}\}$'
like "the transcript is a mark" out '"inputTranscription":\{"text":"\[1.2 s of speech\]"'
is "the first chunk is 200 ms, the others 240" "$(grep -o '"data":[0-9]*' out |
    head -2 | tr '\n' ' ')" '"data":4800 "data":5760 '
is "order at the end" "$(grep -oE 'generationComplete|turnComplete' out |
    tr '\n' ' ')" "generationComplete turnComplete "
unlike "frames are binary and end with a newline" out '^# (text|no newline)'
is "all sound was heard" "$(wc -c <heard/talk-1-24000.pcm)" 100800
# 300 ms before and 100 ms after, of which the first does not exist
is "the parrot says what it heard" "$(wc -c <answer.pcm)" 62400
head -c 62400 heard/talk-1-24000.pcm >wanted
same "sample by sample" answer.pcm wanted
wait_for "the log is written" grep -q '"type":"closed"' log
is "the log has every message" \
    "$(grep -c '"type":"received".*"kind":"audio"' log)" 105
ok "and is JSON" sh -c 'jq -e . log >jq.out'
kill "$emu_pid"; wait "$emu_pid"
is "TERM ends it in order" $? 0

# barge-in, with the service's pace of turnComplete
emulator -b tone --tone 60s
live "$GL_EMULATOR_HOST" <<END
$setup
wait setupComplete
{"realtimeInput":{"text":"sing"}}
wait modelTurn
speech 300
wait interrupted
wait turnComplete
close
END
unlike "an interrupted turn is never generated" out generationComplete
like "typed text is its own transcript" out '"inputTranscription":\{"text":"sing"'
like "a close is answered" out '^# close 1000'
kill "$emu_pid"

# Vertex AI, over TLS
emulator --tls --ca ca.pem
is "the readiness line says wss" "${GL_EMULATOR_HOST%:*}" wss://localhost
live --ca ca.pem -p //ws/google.cloud.aiplatform.v1.LlmBidiService/BidiGenerateContent \
    "$GL_EMULATOR_HOST" <<'END'
{"setup":{"model":"publishers/google/models/gemini-live-2.5-flash-native-audio","generationConfig":{"responseModalities":["AUDIO"]}}}
wait setupComplete
{"client_content":{"turns":[{"role":"user","parts":[{"text":"hello"}]}],"turn_complete":true}}
wait turnComplete
close
END
like "a session id" out '"sessionId":"[0-9a-f-]{36}"'
like "its names of the counts" out '"candidatesTokenCount":[0-9]+'
like "role in the model's turn" out '"role":"model"'
kill "$emu_pid"
tap_done
