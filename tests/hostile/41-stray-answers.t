# An MCP server's answers to what was never asked change nothing: id 0, negative
# ids, ids that are still to come.
. "$(dirname "$0")/../tap.sh"
cat >server <<'END'
#!/bin/sh
evil='"result":{"tools":[{"name":"evil","inputSchema":{"type":"object"}}]}}'
task='"result":{"task":{"taskId":"made-up"}}}'
stray() {
	for other in 0 -1 1000; do
		echo '{"jsonrpc":"2.0","id":'$other,"$evil"
		echo '{"jsonrpc":"2.0","id":'$other,"$task"
	done
}
while read -r line; do
	printf '%s\n' "$line" >>asked
	id=$(printf '%s\n' "$line" | sed 's/.*"id":\([0-9]*\).*/\1/')
	case $line in
	*'"initialize"'*) result='{"capabilities":{"tools":{}}}' ;;
	*'"tools/list"'*)
		result='{"tools":[{"name":"good","inputSchema":{"type":"object"}}]}' ;;
	*'"tools/call"'*)
		stray
		result='{"content":[{"type":"text","text":"well"}]}' ;;
	*) continue ;;
	esac
	echo '{"jsonrpc":"2.0","id":'"$id"',"result":'"$result}"
done
END
chmod +x server
mkfifo in
gl-tool --mcp ./server -o /dev/fd/4 <in >out 2>err 4>answers & pid=$!
tap_pids="$tap_pids $pid"
exec 9>in
call() { # ID
	echo '{"type":"tool_call","id":"'"$1"'","name":"good","args":{}}' >&9
	wait_for "call $1 is answered" grep -qs "\"id\":\"$1\"" answers
}
call a
call b
exec 9>&-
wait $pid
is "gl-tool ends well" "$?" 0
unlike "no tool came by a stray answer" answers evil
like "the calls have their answers" answers '"id":"b".*well'
unlike "no task that nobody began is cancelled" asked made-up
tap_done
