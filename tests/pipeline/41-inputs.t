#!/bin/sh
# The inputs of gl-session: several at once, FIFOs, what is broken or missing.
. "$(dirname "$0")/../tap.sh"

emulator --speed 20

# a FIFO neither blocks at start nor ends with its writers
mkfifo loop hold
gl-session -i loop -f json <hold >fifo.out 2>fifo.err & pid=$!
exec 9>hold
tap_pids="$tap_pids $pid"
wait_for 'ready without a writer' grep -q '"ready"' fifo.out
echo '{"type":"text","text":"first"}' >loop
wait_for 'the answer to the first writer' grep -q '"text":"first"' fifo.out
echo '{"type":"text","text":"second"}' >loop
wait_for 'the answer to the second writer' grep -q '"text":"second"' fifo.out
ok 'still there' kill -0 $pid
exec 9>&-
wait $pid; is 'the end of standard input ends it' $? 0

# records of several inputs come whole
i=0
while [ $i -lt 50 ]; do
	printf '{"type":"acme.a","n":%d,"bytes":5}\n12345' $i
	i=$((i + 1))
done >a.gl
sed 's/acme\.a/acme.b/' a.gl >b.gl
run 0 gl-session -i a.gl -i b.gl -f json <a.gl
is 'every record of three inputs' "$(grep -c '"type":"acme' out)" 150
is 'each input in its order' "$(jq -r \
    'select(.type=="acme.b") | .n' out | sort -nc 2>&1)" ''

# a WAV among the inputs
run 0 sh -c "sleep 1 | gl-session -i '$TOP/examples/question.wav' -f json"
like 'a named WAV file is heard' out '"role":"user"'

# a file is read to its end, though standard input is at its own long before
: >empty
sox "$TOP/examples/question.wav" long.wav repeat 9
for f in "$TOP/examples/question.wav" long.wav; do
	ms=$(soxi -D "$f" | awk '{ printf "%d", $1 * 1000 }')
	timeout 60 gl-session -i "$f" -f json <empty >out 2>err
	is "-i ${f##*/}: exit" $? 0
	is "-i ${f##*/}: all of it is sent" "$(jq -r \
	    'select(.type=="end").totals.audio_in_ms' out)" "$ms"
	ok "-i ${f##*/}: some turns" [ "$(jq -r \
	    'select(.type=="end").totals.turns' out)" -gt 0 ]
	is "-i ${f##*/}: and answered" "$(jq -r 'select(.type=="transcript" and
	    .role=="user" and .text != "").text' out | wc -l | tr -d ' ')" \
	    "$(($(jq -r 'select(.type=="end").totals.turns' out)))"
done

timeout 60 gl-session --pace 4 -i "$TOP/examples/question.wav" -f json <empty >out
is "-i, paced: exit" $? 0
like "-i, paced: it is heard" out '"role":"user","text":"\[5'

# a file is one question, whatever pauses are in it
question() {
	run 0 gl-session -f json "$@" <"$TOP/examples/question.wav"
	jq -c 'select(.type == "end") | .totals | [.turns, .interruptions]' out
}
is "a file of sound is one question" "$(question | tail -1)" '[1,0]'
wav=$TOP/examples/question.wav
for how in "-i $wav" "$wav"; do
	# shellcheck disable=SC2086
	run 0 gl-session -f json $how </dev/null
	is "and one that is named" "$(jq -c 'select(.type == "end") | .totals |
	    [.turns, .interruptions]' out)" '[1,0]'
done
run 0 gl-session -f json -i "$wav" <&-
is "with no standard input at all" \
    "$(jq -c 'select(.type == "end") | .totals.turns' out)" 1
is "or what is heard in it" "$(question --vad auto | tail -1 |
    jq '.[0] > 1')" true

# sound of several channels, by record and by file
sox "$TOP/examples/question.wav" two.wav channels 2
sox two.wav -t raw -e signed -b 16 two.raw
{
	printf '{"type":"audio","rate":16000,"channels":2,"bytes":%d}\n' \
	    "$(wc -c <two.raw)"
	cat two.raw
} >two.gl
for f in "$TOP/examples/question.wav" two.wav two.gl; do
	run 0 sh -c "gl-session --vad auto -f json <'$f'"
	is "the same is heard in ${f##*/}" "$(jq -r \
	    'select(.type=="transcript" and .role=="user") | .text' out |
	    tr '\n' ',')" '[5.5 s of speech],[5.2 s of speech],'
done

# manual activity: plain sound is one utterance, in a stream records say so
q=$TOP/examples/question.wav
sox "$q" -t raw -e signed -b 16 q.raw
for o in '' -r; do
	[ "$o" ] && f=q.raw || f=$q
	run 0 sh -c "gl-session $o --vad manual -f json --trace trace <'$f'"
	is "one utterance: $o" "$(jq -r '.message.realtimeInput // {} | keys[] |
	    select(startswith("activity"))' trace | tr '\n' ' ')" \
	    'activityStart activityEnd '
	like 'and an answer' out '"type":"turn_complete"'
	unlike 'no warning' err activity
done
{ printf '{"type":"audio","rate":16000,"bytes":32000}\n'
  head -c 32000 /dev/zero; } >silent.gl
run 0 gl-session --vad manual -f json <silent.gl
like 'a stream without any is warned of' err 'no activity record came'

# text that is not UTF-8 is told by its line, once, and counted at the end
printf '\357\273\277one\ntwo\351\nthree\n\n\377\n' >latin
run 0 gl-session -t -f json --trace trace -s @latin <latin
is 'the mark is dropped' "$(jq -r '.message.clientContent.turns[0].parts[0].text
    // empty' trace | head -1)" one
is 'from the instruction too' "$(jq -r '.message.setup.systemInstruction
    .parts[0].text // empty' trace | head -1)" one
like 'the line' err 'standard input: line 2 is not UTF-8'
like 'how many' err 'standard input: 2 lines were not UTF-8'
like 'of the instruction' err 'latin: line 2 is not UTF-8'
is 'no more of it' "$(grep -c UTF-8 err)" 3

# an answer to no call
printf '%s\n' '{"type":"tool_response","id":"x","name":"f","response":{}}' \
    >unasked.gl
run 0 gl-session -f json <unasked.gl
like 'is an error record' out \
    '"type":"error".*"class":"input","record":"tool_response"'

# what is broken is said, what came before it is used, the rest goes on
printf '{"type":"text","text":"before"}\n{"type":"audio","bytes":99}\nxx' >cut.gl
run 65 gl-session -f json <cut.gl
like 'a cut stream' err 'standard input: record 2 .*payload bytes'
like 'what came before it is used' out '"text":"before"'
printf '{"type":"text","text":"before"}\nnonsense\n' >bad.gl
printf '{"type":"text","text":"beside"}\n' >text.gl
run 65 gl-session -i bad.gl -f json <text.gl
like 'a broken input is named' err 'bad\.gl: '
like 'its beginning is used' out '"text":"before"'
like 'and the other input' out '"text":"beside"'
printf 'no stream' >pcm
run 65 gl-session -i pcm -f json </dev/null
like 'a named input is not raw PCM' err 'pcm: neither a stream'
head -c 1000 "$TOP/examples/question.wav" >cut.wav
run 65 gl-session -f json <cut.wav
like 'a WAV file cut short' err 'standard input: '
printf '\0\0\0' >half.raw
run 65 gl-session -r -f json <half.raw
like 'half a sample' err 'half a sample'
run 66 gl-session -i missing </dev/null
like 'a missing input' err 'missing: No such file'
run 66 gl-session -i . </dev/null
like 'a folder' err '\.: a folder, not a file: name a file in it$'

# no input at all
run 64 gl-session -f json <&-
like 'closed standard input' err 'no input'
if terminals 'typing'; then
	run 64 script -qec 'gl-session -f json' /dev/null
	like 'a terminal at standard input' out 'gl-mic \| gl-session \| gl-play'
	script -qec 'gl-session -t' typed >/dev/null <<-EOF
		hello there
	EOF
	like 'typing' typed 'hello there'
fi

# a live input is paced by its writer, --pace paces a file
start=$(date +%s)
head -c 32000 /dev/zero >second.raw
run 0 gl-session -r --pace 0.5 -f json \
    <second.raw
ok 'half the speed takes twice the time' \
    [ $(($(date +%s) - start)) -ge 1 ]
run 64 gl-session --pace nonsense </dev/null
# a file that is larger than all queues: what waited in the session went out
# when something else happened to wake it, or never
head -c 16777216 /dev/zero >long.raw
run 0 gl-session -r <long.raw

# one pipe has one reader
echo '{"type":"text","text":"hi"}' | timeout 20 gl-session -i /dev/stdin >out 2>err
is 'standard input by another name' $? 64
like 'said' err '^gl-session: -i /dev/stdin: standard input is an input in any case'
tap_done
