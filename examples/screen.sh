#!/bin/sh
# Talk about the screen (X11): what changes on it goes with the voice.
# Options go to gl-session.
set -e
dir=$(mktemp -d)
trap '{ kill -9 "$grab" && wait "$grab"; } 2>/dev/null || :
    rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM HUP
mkfifo "$dir/screen"
exec 3<>"$dir/screen"	# without a reader ffmpeg would complain at the end
# with no look at the first pictures, which would hold them back
ffmpeg -v error -nostdin -probesize 32 -analyzeduration 0 \
    -f x11grab -framerate 2 -i "$DISPLAY" \
    -pix_fmt yuv420p -f yuv4mpegpipe - >"$dir/screen" &
grab=$!
{ gl-mic || echo $? >>"$dir/failed"; } |
    { gl-frames -i "$dir/screen" --changed 0.5 ||
	echo $? >>"$dir/failed"; } |
    { gl-session "$@" || echo $? >>"$dir/failed"; } | gl-play
[ ! -s "$dir/failed" ] || exit "$(head -n 1 "$dir/failed")"
