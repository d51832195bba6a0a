# The whole pipeline through a real sound server: a voice is played into one
# PulseAudio null sink, whose monitor is the microphone; the answer is played
# into another and recorded from its monitor.  The user cuts in once.  What was
# heard is compared sample by sample, after alignment.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"

if ! pulse_start; then
	skip "a conversation through a real sound server" "no PulseAudio here"
	tap_done
	exit
fi
# A long word, silence until it is being said back, and a word over it.
sox "$TOP/examples/question.wav" -r 16000 -c 1 all.wav silence 1 0.05 1%
sox all.wav long.wav trim 0 2 fade t 0.02 0 0.02 pad 0.3 1.9
sox all.wav short.wav trim 0 1 fade t 0.02 0 0.02 pad 0 3.5
sox long.wav short.wav user.wav

emulator --brain parrot
gl-mic -r -R 24000 -D spk_monitor >monitor.raw 2>/dev/null &
monitor=$!
mkfifo said
gl-session -q <said | tee talk.gl | gl-play -D spk -o news 2>play.err &
play=$!
gl-mic -D mic_monitor 2>mic.err >said &
mic=$!
tap_pids="$tap_pids $monitor $play $mic"
wait_for "the session" grep -qa '"ready"' talk.gl
gl-play -q -D mic user.wav
wait_for "the second answer's end" grep -q '"turn":2,.*"interrupted":false' news
kill -INT $mic $monitor; wait $mic $monitor $play

tool heads <talk.gl >heads
is "the first answer was interrupted" "$(grep -c '"interrupted","t":[0-9]*,"turn":1' heads)" 1
is "and no other" "$(grep -c '"type":"interrupted"' heads)" 1
for t in 1 2; do tool payload audio $t <talk.gl >turn$t.raw; done
cat >compare.py <<'PY'
import array, sys
def read(name):
    a = array.array('h'); a.frombytes(open(name, 'rb').read()); return a
got = read('monitor.raw')
def start(want, after):
    base = next(i for i, v in enumerate(want) if abs(v) > 300)
    part = want[base:base + 500].tobytes()
    raw = got.tobytes()
    at = raw.find(part, after * 2)
    while at % 2:
        at = raw.find(part, at + 1)
    return -1 if at < 0 else at // 2 - base
def same(want, at):
    n = 0
    while n < len(want) and at + n < len(got) and got[at + n] == want[n]:
        n += 1
    return n
one, two = read('turn1.raw'), read('turn2.raw')
a = start(one, 0); n1 = same(one, a)
b = start(two, a + n1); n2 = same(two, b)
between = sum(1 for i in range(a + n1, b) if got[i] != 0)
after = sum(1 for i in range(b + n2, len(got)) if got[i] != 0)
print(n1 // 24, len(one) // 24, n2 == len(two), between, after)
PY
python3 compare.py >result
read -r ms1 len1 whole between after <result
told=$(sed -n 's/.*"turn":1,"ms":\([0-9]*\).*"interrupted":true.*/\1/p' news)
ok "of the first answer ($len1 ms) the first $ms1 ms were heard, told $told" \
    [ "$ms1" -gt 0 -a "$ms1" -lt "$len1" -a \
    $((ms1 - told)) -ge -60 -a $((ms1 - told)) -le 60 ]
is "the second was heard whole, every sample" "$whole" True
is "between them not a sample of the first" "$between" 0
is "and behind them nothing" "$after" 0

# what came back is what was said: the word, at another rate
sox -t raw -r 24000 -e signed -b 16 -c 1 turn2.raw -r 16000 -t raw back.raw
sox short.wav -t raw said.raw
cat >alike.py <<'PY'
import array
def read(name):
    a = array.array('h'); a.frombytes(open(name, 'rb').read()); return a
said, back = read('said.raw'), read('back.raw')
word = said[2000:14000]
def error(at):
    return sum((back[at + i] - word[i]) ** 2 for i in range(0, len(word), 7))
power = sum(v * v for v in word[::7])
coarse = min(range(0, len(back) - len(word), 8), key=lambda at:
    sum((back[at + i] - word[i]) ** 2 for i in range(0, len(word), 61)))
best = min(range(max(0, coarse - 16), min(len(back) - len(word), coarse + 17)),
    key=error)
print(error(best) < power / 50)
PY
is "what came back is the word that was said" "$(python3 alike.py)" True
tap_done
