#!/bin/sh
# Push to talk: the space bar starts and ends what the user says, and silences
# the model at once.  Options go to gl-session; the status is that of the first
# program that failed.
status=$(mktemp) || exit
trap 'rm -f "$status"' EXIT
trap 'exit 130' INT TERM HUP
{ gl-mic --ptt || echo $? >>"$status"; } |
    { gl-session --vad manual "$@" || echo $? >>"$status"; } | gl-play || exit
read -r code <"$status"
exit "${code:-0}"
