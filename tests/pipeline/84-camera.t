#!/bin/sh
# gl-frames and a camera: a stand-in for the device (tests/v4l2/gltestcam.c),
# preloaded.
. "$(dirname "$0")/../tap.sh"

# with a sanitizer its runtime wants to be first
ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0
export ASAN_OPTIONS
cam() { # WORDS COMMAND...: the command with such a camera
	words=$1; shift
	env GL_TESTCAM="$words" LD_PRELOAD="$B/tests/v4l2/libgltestcam.so" "$@"
}
images() { gl-conv -t json --no-payload "$1" |
    jq -r 'select(.type == "image") | "\(.width)x\(.height)"' | tr '\n' ' '; }
ffmpeg -v error -y -f lavfi -i testsrc=size=640x360:rate=1 -frames:v 1 cam.jpg

cam 'formats=MJPG:YUYV:H264' gl-frames -l >out 2>err
is 'a list' $? 0
like 'the device' out '^/dev/video7: test camera \(platform:test\)$'
like 'its modes' out '^ *YUYV 1280x720 30/s$'
like 'those that cannot be used' out '^ *H264 640x360 30/s  \(cannot be used\)$'

cam "formats=YUYV:MJPG jpeg=$PWD/cam.jpg" timeout 20 gl-frames -D /dev/video7 \
    -n 2 --fps 10 --idle-fps 10 -f mjpeg </dev/null >out 2>err
cat cam.jpg cam.jpg >want
same 'MJPG goes first, and untouched' out want
cam 'formats=YUYV' timeout 20 gl-frames -i /dev/video7 -n 2 --fps 10 \
    --idle-fps 10 -f mjpeg --size 64x64 </dev/null >out 2>err
is '-i knows a camera' $? 0

# every format and padded rows: the luma tells that rows are where they are
for fmt in YUYV UYVY NV12 YU12 GREY RGB3; do
	for pad in 0 32; do
		cam "formats=$fmt pad=$pad" timeout 20 gl-frames -D /dev/video7 \
		    --mode "$fmt,640x480@30" -n 1 --quality 100 -f mjpeg \
		    </dev/null 2>err | ffmpeg -v error -y -f mjpeg -i - \
		    -f rawvideo -pix_fmt gray out.gray
		is "$fmt, $pad bytes behind each row" "$(od -An -tu1 -v -w640 \
		    out.gray | tr -s ' ' '\n' | grep . | sort -n |
		    uniq -c | awk 'END { print (NR < 3), (NR > 0) }')" '1 1'
	done
done

# frames that the driver marks, loses or fails to give
cam 'fps=100 error=3 lose=7 eio=5 short=11' timeout 20 gl-frames \
    -D /dev/video7 --mode 320x180 --fps 20 -n 10 -v </dev/null -f mjpeg \
    >out 2>err
is 'a bad camera: exit 0' $? 0
like 'pictures all the same' err ' 10 sent'
like 'what was lost is told' err 'the camera lost [1-9][0-9]* frames and damaged [1-9]'

mkfifo user
bg sh -c 'GL_TESTCAM="fps=50 unplug=20" \
    LD_PRELOAD=$B/tests/v4l2/libgltestcam.so exec gl-frames -D /dev/video7 \
    --mode 320x180 --fps 20 --idle-fps 20 <user >out 2>err'
exec 3>user
unplugged() { grep -q unplugged err; }
wait_for 'the news' unplugged
like 'unplugged: said' err '^gl-frames: /dev/video7: the camera was unplugged$'
echo '{"type":"after"}' >&3
passed() { grep -qa '"type":"after"' out; }
wait_for 'the stream to go on' passed
exec 3>&-
wait "$bg_pid"
is 'exit 74, after the stream has ended' $? 74
ok 'pictures from before' [ "$(images out | wc -w)" -ge 2 ]

cam busy=1 gl-frames -D /dev/video7 </dev/null >out 2>err
is 'a busy camera' $? 66
like 'said' err 'another program uses it'
cam formats=H264 gl-frames -D /dev/video7 </dev/null >out 2>err
is 'no format' $? 66
like 'said' err '/dev/video7: no format that can be used'
run 66 gl-frames -D /dev/null
like 'no camera' err '/dev/null: no camera'
tap_done
