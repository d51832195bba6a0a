# Push to talk into a session with manual activity: a hundred utterances, and
# the service hears the first and the last 20 ms of each.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"

# Ten users; each says ten things of 200 ms, 900 ms apart.
utterances >in.raw
mkdir save
emulator --brain tone --tone 200ms --save-audio save

talk() {
	device "mic$1" "in $TMP/in.raw times $TMP/times$1"
	mkfifo "key$1" "said$1"
	gl-session --vad manual <"said$1" >"talk$1.gl" 2>"err$1" &
	sessions="$sessions $!"; tap_pids="$tap_pids $!"
	gl-mic -D "mic$1" --ptt-from "key$1" -d 9.9 >"said$1" 2>"mic$1" &
	tap_pids="$tap_pids $!"
	wait_for "the device's start" grep -q start "times$1"
	tool finger "times$1" 600 200 900 10 1 >"key$1" &
}
sessions=
for r in 0 1 2 3 4 5 6 7 8 9; do talk $r; done
for s in $sessions; do
	wait "$s" || ok "a session ends in order" false
done
cat save/* >all.raw
is "100 utterances, each whole" "$(samples all.raw | uniq -c |
    awk '$2 > 1000 && $1 == 3200 { n++ } $2 > 1000 { m++ } END { print n "/" m }')" \
    100/100
for r in 0 1 2 3 4 5 6 7 8 9; do
	is "user $r: ten turns" \
	    "$(tool heads <"talk$r.gl" | grep -c '"turn_complete"')" 10
done
tap_done
