# Half duplex: the loudspeaker is heard by the microphone at full level (a room
# of the test devices).  Not one sample of it goes on, and whatever the user
# says after the loudspeaker has fallen silent (and the margin) goes on whole.
# Eight such rooms at once, at the real speed.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"

# The model speaks for 500 ms, every 1500 ms from 300 ms on; the user says one
# of seven things for 300 ms, 400 ms after it.
python3 -c '
import array, sys
a = array.array("h", [0] * int(24000 * 1.2))
for u in range(7):
    a.extend([1001 + u] * 7200 + [0] * 28800)
a.tofile(sys.stdout.buffer)' >in.raw

room() {
	device "spk$1" "out $TMP/out$1.raw rate 24000 channels 1 air $TMP/air$1"
	device "mic$1" "in $TMP/in.raw times $TMP/times$1 rate 24000 channels 1 air $TMP/air$1"
	mkfifo "heard$1" "speech$1"
	gl-mic -D "mic$1" -R 24000 --half-duplex "heard$1" -d 11 -v \
	    >"out$1.gl" 2>"err$1" &
	tap_pids="$tap_pids $!"; mics="$mics $!"
	gl-play -D "spk$1" -o "heard$1" "speech$1" 2>"play$1" &
	tap_pids="$tap_pids $!"
	wait_for "the device's start" grep -q start "times$1"
	tool speak "times$1" 300 500 1500 7 1 >"speech$1" &
}
mics=
for r in 1 2 3 4 5 6 7 8; do room $r; done
for m in $mics; do wait "$m"; done

for r in 1 2 3 4 5 6 7 8; do
	tool payload audio <"out$r.gl" >"mic$r.raw"
	is "room $r: the model spoke for 3.5 s" \
	    "$(samples "out$r.raw" | grep -c 20000)" 84000
	is "room $r: the microphone has not a sample of it" \
	    "$(samples "mic$r.raw" | awk '$1 > 10000' | wc -l)" 0
	samples "mic$r.raw" | uniq -c | awk '$2 > 1000 { print $2, $1 }' >got
	is "room $r: every utterance is whole" "$(cat got)" "1001 7200
1002 7200
1003 7200
1004 7200
1005 7200
1006 7200
1007 7200"
done

# The loudspeaker is gone, or its news: the gate opens again after 2 s.
head -c 300000 /dev/zero | tr '\0' '\7' >floor.raw
device mic "in $TMP/floor.raw"
mkfifo heard
bg gl-mic -D mic -v --half-duplex heard -d 4 >out.gl 2>err
wait_for "the microphone" grep -qa '"audio"' out.gl
echo '{"type":"played","turn":1,"ms":0,"playing":true}' >heard
wait $bg_pid
tool heads <out.gl | sed -n 's/.*"audio".*"t":\([0-9]*\).*/\1/p' |
    awk 'NR > 1 && $1 - last > 20 { print "gap of", $1 - last } { last = $1 }' >gaps
is "one gap" "$(wc -l <gaps)" 1
ok "of two seconds ($(cat gaps) ms)" \
    [ "$(sed 's/gap of //' gaps)" -ge 2000 ]
like "a second of it ends the user's sound" out.gl '"audio_end"'
tap_done
