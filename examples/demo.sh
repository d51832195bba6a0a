#!/bin/sh
# make demo: a spoken conversation of two turns with one interruption, against
# the built-in emulator over TLS.  Needs no account, no key, no sound card; the
# microphone is a recording and the speaker a sink that plays at real time.
# Leaves the stream in build/demo.gl and the answer in build/answer.wav.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
B=${B:-$top/build}
PATH=$B:$PATH
tmp=$(mktemp -d)
emulator=
trap 'kill $emulator 2>/dev/null; rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM HUP

echo "Starting the emulator: its model is a parrot and says back what it hears."
mkfifo "$tmp/ready"
gl-emulator --tls --ca "$tmp/ca.pem" --ready-fd 3 3>"$tmp/ready" &
emulator=$!
read -r GL_EMULATOR_HOST <"$tmp/ready"
export GL_EMULATOR_HOST
echo "It listens at $GL_EMULATOR_HOST."
echo
echo "  gl-mic examples/question.wav | gl-session | gl-play -n"
echo
echo "Fourteen seconds of speech go in at the pace of a microphone.  The second"
echo "sentence begins while the model still answers the first: it falls silent."
echo
gl-mic "$top/examples/question.wav" |
    { gl-session --cacert "$tmp/ca.pem" || echo $? >"$tmp/failed"; } |
    tee "$B/demo.gl" |
    gl-play -n
[ ! -s "$tmp/failed" ] || exit "$(cat "$tmp/failed")"

echo "What was said:"
gl-conv -t text "$B/demo.gl" | sed 's/^/  /'
gl-conv -t wav -o "$B/answer.wav" "$B/demo.gl"
echo
echo "The answer, which is the speech that went in, is in ${B#"$top"/}/answer.wav;"
echo "the whole conversation in ${B#"$top"/}/demo.gl.  To see it as a page:"
echo
echo "  build/gl-conv -t html -o call.html build/demo.gl"
