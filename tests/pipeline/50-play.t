# gl-play: what comes out of the device for every kind of input, the records
# of what was heard, and how it ends.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"

device default "out $TMP/out.raw speed 10"
device hw48 "out $TMP/out48.raw rate 48000 channels 2 speed 10"

# one second in which no sample is 0
tool turns 1 1000 >one.gl
tool payload audio <one.gl >one.raw
sox -t raw -r 24000 -e signed -b 16 -c 1 one.raw one.wav

# played FILE: the samples of a device's file without silence
played() { samples "$1" | grep -vx 0; }
samples one.raw >one.txt

heard_one() {
	played out.raw >got.txt
	same "$1" got.txt one.txt
	rm -f out.raw
}

run 0 gl-play one.gl
heard_one "a stream is played sample by sample"
run 0 gl-play one.wav
heard_one "a WAV file too"
run 0 gl-play -r one.raw
heard_one "and raw PCM"
gl-play <one.gl
heard_one "standard input is the default"
run 0 gl-play - <one.wav
heard_one "and -"
sox -M one.wav one.wav stereo.wav
run 0 gl-play stereo.wav
heard_one "two channels become one"

# of another rate than the device was opened for: a smaller buffer
sox -t raw -r 8000 -e signed -b 16 -c 1 one.raw slow.wav
run 0 gl-play slow.wav
heard_one "8 kHz, sample by sample"
run 0 gl-play -n -d 0.5 "$TOP/examples/question.wav"

run 0 gl-play one.gl one.wav
is "files are played one after the other" "$(played out.raw | wc -l)" 48000
rm -f out.raw
run 0 gl-play -d 0.25 one.gl
is "-d 0.25: a quarter of a second" "$(played out.raw | wc -l)" 6000
rm -f out.raw
run 0 gl-play -n -r -d 0.1234567 /dev/zero
run 0 gl-play -n -r -R 11025 -d 0.2 /dev/zero
run 0 gl-play --volume 0.5 -r one.raw
samples one.raw | awk '{ v = $1 / 2; print (v < 0 ? -int(-v + .5) : int(v + .5)) }' |
    grep -vx 0 >half.txt
samples out.raw | grep -vx 0 >got.txt
is "--volume 0.5 halves it" "$(paste half.txt got.txt | head -20000 |
    awk '$1 - $2 > 1 || $2 - $1 > 1' | wc -l)" 0
rm -f out.raw

# a device with another rate and two channels
sox -n -r 24000 -b 16 -c 1 tone.wav synth 1 sine 440 vol 0.5
run 0 gl-play -D hw48 --record rec.wav tone.wav
sox -t raw -r 48000 -e signed -b 16 -c 2 out48.raw -c 1 got.wav trim 0 1
sox tone.wav -r 48000 want.wav
rms() { sox "$@" -n stat 2>&1 | awk '/RMS.*amplitude/ { print $3 }'; }
sox -m -v 1 want.wav -v -1 got.wav diff.wav
is "48 kHz in two channels: the difference is below 1 %" \
    "$(awk -v a="$(rms diff.wav)" -v b="$(rms want.wav)" \
    'BEGIN { print (a < b / 100) }')" 1
sox -t raw -r 48000 -e signed -b 16 -c 2 out48.raw -c 1 -t raw played.raw
sox rec.wav -t raw rec.raw
same "--record is what the device played" rec.raw played.raw

# sound of a lower rate: the device is opened anew, and its buffer is shorter
sox -t raw -r 8000 -e signed -b 16 -c 1 one.raw slow.wav
run 0 gl-play -v slow.wav
like "the device has the sound's rate" err ': 8000 Hz, 1 channel, buffer 100'
heard_one "a slower WAV file: every sample"

# -o: what was heard
run 0 gl-play -o news one.gl
rm -f out.raw
like "-o begins with a start record" news '^\{"gl":1,"type":"start"'
like "a turn that begins" news '"turn":1,"ms":0,"playing":true'
like "a turn that was heard" news \
    '"turn":1,"ms":1000,"playing":false,"interrupted":false,"at":[0-9]+\}'

# -p: the stream goes on, byte for byte
{ tool turns 2 100; echo '{"type":"unknown","x":[1,2]}'; } >two.gl
run 0 gl-play -p two.gl
same "-p passes the stream on unchanged" out two.gl
rm -f out.raw
gl-play -p two.gl | head -c 100 >/dev/null
is "a reader that leaves does not stop the sound" \
    "$(played out.raw | wc -l)" 4800
rm -f out.raw

# -n: no device, but its time (on another clock than the fast device's)
run 0 gl-play -n -v -o news two.gl
like "-n hears as well" news '"turn":2,"ms":100,"playing":false,"interrupted":f'
run 0 gl-play -n --record n.wav two.gl
is "and records" "$(soxi -s n.wav)" "$(($(soxi -s n.wav) / 24 * 24))"

# rates that change in mid-stream are played at the device's
{ tool turns 1 100; printf '%s\n' '{"type":"audio","rate":16000,"turn":1,"bytes":3200}'
  head -c 3200 one.raw
  printf '%s\n' '{"type":"audio","rate":48000,"channels":2,"turn":1,"bytes":19200}'
  head -c 19200 one.raw; } >rates.gl
run 0 gl-play -B 1s -v rates.gl
like "three rates in a turn: 300 ms heard" err 'turn 1: 300 ms heard'
rm -f out.raw

# nothing to play
run 0 gl-play /dev/null
run 0 gl-play -l
like "-l lists the device" out '^default	test device'

# how it fails
run 74 gl-play -D nothing one.gl
is "no device: one plain sentence" "$(cat err)" \
    "gl-play: nothing: no such sound device (-l lists them)"
run 66 gl-play nothing.wav
like "no file" err '^gl-play: nothing.wav: No such file'
run 66 gl-play -D nothing nothing.wav
is "no device either: the file is what is wrong" "$(cat err)" \
    'gl-play: nothing.wav: No such file or directory'
{ cat two.gl; echo '{"type":'; } >bad.gl
run 65 gl-play -v bad.gl
like "a bad record: what was before it is heard" err 'turn 2: 100 ms heard'
head -c 5000 one.gl >cut.gl
run 65 gl-play -v cut.gl
like "a record cut short" err '^gl-play: cut.gl: '
run 64 gl-play --volume loud one.gl
run 64 gl-play -B 10ms -F 20ms one.gl
run 64 gl-play -p -o - one.gl
if terminals "-p at a terminal"; then
	run 64 script -qec 'gl-play -n -p one.gl' /dev/null
	is "-p: no sound to a terminal" "$(tr -d '\r' <out)" "gl-play: -p: \
sound is not for a terminal: pipe it on, or leave out -p"
fi
run 64 gl-play --nonsense
run 0 gl-play --help
like "--help is the usage" out '^usage: gl-play'
run 0 gl-play -V
like "-V is the version" out '^gl-play \(gl\) [0-9]'
AUDIODEV=nothing run 74 gl-play one.gl
like "AUDIODEV names the device" err 'gl-play: nothing: no such'

# a signal silences at once
device slow "out $TMP/slow.raw"
mkfifo sound
bg gl-play -D slow -o news --record sig.wav sound 2>err
cat one.gl >sound &
wait_for "sound" has_frames slow.raw 2400
kill -INT $bg_pid; wait $bg_pid
is "INT: exit 130" $? 130
ok "before the end of the sound" [ "$(played slow.raw | wc -l)" -lt 24000 ]
like "its turn is told as interrupted" news '"interrupted":true'
is "the recording is whole" "$(($(soxi -s sig.wav) * 2 + 44))" \
    "$(wc -c <sig.wav)"

# USR1: the next file
cat one.gl one.gl >long.gl
rm -f slow.raw; : >slow.raw
bg gl-play -D slow --record turn.wav long.gl
wait_for "sound" has_frames slow.raw 4800
kill -USR1 $bg_pid
wait_for "the next file" [ -s turn-01.wav ]
wait $bg_pid
is "two files make the whole" \
    "$(($(soxi -s turn.wav) + $(soxi -s turn-01.wav)))" "$(frames slow.raw)"

# what is missing or damaged is told, and the others are played
run 66 gl-play -v -n none.gl one.gl none.gl one.gl
is "missing files" "$(grep -c '^gl-play: none.gl: No such file' err)" 2
is "the others are heard" "$(grep -c '^gl-play: turn .* heard' err)" 2
head -c 1000 one.gl >cut.gl
run 65 gl-play -v -n cut.gl one.gl
is "one that is cut short does not keep back the other" \
    "$(grep -c '^gl-play: turn .* heard' err)" 1

echo hello >short
run 65 gl-play -v -n one.gl short one.gl one.gl
is "nor does one that is nothing" "$(grep -c '^gl-play: turn .* heard' err)" 3

# a stream as JSON has no sound in it
gl-conv -t json <one.gl >one.json
run 0 gl-play -n one.json
like "that is told" err 'this is a stream as JSON, without its sound'
tap_done
