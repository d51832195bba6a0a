# gl-mic under trouble: a reader that is stopped for ten seconds, a device that
# vanishes, sleeps or overruns.  Capture goes on, and what is lost is told in
# milliseconds that fit the sound.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"

# 30 s of the counter signal
tool turns 1 20000 | tool payload audio >in.raw
device default "in $TMP/in.raw times $TMP/times speed 10"

# lost FILE: the ms of its lost records
lost() { sed -n 's/.*"lost".*"ms":\([0-9]*\).*/\1/p' "$1" |
    awk '{ n += $1 } END { print n + 0 }'; }

# sounds FILE: it has got more than its start, which is there before the device
# runs
sounds() { [ "$(wc -c <"$1")" -gt 500 ]; }

# The reader is stopped while the device gives ten seconds and more: the pipe
# fills, then the backlog of one second, then the oldest sound goes.
mkfifo pipe
: >err
gl-mic --backlog 1s -d 20 -v >pipe 2>err &
mic=$!
cat <pipe >out.gl &
cat=$!
tap_pids="$tap_pids $mic $cat"
wait_for "sound" sounds out.gl
kill -STOP $cat
wait_for "the end of the capture" grep -q '20.0 s captured' err
kill -CONT $cat
wait $mic $cat
tool heads <out.gl >heads
tool payload audio <out.gl >out.raw
ms=$(lost heads)
ok "sound was lost ($ms ms)" [ "$ms" -gt 5000 ]
is "what came and what was lost make 20 s" \
    "$(($(frames out.raw) / 16 + ms))" 20000
like "the loss is said" err \
    "the reader was too slow: $ms ms of sound dropped"
# the samples skip exactly where the record stands, by what it says
is "the sound has one gap" "$(samples out.raw |
    awk 'NR > 1 { d = ($1 - last + 65536) % 65536; if (d != 1 && d != 2) n++ }
	{ last = $1 } END { print n + 0 }')" 1
sed -n '/"lost"/{n;p;}' heads >after
t=$(sed -n 's/.*"t":\([0-9]*\).*/\1/p' after)
from=$(sed -n 's/.*"lost","t":\([0-9]*\).*/\1/p' heads)
is "and time goes on behind it" $((t - from)) "$ms"

# raw PCM: the same without a record
rm -f pipe; mkfifo pipe
gl-mic -r --backlog 200ms -d 10 >pipe 2>err &
mic=$!
{ head -c 3200 >first; sleep 0.9; cat >rest; } <pipe
wait $mic
ms=$(sed -n 's/.*slow: \([0-9]*\) ms.*/\1/p' err | awk '{ n += $1 } END { print n + 0 }')
is "raw PCM: what came and what was lost make 10 s" \
    "$((($(frames first) + $(frames rest)) / 16 + ms))" 10000

# ENODEV and back
device n "in $TMP/in.raw pos $TMP/pos speed 10 gone $TMP/gone fault nodev fault_at 20000"
: >err
gl-mic -D n -v >n.gl 2>err &
mic=$!
tap_pids="$tap_pids $mic"
wait_for "its going" grep -q 'trying for 30 s' err
rm gone
wait_for "its return" grep -q 'sound lost (device)' err
n=$(wc -c <n.gl)
wait_for "more sound" sh -c "[ \$(wc -c <n.gl) -gt $((n + 10000)) ]"
kill -INT $mic; wait $mic
tool heads <n.gl >heads
tool payload audio <n.gl >out.raw
like "ENODEV: the gap is told" heads '"lost".*"reason":"device"'
is "ENODEV: not a sample more is lost than the device held back" \
    "$(samples out.raw | awk 'NR > 1 { d = ($1 - last + 65536) % 65536
	if (d > 2 && (d < 1 || d > 5000)) n++ } { last = $1 } END { print n + 0 }')" 0
is "ENODEV: t tells the gap" "$(sed -n 's/.*"t":\([0-9]*\),"bytes".*/\1/p' heads |
    awk -v ms="$(lost heads)" 'NR > 1 && $1 - last > 20 { print ($1 - last - 20 - ms)^2 <= 4 }
	{ last = $1 }')" 1

# for good
device dead "in $TMP/in.raw speed 10 gone $TMP/dead fault nodev fault_at 20000"
gl-mic --reopen 0.3 -D dead >dead.gl 2>err
is "ENODEV for good: exit 74" $? 74
is "and two sentences" "$(cat err)" \
    "gl-mic: dead: the device is gone; trying for 0.3 s
gl-mic: dead: no such sound device (-l lists them)"
ok "what was captured is there" [ "$(tool payload audio <dead.gl | wc -c)" -ge 30000 ]

# sleep, with and without its buffer
for keep in 0 1; do
	rm -f asleep
	device "s$keep" "in $TMP/in.raw speed 10 suspend $TMP/asleep noresume $keep fault suspend fault_at 20000"
	: >err
	gl-mic -D "s$keep" -v -d 4 >s.gl 2>err &
	mic=$!
	tap_pids="$tap_pids $mic"
	wait_for "its sleep" grep -q 'suspended' err
	rm asleep
	wait $mic
	is "ESTRPIPE (noresume $keep): it ends in order" $? 0
	like "ESTRPIPE (noresume $keep): awake again" err 'is awake'
	tool payload audio <s.gl >out.raw
	is "ESTRPIPE (noresume $keep): 4 s" "$(frames out.raw)" 64000
done

# an overrun is repaired and told
device over "in $TMP/in.raw times $TMP/over fault xrun fault_at 8000"
run 0 gl-mic -D over -d 1
like "it happened" over '^xrun'
like "an overrun is said" err 'sound lost \(overrun\)'
like "and told" out '"lost".*"reason":"overrun"'

# Ctrl-Z for longer than a device may be without sound: the sound was there
: >err
gl-mic --reopen 300ms >stopped.gl 2>err &
mic=$!
tap_pids="$tap_pids $mic"
wait_for "sound" sounds stopped.gl
kill -STOP $mic
sleep 1			# what is tried is just that it lasts
kill -CONT $mic
wait_for "what was lost" grep -q 'sound lost (overrun)' err
kill -INT $mic; wait $mic
is "stopped and continued: it goes on" $? 130
unlike "and blames nothing on the device" err 'no sound'
tap_done
