# Playback devices that vanish, sleep, underrun and stand still at chosen
# frames: gl-play goes on without losing or doubling a sample (beyond what the
# device had consumed unseen), or ends with its sentence and 74.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"

tool turns 3 1000 >three.gl
for at in 1 700 24001 50000; do
	device "x$at" "out $TMP/x$at.raw times $TMP/x$at.times speed 8 fault xrun fault_at $at"
	run 0 gl-play -v -D "x$at" three.gl
	ok "EPIPE at frame $at: nothing lost, nothing doubled" \
	    sh -c "'$B/tests/soundtool' check 3 1000 <x$at.raw >turns"
	is "EPIPE at frame $at: three whole turns" "$(cat turns)" "1 24000
2 24000
3 24000"
	like "it happened" "x$at.times" '^xrun'
	like "EPIPE at frame $at: counted" err ' [1-9][0-9]* times too late'
done

# ENODEV: the device comes back; what it held and had not played is played.
for at in 700 30000; do
	rm -f gone
	device "n$at" "out $TMP/n$at.raw times $TMP/n$at.times speed 8 gone $TMP/gone fault nodev fault_at $at"
	bg gl-play -v -D "n$at" -o news three.gl 2>err
	wait_for "its going" grep -q 'trying for 30 s' err
	ok "ENODEV at frame $at: the device has consumed so much" \
	    [ "$(frames "n$at.raw")" = "$at" ]
	rm gone
	wait $bg_pid
	is "ENODEV at frame $at: it ends in order" $? 0
	like "ENODEV at frame $at: the return is said" err 'the device is back'
	tail -c +$((at * 2 + 1)) "n$at.raw" >rest.raw
	head -c $((at * 2)) "n$at.raw" >first.raw
	first=$(samples first.raw | tail -1)
	next=$(samples rest.raw | grep -vm1 -x 0)
	# the last look at the device was at most a period before, and two
	# where the machine is busy
	again=$(((first - next + 65536) % 65536 + 1))
	ok "ENODEV at frame $at: none lost, $again samples heard twice" \
	    [ $again -ge 0 -a $again -le 2400 ]
	like "ENODEV at frame $at: all of turn 3" news '"turn":3,"ms":10[0-9][0-9],"playing":false,"interrupted":false'
done

# An interruption while the device is away is kept.
rm -f gone news
device away "out $TMP/away.raw speed 8 gone $TMP/gone fault nodev fault_at 4000"
mkfifo sound
bg gl-play -D away -o news sound 2>err
exec 5>sound
tool open 1 2000 >&5
wait_for "its going" grep -q 'trying for' err
echo '{"type":"interrupted","turn":1}' >&5
wait_for "the answer" grep -q '"interrupted":true' news
rm gone
tool turns 1 500 2 >&5
exec 5>&-
wait_for "turn 2" grep -q '"turn":2,"ms":500,"playing":false,"interrupted":false' news
kill -INT $bg_pid; wait $bg_pid
n=$(samples away.raw | grep -vcx 0)
is "an interruption while the device is away: only turn 2 after it" $n 16000

# ENODEV for good
rm -f gone
device dead "out $TMP/dead.raw speed 8 gone $TMP/gone fault nodev fault_at 4000"
run 74 gl-play --reopen 0.3 -D dead three.gl
is "ENODEV for good: two sentences" "$(cat err)" \
    "gl-play: dead: the device is gone; trying for 0.3 s
gl-play: dead: no such sound device (-l lists them)"
run 74 gl-play -D dead three.gl
is "and at the start" "$(cat err)" \
    "gl-play: dead: no such sound device (-l lists them)"
rm -f gone

# ESTRPIPE: with its buffer kept, and without
for keep in 0 1; do
	rm -f asleep
	device "s$keep" "out $TMP/s$keep.raw speed 8 suspend $TMP/asleep noresume $keep fault suspend fault_at 30000"
	bg gl-play -v -D "s$keep" -o news three.gl 2>err
	wait_for "its sleep" grep -q 'suspended' err
	rm asleep
	wait $bg_pid
	is "ESTRPIPE (noresume $keep): it ends in order" $? 0
	like "ESTRPIPE (noresume $keep): awake again" err 'is awake'
	n=$(samples "s$keep.raw" | grep -vcx 0)
	ok "ESTRPIPE (noresume $keep): all is heard ($n samples)" \
	    [ $n -ge 72000 -a $n -le 74400 ]
done
is "with its buffer kept exactly once" "$(samples s0.raw | grep -vcx 0)" 72000
device dream "out $TMP/dream.raw speed 8 suspend $TMP/dreams fault suspend fault_at 4000"
run 74 gl-play --reopen 300ms -D dream three.gl
like "asleep for good: a sentence" err '^gl-play: dream: the device stayed suspended'

# An interruption during sleep
rm -f asleep news
device nap "out $TMP/nap.raw speed 8 suspend $TMP/asleep fault suspend fault_at 4000"
bg gl-play -D nap -o news sound 2>err
exec 5>sound
tool open 1 2000 >&5
wait_for "its sleep" grep -q 'suspended' err
echo '{"type":"interrupted","turn":1}' >&5
wait_for "the answer" grep -q '"interrupted":true' news
rm asleep
tool turns 1 500 2 >&5
exec 5>&-
wait_for "turn 2" grep -q '"turn":2,"ms":500,"playing":false,"interrupted":false' news
kill -INT $bg_pid; wait $bg_pid
is "an interruption during sleep: only turn 2 after it" \
    "$(samples nap.raw | grep -vcx 0)" 16000

# A device that stands still without a word
device still "out $TMP/still.raw speed 8 still $TMP/quiet"
bg gl-play -v --reopen 10 -D still three.gl 2>err
wait_for "sound" has_frames still.raw 24000
: >quiet
wait_for "a word" grep -q 'takes no sound' err
rm quiet
wait $bg_pid
is "a device that stood still: it ends in order" $? 0
is "and has played everything once" "$(samples still.raw | grep -vcx 0)" 72000
: >quiet
run 74 gl-play --reopen 1 -D still three.gl
like "one that stands for good: 74" err 'took no sound for 1 s'
rm quiet

# The recording's disk is full: the sound goes on, and it is told
device default "out $TMP/full.raw speed 10"
ln -s /dev/full full.wav
run 74 gl-play --record full.wav three.gl
is "a full disk does not stop the sound" \
    "$(samples full.raw | grep -vcx 0)" 72000
like "but is said" err 'full.wav: No space left'
tap_done
