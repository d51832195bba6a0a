#!/bin/sh
# A spoken conversation on a box with an open loudspeaker and no echo
# cancelling: the microphone is deaf while the model speaks, and the model's
# history is cut where the user stopped listening.  Options go to gl-session.
tee=
dir=$(mktemp -d) || exit 1
trap '[ -z "$tee" ] || kill "$tee" 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM HUP
mkfifo "$dir/heard" "$dir/mic" "$dir/session" || exit 1
: >"$dir/status"
tee -p "$dir/mic" <"$dir/heard" >"$dir/session" &
tee=$!
{ gl-mic --half-duplex "$dir/mic" || echo $? >>"$dir/status"; } |
    { gl-session -i "$dir/session" "$@" || echo $? >>"$dir/status"; } |
    gl-play -o "$dir/heard" || exit
# the first program that failed
read -r code <"$dir/status"
exit "${code:-0}"
