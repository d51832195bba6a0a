#!/bin/sh
# A conversation that is kept, and that goes on where it stopped: keep-call.sh
# [name] writes name.gl (the stream, a new one each time) and name.html, and
# name.json lets the next call go on.  Ctrl-C ends the call, and only that: tee
# -ip takes no notice of it, nor of a reader that has left.
name=${1:-call}
trap : INT
gl-mic | gl-session --state "$name.json" | tee -ip "$name.gl" | gl-play
gl-conv -t html <"$name.gl" >"$name.html" || exit
echo "The call is in $name.gl, a page about it in $name.html."
