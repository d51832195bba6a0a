#!/bin/sh
# The gap of a rotation (planned, the next connection opened ahead), on loopback
# and over a path of 100 ms; and how soon a connection that died without a word
# is noticed.  What needs namespaces needs root.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/net.sh"

# gaps COUNT FOR [BEFORE...]: talks side by side, each with a rotation a second
# for so many seconds; the gaps in ms
gaps() {
	n=$1 life=$2; shift 2
	pids=
	while [ "$n" -gt 0 ]; do
		"$@" timeout 60 gl-session -t -f json --rotate 1s \
		    --max-time "$life" ${ca:+--cacert $ca} <lines \
		    >"gap.$n" 2>>err &
		pids="$pids $!" n=$((n - 1))
	done
	tap_pids="$tap_pids $pids"
	# shellcheck disable=SC2086
	wait $pids
	cat gap.* | jq -r 'select(.type == "reconnected").gap_ms' | sort -n
	rm -f gap.*
}
row() { # WHAT AIM: the gaps on standard input
	awk -v what="$1" -v aim="$2" '
	    { v[NR] = $1 }
	    function at(p, i) { i = int(NR * p + 0.999999); return v[i < 1 ? 1 : i] }
	    END { if (NR == 0) { v[1] = "-" }
		printf "%-32s %6d %7s %7s %7s  %s\n", what, NR, at(0.5),
		    at(0.99), v[NR < 1 ? 1 : NR],
		    aim == "" ? "" : "p99 under " aim ": " \
		    (NR > 0 && at(0.99) < aim ? "yes" : "NO") }'
}

seq 10000 >lines
printf '%-32s %6s %7s %7s %7s\n' 'gap of a rotation, ms' count p50 p99 max
ca=
emulator -b tone --tone 100ms
gaps 5 14 env | row loopback 50
kill "$emu_pid"
emulator -b tone --tone 100ms --tls --ca ca.pem
ca=ca.pem
gaps 5 14 env | row 'loopback, TLS' 50
kill "$emu_pid"
if net_open tun 50; then
	net_emulator -b tone --tone 100ms
	gaps 5 14 in_a | row 'TLS, 100 ms there and back' ''
	kill "$emu_pid"
else
	echo "no path of 100 ms: $net_why"
	exit
fi

# the same cable, cut: at idle (nothing but probes), and while either side sends
silence() {
	rm -f idle.in; mkfifo idle.in
	in_a timeout 60 gl-session --cacert ca.pem -t -f json <idle.in >idle &
	tap_pids="$tap_pids $!"
	exec 5>idle.in
	echo one >&5
	head -c 1280000 /dev/zero | tr '\0' '\040' >user.pcm
	in_a timeout 60 gl-session --cacert ca.pem -r -f json --pace 1 \
	    <user.pcm >user &
	tap_pids="$tap_pids $!"
	awk 'BEGIN { while (n++ < 500) printf "x"; print "" }' >long
	in_a timeout 60 gl-session --cacert ca.pem -t -f json <long >model &
	tap_pids="$tap_pids $!"
	wait_for "an answer" grep -q turn_complete idle
	wait_for "an answer" grep -q '"type":"audio"' model
	wait_for "speech" grep -q speech emu.log
	net_cut
	t0=$(net_ms)
	for name in idle user model; do
		wait_for "noticed" grep -q reconnecting $name
		echo "$name $(($(net_ms) - t0))"
	done
	exec 5>&-
}
echo
printf '%-48s %7s\n' 'a dead connection is noticed after, s' ''
net_emulator --burst 1 --log emu.log
silence >noticed 2>>err
awk '{
	what["idle"] = "at idle"; what["user"] = "while the user speaks"
	what["model"] = "while the model speaks"
	printf "%-48s %7.1f  at most 15: %s\n", what[$1], $2 / 1000,
	    $2 <= 15000 ? "yes" : "NO" }' noticed
