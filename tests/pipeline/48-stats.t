#!/bin/sh
# Live figures: gl-session --stats.
. "$(dirname "$0")/../tap.sh"
export TOP

emulator
sox -R -n -r 16000 -b 16 -c 1 a.wav synth 1 sine 300 gain -20 pad 0 1
run 0 gl-session -f json --pace 1 --stats 200ms --stats-file s <a.wav
ok 'lines while it runs, and one at the end' [ "$(wc -l <s)" -ge 4 ]
is 'each is one' "$(jq -r .type s | sort -u)" stats
is 'mode' "$(stat -c %a s)" 600
is 'the level of what was said' "$(jq -s 'map(.level_in_db | select(. != null)) |
    max | . > -24 and . < -16' s)" true
is 'and of the answer' "$(jq -s 'any(.level_out_db != null)' s)" true
is 'the round trip, as long as there is a connection' \
    "$(jq -s 'any(.rtt_ms > 0)' s)" true
is 'the last' "$(tail -1 s | jq -c '[.state, .turn, .totals.turns,
    .latency.answers, .latency_ms == .latency.p50_ms, .waiting_bytes]')" \
    '["done",1,1,1,true,0]'
is 'its totals are those of the end' "$(tail -1 s | jq -c .totals)" \
    "$(jq -c 'select(.type == "end").totals' out)"

echo hi >hi
run 0 gl-session -t -f text --stats 1s <hi
like 'on standard error by default' err '^{"type":"stats",.*"state":"done"'
is 'and nowhere else' "$(cat out)" hi
echo old >kept
run 0 sh -c 'gl-session -t -f text --stats 1s --stats-fd 3 <hi 3>>kept'
is 'a descriptor is written on from where it is' \
    "$(head -1 kept) $(tail -1 kept | jq -r .state)" 'old done'
mkfifo f
run 0 gl-session -t -f text --stats 1s --stats-file f <hi
is 'a FIFO that nobody reads holds nothing up' "$(cat out)" hi
run 0 sh -c 'gl-session -t -f text --stats 1s --stats-fd 3 3>&1 >answer <hi |
    head -c 0'
run 74 gl-session -t -f text --stats 1s --stats-file /dev/full <hi
like 'a full disk' err '^gl-session: --stats: /dev/full: No space left'
is 'the answer is there' "$(cat out)" hi
run 74 gl-session -t -f text --stats 1s --stats-file none/s <hi
run 64 gl-session -t --stats 1ms <hi
run 64 gl-session -t --stats-file s <hi
like 'how often' err 'want --stats'
run 64 gl-session -t --stats 1s --stats-fd 9 9>&- <hi
like 'a closed descriptor' err '--stats-fd 9: no such descriptor'
run 64 gl-session -t --stats 1s --stats-fd 1 <hi

# The examples.
run 0 sh -c 'gl-session -t --stats 1s --stats-fd 3 3>&1 >answer <hi |
    sh "$TOP/examples/stats-prometheus.sh" gl.prom'
like 'metrics' gl.prom '^gl_turns_total 1$'
like 'of tokens' gl.prom '^gl_tokens_total [1-9]'
is 'nothing is left beside them' "$(ls gl.prom*)" gl.prom
run 0 sh -c 'gl-session -t --stats 1s --stats-fd 3 3>&1 >answer <hi |
    sh "$TOP/examples/stats-bar.sh"'
like 'a status bar' out '^done [0-9]* ms, rtt .* ms, mic - dB, [1-9][0-9]* tokens$'
tap_done
