#!/bin/sh
# Typed questions on a bad day: the emulator refuses, cuts, rotates and fails
# as bad-day.scenario tells it, and every question gets its answer.
#	bad-day.sh [scenario]
here=$(dirname "$0")
tmp=$(mktemp -d) || exit 1
emulator=
trap 'kill $emulator 2>/dev/null; rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM HUP

mkfifo "$tmp/ready"
gl-emulator -s "${1:-$here/bad-day.scenario}" --ready-fd 3 \
    3>"$tmp/ready" &
emulator=$!
read -r GL_EMULATOR_HOST <"$tmp/ready"
export GL_EMULATOR_HOST
printf '%s\n' one two three four five |
    { gl-session -t -f stream; echo $? >"$tmp/status"; } |
    gl-conv -t text || exit
exit "$(cat "$tmp/status")"
