#!/bin/sh
# Talk and show: the camera goes with the voice, one picture a second, none
# while the connection is being made anew.  CAMERA names another device.
# (tee -p: gl-frames may leave before the last words are through.)
# Options go to gl-session.
set -e
camera=${CAMERA:-/dev/video0}
gl-frames -l | grep -q "^$camera:" || {
	echo "show.sh: no camera $camera" >&2; exit 66; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkfifo "$dir/back"
{ gl-mic || echo $? >>"$dir/failed"; } |
    { gl-frames -i "$camera" --watch "$dir/back" || {
	echo $? >>"$dir/failed"
	: >/dev/null <"$dir/back" & }; } |	# tee waits for a reader
    { gl-session "$@" || echo $? >>"$dir/failed"; } |
    tee -p "$dir/back" | gl-play
[ ! -s "$dir/failed" ] || exit "$(head -n 1 "$dir/failed")"
