#!/bin/sh
# Barge-in: from the `interrupted` record on gl-play's standard input to the
# device dropped, and to the last sample that is heard; with little and with a
# minute of speech queued; on the test device (exact) and on a PulseAudio null
# sink recorded from its monitor.  Milliseconds.
set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd)
B=${B:-$TOP/build}
PATH=$B:$PATH
TMP=$(mktemp -d "${TMPDIR:-/tmp}/gl-bench.XXXXXX") || exit 1
tap_pids=
trap 'kill -9 $tap_pids 2>/dev/null; rm -rf "$TMP"' EXIT
trap 'exit 130' INT TERM HUP
cd "$TMP" || exit 1
# what sound.sh needs of tap.sh
wait_for() {
	shift; tap_left=2000
	until "$@" 2>/dev/null; do
		tap_left=$((tap_left - 1)); [ $tap_left -gt 0 ] || return 1
		sleep 0.01
	done
}
. "$TOP/tests/sound.sh"
N=${N:-60}
bad=0

# row NAME LIMIT <numbers
row() {
	sort -n | awk -v name="$1" -v limit="$2" '
	{ a[NR] = $1 }
	function p(q,   i) {
		i = int(NR * q + 0.999999)
		return a[i < 1 ? 1 : i]
	}
	END {
		if (NR == 0) {
			printf "%-58s (nothing measured)\n", name
			exit 1
		}
		said = ""
		if (limit != "" && p(.99) <= limit)
			said = "  (p99 at most " limit ": reached)"
		else if (limit != "")
			said = "  (p99 at most " limit ": NOT REACHED)"
		printf "%-58s %4d %8.3f %8.3f %8.3f%s\n", name, NR, p(.5), \
		    p(.99), a[NR], said
		if (limit != "" && p(.99) > limit)
			exit 1
	}' || bad=1
}

echo "barge-in, ms (buffer 100 ms, period 20 ms)"
printf '%-58s %4s %8s %8s %8s\n' '' n p50 p99 max
for s in 10 60; do
	device "spk$s" "out $TMP/out$s.raw times $TMP/times$s"
	: >"out$s.raw"
	tool barge "out$s.raw" "$N" $((s * 1000)) "log$s" all |
	    gl-play -D "spk$s"
	tool latency "log$s" "times$s" |
	    row "record on standard input to the device dropped, $s s queued" 5
done

# the same while both processors are kept busy
(while :; do :; done) & tap_pids="$tap_pids $!"; busy=$!
(while :; do :; done) & tap_pids="$tap_pids $!"; busy="$busy $!"
device spkb "out $TMP/outb.raw times $TMP/timesb"
: >outb.raw
tool barge outb.raw "$N" 10000 logb all | gl-play -v -D spkb 2>err
kill $busy; wait $busy 2>/dev/null
tool latency logb timesb | row "the same with two busy loops beside it" ""
sed -n 's/.*left out, \([0-9]* times too late\).*/    (\1 for the device)/p' err

if pulse_start; then
	arecord -q -D spk_monitor -t raw -f S16_LE -r 24000 -c 1 \
	    --buffer-time=40000 --period-time=10000 2>/dev/null |
	    tee monitor.raw | tool ear >ends &
	tap_pids="$tap_pids $!"
	wait_for monitor sh -c 'pactl list short source-outputs | grep -q .'
	# the server's own consumption is not to be seen, so a file device
	# beside it gives the beat
	device beat "out $TMP/beat.raw"
	: >beat.raw
	gl-play -r -D beat /dev/zero & tap_pids="$tap_pids $!"
	tool barge beat.raw "$N" 10000 logp all | gl-play -D spk -o news
	sleep 0.5
	# the end of sound that is nearest to each interruption; a sink that
	# renders ahead may have ended before it
	awk 'NR == FNR { end[++n] = $1; next }
	{
		best = 999
		for (i = 1; i <= n; i++) {
			d = (end[i] - $2) / 1000
			if (d * d < best * best)
				best = d
		}
		print best
	}' ends logp | row "to the last sample at PulseAudio's null sink" ""
	tool check "$N" 10000 <monitor.raw 2>/dev/null >turns
	sed -n 's/.*"turn":\([0-9]*\),"ms":\([0-9]*\).*"interrupted":true.*/\1 \2/p' news |
	    awk 'NR == FNR { ms[$1] = $2 / 24; next }
		$1 in ms { d = ms[$1] - $2; print d < 0 ? -d : d }' turns - |
	    row "played records there, off by (the sink renders 10 ms ahead)" ""
	pulse_stop
else
	echo "PulseAudio is not installed: its row is left out"
fi
exit $bad
