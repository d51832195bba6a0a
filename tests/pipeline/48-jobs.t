#!/bin/sh
# A conversation as a job of a batch: -o, --done, --retry, --slots, --report.
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
is 'that counts tokens' "$(jq '.tokens > 0 and .waited_ms == 0' r.jsonl)" true
chmod 640 a.txt
run 0 sh -c 'echo again | gl-session -t -f text -o a.txt'
is 'made again' "$(cat a.txt)" again
is 'the mode stays' "$(stat -c %a a.txt)" 640
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

# Killed in the middle.
mkfifo in
bg gl-session -t -f text -o k.txt <in; exec 5>in; echo half >&5
wait_for 'half of it' grep -q half k.txt.part
run 75 sh -c 'echo x | gl-session -t -f text -o k.txt'
like 'who writes is told' err 'k.txt: another run is writing it now'
ok 'the part of the other is untouched' grep -q half k.txt.part
kill -9 "$bg_pid"; wait "$bg_pid" 2>/dev/null; exec 5>&-
ok 'nothing in its place' [ ! -e k.txt ]
run 0 sh -c 'echo whole | gl-session -t -f text -o k.txt'
is 'the next run' "$(cat k.txt)" whole

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

# Slots: one of one is taken until its holder is dead, however it dies.
bg gl-session -t -f text --slots s:1 -o s1.txt <in; exec 5>in; echo one >&5
holder=$bg_pid
wait_for 'the first has it' grep -q one s1.txt.part
echo two >two
bg gl-session -v -t -f text --slots s:1 -o s2.txt --report s.jsonl <two 2>s2.err
wait_for 'the second waits' grep -q 'all 1 slots of s are taken' s2.err
ok 'and has not begun' [ ! -e s2.txt.part ]
kill -9 "$holder"; wait "$holder" 2>/dev/null; exec 5>&-
wait "$bg_pid"
is 'then it runs' "$? $(cat s2.txt)" '0 two'
ok 'and says how long it waited' jq -e '.waited_ms > 0' s.jsonl >/dev/null

# A quota of two: six at once, all answered, by waiting for it.
emulator --speed 20 --capacity 1
bg gl-session -t -f text -o q0.txt <in; exec 5>in; echo zero >&5
wait_for 'the quota is used up' grep -q zero q0.txt.part
run 75 sh -c 'echo x | gl-session -t -f text -o q1.txt --report q.jsonl'
is 'without --retry at once' "$(jq -r '"\(.class) \(.tries)"' q.jsonl)" \
    'quota 1'
run 75 sh -c 'echo x | gl-session -t -f text --retry 700ms -o q1.txt \
    --report q2.jsonl'
is 'the wait is bounded' \
    "$(jq -r '"\(.class) \(.tries) \(.waited_ms <= 700)"' q2.jsonl)" \
    'quota 3 true'
bg gl-session -t -f text --retry 1m -o q1.txt --report q3.jsonl <two 2>q3.err
wait_for 'it waits' grep -q 'trying again in' q3.err
exec 5>&-
wait "$bg_pid"
is 'then it is answered' "$? $(cat q1.txt)" '0 two'
ok 'at another try' jq -e '.tries > 1 and .waited_ms > 0' q3.jsonl >/dev/null
tap_done
