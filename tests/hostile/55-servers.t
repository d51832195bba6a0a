# Servers of both kinds that mean harm: what they send ends in a sentence and the
# right status, within bounds of time and memory.
. "$(dirname "$0")/../tap.sh"
cat >service.py <<'END'
import base64, hashlib, socket, struct, sys
mode = sys.argv[1]
s = socket.create_server(("127.0.0.1", 0))
s.settimeout(60)
print("127.0.0.1:%d" % s.getsockname()[1], flush=True)
def message(c, d):
    n = len(d)
    c.sendall(b"\x81" + (bytes([n]) if n < 126 else struct.pack("!BH", 126, n)
        if n < 65536 else struct.pack("!BQ", 127, n)) + d)
def talk(c):
    h = b""
    while b"\r\n\r\n" not in h:
        h += c.recv(4096) or b"\r\n\r\n"
    if mode == "redirect":
        c.sendall(b"HTTP/1.1 302 F\r\nLocation: wss://evil.example/\r\n\r\n")
        return
    if mode == "flood":
        c.sendall(b"HTTP/1.1 101 X\r\n")
        while True:
            c.sendall(b"X-A: " + b"a" * 8000 + b"\r\n")
    key = [l for l in h.split(b"\r\n")
        if l.lower().startswith(b"sec-websocket-key")][0].split(b":")[1].strip()
    accept = base64.b64encode(hashlib.sha1(key +
        b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    c.sendall(b"HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + (b"x" * 28 if mode == "accept" else accept) +
        (b"\r\nSec-WebSocket-Extensions: permessage-deflate"
        if mode == "extension" else b"") + b"\r\n\r\n")
    if mode == "huge":
        c.sendall(b"\x81\x7f" + struct.pack("!Q", 2 ** 62) + b"a" * 65536)
    if mode == "masked":
        c.sendall(b"\x81\x85abcdaaaaa")
    if mode == "pieces":
        c.sendall(b"\x01\x00\x01\x00")
    if mode == "deep":
        message(c, b'{"a":' * 200000)
    if mode == "sound":
        message(c, b'{"setupComplete":{}}')
        message(c, b'{"serverContent":{"modelTurn":{"parts":['
            b'{"inlineData":{"mimeType":"audio/pcm;rate=1","data":"AAAA"}},'
            b'{"inlineData":{"mimeType":"audio/pcm;rate=99999999999999",'
            b'"data":"AAAA"}},{"inlineData":{"mimeType":'
            b'"audio/pcm;rate=24000","data":"A=A="}}]},"turnComplete":true}}')
    while c.recv(65536):
        pass
while True:
    c = s.accept()[0]
    c.settimeout(20)
    try:
        talk(c)
    except OSError:
        pass
    c.close()
END
echo hello >hello
mkfifo port
service() { # MODE CODE SENTENCE
	python3 service.py "$1" >port 2>/dev/null & bg_pid=$!
	tap_pids="$tap_pids $bg_pid"
	read -r GL_EMULATOR_HOST <port
	export GL_EMULATOR_HOST
	run "$2" gl-session -t <hello
	like "$1: $3" err "$3"
	kill "$bg_pid"
	# or its end of the FIFO is still open for the next one to read from
	wait "$bg_pid" 2>/dev/null
}
service flood 76 'the head is longer than'
service redirect 78 'status 302'
service accept 78 'wrong Sec-WebSocket-Accept'
service extension 78 'an extension that was not offered'
service huge 76 'a message is too big'
service masked 76 "a server's frame is masked"
service pieces 76 'a message begins within'
service deep 76 'nested too deep'
service sound 0 'a piece of sound could not be read'

cat >mcp.py <<'END'
import json, sys
mode = sys.argv[1]
none = {"type": "object"}
def tool(name, schema=none):
    return {"name": name, "inputSchema": schema}
def out(**o):
    print(json.dumps({"jsonrpc": "2.0", **o}), flush=True)
for line in sys.stdin:
    m = json.loads(line)
    if "id" not in m:
        continue
    r = {}
    if m["method"] == "initialize":
        r = {"protocolVersion": "2025-06-18", "capabilities": {"tools":
            {"listChanged": True}}, "serverInfo": {"name": "x", "version": "1"}}
    elif m["method"] == "tools/list":
        r = {"tools": [tool("c")]}
        if mode == "same":	# a list without an end
            r["nextCursor"] = "same"
        if mode == "many":
            r = {"tools": [tool("t%d" % k) for k in range(20000)]}
        if mode == "twice":
            r = {"tools": [tool("a b"), tool("a_b"), tool("t")]}
        if mode == "itself":
            r = {"tools": [tool("c", {"$ref": "#", "type": "object"}),
                tool("d", {"$defs": {"a": {"$ref": "#/$defs/a"}}, "type":
                "object", "properties": {"x": {"$ref": "#/$defs/a"}}})]}
        for k in range(3000 if mode == "changed" else 0):
            out(method="notifications/tools/list_changed")
        for k in range(3000 if mode == "asks" else 0):
            out(id="s" * 1000 + str(k), method="sampling/createMessage", params={})
    out(id=m["id"], result=r)
END
mkdir tools
printf '#!/bin/sh\necho {}\n' >tools/t; chmod +x tools/t
echo '{"description":"x"}' >tools/t.json
for m in same many twice itself changed asks; do
	run 0 gl-tool -d tools --mcp "python3 mcp.py $m" --declare
	is "$m: the folder's tool is there, no name twice, 512 at most" \
	    "$(jq '.[0].functionDeclarations | map(.name) | index("t") != null
	    and length <= 512 and length == (unique | length)' out)" true
done
tap_done
