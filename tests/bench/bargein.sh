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


# Whole conversations: from the service's write of `interrupted` (the
# emulator's log tells when) to the device.  Five at once, each user cuts in
# every three seconds into answers of ten (sixty) seconds, sent in one burst.
sox "$TOP/examples/question.wav" -r 16000 -c 1 word.wav silence 1 0.05 1% \
    trim 0 0.7
sox word.wav -t raw word.raw pad 0.3 2
i=0
while [ $i -lt $((N / 5 + 1)) ]; do cat word.raw; i=$((i + 1)); done >user.raw

# talk ROOM TONE SPEAKER: one conversation; the emulator's log in log.ROOM
talk() {
	mkfifo "ready.$1"
	gl-emulator -q --brain tone --tone "$2" --burst max --log "log.$1" \
	    --ready-fd 3 3>"ready.$1" & emulators="$emulators $!"
	tap_pids="$tap_pids $!"
	read -r host <"ready.$1"
	device "mic$1" "in $TMP/user.raw"
	gl-mic -q -D "mic$1" -d $((3 * (N / 5 + 1))) |
	    GL_EMULATOR_HOST=$host gl-session -q |
	    gl-play -q -D "$3" -o "news.$1" &
	players="$players $!"
	tap_pids="$tap_pids $!"
}
# When the interruptions of a room were written.
written() {
	sed -n 's/.*"what":"interrupted".*"us":\([0-9]*\).*/0 \1/p' "log.$1"
}
finished() {
	kill -INT $emulators; wait $emulators 2>/dev/null
	kill -INT $players 2>/dev/null; wait $players 2>/dev/null
	emulators='' players=''
}
emulators='' players=''
for s in 10 60; do
	for r in 1 2 3 4 5; do
		device "room$s$r" "out $TMP/room.raw$s$r times $TMP/room$s$r"
		talk "$s$r" "${s}s" "room$s$r"
	done
	sleep $((3 * (N / 5 + 1) + 1))
	finished
	for r in 1 2 3 4 5; do
		written "$s$r" >log
		tool latency log "room$s$r"
	done | row "the service's write to the device dropped, $s s queued" 5
done

# nearest ENDS LOG: the end of sound that is nearest to each interruption; a
# sink that renders ahead may have ended before it
nearest() {
	awk 'NR == FNR { end[++n] = $1; next }
	{
		best = 999
		for (i = 1; i <= n; i++) {
			d = (end[i] - $2) / 1000
			if (d * d < best * best)
				best = d
		}
		print best
	}' "$1" "$2"
}
listen() { # DEVICE ROOM
	arecord -q -D "$1" -t raw -f S16_LE -r 24000 -c 1 \
	    --buffer-time=40000 --period-time=10000 2>/dev/null |
	    tee "monitor.$2" | tool ear >"ends.$2" &
	tap_pids="$tap_pids $!"
}
if pulse_start; then
	listen spk_monitor 0
	wait_for monitor sh -c 'pactl list short source-outputs | grep -q .'
	# the server's own consumption is not to be seen, so a file device
	# beside it gives the beat
	device beat "out $TMP/beat.raw"
	: >beat.raw
	gl-play -r -D beat /dev/zero & beat=$!
	tap_pids="$tap_pids $!"
	tool barge beat.raw "$N" 10000 logp all | gl-play -D spk -o news
	sleep 0.5
	kill $beat
	nearest ends.0 logp |
	    row "record to the last sample at PulseAudio's null sink" ""
	tool check "$N" 10000 <monitor.0 2>/dev/null >turns
	sed -n 's/.*"turn":\([0-9]*\),"ms":\([0-9]*\).*"interrupted":true.*/\1 \2/p' news |
	    awk 'NR == FNR { ms[$1] = $2 / 24; next }
		$1 in ms { d = ms[$1] - $2; print d < 0 ? -d : d }' turns - |
	    row "played records there, off by (it renders 10 ms ahead)" ""
	for r in 1 2 3 4 5; do
		pactl load-module module-null-sink sink_name="p$r" \
		    rate=24000 channels=1 norewinds=1 >/dev/null
		cat >>"$ALSA_CONFIG_PATH" <<-CONF
		pcm.p$r { type pulse server "$PULSE_SERVER" device p$r }
		pcm.p${r}_monitor { type pulse server "$PULSE_SERVER" device p$r.monitor }
		CONF
		listen "p${r}_monitor" "p$r"
		talk "p$r" 10s "p$r"
	done
	sleep $((3 * (N / 5 + 1) + 1))
	finished
	for r in 1 2 3 4 5; do
		written "p$r" >log
		nearest "ends.p$r" log
	done | row "the service's write to the last sample at that sink" ""
	pulse_stop
else
	echo "PulseAudio is not installed: its rows are left out"
fi
exit $bad
