# A real sound server: a voice played into one PulseAudio null sink by gl-play
# and recorded from its monitor by gl-mic, compared sample by sample after
# alignment; an interruption; a sink that is suspended, a server that is killed
# and started again in mid-speech.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"

if ! pulse_start; then
	skip "a real sound server" "no PulseAudio here"
	tap_done
	exit
fi
sox -n -r 24000 -b 16 -c 1 voice.wav synth 2 sine 200-2000 vol 0.5
sox voice.wav -t raw voice.raw

gl-mic -r -R 24000 -D spk_monitor >heard.raw 2>mic.err &
mic=$!
tap_pids="$tap_pids $mic"
wait_for "the monitor" has_frames heard.raw 2400
run 0 gl-play -v -D spk voice.wav
like "the device is the server's" err '24000 Hz, 1 channel'
wait_for "the recording" has_frames heard.raw 55200
kill -INT $mic; wait $mic
cat >align.py <<'PY'
import array, sys
def read(name):
    a = array.array('h')
    a.frombytes(open(name, 'rb').read()[:1 << 22])
    return a
want, got = read(sys.argv[1]), read(sys.argv[2])
# where it begins: the first sample that sounds, then the exact place
first = next(i for i, v in enumerate(got) if abs(v) > 200)
base = next(i for i, v in enumerate(want) if abs(v) > 200)
best = min(range(-40, 41), key=lambda d: sum(
    abs(got[first + d + i] - want[base + i]) for i in range(2000)))
off = first + best - base
n = min(len(want), len(got) - off)
bad = [i for i in range(n) if abs(got[off + i] - want[i]) > 1]
print(n, len(bad), bad[:3])
PY
is "every sample is heard, once" "$(python3 align.py voice.raw heard.raw)" \
    "48000 0 []"

# an interruption
mkfifo sound
gl-mic -r -R 24000 -D spk_monitor >cut.raw 2>mic.err &
mic=$!
tap_pids="$tap_pids $mic"
bg gl-play -D spk -o news sound 2>err
play=$bg_pid
exec 5>sound
tool open 1 5000 >&5
wait_for "sound" grep -q '"ms":[5-9]' news
echo '{"type":"interrupted","turn":1}' >&5
wait_for "its answer" grep -q '"interrupted":true' news
now=$(frames cut.raw)
wait_for "half a second more" has_frames cut.raw $((now + 12000))
exec 5>&-
kill -INT $mic $play; wait $mic $play
ms=$(sed -n 's/.*"ms":\([0-9]*\).*"interrupted":true.*/\1/p' news)
n=$(samples cut.raw | grep -vcx 0)
ok "silence after $((n / 24)) ms, told $ms" \
    [ $((n / 24 - ms)) -ge -60 -a $((n / 24 - ms)) -le 60 ]

# a suspended sink takes no sound: said, and later it goes on
rm -f news
bg gl-play -v -D spk -o news sound 2>err
play=$bg_pid
exec 5>sound
tool turns 1 3000 >&5
wait_for "sound" grep -q '"ms":[5-9]' news
pactl suspend-sink spk 1
wait_for "a word about it" grep -q 'takes no sound' err
pactl suspend-sink spk 0
exec 5>&-
wait_for "the rest of it" grep -q '"ms":3000,"playing":false,"inter' news
kill -INT $play; wait $play
like "the device plays again" err 'plays again'

# the server is killed in mid-speech, and comes back
rm -f news
bg gl-play -v -D spk -o news sound 2>err
play=$bg_pid
exec 5>sound
tool turns 1 3000 >&5
wait_for "sound" grep -q '"ms":[5-9]' news
pulse_stop
wait_for "a word about it" grep -q 'trying for' err
pulse_start
wait_for "its return" grep -q 'the device is back' err
wait_for "the rest of it" grep -q '"ms":[0-9]*,"playing":false,"inter' news
exec 5>&-
kill -INT $play; wait $play
ms=$(sed -n 's/.*"ms":\([0-9]*\).*"interrupted":false.*/\1/p' news)
is "the turn was played to its end" "$ms" 3000

# the same for the microphone
: >err
gl-mic -D spk_monitor >mic.gl 2>err &
mic=$!
tap_pids="$tap_pids $mic"
wait_for "the microphone" grep -qa '"audio"' mic.gl
pulse_stop
wait_for "a word about it" grep -q 'trying for' err
pulse_start
wait_for "its return" grep -q 'sound lost (device)' err
kill -INT $mic; wait $mic
is "INT: exit 130" $? 130
tool heads <mic.gl >heads
like "the gap is told" heads '"lost","t":[0-9]*,"ms":[1-9][0-9]*,"reason":"device"'

# and a server that stays away
bg gl-play --reopen 1 -D spk sound 2>err
play=$bg_pid
exec 5>sound
tool open 1 3000 >&5
wait_for "sound" sh -c 'pactl list short sink-inputs | grep -q .'
pulse_stop
wait $play
is "a server that stays away: exit 74" $? 74
exec 5>&-
like "with its sentence" err '^gl-play: spk: the sound server does not answer'
run 74 gl-mic -D mic_monitor
is "and at the start" "$(cat err)" \
    "gl-mic: mic_monitor: the sound server does not answer: is it running?"
tap_done
