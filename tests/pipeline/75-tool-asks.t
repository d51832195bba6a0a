# Asking first, answers ahead of the result, parts, tools read anew, signals, and
# a result that outlives a rotation.
. "$(dirname "$0")/../tap.sh"
left() { grep -lzsxF "MARK=$TMP" /proc/[0-9]*/environ | wc -l | tr -d ' '; }
tool() { # NAME: the script on standard input
	{ echo '#!/bin/sh'; cat; } >"tools/$1"
	chmod +x "tools/$1"
	[ -f "tools/$1.json" ] || echo '{"description": "x"}' >"tools/$1.json"
}
call() { # ID NAME [ARGS]
	printf '{"type":"tool_call","id":"%s","name":"%s","args":%s}\n' "$1" \
	    "$2" "${3:-{\}}"
}
response() { jq -c "select(.id == \"$1\").response" answers; }
answered() { jq -e "select(.id == \"$1\")" answers >found; [ -s found ]; }
tool_bg() { # OPTIONS: reads in.fifo, which descriptor 5 then writes
	rm -f answers
	MARK=$TMP gl-tool --env MARK -d tools "$@" -o /dev/fd/4 <in.fifo >out 2>err 4>answers &
	bg_pid=$!; tap_pids="$tap_pids $bg_pid"
	exec 5>in.fifo
}
mkfifo in.fifo
mkdir tools
echo 'exec cat' | tool echo
echo 'echo touched >>ran; echo ran' | tool wipe
echo '{"description":"x","confirm":true}' >tools/wipe.json

# --confirm-program
cat >allow <<'END'
#!/bin/sh
read -r args
echo "$1 $args" >>asked
case $args in *yes*) exit 0 ;; *never*) exec sleep 1000 ;; esac
exit 1
END
chmod +x allow
{ call 1 wipe '{"a":"yes"}'; call 2 wipe '{"a":"no"}'; call 3 echo '{"a":"yes"}'
  call 4 other; } >in
echo 'echo ran' | tool other
run 0 gl-tool -d tools --confirm 'echo' --confirm-program ./allow -o answers <in
is "allowed" "$(response 1)" '{"result":"ran"}'
is "not allowed" "$(response 2)" '{"error":"the user does not allow this call"}'
is "named by the option" "$(response 3)" '{"a":"yes"}'
is "not asked" "$(response 4)" '{"result":"ran"}'
is "ran once" "$(cat ran)" touched
is "what was asked" "$(sort asked | tr '\n' ,)" \
    'echo {"a":"yes"},wipe {"a":"no"},wipe {"a":"yes"},'
tool_bg --confirm '*' --confirm-program ./allow --grace 100ms
call 5 other '{"a":"never"}' >&5
wait_for "the question" grep -q never asked
echo '{"type":"tool_cancel","ids":["5"]}' >&5
call 6 other '{"a":"yes"}' >&5; exec 5>&-
wait "$bg_pid"; is "exit" $? 0
is "a cancelled question" "$(jq -r .id answers)" 6
is "no process is left" "$(left)" 0
rm ran
run 0 gl-tool -d tools --confirm-program ./nowhere -o answers <in
like "nobody could be asked" answers 'the user could not be asked'
ok "so it did not run" [ ! -e ran ]

# on the terminal; without one nothing is allowed
if command -v setsid >/dev/null; then
	run 0 setsid -w gl-tool -d tools -o answers <in
	is "no terminal, no" "$(response 1)" \
	    '{"error":"the user does not allow this call"}'
	like "and why" err 'there is no terminal to ask on'
fi
cat >terminal.py <<'END'
import os, pty, select, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.dup2(0, 9)  # the terminal stays open until gl-tool opens it
    os.dup2(os.open('in', os.O_RDONLY), 0)
    os.dup2(os.open('out', os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
    os.dup2(os.open('err', os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
    os.execvp('gl-tool', ['gl-tool', '-d', 'tools', '-o', 'answers',
                          '--confirm', 'echo'])
replies = [r.encode() for r in sys.argv[1:]]
seen, asked, limit = b'', 0, time.time() + 20
while time.time() < limit:
    if not select.select([fd], [], [], 1)[0]:
        continue
    try:
        data = os.read(fd, 4096)
    except OSError:
        break
    if not data:
        break
    seen += data
    while seen.count(b'[y/N] ') > asked and replies:
        os.write(fd, replies.pop(0))
        asked += 1
print(seen.decode().replace('\r', ''))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
{ call 1 wipe '{"a":"\u009b\u007f\u001b[2J"}'; call 2 wipe; call 3 echo; call 4 other; } >in
on_terminal() {
rm -f ran
timeout 30 python3 terminal.py 'y
' 'no
' ' Yes
' >seen; is "on a terminal" $? 0
like "the question" seen \
    '^gl-tool: wipe a="\\u\{9b\}\\x7f\\x1b\[2J"\? \[y/N\] '
is "no control characters of the model's" "$(tr -dc '\033\177\233' <seen | wc -c | tr -d ' ')" 0
is "three were asked" "$(grep -o 'gl-tool: [a-z]*' seen | tr '\n' ,)" \
    'gl-tool: wipe,gl-tool: wipe,gl-tool: echo,'
is "yes" "$(response 1)" '{"result":"ran"}'
is "no" "$(response 2)" '{"error":"the user does not allow this call"}'
is "Yes" "$(response 3)" '{}'
timeout 30 python3 terminal.py 'y
y
y' 'n
' 'n
' >seen; is "typed ahead" $? 0
is "yes" "$(response 1)" '{"result":"ran"}'
is "what was typed before a question is not an answer to it" \
    "$(response 2; response 3)" '{"error":"the user does not allow this call"}
{"error":"the user does not allow this call"}'
}
if terminals 'questions on the terminal'; then on_terminal; fi

# --ack: an answer at once, the result as a turn
cat >go.json <<'END'
{"description":"x","ack":true}
END
mkfifo go; echo 'read -r x <go; echo "here it is: $x"' | tool wait
tool_bg --ack wait
call 1 wait >&5
wait_for "the answer at once" answered 1
echo now >go
exec 5>&-; wait "$bg_pid"
is "that the work goes on" "$(response 1)" \
    '{"result":"The work goes on; its result will follow by itself."}'
is "the result is a turn" "$(tail -1 answers)" \
    '{"type":"turn","role":"user","text":"[Result of the tool wait, call 1] {\"result\":\"here it is: now\"}","complete":true}'
is "two records" "$(wc -l <answers)" 2

# NON_BLOCKING: each line a part, within 50 ms and not at the end
echo '{"description":"x","behavior":"NON_BLOCKING","scheduling":"INTERRUPT"}' \
    >tools/parts.json
echo 'echo one; read -r x <go; echo "{\"two\":2}"; echo; echo three' | tool parts
tool_bg --log log
call 1 parts >&5
wait_for "the first part" answered 1
echo go >go
exec 5>&-; wait "$bg_pid"
is "parts in order" "$(jq -c '[.response, .scheduling, .will_continue]' answers |
    tr '\n' ' ')" '[{"result":"one"},"INTERRUPT",true] [{"two":2},"INTERRUPT",true] [{"result":"three"},"INTERRUPT",null] '
echo 'echo one; sleep 0.2; exit 0' | tool parts
echo 'echo one; sleep 0.2; echo no >&2; exit 1' | tool fails
cp tools/parts.json tools/fails.json
{ call 1 parts; call 2 fails; } >in
run 0 gl-tool -d tools -o answers <in
is "nothing after the last part ends it in silence" "$(jq -c \
    'select(.id == "1") | [.response, .scheduling, .will_continue]' answers |
    tail -1)" '[{},"SILENT",null]'
is "a failure after a part is one" "$(response 2 | tail -1)" \
    '{"error":"exit status 1: no"}'

# HUP: read anew, told to the session
tool_bg --confirm wipe
call 1 fresh >&5; wait_for "an answer" answered 1
is "not there yet" "$(response 1)" '{"error":"no such tool"}'
echo 'echo fresh' | tool fresh; rm tools/wipe tools/wipe.json
kill -HUP "$bg_pid"
wait_for "the new list" grep -q '"type":"context"' answers
call 2 fresh >&5; call 3 wipe >&5
exec 5>&-; wait "$bg_pid"
is "it is in the list" "$(jq -c 'select(.type == "context").tools[0] |
    [.functionDeclarations[].name]' answers)" \
    '["echo","fails","fresh","other","parts","wait"]'
is "and can be called" "$(response 2)" '{"result":"fresh"}'
is "what is gone cannot" "$(response 3)" '{"error":"no such tool"}'
like "and its name under --confirm is told" err \
    '^gl-tool: --confirm wipe: no tool has this name; there are echo, fails, fresh, '
gl-tool -d tools --declare >tools.json
run 0 env GEMINI_API_KEY=x gl-session --check --model gemini-3.8-live -T tools.json
like "gl-session takes the list" out 'no fault found'

# an id that is used again: the place of the older call is free at once, also
# while the user is asked about the newer one
mkfifo may
printf '#!/bin/sh\nread -r line <may\n' >later; chmod +x later
rm -f mcp.log
tool_bg -j 1 --confirm echo --confirm-program ./later \
    --mcp "python3 '$TOP/tests/peer/mcp.py' mcp.log"
call again hang >&5
wait_for "the older call" grep -q '"name": *"hang"' mcp.log
call next other >&5
call again echo >&5
wait_for "the next call has its place" answered next
ok "and the newer one waits for its yes" [ -z "$(response again)" ]
echo yes >may
wait_for "then it is answered" answered again
exec 5>&-; wait "$bg_pid"

# what ends in the background is no zombie while another call runs
echo 'sleep 1000' | tool long
printf '%s\n' 'sleep 77 >/dev/null &' 'sleep 77 >/dev/null &' 'echo ok' |
    tool two
tool_bg
call long long >&5
for i in 1 2 3 4 5 6 7 8 9; do call b$i two >&5; done
for i in 1 2 3 4 5 6 7 8 9; do wait_for "answer $i" answered b$i; done
none() { [ -z "$(ps -o stat= --ppid "$bg_pid" | grep '^Z')" ]; }
wait_for "no zombies" none
ok "no zombie is left" none
exec 5>&-; kill "$bg_pid"; wait "$bg_pid"
rm tools/long tools/two

# signals: everything goes, at once
tool stubborn <<'END'
trap '' TERM
(setsid sleep 1000 &)
echo up >up
sleep 1000; sleep 1000
END
tool_bg
call 1 stubborn >&5; wait_for "it runs" test -s up
kill "$bg_pid"; wait "$bg_pid"; is "TERM" $? 143
exec 5>&-
is "no process is left" "$(left)" 0
rm up; tool_bg
call 1 stubborn >&5; wait_for "it runs" test -s up
kill "$bg_pid"; exec 5>&-
kill -TERM "$bg_pid"; wait "$bg_pid"; ok "another signal" [ $? -gt 128 ]
is "no process is left" "$(left)" 0
cat >tools/describes <<'END'
#!/bin/sh
exec sleep 1000
END
chmod +x tools/describes
MARK=$TMP gl-tool -d tools --env MARK --declare >out 2>err & bg_pid=$!
wait_for "it is asked" pgrep -x sleep -P "$bg_pid"
kill "$bg_pid"; wait "$bg_pid"; is "TERM while declaring" $? 143
is "no process is left" "$(left)" 0
# HUP while it ends, here a server that takes its time: nothing is read anew
cat >tools/describes <<'END'
#!/bin/sh
[ ! -e ending ] || touch anew
echo '{"description": "x"}'
END
echo "trap '' TERM; python3 '$TOP/tests/peer/mcp.py' log; touch ending
exec sleep 1000" >server
tool_bg --mcp 'sh server'
exec 5>&-
wait_for "it ends" test -e ending
kill -HUP "$bg_pid"; wait "$bg_pid"
is "HUP at the end" $? 0
ok "reads no tools" [ ! -e anew ]
rm tools/describes

# answers that nobody reads do not keep it for ever
mkfifo unread; call 1 echo >in
run 0 gl-tool -d tools -o unread <in
like "it is told" err 'nobody reads the answers: [0-9]* bytes'
# the time in which it was stopped is not theirs
call 1 echo "{\"a\":\"$(head -c 100000 /dev/zero | tr '\0' a)\"}" >in
gl-tool -d tools -o unread <in 2>err &
bg_pid=$!; tap_pids="$tap_pids $bg_pid"
{ dd bs=1 count=1 of=first 2>/dev/null; until [ -e go ]; do sleep 0.05; done; cat; } \
    <unread >rest & reader=$!
wait_for "a pipe full is written" test -s first
kill -STOP "$bg_pid"; sleep 2.2; kill -CONT "$bg_pid"; touch go
wait "$bg_pid"; is "stopped for longer than it waits" "$? $(cat err)" '0 '
wait "$reader"
is "the answer is read" "$(cat first rest | jq -r .type)" tool_response

# of lists of tools that wait with the answers there is the newest
gl-tool -d tools --log log2 -o unread <in.fifo >out 2>err &
bg_pid=$!; tap_pids="$tap_pids $bg_pid"
exec 5>in.fifo
call 0 t1 >&5; wait_for "it runs" test -s log2
for i in 1 2 3 4; do
	echo 'echo here' | tool t$i
	kill -HUP "$bg_pid"
	called() {
		call "$i" t$i >&5
		grep -q '"event":"answer","name":"t'$i'"' log2
	}
	wait_for "tool $i" called
done
cat unread >late 5>&- & tap_pids="$tap_pids $!"; reader=$!
exec 5>&-; wait "$bg_pid"; is "exit" $? 0
wait "$reader"
is "the first and the newest list" "$(jq -c 'select(.type == "context").tools[0] |
    [.functionDeclarations[].name | select(startswith("t"))]' late | tr '\n' ' ')" \
    '["t1"] ["t1","t2","t3","t4"] '
is "the answers all the same" "$(jq -r 'select(.response.result).name' late |
    sort -u | tr '\n' ' ')" 't1 t2 t3 t4 '
rm tools/t[1-4]*
echo 'printf %0999000d 0' | tool big
i=0; while [ $((i += 1)) -le 75 ]; do call $i big; done >in
run 0 gl-tool -d tools --max-calls 0 --max-output 1000000 -o unread <in
is "that they are dropped is told once" "$(grep -c 'are dropped$' err)" 1
rm tools/big*

# a call, then the connection goes: the result finds the next one
echo 'read -r x <go; echo "{\"late\":true}"' | tool wait
echo '{"on":"turn","nth":1,"conn":1,"do":"call","calls":[{"name":"wait"}]}
{"on":"call","conn":1,"do":"go_away","ms":300}' >rules
emulator --log emulog -s rules --speed 10
mkfifo user loop
gl-tool -d tools --declare >tools.json
gl-session -t -f stream -T tools.json -i loop <user 2>session.err |
    gl-tool -d tools -o loop >call.gl & tap_pids="$tap_pids $!"; pipe=$!
exec 6>user
echo question >&6
wait_for "the call" grep -qa '"type":"tool_call"' call.gl
wait_for "the next connection" grep -qa '"type":"reconnected"' call.gl
echo go >go
exec 6>&-
wait "$pipe"; is "exit" $? 0
ok "the result came to the next connection" sh -c \
    'jq -e "select(.conn == 2) | tostring | select(test(\"late\"))" emulog >x; test -s x'

# a stream on standard input may answer, but not what was never declared
echo '{"on":"turn","nth":1,"do":"call","calls":[{"name":"nothing"},{"name":"echo"}]}' >rules2
emulator --log emulog2 -s rules2
echo '{"type":"text","text":"go"}' >talk
mkfifo hold; exec 6<>hold
timeout 25 gl-session -f json -T tools.json <hold >said 2>said.err &
tap_pids="$tap_pids $!"
cat talk >&6
wait_for "the refusal" grep -q 'no such function' emulog2
wait_for "the other call" grep -q '"name":"echo"' said
wait_for "what it waits for" grep -q 'only standard input can bring' said.err
echo '{"type":"tool_response","id":"'"$(jq -r 'select(.type == "tool_call" and
    .name == "echo").id' said)"'","name":"echo","response":{"here":1}}' >&6
wait_for "an answer by standard input" grep -q '"here":1' emulog2
exec 6>&-
tap_done
