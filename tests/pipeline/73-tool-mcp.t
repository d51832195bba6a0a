# MCP servers: their tools, results, changes, progress, cancellation and death.
. "$(dirname "$0")/../tap.sh"
left() { grep -lzsxF "MARK=$TMP" /proc/[0-9]*/environ | wc -l | tr -d ' '; }
call() { # ID NAME [ARGS]
	printf '{"type":"tool_call","id":"%s","name":"%s","args":%s}\n' "$1" \
	    "$2" "${3:-{\}}"
}
response() { jq -c "select(.id == \"$1\").response" "${2:-answers}"; }
server="python3 '$TOP/tests/peer/mcp.py'"
tool_bg() { # OPTIONS: reads in.fifo, which descriptor 5 then writes
	rm -f answers
	MARK=$TMP gl-tool --env MARK "$@" -o /dev/fd/4 <in.fifo >out 2>err 4>answers &
	bg_pid=$!; tap_pids="$tap_pids $bg_pid"
	exec 5>in.fifo
}
answered() { jq -e "select(.id == \"$1\")" answers >found; [ -s found ]; }
begun() { [ "$(grep -c '"notifications/initialized"' log)" -gt "$1" ]; }
running() { [ "$(pgrep -P "$bg_pid" -f mcp.py)" ]; }
mkfifo in.fifo

MARK=$TMP run 0 gl-tool --env MARK --mcp "$server log" --declare
is "pages of declarations, in order, made legal" "$(jq -r \
    '.[0].functionDeclarations | map(.name) | join(" ")' out)" \
    '_7up busy change die echo env fail file_name___ hang long noise picture slow sum task wrong'
is "with their schemas" "$(jq -c '.[0].functionDeclarations[4]' out)" \
    '{"name":"echo","description":"echo","parametersJsonSchema":{"type":"object","properties":{"text":{"type":"string"}}}}'
like "one that cannot be is named" err 'tool odd left out: parameters.type'
is "the session's beginning" "$(jq -r .method log | tr '\n' ' ')" \
    'initialize notifications/initialized tools/list tools/list tools/list '
is "our words" "$(head -1 log | jq -c '.params | [.protocolVersion, .clientInfo.name]')" \
    '["2025-11-25","gl-tool"]'
is "it has ended" "$(left)" 0

mkdir tools; cp /bin/cat tools/echo; echo '{"description":"x"}' >tools/echo.json
{
	call 1 echo '{"a":1}'; call 2 mcp_echo '{"text":"a"}'; call 3 sum
	call 4 picture; call 5 fail; call 6 wrong; call 7 noise; call 8 long
	call 9 file_name___; call 10 env; call 11 odd; call 12 mcp2_echo; call 13 task
	call 14 _7up
} >in
MARK=$TMP SECRET=s WANTED=w run 0 gl-tool --mcp "$server" --mcp "$server" -d tools \
    --env MARK --env WANTED -o answers -v <in
same "the stream is passed on" out in
is "a folder's tool has the name" "$(response 1)" '{"a":1}'
is "the server's another, texts are joined" "$(response 2)" \
    '{"result":"a\nend"}'
is "structured content" "$(response 3)" '{"sum":3}'
is "a picture" "$(jq -c 'select(.id == "4") | [.response, .parts]' answers)" \
    '[{"result":"a dot"},[{"inlineData":{"mimeType":"image/png","data":"iVBORw=="}}]]'
is "a failure" "$(response 5)" '{"error":"it broke"}'
is "an error" "$(response 6)" '{"error":"no, no"}'
is "noise on its output" "$(response 7)" '{"result":"noisy"}'
like "is told" err 'a line that is not JSON'
like "its standard error under -v" err 'MCP server mcp says: a word on standard error'
is "an answer over 1 MiB" "$(response 8)" \
    '{"error":"the answer is over 1 MiB"}'
is "the server's own name is used there" "$(response 9)" \
    '{"result":"called file name/é"}'
is "its environment is ours to choose" "$(response 10)" \
    "{\"result\":\"w - $(pwd -P)\"}"
is "what was left out cannot be called" "$(response 11)" \
    '{"error":"no such tool"}'
is "the second server's" "$(response 12)" '{"result":"end"}'
is "one that is a task" "$(response 13)" '{"result":"the task is done"}'
is "a name that begins with a digit: called by its own there" "$(response 14)" \
    '{"result":"called 7up"}'
is "no process is left" "$(left)" 0

# changes, progress, cancellation
rm -f log; tool_bg --mcp "$server log" --timeout 300ms -v
call 1 change >&5
wait_for "the answer" answered 1
wait_for "a context record" grep -q '"type":"context"' answers
is "the new list is told" "$(jq -c 'select(.type == "context").tools[0] |
    .functionDeclarations | map(.name) | index("new")' answers)" 10
call 2 new >&5
wait_for "the new tool" answered 2
is "and can be called" "$(response 2)" '{"result":"called new"}'
call 3 slow '{"text":"x"}' >&5
wait_for "the slow one" answered 3
is "progress prolongs the time limit" "$(response 3)" '{"result":"done x"}'
like "and is told under -v" err 'progress 2 of 4 step 2'
call 4 hang >&5
wait_for "the time limit" answered 4
is "a call that gets no answer" "$(response 4)" \
    '{"error":"no answer within the time limit"}'
wait_for "which the server is told" grep -q '"method":"notifications/cancelled".*time limit' log
call 7 task '{"text":"hang"}' >&5
wait_for "a task's time limit" answered 7
wait_for "which ends the task" grep -q '"tasks/cancel".*"t1"' log
call 5 slow '{"text":"y"}' >&5
wait_for "the next" grep -q '"text":"y"' log
echo '{"type":"tool_cancel","ids":["5"]}' >&5
wait_for "cancelled" grep -q 'cancelled by the model' log
call 6 echo >&5
wait_for "the one after it" answered 6
exec 5>&-
wait "$bg_pid"; is "exit" $? 0
is "a cancelled call is not answered" "$(response 5)" ''
is "no process is left" "$(left)" 0

# --ack brings words only
call 1 picture >in
run 0 gl-tool --mcp "$server log" --ack picture -o answers <in
like "pictures are told as left out" answers '\[1 pictures or sounds of it are left out\]'

# an answer that came while gl-tool stood still is one
rm -f log; tool_bg --mcp "$server log" --timeout 2
call 1 slow '{"text":"z"}' >&5
wait_for "it is called" grep -q '"text":"z"' log
kill -STOP "$bg_pid"
began=$(date +%s)
later() { [ "$(date +%s)" -ge $((began + 4)) ]; }
wait_for "its time to pass" later
kill -CONT "$bg_pid"
wait_for "the answer" answered 1
unlike "an answer in the pipe is in time" answers 'time limit'
exec 5>&-; wait "$bg_pid"

# one that says all the time that its list has changed
rm -f log; began=$(date +%s); tool_bg --mcp "$server log storm"
for i in 1 2 3; do
	call $i echo >&5
	wait_for "answer $i" answered $i
done
lists() { grep -c '"method":"tools/list","params":{}' log; }
again() { [ "$(lists)" -ge 2 ]; }
wait_for "some seconds of it" later
wait_for "it to be asked again" again
exec 5>&-; wait "$bg_pid"; is "exit" $? 0
ok "it is asked once a second" [ \
    "$(lists)" -le $(($(date +%s) - began + 2)) ]
is "what was told once is not told again" "$(sort err | uniq -d)" ''

# death: open calls are answered, the server comes back, three times
rm -f log; tool_bg --mcp "$server log"
call 0 hang >&5
for i in 1 2 3 4; do
	call $i die >&5
	wait_for "death $i" answered $i
	is "is an answer" "$(response $i)" '{"error":"the MCP server died"}'
	[ $i -lt 4 ] || break
	wait_for "its return" begun $i
	# its tools are listed again before it can be called
	until call "$i-$((n = ${n:-0} + 1))" busy >&5 &&
	    wait_for "an answer" answered "$i-$n" &&
	    [ "$(response "$i-$n")" = '{"result":"called busy"}' ] ||
	    [ "$n" -gt 200 ]; do sleep 0.05; done
done
is "an open call is answered too" "$(response 0)" '{"error":"the MCP server died"}'
wait_for "that it is enough" grep -q 'given up' err
wait_for "a list without it" grep -q '"type":"context"' answers
call 9 busy >&5; wait_for "a late call" answered 9
is "its tools are gone" "$(response 9)" '{"error":"no such tool"}'
exec 5>&-
wait "$bg_pid"; is "exit" $? 0

# servers that never begin, or do not end
call 1 echo '{"a":1}' >in
MARK=$TMP run 0 gl-tool -d tools --env MARK --mcp "$server log refuse" -o answers <in
like "a refusal is told" err 'not you'
is "others go on" "$(response 1)" '{"a":1}'
MARK=$TMP run 0 gl-tool -d tools --env MARK --mcp /nonexistent/server -o answers <in
like "no such program" err 'No such file or directory'
is "others go on" "$(response 1)" '{"a":1}'
MARK=$TMP run 0 gl-tool -d tools --env MARK --mcp "$server log dead" -o answers <in
like "one that dies at once" err 'given up'
is "no process is left" "$(left)" 0
tool_bg -d tools --mcp "$server log mute"
wait_for "a mute one" running
kill "$bg_pid"; wait "$bg_pid"; is "a signal ends it all the same" $? 143
exec 5>&-
is "no process is left" "$(left)" 0
tool_bg -d tools --mcp "$server log twice"
wait_for "its output is closed" grep -q 'ended; started again' err
kill "$bg_pid"; wait "$bg_pid"; is "one that lives on is killed" $? 143
exec 5>&-
is "no process is left" "$(left)" 0

# names of --confirm are looked for once the servers have told theirs
printf '#!/bin/sh\necho "$1" >>asked; exit 1\n' >allow; chmod +x allow
call 1 sum >in
MARK=$TMP run 0 gl-tool --env MARK --mcp "$server" --confirm sum \
    --confirm-program ./allow -o answers <in
is "a server's tool is asked about" "$(cat asked) $(response 1)" \
    'sum {"error":"the user does not allow this call"}'
rm -f log
MARK=$TMP run 78 gl-tool --env MARK --mcp "$server log" --confirm Sum <in
like "a name that no server has" err \
    '^gl-tool: --confirm Sum: no tool has this name; there are _7up, busy, .*, sum, '
unlike "nothing was called" log tools/call
is "no process is left" "$(left)" 0
call 1 echo >in
run 0 gl-tool -d tools --mcp /nonexistent/server --confirm write -o answers <in
like "of a server that is gone it cannot be known" err \
    '^gl-tool: --confirm write: no tool has this name; there are echo$'
is "so others go on" "$(response 1)" '{}'

# --mcp-config
cat >config <<END
{"mcpServers": {
 "a b": {"command": "python3", "args": ["$TOP/tests/peer/mcp.py"],
   "env": {"WANTED": "from the file"}, "cwd": "$TMP/home"},
 "second": {"command": "python3", "args": ["$TOP/tests/peer/mcp.py"]}}}
END
{ call 1 env; call 2 a_b_env; call 3 second_env; } >in
MARK=$TMP WANTED=ours run 0 gl-tool --mcp-config config --env MARK --env WANTED -o answers <in
is "environment and folder" "$(jq -r .response.result answers | grep -v null |
    sort)" "$(printf '%s\n' "from the file - $(cd home && pwd -P)" "ours - $(pwd -P)")"
run 66 gl-tool --mcp-config nowhere
like "no file" err 'nowhere: No such file'
echo '{"mcpServers": {"x": {"url": "http://x/"}}}' >config
run 78 gl-tool --mcp-config config
like "a server over HTTP" err 'mcpServers.x has no "command"'
echo '{"servers": {}}' >config; run 78 gl-tool --mcp-config config
like "another file" err 'no object "mcpServers"'
run 64 gl-tool --mcp "a 'b"
tap_done
