#!/bin/sh
# gl-tool: the round trip of a call, from the call record in to the answer record
# out, with /bin/true as the tool, beside a callback in JavaScript that spawns
# the same program and beside spawning it alone; and what passing audio costs.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
B=${B:-$top/build}
n=1000 mib=1024
[ -z "${GL_BENCH_QUICK:-}" ] || { n=200 mib=128; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/tools"
ln -s /bin/true "$work/tools/true"
echo '{"description": "Does nothing."}' >"$work/tools/true.json"
row() { printf '%-44s %9s %9s %9s\n' "$@"; }

floor=$("$B/tests/bench/calls" spawn $n /bin/true || echo '- -')
sdk='- -'
! command -v node >/dev/null ||
    sdk=$("$B/tests/bench/calls" rtt $n node "$top/tests/bench/calls.mjs" /bin/true)
ours=$("$B/tests/bench/calls" rtt $n "$B/gl-tool" -q -d "$work/tools")
row 'a tool call, /bin/true' 'spawn' 'node' 'gl-tool'
row 'round trip, p50 ms' "${floor%% *}" "${sdk%% *}" "${ours%% *}"
row 'round trip, p99 ms' "${floor##* }" "${sdk##* }" "${ours##* }"
echo
row 'passing a stream of audio' 'cat' '' 'gl-tool'
row 'CPU s per GiB' "$("$B/tests/bench/calls" pass $mib cat)" '' \
    "$("$B/tests/bench/calls" pass $mib "$B/gl-tool" -q -d "$work/tools")"
