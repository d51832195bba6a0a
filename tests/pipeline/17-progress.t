#!/bin/sh
# How far long work has come: a row on a terminal, lines of JSON by --progress,
# nothing else; the row never stands in what others print.
. "$(dirname "$0")/../tap.sh"

emulator --speed 20
sox -D -n -r 16000 -b 16 -c 1 q.wav synth 4 sine 300
run 0 gl-session --progress --record call.gl <q.wav
grep '^{' err >lines
last=$(tail -1 lines)
is "a last line says that all is sent" \
    "$(echo "$last" | jq -c '[.type,.bytes == .size,.at_ms,.done]')" \
    '["progress",true,4000,true]'
run 0 gl-conv --progress -o call.html call.gl
is "gl-conv: by bytes" "$(tail -1 err | jq -c '[.type,.bytes == .size,.done]')" \
    '["progress",true,true]'
run 0 gl-conv --progress -t table call.gl call.gl
is "... of several files the how many-th" \
    "$(tail -1 err | jq -c '[.file,.files]')" '[2,2]'
gl-session --progress <q.wav 2>err | gl-conv --progress 2>err2 >/dev/null
is "of a pipe nobody knows the end" "$(tail -1 err2 | jq -c '.size')" null
run 0 gl-session <q.wav
is "without a terminal nothing is said" "$(cat err)" ""

if terminals "a terminal"; then
	tty() { TERM=xterm timeout 20 script -qec "$1" /dev/null </dev/null \
	    >out; }
	tty 'gl-session --pace 1 <q.wav >/dev/null'
	like "a row on a terminal" out \
	    "$(printf '\r')0:0[1-4] of 0:0[2-4] \([0-9]+%\), [01]\.[0-9]x, 0:0[0-9] left"
	# nothing of it is left: the last thing drawn there is blank
	tr '\r' '\n' <out >rows
	is "... that goes at the end" "$(tail -1 rows | tr -d ' \n')" ""
	grep -a 'left.*user:\|user:.*left' rows >mixed
	is "... and never stands in a caption" "$(cat mixed)" ""
	tty 'gl-session -q --pace 1.5 <q.wav >/dev/null'
	unlike "none with -q" out ' left'
	tty 'gl-session -f text --pace 1.5 <q.wav'
	unlike "none beside text on the same terminal" out ' left'
fi
tap_done
