#!/bin/sh
# Nothing was said: one line and one record for each way in which that happens,
# and 65 where a batch asks for speech.  A microphone that is too quiet, clipped
# or muted says so, without a terminal.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"

: >empty.wav
head -c 64000 /dev/zero >zeros.raw
sox -t raw -r 16000 -e signed -b 16 -c 1 zeros.raw zeros.wav
sox -n -r 16000 -b 16 -c 1 a.wav synth 1 sine 440 vol 0.4
sox a.wav turned.wav vol -1
sox -M a.wav turned.wav phase.wav
head -c 44 zeros.wav >nodata.wav
printf '\044\0\0\0' | dd of=nodata.wav bs=1 seek=4 conv=notrunc 2>/dev/null
printf '\0\0\0\0' | dd of=nodata.wav bs=1 seek=40 conv=notrunc 2>/dev/null
sox a.wav faint.wav vol 0.002
sox a.wav -t raw good.raw
audio() {
	printf '{"type":"audio","rate":16000,"bytes":%d}\n' "$(wc -c <"$1")"
	cat "$1"
}
audio zeros.raw >zeros.gl

emulator
silent() { # WHAT INPUT SENTENCE OPTIONS...
	what=$1 input=$2 line=$3
	shift 3
	timeout 30 gl-session "$@" <"$input" >out 2>err
	is "$what: not a failure" $? 0
	is "$what: one line" "$(grep -ac 'nothing was said' err)" 1
	like "$what: which one" err "^gl-session: standard input: nothing was said: $line"
	is "$what: one record" "$(gl-conv -t json out | jq -r 'select(.type ==
	    "silent") | .input')" 'standard input'
	timeout 30 gl-session --require-speech "$@" <"$input" >out 2>err
	is "$what: --require-speech" $? 65
	like "$what: and why" err 'nothing was said'
}
silent 'an empty input' empty.wav 'it is empty'
silent 'no input at all' /dev/null 'it is empty'
printf '\n  \r\n\n' >blank.txt
silent 'lines without a word' blank.txt 'it has only empty lines' -t -f stream
run 0 sh -c 'gl-session --greet "Say hello." -f text </dev/null'
is 'where the model begins there need be none' "$(cat err)" ''
run 0 sh -c 'gl-session -i a.wav -f text --require-speech </dev/null'
is 'nor where another input speaks' "$(cat err)" ''
silent 'all zeros' zeros.wav 'all of it is silence \(2.0 s\)'
silent 'raw PCM of zeros' zeros.raw 'all of it is silence \(2.0 s\)' -r -f stream
silent 'opposite phases' phase.wav 'the mean of its 2 channels cancels'
silent 'data of size 0' nodata.wav 'there is no sound in it'
silent 'far too quiet' faint.wav 'all of it is silence'
silent 'a muted microphone' zeros.gl 'all of its sound is silence \(2.0 s\)'
timeout 30 gl-session --require-speech <a.wav >out 2>err
is 'speech is speech' "$? $(grep -c 'nothing was said' err)" '0 0'
for p in 'gl-play -n' 'gl-mic -r --pace fast' 'gl-conv --user -t pcm'; do
	# shellcheck disable=SC2086 # words
	run 0 $p zeros.wav
	like "${p%% *}: silence" err 'zeros.wav: all of it is silence \(2.0 s\)'
done

# the microphone's own words; a device sixty times as fast may outrun a busy
# machine: then once more
mic() { # OPTIONS
	again=8
	run 0 gl-mic -r "$@"
	while grep -q overrun err && [ $again -gt 0 ]; do
		again=$((again - 1))
		run 0 gl-mic -r "$@"
	done
}
said() { grep -v 'the reader was too slow' err; }
device muted "in $TMP/zeros.raw speed 60"
mic -D muted -d 2
is 'gl-mic: a muted device' "$(said)" \
    'gl-mic: muted: all of it is silence (2.0 s): is the microphone muted?'
device good "in $TMP/good.raw speed 20"
mic -D good -d 1
is 'and one that is not' "$(said)" ''
zeros='gl-mic: muted: nothing but zeros for 3 s: is it muted, or is it another one? gl-mic -V shows the level, -l lists the devices'
mic -D muted -d 65
is 'zeros for 3 s, once' "$(said)" "$zeros"
mic -D muted -d 2.9
unlike 'and not for less' err 'nothing but zeros'
mic -D muted -d 4 --gain 20
is 'the device is judged, not what is made of it' "$(said)" "$zeros"
{ cat good.raw good.raw; head -c 128000 /dev/zero; cat good.raw
  head -c 128000 /dev/zero; } >switch.raw
device switch "in $TMP/switch.raw speed 20"
mic -D switch -d 11
is 'switched off in the middle, twice: said once' "$(said)" \
    "$(printf %s "$zeros" | sed 's/gl-mic: muted/gl-mic: switch/')"
python3 -c 'import sys
sys.stdout.buffer.write(b"\1\0\0\0" * 600000)' >faint.raw
device faint "in $TMP/faint.raw speed 60"
mic -D faint -d 65
is 'a minute of next to nothing, once' "$(said)" 'gl-mic: faint: a minute without any sound: is the microphone muted, or is it another one (-l lists them)?'
sox zeros.wav zeros4.wav repeat 1
run 0 gl-mic -r --pace 20 zeros4.wav
unlike 'a file is not a microphone' err 'nothing but zeros'
espeak-ng -v en -s 150 -w say.wav 'The quick brown fox jumps over the lazy dog,
	and then it sits down and thinks about what it has done today.'
sox say.wav -r 16000 -b 16 said.wav norm -3 repeat 24
sox said.wav quiet.wav vol 0.01
sox said.wav clip.wav vol 8
run 0 gl-mic -r --pace fast quiet.wav
is 'a minute of quiet speech: one line' "$(wc -l <err)" 1
like 'which one' err '^gl-mic: quiet.wav: a minute of speech never passed -40 dB \(-4[0-9] dB\): --gain [0-9]+, --agc'
run 0 gl-mic -r --pace fast clip.wav
is 'clipped speech: one line' "$(wc -l <err)" 1
like 'which one' err '^gl-mic: clip.wav: the sound is clipped \([0-9]+ times'
run 0 gl-mic -r --pace fast said.wav
is 'and nothing is said of good speech' "$(cat err)" ''
run 0 gl-mic -r --pace fast --gain 37 quiet.wav
is 'nor of quiet speech made loud' "$(cat err)" ''
sox quiet.wav -t raw - gain 37 2>/dev/null >loud.raw
is 'as sox makes it' "$(sox -t raw -r 16000 -e signed -b 16 -c 1 out -n stat 2>&1 |
    awk '/Maximum ampl/ { print int($3 * 50 + 0.5) }')" \
    "$(sox -t raw -r 16000 -e signed -b 16 -c 1 loud.raw -n stat 2>&1 |
    awk '/Maximum ampl/ { print int($3 * 50 + 0.5) }')"
# an empty standard input beside an input that speaks says nothing
run 0 sh -c ": | gl-session -i a.wav"
is "and of an empty standard input beside another one" "$(cat err)" ""
run 64 gl-mic --gain loud a.wav
tap_done
