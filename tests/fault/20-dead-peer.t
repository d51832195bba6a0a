# A peer that is gone without a word (its packets are dropped, none refused):
# TCP itself notices, at idle by its probes and while sending by what stays
# unacknowledged.  Needs a network namespace, so root.
. "$(dirname "$0")/../tap.sh"

ns=gl-test-$$
cleanup() {
	ip netns pids "$ns" 2>/dev/null | xargs -r kill -9 2>/dev/null
	ip netns del "$ns" 2>/dev/null
	tap_cleanup
}
if ! ip netns add "$ns" 2>/dev/null; then
	skip "a dead peer" "no network namespaces here (not root?)"
	tap_done; exit
fi
trap cleanup EXIT
# an address range of this run's own
net=10.$((200 + $$ / 256 % 50)).$(($$ % 256))
if ! { ip link add "gl$$" type veth peer name eth0 netns "$ns" &&
    ip addr add "$net.1/30" dev "gl$$" && ip link set "gl$$" up &&
    ip -n "$ns" addr add "$net.2/30" dev eth0 &&
    ip -n "$ns" link set eth0 up && ip -n "$ns" link set lo up; } 2>err ||
    ! ip netns exec "$ns" iptables -w -L -n >/dev/null 2>>err; then
	sed 's/^/# /' err
	skip "a dead peer" "no virtual links or no iptables here"
	tap_done; exit
fi

# a server in there that echoes, and sends 1 kB a while
cat >server.py <<'X'
import socket, sys
sys.path.insert(0, sys.argv[1])
from peer import Peer, TEXT, frame
s = socket.socket()
s.bind((sys.argv[2], 0))
s.listen(4)
print(s.getsockname()[1], flush=True)
while True:
    c, _ = s.accept()
    p = Peer(c)
    p.sock.settimeout(60)
    p.upgrade()
    p.send(frame(TEXT, b"hello"))
    p.expect(TEXT, b"hello")
    print("echoed", flush=True)
    if sys.stdin.readline() == "talk\n":
        # what comes back stays unacknowledged
        p.send(frame(TEXT, b"x" * 1000))
        print("sent", flush=True)
X
mkfifo said tell
ip netns exec "$ns" python3 server.py "$TOP/tests/peer" "$net.2" >said <tell &
tap_pids="$tap_pids $!"
exec 3<said 4>tell
read -r port <&3

# dies WHAT RULE: the packets by the rule are dropped once the echo was there
dies() {
	timeout 30 "$B/tests/ws-echo" -v --dead 2s "ws://$net.2:$port/" \
	    2>err &
	client=$!
	read -r said <&3
	is "$1: connected" "$said" echoed
	# shellcheck disable=SC2086
	ip netns exec "$ns" iptables -w -A $2 -j DROP
	echo "$3" >&4
	[ "$3" != talk ] || read -r said <&3
	wait $client
	is "$1: the client ends" $? 75
	like "$1: and says why" err "lost: .*(timed out|No route)"
	# shellcheck disable=SC2086
	ip netns exec "$ns" iptables -w -D $2 -j DROP
}
dies "at idle" "INPUT -i eth0" idle
dies "while sending" "INPUT -i eth0" talk
tap_done
