# gl-tool ends what its calls left behind, and nothing else: jobs of a wrapper
# that became gl-tool by exec are its children too, and stay.
. "$(dirname "$0")/../tap.sh"
mkdir tools
cat >tools/leave <<'END'
#!/bin/sh
setsid sleep 987 >/dev/null 2>&1 &
echo $! >left
echo '{}'
END
chmod +x tools/leave
echo '{"description":"leaves a process behind"}' >tools/leave.json
mkfifo in gate
# one job, and one whose parent ends while gl-tool runs
sh -c 'sleep 988 & echo $! >job
	sh -c "sleep 989 & echo \$! >orphan; read -r end <gate" &
	exec gl-tool -d tools -o /dev/fd/4' <in >out 2>err 4>answers & pid=$!
tap_pids="$tap_pids $pid"
exec 9>in
wait_for "gl-tool has taken the wrapper's place" sh -c \
    "[ \"\$(cat /proc/$pid/comm)\" = gl-tool ] && [ -s job ] && [ -s orphan ]"
tap_pids="$tap_pids $(cat job) $(cat orphan)"
echo '{"type":"tool_call","id":"1","name":"leave","args":{}}' >&9
wait_for "the call is answered" grep -qs tool_response answers
wait_for "what it left is gone" sh -c '! kill -0 $(cat left) 2>/dev/null'
ok "the wrapper's job runs" kill -0 "$(cat job)"
echo >gate
wait_for "the orphan has come to gl-tool" grep -q "^PPid:.$pid\$" \
    "/proc/$(cat orphan)/status"
echo '{"type":"tool_call","id":"2","name":"leave","args":{}}' >&9
wait_for "another call is answered" sh -c '[ $(grep -c tool_response answers) = 2 ]'
wait_for "what it left is gone" sh -c '! kill -0 $(cat left) 2>/dev/null'
ok "the wrapper's orphan runs" kill -0 "$(cat orphan)"
exec 9>&-
wait $pid
is "gl-tool ends well" "$?" 0
ok "both run on" kill -0 "$(cat job)" "$(cat orphan)"
kill "$(cat job)" "$(cat orphan)"
tap_done
