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
# --confirm and --ack: a name that no tool has would let the one that was meant run
# unasked
refused() { # CODE WHAT REGEX OPTIONS
	code=$1 what=$2 regex=$3; shift 3
	run "$code" gl-tool -d tools -o answers "$@" <in
	like "$what" err "$regex"
	ok "and nothing ran" [ ! -e ran ]
	rm -f ran
}
call 1 num >in
refused 78 "a misspelt name" \
    '^gl-tool: --confirm Num: no tool has this name; there are env, num, where$' \
    --confirm Num
refused 78 "one among others" '^gl-tool: --ack nun: no tool has this name' \
    --ack 'num, nun,where'
refused 64 "no name at all" '^gl-tool: --confirm: names of tools wanted' --confirm ''
refused 64 "nor blanks" '^gl-tool: --ack: names of tools wanted' --ack ' , '
refused 64 "a program and nothing to ask about" \
    '^gl-tool: --confirm-program ./allow: nothing to ask about' \
    --confirm-program ./allow
run 78 gl-tool -d there --confirm x <in
like "without a tool" err '^gl-tool: --confirm x: no tool has this name; there are none$'
run 78 gl-tool -d tools --confirm x --declare
like "declared all the same" out '"num"'
printf '#!/bin/sh\necho "$1" >>asked; exit 1\n' >allow; chmod +x allow
{ call 1 num; call 2 where; call 3 env; } >in
run 0 gl-tool -d tools --confirm num --confirm 'where' --confirm-program ./allow \
    -o answers <in
is "given twice it names both" "$(sort asked | tr '\n' ' ')" 'num where '
ok "which did not run" [ ! -e ran ]
run 0 gl-tool -d tools --confirm '*' --confirm-program ./allow -o answers <in
is "all" "$(sort asked | uniq | tr '\n' ' ')" 'env num where '
echo '{"description":"x","confirm":true}' >tools/env.json
call 1 env >in
run 0 gl-tool -d tools --confirm-program ./allow -o answers <in
is "a declaration asks too" "$(response 1)" \
    '{"error":"the user does not allow this call"}'
run 0 gl-tool --confirm '*' --confirm-program ./allow <in
tap_done
