# Who owns a name follows the command line and not who answers first; --confirm
# covers every tool of the name; one that asks is not displaced by one that does
# not.
. "$(dirname "$0")/../tap.sh"
server() { # NAME: an MCP server that waits for the file NAME.go with its list
	sed "s/NAME/$1/" >"$1" <<'END'
#!/bin/sh
while read -r line; do
	id=$(printf '%s\n' "$line" | sed 's/.*"id":\([0-9]*\).*/\1/')
	case $line in
	*'"initialize"'*) result='{"capabilities":{"tools":{}}}' ;;
	*'"tools/list"'*)
		until [ -e NAME.go ]; do sleep 0.01; done
		result='{"tools":[{"name":"write_file","inputSchema":{"type":"object"}}]}' ;;
	*'"tools/call"'*)
		result='{"content":[{"type":"text","text":"NAME ran"}]}' ;;
	*) continue ;;
	esac
	echo '{"jsonrpc":"2.0","id":'"$id"',"result":'"$result}"
	case $line in *'"tools/list"'*) : >NAME.listed ;; esac
done
END
	chmod +x "$1"
}
server first
server second
mkfifo in
call() { # ID NAME
	echo '{"type":"tool_call","id":"'"$1"'","name":"'"$2"'","args":{}}' >&9
	wait_for "call $1 is answered" grep -qs "\"id\":\"$1\"" answers
}
start() { # OPTIONS...: the second server answers first
	rm -f ./*.go ./*.listed answers
	gl-tool "$@" -o /dev/fd/4 <in >out 2>err 4>answers & pid=$!
	tap_pids="$tap_pids $pid"
	exec 9>in
	: >second.go
	wait_for "the second server has told its tools" test -e second.listed
	: >first.go
}
end() {
	exec 9>&-
	wait $pid
	is "gl-tool ends well" "$?" 0
}
start --mcp ./first --mcp ./second
call a write_file
call b second_write_file
end
like "the first server has the name" answers '"id":"a".*first ran'
like "the second one its own in front" answers '"id":"b".*second ran'

start --mcp ./first --mcp ./second --confirm write_file
call a write_file
call b second_write_file
end
unlike "neither runs without a yes" answers ' ran'

mkdir one two
for d in one two; do
	printf '#!/bin/sh\necho %s ran\n' $d >$d/write_file
	chmod +x $d/write_file
done
echo '{"description":"x"}' >one/write_file.json
echo '{"description":"x","confirm":true}' >two/write_file.json
start -d one -d two --mcp ./first --mcp ./second
call a write_file
call b first_write_file
end
unlike "the tool that asks keeps its name, and asks" answers '(one|two) ran'
like "a server's has another name" answers '"id":"b".*first ran'
like "the other folder's is left out" err 'one/write_file: left out'

# a name that had to be mended is the same on each server
sed -i 's/"write_file"/"write file"/' first second
start --mcp ./first --mcp ./second --confirm write_file
call a write_file
call b second_write_file
end
unlike "nor do mended names run without a yes" answers ' ran'
tap_done
