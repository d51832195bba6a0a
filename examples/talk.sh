#!/bin/sh
# A spoken conversation.  Ctrl-C ends it.  Options go to gl-session, and its
# status is the script's:
#	talk.sh -s 'You are a patient teacher of Italian.' --voice Kore
status=$(mktemp) || exit
trap 'rm -f "$status"' EXIT
trap 'exit 130' INT TERM HUP
gl-mic | { gl-session "$@"; echo $? >"$status"; } | gl-play || exit
exit "$(cat "$status")"
