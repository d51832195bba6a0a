#!/bin/sh
# MCP servers that nobody here wrote: every tool of server-everything is
# called once, one of them as a task; a folder's life by server-filesystem.
. "$(dirname "$0")/../tap.sh"

npm=$B/npm-mcp
mkdir -p "$npm"
[ -d "$npm/node_modules/@modelcontextprotocol/server-filesystem" ] ||
    (cd "$npm" && npm install --silent --no-audit --no-fund \
	@modelcontextprotocol/server-everything \
	@modelcontextprotocol/server-filesystem) >npm.log 2>&1
bin=$npm/node_modules/.bin
if [ ! -x "$bin/mcp-server-filesystem" ]; then
	sed 's/^/# /' npm.log
	skip 'the MCP servers' 'their packages cannot be installed'
	tap_done; exit
fi
left() { grep -lzsxF "MARK=$TMP" /proc/[0-9]*/environ | wc -l | tr -d ' '; }
response() { jq -c "select(.id == \"$1\").response" answers; }
call() { # ID NAME [ARGS]
	printf '{"type":"tool_call","id":"%s","name":"%s","args":%s}\n' "$1" \
	    "$2" "${3:-{\}}"
}

everything="$bin/mcp-server-everything stdio"
run 0 gl-tool --mcp "$everything" --declare
cp out tools.json
jq -r '.[0].functionDeclarations[].name' tools.json >names
ok "it has tools: $(wc -l <names)" [ "$(wc -l <names)" -gt 8 ]
unlike "none is left out" err 'left out'
for m in gemini-2.5-flash-native-audio-preview-12-2025 gemini-3.8-live; do
	run 0 env GEMINI_API_KEY=x gl-session --check --model $m -T tools.json
	unlike "$m takes them" out refused
done
# arguments for those that want some
args() {
	case $1 in
	echo) echo '{"message":"héllo \"x\""}' ;;
	get-annotated-message) echo '{"messageType":"success","includeImage":true}' ;;
	get-resource-reference) echo '{"resourceType":"Blob","resourceId":2}' ;;
	get-structured-content) echo '{"location":"Chicago"}' ;;
	get-sum) echo '{"a":2,"b":40.5}' ;;
	gzip-file-as-resource)
		echo '{"name":"a.gz","data":"data:text/plain,hello","outputType":"resource"}' ;;
	simulate-research-query) echo '{"topic":"pipes"}' ;;
	trigger-long-running-operation) echo '{"duration":2,"steps":8}' ;;
	*) echo '{}' ;;
	esac
}
while read -r name; do call "$name" "$name" "$(args "$name")"; done <names >all
task=simulate-research-query
grep "$task" all >in
MARK=$TMP run 0 gl-tool --mcp "$everything" --env MARK --timeout 30s -o answers <in
like "one that is a task" answers 'Research Report: pipes'
grep -v "$task" all >in
MARK=$TMP SECRET=mine run 0 gl-tool --mcp "$everything" --env MARK \
    --timeout 1500ms -v -o answers <in
is "every tool is answered once" \
    "$(jq -r 'select(.type == "tool_response").id' answers | sort)" \
    "$(grep -vx "$task" names | sort)"
unlike "the list that came again was no other" answers '"type":"context"'
is "echo" "$(response echo)" '{"result":"Echo: héllo \"x\""}'
like "a sum" answers '"id":"get-sum".*42\.5'
ok "structured content is an object" [ "$(response get-structured-content |
    jq 'has("temperature")')" = true ]
ok "a picture is a part" [ "$(jq -r 'select(.id == "get-tiny-image") |
    .parts[0].inlineData.mimeType' answers)" = image/png ]
ok "another beside a text" [ "$(jq -r 'select(.id == "get-annotated-message") |
    .parts[0].inlineData.mimeType' answers)" = image/png ]
ok "a resource in bytes" [ "$(jq -r 'select(.id == "get-resource-reference") |
    .parts[0].inlineData.data | length' answers)" -gt 10 ]
ok "its environment holds no secret" [ "$(response get-env | grep -c mine)" = 0 ]
like "progress prolongs a long one over its time limit" answers \
    '"id":"trigger-long-running-operation".*completed'
like "and is told" err 'progress [0-9]* of 8'
jq -r 'select(.response.error) | "# \(.id): \(.response.error)"' answers
is "no process is left" "$(left)" 0

mkdir room; echo 'first' >room/a.txt; echo secret >outside.txt
files="$bin/mcp-server-filesystem $TMP/room"
{
	call 1 read_text_file '{"path":"'"$TMP"'/room/a.txt"}'
	call 2 read_text_file '{"path":"'"$TMP"'/outside.txt"}'
	call 3 write_file '{"path":"'"$TMP"'/room/b.txt","content":"second\n"}'
	call 4 list_allowed_directories
	call 5 write_file '{"path":1}'
} >in
echo '#!/bin/sh
[ "$1" = write_file ]' >allow; chmod +x allow
MARK=$TMP run 0 gl-tool --mcp "$files" --env MARK --confirm 'write_file' \
    --confirm-program ./allow -o answers <in
is "a file" "$(response 1 | jq -r '.content // .result' | head -1)" first
like "outside of the folder" answers '"id":"2".*"error":"[^"]*denied'
is "written" "$(cat room/b.txt)" second
like "the folder" answers "\"id\":\"4\".*$TMP/room"
like "wrong arguments" answers '"id":"5".*"error":'
is "no process is left" "$(left)" 0

# both at once, with a conversation
echo '{"on":"turn","nth":1,"do":"call","calls":[{"name":"get-sum","args":{"a":1,"b":2}},{"name":"directory_tree","args":{"path":"'"$TMP"'/room"}}]}' >rules
emulator --log log -s rules --speed 10
mkfifo loop
run_tools() { gl-tool --mcp "$everything" --mcp "$files" "$@"; }
run_tools --declare >tools.json 2>err
echo 'what is there?' | gl-session -t -f stream -T tools.json -i loop |
    run_tools -o loop >call.gl 2>err
is "both were answered" "$(jq -r 'select(.type == "response") | .state' log |
    sort | uniq -c | tr -s ' ')" ' 2 answered'
like "with what they said" log '"type":"response".*b\.txt'
tap_done
