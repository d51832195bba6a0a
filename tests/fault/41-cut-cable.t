# The cable is cut: packets vanish both ways without a word, at idle, while the
# user speaks and while the model speaks.  gl-session notices within the time
# that its manual names, and goes on when the cable is mended.  Needs root.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/net.sh"

if ! net_open veth; then
	skip "a cut cable" "$net_why"
	tap_done; exit
fi
echo '{"on":"turn","match":"long","limit":1,"do":"tone","ms":40000}' >rules
net_emulator -b tone --tone 1s --burst 1 -s rules --log emu.log

# start NAME INPUT [OPTIONS]: a session
start() {
	n=$1 from=$2; shift 2
	in_a timeout 60 gl-session --cacert ca.pem -f json "$@" \
	    <"$from" >"$n.out" 2>"$n.err" &
	tap_pids="$tap_pids $!"
}
has() { grep -q "$2" "$1.out"; }
mkfifo idle.in model.in
start idle idle.in -t;  idle_pid=$!;  exec 5>idle.in
start model model.in -t; model_pid=$!; exec 6>model.in
# 12 s of speech without a pause, sent as it would be spoken
sox -n -r 16000 -e signed -b 16 -c 1 -t raw user.raw synth 12 sin 300 \
    gain -12 pad 0 1
echo one >&5
echo 'a long answer' >&6
wait_for "the model has answered one" has idle turn_complete
wait_for "the model speaks" has model '"type":"audio"'
start user user.raw -r --pace 1; user_pid=$!
wait_for "the user is heard" grep -q '"type":"speech"' emu.log

net_cut
t0=$(net_ms)
# noticed NAME: by a record, in time
noticed() {
	wait_for "$1: noticed" has "$1" '"type":"reconnecting"'
	ms=$(($(net_ms) - t0))
	ok "$1: noticed within 15 s ($ms ms)" [ $ms -lt 15000 ]
}
noticed idle; noticed user; noticed model
net_mend

echo two >&5
exec 5>&- 6>&-
for n in idle user model; do
	wait_for "$n: reconnected" has $n '"type":"reconnected"'
	eval "wait \$${n}_pid"
	is "$n: exit 0" $? 0
	like "$n: the reason is said" $n.err 'was lost: .*timed out'
	is "$n: one pair of records, gap known, nothing lost" "$(jq -r '
	    select(.type == "reconnecting" or .type == "reconnected") |
	    .type, if .gap_ms then .gap_ms > 0, .lost_ms else empty end' \
	    $n.out | xargs)" "reconnecting reconnected true 0"
done
# ends NAME: the ends of the model's turns
ends() {
	jq -r 'select(.type == "turn_complete") |
	    "\(.turn)\(if .lost then " lost" else "" end)"' "$1.out" | xargs
}
is "idle: the conversation goes on" "$(ends idle)" "1 2"
is "user: one answer" "$(ends user)" "1"
is "user: to all of the speech" "$(jq -r \
    'select(.type == "turn" and .ms) | .ms' emu.log)" 12000
is "model: the cut answer is known as lost, then comes again" \
    "$(ends model)" "1 lost 2"
tap_done
