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
# What webcams do to a JPEG is no damage; by file and pipe it gives the same.
djpeg cam.jpg | cjpeg -quality 90 -restart 2 >good.jpg
python3 - <<'EOF'
b = open("good.jpg", "rb").read()
i = b.index(b"\xff\xd3")
for name, data in (
        ("no-eoi", b[:-2]),
        ("two-soi", b"\xff\xd8" + b),
        ("junk-before-eoi", b[:-2] + bytes(range(1, 200)) * 3 + b[-2:]),
        ("zeros-before-eoi", b[:-2] + bytes(3000) + b[-2:]),
        ("junk-before-rst", b[:i] + b"\x55\xaa\x33" + b[i:]),
        ("padded", b + bytes(500))):
    open(name + ".jpg", "wb").write(data)
EOF
timeout 20 gl-frames -f mjpeg --size 320x180 good.jpg </dev/null >want 2>err
for f in no-eoi two-soi junk-before-eoi zeros-before-eoi junk-before-rst \
    padded; do
	cam "formats=MJPG jpeg=$PWD/$f.jpg" timeout 20 gl-frames -n 1 --fps 10 \
	    -D /dev/video7 --mode 640x360 --size 320x180 -f mjpeg \
	    </dev/null >out 2>err
	is "$f, by the camera" "$? $(cmp out want) $(cat err)" '0  '
	timeout 20 gl-frames -f mjpeg --size 320x180 $f.jpg </dev/null >out 2>err
	is "$f, by file" "$? $(cmp out want) $(cat err)" '0  '
	timeout 20 gl-frames -f mjpeg --size 320x180 <$f.jpg >out 2>err
	is "$f, by pipe" "$? $(cmp out want) $(cat err)" '0  '
done

cam 'formats=YUYV' timeout 20 gl-frames -i /dev/video7 -n 2 --fps 10 \
    --idle-fps 10 -f mjpeg --size 64x64 </dev/null >out 2>err
is '-i knows a camera' $? 0

# grey FORMAT WORDS: how many values of luma a picture has, and whether it is
# the luma that the first frames have
grey() {
	cam "formats=$1 $2" timeout 20 gl-frames -D /dev/video7 \
	    --mode "$1,640x480@30" -n 1 --quality 100 -f mjpeg </dev/null 2>err |
	    ffmpeg -v error -y -f mjpeg -i - -f rawvideo -pix_fmt gray out.gray
	od -An -tu1 -v -w640 out.gray | tr -s ' ' '\n' | grep . | sort -n | uniq -c |
	    awk '$1 > 100 { v = $2 } END { print (NR < 4 && NR > 0), (v < 40) }'
}
# every format, both interfaces and padded rows: the luma tells that rows are
# where they are
for fmt in YUYV UYVY YVYU VYUY NV12 NV16 YU12 GREY RGB3 RGBP AB24 BX24; do
	for words in pad=0 pad=32 'mplane=1 pad=32'; do
		is "$fmt, $words" "$(grey $fmt "$words")" '1 1'
	done
done
cam 'formats=MJPG:NV12 mplane=1' gl-frames -l >out 2>err
like 'a list by the other interface' out '^ *NV12 1280x720 30/s$'

# the lines of one field: each stands for two
shape() { cam "formats=$1 $2" timeout 20 gl-frames -D /dev/video7 \
    --mode 640x480 -n 1 </dev/null 2>err >out; images out; }
for fmt in YU12 NV12 GREY; do
	is "$fmt, fields apart: the first one" "$(grey $fmt field=5)" '1 1'
	is "$fmt, fields apart: the shape" "$(shape $fmt field=5)" '320x240 '
done
is 'one field after the other' "$(shape NV12 field=7)" '320x480 '
is 'interlaced' "$(shape NV12 field=4)" '640x480 '

# frames that the driver marks, loses or fails to give
cam 'fps=100 error=3 lose=7 eio=5 short=11' timeout 20 gl-frames \
    -D /dev/video7 --mode 320x180 --fps 20 -n 10 -v </dev/null -f mjpeg \
    >out 2>err
is 'a bad camera: exit 0' $? 0
like 'pictures all the same' err ' 10 sent'
like 'what was lost is told' err 'the camera lost [1-9][0-9]* frames and damaged [1-9]'

# an error that stays until the stream is begun anew, and one that stays
cam 'fps=100 stuck=5' timeout 20 gl-frames -D /dev/video7 --mode 320x180 \
    --fps 20 --idle-fps 20 -n 5 </dev/null -f mjpeg >out 2>err
is 'a stream that stands still is begun anew' $? 0
cam 'fps=100 broken=5' timeout 20 gl-frames -D /dev/video7 --mode 320x180 \
    --fps 20 --idle-fps 20 -n 50 </dev/null -f mjpeg >out 2>err
is 'a camera that only fails is given up' $? 74
like 'said' err '^gl-frames: /dev/video7: Input/output error$'

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
