#!/bin/sh
# Talk with a model that can use the tools of examples/tools.  Arguments go to
# gl-mic (a device by -D, or a recording); GL_PLAY holds options of gl-play,
# REDIS_SOCKET names the server for the tool `opening`, GL_TOOL_LOG a file to log to.
set -u
tools=$(cd "$(dirname "$0")" && pwd)/tools
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM HUP
INVENTORY=$tmp/inventory.db
export INVENTORY
sqlite3 "$INVENTORY" <"$tools/inventory.sql" || exit 1
run_tools() {
	gl-tool -d "$tools" --env INVENTORY --env REDIS_SOCKET --env REPORT_STEP "$@"
}

mkfifo "$tmp/loop"
run_tools --declare >"$tmp/tools.json"
gl-mic "$@" |
    gl-session -T "$tmp/tools.json" -i "$tmp/loop" |
    run_tools -o "$tmp/loop" --log "${GL_TOOL_LOG:-/dev/null}" |
    gl-play ${GL_PLAY:-}
