#!/bin/sh
# A spoken conversation at an open loudspeaker, in which both may speak at
# once: what gl-play plays is taken out of what gl-mic hears.  Until that works
# the microphone is deaf while the model speaks, about two seconds of it.  The
# model's history is cut where the user stopped listening.  Options go to
# gl-session.
tee=
dir=$(mktemp -d) || exit 1
trap '[ -z "$tee" ] || kill "$tee" 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM HUP
mkfifo "$dir/heard" "$dir/mic" "$dir/session" || exit 1
: >"$dir/status"
tee -p "$dir/mic" <"$dir/heard" >"$dir/session" &
tee=$!
{ gl-mic --aec "$dir/mic" || echo $? >>"$dir/status"; } |
    { gl-session -i "$dir/session" "$@" || echo $? >>"$dir/status"; } |
    gl-play --reference -o "$dir/heard" || exit
# the first program that failed
read -r code <"$dir/status"
exit "${code:-0}"
