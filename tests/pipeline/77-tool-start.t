# What the options and the folders say wrongly is refused before anything runs.
. "$(dirname "$0")/../tap.sh"

tool() { # NAME: the script on standard input
	{ echo '#!/bin/sh'; cat; } >"tools/$1"
	chmod +x "tools/$1"
	echo '{"description": "x"}' >"tools/$1.json"
}
call() { # ID NAME
	printf '{"type":"tool_call","id":"%s","name":"%s","args":{}}\n' "$@"
}
response() { jq -c "select(.id == \"$1\").response" answers; }
mkdir tools there
echo 'echo 5; touch ran' | tool num
echo 'pwd; echo "$0"' | tool where
echo 'echo "$WANTED"' | tool env

# --dir: relative folders of tools are those of gl-tool
call 1 where >in
run 0 gl-tool -d tools --dir there -o answers <in
is "a relative -d in another folder" "$(response 1 | jq -r .result)" \
    "$(printf '%s\n' "$(pwd -P)/there" "$(pwd)/tools/where")"
run 0 gl-tool -d ./tools --dir "$TMP/there" -o answers <in
like "the same with dots" answers '/there'
run 0 gl-tool -d tools -o answers <in
is "elsewhere it is run as it was named" "$(response 1 | jq -r .result | tail -1)" \
    tools/where
run 66 gl-tool -d tools --dir nowhere <in
like "no such folder" err '^gl-tool: nowhere: No such file or directory$'
is "nothing is read" "$(cat out)" ''
run 66 gl-tool -d tools --dir tools/num <in
like "no folder" err '^gl-tool: tools/num: Not a directory$'

# --env
for name in A=B '' 'A B'; do
	run 64 gl-tool -d tools --env "$name" <in
	like "it takes a name" err "^gl-tool: --env $name: the name of a variable"
done
call 1 env >in
WANTED=w run 0 gl-tool -d tools --env WANTED --env UNSET -o answers <in
is "which need not be set" "$(response 1)" '{"result":"w"}'
tap_done
