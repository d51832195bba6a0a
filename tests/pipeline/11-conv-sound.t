#!/bin/sh
# gl-conv: sound out of streams, and WAV files of other programs into it.
. "$(dirname "$0")/../tap.sh"

# audio FILE EXTRA: a raw file as one audio record
audio() {
	printf '{"type":"audio"%s,"bytes":%d}\n' "$2" "$(wc -c <"$1")"
	cat "$1"
}
sox -D -n -r 24000 -b 16 -c 1 -e signed -t raw tone.raw synth 0.5 sine 440 \
    gain -6
sox -D -n -r 16000 -b 16 -c 1 -e signed -t raw low.raw synth 0.25 sine 300 \
    gain -6
{ audio low.raw ',"rate":16000'; audio tone.raw ',"rate":24000,"turn":1'
  audio low.raw ',"rate":16000,"turn":2'; } >call.gl

run 0 gl-conv -t pcm call.gl
head -c 24000 out >first
same "the model's sound is the samples that came" first tone.raw
is "another rate becomes the first" "$(wc -c <out)" $((24000 + 8000 * 3 / 2))
run 0 gl-conv --user -t pcm call.gl
same "the user's sound" out low.raw
run 0 gl-conv -t pcm -R 8000 call.gl
is "a rate of one's own" "$(wc -c <out)" $((8000 + 4000))

run 0 gl-conv -o a.wav call.gl
is "rate, channels, samples" "$(soxi -r a.wav) $(soxi -c a.wav) $(soxi -s a.wav)" \
    "24000 1 18000"
{ printf 'before'; gl-conv -t wav call.gl; } >b.bin
tail -c +7 b.bin >b.wav
is "behind other bytes of a file too" "$(head -c 6 b.bin) $(soxi -s b.wav)" \
    "before 18000"
gl-conv -t wav call.gl >>c.wav
is "appended it has open sizes" \
    "$(od -An -tx4 -j 40 -N 4 c.wav | tr -d ' ')" 7ffff000
gl-conv -t wav call.gl | sox - -t raw d.raw 2>err
is "a pipe is read to its end by sox" "$(wc -c <d.raw) $(cat err)" "36000 "
gl-conv -t wav call.gl | ffmpeg -v error -i - -f s16le -y e.raw 2>/dev/null
same "and by ffmpeg" e.raw d.raw

# both sides, placed by time
{
	audio low.raw ',"rate":24000,"t":1000'
	audio tone.raw ',"rate":24000,"turn":1,"t":2000'
	echo '{"type":"interrupted","turn":1,"t":2100}'
	audio low.raw ',"rate":24000,"t":2500'
} >both.gl
run 0 gl-conv --both -o both.wav both.gl
is "two channels" "$(soxi -c both.wav) $(soxi -s both.wav)" \
    "2 $((36000 + 4000))"
sox both.wav -t raw right.raw remix 2 trim 24000s 12000s
is "the model's until it was interrupted" \
    "$(head -c 4800 right.raw | cksum)" "$(head -c 4800 tone.raw | cksum)"
is "and then silence" "$(tail -c +4801 right.raw | tr -d '\000' | wc -c)" 0
run 0 gl-conv --heard -t pcm both.gl
is "what was heard, by the clock" "$(wc -c <out)" 4800
{ cat both.gl; echo '{"type":"played","turn":1,"ms":50,"interrupted":true}'
} >played.gl
run 0 gl-conv --heard -t pcm played.gl
is "what was heard, by the player" "$(wc -c <out)" 2400

# nothing to hear
echo '{"type":"text","text":"x"}' >in.gl
run 0 gl-conv -o empty.wav in.gl
like "no sound is said" err 'no sound in the stream that is the model'
is "an empty WAV file" "$(soxi -s empty.wav)" 0
{ audio tone.raw ',"rate":500,"turn":1'; audio tone.raw ',"turn":1'
} >in.gl
run 0 gl-conv -t pcm in.gl
same "sound of no rate is left out" out tone.raw
like "... and said" err '1 audio records left out'

# cut short
head -c 30000 call.gl >cut.gl
run 65 gl-conv -o cut.wav cut.gl
is "what came is in it, a WAV file" "$(soxi -s cut.wav)" 0
head -c 36000 call.gl >cut.gl
run 65 gl-conv -o cut.wav cut.gl
is "a record before the cut is in it" "$(soxi -s cut.wav)" 12000

# cannot be read on: a terminal without its other side
if terminals "a failure to read"; then
	cat >hangup.py <<'E2'
import os, pty, subprocess, sys, tty
ours, theirs = pty.openpty()
tty.setraw(theirs)
os.write(theirs, open("part", "rb").read())
os.close(theirs)
sys.exit(subprocess.call(["gl-conv", "-o", "hangup.wav"], stdin=ours))
E2
	head -c 1000 tone.raw >some.raw
	audio some.raw ',"turn":1' >part
	for where in behind within; do
		run 74 python3 hangup.py
		like "a failure to read $where a record" err \
		    'standard input: Input/output error'
		is "what came is in it, and the header is right" \
		    "$(soxi -s hangup.wav)" 500
		head -c 500 call.gl >>part
	done
fi

# ended by a signal: what came is there, and the header is right
mkfifo in.pipe
gl-conv -v -o sig.wav in.pipe 2>err &
pid=$!
tap_pids="$tap_pids $pid"
exec 4>in.pipe
audio tone.raw ',"turn":1' >&4
grown() { [ "$(stat -c %s sig.wav)" -ge 24044 ]; }
wait_for "the sound" grown
kill -TERM $pid
wait $pid
is "a signal ends it" $? 143
exec 4>&-
is "with a whole WAV file" "$(soxi -s sig.wav)" 12000
gl-conv -o none.wav in.pipe 2>err &
pid=$!
tap_pids="$tap_pids $pid"
exec 4>in.pipe
handles() { [ $((0x$(sed -n 's/^SigCgt:.//p' "/proc/$pid/status") & 0x4000)) -ne 0 ]; }
wait_for "it to handle the signal" handles
kill -TERM $pid
wait $pid
is "stopped before the first sound" $? 143
exec 4>&-
is "it does not complain that there is none" "$(cat err)" ""

# WAV files of other programs
wavs() { # WHAT SAMPLES FILE
	gl-conv --user -t pcm "$3" >got.raw 2>err
	is "$1" "$? $(wc -c <got.raw) $(cat err)" "0 $2 "
}
sox -r 24000 -b 16 -c 1 -e signed tone.raw t.wav
wavs "sox, 16 bits" 24000 t.wav
same "... the same samples" got.raw tone.raw
for spec in "-b 8" "-b 24" "-b 32" "-e float -b 32" "-c 2" "-b 24 -c 8"; do
	# shellcheck disable=SC2086 # options, split on purpose
	sox t.wav $spec u.wav
	wavs "sox, $spec" 24000 u.wav
done
sox -t raw -r 24000 -b 16 -c 1 -e signed - -t wav - <tone.raw 2>/dev/null |
    cat >u.wav
wavs "sox into a pipe" 24000 u.wav
ffmpeg -v error -i t.wav -metadata title=x -f wav - | cat >u.wav
wavs "ffmpeg into a pipe, with tags" 24000 u.wav
same "... the same samples" got.raw tone.raw
ffmpeg -v error -i t.wav -af 'pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0' \
    -c:a pcm_s24le -f wav - | cat >u.wav
wavs "ffmpeg, 24 bits, 6 channels" 24000 u.wav
if arecord -q -D null -d 1 -f S16_LE -r 16000 -t wav u.wav 2>/dev/null; then
	wavs "arecord, a second" 32000 u.wav
	arecord -q -D null -f S16_LE -r 16000 -t wav 2>/dev/null |
	    head -c 32044 >u.wav
	wavs "arecord without an end" 32000 u.wav
else
	skip "arecord" "no ALSA null device"
fi
head -c 20044 t.wav >u.wav
run 65 gl-conv --user -t pcm u.wav
like "a WAV file cut short" err 'cut short: the last 4000 bytes'
is "... is used as far as it goes" "$(wc -c <out)" 20000
sox t.wav -e ms-adpcm u.wav
run 65 gl-conv --user -t pcm u.wav
like "ADPCM is refused with a way out" err 'MS ADPCM .*convert it with ffmpeg'

# a disk that is full: the header says what is there
cat >full <<'E3'
trap '' XFSZ
ulimit -f 24	# 12 KiB
exec "$@"
E3
audio tone.raw >more.gl
run 74 sh full gl-conv --user -t wav -o full.wav more.gl
like 'what is wrong' err '^gl-conv: full.wav: File too large'
is 'and the sound that is there' "$(soxi -s full.wav)" \
    $((($(wc -c <full.wav) - 44) / 2))
ok 'which is some' [ "$(soxi -s full.wav)" -gt 5000 ]
gl-mic --pace fast -r -R 24000 full.wav >back.raw 2>err
is 'nothing is missing' "$? $(wc -c <err)" "0 0"
sh full gl-conv --user -t wav <more.gl >full2.wav 2>err
is 'by standard output too' "$? $(soxi -s full2.wav)" "74 $(soxi -s full.wav)"
# from a pipe more than 4 GiB may come: the header has room for RF64
gl-conv --user -t wav <more.gl >short.wav
# shellcheck disable=SC2002 # a pipe is what is meant
cat more.gl | gl-conv --user -o long.wav
is 'a long header' "$(head -c 16 long.wav | tail -c 4)" JUNK
is 'and the same sound' "$(sox long.wav -t raw - | cksum)" \
    "$(sox short.wav -t raw - | cksum)"

# much silence, and much sound, of one record: written bit by bit
second() { # MEMBERS CHARACTER
	printf '{"type":"audio","rate":24000%s,"bytes":48000}\n' "$1"
	head -c 48000 /dev/zero | tr '\0' "$2"
}
{
	second ',"t":0' a
	second ',"turn":1,"t":3300000' b
	second ',"t":3302000' c
} >gap.gl
is "55 minutes of silence between two turns" \
    "$(gl-conv --both -t pcm gap.gl | wc -c | tr -d ' ')" $((3303 * 96000))
gl-conv --both -t pcm gap.gl | tail -c $((3 * 96000)) >end.raw
is "and what follows is in its place" "$(od -An -tx1 -w4 -v end.raw | uniq -c |
    tr -s ' ' | tr '\n' ',')" " 24000 00 00 62 62, 24000 00 00 00 00, 24000 63 63 00 00,"
{
	printf '{"type":"audio","rate":8000,"bytes":67108864}\n'
	head -c 67108864 /dev/zero
} >long.gl
is "a record of 70 minutes at another rate" \
    "$(gl-conv --user -R 48000 -t pcm long.gl | wc -c | tr -d ' ')" \
    $((67108864 * 6))

tap_done
