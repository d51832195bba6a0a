# kill -9 of gl-session at 200 random instants, each followed by a run with the
# same --state: the file is readable at any time, nothing of it is lost, no lock
# and nothing else is left behind, and the conversation goes on, by its handle
# or by its history.
. "$(dirname "$0")/../tap.sh"
emulator --speed 40

workers=4 kills=50
seq 400 >questions
# bad N WHAT...: what went wrong, for the end
bad() { n=$1; shift; echo "kill $n: $*" >>bad; }

# once DELAY: a conversation that is killed after so many seconds, then one
# more question; $turn is the last turn that the file held.
once() {
	timeout -s KILL "$1" gl-session -t --state st <questions >long 2>long.err
	rc=$?
	[ $rc -eq 137 ] && echo killed >>killed
	[ $rc -eq 137 ] || [ $rc -eq 0 ] || bad "$i" "exit $rc" "$(cat long.err)"
	was=$turn
	if [ -e st ]; then
		turn=$(jq -e 'select(.gl == 1) | .turn' st 2>jq.err) ||
		    bad "$i" "the file: $(cat jq.err; head -c 200 st)"
	fi
	[ "${turn:-0}" -ge "$was" ] || bad "$i" "turn $turn after $was"
	rm -f trace
	echo "question $i" | timeout 30 gl-session -t -f json --state st \
	    --trace trace >short 2>short.err
	rc=$?
	[ $rc -eq 0 ] || bad "$i" "then exit $rc: $(cat short.err)"
	# the number goes on, and so do the words
	[ "$(jq -rs 'map(select(.type == "transcript" and .turn)) |
	    "\(.[0].turn) \(map(.text) | join(""))"' short)" = \
	    "$((turn + 1)) question $i" ] ||
		bad "$i" "after turn $turn" "$(grep '"transcript"' short)"
	grep -q '"handle":"(taken\|"turns":\[{.*},{' trace || [ "$turn" -eq 0 ] ||
		bad "$i" "neither handle nor history: $(grep '"out"' trace)"
	turn=$((turn + 1))
}

# work N: one conversation, killed again and again
work() {
	mkdir "w$1" && cd "w$1" && cp ../questions . || exit
	i=0 turn=0
	for delay in $(awk "BEGIN { srand($1); for (i = 0; i < $kills; i++)
	    printf \"%.3f\\n\", 0.001 + rand() * 0.4 }"); do
		i=$((i + 1))
		once "$delay"
	done
	find . -name 'st*' ! -name st ! -name st.lock >left
	echo "$i" >made
}
w=0 pids=
while [ $w -lt $workers ]; do
	w=$((w + 1))
	work $w & pids="$pids $!"
done
tap_pids="$tap_pids $pids"
# shellcheck disable=SC2086
wait $pids
is "every kill was made" "$(cat w*/made | awk '{ n += $1 } END { print n }')" \
    $((workers * kills))
n=$(cat w*/killed | wc -l)
ok "nearly all hit a run under way ($n)" [ "$n" -gt $((workers * kills * 9 / 10)) ]
cat w*/bad >bad 2>no
is "each time the file was good and the conversation went on" \
    "$(head -c 2000 bad)" ""
is "nothing is left behind" "$(cat w*/left)" ""
is "the last file is private" "$(stat -c %a w1/st)" 600
tap_done
