# An MCP server's answers to what was never asked change nothing: id 0, negative
# ids, ids that are still to come, ids of calls as strings; nor do an id that is no
# string in a stream.
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
	# the very id, but a string, a list, or a number beside it
	for other in '"'"$id"'"' '["'"$id"'"]' '"'"$id"'.0"' "$id.5"; do
		echo '{"jsonrpc":"2.0","id":'"$other,$evil"
		echo '{"jsonrpc":"2.0","id":'"$other"',"error":{"code":1,"message":"evil"}}'
		echo '{"jsonrpc":"2.0","id":'"$other"',"result":{"content":[{"type":"text","text":"evil"}]}}'
	done
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
echo '{"type":"tool_call","id":7,"name":"good","args":{}}' >&9
call c
exec 9>&-
wait $pid
is "gl-tool ends well" "$?" 0
like "an id that is not a string gets no answer" err \
    '^gl-tool: good: an id that is not a string: not answered$'
is "so three calls have one" "$(grep -c '"type":"tool_response"' answers)" 3
unlike "no tool came by a stray answer" answers evil
like "the calls have their answers" answers '"id":"b".*well'
unlike "no task that nobody began is cancelled" asked made-up
tap_done
