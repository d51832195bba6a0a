# What our children leave behind, and what reaches them: a grandchild that
# floods, the end of a token program with all that it started, a last signal
# that cannot hit a stranger.
. "$(dirname "$0")/../tap.sh"
emulator --speed 20

# a tool's grandchild in a session of its own writes errors for ever
mkdir tools
cat >tools/flood <<'END'
#!/bin/sh
setsid sh -c 'echo $$ >flood.pid
	for i in 1 2 3 4 5; do yes "endless" >&2 & done
	exec yes "endless" >&2' &
until [ -s flood.pid ]; do sleep 0.01; done
echo '{"answer": 1}'
END
chmod +x tools/flood; echo '{"description":"x"}' >tools/flood.json
echo '{"type":"tool_call","id":"1","name":"flood","args":{}}' >in
# a reader that is too slow ever to find the pipe empty
slow=
! strace -o /dev/null -e inject=read:delay_exit=1 true 2>/dev/null ||
    slow='env ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null
	-e trace=read -e inject=read:delay_exit=5000'
# shellcheck disable=SC2086
run 0 $slow gl-tool -d tools -o answers <in
is "the answer comes, whatever is still written" \
    "$(jq -c .response answers)" '{"answer":1}'
gone() { ! kill -0 "$(cat "$1")" 2>/dev/null; }
wait_for "the writer is gone" gone flood.pid
ok "it does not live on" gone flood.pid

# so does an MCP server's, which ends at once and is started again
rm -f flood.pid
cat >server <<'END'
#!/bin/sh
if [ ! -e flood.pid ]; then
	setsid sh -c 'echo "endless" >&2; echo $$ >flood.pid
		for i in 1 2 3 4 5; do yes "endless" >&2 & done
		exec yes "endless" >&2' &
	until [ -s flood.pid ]; do sleep 0.01; done
	exit
fi
printf 'bad\302\2332J\033]0;owned\007\342\200\256gpj\377\n' >&2
while read -r line; do
	id=$(printf '%s\n' "$line" | sed 's/.*"id":\([0-9]*\).*/\1/')
	case $line in
	*'"initialize"'*) result='{"capabilities":{"tools":{}}}' ;;
	*'"tools/list"'*) result='{"tools":[{"name":"flood"}]}' ;;
	*'"tools/call"'*) result='{"content":[{"type":"text","text":"well"}]}' ;;
	*) continue ;;
	esac
	echo '{"jsonrpc":"2.0","id":'"$id"',"result":'"$result}"
done
END
chmod +x server; rm -f answers
# shellcheck disable=SC2086
run 0 $slow gl-tool -vv --mcp ./server -o answers <in
like "the next server answers, whatever the first one's still writes" answers well
like "though it was heard" err 'says: endless'
like "as is another one" err 'says: bad.*owned'
ok "which gives no orders, in a file either" python3 -c '
import sys, unicodedata
sys.exit(any(unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n"
    for c in open("err", encoding="utf-8", errors="surrogateescape").read()))'

# a token program is asked to end: so is what it runs
cat >slow <<'END'
#!/bin/sh
sh -c 'echo $$ >inner.pid; sh -c "echo \$\$ >deep.pid; exec sleep 300"; :' &
wait
END
chmod +x slow
mkfifo hold; exec 8<>hold
gl-session -t --token-cmd './slow; true' <hold >out 2>err & pid=$!
tap_pids="$tap_pids $pid"
wait_for "the program runs" [ -s deep.pid ]
kill -TERM $pid
wait $pid
is "gl-session ends by TERM" $? 143
wait_for "and so does what its program started" gone deep.pid
ok "and in between" gone inner.pid
for p in inner deep; do kill "$(cat $p.pid)" 2>/dev/null; done

# a kill that cannot be caught
rm -f deep.pid inner.pid
gl-session -t --token-cmd 'echo $$ >outer.pid; exec sleep 300' <hold \
    >out 2>err & pid=$!
tap_pids="$tap_pids $pid"
wait_for "the program runs again" [ -s outer.pid ]
kill -9 $pid; wait $pid 2>/dev/null
wait_for "it ends with gl-session" gone outer.pid
ok "though that was killed" gone outer.pid

# the last signal to a group goes out before its number is free
if strace -o /dev/null true 2>/dev/null; then
	strace -f -e trace=waitid,wait4,kill -o calls gl-tool -d tools \
	    -o answers <in >out 2>err
	python3 - <<'END' >verdict
import re
dead, late = set(), 0
for line in open("calls"):
    m = re.search(r"wait4\((\d+)", line) or re.search(r"<\.\.\. wait4", line)
    w = re.search(r"wait4\((\d+),.*= (\d+)$", line)
    if w and w.group(1) == w.group(2):
        dead.add(w.group(1))
    k = re.search(r"kill\(-?(\d+),", line)
    if k and k.group(1) in dead:
        late += 1
print(len(dead) > 0, late)
END
	is "no signal after the reaping" "$(cat verdict)" "True 0"
else
	skip "no signal after the reaping" "no strace here"
fi

# a tool that moves to the group of gl-tool, where no signal for it would come
cat >tools/mover <<'END'
#!/usr/bin/env python3
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
try:
    os.setpgid(0, os.getpgid(os.getppid()))
except OSError:
    pass
if os.fork() == 0:
    try:
        os.setpgid(0, os.getpgid(int(open("/proc/%d/stat" %
            os.getppid()).read().split()[3])))
    except OSError:
        pass
open("moved.%d" % os.getpid(), "w").close()
os.close(1)
os.close(2)
time.sleep(12)
open("late", "w").close()
END
chmod +x tools/mover
echo '{"description":"x","timeout":3}' >tools/mover.json
rm -f answers
echo '{"type":"tool_call","id":"1","name":"mover","args":{}}' >move
sh -c 'sleep 100 & echo $! >job; exec gl-tool -d tools --grace 0 -o answers <move'
ok "its time limit ends it" [ ! -e late ]
ok "and not the job" kill -0 "$(cat job)"
like "it is answered" answers 'no answer within 3 s'
for f in moved.*; do
	ok "nothing of it is left" sh -c '! kill -0 "$1" 2>/dev/null' - "${f#moved.}"
done
is "there were two" "$(ls moved.* | wc -l)" 2
kill "$(cat job)"
tap_done
