# The end of the user's sound from gl-mic - a muted device, a key let go, the
# gate of --vad - to models that are reported not to hear audioStreamEnd: silence
# ends it, so that the question is answered.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"

# half a second of the room, half a second of speech, the room again
python3 -c '
import array
room = array.array("h", [7, -7] * 4000)
said = array.array("h", [8000] * 10 + [-8000] * 10) * 400
open("said.raw", "wb").write((room + said + room * 8).tobytes())
open("mute.raw", "wb").write((room + said).tobytes() + bytes(16000 * 8))'
device live "in $TMP/said.raw times $TMP/times"
device quick "in $TMP/said.raw speed 10"
device muted "in $TMP/mute.raw speed 10"
emulator --speed 10 --ignore audio-stream-end
quirk=
limit=30

# talks MODEL OPTIONS...: gl-mic into gl-session, whose words come out
talks() {
	model=$1
	shift
	gl-mic -q "$@" 2>mic.err | timeout "$limit" gl-session -q -m "$model" \
	    ${quirk:+--quirk "$quirk"} -f text --timeout 5s >out 2>err
}
answered() { like "$1" out '0\.[4-9] s of speech'; }
key() {
	rm -f times key; mkfifo key
	{ wait_for 'the device' grep -q start times
	  tool finger times 400 700 5000 1 1; } >key &
	tap_pids="$tap_pids $!"
	talks "$1" -D live --ptt-from key -d 2.9
}

for m in gemini-3.8-live gemini-3.8-live-extended-thinking; do
	talks $m -D muted -d 4
	answered "$m: a muted microphone is answered"
	talks $m -D quick --vad -d 4
	answered "$m: what a gate let through is"
	key $m
	answered "$m: what was said while a key was held is"
done
quirk=audio-end=flag; limit=6
key $m
unlike 'the flag alone ends nothing there' out 'of speech'
tap_done
