# Push to talk: a hundred utterances, the key held exactly as long as each of
# them lasts, arrive whole, their first and last 20 ms too; and all the keys.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"

# Ten microphones at once, at the real speed: each hears ten utterances of
# 200 ms, 900 ms apart, each of one value of its own, on a floor of 7.
utterances >in.raw

talk() {
	device "mic$1" "in $TMP/in.raw times $TMP/times$1"
	mkfifo "key$1"
	gl-mic -D "mic$1" --ptt-from "key$1" -d 9.9 >"out$1.gl" 2>"err$1" &
	tap_pids="$tap_pids $!"; mics="$mics $!"
	wait_for "the device's start" grep -q start "times$1"
	tool finger "times$1" 600 200 900 10 1 >"key$1" &
}
mics=
for r in 0 1 2 3 4 5 6 7 8 9; do talk $r; done
for m in $mics; do wait "$m"; done
cat out?.gl >all.gl
for r in 0 1 2 3 4 5 6 7 8 9; do
	tool heads <"out$r.gl" | sed -n 's/.*"state":"\([a-z]*\)".*/\1/p' |
	    tr '\n' ' ' >states
	is "microphone $r: ten activities, each ended" "$(cat states)" \
	    "$(for u in 1 2 3 4 5 6 7 8 9 10; do printf 'start end '; done)"
	tool payload audio <"out$r.gl" >out.raw
	is "microphone $r: ten utterances, each whole" \
	    "$(samples out.raw | uniq -c |
	    awk '$2 > 1000 && $1 == 3200 { n++ } $2 > 1000 { m++ }
		END { print n "/" m }')" 10/10
	# 300 ms before, 200 ms after, and what a late key adds
	ok "microphone $r: and not everything ($(frames out.raw))" \
	    [ "$(frames out.raw)" -lt 150000 ]
done

# all the keys: a record may also toggle, and a signal is a key
device slow "in $TMP/in.raw"
mkfifo key
gl-mic -D slow --ptt-from key --ptt -v 2>keys.err >keys.gl &
mic=$!
tap_pids="$tap_pids $mic"
wait_for "the device" grep -q buffer keys.err
press() {
	n=$(grep -c activity keys.err)
	"$@"
	wait_for "$*" sh -c "[ \$(grep -c activity keys.err) -gt $n ]"
}
record() { echo "{\"type\":\"activity\",\"state\":\"$1\"}" >key; }
press record toggle
press kill -USR2 $mic
press kill -USR1 $mic
press record end
press record start
kill -INT $mic; wait $mic
is "INT: exit 130" $? 130
tool heads <keys.gl | sed -n 's/.*"state":"\([a-z]*\)".*/\1/p' >states
is "toggle, USR2, USR1, end, start: each heard; the end ends the last" \
    "$(tr '\n' ' ' <states)" "start end start end start end "

# the space bar, from a terminal of our own
if terminals "the space bar, the terminal after two signals"; then
	mkfifo typed
	script -qfc "gl-mic -D slow --ptt -v >space.gl" /dev/null <typed >screen 2>&1 &
	tap_pids="$tap_pids $!"
	exec 6>typed
	wait_for "the prompt" grep -qa 'press space' screen
	printf ' ' >&6
	wait_for "a start" grep -qa 'activity starts' screen
	printf 'x ' >&6
	wait_for "an end" grep -qa 'activity ends' screen
	printf '\003' >&6
	exec 6>&-
	wait $!
	is "space and space" "$(tool heads <space.gl |
	    sed -n 's/.*"state":"\([a-z]*\)".*/\1/p' | tr '\n' ' ')" "start end "

	# what is captured cannot be written: a second signal ends it at once
	mkfifo full
	exec 7<>full
	head -c 65536 /dev/zero >&7
	cat >twice.sh <<-'E2'
	stty -g >before
	sh -c 'echo $$ >pid; exec gl-mic -D slow --ptt -v >full 2>twice.err'
	echo $? >rc
	stty -g >after
	E2
	script -qfc "sh twice.sh" /dev/null </dev/null >screen 2>&1 &
	tap_pids="$tap_pids $!"
	wait_for "the prompt" grep -q 'press space' twice.err
	kill -INT "$(cat pid)"
	wait_for "the end of the capture" grep -q captured twice.err
	kill -INT "$(cat pid)"
	wait $!
	exec 7>&-
	is "INT twice: exit 130" "$(cat rc)" 130
	same "and the terminal is as it was" after before
fi
tap_done
