#!/bin/sh
# Push to talk: the space bar starts and ends what the user says, and silences
# the model at once.  Options go to gl-session, whose status is the script's.
status=$(mktemp) || exit
trap 'rm -f "$status"' EXIT
trap 'exit 130' INT TERM HUP
gl-mic --ptt |
    { gl-session --vad manual "$@"; echo $? >"$status"; } | gl-play || exit
exit "$(cat "$status")"
