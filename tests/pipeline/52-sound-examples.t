# The examples with an open loudspeaker and with a key, as they stand.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"

sox "$TOP/examples/question.wav" -r 16000 -c 1 word.wav silence 1 0.05 1% \
    trim 0 1 fade t 0.02 0 0.02 pad 0.5 20
sox word.wav -t raw in.raw
printf 'pcm.!default { type asym playback.pcm spk capture.pcm mic }\n' \
    >>"$ALSA_CONFIG_PATH"
device spk "out $TMP/out.raw rate 16000 channels 1 air $TMP/air"
device mic "in $TMP/in.raw rate 16000 channels 1 air $TMP/air"
emulator --brain parrot --log log

# run in a group of its own, to be ended as by Ctrl-C
setsid sh "$TOP/examples/half-duplex.sh" 2>err &
pid=$!
tap_pids="$tap_pids $pid"
wait_for "the end of the answer" grep -q '"what":"turnComplete"' log
env kill -TERM -- -$pid; wait $pid
is "half-duplex.sh: the answer was in the room" \
    "$([ "$(samples out.raw | grep -vcx 0)" -gt 10000 ] && echo yes)" yes
is "and did not interrupt itself" "$(grep -c '"what":"interrupted"' log)" 0

# and the one for an open loudspeaker
: >log; : >out.raw
setsid sh "$TOP/examples/open-speaker.sh" 2>err &
pid=$!
tap_pids="$tap_pids $pid"
wait_for "the end of the answer" grep -q '"what":"turnComplete"' log
env kill -TERM -- -$pid; wait $pid
is "open-speaker.sh: the answer was in the room" \
    "$([ "$(samples out.raw | grep -vcx 0)" -gt 10000 ] && echo yes)" yes
# whether it interrupts itself depends on the machine: make bench shows it
like "half duplex at first" err 'echo: not yet converged: half duplex'

if terminals "push-to-talk.sh"; then
	: >log
	mkfifo typed
	script -qfc "sh '$TOP/examples/push-to-talk.sh'" /dev/null <typed >screen 2>&1 &
	pid=$!
	tap_pids="$tap_pids $pid"
	exec 6>typed
	wait_for "the prompt" grep -qa 'press space' screen
	printf ' ' >&6
	wait_for "the start" grep -q 'activityStart' log
	printf ' ' >&6
	wait_for "the end" grep -q 'activityEnd' log
	printf '\003' >&6
	exec 6>&-
	wait $pid
	is "push-to-talk.sh: one activity" "$(grep -c 'activityStart' log)" 1
fi
tap_done
