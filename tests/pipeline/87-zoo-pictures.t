#!/bin/sh
# The zoo of pictures: more than 80 of them, made here by cjpeg, exiftool,
# ffmpeg and cwebp, damaged as webcams, cables and cards do it.
. "$(dirname "$0")/../tap.sh"

for t in cjpeg djpeg exiftool ffmpeg cwebp python3; do
	command -v $t >/dev/null || tap_stop "$t is installed (make deps)"
done
python3 "$TOP/tests/zoo/pictures.py" >zoo.tap
code=$?
grep -v '^# [0-9]* pictures$' zoo.tap
tap_n=$(grep -c '^\(not \)*ok ' zoo.tap)
is 'the zoo went through' $code 0
ok 'it has at least 80 pictures' [ "$tap_n" -gt 80 ]
tap_done
