#!/bin/sh
# The zoo of pictures: more than 80 of them, made here by cjpeg, exiftool,
# ffmpeg, cwebp and heif-enc, damaged as webcams, cables and cards do it.
. "$(dirname "$0")/../tap.sh"

for t in cjpeg djpeg exiftool ffmpeg cwebp heif-enc heif-convert python3; do
	command -v $t >/dev/null || tap_stop "$t is installed (make deps)"
done
mkdir keep
ZOO_KEEP=$TMP/keep python3 "$TOP/tests/zoo/pictures.py" >zoo.tap
code=$?
grep -v '^# [0-9]* pictures$' zoo.tap
tap_n=$(grep -c '^\(not \)*ok ' zoo.tap)
is 'the zoo went through' $code 0
ok 'it has at least 80 pictures' [ "$tap_n" -gt 80 ]
# without the decoder that is called: which package has it
for f in webp:dwebp:webp heic:heif-convert:libheif-examples \
    avif:heif-convert:libheif-examples gif:ffmpeg: bmp:ffmpeg: tiff:ffmpeg:; do
	form=${f%%:*} pkg=${f##*:} tool=${f#*:}
	run 65 env PATH="$B" gl-frames -f mjpeg "s.$form"
	like "$form: what is missing" err "name it as a file, with ${tool%:*}.*$pkg.* installed"
done
# a webcam that damages each of its pictures still shows something; and the
# one picture of a FIFO's writer is used when the writer has gone
cjpeg -quality 90 s.ppm >good.jpg
{ head -c $(($(wc -c <good.jpg) * 2 / 3)) good.jpg; printf '\377\331'; } >cut.jpg
mkfifo cam
bg sh -c 'exec gl-frames -f mjpeg --pace live --fps 60 --idle-fps 60 -i cam >out 2>err'
exec 5>cam
# taken COMMAND...: another picture, of which a busy gl-frames takes the newest
taken() { cat cut.jpg >&5; sleep 0.05; "$@"; }
wait_for 'four left out' taken grep -q 'picture left out.*and more' err
is 'a better one may come' "$(wc -c <out)" 0
wait_for 'the eighth in a row' taken [ -s out ]
exec 5>&-
kill "$bg_pid"; wait "$bg_pid"
bg sh -c 'exec gl-frames -f mjpeg -i cam >out 2>err'
cat cut.jpg >cam
wait_for 'the only one' [ -s out ]
like 'with a word' err 'used as it is'
kill "$bg_pid"; wait "$bg_pid"
emulator
python3 "$TOP/tests/zoo/silent.py" keep/* >silent 2>err
is "no picture is played or sent as sound: $(tail -5 silent)" $? 0
fuzz_seeds pictures keep/*
fuzz_seeds intake keep/*
tap_done
