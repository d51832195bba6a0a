# gl-tool: declarations, answers of every kind, the ledger, the environment.
. "$(dirname "$0")/../tap.sh"

tool() { # NAME: the script on standard input, declared plainly
	{ echo '#!/bin/sh'; cat; } >"tools/$1"
	chmod +x "tools/$1"
	[ -f "tools/$1.json" ] || echo '{"description": "x"}' >"tools/$1.json"
}
call() { # ID NAME ARGS
	printf '{"type":"tool_call","id":"%s","name":"%s","args":%s}\n' "$@"
}
# A redirection of a function's call would be opened here, and wait.
tool_bg() { # OPTIONS: reads in.fifo, which descriptor 5 then writes
	gl-tool --grace 100ms "$@" <in.fifo >out 2>err &
	bg_pid=$!; tap_pids="$tap_pids $bg_pid"
	exec 5>in.fifo
}
response() { # ID: of the answers in out
	jq -c "select(.type == \"tool_response\" and .id == \"$1\").response" out
}

mkdir tools
echo cat | tool echo
echo 'echo "two words "; echo' | tool text
echo 'echo broken >&2; exit 3' | tool fails
echo 'kill -9 $$' | tool dies
echo 'exec >&-' | tool silent
printf 'printf "a\\377b"' | tool binary
echo 'echo "{\"a\": 1"' | tool partial
echo 'echo "{\"a\": 1} and more"' | tool trailing
echo 'yes' | tool endless
echo 'echo "$# $GL_TOOL_NAME $GL_CALL_ID ${SECRET-none} ${WANTED-none}"' |
    tool env
echo 'exec sleep 1000' | tool sleeper
echo '{"description":"x","timeout":"200ms"}' >tools/sleeper.json
echo 'x' >tools/notes.txt
echo '#!/bin/sh' >tools/.hidden; chmod +x tools/.hidden

{
	call 1 echo '{"n":12345678901234567890,"s":"\u00e9 \"q\"","l":[1,{}]}'
	echo '{"type":"strange","bytes":4}'
	printf 'a\nb{{"type":"tool_response","id":"zz"}\n'
	call 2 text '{}'; call 3 fails '{}'; call 4 dies '{}'
	call 5 silent '{}'; call 6 binary '{}'; call 7 partial '{}'
	call 8 trailing '{}'; call 9 endless '{}'; call 10 env '{}'
	call 11 sleeper '{}'; call 12 nobody '{}'; call 13 echo '[1]'
	call 14 echo '"x"'; call 15 ../tools/echo '{}'; call 16 -rf '{}'
	echo '{"type":"tool_call","name":"text"}'
} >in
SECRET=s WANTED=w run 0 gl-tool -d tools --env WANTED --grace 100ms -o answers <in
same "the stream is passed on byte for byte" out in
mv answers out
is "arguments whole, digit for digit" "$(grep '"id":"1"' out)" \
    '{"type":"tool_response","id":"1","name":"echo","response":{"n":12345678901234567890,"s":"é \"q\"","l":[1,{}]}}'
is "text" "$(response 2)" '{"result":"two words"}'
is "an exit status" "$(response 3)" '{"error":"exit status 3: broken"}'
is "a signal" "$(response 4)" '{"error":"killed by signal 9"}'
is "nothing printed" "$(response 5)" '{"result":""}'
is "invalid UTF-8" "$(response 6)" '{"error":"the tool printed invalid UTF-8"}'
is "half an object" "$(response 7 | cut -c 1-30)" '{"error":"the tool printed som'
is "an object and more" "$(response 8 | cut -c 1-30)" '{"error":"the tool printed som'
is "endless output" "$(response 9)" \
    '{"error":"more than 262144 bytes of output"}'
is "environment and arguments" "$(response 10)" '{"result":"0 env 10 none w"}'
is "a time limit of its own" "$(response 11)" '{"error":"no answer within 0.2 s"}'
is "an unknown name" "$(response 12)" '{"error":"no such tool"}'
is "arguments that are an array" "$(response 13)" \
    '{"error":"the arguments are not an object"}'
is "arguments that are a text" "$(response 14)" \
    '{"error":"the arguments are not an object"}'
is "a path is not a name" "$(response 15)" '{"error":"no such tool"}'
is "an option is not a name" "$(response 16)" '{"error":"no such tool"}'
is "no id, no arguments" "$(jq -c 'select(.id == null)' out)" \
    '{"type":"tool_response","name":"text","response":{"result":"two words"}}'
is "each answered once" "$(jq -r .id out | sort | uniq -d)" ''
is "all answered" "$(wc -l <out | tr -d ' ')" 17

# cancellation: the group goes, no answer comes, the others are not touched
cat >tools/nest <<'EOF'
#!/bin/sh
trap '' TERM
(setsid sleep 777 &)
sleep 776 &
echo started >"$(cat | tr -dc a-z)"
wait
EOF
chmod +x tools/nest; echo '{"description":"x"}' >tools/nest.json
mkfifo in.fifo
tool_bg -d tools -o /dev/fd/4 --log calls.log 4>answers
call 1 nest '"x"' | sed 's/"x"/{"f":"up"}/' >&5
wait_for "the tool is running" test -s fup
echo '{"type":"tool_cancel","ids":["1","nobody"]}' >&5
call 2 text '{}' >&5
exec 5>&-
wait "$bg_pid"; is "exit" $? 0
is "only the other call is answered" "$(jq -c '[.id,.response.result]' answers)" \
    '["2","two words"]'
is "no process is left" "$(pgrep -f 'sleep 77[67]' | wc -l | tr -d ' ')" 0
is "the log" "$(jq -r '.event + " " + .name' calls.log | sort | tr '\n' ,)" \
    'answer text,call nest,call text,cancel nest,'

# the conversation is over: open calls are nobody's
call 3 nest '{"f":"again"}' >in; echo '{"type":"end","reason":"closed"}' >>in
run 0 gl-tool -d tools --grace 100ms -o answers <in
is "after the end no answer" "$(cat answers)" ''
is "and no process" "$(pgrep -f 'sleep 77[67]' | wc -l | tr -d ' ')" 0

# an open id used again, an open call told twice
cat >tools/once <<'EOF'
#!/bin/sh
read -r args; echo "$args" >>runs; read -r go <go; echo "$go"
EOF
chmod +x tools/once; echo '{"description":"x"}' >tools/once.json; mkfifo go
tool_bg -d tools -o /dev/fd/4 4>answers
call 7 once '{"a":1}' >&5; call 7 once '{"a":1}' >&5
wait_for "it runs" test -s runs
call 7 text '{}' >&5
exec 5>&-
wait "$bg_pid"
is "an open call told twice runs once" "$(cat runs)" '{"a":1}'
is "the newer use of the id is answered" "$(jq -c '[.id,.name]' answers)" \
    '["7","text"]'

# input that is not a stream: said, after what came before was used
{ call 1 text '{}'; echo 'nonsense'; } >in
run 65 gl-tool -d tools -o answers <in
like "the place is named" err 'standard input: .*byte'
run 64 gl-tool --limit cpu=x
run 66 gl-tool -d /nonexistent
run 64 gl-tool operand
tap_done
