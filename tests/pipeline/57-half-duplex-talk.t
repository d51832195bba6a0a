# Whole conversations in half duplex, the loudspeaker fed back into the
# microphone at full level: the emulator's detector hears no word of the
# model's, and every utterance of the user's arrives whole.  ROOMS of them at
# once, SECONDS_OF_TALK long each; `make bench` has ten minutes of talk.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"
ROOMS=${ROOMS:-6} LENGTH=${SECONDS_OF_TALK:-12}

# An utterance of about a second, then five seconds for the answer.
sox "$TOP/examples/question.wav" -r 16000 -c 1 all.wav silence 1 0.05 1% trim 0 1.1
sox all.wav word.wav fade t 0.02 0 0.02 pad 0 4.9
sox word.wav -t raw word.raw
: >in.raw
n=0
while [ $((n * 6)) -lt $LENGTH ]; do cat word.raw >>in.raw; n=$((n + 1)); done
mkdir save
emulator --brain parrot --save-audio save

room() {
	device "spk$1" "out $TMP/out$1.raw rate 16000 channels 1 air $TMP/air$1"
	device "mic$1" "in $TMP/in.raw rate 16000 channels 1 air $TMP/air$1"
	mkfifo "heard$1" "said$1" "answer$1"
	gl-play -q -D "spk$1" -o "heard$1" "answer$1" & tap_pids="$tap_pids $!"
	gl-session -q <"said$1" | tee "talk$1.gl" >"answer$1" & sessions="$sessions $!"
	gl-mic -q -D "mic$1" --half-duplex "heard$1" -d $LENGTH >"said$1" &
	tap_pids="$tap_pids $! $sessions"
}
sessions=
r=0
while [ $r -lt $ROOMS ]; do r=$((r + 1)); room $r; done
for s in $sessions; do wait "$s"; done

cat >whole.py <<'PY'
# how often the word stands, whole and nothing added, in what was heard
import sys
word = open('word.raw', 'rb').read()
# without the silence around it
word = word.lstrip(b'\0')
word = word[:len(word.rstrip(b'\0')) & ~1]
heard = open(sys.argv[1], 'rb').read()
n = at = 0
while (at := heard.find(word, at)) >= 0:
    n += at % 2 == 0
    at += len(word)
print(n)
PY
r=0 words=0
while [ $r -lt $ROOMS ]; do
	r=$((r + 1))
	tool heads <"talk$r.gl" >heads
	is "room $r: nothing interrupted the model" "$(grep -c '"interrupted"' heads)" 0
	is "room $r: a turn for each utterance" \
	    "$(grep -c '"turn_complete"' heads)" "$n"
	ok "room $r: the model's voice was in the room" \
	    [ "$(samples "out$r.raw" | grep -vcx 0)" -gt $((n * 10000)) ]
done
for f in save/*; do words=$((words + $(python3 whole.py "$f"))); done
is "every utterance arrived whole" "$words" $((ROOMS * n))
tap_done
