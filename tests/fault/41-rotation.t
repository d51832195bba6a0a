#!/bin/sh
# A conversation is longer than its connections: goAway while nobody speaks,
# while the model does, while a tool runs, while the input is a file; and a
# deadline that comes before the right moment.
. "$(dirname "$0")/../tap.sh"

# line N of the first record with that in it
at() { grep -n "$2" "$1" | head -1 | cut -d: -f1; }
has() { grep -q "$2" "$1"; }
# host NAME OPTIONS: an emulator of that name's own
host() {
	name=$1; shift
	emulator "$@"
	eval "${name}_host=$GL_EMULATOR_HOST"
}

cat >tool.rules <<'END'
{"on":"ready","conn":1,"do":"go_away","ms":9000,"after":300}
{"on":"turn","match":"time","do":"call","calls":[{"name":"clock"}]}
END
cat >away.rules <<'END'
{"on":"ready","conn":1,"do":"go_away","ms":20000,"after":100}
END
cat >late.rules <<'END'
{"on":"turn","conn":1,"do":"go_away","ms":1200,"after":200}
END
echo '[{"name":"clock"}]' >tools.json

mkfifo in1 in2 in3 loop
host silent -s away.rules
GL_EMULATOR_HOST=$silent_host gl-session -t -f json <in1 >silent 2>err1 & p1=$!
host speaks -b tone --tone 2s -s away.rules
GL_EMULATOR_HOST=$speaks_host gl-session -t -f json <in2 >speaks 2>err2 & p2=$!
host tool -s tool.rules
GL_EMULATOR_HOST=$tool_host gl-session -t -f json -T tools.json -i loop \
    <in3 >tool 2>err3 & p3=$!
host file -s away.rules
GL_EMULATOR_HOST=$file_host gl-session --vad auto -f json \
    <"$TOP/examples/question.wav" >file 2>err4 & p4=$!
host late -b tone --tone 2500ms --burst 1 -s late.rules
echo talk | GL_EMULATOR_HOST=$late_host gl-session -t -f json >late 2>err5 &
p5=$!
tap_pids="$tap_pids $p1 $p2 $p3 $p4 $p5"
exec 7>in1 8>in2 9>in3
echo 'what time' >&9
echo talk >&8

# a tool runs
wait_for 'a call' has tool '"type":"tool_call"'
wait_for 'goAway' has tool '"type":"go_away"'
id=$(jq -r 'select(.type == "tool_call") | .id' tool)
unlike 'tool: it waits for the answer' tool reconnecting
printf '{"type":"tool_response","id":"%s","name":"clock","response":%s}\n' \
    "$id" '{"now":"noon"}' >loop
wait_for 'tool: a rotation' has tool '"type":"reconnected"'
exec 9>&-
wait $p3
is 'tool: exit' $? 0
ok 'tool: the answer was spoken before' \
    [ "$(at tool noon)" -lt "$(at tool reconnecting)" ]
is 'tool: the call was made once' "$(grep -c 'tool_call.*clock' tool)" 1

# nobody speaks
wait_for 'a silent rotation' has silent '"type":"reconnected"'
echo hello >&7
exec 7>&-
wait $p1
is 'silent: exit' $? 0
like 'silent: it was resumed' silent '"type":"reconnected".*"resumed":true'
like 'silent: nothing lost' silent '"lost_ms":0'
like 'silent: and the text is answered' silent '"text":"hello"'
is 'silent: ready comes once' "$(grep -c '"type":"ready"' silent)" 1

# the model speaks
wait_for 'a rotation after speech' has speaks '"type":"reconnected"'
exec 8>&-
wait $p2
is 'speech: exit' $? 0
ok 'speech: it waits for the end of the turn' \
    [ "$(at speaks turn_complete)" -lt "$(at speaks reconnecting)" ]
is 'speech: whole' "$(jq -s '[.[] | select(.type == "audio") | .bytes // .size]
    | add' speaks)" 96000
unlike 'speech: no turn was lost' speaks '"lost":true'

wait $p4
is 'file: exit' $? 0
is 'file: both utterances were heard' \
    "$(grep -c '"role":"user","text":"\[' file)" 2

wait $p5
is 'late: exit' $? 0
like 'late: the deadline wins' late '"lost":true'
like 'late: and the question is asked again' late '"resent":1'
ok 'late: until it has its answer' sh -c \
    'grep turn_complete late | tail -1 | grep -qv lost'
cat err1 err2 err3 err4 err5 | sed 's/^/# /'
tap_done
