#!/bin/sh
# A conversation that is kept, and that goes on where it stopped: keep-call.sh
# [name] appends both sides to name.gl and makes of it a page, name.html, and
# subtitles, name.srt; name.json lets the next call go on.  Ctrl-C ends the call
# and only that.
name=${1:-call}
trap : INT
gl-mic | gl-session --state "$name.json" --record "$name.gl" | gl-play
gl-conv -o "$name.html" "$name.gl" && gl-conv -o "$name.srt" "$name.gl" || exit
echo "The call is in $name.gl, a page about it in $name.html."
