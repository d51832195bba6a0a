#!/bin/sh
# A spoken conversation at an open loudspeaker, in which both may speak at
# once: what gl-play plays is taken out of what gl-mic hears.  Until that works
# the microphone is deaf while the model speaks, about two seconds of it.  The
# model's history is cut where the user stopped listening.  Options go to
# gl-session.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM HUP
mkfifo "$dir/heard" "$dir/mic" "$dir/session" || exit 1
tee "$dir/mic" <"$dir/heard" >"$dir/session" &
gl-mic --aec "$dir/mic" | gl-session -i "$dir/session" "$@" |
    gl-play --reference -o "$dir/heard"
