#!/bin/sh
# A conversation that is kept, and that goes on where it stopped: keep-call.sh
# [name] writes name.gl (the stream, a new one each time) and name.html, and
# name.json lets the next call go on.
set -e
name=${1:-call}
gl-mic | gl-session --state "$name.json" | tee "$name.gl" | gl-play
gl-conv -t html <"$name.gl" >"$name.html"
echo "The call is in $name.gl, a page about it in $name.html."
