# shellcheck shell=sh disable=SC2034
# Two network namespaces of the test's own and a cable between them; source
# this after tap.sh.  All is gone at the end of the test.  Needs root.

net_up='' net_cable=''

net_close() {
	for net_ns in $net_up; do
		ip netns pids "$net_ns" 2>/dev/null | xargs -r kill -9 2>/dev/null
		ip netns del "$net_ns" 2>/dev/null
	done
	net_up=
}

net_fail() { net_why="$1 ($(head -1 net.err 2>/dev/null))"; net_close; return 1; }

# net_open veth | tun DELAY_MS [LOSS_PERCENT]: a cable between the namespaces
# $ns_a ($ip_a) and $ns_b ($ip_b).  Fails with a reason in $net_why.
net_open() {
	ns_a=gl-a-$$ ns_b=gl-b-$$
	# addresses of this run's own
	net_base=10.$((150 + $$ / 256 % 50)).$(($$ % 256))
	ip_a=$net_base.1 ip_b=$net_base.2
	trap 'net_close; tap_cleanup' EXIT
	for net_ns in $ns_a $ns_b; do
		ip netns add "$net_ns" 2>net.err ||
		    { net_fail "no network namespaces here"; return 1; }
		net_up="$net_up $net_ns"
	done
	if [ "$1" = tun ]; then
		[ -c /dev/net/tun ] ||
		    { net_fail "no /dev/net/tun here"; return 1; }
		net_dev=tun0
		mkfifo net.tell net.said
		"$B/tests/tundelay" "$ns_a" "$ns_b" "$2" "${3:-0}" \
		    <net.tell >net.said 2>net.err &
		tap_pids="$tap_pids $!"
		exec 8>net.tell 9<net.said
		read -r net_line <&9 || { net_fail "no TUN bridge"; return 1; }
		net_cable=tun
	else
		net_dev=gl0
		ip link add gl0 netns "$ns_a" type veth peer name gl0 \
		    netns "$ns_b" 2>net.err ||
		    { net_fail "no virtual links here"; return 1; }
		in_b iptables -w -L -n >net.log 2>net.err ||
		    { net_fail "no iptables here"; return 1; }
		net_cable=veth
	fi
	{ ip -n "$ns_a" addr add "$ip_a/30" dev $net_dev &&
	    ip -n "$ns_b" addr add "$ip_b/30" dev $net_dev &&
	    ip -n "$ns_a" link set $net_dev up &&
	    ip -n "$ns_b" link set $net_dev up &&
	    ip -n "$ns_a" link set lo up &&
	    ip -n "$ns_b" link set lo up; } 2>net.err ||
	    net_fail "no addresses"
}

# in_a, in_b COMMAND...: in the one or the other; the process is the command.
in_a() { ip netns exec "$ns_a" "$@"; }
in_b() { ip netns exec "$ns_b" "$@"; }

# Packets vanish both ways, without a word; and come through again.
net_cut() {
	if [ "$net_cable" = tun ]; then
		echo 0 >&8; read -r net_line <&9
	else
		in_b iptables -w -I INPUT -j DROP
		in_b iptables -w -I OUTPUT -j DROP
	fi
}
net_mend() {
	if [ "$net_cable" = tun ]; then
		echo 1 >&8; read -r net_line <&9
	else
		in_b iptables -w -D INPUT -j DROP
		in_b iptables -w -D OUTPUT -j DROP
	fi
}

# net_emulator [OPTIONS]: gl-emulator in $ns_b, over TLS, as ca.pem certifies;
# sets GL_EMULATOR_HOST for clients in $ns_a.
net_emulator() {
	rm -f emu.ready; mkfifo emu.ready
	in_b gl-emulator --ready-fd 3 --host "$ip_b" --name "$ip_b" --tls \
	    --ca ca.pem "$@" 3>emu.ready 2>emu.err &
	emu_pid=$!; tap_pids="$tap_pids $emu_pid"
	read -r GL_EMULATOR_HOST <emu.ready ||
	    tap_stop "gl-emulator $* starts" emu.err
	GL_EMULATOR_HOST=wss://$ip_b:${GL_EMULATOR_HOST##*:}
	export GL_EMULATOR_HOST
}

# Milliseconds, for differences.
net_ms() { date +%s%3N; }
