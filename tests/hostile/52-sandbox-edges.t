# The rest of what --sandbox covers, a kernel without Landlock, and descriptors
# of any number.
. "$(dirname "$0")/../tap.sh"
mkdir tools open
cat >tools/described <<'END'
#!/bin/sh
true 2>/dev/null >wrote
echo '{"description":"x"}'
END
cat >tools/fds <<'END'
#!/bin/sh
ls /proc/$$/fd >open/fds
echo '{}'
END
cat >server <<'END'
#!/bin/sh
true 2>/dev/null >server-wrote
echo ran >open/server
exec cat >/dev/null
END
chmod +x tools/* server
echo '{"description":"x"}' >tools/fds.json
echo '{"type":"tool_call","id":"1","name":"fds","args":{}}' >call

# as a kernel without it answers; the leak checker cannot work under a tracer
ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 \
    strace -f -o /dev/null -e inject=landlock_create_ruleset:error=ENOSYS \
    gl-tool -d tools --sandbox <call >out 2>err
is "without Landlock it does not start" $? 78
like "and says what is missing" err 'Landlock'
ok "and ran nothing" [ ! -e wrote ]

gl-tool -d tools --sandbox --writable open --declare >out 2>err
if [ $? = 0 ]; then
	like "--describe runs under it" out '"described"'
	ok "and wrote nothing" [ ! -e wrote ]
	mkfifo in
	gl-tool --mcp ./server --sandbox --writable open <in >out 2>err & pid=$!
	tap_pids="$tap_pids $pid"
	exec 9>in
	wait_for "a server runs under it" [ -s open/server ]
	ok "and wrote nothing either" [ ! -e server-wrote ]
	kill $pid
	exec 9>&-
	wait $pid
else
	echo "# no Landlock or seccomp here: the sandbox was not seen"
fi
cat >many.py <<'END'
import os, resource, sys
try:
    resource.setrlimit(resource.RLIMIT_NOFILE, (2100, 2100))
except (OSError, ValueError):
    sys.exit(3)
os.dup2(2, 2000, True)
os.execvp("gl-tool", ["gl-tool", "-d", "tools", "-o", "answers"])
END
python3 many.py <call >out 2>err
if [ $? != 3 ]; then
	ok "the tool ran" [ -s open/fds ]
	ok "descriptor 2000 did not go to it" sh -c '! grep -q 2000 open/fds'
else
	echo "# 2100 descriptors are not allowed here"
fi
tap_done
