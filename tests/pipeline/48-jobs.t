#!/bin/sh
# A conversation as a job of a batch: -o, --done, --slots, --report.
. "$(dirname "$0")/../tap.sh"

emulator --speed 20
ask() { echo "$1" | gl-session -t -f text -o "$2" --report r.jsonl; }

# An output is whole or not there.
run 0 sh -c 'echo hello | gl-session -t -f text -o a.txt --report r.jsonl'
is 'the output is in its file' "$(cat a.txt)" hello
is 'and not on standard output' "$(cat out)" ''
ok 'no part is left' [ ! -e a.txt.part ]
is 'its mode' "$(stat -c %a a.txt)" 600
is 'a line of the report' \
    "$(jq -r '[.input, .output, .exit, .class, .tries, .turns] | @csv' r.jsonl)" \
    ',"a.txt",0,"ok",1,1'
is 'that times the answer' "$(jq '.latency | .answers == 1 and .p50_ms >= 0 and
    .p95_ms == .p50_ms and .max_ms == .p50_ms' r.jsonl)" true
is 'that counts tokens' "$(jq '.tokens > 0 and .waited_ms == 0' r.jsonl)" true
chmod 640 a.txt
run 0 sh -c 'echo again | gl-session -t -f text -o a.txt'
is 'made again' "$(cat a.txt)" again
is 'the mode stays' "$(stat -c %a a.txt)" 640
echo file >named; run 0 gl-session -t -f text -q --report named.jsonl named
is 'a file that is named is the input' "$(jq -r .input named.jsonl)" named
run 0 sh -c 'echo other | gl-session -t -f text -o a.txt --done skip'
is 'done is left' "$(cat a.txt)" again
run 0 env GL_EMULATOR_HOST=127.0.0.1:1 sh -c \
    'echo other | gl-session -t -f text -o a.txt --done skip'

# A run that fails leaves what there was.
run 124 sh -c 'printf "one\ntwo\n" |
    gl-session -t -f text --max-turns 1 -o a.txt --report r.jsonl'
is 'the answer of before stands' "$(cat a.txt)" again
ok 'no part is left of the failure' [ ! -e a.txt.part ]
is 'reported' "$(tail -1 r.jsonl | jq -r '"\(.exit) \(.class)"')" \
    '124 max_turns'
run 124 sh -c 'printf "one\ntwo\n" |
    gl-session -t -f text --max-turns 1 --keep-partial -o a.txt'
is 'the part is kept' "$(cat a.txt.part)" one
is 'beside the answer' "$(cat a.txt)" again
run 0 sh -c 'echo new | gl-session -t -f text -o a.txt'
is 'what a dead run left is not in the next' "$(cat a.txt)" new

# What cannot be.
mkfifo fifo
run 64 sh -c 'echo x | gl-session -t -o fifo'
like 'a FIFO' err '-o fifo: is not a regular file'
run 74 sh -c 'echo x | gl-session -t -o none/a'
run 74 sh -c 'echo x >x.txt; gl-session -t -o x.txt <x.txt'
is 'the input is there' "$(cat x.txt)" x
run 64 sh -c 'echo x | gl-session -t --keep-partial'
run 64 sh -c 'echo x | gl-session -t --done skip'
run 64 sh -c 'echo x | gl-session -t --slots dir'
like 'slots' err "DIR:N wanted"
run 64 sh -c 'echo x | gl-session -t --slots dir:0'
run 74 sh -c 'echo x | gl-session -t --report none/r'
ln -sf a.txt link
run 0 sh -c 'echo linked | gl-session -t -f text -o link'
is 'a link stays one' "$(readlink link; cat a.txt)" "a.txt
linked"

# A line of the report has at most 4 KiB, whatever the names are.
long=$(printf '%0250d' 0)
odd=$(printf '%0200d' 0 | tr 0 '\001')
mkdir -p "$long/$long/$long/$long" "$odd/$odd/$odd"
echo hello >hello
for name in "$long/$long/$long/$long/a" "$odd/$odd/$odd/a" "$(printf 'b\377d')"; do
	rm -f r.jsonl
	run 0 gl-session -t -f text -o "$name" --report r.jsonl <hello
	is 'an answer' "$(cat "$name")" hello
	is 'one line of JSON' "$(wc -l <r.jsonl) $(jq .exit r.jsonl)" '1 0'
	ok 'of at most 4 KiB' [ "$(wc -c <r.jsonl)" -le 4096 ]
done

# A slot that another holds, and that is free when its holder is dead.
mkdir s
: >s/slot.1
bg flock -F s/slot.1 sleep 60
holder=$bg_pid
wait_for 'the slot is taken' sh -c '! flock -n s/slot.1 true'
echo two >two
gl-session -v -t -f text --slots s:1 -o s2.txt --report s.jsonl <two 2>s2.err &
waiter=$!; tap_pids="$tap_pids $waiter"
wait_for 'the second waits' grep -q 'all 1 slots of s are taken' s2.err
ok 'and has not begun' [ ! -e s2.txt.part ]
kill -9 "$holder"
wait "$waiter"
is 'then it runs' "$? $(cat s2.txt)" '0 two'
is 'and says how long it waited' "$(jq '.waited_ms > 0' s.jsonl)" true
tap_done
