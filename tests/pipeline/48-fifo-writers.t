#!/bin/sh
# A FIFO outlives its writers: what a dead one left half done is dropped and
# reported once, and the unit of the next one is used whole.
. "$(dirname "$0")/../tap.sh"

ffmpeg -v error -y -f lavfi -i testsrc2=size=64x48:rate=1 -frames:v 1 a.jpg
ffmpeg -v error -y -i a.jpg -pix_fmt yuv420p -f yuv4mpegpipe a.y4m
ffmpeg -v error -y -i a.jpg -pix_fmt rgb24 -f rawvideo a.rgb
sox -n -r 16000 -b 16 -c 1 a.wav synth 0.3 sine 440 gain -6
gl-mic --pace fast a.wav >a.gl 2>err
cut_at() { # SEED SIZE: a byte within
	awk -v s="$1" -v n="$2" 'BEGIN { srand(s); print 60 + int(rand() * (n - 62)) }'
}
seen() { [ "$(grep -ac "$1" "$2")" -ge "$3" ]; }

# cuts FILE ERR SAID DONE: four cuts of the file, a whole one after each; the
# loss is reported, and the whole one arrives
cuts() {
	size=$(wc -c <"$1")
	for k in 1 2 3 4; do
		head -c "$(cut_at $k "$size")" "$1" >ff
		wait_for "$1, cut $k: reported" seen "$3" "$2" $k || return
		cat "$1" >ff
		wait_for "$1, whole $k" seen "$4" "$2" $k || return
	done
	is "$1: each loss once" "$(grep -ac "$3" "$2")" 4
}
mkfifo ff hold
for f in a.jpg a.y4m a.rgb; do
	raw=; [ $f != a.rgb ] || raw='--raw rgb24,64x48'
	# shellcheck disable=SC2086
	bg sh -c 'exec gl-frames -vv -f mjpeg --pace live --fps 60 \
	    --idle-fps 60 '"$raw"' -i ff </dev/null >out 2>err'
	cuts $f err 'a writer has gone' '^gl-frames: picture [0-9]* at'
	kill "$bg_pid"; wait "$bg_pid"
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

bg sh -c 'exec gl-play -n -v ff >out 2>err'
cuts a.wav err 'a writer left something half done' 'turn 0: 300 ms heard'
kill "$bg_pid"; wait "$bg_pid"
gl-play -n --once -v ff a.wav >out 2>err &
p=$!; tap_pids="$tap_pids $p"
cat a.wav >ff
wait $p
is 'gl-play --once: the end of the writer' $? 0
is 'and the second file plays too' "$(grep -c 'turn 0: 300 ms heard' err)" 2

bg sh -c 'exec gl-mic --pace fast --once ff >out 2>err'
head -c 3001 a.wav >ff
wait "$bg_pid"
is 'gl-mic --once: cut short' $? 65

tap_done
