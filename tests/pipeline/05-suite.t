# The suite itself: a test that fails half-way, or never ends, is reported, the
# rest runs, and no process of it is left; all together have a limit too.
. "$(dirname "$0")/../tap.sh"

# test_of NAME: a shell test on standard input; it notes processes in $pids
mkdir -p a/b
pids=$TMP/pids; export pids
test_of() { { echo ". '$TOP/tests/tap.sh'"; cat; } >"a/b/$1.t"; }
# suite LIMITS...: all of them as `make check' runs them
suite() { timeout 60 env GL_JOBS=1 "$@" sh "$TOP/tests/run" a/b/*.t >said 2>&1; }
left() { xargs -n 1 ps -o args= -p <"$pids"; }
clean() { rm -f a/b/*.t; : >"$pids"; }

# neither cleaned up after: an emulator, one that nobody can find by its
# session or its parent, and a child that holds the pipe to prove
clean
test_of half <<'E'
emulator; echo "$emu_pid" >>"$pids"
(setsid gl-emulator --ready-fd 1 >own.ready & echo $! >>"$pids")
wait_for "one of its own" test -s own.ready
sleep 1000 & echo $! >>"$pids"
trap - EXIT
ok "on purpose" false
exit 3
E
test_of whole <<'E'
ok "fine" true
tap_done
E
suite; is "a test that fails half-way ends" $? 1
like "is reported" said '^# Failed test|half\.t .*(Failed|Wstat)|Failed 1/1'
like "with what it left" said 'left running: [0-9]+ gl-emulator'
is "the rest is counted" "$(tail -1 said)" "1 passed, 1 failed"
is "it had started three processes" "$(wc -l <"$pids" | tr -d ' ')" 3
is "none is left" "$(left)" ""

clean
test_of hang <<'E'
emulator; echo "$emu_pid" >>"$pids"
trap '' TERM
ok "fine" true
until false; do sleep 1000; done
E
suite GL_TEST_LIMIT=1; is "a test that never ends is ended" $? 1
like "the limit is named" said 'hang\.t is not done after 1 s'
like "and who was running" said 'running: [0-9]+ sleep 1000'
like "as one failed" said '^[01] passed, 1 failed$'
is "no process is left of it" "$(left)" ""

clean
test_of hang <<'E'
emulator; echo "$emu_pid" >>"$pids"
echo $$ >>"$pids"
until false; do sleep 1000; done
E
suite GL_SUITE_LIMIT=1; is "a suite that never ends is ended" $? 124
like "its limit is named" said 'not done after 1 s'
like "and which test it was" said 'running: [0-9]+ sh a/b/hang\.t'
is "as one failed" "$(tail -1 said)" "0 passed, 1 failed"
is "no process is left of that" "$(left)" ""

# a leash whose owner is killed ends too
"$B/tests/leash" 60 sleep 1000 & leash=$!
wait_for "its command" pgrep -P $leash >/dev/null
pgrep -P $leash >"$pids"
kill -TERM $leash; wait $leash 2>/dev/null
is "TERM: 143" $? 143
is "and its command is gone" "$(left)" ""
"$B/tests/leash" 60 sh -c 'exit 7'; is "the command's code" $? 7
"$B/tests/leash" 60 sh -c 'kill -9 $$'; is "or its signal" $? 137

# what cannot start says why, and nothing is judged after it
clean
test_of start <<'E'
PATH=$TOP/none:$PATH
mkdir -p "$TOP/none"
printf '#!/bin/sh\necho "no port is free" >&2; exit 71\n' >"$TOP/none/gl-emulator"
chmod +x "$TOP/none/gl-emulator"
emulator --speed 2
ok "never comes here" true
tap_done
E
suite; is "an emulator that does not start is the failure" $? 1
like "by name" said 'gl-emulator --speed 2 starts'
like "with its reason" said '^# no port is free'
is "alone" "$(tail -1 said)" "0 passed, 1 failed"

tap_done
