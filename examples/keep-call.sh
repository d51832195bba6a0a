#!/bin/sh
# A conversation that is kept, and that goes on where it stopped: keep-call.sh
# [name] appends both sides to name.gl and makes of it a page, name.html, and
# subtitles, name.srt; name.json lets the next call go on.  Ctrl-C ends the call
# and only that; the status is that of the first program that failed.
name=${1:-call}
status=$(mktemp) || exit
trap 'rm -f "$status"' EXIT
trap : INT
{ trap : INT
	gl-mic || echo $? >>"$status"; } |
    { trap : INT
	gl-session --state "$name.json" --record "$name.gl" ||
	    echo $? >>"$status"; } |
    gl-play
read -r code <"$status"
# 130: Ctrl-C
[ "${code:=0}" = 130 ] || [ "$code" = 0 ] || {
	echo "keep-call.sh: the call failed" >&2; exit "$code"; }
gl-conv -o "$name.html" "$name.gl" && gl-conv -o "$name.srt" "$name.gl" || exit
echo "The call is in $name.gl, a page about it in $name.html."
