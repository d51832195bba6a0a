#!/bin/sh
# The outputs of gl-session: readers that are slow or gone, a full disk, a
# terminal; raw PCM that falls silent when the user speaks.
. "$(dirname "$0")/../tap.sh"

NO_COLOR=1; export NO_COLOR

cat >rules <<'E'
{"on":"turn","match":"long","do":"tone","ms":60000}
{"on":"turn","match":"stop","do":"silent"}
E
emulator --speed 100 --burst max -s rules

say() { printf '{"type":"text","text":"%s"}\n' "$1"; }

# the reader goes away: quietly and at once, though the input goes on
mkfifo in out.fifo
gl-session <in >out.fifo 2>gone.err & pid=$!
tap_pids="$tap_pids $pid"
exec 9>in
head -1 <out.fifo >first
say hi >&9
wait $pid; is 'a reader that is gone ends it' $? 0
exec 9>&-
is 'without a word' "$(cat gone.err)" ''
ok 'after its first record' grep -q '"start"' first

run 74 sh -c 'echo hi | gl-session -t >/dev/full'
like 'a full disk is said' err 'standard output: No space left'

# a reader that is slow gets all of it
run 0 sh -c 'echo long | gl-session -t >whole.gl'
gl-conv -t pcm <whole.gl >whole.pcm
mkfifo slow
echo long | gl-session -t --trace trace >slow & pid=$!
exec 8<slow
wait_for 'the speech' grep -q modelTurn trace
cat <&8 >slow.gl
exec 8<&-
wait $pid; is 'a slow reader' $? 0
gl-conv -t pcm <slow.gl >slow.pcm
is 'a minute of speech' "$(wc -c <whole.pcm)" 2880000
same 'of which a slow reader gets every sample' slow.pcm whole.pcm

# raw PCM: what is queued is dropped when the user interrupts
mkfifo pcm
exec 8<>pcm
gl-session -f pcm --trace trace <in >pcm 2>err & pid=$!
tap_pids="$tap_pids $pid"
exec 9>in
say long >&9
wait_for 'a minute of speech' grep -q generationComplete trace
say stop >&9
wait_for 'the interruption' grep -q interrupted trace
exec 9>&-
# an empty answer, as this one to "stop", is none
wait $pid; is 'raw PCM interrupted' $? 75
dd bs=65536 count=1 iflag=nonblock of=rest <&8 2>/dev/null
exec 8<&-
n=$(wc -c <rest)
ok "at most a page of old speech follows ($n bytes)" [ "$n" -le 4096 ]
is 'and whole samples' $((n % 2)) 0

# a line of JSON is written when its event comes, and descriptors that others
# share keep their flags
mkfifo shared
exec 8<>shared
gl-session -f json <in >shared 2>err & pid=$!
tap_pids="$tap_pids $pid"
exec 9>in
read -r line <&8
is 'the first line' "${line%%,*}" '{"gl":1'
read -r line <&8
is 'the second, while the input is silent' "$(echo "$line" | jq -r .type)" \
    ready
flags=$(sed -n 's/^flags:[[:space:]]*0*//p' /proc/$$/fdinfo/8)
is 'no O_NONBLOCK on what is inherited' $((0$flags & 04000)) 0
exec 9>&- 8<&-
wait $pid

# raw PCM of an answer whose rate changes: every sample of each
audio() { # RATE: a second of it
	printf '{"on":"turn","do":"send","message":{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm;rate=%d","data":"%s"}}]}}}}\n' \
	    "$1" "$(head -c $((2 * $1)) /dev/zero | tr '\0' 'd' | base64 -w 0)"
}
{
	for r in 16000 24000 8000 16000; do audio $r; done
	echo '{"on":"turn","do":"send","message":{"serverContent":{"turnComplete":true}}}'
	echo '{"on":"turn","do":"silent","complete":false}'
} >rates
emulator -s rates
run 0 sh -c 'echo hi | gl-session -t -f pcm'
is 'four seconds of four rates' "$(wc -c <out | tr -d ' ')" 192000
kill "$emu_pid"

# a peer that breaks the rules of WebSocket: a text that is none
echo '{"on":"turn","do":"garbage","hex":"8102fffe"}' >rules
emulator -s rules
run 76 sh -c 'echo hi | gl-session -t -f json'
is 'is class protocol' "$(jq -r 'select(.type == "error").class' out)" protocol
kill "$emu_pid"

# terminals
if terminals 'text and captions at a terminal'; then
	emulator --speed 20
	run 0 script -qec 'echo hello | gl-session -t' screen
	like 'text at a terminal' screen '^  hello'
	unlike 'not a stream' screen '"type"'
	run 64 script -qec 'gl-session -r </dev/null' screen
	like 'no sound at a terminal' screen 'sound is not for a terminal'
	run 64 script -qec 'gl-session -f stream </dev/null' screen
	run 0 script -qec 'echo hello | gl-session -t >captions.gl' screen
	like 'captions on standard error' screen 'model: hello'
	run 0 script -qec 'echo hello | gl-session -t -f json' screen
	unlike 'none among JSON on one terminal' screen 'model: hello'
	like 'which is whole' screen '^{.*"text":"hello".*}'
	run 0 script -qec 'echo hello | gl-session -q -t >captions.gl' screen
	unlike 'none with -q' screen 'model: hello'
fi
tap_done
