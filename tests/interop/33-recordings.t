#!/bin/sh
# Each recorded conversation with the real service, replayed by a server made
# with the ws package: gl-session writes the right records and sound for it.
. "$(dirname "$0")/../tap.sh"

recordings=$SHARED/recordings
NODE_MODULES=$B/npm
export NODE_MODULES
mkdir -p "$NODE_MODULES"
[ -d "$NODE_MODULES/node_modules/ws" ] ||
    (cd "$NODE_MODULES" && npm install --silent --no-audit --no-fund ws@8) \
    >npm.log 2>&1
if [ ! -d "$NODE_MODULES/node_modules/ws" ]; then
	sed 's/^/# /' npm.log
	skip 'the recordings' 'the ws package cannot be installed'
	tap_done; exit
fi
if [ ! -d "$recordings" ]; then
	skip 'the recordings' "no $recordings here"
	tap_done; exit
fi

# the records as replay.mjs tells them
# "silent" is gl-session's own word about an input without sound
told='select(.type | IN("start", "resumption", "end", "silent") | not) |
    if .type == "audio" then "audio \(.size)"
    elif .type == "text" or .type == "transcript" then
	"\(.type) \(.text | tojson)"
    elif .type == "tool_call" then "tool_call \(.name) \(.id // "")"
    elif .type == "usage" then "usage \(.total // "")"
    else .type end'

for f in "$recordings"/*.log; do
	name=$(basename "$f" .websocket.log)
	rm -f ready in.gl setup.json
	bg node "$TOP/tests/interop/replay.mjs" "$f"
	server=$bg_pid
	wait_for "$name: the server" test -s ready || continue
	GL_EMULATOR_HOST=$(cat ready) run 0 gl-session --no-resume \
	    --setup setup.json <in.gl
	wait "$server"
	gl-conv -t json <out | jq -r "$told" >got
	same "$name" got want
	if [ -s want.pcm ]; then
		gl-conv -t pcm <out >got.pcm
		same "$name: the sound" got.pcm want.pcm
	fi
done
tap_done
