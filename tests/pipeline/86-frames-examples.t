#!/bin/sh
# The examples that show something, against gl-emulator, test devices and a
# stand-in for the camera.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"
EX=$TOP/examples

sox "$TOP/examples/question.wav" -t raw mic.raw trim 0 6.2
# and a quiet room, which is not zeros
sox -R -n -t raw -r 16000 -c 1 -b 16 -e signed - synth 600 whitenoise \
    gain -70 >>mic.raw
cat >>"$ALSA_CONFIG_PATH" <<EOF
pcm.!default { type asym
	capture.pcm { type plug slave.pcm dmic }
	playback.pcm { type plug slave.pcm dspk } }
EOF
device dmic "in $TMP/mic.raw rate 16000 channels 1 speed 8"
device dspk "out $TMP/spk.raw rate 24000 channels 1 speed 8"
mkdir seen
emulator --speed 8 --think 100ms --log log --save-images seen
seen() { [ "$(grep -c '"type":"image"' log)" -ge "$1" ]; }
heard() { [ -s spk.raw ] && [ "$(samples spk.raw | awk '$1 != 0' |
    wc -l)" -gt 20000 ]; }

ffmpeg -v error -f lavfi -i color=red:size=1024x512:rate=1 -frames:v 1 -q:v 2 \
    photo.jpg
run 0 sh "$EX/ask-photo.sh" photo.jpg 'What colour is this?'
ok 'the photo was seen' seen 1
like 'and answered' out 'What colour'
run 66 sh "$EX/ask-photo.sh" missing.jpg 'What colour is this?'
is 'without a photo nothing is asked' "$(cat out)" ''
like 'its colour' log '"width":768,"height":384,"rgb":\[25[0-9],[0-3],[0-3]\]'
# NAME COMMAND...: until pictures were seen and an answer was heard
show() {
	name=$1; shift
	rm -f spk.raw
	n=$(grep -c '"type":"image"' log)
	"$@" >said 2>err & pid=$!
	tap_pids="$tap_pids $pid"
	wait_for "$name: a picture" seen $((n + 1))
	wait_for "$name: the answer in the loudspeaker" heard
	pkill -INT -P "$pid,$(pgrep -d , -P "$pid")" gl-mic
	wait "$pid"
	is "$name ends well" $? 130
	is "$name has nothing to say" "$(cat err)" ''
}
ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0
export ASAN_OPTIONS
show show.sh env LD_PRELOAD="$B/tests/v4l2/libgltestcam.so" \
    CAMERA=/dev/video7 GL_TESTCAM=formats=NV12 sh "$EX/show.sh"
run 66 sh "$EX/show.sh"
like 'no camera is said' err 'show.sh: no camera /dev/video0'
if command -v Xvfb >/dev/null; then
	mkfifo display
	bg sh -c 'exec Xvfb -displayfd 3 -screen 0 320x240x24 -nolisten tcp \
	    3>display >x.log 2>&1'
	read -r n <display
	DISPLAY=:$n; export DISPLAY
	show screen.sh sh "$EX/screen.sh"
else
	skip 'screen.sh' 'Xvfb is not installed (make deps)'
fi
tap_done
