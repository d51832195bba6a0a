# gl-emulator's function calls with checks and cancellations, a program as the
# brain, and the token endpoints on the same port.
. "$(dirname "$0")/../tap.sh"
live() { timeout 60 python3 "$TOP/tests/peer/live.py" "$@" >out 2>err; }
v=/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent
setup='{"setup":{"model":"models/gemini-2.5-flash-native-audio-latest","generationConfig":{"responseModalities":["AUDIO"]},"outputAudioTranscription":{},"tools":[{"functionDeclarations":[{"name":"f"}]}]}}'
states() { jq -r 'select(.type == "response") | .state' log | sort | uniq -c |
    tr -s ' \n' ' '; }

cat >rules <<'END'
{"on":"turn","conn":[1,2],"do":"call","count":3,"calls":[{"name":"f","args":{"a":"x"},"number":"i","expect":{"n":7}}]}
{"on":"turn","conn":3,"do":"call","count":64,"calls":[{"name":"f"}]}
{"on":"call","conn":3,"p":0.4,"do":"cancel"}
{"on":"turn","conn":4,"nth":1,"do":"call","calls":[{"name":"f"}]}
END
emulator --log log -s rules --speed 20
text='{"realtimeInput":{"text":"go"}}'
live "$GL_EMULATOR_HOST" <<END
$setup
$text
wait toolCall
answer 7
wait turnComplete
answer 7
close
END
is "three calls in one message" "$(grep toolCall out | jq -c \
    '[.toolCall.functionCalls[] | [.name, .args.a, .args.i]]')" \
    '[["f","x",0],["f","x",1],["f","x",2]]'
is "their ids have the family's form" "$(grep toolCall out |
    grep -o '"id":"function-call-[0-9]*"' | wc -l)" 3
is "the answers' words are what came" "$(grep outputTranscription out | jq -rs \
    'map(.serverContent.outputTranscription.text) | add')" '{"n":7}'
is "the answers are checked, a second one is late" "$(states)" \
    " 3 answered 3 late "
is "all checks hold" "$(grep -c '"type":"check".*"ok":true' log)" 3
live "$GL_EMULATOR_HOST" <<END
$setup
$text
wait toolCall
speech 200
wait toolCallCancellation
wait interrupted
wait turnComplete
answer 7
close
END
is "speech cancels all" "$(grep Cancellation out | jq \
    '.toolCallCancellation.ids | length')" 3
is "answers to the cancelled are late" "$(states)" " 3 answered 6 late "
live "$GL_EMULATOR_HOST" <<END
$setup
$text
wait toolCall
answer 7
wait turnComplete
close
END
n=$(grep -c Cancellation out)
ok "some of 64 are cancelled at random: $n" [ "$n" -gt 10 ] && [ "$n" -lt 50 ]
is "every id is answered or cancelled, once" "$(states)" \
    " $((3 + 64 - n)) answered $((6 + n)) late "
live "$GL_EMULATOR_HOST" <<END
$setup
$text
wait toolCall
answer 8
wait turnComplete
close
END
kill "$emu_pid"; wait "$emu_pid"
is "no check failed" $? 0

echo '{"on":"turn","do":"call","ids":false,"calls":[{"name":"f","expect":{"n":1}}]}' >rules
emulator -s rules
live -p $v "$GL_EMULATOR_HOST" <<'END'
{"setup":{"model":"publishers/google/models/gemini-live-2.5-flash-native-audio","generationConfig":{"responseModalities":["AUDIO"]},"tools":[{"functionDeclarations":[{"name":"f"}]}]}}
{"realtimeInput":{"text":"go"}}
wait toolCall
answer 2
wait turnComplete
close
END
is "Vertex AI finds calls without ids" "$(grep -c turnComplete out)" 1
kill "$emu_pid"; wait "$emu_pid"
is "a check that failed ends it with 76" $? 76
like "and is told" emu.err \
    'connection 1 got a wrong answer of f: \{"n":1\} wanted, \{"n":2\} got'
echo '{"on":"text","match":"typed","do":"send","message":{"serverContent":{"outputTranscription":{"text":"seen "}}}}' >rules
emulator -s rules
is "a turn of text is text, too" \
    "$(echo 'what is typed' | timeout 20 gl-session -t -f text)" \
    "seen what is typed"
kill "$emu_pid"

# NON_BLOCKING by default on 3.8: the turn goes on, the answer comes later
echo '{"on":"turn","nth":1,"do":"call","calls":[{"name":"f"}]}' >rules
emulator -s rules --speed 20
live "$GL_EMULATOR_HOST" <<'END'
{"setup":{"model":"models/gemini-3.8-live","generationConfig":{"responseModalities":["AUDIO"]},"outputAudioTranscription":{},"tools":[{"functionDeclarations":[{"name":"f"}]}]}}
{"realtimeInput":{"text":"go"}}
wait toolCall
wait turnComplete
{"realtimeInput":{"text":"meanwhile"}}
wait turnComplete
answer 5
wait turnComplete
close
END
is "in that order" "$(grep -v inputTranscription out |
    grep -oE 'toolCall|turnComplete|"text":"[^"]*.*' |
    sed 's/}.*//' | tr '\n' ' ')" \
    'toolCall turnComplete "text":"meanwhile" turnComplete "text":"{\"n\":5 turnComplete '
kill "$emu_pid"

# a program answers: each text with a transcript, sound and an end
cat >brain <<'END'
#!/bin/sh
while read -r line; do
	case $line in
	*'"type":"start"'*) ;;
	*'"type":"text"'*) cat <<E
{"type":"transcript","role":"model","text":"heard $(printf %s "$line" | jq -r .text)"}
{"type":"audio","rate":24000,"bytes":4}
abc
{"type":"turn_complete"}
E
	esac
done
END
chmod +x brain
emulator -b ./brain --speed 10
live "$GL_EMULATOR_HOST" <<END
$setup
{"realtimeInput":{"text":"one"}}
wait turnComplete
{"realtimeInput":{"text":"two"}}
wait turnComplete
close
END
is "a program's words and sound" "$(grep -oE '"text":"[^"]*"|"data":[0-9]*' out |
    tr '\n' ' ')" '"text":"heard one" "data":2 "text":"heard two" "data":2 '
kill "$emu_pid"; wait "$emu_pid"
ok "and it ends with the emulator" sh -c '! pgrep -f "$1/brain" >/dev/null' - "$TMP"

# one that ends by itself and leaves a child
cat >leave <<END
#!/bin/sh
MARK=$PWD sleep 100 </dev/null >/dev/null 2>&1 &
head -n 2 >/dev/null
echo '{"type":"turn_complete"}'
END
chmod +x leave
emulator -b ./leave --speed 10
live "$GL_EMULATOR_HOST" <<END
$setup
{"realtimeInput":{"text":"one"}}
wait turnComplete
close
END
like "a program that ends by itself" out turnComplete
left() { grep -lzsxF "MARK=$PWD" /proc/[0-9]*/environ; }
gone() { [ -z "$(left)" ]; }
wait_for "its child's end" gone
is "its child is ended too" "$(left)" ""
kill "$emu_pid"; wait "$emu_pid"

# pictures: decoded, measured, kept, their codes read; broken ones refused
ffmpeg -v error -f lavfi -i color=c=0x20c040:size=320x200 -frames:v 1 a.jpg
ffmpeg -v error -f lavfi -i color=c=red:size=32x16 -frames:v 1 b.png
head -c "$(($(wc -c <a.jpg) / 2))" a.jpg >cut.jpg; head -c 60 b.png >cut.png; echo hello >no.jpg
mkdir seen
qrencode -s 4 -o code.png "frame 42"
emulator --log log --save-images seen --read-qr
live "$GL_EMULATOR_HOST" <<END
$setup
wait setupComplete
image a.jpg
image b.png
image code.png
{"realtimeInput":{"text":"look"}}
wait turnComplete
close
END
like "a JPEG's size and colour" log '"width":320,"height":200,"rgb":\[3[0-4],19[0-4],6[2-6]\]'
like "a PNG's size, and that it came early" log '"width":32,"height":16,.*"early":true'
same "kept as it came" seen/talk-1-1.jpg a.jpg
if command -v zbarimg >/dev/null; then
	wait_for "the code is read" grep -q '"type":"qr".*"text":"frame 42"' log
	ok "the code is read" true
else
	skip "the code is read" "no zbarimg"
fi
for f in cut.jpg cut.png no.jpg; do
	printf '%s\nimage %s\nwait close\n' "$setup" $f | live "$GL_EMULATOR_HOST"
	like "a picture that is none: $f" out '^# close 1007'
done
kill "$emu_pid"

# token endpoints
echo '{"users":[{"client_id":"c","client_secret":"s","refresh_token":"r","account":"a"}],
"faults":[{"path":"/computeMetadata/v1/","kind":"never"}]}' >auth
emulator --auth auth
url=http://$GL_EMULATOR_HOST
curl -s -m 20 "$url/token" -d grant_type=refresh_token -d client_id=c \
    -d client_secret=s -d refresh_token=r >answer
token=$(jq -r .access_token answer)
ok "a token for a refresh token" [ "${token:-null}" != null ]
curl -s -m 20 -o answer -w '%{http_code}' "$url/nothing" >code
is "404 for the rest" "$(cat code)" 404
curl -s -m 0.2 "$url/computeMetadata/v1/" -H 'Metadata-Flavor: Google'
is "a server that never answers" $? 28
echo | live -p $v -H "Authorization: Bearer $token" "$GL_EMULATOR_HOST"
is "the token opens a connection" "$(cat out)" ""
echo | live -p $v -H "Authorization: Bearer other" "$GL_EMULATOR_HOST"
like "another does not" out '401'
tap_done
