#!/bin/sh
# gl-frames with a session: what is held back, when, and what the emulator
# says of the pictures.
. "$(dirname "$0")/../tap.sh"

images() { grep -ca '"type":"image"' "$1"; }
at_least() { [ "$(images "$1")" -ge "$2" ]; }
colour() { ffmpeg -v error -y -f lavfi -i "color=$1:size=${3:-64x48}:rate=1" \
    -frames:v 1 -q:v 2 "$2"; }
say() { printf '%s\n' "$1" >&"$2"; }

# pictures while the user speaks, told by the stream itself
colour red red.jpg
mkfifo user
printf 'echo >>ran; cat red.jpg\n' >look.sh
bg sh -c 'exec gl-frames --on-speech --fps 20 --idle-fps 20 \
    --exec "sh look.sh" <user >out 2>err'
exec 3>user
say '{"type":"one"}' 3
passed() { grep -qa "\"type\":\"$1\"" out; }
wait_for 'a record' passed one
say '{"type":"zero"}' 3
wait_for 'another record' passed zero
is 'nobody speaks, nothing is sent' "$(images out)" 0
ok 'the command is not even run' [ ! -e ran ]
say '{"type":"activity","state":"start"}' 3
wait_for 'pictures' at_least out 3
say '{"type":"activity","state":"end"}' 3
say '{"type":"two"}' 3
wait_for 'the next record' passed two
n=$(images out)
say '{"type":"three"}' 3
wait_for 'another record' passed three
ok 'at most the one under way after it' [ "$(images out)" -le $((n + 1)) ]
exec 3>&-
wait "$bg_pid"
is 'the end of the stream is the end' $? 0

# no record tells of speech: the sound itself does
if command -v flite >/dev/null; then
	flite -voice slt -t 'What is on the table? Tell me all about it.' \
	    -o say.wav
	sox say.wav -t raw -e signed -b 16 -c 1 -r 16000 say.raw \
	    pad 1 0 2>/dev/null
	sox -D -n -t raw -e signed -b 16 -c 1 -r 16000 hum.raw \
	    synth 5 pinknoise vol 0.003
	sound() { printf '{"type":"audio","rate":16000,"bytes":%d}\n' \
	    "$(wc -c <"$1")"; cat "$1"; }
	mkfifo user4
	bg sh -c 'exec gl-frames --on-speech --fps 20 --idle-fps 20 \
	    --exec "cat red.jpg" <user4 >out4 2>err4'
	exec 3>user4
	sound hum.raw >&3
	say '{"type":"hum"}' 3
	heard() { grep -qa "\"type\":\"$1\"" out4; }
	wait_for 'noise' heard hum
	is 'noise is not speech' "$(images out4)" 0
	sound say.raw >&3
	wait_for 'pictures while somebody speaks' at_least out4 2
	ok 'speech is' at_least out4 2
	exec 3>&-
	wait "$bg_pid"
else
	skip 'speech in the sound' 'flite is not installed (make deps)'
fi

# the session is away: told by the stream that gl-session writes
colour green green.jpg
colour blue blue.jpg
mkfifo user2 back shown
bg sh -c 'exec gl-frames -vv --watch back -i shown --fps 20 --idle-fps 0 \
    --echo kept <user2 >out2 2>err2'
mkdir kept
exec 3>user2 4<>back 5<>shown
told() { [ "$(grep -c "$1" err2)" -ge "${2:-1}" ]; }
cat red.jpg >&5
wait_for 'a picture' told 'picture 1 '
say '{"type":"reconnecting","reason":"drop"}' 4
wait_for 'that it is away' told 'session is away'
# it has come when what is not a picture behind it was told
shown() { cat "$@" >&5; printf '\377\330\377\333\0\1' >&5; }
shown green.jpg
wait_for 'green' told 'damaged JPEG'
say '{"type":"x"}' 3
went() { grep -qa "\"type\":\"$1\"" out2; }
wait_for 'a record that is passed on meanwhile' went x
is 'away: nothing is sent' "$(images out2)" 1
# the second after which it is old
sleep 1.2
say '{"type":"reconnected","gap_ms":1900}' 4
wait_for 'that it is back' told 'session is back'
say '{"type":"y"}' 3
wait_for 'the next record' went y
is 'what came long before is not sent late' "$(images out2)" 1
cat blue.jpg >&5
wait_for 'the next picture' told 'picture 2 '
same 'the next one is' "$(find kept -name '000002-*')" blue.jpg
say '{"type":"reconnecting","reason":"goAway"}' 4
wait_for 'that it is away again' told 'session is away' 2
shown red.jpg green.jpg
wait_for 'two of one moment' told 'damaged JPEG' 2
say '{"type":"reconnected","gap_ms":9}' 4
wait_for 'the newest of a moment' told 'picture 3 '
same 'after a short gap the newest goes' "$(find kept -name '000003-*')" \
    green.jpg
exec 3>&- 4>&- 5>&-
wait "$bg_pid"
is 'its end' $? 0
like 'what was left out is counted' err2 ' 1 not sent while the session'

# nothing new: the rate falls; --changed says by how much it must differ
ffmpeg -v error -y -f lavfi -i color=gray:size=640x480:rate=10:duration=20 \
    -vf "drawbox=x=10:y=10:w=8:h=8:color=white:t=fill:enable='gte(t,12.5)',
    drawbox=w=320:h=480:color=blue:t=fill:enable='gte(t,15.5)'" \
    -pix_fmt yuv420p -f yuv4mpegpipe still.y4m
stamps() { gl-conv -t json --no-payload out |
    jq -r 'select(.type == "image").t' | tr '\n' ' '; }
run 0 gl-frames --pace fast still.y4m
is 'what changed goes at once, the rest every 4 s' "$(stamps)" \
    '0 4000 8000 12000 13000 16000 '
run 0 gl-frames --pace fast --changed 5 --idle-fps 0 still.y4m
is 'a cursor is no change of 5 %, half a picture is' "$(stamps)" '0 16000 '
like 'tokens saved are told' err \
    '20 pictures came, 2 sent .*18 left out without news: about 4644 tokens'
run 0 gl-frames --pace fast --idle-fps 1 still.y4m
is 'unless every second is wanted' "$(stamps | wc -w)" 20

# what the emulator sees
mkdir seen
emulator --log log --save-images seen
colour red red.jpg 800x600
colour blue blue.png
# one each: of two that wait a session sends the newer
for f in red.jpg blue.png; do
	gl-frames $f 2>err | gl-session >call.gl 2>serr
	is "$f: the session ends well" $? 0
done
jq -c 'select(.type == "image") | [.width, .height, .rgb, .why]' log >saw
like 'size and mean colour of a JPEG' saw \
    '^.768,576,.25[0-9],[0-3],[0-3].,null.$'
like 'size and mean colour of a PNG' saw \
    '^.64,48,.[0-3],[0-3],25[0-9].,null.$'
same 'PNG as it was' "$(find seen -name '*.png')" blue.png
# a stream is one also where it is said to be text
gl-frames red.jpg 2>err | timeout 20 gl-session -t >call.gl 2>serr
is 'a stream that is called text: the session ends well' $? 0
is 'and the picture was seen' "$(grep -c '"type":"image"' log)" 3
# what a look did not find the service would find
data=$(head -c 200 red.jpg | base64 -w 0)
{
	echo '{"setup":{"model":"models/gemini-3.8-live"}}'
	echo 'wait setupComplete'
	echo '{"realtimeInput":{"video":{"mimeType":"image/jpeg","data":"'"$data"'"}}}'
	echo 'wait close'
} | timeout 20 python3 "$TOP/tests/peer/live.py" "$GL_EMULATOR_HOST" \
    >call.gl 2>serr
jq -r 'select(.type == "image").why // empty' log >why
like 'why' why 'JPEG'
like 'by 1007' call.gl 'close 1007'

# a look at every payload before it is sent: the session goes on
record() { # HEADER FILE BYTES
	printf '{"type":"%s,"bytes":%d}\n' "$1" "$3"
	head -c "$3" "$2"
}
{
	record 'image","mime":"image/jpeg"' red.jpg 200
	record 'image","mime":"image/png"' red.jpg "$(wc -c <red.jpg)"
	record 'image"' blue.png 60
	record 'audio","rate":16000' /dev/zero 3201
	record 'audio","rate":16000,"channels":2' /dev/zero 3202
	record 'image","mime":"image/jpeg"' red.jpg "$(wc -c <red.jpg)"
	odd=$(head -c 641 /dev/zero | base64 -w 0)
	# the same within other records; of a tool's own words nothing is said
	jq -nc --arg cut "$data" --arg odd "$odd" '
	    def part(m; d): {inlineData: {mimeType: m, data: d}};
	    {type: "turn", parts: [{text: "this"}, part("image/jpeg"; $cut)]},
	    {type: "turn", parts: [part("image/png"; "no base64!")]},
	    {type: "turn", parts: [part("audio/pcm;rate=16000"; $odd)]},
	    {type: "raw", message: {realtimeInput: {video:
		{mimeType: "image/jpeg", data: $cut}}}},
	    {type: "raw", message: {client_content: {turns: [{role: "user",
		parts: [{inline_data: {mime_type: "image/webp",
		data: $cut}}]}]}}},
	    {type: "raw", message: {toolResponse: {functionResponses: [{
		id: "x", name: "look", response: {mimeType: "image/png",
		data: "mine"}}]}}}'
	echo '{"type":"text","text":"hello"}'
} >mixed.gl
n=$(grep -c '"type":"image"' log)
run 65 gl-session -i mixed.gl </dev/null
mv out call.gl
is 'ten errors of the input' \
    "$(gl-conv -t json call.gl | grep -c '"class":"input"')" 10
like 'a JPEG cut short' err 'image record: a JPEG that is cut short'
like 'one that is not a PNG' err 'its "mime" is image/png, its bytes are image/jpeg'
like 'a PNG cut short' err 'image record: a PNG that is cut short or damaged'
like 'sound of odd length' err 'audio record left out: half a sample at its end'
like 'a part of a turn' err 'turn record: a JPEG that is cut short'
like 'one that is not base64' err 'turn record: the "data" of its image/png is not base64'
like 'one of half a sample' err 'turn record: its audio/pcm;rate=16000 ends in half a sample'
like 'a raw message' err 'raw record: a JPEG that is cut short'
like 'and another' err 'raw record: its "mime" is image/webp, its bytes are image/jpeg'
is 'the good picture was seen' "$(grep -c '"type":"image"' log)" $((n + 1))
like 'and the question answered' call.gl '"type":"turn_complete"'
tap_done
