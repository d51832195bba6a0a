# Hostile names, arguments and tools: one error answer each, nothing else
# disturbed, no process left.
. "$(dirname "$0")/../tap.sh"

tool() { # NAME: the script on standard input
	{ echo '#!/bin/sh'; cat; } >"tools/$1"
	chmod +x "tools/$1"
	[ -f "tools/$1.json" ] || echo '{"description": "x"}' >"tools/$1.json"
}
# processes with the mark in their environment; a shell's child has it too
left() { grep -lzsxF "MARK=$TMP" /proc/[0-9]*/environ | wc -l | tr -d ' '; }
answer() { jq -c "select(.id == \"$1\").response" answers; }
mkdir tools
tool echo <<'END'
exec cat
END

# names and arguments, each followed by one that must not be disturbed
python3 - >in <<'END'
import json
n = 0
def call(name, args, raw=None):
    global n
    n += 1
    text = json.dumps({"type": "tool_call", "id": "h%d" % n, "name": name})
    print(text[:-1] + ', "args": ' + (raw or json.dumps(args)) + '}')
for name in ('../x', '-rf', 'a\nb', 'echo\n', 'echo;id', '$(id)', '`id`', '',
             '.', '..', '/bin/sh', './echo', 'tools/echo', 'echo.json', 'ECHO',
             'n' * (1 << 19), '\u202eohce', 'echo\u0000', '%s%n%n', '*'):
    call(name, {})
for raw in ('[]', '"x"', '5', 'true'):
    call('echo', None, raw)
call('echo', None, '{"a":' + '[' * 40 + ']' * 40 + '}')
call('echo', {'a': 'x' * (200 << 10)})
call('echo', {'a': 'x' * (900 << 10)})
call('echo', {'$(id)': '`id`; rm -rf /', '-rf': '--', "'": '"'})
call('echo', None, '{"a":"nul \\u0000 in it"}')
call('echo', {'__proto__': 1, '': '', 'é\ud83d\ude00'.encode(
    'utf-16', 'surrogatepass').decode('utf-16'): 1})
END
MARK=$TMP run 0 gl-tool -d tools --env MARK -o answers --log log <in
same "passed on byte for byte" out in
is "each answered once" "$(jq -r .id answers | sort | uniq -c | awk '{print $1}' |
    sort -u)" 1
is "all of them" "$(wc -l <answers)" "$(wc -l <in)"
is "no name is a path, an option or a command" "$(jq -r \
    'select(.id[1:] | tonumber <= 20).response.error' answers | sort | uniq -c |
    tr -s ' ')" ' 20 no such tool'
is "arguments that are not an object" "$(jq -r \
    'select(.id[1:] | tonumber | . > 20 and . <= 24).response.error' answers |
    uniq -c | tr -s ' ')" ' 4 the arguments are not an object'
is "deep ones arrive" "$(answer h25 | tr -dc '[' | wc -c)" 40
is "long ones arrive" "$(answer h26 | wc -c)" $((200 * 1024 + 9))
like "longer than may be answered" answers \
    '"id":"h27".*more than 262144 bytes of output'
is "nothing expands" "$(answer h28)" \
    "{\"\$(id)\":\"\`id\`; rm -rf /\",\"-rf\":\"--\",\"'\":\"\\\"\"}"
is "a NUL cannot be in a text" "$(answer h29)" '{"a":"nul � in it"}'
is "strange keys" "$(answer h30 | jq -r 'keys | length')" 3
is "names are harmless on a terminal" "$(tr -d '\n' <err | tr -dc '\000-\037' |
    wc -c | tr -d ' ')" 0
is "a line for each" "$(grep -vc '^gl-tool: ' err)" 0
is "the log is JSON" "$(jq -r .event log | sort | uniq -c | tr -s ' ' | tr '\n' ,)" \
    ' 6 answer, 6 call, 24 refuse,'

# a record that is too deep, or no object, is not a stream any more: said, and what
# came before it is answered
{
	echo '{"type":"tool_call","id":"1","name":"echo","args":{}}'
	python3 -c 'print("{\"type\":\"tool_call\",\"id\":\"2\",\"name\":\"echo\",\"args\":{\"a\":" + "[" * 5000 + "]" * 5000 + "}}")'
} >in
MARK=$TMP run 65 gl-tool -d tools --env MARK -o answers <in
like "too deep" err 'standard input'
python3 -c 'print("{\"type\":\"tool_call\",\"id\":\"" + "i" * 70000 + "\",\"name\":\"echo\"}")' >in
run 0 gl-tool -d tools -o answers <in
like "an endless id" err 'id over 64 KiB'
is "gets no answer" "$(cat answers)" ''

# tools
tool endless <<'END'
exec yes
END
tool endless_errors <<'END'
yes >&2 & yes >&2
END
tool closes <<'END'
exec >&- 2>&- <&-
exec sleep 0.05
END
tool stubborn <<'END'
trap '' TERM INT HUP
while :; do sleep 1; done
END
echo '{"description":"x","timeout":"100ms"}' >tools/stubborn.json
tool children <<'END'
sleep 1000 & sleep 1000 & (setsid sleep 1000 &); (setsid sh -c 'trap "" TERM; sleep 1000; :' &)
echo "I am done"
END
tool afterwards <<'END'
(sleep 5; echo late; exec sleep 1000) &
echo '{"early": true}'
END
tool later <<'END'
(trap '' TERM; setsid sh -c 'while sleep 5; do echo late; done' &)
echo early
END
printf 'printf "a\\377b"' | tool invalid
printf 'printf "\\300\\257"' | tool overlong
printf 'printf "\\355\\240\\200"' | tool surrogate
printf 'printf "a\\000b"' | tool nul
tool partial <<'END'
printf '{"a": [1, 2'
END
tool deep <<'END'
python3 -c 'print("{\"a\":" + "[" * 100000 + "]" * 100000 + "}")'
END
tool trailing <<'END'
echo '{"a": 1}{"b": 2}'
END
tool unread <<'END'
exec echo "did not read"
END
tool stops <<'END'
kill -STOP $$
END
echo '{"description":"x","timeout":"100ms"}' >tools/stops.json
tool leader <<'END'
exec setsid sleep 1000
END
echo '{"description":"x","timeout":"100ms"}' >tools/leader.json
tool kills <<'END'
kill -9 0
END
tool forks <<'END'
n=${1:-0}
[ "$n" -lt 6 ] || exec sleep 1000
for i in 1 2 3; do "$0" $((n + 1)) & done
wait
END
echo '{"description":"x","timeout":"700ms"}' >tools/forks.json
printf '#!/nonexistent/interpreter\n' >tools/broken; chmod +x tools/broken
echo '{"description":"x"}' >tools/broken.json
printf '\177ELF garbage' >tools/garbage; chmod +x tools/garbage
echo '{"description":"x"}' >tools/garbage.json
names='endless endless_errors closes stubborn children afterwards later invalid
    overlong surrogate nul partial deep trailing unread stops leader kills forks
    broken garbage'
for t in $names; do
	echo '{"type":"tool_call","id":"'"$t"'","name":"'"$t"'","args":{}}'
	echo '{"type":"tool_call","id":"after '"$t"'","name":"echo","args":{"a":1}}'
done >in
python3 -c 'print("{\"type\":\"tool_call\",\"id\":\"long\",\"name\":\"unread\",\"args\":{\"a\":\"" + "x" * 900000 + "\"}}")' >>in
echo '{"description":"x","timeout":"300ms"}' >tools/endless_errors.json
MARK=$TMP run 0 gl-tool -d tools --env MARK --grace 100ms -o answers <in
same "passed on byte for byte" out in
is "no process is left" "$(left)" 0
is "each answered once" "$(jq -r .id answers | sort | uniq -d)" ''
is "nothing else is disturbed" "$(jq -c \
    'select(.id | startswith("after ")).response' answers | sort | uniq -c |
    tr -s ' ')" ' 21 {"a":1}'
is "the rest" "$(jq -r 'select(.id | startswith("after ") | not) |
    "\(.id): \(.response | tojson)"' answers | cut -c 1-78 | sort)" "$(sort <<'END'
afterwards: {"early":true}
broken: {"error":"cannot run the tool: No such file or directory"}
children: {"result":"I am done"}
closes: {"result":""}
deep: {"error":"the tool printed something that begins as a JSON object and is
endless: {"error":"more than 262144 bytes of output"}
endless_errors: {"error":"no answer within 0.3 s: y\ny\ny\ny\ny\ny\ny\ny\ny\ny
forks: {"error":"no answer within 0.7 s"}
garbage: {"error":"cannot run the tool: Exec format error"}
invalid: {"error":"the tool printed invalid UTF-8"}
kills: {"error":"killed by signal 9"}
later: {"result":"early"}
leader: {"result":""}
long: {"result":"did not read"}
nul: {"result":"a�b"}
overlong: {"error":"the tool printed invalid UTF-8"}
partial: {"error":"the tool printed something that begins as a JSON object and
stops: {"error":"no answer within 0.1 s"}
stubborn: {"error":"no answer within 0.1 s"}
surrogate: {"error":"the tool printed invalid UTF-8"}
trailing: {"error":"the tool printed something that begins as a JSON object an
unread: {"result":"did not read"}
END
)"

# a fork bomb under a limit: root is not held to it, so it runs as somebody else
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	chmod 711 "$TMP"; mkdir bomb; mv answers old; touch answers
	{ echo '#!/bin/sh'; echo 'bomb() { bomb | bomb & }; bomb; wait; sleep 1000'; } \
	    >bomb/bomb
	chmod +x bomb/bomb
	echo '{"description":"x","timeout":"700ms"}' >bomb/bomb.json
	echo '{"type":"tool_call","id":"1","name":"bomb","args":{}}' >in
	uid=$((300000 + $$))
	MARK=$TMP run 0 setpriv --reuid $uid --clear-groups "$B/gl-tool" -d bomb \
	    --env MARK --limit nproc=40 --grace 100ms <in
	like "a fork bomb is answered" out '"error":"'
	is "no process is left" "$(left)" 0
else
	skip "a fork bomb under --limit nproc" "not root, or no setpriv"
fi

# limits
cat >tools/limits <<'END'
#!/bin/sh
ulimit -n; ulimit -f; ulimit -c; ulimit -t
END
chmod +x tools/limits; echo '{"description":"x"}' >tools/limits.json
tool hungry <<'END'
exec python3 -c 'x = bytearray(1 << 30)'
END
{
	echo '{"type":"tool_call","id":"1","name":"limits"}'
	echo '{"type":"tool_call","id":"2","name":"hungry"}'
} >in
run 0 gl-tool -d tools --limit nofile=32 --limit fsize=1M --limit core=0 \
    --limit cpu=20 --limit as=600M -o answers <in
is "limits hold" "$(answer 1)" '{"result":"32\n2048\n0\n20"}'
like "memory too" answers '"id":"2".*exit status 1.*MemoryError'
tap_done
