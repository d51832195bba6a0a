#!/bin/sh
# A spoken conversation on a box with an open loudspeaker and no echo
# cancelling: the microphone is deaf while the model speaks, and the model's
# history is cut where the user stopped listening.  Options go to gl-session.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM HUP
mkfifo "$dir/heard" "$dir/mic" "$dir/session" || exit 1
tee "$dir/mic" <"$dir/heard" >"$dir/session" &
gl-mic --half-duplex "$dir/mic" | gl-session -i "$dir/session" "$@" |
    gl-play -o "$dir/heard"
