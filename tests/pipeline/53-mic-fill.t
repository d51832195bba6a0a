# gl-mic --fill: a pipe is a microphone that never pauses; what was cut off is
# not heard; and two sessions talk to each other in a ring.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"

# frames of 20 ms: one letter each, . for silence
draw() {
	python3 -c 'import array, sys
a = array.array("h", open(sys.argv[1], "rb").read())
print("".join("#" if max(map(abs, a[i:i + 320])) > 999 else "."
    for i in range(0, len(a), 320)))' "$1"
}
audio() { printf '{"type":"audio","rate":24000,"turn":%d,"bytes":19200}\n' $1
	cat tone.raw; }
sox -n -r 24000 -b 16 -c 1 -t raw tone.raw synth 0.4 sine 440 vol 0.5

mkfifo in
bg gl-mic -r --fill --once in >got.raw
mic=$bg_pid
exec 3>in
wait_for "silence before anything came" has_frames got.raw 3200
audio 1 >&3
wait_for "sound, and silence behind it" has_frames got.raw 16000
draw got.raw >early
for k in 1 2 3 4 5 6 7 8 9 10; do audio 2; done >&3
n=$(($(frames got.raw) + 8000))
wait_for "some of ten pieces" has_frames got.raw $n
{ echo '{"type":"interrupted","turn":2}'; audio 2; audio 3; } >&3
exec 3>&-
wait $mic
is "exit 0 when the writer has gone" $? 0
draw got.raw >picture
like "silence, 0.4 s of sound, silence" early '^\.{10,}#{20,21}\.+$'
like "a turn that is cut off ends, its late sound is dropped, the next is heard" \
    picture '^\.+#{20,21}\.+#{20,180}\.{0,9}#{20,21}\.?$'
is "gl-mic - without it waits" "$(audio 1 | gl-mic -r - | wc -c)" 12800

# as of a muted microphone, no more than a second of silence is sent
{ audio 1; sleep 2; } | gl-mic --fill - >muted.gl
tool heads <muted.gl >heads
is "1 s of silence, then audio_end" \
    "$(sed -n 's/.*"type":"\([a-z_]*\)".*/\1/p' heads | uniq -c |
    awk '{ printf "%s %s ", $2, $2 == "audio" ? int($1 / 10) : $1 }')" \
    "start 1 audio 7 audio_end 1 "

# a model hears another
emulator --brain tone
mkfifo ring
echo '{"type":"text","text":"Greet the other one."}' >begin.gl
timeout 30 gl-mic -d 6 --fill ring | gl-session -i begin.gl 2>a.err |
    tee a.gl | gl-mic --fill - | gl-session 2>b.err | tee ring >b.gl
gl-conv a.gl >a
gl-conv b.gl >b
like "the second hears the first" b '^user: \[1\.[0-9] s of speech'
like "and answers" b '^model: \[1\.5 s of tone\]'
like "the first hears the answer" a '^user: \[1\.[0-9] s of speech'
is "and answers in its turn" "$(grep -c '^model' a | awk '{ print ($1 > 1) }')" 1

# wrong uses
run 64 gl-mic --fill
like "it needs a pipe" err '^gl-mic: --fill is for a pipe: name it, or - for'
run 64 gl-mic --fill --pace fast in
like "and time" err '^gl-mic: --fill and --pace fast contradict each other'
tap_done
