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
like "no such folder" err '^gl-tool: --dir nowhere: No such file or directory$'
is "nothing is read" "$(cat out)" ''
run 66 gl-tool -d tools --dir tools/num <in
like "no folder" err '^gl-tool: --dir tools/num: Not a directory$'

# --env
for name in A=B 'A B'; do
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
refused 64 "no name at all" '^gl-tool: --confirm: the value is empty' --confirm ''
refused 64 "nor blanks" '^gl-tool: --ack .*: names of tools wanted' --ack ' , '
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

# files that look like tools and are none: each is said, once
mkdir t6 t2 some
printf '#!/bin/sh\necho 5\n' >t6/hello; echo '{"description":"x"}' >t6/hello.json
printf '#!/bin/sh\necho 5\n' >t6/bare.sh
cp /bin/true t6/program; chmod -x t6/program
echo '{"description":"x"}' >t6/program.json
echo text >t6/README; printf '#' >t6/short; : >t6/empty; mkdir t6/folder
printf '#!/bin/sh\n' >t6/.hidden; cp t6/bare.sh t6/bare.sh~
run 78 gl-tool -d t6 --declare
is "no declaration" "$(cat out)" '[]'
is "each that is not executable" "$(grep -c . err) $(grep '^gl-tool: t6/' err |
    sort | tr '\n' ,)" '4 gl-tool: t6/bare.sh: not executable (chmod +x),gl-tool: t6/hello: not executable (chmod +x),gl-tool: t6/program: not executable (chmod +x),'
cp /bin/cat some/num; echo '{"description":"x"}' >some/num.json
echo 'int main(void) {}' >some/num.c
run 0 gl-tool -d some --declare
is "a tool's source is none" "$(cat err)" ''
cp t6/hello some/off
run 0 gl-tool -d some --declare
like "one that is left out beside others" err \
    '^gl-tool: some/off: not executable \(chmod \+x\)$'
printf '#!/bin/sh\necho hi there\n' >t2/nodecl; chmod +x t2/nodecl
run 78 gl-tool -d t2 --declare
like "one that does not know --describe" err \
    '^gl-tool: t2/nodecl: what it printed for --describe is not JSON; a nodecl.json beside it will do too$'
printf '#!/bin/sh\necho 5\n' >t2/nodecl
run 78 gl-tool -d t2 --declare
like "or prints another" err \
    '^gl-tool: t2/nodecl: what it printed for --describe: declaration: an object'
printf '#!/bin/sh\nexit 1\n' >t2/nodecl
run 78 gl-tool -d t2 --declare
like "or fails" err '^gl-tool: t2/nodecl: left out: no nodecl.json beside it'
mkdir digit
for n in 7up -rf; do
	cp /bin/cat "digit/$n"; echo '{"description":"x"}' >"digit/$n.json"
	run 78 gl-tool -d digit --declare
	like "a name that the service would refuse all tools for" err \
	    "^gl-tool: digit/$n.json: name: '$n' is none that the service takes: a letter or '_' first.*; rename the file, or give \"name\" in its declaration"
	rm "digit/$n" "digit/$n.json"
done
cp /bin/cat digit/7up; echo '{"name":"seven_up"}' >digit/7up.json
run 0 gl-tool -d digit --declare
is "by the remedy it is taken" "$(jq -r '.[].functionDeclarations[].name' out)" \
    seven_up
run 0 gl-tool -d there --declare
like "an empty folder" err 'no tools'
run 78 gl-tool -d some --mcp /nonexistent/server --declare
is "what could be declared" "$(jq -r '.[].functionDeclarations[].name' out)" num
tap_done
