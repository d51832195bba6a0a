# The echo canceller with two devices in one room and buffers as small as
# people dare: a gl-play that is killed and one that takes over, a gl-mic that
# begins in the middle.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"

if ! command -v flite >/dev/null; then
	skip "a loudspeaker and a microphone in one room" "no flite here"
	tap_done; exit
fi
flite -voice slt -t "The highest mountain of the Alps is Mont Blanc, on the border between France and Italy. You can walk around it in about eleven days, and sleep in a hut each night. The weather changes quickly, so take warm clothes." -o one.wav
sox one.wav one.wav one.wav one.wav one.wav -r 16000 -c 1 far.wav gain -n -9
device spk "rate 16000 channels 1 air \"$TMP/air\""
device mic "rate 16000 channels 1 air \"$TMP/air\""
mkfifo heard

play() { # ERRORS
	gl-play --reference -B 40ms -F 10ms -D spk -o heard far.wav 2>"$1" &
	play=$!
	tap_pids="$tap_pids $play"
}
mic() { # STREAM
	gl-mic --aec heard -B 40ms -F 10ms -D mic >"$1" 2>"$1.err" &
	mic=$!
	tap_pids="$tap_pids $mic"
}
opens() { # STREAM N: as often both may speak
	[ "$(grep -ao '"type":"aec","state":"open"' "$1" | wc -l)" -ge "$2" ]
}
# after N: a second of sound behind the Nth opening, in dB below the voice
cat >level.py <<'PY'
import array, json, math, sys
name, n = sys.argv[1], int(sys.argv[2])
data = open(name, 'rb').read(); at = 0; got = array.array('h')
opened = 0
while (nl := data.find(b'\n', at)) >= 0:
    h = json.loads(data[at:nl]); at = nl + 1
    size = h.get('bytes', 0)
    body = data[at:at + size]; at += size
    if len(body) < size: break
    if h['type'] == 'aec':
        opened += h['state'] == 'open'
        # only while it stays open
        if opened >= n and h['state'] != 'open' and len(got) < 8000: got = got[:0]
    elif h['type'] == 'audio' and opened >= n and len(got) < 16000:
        got.frombytes(body)
far = array.array('h'); far.frombytes(open('far.raw', 'rb').read())
def power(s): return sum(v * v for v in s) / (len(s) + 1e-9)
print(int(10 * math.log10(power(far) / (power(got) + 1e-3))), len(got))
PY
sox far.wav -t raw far.raw
behind() { # STREAM N SAMPLES
	python3 level.py "$1" "$2" >level 2>/dev/null &&
	    [ "$(cut -d' ' -f2 level)" -ge "$3" ]
}

mic one.gl; play play1.err
wait_for "both may speak" opens one.gl 1
wait_for "a second of that" behind one.gl 1 16000
read -r db n <level
ok "buffers of 40 ms: what is left is $db dB down" [ "$db" -ge 20 ]
kill -9 $play; wait $play 2>/dev/null
play play2.err
wait_for "the same behind a gl-play that was killed" opens one.gl 2
wait_for "a second of that" behind one.gl 2 16000
read -r db n <level
ok "the next gl-play: $db dB down" [ "$db" -ge 20 ]
kill -INT $mic; wait $mic
is "gl-mic: exit 130" $? 130
mic two.gl
wait_for "the next gl-mic, in the middle" opens two.gl 1
wait_for "a second of that" behind two.gl 1 16000
read -r db n <level
ok "the next gl-mic: $db dB down" [ "$db" -ge 20 ]
kill -INT $play $mic; wait $play $mic
tap_done
