# What a picture does to its decoder: the stream goes on beside it, TERM counts,
# and the decoder can do nothing but decode.
. "$(dirname "$0")/../tap.sh"
ffmpeg -v error -f lavfi -i testsrc=s=640x480 -frames:v 1 small.jpg
jpegtran -progressive -outfile scans.jpg small.jpg
# its first scan again and again
cat >again.py <<'END'
import sys
b = open(sys.argv[1], 'rb').read()
at = b.index(b'\xff\xda')
end = at + 2
while not (b[end] == 0xff and b[end + 1] not in (0, *range(0xd0, 0xd8))):
    end += 1
sys.stdout.buffer.write(b[:at] + b[at:end] * int(sys.argv[2]) + b[at:])
END
python3 again.py scans.jpg 3000 >many.jpg
run 65 timeout 10 gl-frames many.jpg
like "thousands of scans are told" err 'many.jpg: .*more than 100 scans'
# 66 that say something each are a picture like any other
{
	echo '0,1,2: 0-0, 0, 0;'
	awk 'BEGIN { for (k = 1; k < 64; k++) printf "0: %d-%d, 0, 0;\n", k, k }'
	printf '%d: 1-63, 0, 0;\n' 1 2
} >script
jpegtran -scans script -outfile some.jpg small.jpg
run 0 gl-frames -f mjpeg some.jpg
# as long as a picture may take: sound goes on, and TERM counts
ffmpeg -v error -f lavfi -i testsrc=s=8000x8000 -frames:v 1 large.jpg
jpegtran -progressive -outfile large-scans.jpg large.jpg
python3 again.py large-scans.jpg 85 >slow.jpg
mkfifo in pictures
gl-frames -i pictures <in >out 2>err & pid=$!
tap_pids="$tap_pids $pid"
exec 8>in 9>pictures
cat slow.jpg >&9
wait_for "the decoder is at work" sh -c "ps -o time= --ppid $pid | grep -q ."
printf '{"type":"text","text":"word %d"}\n' 1 2 3 >&8
wait_for "the stream goes on beside it" grep -qs 'word 3' out
ok "while the picture is not done" sh -c "! grep -qa '\"image\"' out"
kill -TERM $pid
wait_for "TERM counts" sh -c "! kill -0 $pid 2>/dev/null"
exec 8>&- 9>&-
wait $pid
is "as its exit code" $? 143
# a decoder that died costs its picture, and no more
gl-frames -i pictures --pace hold --fps 60 <in >out 2>err & pid=$!
tap_pids="$tap_pids $pid"
exec 8>in 9>pictures
cat slow.jpg >&9
wait_for "the decoder is at work" sh -c "ps -o pid= --ppid $pid | grep -q ."
pkill -9 -P $pid
cat small.jpg small.jpg >&9
wait_for "the next picture goes" grep -qsa '"image"' out
like "what was lost is told" err 'its decoder broke down over it'
exec 8>&- 9>&-
wait $pid
# a kill that cannot be caught; a stopped decoder would not end by itself
gl-frames -i pictures <in >out 2>err & pid=$!
tap_pids="$tap_pids $pid"
exec 8>in 9>pictures
cat slow.jpg >&9
wait_for "the decoder is at work" sh -c "ps -o pid= --ppid $pid | grep -q ."
kid=$(ps -o pid= --ppid $pid)
tap_pids="$tap_pids $kid"
kill -STOP $kid
kill -9 $pid; wait $pid
wait_for "the decoder goes with it" sh -c "! kill -0 $kid 2>/dev/null"
exec 8>&- 9>&-
# under its filter nothing that it needs is refused
strace -f -o calls gl-frames small.jpg some.jpg >out 2>err
if grep -q SECCOMP_MODE_FILTER calls; then
	decoder=$(sed -n 's/^\([0-9]*\) .*SECCOMP_MODE_FILTER.*/\1/p' calls)
	ok "no call of the decoder is refused" sh -c \
	    "! grep '^$decoder .* EPERM' calls"
	ok "it opens nothing" sh -c "! sed '1,/SECCOMP_MODE_FILTER/d' calls |
	    grep -E '^$decoder (open|openat|socket|execve)'"
else
	echo "# no seccomp here (or a sanitizer): the filter is not seen"
fi
tap_done
