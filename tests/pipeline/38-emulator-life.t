# Connections that end and conversations that do not: goAway, handles and what
# they bring back, indexes in both bases, second holders, deaf resumes.
. "$(dirname "$0")/../tap.sh"
live() { timeout 60 python3 "$TOP/tests/peer/live.py" "$@" >out 2>err; }
v=/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent
rest='"generationConfig":{"responseModalities":["AUDIO"]},"inputAudioTranscription":{},"outputAudioTranscription":{}'
new="{\"setup\":{\"model\":\"models/gemini-3.8-live\",$rest,\"sessionResumption\":{}}}"
old="{\"setup\":{\"model\":\"models/gemini-3.8-live\",$rest,\"sessionResumption\":{\"handle\":\"\$H\"}}}"
text() { printf '{"realtimeInput":{"text":"%s"}}\nwait turnComplete\nwait sessionResumptionUpdate\n' "$1"; }

# the clock goes 50 times faster: 20 s of a connection are 0.4 s
emulator -b tone --tone 1s --life 20s --notice 5s --handle-life 10m \
    --speed 50 --log log
{ echo "$new"; echo "wait newHandle"; text one; cat <<END
save H
wait goAway
wait close
open
$old
wait setupComplete
END
text two; echo "close"; } | live "$GL_EMULATOR_HOST"
like "goAway in the usual form" out '"goAway":\{"timeLeft":"(5|4\.[0-9]+)s"\}'
like "then the end" out '^# close 1011 Deadline'
is "nothing is resumable while the model speaks" \
    "$(grep -c '^{"sessionResumptionUpdate":{}}$' out)" 2
is "the second connection goes on" "$(jq -r \
    'select(.type == "resumed") | [.received, .turns] | @csv' log)" "1,1"
is "the context has grown" "$(grep -o '"promptTokenCount":[0-9]*' out |
    tr '\n' ' ')" '"promptTokenCount":1 "promptTokenCount":27 '
kill "$emu_pid"

# a handle of another time, of nobody, in use, invalidated, too old
cat >rules <<'END'
{"on":"text","match":"forget","do":"invalidate"}
{"on":"resumed","conn":4,"do":"deaf"}
{"on":"resumed","conn":5,"do":"repeat"}
END
emulator -b tone --tone 100ms --log log -s rules
mkfifo script
bg sh -c 'exec python3 "$1" "$2" <script >first' - "$TOP/tests/peer/live.py" \
    "$GL_EMULATOR_HOST"
exec 4>script
{ echo "$new"; text one; } >&4
handle() { H=$(grep -o '"newHandle":"[^"]*' first 2>/dev/null |
    sed -n "${1}s/.*\"//p"); [ "$H" ]; }
again() { printf '%s\n' "$old" | sed "s/\\\$H/$H/"; }
wait_for "a handle after the turn" handle 2
{ again; echo "wait close"; } | live "$GL_EMULATOR_HOST"
is "a second holder" "$(tail -1 out)" "# close 1011 Internal error encountered."
handle 1
echo close >&4; exec 4>&-
wait_for "the first is gone" grep -q '"type":"closed","t":[0-9]*,"conn":1' log
{ again; text three; echo close; } | live "$GL_EMULATOR_HOST"
is "the older handle brings back what was then" "$(jq -r \
    'select(.type == "resumed") | [.received, .turns] | @csv' log)" "0,0"
handle 2
{ again; printf '%s\n' 'wait setupComplete' \
    '{"realtimeInput":{"text":"deaf"}}' 'wait inputTranscription' \
    '{"realtimeInput":{"text":"deaf"}}' 'wait inputTranscription' close
    } | live "$GL_EMULATOR_HOST"
unlike "a deaf resume hears but never speaks" out modelTurn
{ again; printf '%s\n' "wait setupComplete" "wait outputTranscription" close
    } | live "$GL_EMULATOR_HOST"
like "transcripts may come again" out '"outputTranscription":\{"text":"\[0.1 s of tone\]"'
printf '%s\nwait newHandle\nsave H\n{"realtimeInput":{"text":"forget"}}\nclose\nopen\n%s\nwait close\n' \
    "$new" "$(printf '%s' "$old")" | live "$GL_EMULATOR_HOST"
like "an invalidated handle" out '^# close 1008 Requested entity was not found'
kill "$emu_pid"
emulator --handle-life 1ms --speed 1000
printf '%s\nwait newHandle\nsave H\nclose\nopen\n%s\nwait close\n' "$new" "$old" |
    live "$GL_EMULATOR_HOST"
like "a handle that is too old" out '^# close 1008 Requested entity was not'
kill "$emu_pid"

# transparent resumption on Vertex AI: the index of the last message, as text
for base in 0 1; do
	emulator --index-base $base --speed 20
	live -p $v "$GL_EMULATOR_HOST" <<END
{"setup":{"model":"publishers/google/models/gemini-live-2.5-flash-native-audio","generationConfig":{"responseModalities":["AUDIO"]},"sessionResumption":{"transparent":true}}}
wait newHandle
silence 100
wait Index":"$((4 + base))"
silence 100
wait Index":"$((9 + base))"
close
END
	is "base $base: an update names the last message" $? 0
	kill "$emu_pid"
done
tap_done
