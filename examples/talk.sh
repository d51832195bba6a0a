#!/bin/sh
# A spoken conversation.  Ctrl-C ends it.  Options go to gl-session; the status
# is that of the first program that failed:
#	talk.sh -s 'You are a patient teacher of Italian.' --voice Kore
status=$(mktemp) || exit
trap 'rm -f "$status"' EXIT
trap 'exit 130' INT TERM HUP
{ gl-mic || echo $? >>"$status"; } |
    { gl-session "$@" || echo $? >>"$status"; } | gl-play || exit
read -r code <"$status"
exit "${code:-0}"
