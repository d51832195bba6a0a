# gl-emulator against LiveKit's plugin for the Live API, unchanged: its realtime
# model asks for a reply, speaks, is asked for a function and answers.  What
# wants a LiveKit server (rooms, the agent's worker) is not run.  On Vertex
# Google's library signs in at the emulator's metadata server.
. "$(dirname "$0")/../tap.sh"
echo '{"machine":{"email":"vm@p.iam.gserviceaccount.com","project":"p"},
    "api_keys":["key-1"]}' >auth.json
METADATA_SERVER_DETECTION=assume-present
export METADATA_SERVER_DETECTION GCE_METADATA_HOST
NODE_MODULES=$B/npm-livekit
export NODE_MODULES
if [ -f "$NODE_MODULES/done" ] || { mkdir -p "$NODE_MODULES" &&
    (cd "$NODE_MODULES" && npm install --silent --no-audit --no-fund \
    @livekit/agents@1.9.0 @livekit/agents-plugin-google@1.9.0) &&
    : >"$NODE_MODULES/done"; } >npm.log 2>&1
then
	echo '{"on":"turn","match":"s of speech","do":"call","calls":[{"name":"weather","args":{"city":"Ulm"},"expect":{"output":"clear"}}]}' >rules
	echo key-1 >keys
	for b in gemini vertex; do
		emulator --speed 2 -s rules --key-file keys --auth auth.json \
		    --log log
		GCE_METADATA_HOST=$GL_EMULATOR_HOST
		timeout 60 node "$TOP/tests/interop/livekit.mjs" \
		    "$GL_EMULATOR_HOST" $b >out 2>err
		is "$b: it came to its end" $? 0
		sed 's/^/# /' err | head -20
		is "$b: and understood everything" "$(paste -sd '|' out)" \
		    'said . with sound|heard [0.7 s of speech]|call weather {"city":"Ulm"}|said {"output":"clear"} with sound'
		unlike "$b: nothing was refused" log '"code":(100[278]|1011)'
		kill "$emu_pid"; wait "$emu_pid"
		is "$b: its answer to the call was right" $? 0
	done
else
	sed 's/^/# /' npm.log
	ok 'npm brings it' false
fi
tap_done
