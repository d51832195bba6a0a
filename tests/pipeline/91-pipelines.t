# The pipelines of the README, each as its script in examples/, against
# gl-emulator and test devices as the default ones.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"
EX=$TOP/examples

# the microphone hears the first sentence of the question; the devices run at
# their own pace of eight times the real one, and so does the emulator
sox "$TOP/examples/question.wav" -t raw mic.raw trim 0 6.2
cat >>"$ALSA_CONFIG_PATH" <<EOF
pcm.!default { type asym
	capture.pcm { type plug slave.pcm dmic }
	playback.pcm { type plug slave.pcm dspk } }
EOF
device dmic "in $TMP/mic.raw rate 16000 channels 1 speed 8"
device dspk "out $TMP/spk.raw rate 24000 channels 1 speed 8"
emulator --speed 8 --think 100ms

# until the spoken answer (5.5 s of it) has come out of the loudspeaker
heard() { [ -s spk.raw ] && [ "$(samples spk.raw | awk '$1 != 0' | wc -l)" -gt 100000 ]; }

# NAME PROGRAM CODE COMMAND...: a conversation from device to device, ended by a
# signal to its microphone, the program, and with this code
conversation() {
	name=$1 first=$2 code=$3; shift 3
	rm -f spk.raw
	"$@" >said 2>err & pid=$!
	tap_pids="$tap_pids $pid"
	wait_for "$name: the answer in the loudspeaker" heard
	pkill -INT -P "$pid,$(pgrep -d , -P "$pid")" "$first"
	wait "$pid"
	is "$name ends well" $? $code
}
conversation "talk.sh" gl-mic 130 sh "$EX/talk.sh"
conversation "alsa.sh" arecord 0 sh "$EX/alsa.sh"
conversation "keep-call.sh" gl-mic 0 sh "$EX/keep-call.sh" mine
like "the page about the call" mine.html '<svg'
# as Ctrl-C does it: all of the script's processes at once
rm -f spk.raw mine.html
setsid env --default-signal=INT sh "$EX/keep-call.sh" mine >said 2>err & pid=$!
tap_pids="$tap_pids $pid"
wait_for "the answer in the loudspeaker" heard
kill -INT "-$pid"
wait "$pid"
is "keep-call.sh, Ctrl-C" $? 0
like "the page is made" mine.html '<svg'
is "and the call has its end" "$(gl-conv -t json --no-payload mine.gl |
    jq -r 'select(.type == "end").type' | tail -1)" end
is "its state is for jq" "$(jq -r 'type' mine.json)" object

run 0 sh "$EX/ask-text.sh" 'How high is Mont Blanc?'
ok "a typed question is answered aloud" test -s spk.raw
cp "$TOP/examples/question.wav" q1.wav; cp q1.wav q2.wav; cp q1.wav q3.wav
run 0 sh "$EX/ask-file.sh" q1.wav first
like "the words" out 's of speech'
is "the answer is sound" "$(soxi -r first.wav)" 24000
tap_done
