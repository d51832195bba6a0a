#!/bin/sh
# The zoo of sounds and of streams, made here by sox,
# ffmpeg, lame, flac, opus-tools, espeak-ng and flite, and what is not sound.
# ZOO_TABLE=FILE leaves a table of all of them.
. "$(dirname "$0")/../tap.sh"

for t in sox ffmpeg lame flac opusenc espeak-ng flite python3; do
	command -v $t >/dev/null || tap_stop "$t is installed (make deps)"
done
emulator
python3 "$TOP/tests/zoo/sounds.py" >zoo.tap
code=$?
grep -v '^# [0-9]* sounds$\|^1\.\.' zoo.tap
tap_n=$(grep -c '^\(not \)*ok ' zoo.tap)
is 'the zoo went through' $code 0
ok 'it has at least 150 of them' [ "$tap_n" -gt 150 ]
# shellcheck disable=SC2046 # names without spaces
python3 "$TOP/tests/zoo/silent.py" $(cat strange) >silent 2>err
is "nothing foreign is played or sent: $(cat silent)" $? 0
# shellcheck disable=SC2046
fuzz_seeds wav $(cat strange) ./*.wav
# shellcheck disable=SC2046
fuzz_seeds intake $(cat strange) ./*.wav
tap_done
