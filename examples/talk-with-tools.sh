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
: >"$tmp/status"
sqlite3 "$INVENTORY" <"$tools/inventory.sql" || exit 1
{ gl-mic "$@" || echo $? >>"$tmp/status"; } |
    { gl-session --tools "$tools" --tool-args \
	"--env INVENTORY --env REDIS_SOCKET --env REPORT_STEP \
	--log '${GL_TOOL_LOG:-/dev/null}'" || echo $? >>"$tmp/status"; } |
    gl-play ${GL_PLAY:-} || exit
# the first program that failed
read -r code <"$tmp/status"
exit "${code:-0}"
