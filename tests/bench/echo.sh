#!/bin/sh
# Echo cancelling: rooms of the simulator (tests/room.h), then conversations
# through a real sound server beside the other ways, in the same run.
set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd)
B=${B:-$TOP/build}
export B ECHO_LENGTH="${GL_BENCH_QUICK:+12}"
ECHO_LENGTH=${ECHO_LENGTH:-40}
(cd "${TMPDIR:-/tmp}" && "$B/tests/bench/echo" ${GL_BENCH_QUICK:+1})
seconds=36000
[ -z "${GL_BENCH_QUICK:-}" ] || seconds=1800
"$B/tests/unit/mic/hours" $seconds |
    sed -n 's/^\(ok\|not ok\) [0-9]* - /echo cancelling: \1: /p'
for mode in none half module aec; do
	ECHO_MODE=$mode sh "$TOP/tests/bench/open-speaker.t" |
	    sed -n 's/^# \(.*answers of.*\)/\1/p'
done
