#!/bin/sh
# Who said what in a call with one speaker on each channel, as telephone systems
# record it: two-speakers.sh call.wav [left] [right]
# transcribes both channels at once, in real time, so that the lines can be put
# in the order of the call; left and right are the speakers' names.
call=${1?usage: two-speakers.sh call.wav [left] [right]}
lines=$(mktemp -d) || exit
trap 'rm -rf "$lines"' EXIT
trap 'exit 130' INT TERM HUP
# speaker CHANNEL NAME: the lines "ms <tab> NAME: text"
speaker() {
	gl-session -m gemini-3.5-transcribe-live --pace 1 --channel "$1" \
	    -f json <"$call" >"$lines/$1" || return
	jq -r --arg name "$2" 'select(.type == "transcript" and
	    .role == "user" and (.interim | not) and .text != "") |
	    "\(.at_ms // .t)\t\($name): \(.text)"' "$lines/$1"
}
speaker left "${2:-left}" >"$lines/1" &
speaker right "${3:-right}" >"$lines/2"
right=$?
wait $!
left=$?
[ $left -eq 0 ] && [ $right -eq 0 ] ||
    echo "two-speakers.sh: not all was heard" >&2
sort -n "$lines/1" "$lines/2" | cut -f 2-
[ $left -ne 0 ] || left=$right
exit $left
