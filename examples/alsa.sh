#!/bin/sh
# The conversation with other programs' audio: raw PCM in, raw PCM out.  The
# status is gl-session's.
status=$(mktemp) || exit
trap 'rm -f "$status"' EXIT
trap 'exit 130' INT TERM HUP
arecord -q -t raw -f S16_LE -r 16000 |
    { gl-session -r "$@"; echo $? >"$status"; } |
    aplay -q -t raw -f S16_LE -r 24000 || exit
exit "$(cat "$status")"
