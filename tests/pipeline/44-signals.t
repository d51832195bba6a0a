#!/bin/sh
# INT, TERM, HUP and USR1, while the conversation runs and before.
. "$(dirname "$0")/../tap.sh"

cat >rules <<'E'
{"on":"turn","match":"long","do":"tone","ms":600000}
E
emulator -s rules
mkfifo hold pcm

# begin OPTIONS: a session that waits for its input; its id in $pid
begin() {
	rm -f out.gl
	gl-session "$@" <hold >out.gl 2>err & pid=$!
	tap_pids="$tap_pids $pid"
	exec 9>hold
	wait_for 'ready' grep -qa '"ready"' out.gl
}

# whether a process catches TERM (bit 14), and ignores HUP (bit 0)
mask() { sed -n "s/^$2:.*\(....\)\$/\1/p" "/proc/$1/status"; }
caught() { [ $((0x$(mask "$1" SigCgt) & 0x4000)) -ne 0 ]; }
ignores_hup() { [ $((0x$(mask "$1" SigIgn) & 1)) -eq 1 ]; }

for s in INT:130 TERM:143 HUP:129; do
	begin
	kill -"${s%:*}" $pid
	wait $pid; is "${s%:*} ends it" $? "${s#*:}"
	exec 9>&-
	like 'in order' out.gl "\"type\":\"end\".*\"exit\":${s#*:}"
	is 'without talk' "$(cat err)" ''
done

# nohup: what was started to outlive the terminal does so, in every program
nohup gl-session <hold >out.gl 2>err & pid=$!
tap_pids="$tap_pids $pid"
exec 9>hold
wait_for 'ready' grep -qa '"ready"' out.gl
kill -HUP $pid
echo '{"type":"text","text":"after"}' >&9
exec 9>&-
wait $pid; is 'HUP under nohup does nothing' $? 0
like 'and the conversation went on' out.gl '"text":"after"'
mkfifo more
exec 7<>more
for p in 'gl-mic -r more' 'gl-play -n more' 'gl-frames more' 'gl-conv more' \
    'gl-emulator'; do
	# shellcheck disable=SC2086 # words
	nohup $p >p.out 2>p.err & pid=$!
	tap_pids="$tap_pids $pid"
	wait_for "${p%% *} is there" caught $pid
	ok "${p%% *} leaves an ignored HUP alone" ignores_hup $pid
	kill -TERM $pid
	wait $pid
done
exec 7<&-

# while the model speaks and nobody reads it
exec 8<>pcm
gl-session -f pcm --trace trace <hold >pcm 2>err & pid=$!
tap_pids="$tap_pids $pid"
exec 9>hold
echo '{"type":"text","text":"long"}' >&9
wait_for 'speech' grep -q modelTurn trace
start=$(date +%s)
kill -TERM $pid
wait $pid; is 'TERM with a reader that does not read' $? 143
ok 'within some seconds' [ $(($(date +%s) - start)) -le 8 ]
exec 9>&- 8<&-

exec 8<>pcm
gl-session -f pcm --trace trace2 <hold >pcm 2>err & pid=$!
tap_pids="$tap_pids $pid"
exec 9>hold
echo '{"type":"text","text":"long"}' >&9
wait_for 'speech' grep -q modelTurn trace2
kill -INT $pid
wait_for 'the first is obeyed' grep -q '"event":"close"' trace2
kill -INT $pid
wait $pid; is 'a second INT ends it at once' $? 130
exec 9>&- 8<&-

# a line about the state
begin
kill -USR1 $pid
wait_for 'the line' [ -s err ]
like 'USR1 tells the state' err '^gl-session: .*turn 0'
kill -0 $pid; is 'and nothing else' $? 0
exec 9>&-
wait $pid; is 'the end of input' $? 0

# before there is a connection
cat >deaf <<'E'
{"on":"upgrade","do":"refuse","status":0}
E
emulator -s deaf
gl-session <hold >early.gl 2>err & pid=$!
tap_pids="$tap_pids $pid"
exec 9>hold
wait_for 'started' grep -qa '"start"' early.gl
kill -TERM $pid
wait $pid; is 'TERM while connecting' $? 143
exec 9>&-
run 69 gl-session --timeout 200ms -q </dev/null
like 'a service that does not answer' err 'within 0.2 s'
tap_done
