# gl-mic: every sample of the device or file arrives, in records with the
# device's time, at the rate that was asked for; and how it ends.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"

# two seconds in which no sample is 0, at 16 kHz
tool turns 1 1334 | tool payload audio | head -c 64000 >in.raw
sox -t raw -r 16000 -e signed -b 16 -c 1 in.raw in.wav
sox -n -r 48000 -b 16 -c 1 tone.wav synth 3 sine 440 vol 0.5
sox tone.wav -c 2 -t raw tone48.raw
device default "in $TMP/in.raw speed 10"
device hw48 "in $TMP/tone48.raw rate 48000 channels 2 speed 10"

gl-mic -d 2 >out.gl 2>err
is "exit 0" $? 0
tool payload audio <out.gl >out.raw
same "every sample arrives" out.raw in.raw
tool heads <out.gl >heads
like "a start record comes first" heads '^\{"gl":1,"type":"start","program":"gl-mic"'
is "in records of 20 ms" "$(grep -c '"rate":16000,"t":[0-9]*,"bytes":640' heads)" 100
is "whose time is the device's" \
    "$(sed -n 's/.*"t":\([0-9]*\).*/\1/p' heads | tr '\n' ' ')" \
    "$(seq 0 20 1980 | tr '\n' ' ')"

gl-mic -r -d 1.5 >out.raw
head -c 48000 in.raw >want.raw
same "-r -d 1.5: raw PCM" out.raw want.raw

# a device with another rate and two channels; another rate wanted
rms() { sox "$@" -n stat 2>&1 | awk '/RMS.*amplitude/ { print $3 }'; }
near() { awk -v a="$(rms diff.wav)" -v b="$(rms want.wav)" \
    'BEGIN { print (a < b / 100) }'; }
gl-mic -r -D hw48 -d 2 >out.raw
is "48 kHz in two channels: 2 s come out" "$(frames out.raw)" 32000
sox -t raw -r 16000 -e signed -b 16 -c 1 out.raw got.wav trim 0.01 1.9
sox tone.wav -r 16000 want.wav trim 0.01 1.9
sox -m -v 1 want.wav -v -1 got.wav diff.wav
is "and differ by less than 1 %" "$(near)" 1
gl-mic -r -R 24000 -d 1 -D hw48 >out.raw
is "-R 24000: its rate" "$(frames out.raw)" 24000

# devices of 24 and 32 bits, without plughw: the 16 highest are the sound
cat >widen.py <<'E1'
import struct, sys
raw = open("in.raw", "rb").read()
for name, low, high in ("S24_3LE", 1, 0), ("S24_LE", 1, 1), ("S32_LE", 2, 0):
    with open(name + ".raw", "wb") as f:
        for i in range(0, len(raw), 2):
            # below and above stands what does not count
            f.write(b"\x81\x42"[:low] + raw[i:i + 2] + b"\x5a" * high)
E1
python3 widen.py
for f in S24_3LE S24_LE S32_LE; do
	device "d$f" "in $TMP/$f.raw out $TMP/$f.out format $f rate 16000 channels 1 speed 10"
	run 0 gl-mic -r -d 2 -D d$f
	same "a device of $f" out in.raw
	run 0 gl-play -r -R 16000 -D d$f in.raw
	python3 - $f <<'E1' >back.raw
import sys
f = sys.argv[1]
raw = open(f + ".out", "rb").read()
w, low, high = {"S24_3LE": (3, 1, 0), "S24_LE": (4, 1, 1),
    "S32_LE": (4, 2, 0)}[f]
for i in range(0, len(raw), w):
    s = raw[i + low:i + low + 2]
    sign = b"\xff" if s[1] & 128 else b"\0"
    assert raw[i:i + low] == bytes(low) and raw[i + low + 2:i + w] == sign * high
    sys.stdout.buffer.write(s)
E1
	head -c 64000 back.raw >heard.raw
	same "and to play on one" heard.raw in.raw
done

# files, paced and not
run 0 gl-mic -r in.wav
same "a WAV file" out in.raw
gl-mic -r - <in.wav >out
same "standard input" out in.raw
run 0 gl-mic -r --pace fast in.raw
same "raw PCM, as fast as it goes" out in.raw
sox in.wav -r 8000 -c 2 small.wav
run 0 gl-mic --pace fast small.wav
tool payload audio <out >out.raw
is "8 kHz in two channels: the same length" "$(frames out.raw)" 32000
head -c 63000 in.raw >odd.raw
run 0 gl-mic --pace 4 -r odd.raw
same "the last frame may be shorter" out odd.raw
gl-mic -r --pace fast in.raw | { sleep 0.2; cat; } >out
same "a slow reader of a file misses nothing" out in.raw
for t in 0 1ms; do
	run 0 gl-mic -r --pace fast --backlog $t in.raw
	same "--backlog $t: a file goes out all the same" out in.raw
	timeout 20 gl-mic -r --pace fast --backlog $t in.raw |
	    { sleep 0.2; cat; } >out
	same "--backlog $t: to a slow reader too" out in.raw
done

# a pace is kept: the device of the clock and the file agree
bg gl-mic --pace 1 in.wav >paced.gl
start=$(date +%s%N)
wait $bg_pid
ms=$((($(date +%s%N) - start) / 1000000))
ok "--pace 1 takes its time ($ms ms)" [ $ms -ge 1900 ]

# what is muted is not sent
{ head -c 32000 in.raw; head -c 64000 /dev/zero; head -c 16000 in.raw; } >mute.raw
device mute "in $TMP/mute.raw speed 10"
gl-mic -D mute -d 3.5 >out.gl
tool heads <out.gl >heads
is "digital silence beyond a second: audio_end, once" \
    "$(grep -n '"audio_end","t":' heads | cut -d: -f1)" 102
is "and sound goes on at its time" \
    "$(sed -n '103s/.*"t":\([0-9]*\).*/\1/p' heads)" 3000
gl-mic -r -D mute -d 3.5 >out.raw
same "raw PCM keeps its silence" out.raw mute.raw

# local voice activity on real speech: two sentences with a pause, in silence
# and in noise
sox -R -n -r 16000 -b 16 -c 1 noise.wav synth 16 whitenoise vol 0.004
sox "$TOP/examples/question.wav" -r 16000 -c 1 clean.wav pad 0.5 1
sox -m -v 1 clean.wav -v 1 noise.wav noisy.wav
for kind in clean noisy; do
	gl-mic --vad --pace fast $kind.wav >vad.gl
	tool heads <vad.gl >heads
	is "--vad, $kind: two activities" "$(sed -n \
	    's/.*"state":"\([a-z]*\)".*/\1/p' heads | tr '\n' ' ')" \
	    "start end start end "
	tool payload audio <vad.gl >vad.raw
	sox $kind.wav -t raw all.raw
	loud() { samples "$1" | awk '$1 > 1000 || $1 < -1000' | wc -l; }
	is "--vad, $kind: all that is loud" "$(loud vad.raw)" "$(loud all.raw)"
	ok "--vad, $kind: but not all" \
	    [ "$(frames vad.raw)" -lt $(($(frames all.raw) - 16000)) ]
done
sox -R -n -r 16000 -b 16 -c 1 -t raw room.raw synth 96 whitenoise vol 0.02
for at in 0 1 2 3 4 5 6 7 8 9 10 11; do
	tail -c +$((at * 256000 + 1)) room.raw | head -c 256000 |
	    gl-mic --vad --pace fast - >vad.gl
	is "--vad: noise alone, $at, is nobody" \
	    "$(tool payload audio <vad.gl | wc -c)" 0
done

# levels for people
if terminals "the meter"; then
	python3 -c 'import array, sys
array.array("h", ([32767] * 20 + [-32768] * 20) * 400).tofile(sys.stdout.buffer)' \
	    >loud.raw
	device loud "in $TMP/loud.raw speed 10"
	script -qec "gl-mic -V -D loud -d 1" /dev/null >screen </dev/null
	like "-V on a terminal: a meter" screen '\[#+\|?\] +-?0 dB CLIPPING'
	script -qec "gl-mic -V mono -D mute -d 2.9" /dev/null >screen </dev/null
	like "-V mono: arecord's word; a muted microphone is said" screen \
	    'NO SIGNAL'
	script -qec "gl-mic -D loud -d 1" /dev/null >screen </dev/null
	like "no sound is written to a terminal" screen 'not written to a terminal'
fi

run 0 gl-mic -l
like "-l lists the device" out '^default	test device'
cp "$ALSA_CONFIG_PATH" before.conf
sed '/^pcm.default/,+1d' before.conf >"$ALSA_CONFIG_PATH"
for d in aaa hw plughw default; do device $d "in $TMP/in.raw"; done
run 0 gl-mic -l
is "the default first, then hardware, then others" "$(cut -f 1 out |
    head -3 | tr '\n' ' ')$(grep -c '^aaa	' out)" "default plughw hw 1"
mv before.conf "$ALSA_CONFIG_PATH"
run 74 gl-mic -D nothing
is "no device: one plain sentence" "$(cat err)" \
    "gl-mic: nothing: no such sound device (-l lists them)"
run 66 gl-mic nothing.wav
run 64 gl-mic in.wav in.wav
run 64 gl-mic -R 5
run 0 gl-mic --version
head -c 50000 in.wav >cut.wav
run 65 gl-mic -r --pace fast cut.wav
like "a WAV file cut short" err '^gl-mic: cut.wav: '
# what can be opened, and what only waits for its server
device unplugged "gone $TMP/unplugged"
: >unplugged
cat >>"$ALSA_CONFIG_PATH" <<CONF
pcm.jk { type jack capture_ports { 0 system:capture_1 }
    hint { show on description "by a server" } }
CONF
JACK_NO_START_SERVER=1
export JACK_NO_START_SERVER
# libjack itself leaves 96 bytes behind
own=${ASAN_OPTIONS-}
ASAN_OPTIONS=$own:detect_leaks=0
export ASAN_OPTIONS
run 0 gl-mic -l
unlike 'a device that is not there' out unplugged
like 'one whose server is not there' out \
    '^jk.by a server \(its server does not answer\)$'
is 'and nobody else says anything' "$(cat err)" ''
run 74 gl-mic -D jk -d 1
is 'nor is it called missing' "$(cat err)" \
    'gl-mic: jk: the sound server does not answer: is it running?'
ASAN_OPTIONS=$own
run 74 gl-mic -D unplugged -d 1
like 'as this one is' err 'unplugged: no such sound device'

# sound and text that look like something else
printf '\377\376H\0e\0l\0l\0o\0\n\0' >utf16.txt
run 65 gl-mic utf16.txt
like 'UTF-16 is called by its name' err 'text in UTF-16 is not read; iconv'
run 64 gl-mic -r 16000
like "arecord's letter for the rate" err '-R is the rate'

# signals and readers
bg gl-mic >sig.gl
wait_for "sound" [ -s sig.gl ]
kill -TERM $bg_pid; wait $bg_pid
is "TERM: exit 143" $? 143
whole() { tool heads <"$1" >/dev/null; }
ok "the stream ends whole" whole sig.gl
gl-mic | head -c 100 >/dev/null
gl-mic -d 1 >/dev/full 2>err
is "a full disk: exit 74" $? 74
{ gl-mic; echo $? >rc; } | head -c 1000 >/dev/null
is "a reader that leaves: exit 0" "$(cat rc)" 0
tap_done
