# Texts from outside that are more than they seem: line breaks in fields,
# proxies that are none, controls in JSON, handles for whoever reads.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/auth.sh"
emulator --speed 20

run 64 gl-session -t --header "X-A: 1
X-B: 2" </dev/null
like "a field is one line" err 'line break in a field.*@FILE'
run 64 gl-session -t --header "$(printf 'X-A: 1\r')x" </dev/null
printf 'X-A: 1\r\nX-B: 2\n' >fields
run 0 gl-session --check --header @fields

host=$GL_EMULATOR_HOST; unset GL_EMULATOR_HOST
echo AIzaKey >key; chmod 600 key
for bad in "$(printf 'http://127.0.0.1:9\001')" "$(printf '\thttp://h:1')" \
    "$(printf 'http://h:1\r')" "$(printf 'http://h:1\nx')" 'http://h :1' ' '; do
	HTTPS_PROXY=$bad run 78 gl-session -t --key-file key </dev/null
	like "a proxy with a control character is none" err \
	    'HTTPS_PROXY: a blank or a control character'
	HTTPS_PROXY=$bad run 78 gl-auth check --key-file key
	https_proxy=$bad run 78 gl-auth check --key-file key
done
GL_EMULATOR_HOST=$host; export GL_EMULATOR_HOST

# what a file of credentials says of itself
bad='\u001b]0;owned\u0007\u009b2J\u202e\nno token: forged'
cat >cred.json <<END
{"type":"service_account","client_email":"e$bad","private_key":"p$bad",
 "private_key_id":"k$bad","project_id":"p$bad",
 "token_uri":"https://oauth2.googleapis.com/token"}
END
chmod 600 cred.json
timeout 30 gl-auth --explain --credentials cred.json >out 2>err
like "it is explained" out '^identity: e.*owned'
ok "without orders" python3 -c '
import sys, unicodedata
sys.exit(any(unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n"
    for c in open("out", encoding="utf-8", errors="surrogateescape").read()))'
unlike "and without lines of its own" out '^no token: forged'

# the conversation's handle opens it to whoever has it and a key
echo hello >hello
run 0 gl-session -t -f stream --state st <hello
like "the service gave one" st '"handle"'
like "the stream says that it could be resumed" out '"type":"resumption"'
unlike "but not by what" out 'handle'
unlike "nor anywhere else" err "$(jq -r .handle st)"
unlike "nor as another word" out "$(jq -r .handle st)"

# a service that writes names the other way, and a reason full of orders
kill $emu_pid
cat >rules <<'END'
{"on":"turn","do":"send","message":{"session_resumption_update":{"new_handle":"the-handle","resumable":true}}}
{"on":"turn","do":"send","message":{"sessionResumptionUpdate":{"newHandle":["the-handle"],"later":[{"newHandle":"the-handle"}]}}}
{"on":"turn","do":"close","code":1008,"reason":"bad\u009b2J\u001b]0;owned\u0007\u202egpj\u200b"}
END
emulator --speed 20 --scenario rules
timeout 30 gl-session -t -f stream --trace trace <hello >out 2>err
like "the trace has the message" trace 'session_resumption_update'
unlike "but no handle" trace 'the-handle'
like "the stream has it too" out '"raw".*"later"'
unlike "without the handle" out 'the-handle'
like "the reason is shown" err 'bad.*owned'
ok "without orders, in a file, too" python3 -c '
import sys, unicodedata
sys.exit(any(unicodedata.category(c) in ("Cc", "Cf") and c != "\n"
    for c in open("err", encoding="utf-8", errors="surrogateescape").read()))'
kill $emu_pid
emulator --speed 20
host=$GL_EMULATOR_HOST

# a terminal gets no control, in any form that is made for one
if terminals "controls in forms for a terminal"; then
	python3 - >evil.gl <<'END'
import json
bad = "\u009b2J\u009d0;owned\u0007\u001b]52;c;aGk=\u0007\u202egpj\u200b\u2028"
def put(**k): print(json.dumps(k, ensure_ascii=False))
put(gl=1, type="start", program="gl-session" + bad, model=bad, voice=bad)
put(type="transcript", role="user", text=bad + " one", t=1, finished=True)
put(type="text", text=bad, turn=1, t=2)
put(type="tool_call", id=bad, name=bad, args={bad: bad}, t=3)
put(type=bad, t=4)
put(type="error", reason=bad, t=5)
put(type="end", reason=bad, t=6)
END
	for t in text json srt vtt summary table svg html; do
		script -qec "gl-conv -t $t evil.gl" /dev/null </dev/null \
		    >seen 2>&1
		python3 - seen <<'END' >verdict
import re, sys
s = open(sys.argv[1], "rb").read().decode("utf-8", "replace")
s = re.sub("\x08+ +", "", s)	# a word that went to the next row
s = re.sub("\x1b\\[[0-9;]*m", "", s)	# our own colours
bad = re.findall("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
    "\u200b\u2028\u2029]", s)
print("clean" if not bad else "controls: %r" % sorted(set(bad)))
END
		is "gl-conv -t $t on a terminal" "$(cat verdict)" clean
	done

	# nor what a server says of its tools
	cat >mcp.py <<'END'
import json, sys
bad = "\u009b2J\u009d0;owned\u0007\u202egpj\u200b"
for line in sys.stdin:
    m = json.loads(line)
    r = {"capabilities": {"tools": {}}, "tools": [{"name": "t", "description":
        bad, "inputSchema": {"type": "object", "properties": {bad: {}}}}]}
    if "id" in m:
        print(json.dumps({"jsonrpc": "2.0", "id": m["id"], "result": r}),
            flush=True)
END
	gl-tool --mcp "python3 mcp.py" --declare >tools.json
	for c in 'gl-tool --mcp "python3 mcp.py" --declare' \
	    'gl-session --print-setup -T tools.json'; do
		script -qec "$c" /dev/null </dev/null >seen 2>&1
		like "it is shown: $c" seen owned
		ok "without orders: $c" python3 -c '
import sys, unicodedata
sys.exit(any(unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in "\r\n"
    for c in open("seen", encoding="utf-8", errors="surrogateescape", newline="").read()))'
	done

	# nor what a service says of a token, an account or a project
	bad='\u001b]52;c;aGk=\u0007\u009b2J\u009d0;owned\u0007\u202egpj\u200b\nforged'
	settings '.faults = [{path: "/v1beta/auth_tokens", status: 200, body:
	    ({name: "auth_tokens/x", more: {"'"$bad"'": "'"$bad"'"}} | tojson)},
	    {path: "/token", status: 200, body: ({access_token: "ya29.x",
	    expires_in: 3599, scope: "'"$bad"'"} | tojson)}]' >settings.json
	user | jq '.quota_project_id = "q'"$bad"'" | .account = "'"$bad"'"' >user.json
	servers
	for c in 'mint --json -q' mint '--json --credentials user.json' \
	    '--explain --credentials user.json' \
	    '--header --credentials user.json' 'check --credentials user.json'; do
		GL_AUTH_ENDPOINT=$GL_AUTH_ENDPOINT \
		    GEMINI_API_KEY=AIza-key-secret-0a0b \
		    script -qec "gl-auth $c" /dev/null </dev/null >seen 2>&1
		like "gl-auth $c is shown" seen \
		    '^auth_tokens/x|owned|Bearer ya29|gl-auth: '
		ok "without orders: gl-auth $c" python3 -c '
import re, sys, unicodedata
s = open("seen", encoding="utf-8", errors="surrogateescape", newline="").read()
sys.exit("\nforged" in s or any(unicodedata.category(c) in ("Cc", "Cf", "Cs") and
    c not in "\r\n" for c in s))'
	done
	kill $servers
	GL_EMULATOR_HOST=$host

	printf '%s\n' '{"gl":1,"type":"start"}' \
	    '{"type":"transcript","role":"model","text":"Grüße 你好","t":1}' >good.gl
	for t in srt vtt json; do
		LC_ALL=C.UTF-8 script -qec "gl-conv -t $t good.gl" /dev/null \
		    </dev/null >seen 2>&1
		like "other scripts stay, as $t" seen 'Grüße 你好'
	done
fi

# nor are forms that others read made of it: pages, drawings, subtitles
python3 - >markup.gl <<'END'
import json
bad = "</script></title><img src=x onerror=a()>\"'><svg onload=a()> ]]> --> &lt; " \
    "\r\n\r\n9\r\n00:00:01,000 --> 00:00:02,000\r\nforged\n\nSTYLE\n\nNOTE x\n" \
    "\0\b\ufffe\uffff"
def put(**k): print(json.dumps(k))
put(gl=1, type="start", program="gl-session" + bad, model=bad, voice=bad)
put(type="transcript", role="user", text=bad, turn=1, t=1, finished=True)
put(type="transcript", role="model", text=bad, turn=1, t=1)
put(type="tool_call", id=bad, name=bad, args={bad: bad}, t=3)
put(type="image", mime=bad, bytes=0, t=4)
put(type=bad, t=5)
put(type="end", reason=bad, t=9)
END
for t in html svg srt vtt; do
	run 0 gl-conv -t $t -o "markup.$t" markup.gl
done
sed 's/forged/user: forged/g' markup.gl >sides.gl
run 0 gl-conv -t text sides.gl
like "a text with line breaks in it" out '^  user: forged'
unlike "is not taken for the other side's" out '^(user: forged|\[.*forged.*\]$)'
ok "a drawing stays XML of its own elements" python3 -c '
import sys, xml.etree.ElementTree as e
sys.exit(any(x.tag.split("}")[1] in ("img", "script") or "onload" in x.attrib
    for x in e.parse("markup.svg").iter()))'
ok "a page has no others" python3 -c '
import html.parser, sys
bad = []
class P(html.parser.HTMLParser):
    def handle_starttag(self, tag, attrs):
        if tag == "img" or any(k.startswith("on") for k, v in attrs):
            bad.append(tag)
P().feed(open("markup.html").read())
sys.exit(bool(bad))'
for t in srt vtt; do
	is "each cue is ours: $t" "$(grep -c -- '-->' markup.$t)" \
	    "$(grep -cE '^[0-9:.,]+ --> [0-9:.,]+$' markup.$t)"
	is "and there is no other block: $t" \
	    "$(awk -v RS= '!/-->/ && !/^WEBVTT$/' markup.$t)" ''
done

# pages of other sites, and names that lead here
port=${host##*:}
code() { curl -s -o /dev/null -w '%{http_code}' --max-time 10 "$@"; }
up() {
	code -H 'Connection: Upgrade' -H 'Upgrade: websocket' \
	    -H 'Sec-WebSocket-Version: 13' \
	    -H 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==' "$@"
}
url="http://127.0.0.1:$port/ws/google.ai.generativelanguage.v1beta"
url="$url.GenerativeService.BidiGenerateContent?key=k"
is "a page of another site is refused" \
    "$(up -H 'Origin: https://evil.example' "$url")" 403
is "and one without an origin of its own" "$(up -H 'Origin: null' "$url")" 403
is "and one that looks like ours" \
    "$(up -H 'Origin: http://localhost.evil.example' "$url")" 403
is "and one that begins like ours" \
    "$(up -H 'Origin: http://127.0.0.1.evil.example' "$url")" 403
is "also without WebSocket" \
    "$(code -H 'Origin: https://evil.example' -d x "http://127.0.0.1:$port/token")" 403
is "a name of somebody's that leads here is refused" \
    "$(up -H 'Host: rebound.example' "$url")" 403
is "also with our port" \
    "$(up -H "Host: rebound.example:$port" "$url")" 403
is "nor one beside a good one" "$(python3 -c 'import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: rebound.example\r\n\r\n")
print(s.recv(12).decode())' "$port")" 'HTTP/1.1 403'
for good in 'Origin: http://localhost:5173' 'Origin: http://127.0.0.1' \
    'Origin: http://[::1]:80' "Host: localhost:$port" 'Host: [::1]:7' \
    'Host: 10.0.0.1' 'X: y'; do
	is "but not: $good" "$(timeout 3 curl -s -i -m 1 \
	    -H 'Connection: Upgrade' -H 'Upgrade: websocket' \
	    -H 'Sec-WebSocket-Version: 13' \
	    -H 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==' -H "$good" \
	    "$url" 2>/dev/null | head -1 | cut -c 1-12)" 'HTTP/1.1 101'
done
kill $emu_pid
emulator --origin https://app.example
port=${GL_EMULATOR_HOST##*:}
is "a site that was named may" "$(code -H 'Origin: https://app.example' \
    "http://127.0.0.1:$port/nothing")" 404
is "and no other" "$(code -H 'Origin: https://app.example.evil.example' \
    "http://127.0.0.1:$port/nothing")" 403
tap_done
