# Push to talk: a hundred utterances, the key held exactly as long as each of
# them lasts, arrive whole, their first and last 20 ms too; and all the keys.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"

# The microphone hears 100 utterances of 200 ms, 800 ms apart, each of one
# value of its own, on a floor of 7.
python3 -c '
import array, sys
a = array.array("h", [7] * 9600)
for u in range(100):
    a.extend([1001 + u] * 3200 + [7] * 9600)
a.tofile(sys.stdout.buffer)' >in.raw
device default "in $TMP/in.raw times $TMP/times speed 8"

# 20 ms by the clock are 160 ms of this device's; and what a fast device has
# buffered seems older than it is, so the pre-roll is longer
mkfifo key
gl-mic --ptt-from key --pre-roll 100ms --tail 20ms -v 2>err >out.gl &
mic=$!
tap_pids="$tap_pids $mic"
wait_for "the device's start" grep -q start times
tool finger times 600 200 800 100 8 >key
wait_for "the last one's end" grep -q '^gl-mic: 8[0-9]* ms: activity ends' err
kill -INT $mic; wait $mic
tool heads <out.gl >heads
starts=$(grep -c '"activity","state":"start"' heads)
ok "activities start ($starts)" [ "$starts" -gt 20 ]
is "as many end" "$(grep -c '"activity","state":"end"' heads)" "$starts"
is "in turn" "$(sed -n 's/.*"state":"\([a-z]*\)".*/\1/p' heads | uniq -d)" ""
tool payload audio <out.gl >out.raw
samples out.raw | uniq -c | awk '$2 > 1000 { print $2 - 1000, $1 }' >got
is "100 utterances arrive" "$(wc -l <got)" 100
is "each of them whole" "$(awk '$2 != 3200' got)" ""

# a record may also toggle; a signal is a key too; raw PCM has just the sound
device slow "in $TMP/in.raw"
gl-mic -D slow --ptt-from key --ptt -v 2>err >out.gl &
mic=$!
tap_pids="$tap_pids $mic"
wait_for "the device" grep -q buffer err
for key in 'echo {"type":"activity","state":"toggle"} >key' \
    "kill -USR2 $mic" "kill -USR1 $mic" \
    'echo {"type":"activity","state":"end"} >key'; do
	n=$(grep -c activity err)
	case $key in
	echo*) echo "$key" | sed 's/echo //; s/ >key//' >key ;;
	*) $key ;;
	esac
	wait_for "$key" sh -c "[ \$(grep -c activity err) -gt $n ]"
done
kill -INT $mic; wait $mic
is "INT: exit 130" $? 130
tool heads <out.gl | sed -n 's/.*"state":"\([a-z]*\)".*/\1/p' >states
is "toggle, USR2, USR1, end" "$(tr '\n' ' ' <states)" "start end start end "
tap_done
