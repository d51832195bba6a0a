# The echo canceller in the pipe: what gl-play --reference writes, and gl-mic
# --aec with files in place of both devices, where the result is the same at
# any pace; wrong words; a loudspeaker that goes away.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"

# --- the records
device spk "out \"$TMP/spk.raw\" times \"$TMP/times\""
mkfifo in
bg gl-play --reference -o heard.gl -D spk in 2>err
play=$bg_pid
exec 5>in
wait_for "silence that is played" has_frames spk.raw 4800
tool turns 1 300 >&5
wait_for "the turn" grep -qa '"ms":300,"playing":false' heard.gl
n=$(frames spk.raw)
wait_for "silence behind it" has_frames spk.raw $((n + 4800))
tool open 2 3000 >&5
wait_for "sound" grep -qa '"turn":2,"ms":[5-9]' heard.gl
# a machine so busy that the device runs dry; that may happen by itself too
kill -STOP $play; sleep 0.5; kill -CONT $play
wait_for "a start after that" sh -c '[ "$(grep -c ^start times)" -ge 2 ]'
n=$(frames spk.raw)
wait_for "sound after it" has_frames spk.raw $((n + 2400))
stops() { grep -ao '"stop":true' heard.gl | wc -l; }
more_stops() { [ "$(stops)" -gt "$1" ]; }
n=$(stops)
echo '{"type":"interrupted","turn":2}' >&5
wait_for "the stop" more_stops "$n"
n=$(frames spk.raw)
wait_for "silence again" has_frames spk.raw $((n + 4800))
exec 5>&-
kill -INT $play; wait $play
is "INT: exit 130" $? 130
cat >check.py <<'PY'
import array, json, re, sys
starts = [l.split() for l in open('times') if l.startswith('start')]
raw = array.array('h'); raw.frombytes(open('spk.raw', 'rb').read())
told = {}; line = []; off = []; end = None; taken = 0; begun = 0; holes = 0
data = open('heard.gl', 'rb').read(); at = 0
k = -1
while at < len(data):
    nl = data.index(b'\n', at); h = json.loads(data[at:nl]); at = nl + 1
    body = data[at:at + h.get('bytes', 0)]; at += h.get('bytes', 0)
    if h['type'] != 'reference': continue
    f = h['frame']
    if h.get('stop'):
        taken += end - f; cut = f
        for i in range(f, end): told.pop(i, None)
        end = f; continue
    if end is not None and f != end: holes += 1
    if h.get('start'): begun += 1; k += 1; first = f
    s = array.array('h'); s.frombytes(body)
    for i, v in enumerate(s): told[f + i] = v
    end = f + len(s)
    if 'ns' in h:
        # the device's own truth: its start, and the frames before it
        off.append(h['ns'] / 1e3 - float(starts[k][1]) -
            (f - first) * 1e6 / 24000)
# the device plays a few frames more between the question and the stop
same = all(told.get(i) == v for i, v in enumerate(raw[:cut - 48]))
off.sort(key=abs)
print(same and len(told) >= len(raw) - 48, holes,
      begun == len(starts) >= 3, taken > 0, abs(off[len(off) * 9 // 10]) < 1000)
PY
python3 check.py >result
is "what was played, in one piece, each start, what was taken back, to the ms" \
    "$(cat result)" "True 0 True True True"
# a sound server that runs dry says nothing, and what comes then is played later
device dry "quiet 1 times \"$TMP/dry\""
sox -n -r 24000 -b 16 long.wav synth 20 sine 300
bg gl-play --reference -o dry.gl -D dry long.wav
play=$bg_pid
wait_for "sound" grep -qa '"ms":[5-9]' dry.gl
kill -STOP $play; sleep 0.5; kill -CONT $play
wait_for "nothing to play" grep -q dry dry
starts() { [ "$(grep -ao '"start":true' dry.gl | wc -l)" -ge "$1" ]; }
wait_for "another start" starts 2
ok "a server that ran dry in silence: a new start" starts 2
kill -INT $play; wait $play
# one that does not know its timing for a while: nothing has run dry
device untimed "quiet 1 untimed \"$TMP/untimed\" out \"$TMP/untimed.raw\""
mkfifo rest
bg gl-play --reference -o rest.gl -D untimed rest
play=$bg_pid
exec 5>rest
wait_for "silence that is played" has_frames untimed.raw 4800
touch untimed
n=$(frames untimed.raw)
wait_for "more of it" has_frames untimed.raw $((n + 12000))
is "without stamps silence goes on" "$(grep -ao '"st[a-z]*":true' rest.gl)" \
    '"start":true'
exec 5>&-
kill -INT $play; wait $play
# and takes whole blocks only: the end of a sound is pushed out
device blocks "quiet 1 step 512"
sox long.wav end.wav trim 0 3000s
run 0 timeout 10 gl-play -o end.gl -D blocks end.wav
like "all of it was heard" end.gl '"ms":125,'
run 64 gl-play --reference -n
like "where the records go" err '^gl-play: --reference goes into the file of -o'

# --- files: a far voice that comes back 30 ms later and 6 dB down, and a near
# voice over its second half
if ! command -v flite >/dev/null || ! command -v espeak-ng >/dev/null; then
	skip "voices" "no flite and espeak-ng"; tap_done; exit
fi
flite -voice slt -t "The highest mountain of the Alps is Mont Blanc, on the border between France and Italy. You can walk around it in about eleven days, and sleep in a hut each night. The weather changes quickly, so take warm clothes." -o one.wav
espeak-ng -w two.wav "Stop, wait a moment please, that is not what I asked for."
sox one.wav -r 24000 -c 1 far.wav gain -n -6 pad 0.5 0.5
sox far.wav -r 16000 echo.wav delay 0.03 gain -6
sox two.wav -r 16000 near0.wav gain -n -12 pad 8 0
len=$(soxi -s echo.wav)
sox near0.wav near.wav pad 0 20 trim 0 "${len}s"
sox -m -v 1 echo.wav -v 1 near.wav mic.wav
cat >refer.py <<'PY'
import json, sys, wave
w = wave.open('far.wav'); f = 0
while True:
    b = w.readframes(480)
    if not b: break
    h = {'type': 'reference', 'rate': 24000, 'frame': f,
         'ns': int(sys.argv[1]) * 10**9 + f * 10**9 // 24000, 'bytes': len(b)}
    sys.stdout.buffer.write(json.dumps(h).encode() + b'\n' + b)
    f += len(b) // 2
PY
python3 refer.py 0 >played.gl
python3 refer.py 3600 >later.gl
run 0 gl-mic -r --pace fast --aec played.gl mic.wav
mv out fast.raw
like "it says that it begins half duplex" err 'half duplex'
like "and when both may speak" err 'both may speak'
is "as much sound as went in" "$(frames fast.raw)" "$len"
run 0 gl-mic --pace fast --aec played.gl mic.wav
tool heads <out >heads
like "records tell it" heads \
    '"type":"aec","state":"open","erle":[0-9.]*,"delay_ms":[0-9.]*,"drift_ppm"'
cat >level.py <<'PY'
import array, math, sys
def db(f, a, b, r=16000):
    s = array.array('h'); s.frombytes(open(f, 'rb').read()[-0:])
    s = s[int(a * r):int(b * r)]
    return 10 * math.log10(sum(v * v for v in s) / len(s) + 1e-3)
print(int(db('mic.raw', 4, 7.5) - db('fast.raw', 4, 7.5)),
      int(abs(db('near.raw', 8, 11) - db('fast.raw', 8.01, 11.01))))
PY
sox mic.wav -t raw mic.raw; sox near.wav -t raw near.raw
python3 level.py >result; read -r erle cut <result
ok "the far voice is $erle dB down" [ "$erle" -ge 30 ]
ok "the near voice is there to $cut dB" [ "$cut" -le 3 ]
run 0 gl-mic -r --pace 4 --aec played.gl mic.wav
ok "another pace gives the same" cmp -s out fast.raw
run 65 gl-mic -r --pace fast --aec later.gl mic.wav
like "times that never meet" err "^gl-mic: later.gl: what was played is told \
from 3600.000 s on, and what was heard goes from 0.000 to [0-9.]* s: nothing"
is "lose nothing of the sound" "$(frames out)" "$len"
cat >stamp.py <<'PY'
# mic.wav as a stream whose sound was captured so many seconds later
import json, sys, wave
w = wave.open('mic.wav'); f = int(sys.argv[1]) * 16000
print('{"gl":1,"type":"start","program":"gl-mic"}', flush=True)
while True:
    b = w.readframes(320)
    if not b: break
    h = {'type': 'audio', 'rate': 16000, 'ns': f * 62500, 'bytes': len(b)}
    sys.stdout.buffer.write(json.dumps(h).encode() + b'\n' + b)
    f += 320
PY
for at in 5 14; do
	python3 stamp.py $at >at.gl
	run 0 timeout 60 gl-mic -r --pace fast --aec played.gl at.gl
	is "from $at s on: neither waits for ever" "$(frames out)" "$len"
done
python3 refer.py 4 >later.gl
run 0 gl-mic -r --pace fast --aec later.gl mic.wav
ok "a file may tell long before that something is played" \
    [ "$(head -c 64000 out | od -An -v -td2 -w2 | grep -vcw 0)" -gt 10000 ]
unlike "and nobody misses news" err 'no news'
run 0 gl-mic -r --pace fast --aec-guard off --aec played.gl mic.wav
ok "without the guard the beginning is heard" \
    [ "$(head -c 64000 out | od -An -v -td2 -w2 | grep -vcw 0)" -gt 10000 ]
run 0 gl-mic -r --pace fast --denoise --agc mic.wav
is "noise and gain without a canceller" "$(frames out)" "$len"

run 64 gl-mic --aec played.gl -R 22050 mic.wav
like "a rate that it cannot do" err 'does not work at 22050 Hz'
run 64 gl-mic --aec-guard maybe mic.wav
run 66 gl-mic -r --aec nowhere mic.wav
like "a file that is not there" err '^gl-mic: nowhere: there is no such FIFO'
echo 'not a stream' >bad
run 65 gl-mic -r --aec bad mic.wav
like "a file that is not a stream" err '^gl-mic: bad: '

run 64 gl-mic -r --aec played.gl --half-duplex played.gl mic.wav
like "two options that take each other's records" err \
    '^gl-mic: played.gl: two options read it, and each'
device mic4 "in \"$TMP/mic4.raw\""
run 66 gl-mic -r --aec played.gl -D mic4
like "a file in place of a FIFO, beside a device" err \
    '^gl-mic: played.gl: a regular file, not a FIFO: rm played.gl; mkfifo'
printf '%s\n' '{"gl":1,"type":"start","program":"gl-play"}' \
    '{"type":"played","turn":1,"ms":100,"playing":true}' \
    '{"type":"played","turn":1,"ms":200,"playing":true}' >few.gl
run 0 gl-mic -r --pace fast --aec few.gl mic.wav
is "two played records may come between two of sound" "$(cat err)" ''
{ cat few.gl; tail -2 few.gl; } >silent.gl
run 0 gl-mic -r --pace fast --aec silent.gl mic.wav
is "played records without sound: said once" "$(cat err)" "gl-mic: \
silent.gl: tells what was played and not its sound: nothing is cancelled: \
gl-play --reference"
cat >ref.py <<'PY'
# references of 100 ms of noise, on standard output: ns rate frame ...
import json, random, sys
def tell(n, r, f):
    b = b''.join(random.randrange(-3000, 3000).to_bytes(2, 'little', signed=True)
                 for _ in range(2400))
    h = {'type': 'reference', 'ns': n, 'rate': r, 'frame': f, 'bytes': len(b)}
    sys.stdout.buffer.write(json.dumps(h).encode() + b'\n' + b)
    sys.stdout.flush()
if __name__ == '__main__':
    for t in zip(*[iter(map(int, sys.argv[1:]))] * 3):
        tell(*t)
PY
{ cat silent.gl; python3 ref.py 9223372036854775807 24000 0 0 0 2400 \
    1 24000 9223372036854775000 0 4294991296 4800; } >mad.gl
run 0 gl-mic -r --pace fast --aec mad.gl mic.wav
is "impossible references: said once" "$(tail -1 err)" "gl-mic: mad.gl: a \
reference is left out, and others may be: its rate 24000, frame 0 or ns \
9223372036854775807 is impossible"
is "nor do they pass for its sound" "$(wc -l <err)" 2
python3 ref.py 0 24000 -1 100 24000 -1 >nowhen.gl
run 0 gl-mic -r --pace fast --aec nowhen.gl mic.wav
is "references without a frame: said once" "$(cat err)" "gl-mic: nowhen.gl: a \
reference is left out, and others may be: its rate 24000, frame -1 or ns 0 is \
impossible"

# --- whoever tells what is played is killed, or tells what cannot be
heard() { od -An -v -td2 -w2 | grep -vcw 0; }
mkfifo told
sox -n -r 16000 -c 1 hiss.wav synth 8 whitenoise gain -20
sox -n -r 24000 -c 1 loud.wav synth 20 whitenoise gain -20
bg gl-mic --aec told hiss.wav >out.gl 2>err
mic=$bg_pid
bg gl-play -n --reference -o told loud.wav 2>play.err
play=$bg_pid
wait_for "half duplex" grep -q 'half duplex' err
wait_for "a second of it" has_frames out.gl 24000
kill -KILL $play
wait $mic
is "gl-play is killed, and that is no fault" $? 0
gl-conv -q -t pcm --user out.gl >out
ok "deaf before that" [ "$(tail -c +32000 out | head -c 16000 | heard)" = 0 ]
ok "and no more after two seconds" [ "$(tail -c 32000 out | heard)" -gt 12000 ]
like "which is said" err 'echo: still no news, so nothing is played: both may'
is "and told" "$(tool heads <out.gl | grep '"aec"' |
    sed 's/.*state":"\([a-z]*\).*/\1/' | tr '\n' ' ')" \
    'learning lost waiting '
cat >later.py <<'PY'
# a loudspeaker whose sound is always ten seconds away
import ref, time
f = 0
while True:
    ref.tell(time.clock_gettime_ns(time.CLOCK_MONOTONIC) + 10**10, 24000, f)
    f += 2400
    time.sleep(0.05)
PY
bg gl-mic -r --aec told hiss.wav >out 2>err
mic=$bg_pid
python3 later.py >told 2>later.err & tap_pids="$tap_pids $!"
wait $mic
is "what is told is always to come" $? 0
ok "it stays deaf" [ "$(tail -c 32000 out | heard)" = 0 ]
like "and says why" err 'echo: no news of the loudspeaker: half duplex'

run 2 make -n -C "$TOP" B="$TMP/b" APM=1 PKG_CONFIG=false
like "a second stage without its library" err \
    'APM=1 needs webrtc-audio-processing 0.3, in Debian 12 lib'

# --- nothing of it reaches the service or goes round in circles
emulator --brain parrot
echo hello | timeout 20 gl-session -t -f stream -i played.gl >out 2>err
tool heads <out >heads
unlike "gl-session drops what was played" heads '"reference"'
tap_done
