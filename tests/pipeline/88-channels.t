#!/bin/sh
# Several channels in every program: which is taken, what a mean does to them,
# and a call of two speakers.
. "$(dirname "$0")/../tap.sh"

SOX_OPTS="-D -V1"
export SOX_OPTS
sox -n -r 16000 -b 16 -c 1 a.wav synth 0.3 sine 440 vol 0.4
sox -n -r 16000 -b 16 -c 1 b.wav synth 0.3 sine 300 vol 0.2
sox -n -r 16000 -b 16 -c 1 none.wav trim 0 0.3
sox a.wav -r 16000 -t raw a.raw
sox b.wav -t raw b.raw
sox -M a.wav b.wav two.wav
sox a.wav turned.wav vol -1
sox -M a.wav turned.wav phase.wav
sox -M none.wav a.wav half.wav
sox -M none.wav none.wav none.wav none.wav none.wav a.wav none.wav none.wav \
    eight.wav
{
	sox two.wav -t raw - >two.raw
	printf '{"type":"audio","rate":16000,"channels":2,"bytes":%d}\n' \
	    "$(wc -c <two.raw)"
	cat two.raw
} >two.gl

# every reader, a WAV file and a stream
for f in two.wav two.gl; do
	for c in left:a 2:b; do
		run 0 gl-mic -r --pace fast --channel ${c%:*} $f
		same "gl-mic $f, ${c%:*}" out ${c#*:}.raw
		run 0 gl-conv --user -t pcm --channel ${c%:*} $f
		same "gl-conv $f, ${c%:*}" out ${c#*:}.raw
		gl-play -n -R 16000 --record heard.wav --channel ${c%:*} $f 2>err
		sox heard.wav -t raw - | head -c 9600 >heard.raw
		same "gl-play $f, ${c%:*}" heard.raw ${c#*:}.raw
	done
	run 0 gl-conv --user -t pcm $f
	sox two.wav -c 1 -t raw - >mean.raw
	is "gl-conv $f: the mean" "$(sox -t raw -r 16000 -e signed -b 16 out \
	    -n stat 2>&1 | awk '/Maximum amplitude/ { print ($3 > 0.28) }')" 1
done
run 64 gl-conv --channel 9 -t pcm two.wav
like 'what can be picked' err 'mix, left, right or 1 to 8'

# warnings, whoever reads
advice() { # WHAT FILE SENTENCE
	for p in 'gl-mic -r --pace fast' 'gl-conv --user -t pcm' 'gl-play -n'; do
		# shellcheck disable=SC2086 # words
		run 0 $p "$2"
		like "$1" err "^${p%% *}: $2: $3"
		is 'said once' "$(wc -l <err)" 1
	done
}
advice 'opposite phases' phase.wav 'the mean of its 2 channels cancels'
advice 'a dead channel' half.wav 'of its 2 channels only channel 2 is not silent.*6 dB quieter'
advice 'one of eight' eight.wav 'of its 8 channels only channel 6.*18 dB quieter: --channel 6'
run 0 gl-conv --user -t pcm --channel 6 eight.wav
same 'which is then all of it' out a.raw
is 'and nothing is said' "$(wc -c <err)" 0
run 0 gl-conv --user -t pcm --channel 1 half.wav
like 'a silent channel picked' err 'channel 1 is silent, channel 2 is not: --channel 2'

# a call of two speakers
sox -n -r 16000 -b 16 -c 1 l.wav synth 0.6 sine 440 vol 0.4 pad 0 2
sox -n -r 16000 -b 16 -c 1 r.wav synth 0.9 sine 300 vol 0.4 pad 1.3 0.4
sox -M l.wav r.wav call.wav
emulator
run 0 sh "$TOP/examples/two-speakers.sh" call.wav Ann Ben
sed 's/0\.[5-7]/0.6/; s/0\.8\|1\.0/0.9/' out >said
is 'who said what, in its order' "$(cat said)" 'Ann: [0.6 s of speech]
Ben: [0.9 s of speech]'
run 0 gl-session -m gemini-3.5-transcribe-live -f text --channel right <call.wav
is 'one channel alone' "$(wc -l <out)" 1
run 0 gl-session -m gemini-3.5-transcribe-live -f text <phase.wav
like 'opposite phases' err 'the mean of its 2 channels cancels'
tap_done
