#!/bin/sh
# A FIFO outlives its writers: what a dead one left half done is dropped and
# reported once, and the unit of the next one is used whole.  Each reader and
# each format, with a writer killed at 50 places; all readers at once.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"

ffmpeg -v error -y -f lavfi -i testsrc2=size=64x48:rate=1 -f lavfi \
    -i testsrc=size=80x60:rate=1 -map 0 -frames:v 1 a.jpg -map 0 -frames:v 1 \
    a.png -map 1 -frames:v 1 b.jpg -map 1 -frames:v 1 b.png
sox -n -r 16000 -b 16 -c 1 a.wav synth 0.06 sine 440 gain -6
printf '{"type":"note","bytes":4000,"why":"%0900d"}\n' 0 >note.gl
head -c 4000 /dev/zero >>note.gl
printf '{"type":"activity","state":"toggle","why":"%0900d"}\n' 0 >key.gl

# The whole table: each reader, each format; FIFO_CUTS=50 cuts at 50 places.
mkfifo hold
sox -n -r 16000 -b 16 -c 1 -t raw in.raw synth 30 sine 440
device default "in $TMP/in.raw"
emulator
fifos() { "$TOP/tests/peer/fifos.py" --seed 15 --cuts "${FIFO_CUTS:-6}" "$@"; }
fifos >cells 2>&1
while IFS=: read -r reader form said; do
	is "$reader, $form" "$said" ' ok'
done <cells
is 'every cell was tried' "$(grep -c . cells)" "$(fifos --list | grep -c .)"
# The next writer does not wait until the program has noticed anything.
fifos --how shell --cuts "${FIFO_CUTS:-3}" --only \
    '(mic|play) FILE: (wav|w64)$' >cells 2>&1
while IFS=: read -r reader form said; do
	is "$reader, $form: at once" "$said" ' ok'
done <cells
is 'and these' "$(grep -c . cells)" 4
# Nor until the program has started: both wait for it.  Raw sound and video mark
# no beginning.
fifos --how start --cuts 2 --only ': (?!raw|gray|rgb24|yu|nv12)' >cells 2>&1
while IFS=: read -r reader form said; do
	is "$reader, $form: before the program" "$said" ' ok'
done <cells
is 'and these, too' "$(grep -c . cells)" 36

# A writer that comes before the last one is gone is not told from it: the torn
# record takes some of the next one's bytes, and the way back is the next line
# that is a record.
mkfifo ff
bg sh -c 'exec gl-session -i ff <hold >out 2>err'
exec 5>hold
{
	head -c 3000 note.gl
	cat note.gl
	echo '{"type":"between"}'
	printf '{"type":"torn","x":"%s' y
	printf '{"type":"mark","n":%d}\n' 1 2
} >ff
wait_for 'the mark' grep -qa '"type":"mark","n":2' out
is 'gl-session -i: the record behind a torn line' \
    "$(grep -ac '"type":"mark"' out)" 2
is 'each loss once, at its end' "$(grep -c 'ff: damaged: ' err)" 2
cat note.gl >ff
wait_for 'one more' sh -c '[ "$(grep -ac "\"type\":\"note\"" out)" = 3 ]'
exec 5>&-
wait "$bg_pid"
is 'and the session ends well' $? 0

# Lines of text have only their newline: a torn one goes on in the next
# writer's, as the manual says, the ones behind it are whole, and the last needs
# none.
bg sh -c 'exec gl-session -t --trace trace <ff >out 2>err'
exec 5>ff
printf 'torn ' >ff
printf 'on\nwhole\n' >ff
printf 'the last' >ff
exec 5>&-
wait "$bg_pid"
is 'gl-session -t: the session ends well' $? 0
is 'three lines' "$(grep -o '"text": *"[a-z ]*"' trace | sort -u |
    grep -cE '"(torn on|whole|the last)"')" 3

# Standard input and operands that end with their writer: the loss is reported,
# and all before it was used.
cat note.gl key.gl >two.gl
whole=$(wc -c <note.gl)
for p in 'gl-conv -t json' 'gl-tool -d tools' 'gl-session -f stream'; do
	[ -d tools ] || mkdir tools
	bad=0 used=0
	for at in $(awk -v n="$(($(wc -c <two.gl) - whole))" 'BEGIN { srand(15)
	    for (k = 0; k < 50; k++) print 1 + int(rand() * (n - 1)) }'); do
		head -c $((whole + at)) two.gl >ff &
		$p <ff >out 2>err
		[ $? = 65 ] && [ "$(grep -c 'inside a header line' err)" = 1 ] &&
		    bad=$((bad + 1))
		grep -qa '"type":"note"' out && used=$((used + 1))
	done
	is "$p: a writer of standard input dies" "$bad $used" '50 50'
done

# opened and closed it would take with it what a quick writer has written
if [ "$(id -u)" = 0 ] && strace -qq -o /dev/null true 2>/dev/null; then
	ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 strace -o opened \
	    -e trace=open,openat gl-frames -f mjpeg -i ff </dev/null >out \
	    2>err & bg_pid=$!
	tap_pids="$tap_pids $bg_pid"
	cat a.jpg >ff
	wait_for 'a picture' [ -s out ]
	pkill -P "$bg_pid"; wait "$bg_pid"
	is 'a FIFO is opened anew only when its writer has gone' \
	    "$(grep -c '"ff"' opened)" 1
else
	skip 'a FIFO is opened once' 'no strace as root'
fi

# Of several pictures a FIFO ends with its writer, unless it is the last.
cat a.jpg >ff &
run 0 gl-frames -f mjpeg ff b.jpg </dev/null
is 'gl-frames FIFO FILE: both' "$(grep -aoc "$(printf '\377\331')" out)" 2
head -c 60 a.png >ff &
run 65 gl-frames -f mjpeg ff b.jpg </dev/null
is 'gl-frames FIFO FILE: what is half done is reported' \
    "$(grep -c 'ff: .*the input ends' err)" 1
cat a.jpg >ff &
bg sh -c 'exec gl-frames -f mjpeg --fps 60 ff ff </dev/null >out 2>err'
for p in b.jpg a.png; do
	n=$(wc -c <out)
	cat $p >ff
	wait_for "$p" sh -c "[ \$(wc -c <out) -gt $n ]"
done
kill "$bg_pid"; wait "$bg_pid"
is 'gl-frames FIFO FIFO: the last one is read for ever' $? 143

# A doorbell, a speech daemon: what comes one after the other plays, for ever;
# --once ends with the last writer.
sox -n -r 16000 -b 16 -c 1 a.wav synth 0.3 sine 440 gain -6
bg sh -c 'exec gl-play -n -v ff >out 2>err'
for k in 1 2 3; do
	cat a.wav >ff
	wait_for "ring $k" sh -c "[ \$(grep -c '300 ms heard' err) = $k ]"
done
kill "$bg_pid"; wait "$bg_pid"
is 'gl-play FIFO: until it is told to end' $? 143
gl-play -n --once -v ff a.wav >out 2>err &
p=$!; tap_pids="$tap_pids $p"
cat a.wav >ff
wait $p
is 'gl-play --once: the end of the writer' $? 0
is 'and the second file plays too' "$(grep -c 'turn 0: 300 ms heard' err)" 2
gl-play -n -v ff ff >out 2>err &
p=$!; tap_pids="$tap_pids $p"
cat a.wav >ff
wait_for 'the first' grep -q '300 ms heard' err
cat a.wav >ff
wait_for 'the second' sh -c "[ \$(grep -c '300 ms heard' err) = 2 ]"
cat a.wav >ff
wait_for 'the third' sh -c "[ \$(grep -c '300 ms heard' err) = 3 ]"
kill $p; wait $p
is 'gl-play: only the last FIFO is read for ever' $? 143
run 65 sh -c 'head -c 3001 a.wav >ff & exec gl-play -n --once ff'

bg sh -c 'exec gl-mic --pace fast --once ff >out 2>err'
head -c 3001 a.wav >ff
wait "$bg_pid"
is 'gl-mic --once: cut short' $? 65
bg sh -c 'exec gl-mic --pace fast -r ff >out 2>err'
for k in 1 2 3; do
	cat a.wav >ff
	wait_for "call $k" has_frames out $((k * 4800))
done
kill "$bg_pid"; wait "$bg_pid"
is 'gl-mic FIFO: until it is told to end' $? 143

tap_done
