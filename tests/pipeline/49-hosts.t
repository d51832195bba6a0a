#!/bin/sh
# Two hundred recordings to text on two hosts by ssh, as examples/jobs/parallel.sh
# has it, with faults and a quota below what is asked for, killed twice in the
# middle.  The hosts are network namespaces that share the folder, each with its
# own ssh server.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/batch.sh"
. "$TOP/tests/net.sh"

what='two hundred on two hosts'
for p in ssh dropbear parallel; do
	command -v $p >/dev/null && continue
	skip "$what" "no $p here (make deps)"; tap_done; exit
done
if ! unshare -m -u true 2>/dev/null; then
	skip "$what" 'no namespaces here'; tap_done; exit
fi
if ! net_open veth; then skip "$what" "$net_why"; tap_done; exit; fi

umask 077
ssh-keygen -q -t ed25519 -N '' -f key
dropbearkey -t ed25519 -f host >host.pub 2>&1
mkdir -p home/.ssh
cp key.pub home/.ssh/authorized_keys
me=$(id -un)
# the account's own folder is not to be touched: the test's is put over it
serve() { # NAMESPACE ADDRESS
	ip netns exec "$1" unshare -m -u sh -c '
	    hostname "$3" &&
	    mount --bind "$1/home" "$2" && cd / &&
	    exec dropbear -F -E -s -r "$1/host" -p "$3:22" -P "$1/$3.pid"' \
	    - "$TMP" "$(getent passwd "$me" | cut -d: -f6)" "$2" 2>"sshd.$2" &
	tap_pids="$tap_pids $!"
}
serve "$ns_a" "$ip_a"
serve "$ns_b" "$ip_b"
cat >ssh.conf <<C
Host a
	HostName $ip_a
Host b
	HostName $ip_b
Host *
	User $me
	IdentityFile $TMP/key
	IdentitiesOnly yes
	StrictHostKeyChecking no
	UserKnownHostsFile /dev/null
	LogLevel ERROR
	ControlMaster auto
	ControlPath $TMP/mux-%h
	ControlPersist 10
C
PARALLEL_SSH="ssh -F $TMP/ssh.conf"
export PARALLEL_SSH
from_a() { in_a ssh -F ssh.conf "$@"; }
wait_for 'host a' from_a a true
wait_for 'host b' from_a b true
ok 'they are two' [ "$(from_a a ip -br addr)" != "$(from_a b ip -br addr)" ]

recordings 200 w
cat >faults <<'R'
{"on":"upgrade","p":0.1,"do":"refuse","status":503}
{"on":"audio","p":0.002,"do":"drop"}
R
net_emulator -s faults --capacity 6 --seed 3 --speed 20 --log log
export SSL_CERT_FILE="$TMP/ca.pem" SLOTS=slots:8 RETRY=3m JOBS=10 HOSTS=a,b
export PARALLEL='--env PATH --env GL_EMULATOR_HOST --env SSL_CERT_FILE --will-cite'

# a run in a group of its own, to be killed as a whole
start() {
	(cd w && exec setsid ip netns exec "$ns_a" "$J/parallel.sh" >run.out 2>run.err) &
	run=$!; tap_pids="$tap_pids $run"
}
# kill -9 on both hosts, of all that works for it
massacre() {
	env kill -9 -- "-$run" 2>/dev/null
	for ns in "$ns_a" "$ns_b"; do
		for p in $(ip netns pids "$ns"); do
			[ "$(cat "/proc/$p/comm" 2>/dev/null)" != gl-session ] ||
			    env kill -9 "$p"
		done
	done
	wait "$run" 2>/dev/null
}
start
wait_for 'a quarter is done' enough w 50
massacre
ok 'killed in the middle' [ "$(reported w)" -lt 200 ]
start
wait_for 'more than half is done' enough w 120
massacre
ok 'killed again' [ "$(reported w)" -lt 200 ]
# what a killed run has left at work may keep one more run from an output
for more in 3 4 5 6; do
	start
	wait "$run"; code=$?
	[ $code -ne 0 ] || break
done
[ $code -eq 0 ] || tail -5 w/run.err | sed 's/^/# /'
is "run $more ends well" $code 0
is 'two hundred right answers' "$(right w)" ' 200 right 200 there '
is 'none was computed again' "$(once w)" ''
is 'both hosts worked' "$(find w -name 'report.*' | wc -l)" 2
ok "many at once: $(quota log)" [ "$(quota log)" -ge 3 ]
ok 'and never more than the quota' [ "$(quota log)" -le 6 ]
ok 'nothing half is left' sh -c '! ls w/*.part 2>/dev/null'
tap_done
