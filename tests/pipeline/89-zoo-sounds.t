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
# a whole file in a record of samples
for f in base.wav cbr.mp3; do
	mime=audio/pcm
	[ $f = base.wav ] || mime=audio/mpeg
	{
		printf '{"type":"audio","mime":"%s","rate":16000,"bytes":%d}\n' \
		    $mime "$(wc -c <$f)"
		cat $f
	} >in.gl
	rm -f heard.wav
	run 65 gl-mic -r --pace fast in.gl
	is "$f in a record: not sent" "$(wc -c <out)" 0
	like 'and why' err 'a file or a coding, not bare samples'
	run 65 gl-session -f json --trace trace <in.gl
	like 'nor by gl-session' err 'a file or a coding, not bare samples'
	sed 's/"rate":16000,/&"turn":1,/' in.gl >turn.gl
	run 0 gl-play -n --record heard.wav turn.gl
	like 'nor played' err 'a file or a coding, not bare samples'
	is 'nothing heard' "$(wc -c <heard.wav)" 44
done
# shellcheck disable=SC2046
fuzz_seeds wav $(cat strange) ./*.wav
# shellcheck disable=SC2046
fuzz_seeds intake $(cat strange) ./*.wav
tap_done
