# gl-session --tools FOLDER runs gl-tool itself.
. "$(dirname "$0")/../tap.sh"
tool() { # NAME: the script on standard input
	{ echo '#!/bin/sh'; cat; } >"tools/$1"
	chmod +x "tools/$1"; echo '{"description": "x"}' >"tools/$1.json"
}
left() { grep -lzsxF "MARK=$TMP" /proc/[0-9]*/environ | wc -l | tr -d ' '; }
mkdir tools
echo 'read -r a; echo "$a" >>ran; echo "{\"here\":true}"' | tool one
echo 'echo $PPID >parent; read -r x <go; echo done' | tool waits
cat >rules <<'END2'
{"on":"turn","nth":1,"do":"call","calls":[{"name":"one","args":{"a":1}}]}
END2
emulator -s rules --log emulog --speed 20
response() { # NAME
	jq -c ".message.toolResponse.functionResponses[0]? |
	    select(.name == \"$1\").response" emulog
}

echo question >in
run 0 gl-session -t -f stream --tools ./tools <in
is "the tool ran once" "$(cat ran)" '{"a":1}'
is "the model got its answer" "$(response one)" '{"here":true}'
is "the reader sees the call once" "$(grep -ac '"type":"tool_call"' out)" 1
is "and no answer" "$(grep -ac '"type":"tool_response"' out)" 0
is "nothing is said" "$(cat err)" ''

# with declarations of a file, options of gl-tool, sound on standard input
printf '[{"googleSearch": {}}]' >more.json
cp "$TOP/examples/question.wav" .
printf '#!/bin/sh\nexit 1\n' >never; chmod +x never; rm ran
run 0 gl-session -T more.json -T tools --tool-args '--confirm one' \
    --tool-args "--confirm-program ./never --log 'a log'" <question.wav
ok "a no is a no" [ ! -e ran ]
like "and is told the model" emulog 'functionResponses.*"error"'
like "an option with a space in its value" 'a log' '"event":"call"'
is "both are declared" "$(jq -c 'select(.kind == "setup").message.setup.tools |
    map(keys[0])' emulog | tail -1)" '["googleSearch","functionDeclarations"]'
run 0 gl-session --tools tools --print-setup
is "--print-setup" "$(jq -c '.setup.tools[0].functionDeclarations |
    map(.name)' out)" '["one","waits"]'

# its death is told, and its calls do not wait
kill "$emu_pid"
echo '{"on":"turn","nth":1,"do":"call","calls":[{"name":"waits"}]}' >rules
emulator -s rules --speed 20
mkfifo go user
MARK=$TMP gl-session -t -f stream --tools tools --tool-args '--env MARK' \
    <user >out 2>err & session=$!; tap_pids="$tap_pids $session"
exec 6>user; cat in >&6
wait_for "the tool runs" test -s parent
is "gl-tool is its child" "$(ps -o ppid= -p "$(cat parent)" | tr -d ' ')" \
    "$session"
kill -9 "$(cat parent)"
wait_for "it is told" grep -q 'gl-tool was killed (signal 9): its tools cannot be run' err
wait_for "the call gets an error" grep -q 'waits gets an error' err
exec 6>&-; wait "$session"; is "exit" $? 137
is "nothing is left of it" "$(left)" 0

# TERM ends it and what it runs
rm parent
MARK=$TMP gl-session -t -f stream --tools tools --tool-args '--env MARK' \
    <user >out 2>err & session=$!; tap_pids="$tap_pids $session"
exec 6>user; cat in >&6
wait_for "the tool runs again" test -s parent
kill "$session"; wait "$session"; is "TERM" $? 143
nothing() { [ "$(left)" = 0 ]; }
wait_for "nothing is left" nothing
unlike "and that is no death" err 'nobody runs'
exec 6>&-

run 78 gl-session -t --tools tools --tool-args '--confirm nobody' <in
like "what gl-tool finds wrong" err 'no tool has this name; there are one, waits'
like "and that there is no talk" err 'gl-tool does not say what the tools are'
run 66 gl-session -t --tools nowhere <in
run 64 gl-session -t --tools tools --tool-args "--log 'x" <in
like "a quote without its end" err "^gl-session: --tool-args --log 'x: options"
tap_done
