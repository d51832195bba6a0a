#!/bin/sh
# gl-tool: the round trip of a call, from the call record in to the answer record
# out, with /bin/true as the tool, beside a callback in JavaScript that spawns
# the same program and beside spawning it alone; the same over a connection, from
# the call on the wire to the answer on it by gl-emulator's clock, beside the
# official JavaScript SDK; and what passing audio costs.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
B=${B:-$top/build}
n=1000 mib=1024
[ -z "${GL_BENCH_QUICK:-}" ] || { n=200 mib=128; }
work=$(mktemp -d) || exit 1
mkdir "$work/tools"
ln -s /bin/true "$work/tools/true"
echo '{"description": "Does nothing."}' >"$work/tools/true.json"
sdk_home=$B/bench
emu='' client=''
trap 'kill $emu $client 2>/dev/null; rm -rf "$work"' EXIT
row() { printf '%-44s %9s %9s %9s\n' "$@"; }

ours() { # HOST
	GL_EMULATOR_HOST=$1 timeout 120 "$B/gl-session" -q -f stream \
	    -T "$work/tools.json" -i "$work/loop" <"$work/hold" |
	    timeout 120 "$B/gl-tool" -q --max-calls 0 -d "$work/tools" -o "$work/loop" \
		>"$work/out"
}
sdk() {
	timeout 120 node "$sdk_home/sdk-tool.mjs" "$1" /bin/true <"$work/hold"
}

# wire CLIENT: p50 and p99 of its n answers, the first 20 not counted.  The next
# call goes out when an answer has come.
wire() {
	lines=$((2 * n + 40))
	call='"do":"call","calls":[{"name":"true"}]}'
	printf '{"on":"%s","limit":%d,%s\n' ready 1 "$call" \
	    response $((n + 19)) "$call" >"$work/rules"
	rm -f "$work/ready" "$work/log" "$work/hold" "$work/loop"
	mkfifo "$work/ready" "$work/log" "$work/hold" "$work/loop"
	exec 8<>"$work/log" 9<>"$work/hold"
	"$B/gl-emulator" -q --log "$work/log" -s "$work/rules" --ready-fd 3 \
	    3>"$work/ready" 9>&- & emu=$!
	read -r host <"$work/ready"
	(exec 9>&-; "$1" "$host") & client=$!
	timeout 120 grep -E -m $lines '"type":"(call|response)"' <&8 >"$work/got"
	exec 9>&-
	wait $client; kill -INT $emu; wait $emu
	exec 8>&-
	emu='' client=''
	sed 's/.*"type":"\([a-z]*\)".*"us":\([0-9]*\).*/\1 \2/' "$work/got" |
	    awk '$1 == "call" { t = $2 }
		$1 == "response" && ++k > 20 { print ($2 - t) / 1000 }' |
	    sort -n | awk -v n=$n '{ v[NR - 1] = $1 }
		END { if (NR != n) print "- -"
		else printf "%.3f %.3f\n", v[int(n / 2)], v[int(n * 99 / 100)] }'
}

floor=$("$B/tests/bench/calls" spawn $n /bin/true || echo '- -')
sdk='- -'
! command -v node >/dev/null ||
    sdk=$("$B/tests/bench/calls" rtt $n node "$top/tests/bench/calls.mjs" /bin/true)
ours=$("$B/tests/bench/calls" rtt $n "$B/gl-tool" -q --max-calls 0 -d "$work/tools")
row 'a tool call, /bin/true' 'spawn' 'node' 'gl-tool'
row 'round trip, p50 ms' "${floor%% *}" "${sdk%% *}" "${ours%% *}"
row 'round trip, p99 ms' "${floor##* }" "${sdk##* }" "${ours##* }"
"$B/gl-tool" -q -d "$work/tools" --declare >"$work/tools.json"
theirs='- -'
if [ -d "$sdk_home/node_modules/@google/genai" ]; then
	cp "$top/tests/bench/sdk-tool.mjs" "$sdk_home/"
	theirs=$(wire sdk)
fi
whole=$(wire ours)
echo
row 'the same on the wire, gl-session | gl-tool' 'spawn' 'SDK' 'gl'
row 'call to answer, p50 ms' "${floor%% *}" "${theirs%% *}" "${whole%% *}"
row 'call to answer, p99 ms' "${floor##* }" "${theirs##* }" "${whole##* }"
echo
row 'passing a stream of audio' 'cat' '' 'gl-tool'
row 'CPU s per GiB' "$("$B/tests/bench/calls" pass $mib cat)" '' \
    "$("$B/tests/bench/calls" pass $mib "$B/gl-tool" -q -d "$work/tools")"
