#!/bin/sh
# Raw samples of another form, of which no header tells: what s16le would make
# noise of is refused, whatever its rate and channels; tones, which look like
# much, are not.
. "$(dirname "$0")/../tap.sh"

flite -voice slt -t 'This is recording number one of six.' -o said.wav
form() { # NAME SENTENCE OPTIONS OF SOX: the form, at two rates
	name=$1 line=$2
	shift 2
	for rate in 8000 44100; do
		for channels in 1 2; do
			sox -R said.wav -r $rate -c $channels "$@" -t raw form
			timeout 20 gl-play -n -d 0.02 form >out 2>err
			is "$name, $rate Hz, $channels: refused" $? 65
			like "$name, $rate Hz, $channels: how" err "$line"
		done
	done
}
other='^gl-play: form: as raw PCM .*; -r takes it all the same$'
form 'mu-law' "$other" -e mu-law
form 'A-law' "$other" -e a-law
form '24 bits' "$other" -e signed -b 24
form '24 bits, big-endian' "$other" -e signed -b 24 -B
form '32 bits' "$other" -e signed -b 32
form 'floats' "$other" -e float -b 32
form 'big-endian floats' "$other" -e float -b 64 -B
form '8 bits' "$other" -e unsigned -b 8
sox -R said.wav -r 8000 -e mu-law -t raw call.ul
timeout 20 gl-play -n call.ul >out 2>err
like 'a telephone call is called by its name' err \
    'it looks like mu-law or A-law \(sox -t ul -r 8000 -c 1 FILE out.wav, or'
timeout 20 gl-mic --pace fast call.ul >out 2>err
is 'by gl-mic too' "$? $(gl-conv -t json out | grep -c audio)" '65 0'
run 0 timeout 20 gl-play -n -r -d 0.02 call.ul

for rate in 8000 16000 24000; do
	for tone in 440 1000 2000 3000; do
		for fade in 0 0.3; do
			sox -R -n -r $rate -c 1 -b 16 -t raw tone synth 1 sine \
			    $tone vol 0.9 fade $fade
			run 0 timeout 20 gl-play -n -R $rate -d 0.02 tone
		done
	done
done

# Silence tells nothing: it is passed on as it comes, and the sound behind it is
# examined.  Nothing of another form is heard.
for lead in 0.2 3; do
	for f in '-e mu-law' '-b 24' '-b 32' '-e float -b 32' '-e unsigned -b 8'; do
		# shellcheck disable=SC2086
		sox -R said.wav -r 8000 -c 1 $f -t raw form pad $lead
		timeout 20 gl-mic -r --pace fast form >out 2>err
		is "$f behind $lead s of silence: refused" \
		    "$? $(grep -c 'this would be' err)" '65 1'
		is 'and not heard' "$(sox -t raw -r 16000 -e signed -b 16 -c 1 out \
		    -n stat 2>&1 | awk '/(Max|Min)imum ampl/ && $3 * $3 > 1e-6')" ''
	done
done
for rate in 16000 24000; do
	sox -R said.wav -r $rate -c 1 -b 16 -t raw form pad 0.9
	run 0 timeout 20 gl-mic -r -R $rate --pace fast form
	ok "speech at $rate Hz behind silence is sound" cmp -s form out
done
mkfifo hush
gl-mic -r --pace fast --once hush >out 2>err & p=$!
tap_pids="$tap_pids $p"
exec 5>hush
head -c 64000 /dev/zero >&5
wait_for 'silence is not held back' sh -c '[ "$(wc -c <out)" -gt 60000 ]'
cat call.ul >&5
exec 5>&-
wait $p
is 'and what comes then is refused' "$? $(grep -c 'looks like mu-law' err)" '65 1'
tap_done
