#!/bin/sh
# A typed question, a spoken answer: ask-text.sh 'How high is Mont Blanc?'
# The status is gl-session's.
status=$(mktemp) || exit
trap 'rm -f "$status"' EXIT
trap 'exit 130' INT TERM HUP
echo "${*:-How high is Mont Blanc?}" |
    { gl-session -t; echo $? >"$status"; } | gl-play || exit
exit "$(cat "$status")"
