# A full disk, damaged input, a terminal: said, with a code of its own, and never
# at the price of what came before.
. "$(dirname "$0")/../tap.sh"

call() { # ID NAME
	printf '{"type":"tool_call","id":"%s","name":"%s","args":{}}\n' "$@"
}
mkdir tools
printf '#!/bin/sh\necho 5\n' >tools/num
printf '#!/bin/sh\nsleep 0.2; echo 6\n' >tools/late
printf '#!/bin/sh\nexec sleep 1000\n' >tools/never
chmod +x tools/*
for t in num late never; do echo '{"description":"x"}' >tools/$t.json; done

# what cannot be written
call 1 num >in
run 74 gl-tool -d tools -o /dev/full <in
like "a full disk under -o is said" err \
    '^gl-tool: /dev/full: No space left on device$'
same "the stream is passed on" out in
{ call 1 num; call 2 never; } >in
run 74 gl-tool -d tools -o /dev/full <in
is "once, and nobody waits for the other call" "$(wc -l <err | tr -d ' ')" 1
call 1 num >in
run 74 gl-tool -d tools -o answers --log /dev/full <in
like "the log is named" err '^gl-tool: /dev/full: No space left on device$'
is "and the call is answered" "$(jq -c .response answers)" '{"result":"5"}'
call 1 late >in
run 74 sh -c 'gl-tool -d tools <in >/dev/full'
like "standard output is full" err '^gl-tool: standard output: No space left'
mkfifo slow
gl-tool -d tools -o answers <in 2>err >slow & bg_pid=$!
head -c 1 <slow >first
wait "$bg_pid"
is "a reader that leaves ends it quietly" "$?$(cat err)" 0

# damage: the calls before it are answered
{ call 1 num; call 2 late; } >good
{ cat good; echo '{"foo":1}'; } >in
run 65 gl-tool -d tools -o answers <in
like "no record" err '^gl-tool: standard input: record 3 at byte '
same "what came before is passed on" out good
is "and answered" "$(jq -c '[.id,.response.result]' answers | sort | tr '\n' ' ')" \
    '["1","5"] ["2","6"] '
{ cat good; printf '{"type":"audio","bytes":10}\nabc'; } >in
run 65 gl-tool -d tools -o answers <in
like "a record cut off" err 'ends after 3 of 10 payload bytes'
is "what came before is answered" "$(jq -c .id answers | sort | tr '\n' ' ')" \
    '"1" "2" '
{ cat good; printf '{"type":"aud'; } >in
run 65 gl-tool -d tools <in
is "a head cut off, answers on standard output" \
    "$(jq -c 'select(.response).id' out | sort | tr '\n' ' ')" '"1" "2" '
run 0 gl-tool -d tools -o - <good
is "-o - is standard output" "$(jq -c 'select(.response).id' out | sort | tr '\n' ' ')" \
    '"1" "2" '

# a terminal gets records, but never sound
if terminals "sound and calls at a terminal"; then
	{ cat good; printf '{"type":"audio","rate":24000,"bytes":4}\n\001\002XY'; } >in
	run 64 script -qec 'gl-tool -d tools -o answers <in' /dev/null
	like "sound is not for a terminal" out 'sound is not for a terminal'
	unlike "and does not come there" out 'XY|"audio"'
	is "what came before is answered" "$(jq -c .id answers | sort | tr '\n' ' ')" \
	    '"1" "2" '
	run 0 script -qec 'gl-tool -d tools <good' /dev/null
	like "a call tried at a terminal" out '"result":"5"'
	run 0 script -qec 'gl-tool -d tools --declare' /dev/null
	like "declarations at a terminal" out '"num"'
	run 0 script -qec 'gl-tool -d tools -o answers <in >passed' /dev/null
	same "a file is none" passed in
fi
# TERM while a slow reader has half a record: the rest of it follows, and what
# else was read whole
mkdir whole
printf '#!/bin/sh\n' >whole/one; chmod +x whole/one
echo '{"name":"one"}' >whole/one.json
for i in 1 2 3; do
	printf '{"type":"audio","rate":24000,"bytes":96000}\n'
	head -c 96000 /dev/zero
done >three.gl
record=$(($(wc -c <three.gl) / 3))
mkfifo calls whole.fifo go
exec 7<>whole.fifo 8<>calls 9<>go
# fills the pipe first, reads once told to, and sees its end
sh -c 'read -r line <&9; exec cat' <whole.fifo >got 7>&- 8>&- & reader=$!
gl-tool -d whole <calls >whole.fifo 2>err 7>&- 8>&- & p=$!
tap_pids="$tap_pids $reader $p"
exec 7>&-
bg sh -c 'exec cat three.gl >calls' 8>&-
wait_for 'a full pipe' holds whole.fifo 50000
kill -TERM $p
echo >&9
wait $p
is 'TERM: its exit status' $? 143
wait $reader
n=$(wc -c <got)
ok 'TERM: more than the pipe held is written' [ "$n" -ge $record ]
is 'and all of it whole records' $((n % record)) 0
head -c "$n" three.gl >wanted
same 'as they were read' got wanted
exec 8>&- 9>&-
tap_done
