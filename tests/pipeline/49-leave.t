# Sound gathered into longer messages (--chunk); ends by silence (--idle) and by
# hanging up, as a record and as a tool.
. "$(dirname "$0")/../tap.sh"

emulator
end() { tail -1 out | jq -r '"\(.reason) \(.exit)"'; }

# chunks: a second of a tone in messages of 20 ms, or of 100
"$B/tests/soundtool" heads </dev/null >/dev/null 2>&1 # it is built
sox -n -q -r 16000 -c 1 -b 16 -e signed -t raw tone.raw synth 0.8 sine 300 vol 0.5
messages() { jq -c 'select(.message.realtimeInput.audio) |
    .message.realtimeInput.audio.data | select(test("^A+=*$") | not)' trace | wc -l; }
cat tone.raw | gl-session -r -f json --trace trace >out 2>err
is "20 ms in a message" "$(messages)" 40
for ms in 50 100 200; do
	cat tone.raw | gl-session -r -f json --trace trace --chunk ${ms}ms \
	    >out 2>err
	is "$ms ms" "$(messages)" $(((800 + ms - 1) / ((ms + 19) / 20 * 20)))
	is "nothing is lost of it" \
	    "$(tail -1 out | jq .totals.audio_in_ms)" 800
done
gl-session -r -f json --trace trace --chunk 200ms <tone.raw >out 2>err
ok "a file is sent as before" [ "$(messages)" -le 8 ]
run 64 gl-session --chunk 300ms
run 64 gl-session --chunk 10ms

# what comes after it goes out after it; a pause ends it
order() { jq -r 'select(.out // (.dir == "out") // true) | .message |
    select(.realtimeInput or .toolResponse or .clientContent) |
    .realtimeInput // . | keys[0]' trace | uniq -c | awk '{ print $2 }' |
    xargs; }
rec() { printf '{"type":"audio","rate":16000,"bytes":%s}\n' "$1"
    head -c "$1" "${2:-tone.raw}"; }
{ echo '{"type":"activity","state":"start"}'; rec 640; rec 640; rec 640
  echo '{"type":"activity","state":"end"}'; rec 640
  echo '{"type":"text","text":"and now?"}'; } >talk
cat talk | gl-session -f json --vad manual --chunk 200ms --trace trace \
    >out 2>err
is "activity and text end a message" "$(order)" \
    "activityStart audio activityEnd audio clientContent"
is "of all that was there" "$(messages)" 2
{ rec 640; rec 640; rec 640 /dev/zero; rec 640 /dev/zero; rec 640; } >talk
cat talk | gl-session -f json --chunk 200ms --trace trace >out 2>err
is "so do 40 ms of quiet behind speech" "$(jq -c '.message.realtimeInput.audio |
    select(.) | .data | length' trace | head -2 | xargs)" "3416 856"
rm -f trace; mkfifo late
exec 9<>late
gl-session -f json --chunk 200ms --trace trace --max-time 20 \
    <late >out 2>err 9>&- &
pid=$!
rec 640 >&9
sent() { grep -q '"audio":' trace; }
wait_for "what nobody follows is sent all the same" sent
exec 9>&-; kill $pid; wait $pid

# silence
# open CODE RECORDS OPTION...: gl-session with these records on a standard input
# that does not end
open() {
	code=$1; printf '%s\n' "$2" >records; shift 2
	rm -f quiet; mkfifo quiet
	exec 9<>quiet
	cat records >&9
	run "$code" gl-session -f json "$@" <quiet 9>&-
	exec 9>&-
}
text() { printf '{"type":"text","text":"%s"}\n' "$1"; }
hangup='{"type":"hangup"}'
open 124 '{"type":"note"}' --idle 1s
like "nobody spoke" err 'nobody has spoken for 1 s: stopping'
is "and the end says so" "$(end)" "idle 124"
open 124 "$(text hi)" --idle 1s
is "an answer is waited for" "$(grep -c '"type":"turn_complete"' out)" 1
is "and the silence after it counts" "$(end)" "idle 124"
is "from its last sound on" "$(tail -1 out |
    jq '.t >= 1000 + .totals.audio_out_ms * 0.9')" true

# hanging up
open 0 "$(text hi; echo "$hangup"; text no)" --trace trace
is "by a record" "$(end)" "hangup 0"
is "what was asked is answered" "$(grep -c '"type":"turn_complete"' out)" 1
is "what is said after it is not sent" "$(grep -c '"no"' trace)" 0
unlike "it is not a record of the reader's" out '"type":"hangup"'
cat >rules <<'E1'
{"on":"turn","do":"say","text":"Goodbye."}
{"on":"complete","nth":1,"do":"call","calls":[{"name":"hangup"}]}
E1
emulator -s rules
echo '[{"name":"hangup","description":"ends the call"}]' >tools.json
open 0 "$(text bye)" -T tools.json
is "by the model" "$(end)" "hangup 0"
like "its last words first" out 'Goodbye'
is "and time to hear them" "$(tail -1 out |
    jq '.t >= .totals.audio_out_ms * 0.9')" true
unlike "nobody misses an answer to the call" err 'gets an error'
run 0 sh -c 'echo bye | gl-session -t -f json --max-time 20'
unlike "a tool that is not declared is none" out '"reason":"hangup"'

# a player that reports what was heard is waited for
rm -f quiet; mkfifo quiet
exec 9<>quiet
text bye >&9
printf '{"type":"played","turn":1,"ms":1,"playing":true}\n' >&9
gl-session -f json -T tools.json <quiet >out 2>err 9>&- &
pid=$!
called() { grep -q '"type":"tool_call"' out; }
wait_for "the call comes" called
turn=$(jq -s 'map(.turn // 0) | max' out)
printf '{"type":"played","turn":%s,"ms":2000,"interrupted":false}\n' \
    "$turn" >&9
wait $pid
is "and ends when all is heard" "$?$(end)" "0hangup 0"
exec 9>&-
tap_done
