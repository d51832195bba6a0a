#!/bin/sh
# gl-session --record: both sides in one file, sample by sample, byte for byte;
# appended, rotated, with contents left out; whole whatever kills the session.
. "$(dirname "$0")/../tap.sh"

json() { gl-conv -t json "$@"; }
rec() { printf '%s\n' "$1"; }
sox -D -n -r 16000 -b 16 -c 1 -e signed -t raw a.raw synth 1 sine 300 pad 0 1
sox -D -n -r 16000 -b 16 -c 1 -e signed -t raw b.raw synth 1 sine 500 pad 0 1
ffmpeg -v error -f lavfi -i testsrc=s=64x48 -frames:v 1 one.jpg
ffmpeg -v error -f lavfi -i testsrc2=s=64x48 -frames:v 1 two.jpg
image() {
	printf '{"type":"image","mime":"image/jpeg","bytes":%d}\n' \
	    "$(wc -c <"$1")"
	cat "$1"
}
audio() {
	printf '{"type":"audio","rate":16000,"bytes":%d}\n' "$(wc -c <"$1")"
	cat "$1"
}
# a call of a tool, a barge-in, two pictures, a change of connections
echo '{"on":"turn","nth":2,"do":"call","calls":[{"name":"f","args":{"a":1}}]}' \
    >rules
echo '{"on":"complete","limit":1,"do":"go_away"}' >>rules
emulator -s rules
mkfifo in
tools='[{"functionDeclarations":[{"name":"f"}]}]'
echo "$tools" >tools.json
gl-session --record call.gl --vad manual -T tools.json --voice Kore <in \
    >out.gl 2>err &
pid=$!; tap_pids="$tap_pids $pid"
exec 4>in
has() { json --no-payload out.gl 2>/dev/null | grep -c "\"$1\"" | {
	read -r n; [ "$n" -ge "$2" ]; }; }
rec '{"type":"activity","state":"start"}' >&4
audio a.raw >&4; image one.jpg >&4
rec '{"type":"activity","state":"end"}' >&4
wait_for "a sound" has audio 2
rec '{"type":"activity","state":"start"}' >&4
wait_for "it is cut off" has interrupted 1
# what a player says it has let be heard of the answer
rec '{"type":"played","turn":1,"ms":120,"interrupted":true}' >&4
audio b.raw >&4; image two.jpg >&4
rec '{"type":"activity","state":"end"}' >&4
wait_for "a call" has tool_call 1
id=$(json out.gl 2>/dev/null | jq -r 'select(.type == "tool_call").id')
rec '{"type":"tool_response","id":"'"$id"'","name":"f","response":{"b":[2]}}' >&4
wait_for "its turn" has turn_complete 3
wait_for "a change of connections" has reconnected 1
rec '{"type":"text","text":"three"}' >&4
exec 4>&-
wait $pid
is "the conversation ends well" "$?" 0

is "the file is private" "$(stat -c %a call.gl)" 600
json call.gl >all
is "it is whole" $? 0
cat a.raw b.raw >said.raw
gl-conv --user -t pcm call.gl >user.raw
same "what the user said, sample by sample" user.raw said.raw
gl-conv -t pcm out.gl >model.out; gl-conv -t pcm call.gl >model.rec
same "what the model said" model.rec model.out
jq -r 'select(.type == "image").data' all | sed -n 1p | base64 -d >got1
jq -r 'select(.type == "image").data' all | sed -n 2p | base64 -d >got2
same "a picture, byte for byte" got1 one.jpg
same "and the other" got2 two.jpg
is "the answer of the tool" \
    "$(jq -c 'select(.type == "tool_response") | [.side,.response]' all)" \
    '["user",{"b":[2]}]'
is "what the user typed" \
    "$(jq -c 'select(.type == "text" and .side == "user").text' all)" '"three"'
is "positions in the input" "$(jq -c 'select(.type == "audio" and
    .side == "user").at_ms' all | tr '\n' ' ')" "0 2000 "
is "and of the pictures" \
    "$(jq -c 'select(.type == "image").at_ms' all | tr '\n' ' ')" "2000 4000 "
is "time never runs backwards" \
    "$(jq .t all | grep -v null | sort -n -c 2>&1)" ""
like "who and what it was" all \
    '"time":"20..-..-..T..:..:..\....Z","model":"gemini.*","backend":"gemini","voice":"Kore".*"setup":"sha256:'
unlike "no handle stands in it" all '"type":"resumption"'
grep -a '"type":"ready"' out.gl >ready
like "ready on the output says so too" ready '"time":"20.*"voice":"Kore"'
is "the change of connections stands in it, once" "$(jq -r .type all |
    grep -c '^reconnected$') $(jq -r .type all | grep -c '^go_away$')" "1 1"
is "nothing is in it twice" "$(jq -c 'select(.type == "transcript" or
    .type == "text" or .type == "tool_response" or .type == "image") |
    [.type,.role,.text,.data,.t]' all | sort | uniq -d)" ""

# both channels, sample by sample: where something was said it is that, and
# silence elsewhere; of the answer that was cut off 120 ms were heard
gl-conv --both -R 16000 -t pcm call.gl >both16
gl-conv --both -R 24000 -t pcm call.gl >both24
cat >compare.py <<'END'
import json, sys
def channel(name, side):
    p = open(name, 'rb').read()
    return b''.join(p[i + 2 * side:i + 2 * side + 2]
        for i in range(0, len(p), 4))
turns = {}
f = open('call.gl', 'rb')
for line in f:
    r = json.loads(line)
    body = f.read(r.get('bytes', 0))
    if r['type'] == 'audio' and r.get('side') != 'user':
        turns[r['turn']] = turns.get(r['turn'], b'') + body
def check(what, sound, parts, rate):
    at, places = 0, []
    for p in parts:
        i = sound.find(p, at)
        while i > 0 and i % 2:
            i = sound.find(p, i + 1)
        if i < 0:
            print(what, 'a part is missing or not as it was'); return
        if sound[at:i].strip(b'\0'):
            print(what, 'something else in front of a part')
        places.append(i // 2 * 1000 // rate)
        at = i + len(p)
    if sound[at:].strip(b'\0'):
        print(what, 'something behind the last part')
    return places
u = check('user', channel('both16', 0),
    [open('a.raw', 'rb').read().rstrip(b'\0'),
    open('b.raw', 'rb').read().rstrip(b'\0')], 16000)
order = sorted(turns)
heard = [turns[order[0]][:120 * 48]] + [turns[t] for t in order[1:]]
m = check('model', channel('both24', 1), heard, 24000)
print('turns', len(order), 'cut', len(turns[order[0]]) > 120 * 48)
print('user at', u)
# each answer behind what it answers
print('model behind', [m[0] >= u[0] + 1000, m[1] >= u[1] + 1000, m[2] > m[1]])
END
python3 compare.py >got 2>&1
cat >want <<'END'
turns 3 cut True
user at [0, 2000]
model behind [True, True, True]
END
same "both sides, sample by sample, as spoken and heard" got want
emulator --speed 20
# again into the same file, and into a file that broke off
run 0 gl-session --record call.gl --text </dev/null
echo more | gl-session --record call.gl -t >/dev/null 2>err
is "appended" "$(json call.gl | jq -r 'select(.type == "start").type' | wc -l)" 3
# one conversation over two runs: --state goes on with it, --record behind what
# the first has left
echo first | gl-session --state st.json --record st.gl -t >/dev/null 2>err
is "the first run" "$?" 0
cp st.gl st.one
echo second | gl-session --state st.json --record st.gl -t >/dev/null 2>err
is "the next run of the same state" "$?" 0
head -c "$(wc -c <st.one)" st.gl >got
same "... leaves alone what stands there" got st.one
json st.gl >all
is "... and is whole" $? 0
is "... two runs, each with its start and end" "$(jq -r '.type |
    select(. == "start" or . == "ready" or . == "end")' all | tr '\n' ' ')" \
    "start ready end start ready end "
is "... of different times" "$(jq -r 'select(.type == "start").time' all |
    sort -u | wc -l)" 2
is "... what was typed, in order" "$(jq -r 'select(.type == "text" and
    .side == "user").text' all | tr '\n' ' ')" "first second "
is "... and one file to gl-conv" "$(gl-conv --user st.gl | tr '\n' ' ')" \
    "first second "
jq -r '.. | .text? // empty' st.json >words
like "the state knows the first run's words" words first
like "... and the second's" words second
size=$(wc -c <call.gl)
head -c $((size - 3)) call.gl >cut.gl
echo more | gl-session --record cut.gl -t >/dev/null 2>err
like "a record that is not whole is taken off" err \
    'cut.gl: the last record was not whole'
json cut.gl >/dev/null
is "... and the file is whole" $? 0
echo hello >text.gl
run 74 gl-session --record text.gl -t </dev/null
like "another file is left alone" err 'text.gl: not a stream that can be appended'
is "... as it is" "$(cat text.gl)" hello
run 74 gl-session --record no/such.gl -t </dev/null
run 64 gl-session --record-max 5x -t </dev/null
like "a limit that is none" err '5x: neither a size .* nor a time'
run 64 gl-session --record-what all -t </dev/null
if [ -w /dev/full ]; then
	run 74 gl-session --record /dev/full -t </dev/null
fi

# in several files
printf '%s\n' one two three | gl-session --record p.gl --record-max 1k -t \
    >/dev/null 2>err
is "a file a turn" "$(echo p*.gl)" "p.2.gl p.3.gl p.4.gl p.gl"
for f in p.gl p.2.gl; do
	is "$f begins as a stream" "$(json $f | head -1 | jq -r .type)" start
done
cat p.gl p.2.gl p.3.gl p.4.gl >joined.gl
is "joined they are the call" "$(gl-conv joined.gl | grep -c '^model:')" 3

# with contents left out
{ image one.jpg; rec '{"type":"text","text":"secret"}'; } |
    gl-session --record less.gl --record-what tools >/dev/null 2>err
json less.gl >less
unlike "no words" less secret
is "no sound, no picture" "$(grep -c '"type":"\(audio\|image\)"' less)" 0
like "but what happened" less '"type":"turn_complete"'

# killed at a hundred instants, each a little later than the one before; what
# was begun must be readable up to its last whole record
cat >killer.py <<'END'
import json, os, signal, subprocess, sys, time
def whole(name):
    """The bytes of the whole records, counted without gl-conv."""
    p, at, n = open(name, 'rb').read(), 0, 0
    while (nl := p.find(b'\n', at)) >= 0:
        end = nl + 1 + json.loads(p[at:nl]).get('bytes', 0)
        if end > len(p):
            break
        at, n = end, n + 1
    return at, n, len(p)
bad = cut = 0
for i in range(100):
    name = 'kill%d.gl' % (i % 4)
    if i % 4 == i:
        open(name, 'w').close()
    p = subprocess.Popen(['gl-session', '--record', name],
        stdin=open(sys.argv[1]), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    time.sleep(0.004 + i * 0.0007)
    p.send_signal(signal.SIGKILL)
    p.wait()
    at, n, size = whole(name)
    cut += at < size
    if size == 0:
        continue
    r = subprocess.run(['gl-conv', '-t', 'json', '--no-payload', name],
        capture_output=True)
    if r.returncode != (65 if at < size else 0) or \
        r.stdout.count(b'\n') != n:
        bad += 1
        print(i, r.returncode, n, r.stdout.count(b'\n'), at, size, r.stderr)
    if i % 3 == 0 and size > at:
        continue
    # a record that broke off, wherever that was
    with open(name, 'r+b') as f:
        f.truncate(max(0, size - 1 - i * 37 % max(1, size)))
    at, n, size = whole(name)
    r = subprocess.run(['gl-conv', '-t', 'json', '--no-payload', name],
        capture_output=True)
    if size and (r.returncode != (65 if at < size else 0) or
        r.stdout.count(b'\n') != n):
        bad += 1
        print(i, 'cut', r.returncode, n, r.stdout.count(b'\n'), at, size)
print('bad', bad)
END
python3 killer.py "$TOP/examples/question.wav" >killed 2>&1
bad=$(sed -n 's/^bad //p' killed)
[ "$bad" = 0 ] || sed 's/^/# /' killed
is "whenever it is killed what is whole can be read" "$bad" 0
echo end | gl-session --record kill3.gl -t >/dev/null 2>err
json kill3.gl >killed
is "and the next run makes it whole" $? 0

tap_done
