#!/bin/sh
# gl-conv: text and JSON lines, ways to name files, broken streams, exit codes.
. "$(dirname "$0")/../tap.sh"

rec() { printf '%s\n' "$1"; }
{
	rec '{"gl":1,"type":"start","program":"x","version":"1"}'
	rec '{"type":"transcript","role":"user","text":" How high"}'
	rec '{"type":"transcript","role":"user","text":" is it?"}'
	rec '{"type":"audio","rate":24000,"turn":1,"bytes":6}'; printf 'ab\n{"\377'
	rec '{"type":"transcript","role":"model","text":"4,808","turn":1}'
	rec '{"type":"transcript","role":"model","text":" m.","turn":1}'
	rec '{"type":"tool_call","id":"1","name":"f","args":{"a":[1]},"turn":1}'
	rec '{"type":"generation_complete","turn":1}'
	rec '{"type":"turn_complete","turn":1}'
	rec '{"type":"end","reason":"input ended"}'
} >call.gl

cat >want.txt <<'E2'
user: How high is it?
model: 4,808 m.
[tool call: f {"a":[1]}]
[end: input ended]
E2
run 0 gl-conv call.gl
same "text is the form without another" out want.txt
is "nothing is said" "$(cat err)" ""
run 0 gl-conv -t text - <call.gl
same "from standard input" out want.txt
run 0 gl-conv --model call.gl
is "the model's words alone" "$(cat out)" "4,808 m."
run 0 gl-conv --user -t text call.gl
is "the user's words alone" "$(cat out)" "How high is it?"

run 0 gl-conv -t json call.gl
is "a line a record" "$(wc -l <out)" "$(grep -ac '"type"' call.gl)"
is "every line is JSON" "$(jq -r .type out | wc -l)" "$(wc -l <out)"
is "the payload in base64" \
    "$(jq -r 'select(.type == "audio") | "\(.size) \(.data)"' out)" \
    "6 $(printf 'ab\n{"\377' | base64)"
run 0 gl-conv -t json --no-payload call.gl
is "or left out" "$(jq -c 'select(.type == "audio")' out)" \
    '{"type":"audio","rate":24000,"turn":1,"size":6}'

mkdir c.d
for f in a.txt:TEXT a.JSONL:JSON a.wav:RIFF a.html:HTML b:TEXT ./c.d/e:TEXT; do
	run 0 gl-conv -o "${f%:*}" call.gl
	case ${f#*:} in
	TEXT) same "${f%:*} is text" "${f%:*}" want.txt ;;
	JSON) is "${f%:*} is JSON" "$(jq -r .type "${f%:*}" | head -1)" start ;;
	RIFF) is "${f%:*} is WAV" "$(head -c 4 "${f%:*}")" RIFF ;;
	HTML) like "${f%:*} is a page" "${f%:*}" '<!DOCTYPE html>' ;;
	esac
done
is "a new file is private" "$(stat -c %a a.wav)" 600

# cut in the middle of the payload, and of a header
size=$(wc -c <call.gl)
head -c 212 call.gl >cut.gl
run 65 gl-conv cut.gl
is "what came before the cut is used" "$(cat out)" "user: How high is it?"
like "the cut is told" err \
    'cut.gl: record 4 at byte [0-9]+: the input ends after 3 of 6 payload'
head -c $((size - 10)) call.gl >in.gl
run 65 gl-conv -t json <in.gl
like "a cut header is told" err \
    'standard input: record 10 at byte [0-9]+: the input ends inside a header'
is "nine records before it" "$(wc -l <out)" 9
{ cat call.gl; echo oops; rec '{"type":"x"}'; } >bad.gl
run 65 gl-conv bad.gl
same "what came before a wrong header is used" out want.txt
like "it is told with its place and a guess" err \
    'record 11 at byte [0-9]+: the header line is not JSON: .*"bytes"'
echo '{"a":1}' >in.gl
run 65 gl-conv <in.gl
like "a header without a type" err 'has no "type"'
echo hello >in.gl
run 65 gl-conv <in.gl
like "no stream at all" err 'neither a stream .* nor a WAV file'
run 0 gl-conv </dev/null
is "an empty stream is an empty text" "$(wc -c <out)" 0

run 66 gl-conv nothing.gl
run 74 gl-conv -o no/such/folder.txt call.gl
run 64 gl-conv -t ogg call.gl
run 64 gl-conv -o call.mp3 call.gl
like 'another kind of sound is not text' err 'gl-conv does not write mp3; gl-conv -t wav |'
ok 'nothing is written' [ ! -e call.mp3 ]
for f in a.aif a.wma a.mkv; do
	run 64 gl-conv -o $f call.gl
	like "... $f too" err "gl-conv does not write ${f#a.}; gl-conv -t wav"
done
run 64 gl-conv -o call.gl2 call.gl
like "an ending that means nothing is not text" err \
    'call.gl2: unknown ending .gl2; name a format with -t'
run 0 gl-conv -t text -o call.gl2 call.gl
same "... unless -t says so" call.gl2 want.txt
run 64 gl-conv -R 5 call.gl
run 64 gl-conv call.gl call.gl
run 64 gl-conv --nope
like "a hint" err "gl-conv --help"
run 0 gl-conv --help
like "usage on standard output" out '^usage: gl-conv'
run 0 gl-conv --version
like "version" out '^gl-conv \(gl\) [0-9]'
if [ -w /dev/full ]; then
	timeout 10 gl-conv -t json call.gl >/dev/full 2>err
	is "a full disk is 74" $? 74
	like "... and said" err 'standard output: No space left'
else
	skip "a full disk" "no /dev/full here"
fi

# the reader leaves: quiet
{ timeout 10 gl-conv -t json call.gl 2>err; echo $? >rc; } | true
wait_for "the exit code" test -s rc
is "a reader that leaves is not an error" "$(cat rc) $(cat err)" "0 "

# as it comes: the first line is there before the input ends
mkfifo in out.pipe
gl-conv -t json <in >out.pipe &
exec 4>in 5<out.pipe
rec '{"type":"text","text":"one"}' >&4
read -r line <&5
is "a record is converted when it comes" "$line" '{"type":"text","text":"one"}'
exec 4>&- 5<&-
wait $!
is "and the end ends it" $? 0

# what is left of a session that was killed is not taken for the whole
start='{"gl":1,"type":"start","program":"gl-session"}'
said='{"type":"transcript","role":"model","turn":1,"text":"Well"}'
printf '%s\n' "$start" "$said" >killed.gl
printf '%s\n' "$start" "$said" '{"type":"turn_complete","turn":1}' >part.gl
printf '%s\n' "$start" "$said" '{"type":"end","reason":"finished"}' >whole.gl
printf '%s\n' '{"gl":1,"type":"start","program":"gl-mic"}' "$said" >other.gl
run 0 gl-conv killed.gl
like 'a conversation without its end' err \
    '^gl-conv: killed.gl: the end of the conversation is not in it: it was broken off'
like 'its words' out 'Well'
for f in part whole other; do
	run 0 gl-conv $f.gl
	is "$f.gl: nothing is missing" "$(cat err)" ''
done

# on a terminal: colours, unless they are not wanted; never sound
if terminals "a terminal"; then
	tty() { TERM=xterm timeout 10 script -qec "$1" /dev/null </dev/null |
	    tr -d '\r' >out; }
	tty 'gl-conv call.gl'
	like "colours on a terminal" out "$(printf '\033\\[36muser:')"
	tty 'NO_COLOR=1 gl-conv call.gl'
	same "none with NO_COLOR" out want.txt
	tty 'TERM=dumb gl-conv call.gl'
	same "none on a dumb terminal" out want.txt
	tty 'gl-conv -t wav call.gl; echo "exit $?"'
	like "no sound to a terminal" out 'no sound to a terminal'
	like "... is wrong usage" out 'exit 64'
fi


# sound alone has no words
for t in text srt vtt; do
	run 65 gl-conv -t $t "$TOP/examples/question.wav"
	like "$t: and which program writes them" err 'gl-session --transcribe'
done
tap_done
