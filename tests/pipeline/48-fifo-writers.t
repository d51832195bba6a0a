#!/bin/sh
# A FIFO outlives its writers: what a dead one left half done is dropped and
# reported once, and the unit of the next one is used whole.  Each reader and
# each format, with a writer killed at 50 places; all readers at once.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"

ffmpeg -v error -y -f lavfi -i testsrc2=size=64x48:rate=1 -frames:v 1 a.jpg
ffmpeg -v error -y -i a.jpg -pix_fmt yuv420p -f yuv4mpegpipe a.y4m
ffmpeg -v error -y -i a.jpg -pix_fmt rgb24 -f rawvideo a.rgb
ffmpeg -v error -y -i a.jpg a.png
ffmpeg -v error -y -i a.jpg a.ppm
sox -n -r 16000 -b 16 -c 1 a.wav synth 0.06 sine 440 gain -6
tail -c 1920 a.wav >a.raw
head='{"type":"audio","rate":16000,"bytes":1920}'
{ echo "$head"; cat a.raw; } >a.gl
printf '{"type":"note","bytes":4000,"why":"%0900d"}\n' 0 >note.gl
head -c 4000 a.rgb >>note.gl
printf '{"type":"activity","state":"toggle","why":"%0900d"}\n' 0 >key.gl
printf '{"type":"played","playing":true,"why":"%0900d"}\n' 0 >play.gl
sed 's/true/false/' play.gl | cat play.gl - >played.gl
printf '{"type":"reconnecting","why":"%0900d"}\n' 0 >away.gl
printf '{"type":"ready"}\n' | cat away.gl - >back.gl

mkfifo hold
cases=
# writers NAME ARGUMENTS...: such writers, in the background; the FIFO of NAME
writers() {
	name=$1; shift
	mkfifo "ff.$name"
	"$TOP/tests/peer/writers.py" --seed 15 --cuts 50 "$@" \
	    >"$name.said" 2>&1 &
	tap_pids="$tap_pids $!" cases="$cases $name=$!"
}

# pictures
for f in jpg png ppm y4m rgb; do
	raw=; [ $f != rgb ] || raw='--raw rgb24,64x48'
	# shellcheck disable=SC2086
	writers $f --done 'picture \d+ at' a.$f a.$f ff.$f -- gl-frames -vv \
	    -f mjpeg --pace live --fps 60 --idle-fps 60 $raw -i ff.$f
done
writers watch --done 'the session is away' away.gl back.gl ff.watch -- \
    gl-frames -v -f mjpeg -i hold --watch ff.watch

# sound; half a sample is what raw PCM can lose
for f in wav gl raw; do
	at=0 more=
	case $f in
	wav) at=44 ;;
	gl) at=$((${#head} + 1)) more=--drop ;;
	raw) more=--odd ;;
	esac
	# shellcheck disable=SC2086
	writers mic-$f --sound $at --after 639 $more a.$f a.$f ff.mic-$f -- \
	    gl-mic -r --pace fast ff.mic-$f
	# shellcheck disable=SC2086
	writers play-$f --sound $at --records $more a.$f a.$f ff.play-$f -- \
	    gl-play -n -p ff.play-$f
done

# what another program says to a microphone
sox -n -r 16000 -b 16 -c 1 -t raw in.raw synth 30 sine 440
device default "in $TMP/in.raw"
writers keys --done 'ms: activity' key.gl key.gl ff.keys -- \
    gl-mic -v --ptt-from ff.keys
writers half --done 'loudspeaker is silent' play.gl played.gl ff.half -- \
    gl-mic -vv --half-duplex ff.half
printf '{"type":"reference","rate":16000,"frame":0,"bytes":1920}\n' |
    cat - a.raw >ref.gl
writers aec --done '' ref.gl ref.gl ff.aec -- \
    gl-mic -v --aec ff.aec

# a conversation passes on what it does not know, and sends sound
emulator
last=$(tail -c 640 a.wav | base64 -w 0 | sed 's/[+]/[+]/g')
writers note --done '"type":"note"' note.gl note.gl ff.note -- \
    gl-session -i ff.note
writers speech --done "$last" a.wav a.wav ff.speech -- \
    gl-session --trace /dev/stderr -i ff.speech
writers both --done '"type":"note"' a.wav note.gl ff.both -- \
    gl-session -i ff.both

for c in $cases; do
	wait "${c#*=}"
	is "${c%%=*}: $(head -c 300 "${c%%=*}.said")" $? 0
done
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
