#!/bin/sh
# A running number on a screen, as a QR code, through gl-frames and gl-session
# to the emulator: the right pictures at the right times.
. "$(dirname "$0")/../tap.sh"

for p in Xvfb ffplay ffmpeg qrencode zbarimg; do
	command -v $p >/dev/null && continue
	skip 'numbers on a screen' "$p is not installed (make deps)"
	tap_done; exit
done

# five numbers a second, six seconds
i=100
while [ $i -lt 130 ]; do
	qrencode -s 8 -o n$i.png $i; i=$((i + 1))
done
ffmpeg -v error -framerate 5 -start_number 100 -i n%d.png \
    -vf 'scale=480:480:flags=neighbor' -pix_fmt yuv420p -c:v rawvideo \
    film.nut

mkfifo display
bg sh -c 'exec Xvfb -displayfd 3 -screen 0 640x480x24 -nolisten tcp \
    3>display >x.log 2>&1'
read -r n <display
DISPLAY=:$n; export DISPLAY
mkdir seen
emulator --log log --save-images seen
SDL_VIDEODRIVER=x11; export SDL_VIDEODRIVER
bg ffplay -v error -an -noborder -left 0 -top 0 -fs -loop 0 film.nut

numbers() { # of the pictures given, one a line; - where none can be read
	for f in "$@"; do
		zbarimg -q --raw "$f" 2>/dev/null || echo -
	done
}
on_screen() { # a number stands there
	ffmpeg -v error -y -f x11grab -i "$DISPLAY" -frames:v 1 one.png &&
	    zbarimg -q --raw one.png >one
}
wait_for 'a number on the screen' on_screen

# without these two its first picture is old by those that it looks at first
ffmpeg -v error -probesize 32 -analyzeduration 0 -f x11grab -framerate 10 \
    -i "$DISPLAY" -pix_fmt yuv420p -f yuv4mpegpipe - 2>ffmpeg.err | timeout 20 gl-frames -n 4 2>frames.err |
    timeout 30 gl-session >call.gl 2>session.err
is 'the session ends well' $? 0
is 'four pictures were seen' "$(find seen -name '*.jpg' | wc -l)" 4
# named by the number of the message
# shellcheck disable=SC2046
numbers $(find seen -name '*.jpg' | sort -t- -k3 -n) >got
is 'a number in each' "$(grep -c '^[0-9]' got)" 4
[ "$(grep -c '^[0-9]' got)" = 4 ] || cat frames.err session.err ffmpeg.err |
    sed 's/^/# /'

jq -s '[.[] | select(.type == "image").t] | range(1; length) as $i |
    .[$i] - .[$i - 1]' log >gaps
ok "no two too near: $(tr '\n' ' ' <gaps)ms" \
    awk '$1 < 700 { bad = 1 } END { exit bad || NR != 3 }' gaps
# five numbers a second, 30 in the loop: as many as the time between has
tail -n +2 got | paste gaps - >both
awk -v last="$(head -1 got)" '{ print ($2 - last + 30) % 30 - $1 / 200
    last = $2 }' both >off
ok "each the number of its time: off by $(tr '\n' ' ' <off)" \
    awk '$1 < -1.75 || $1 > 1.75 { exit 1 }' off
unlike 'none is early by the emulator' log '"early":true'
is 'their size' "$(jq -r 'select(.type == "image") | "\(.width)x\(.height)"' \
    log | sort -u)" 640x480
tap_done
