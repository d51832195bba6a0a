#!/bin/sh
# The examples of examples/jobs on the engines of one host, as they stand: a
# folder of recordings to text, with faults and a quota below what is asked for.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/batch.sh"

cat >faults <<'R'
{"on":"upgrade","p":0.15,"do":"refuse","status":503}
{"on":"audio","p":0.003,"do":"drop"}
R
emulator -s faults --capacity 4 --seed 7 --speed 10
export SLOTS=slots:6 RETRY=2m JOBS=12

recordings 12 x
run 0 sh -c "cd x && '$J/xargs.sh' -q --pace fast"
is 'xargs: all of them' "$(right x)" ' 12 right 12 there '
is 'each once' "$(once x)" ''
is 'nobody waits in vain' "$(jq -r .class x/report.*.jsonl | sort | uniq -c | tr -s ' ')" ' 12 ok'
run 0 sh -c "cd x && '$J/xargs.sh' -q"
is 'a second run does nothing' "$(wc -l <"$(ls x/report.*.jsonl)")" 12

recordings 12 m
run 0 sh -c "cd m && make -k -j 12 -f '$J/batch.mk'"
is 'make: all of them' "$(right m)" ' 12 right 12 there '
is 'each once' "$(once m)" ''
cp m/r5.wav m/r6.wav; cp m/r5.said m/r6.said; touch -d '1 hour' m/r6.wav
run 0 sh -c "cd m && make -j 12 -f '$J/batch.mk'"
is 'what is newer is made again' "$(right m)" ' 12 right 12 there '
is 'and nothing else' "$(cat m/report.*.jsonl | wc -l)" 13
echo text >m/bad.wav
run 2 sh -c "cd m && make -k -j 12 -f '$J/batch.mk'"
ok 'a failure leaves no output' [ ! -e m/bad.txt ]

recordings 12 p
echo text >p/bad.wav
run 1 sh -c "cd p && '$J/parallel.sh'"
is 'parallel: all but the one that cannot be' "$(right p)" ' 12 right 12 there '
is 'the log has its code' "$(awk '$7 != 0 && NR > 1 { print $7 }' p/log)" \
    "$(jq 'select(.exit != 0).exit' p/report.*.jsonl)"
cp p/r1.wav p/bad.wav
run 0 sh -c "cd p && '$J/parallel.sh'"
is 'a second run does what failed' "$(cat p/bad.txt)" "$(cat p/r1.said)"
is 'and only that' "$(cat p/report.*.jsonl | wc -l)" 14

# nothing to do, or not enough said
mkdir none
for e in xargs.sh parallel.sh; do
	run 66 sh -c "cd none && '$J/$e'"
	like "$e: what was looked for" err '\*\.wav'
done
is 'and nothing was begun' "$(ls none)" ''
run 64 "$J/job" x
run 66 "$J/job" nosuch.wav x --transcribe
like 'the input by its name' err 'nosuch.wav'
run 66 sh "$J/slurm.sh"
like 'what it wants' err 'sbatch --array'

# the line of cron, by the shell that cron takes, at home
recordings 3 home/recordings
echo key >home/gemini.key; chmod 600 home/gemini.key
mkdir -p inst/share/doc/gl && ln -s "$TOP/examples" inst/share/doc/gl/examples
line=$(sed -n 's/^30 2 \* \* \* //p' "$J/crontab" |
    sed "s|/usr/local/|$TMP/inst/|")
ok 'cron: its line is there' [ -n "$line" ]
run 0 env -i HOME="$TMP/home" PATH="$PATH" SLOTS=slots:2 \
    GL_EMULATOR_HOST="$GL_EMULATOR_HOST" sh -c "cd && $line"
is 'and does its work' "$(right home/recordings)" ' 3 right 3 there '
is 'without a word' "$(cat out err)" ''

# units, as installed
if command -v systemd-analyze >/dev/null; then
	make -s -C "$TOP" B="$B" DESTDIR="$TMP/root" PREFIX=/usr/local install
	export XDG_RUNTIME_DIR=$TMP/run MANPATH=$TMP/root/usr/local/share/man
	mkdir -p "$XDG_RUNTIME_DIR"
	for u in gl-kiosk.service gl-nightly.service gl-nightly.timer; do
		sed "s|/usr/local/|$TMP/root/usr/local/|" \
		    "$TMP/root/usr/local/lib/systemd/user/$u" >"$u"
	done
	run 0 systemd-analyze --user verify ./gl-kiosk.service \
	    ./gl-nightly.service ./gl-nightly.timer
	is 'the units verify without a word' "$(cat err)" ''
	sed 's/^Exec.*/Exec=x/' gl-kiosk.service >gl-bad.service
	run 1 systemd-analyze --user verify ./gl-bad.service
else
	skip 'the units verify' 'no systemd-analyze here'
fi
tap_done
