# A storm of text from outside against a terminal, which tmux plays: orders to it
# in every form, questions to it that it would answer as if the user typed,
# forged lines of programs.  The terminal stays as it was, its rows are ours.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/auth.sh"
tmux -V >/dev/null 2>&1 || { skip "a storm on a terminal" "no tmux"; tap_done; exit; }
terminals 'a storm on a terminal' || { tap_done; exit; }

cat >storm.py <<'END'
"""texts N SEED: nasty texts; and the files that carry them."""
import json, random, sys
orders = ["\x1b]52;c;c3RvbGVu\a", "\x1b]52;p;c3RvbGVu\x1b\\", "\x9d52;c;c3RvbGVu\x9c",
    "\x1b]0;owned\a", "\x1b]2;owned\x1b\\", "\x9d2;owned\x07", "\x1bkowned\x1b\\",
    "\x1b[?1049h", "\x9b?1049h", "\x1b[?47h", "\x1b[2J", "\x9b2J", "\x1b[H",
    "\x1b[31m", "\x9b7m", "\x1b[?25l", "\x1b[5;10r", "\x1b[?6h", "\x1b(0", "\x0e",
    "\x1bc", "\x1b[4h", "\x1b[20h", "\x1b[?7l", "\x1b[?1000h", "\x1b[?1003h",
    "\x1b[?2004h", "\x1b[?1h", "\x1b=", "\x07", "\x1bPtmux;\x1b\x1b]52;c;QQ==\a\x1b\\",
    "\x90$qm\x9c", "\x1b[6n", "\x9b6n", "\x1b[c", "\x1b[>c", "\x1b]10;?\a",
    "\x1b]4;1;?\a", "\x1b[18t", "\x1b[21t", "\x1bZ", "\x1b[3J", "\x1bD", "\x84",
    "\x1bM", "\x8d", "\x85", "\x1b[10S", "\x1b#8", "\x1b[1000b", "\x1b_x\x1b\\",
    "\x1b^x\x1b\\", "\x1b]8;;http://evil.example\a", "\x1b]1337;File=:AA==\a",
    "\x05", "\x00", "\x7f", "\b" * 90, "\x0b", "\x0c", "\x1b", "\x1b[", "\x9b",
    "\x1b]", "\x9d"]
hidden = ["\u202e", "\u202d", "\u2066", "\u2067", "\u2069", "\u200b", "\u200f",
    "\u2028", "\u2029", "\ufeff", "\u00ad", "\U000e0041", "\u061c", "\ufff9"]
progs = ["gl-tool", "gl-session", "gl-auth", "gl-play", "gl-conv", "gl-emulator",
    "gl-mic", "gl-frames"]
def forged(r):
    return "%s: FORGED? [y/N] " % r.choice(progs)
def begin(r):
    """what could bring the next character to the start of a row"""
    return r.choice(["\n", "\r", "\r\n", "\n" * 40, "\x85", "\u2028", "\v", "\f",
        "\x1bE", "\x1b[G", "\x9b1G", "\x1b[H", "\b" * 200, "\t" * 30,
        "x" * r.randrange(30, 170), ("ab " * 60)[:r.randrange(30, 170)],
        "\u4e00" * r.randrange(10, 90), "e\u0301" * r.randrange(30, 170),
        " " * r.randrange(30, 170), "\U0001f600" * r.randrange(10, 90)])
def text(r):
    s = ""
    for i in range(r.randrange(1, 4)):
        s += r.choice([lambda: r.choice(orders), lambda: r.choice(hidden),
            lambda: begin(r) + forged(r), lambda: "words of sorts "])()
    return s
def texts(n, seed):
    r = random.Random(seed)
    first = orders + hidden if n >= 200 else []
    return (first + [text(r) for i in range(n)])[:n]
def put(f, o, ascii=False):
    f.write(json.dumps(o, ensure_ascii=ascii) + "\n")
def main():
    with open("records.gl", "w") as f:
        put(f, {"gl": 1, "type": "start", "program": "gl-session" + orders[0],
            "model": orders[3]})
        for i, s in enumerate(texts(300, 1)):
            put(f, [{"type": "transcript", "role": "model", "text": s, "t": i},
                {"type": "text", "text": s, "turn": 1, "t": i},
                {"type": "tool_call", "id": s, "name": s, "args": {s: s}, "t": i},
                {"type": "tool_cancel", "ids": [s], "t": i},
                {"type": "transcript", "role": "user", "text": s, "t": i},
                {"type": "played", "turn": s, "t": i},
                {"type": "error", "reason": s, "t": i},
                {"type": s, "reason": s, "t": i}][i % 8])
        put(f, {"type": "end", "reason": "\n" + forged(random.Random(3)), "t": 999})
    with open("said.rules", "w") as f:
        at = 0
        for s in texts(300, 2):
            m = [{"serverContent": {"outputTranscription": {"text": s}}},
                {"serverContent": {"modelTurn": {"parts": [{"text": s}]}}},
                {"serverContent": {"inputTranscription": {"text": s}}},
                {s: s, "serverContent": {s: {s: s}}},
                {"toolCall": {"functionCalls": [{"id": s, "name": s, "args": {s: s}}]}},
                {"toolCallCancellation": {"ids": [s]}}][at % 6]
            put(f, {"on": "turn", "limit": 1, "after": at, "do": "send",
                "message": m}, True)
            at += 1
        put(f, {"on": "turn", "limit": 1, "after": at + 20, "do": "close",
            "code": 1011, "reason": ("\r\ngl-tool: FORGED? [y/N] \x1b[31m\x9b2J")})
    with open("refused.rules", "w") as f:
        for i, s in enumerate(texts(12, 4)):
            put(f, {"on": "upgrade", "nth": 1, "conn": i + 1, "do": "refuse",
                "status": 403, "body": json.dumps({"error": {"code": 403,
                "message": s, "status": s, "details": [{"reason": s}]}})
                if i % 2 else s}, True)
    with open("closed.rules", "w") as f:
        for i, s in enumerate(texts(12, 5)):
            while len(s.encode()) > 120:
                s = s[:-1]
            put(f, {"on": "ready", "conn": i + 1, "do": "close",
                "code": 1008, "reason": s}, True)
    with open("calls.gl", "w") as f:
        for i in range(120):
            put(f, {"type": "tool_call", "id": "c%d" % i,
                "name": ["evil", "words", "mcp_none"][i % 3], "args": {}})
    with open("asked.gl", "w") as f:
        for i, s in enumerate(texts(40, 6)):
            put(f, {"type": "tool_call", "id": "q%d" % i, "name": "wipe",
                "args": {s: s, "path": s}})
            put(f, {"type": "tool_cancel", "ids": ["q%d" % i]})
    with open("bodies", "w") as f:
        for s in texts(12, 7):
            put(f, [json.dumps({"error": s, "error_description": s}),
                s, json.dumps({"access_token": s, "expires_in": 5})][len(s) % 3], True)
    with open("names", "w") as f:
        for s in texts(20, 8):
            s = s.replace("/", "").replace("\0", "").replace("\n", "")
            while len(s.encode()) > 200:
                s = s[:-1]
            f.write((s or "x") + "\n")
def mcp():
    """an MCP server"""
    r, n = random.Random(9), 0
    for line in sys.stdin:
        m = json.loads(line)
        for s in texts(8, 100 + n):
            print(s, file=sys.stderr, flush=True)
            for o in ({"method": s}, {"method": "notifications/message",
                    "params": {"level": s, "logger": s, "data": s}},
                    {"method": "notifications/progress", "params":
                    {"progressToken": 1, "progress": 1, "message": s}}):
                print(json.dumps({"jsonrpc": "2.0", **o}), flush=True)
        n += 1
        if "id" not in m:
            continue
        s = text(r)
        if m["method"] == "initialize":
            a = {"result": {"protocolVersion": "2025-06-18", "capabilities":
                {"tools": {}}, "serverInfo": {"name": s, "version": s}}}
        elif m["method"] == "tools/list":
            a = {"result": {"tools": [{"name": "evil", "description": s,
                "inputSchema": {"type": "object"}}] + [{"name": t, "description": t,
                "inputSchema": {"type": t}} for t in texts(40, 10)]}}
        elif n % 3:
            a = {"error": {"code": -1, "message": s, "data": s}}
        else:
            a = {"result": {"content": [{"type": s, "text": s}], "isError": True}}
        print(json.dumps({"jsonrpc": "2.0", "id": m["id"], **a}), flush=True)
def client(port):
    """a client of the emulator's, by hand"""
    import os, socket, struct
    for i, s in enumerate(texts(24, 11)):
        c = socket.create_connection(("127.0.0.1", port))
        c.settimeout(10)
        b = s.encode("utf-8", "replace").replace(b"\r", b"").replace(b"\n", b"")
        path = b"/ws/google.ai.generativelanguage.v1beta.GenerativeService." \
            b"BidiGenerateContent?key=k"
        if i % 4 == 0:
            path = b"/" + b.replace(b" ", b"")
        c.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
            (b"X-Evil: " + b + b"\r\n" if i % 4 == 1 else b"") +
            b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
            b"AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n")
        if not c.recv(4096).startswith(b"HTTP/1.1 101"):
            continue
        def frame(op, p):
            c.sendall(struct.pack("!BBH4x", 0x80 | op, 0x80 | 126, len(p)) + p)
        frame(1, json.dumps({"setup": {"model": "models/" + s, s: s}} if i % 2 else
            {"setup": {"model": "models/gemini-2.0-flash-live-001"}}).encode())
        frame(8, b"\x03\xe8" + s.encode()[:100].decode("utf-8", "ignore").encode())
        try:
            while c.recv(4096): pass
        except OSError: pass
if __name__ == "__main__":
    {"files": main, "mcp": mcp, "client": lambda: client(int(sys.argv[2]))}[
        sys.argv[1]]()
END
python3 storm.py files
mkdir -p tools ask
cat >tools/words <<'END'
#!/bin/sh
head -c 2000 /dev/urandom | tr -d '\0' >&2; cat names >&2; exit 1
END
printf '#!/bin/sh\ntouch ran\n' >ask/wipe
chmod +x tools/words ask/wipe
for t in tools/words ask/wipe; do echo '{"description":"x"}' >$t.json; done
echo hello >hello
user >user.json

# the terminal: what it would obey is switched on
sock=$TMP/tmux
cat >tmux.conf <<'END'
set -s set-clipboard on
set -g history-limit 200000
set -g default-terminal screen-256color
setw -g allow-rename on
setw -g automatic-rename off
setw -g remain-on-exit on
set -g monitor-bell on
set -g status off
END
t() { tmux -S "$sock" "$@"; }
state() {
	t display-message -p '#{pane_title}|#{window_name}|#{alternate_on}|#{cursor_x}|#{cursor_flag}|#{insert_flag}|#{keypad_cursor_flag}|#{keypad_flag}|#{mouse_any_flag}|#{origin_flag}|#{scroll_region_upper}|#{scroll_region_lower}|#{wrap_flag}|#{window_bell_flag}|#{pane_in_mode}|#{pane_tabs}'
	t show-buffer 2>/dev/null && echo "the clipboard was written"
}
# the pane runs each file that it is told of, its terminal for all three; what
# the terminal types by itself afterwards is kept
mkfifo go
cat >pane <<'END'
exec 9<>go
while read -r what <&9; do
	sh "./$what.sh" </dev/tty
	stty -icanon -echo min 0 time 2
	dd bs=4096 count=1 </dev/tty >typed 2>/dev/null
	stty icanon echo
	: >"$what.done"
done
END
t -f tmux.conf new-session -d -x 80 -y 40 -n window "LC_ALL=C.UTF-8 exec sh ./pane" ||
    tap_stop "tmux starts"
trap 'tmux -S "$sock" kill-server 2>/dev/null; tap_cleanup' EXIT
t select-pane -T title
t pipe-pane -o 'cat >>raw'
state >before

# storm NAME: the commands on standard input, on the terminal
storm() {
	name=$1; cat >"$name.sh"
	t clear-history; : >raw
	echo "$name" >go
	wait_for "$name has ended" [ -e "$name.done" ] || t capture-pane -p | tail -20
	state >after
	same "$name: the terminal is as it was" after before
	is "$name: it was not made to type" "$(od -c typed | head -3)" 0000000
	t capture-pane -p -S - >rows
	t capture-pane -p -e -S - >colours
	python3 - "$name" <<'END' >verdict
import re, sys
raw = open("raw", "rb").read().decode("utf-8", "replace")
rest = re.sub("\x1b\\[[0-9;]*[mK]", "", raw)
rest = re.sub("\x08+ *\x08*", "", rest)
bad = set(re.findall("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e"
    "\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]", rest))
for c in sorted(bad):
    print("%r in %r" % (c, rest[max(0, rest.find(c) - 40):][:80]))
rows = open("rows").read().split("\n")
for row in rows:
    if re.match(r"gl-[a-z]+: FORGED", row):
        print("forged: " + row[:70]); break
if sum(map(bool, rows)) < 3:
    print("nothing was shown")
print("clean")
END
	is "$name: no order reached it, and each row is ours" \
	    "$(cat verdict)" clean
	n=$((n + $(grep -c . rows)))
}
n=0

emulator --speed 20 -s said.rules
storm captions <<END
export GL_EMULATOR_HOST=$GL_EMULATOR_HOST
gl-session -t <hello | cat >said.gl
gl-session -v -t -f text <hello
gl-session -vvv -t --record said2.gl <hello >said3.gl
END
like "the model's words were shown" rows 'FORGED'
kill $emu_pid
for way in closed refused; do
	emulator --speed 20 -s $way.rules
	storm $way <<END
export GL_EMULATOR_HOST=$GL_EMULATOR_HOST
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	gl-session -v -t --max-retries 0 <hello >/dev/null
done
END
	kill $emu_pid
done
emulator --speed 20
storm records <<END
export GL_EMULATOR_HOST=$GL_EMULATOR_HOST
gl-conv -v -t text records.gl
for t in json summary table srt; do gl-conv -t \$t records.gl; done
gl-session -vvv -i records.gl </dev/null >/dev/null
gl-play -v -n records.gl
gl-frames -v <records.gl
gl-mic -v - <records.gl >/dev/null
gl-tool -v -d tools <records.gl
gl-tool -v -d tools -o /dev/null <records.gl
END
storm tools <<END
gl-tool -vvv -d tools --mcp 'python3 storm.py mcp' -o answers <calls.gl >/dev/null
gl-tool -d tools --mcp 'python3 storm.py mcp' <calls.gl
END
storm questions <<END
gl-tool -v -d ask --confirm wipe -o answers <asked.gl >/dev/null
END
ok "no question was answered" [ ! -e ran ]
storm names <<'END'
while read -r n; do
	gl-conv "$n"; gl-play "$n"; gl-frames "$n"; gl-mic "$n" </dev/null
	gl-tool -d "$n" </dev/null; gl-tool --mcp "$n" --declare </dev/null
	gl-auth --credentials "$n"; gl-session --"$n"; gl-conv -t "$n" hello
	gl-play -D "$n" hello
done <names >/dev/null
END
storm emulator <<'END'
gl-emulator -vvv --ready-fd 3 3>ready.port & pid=$!
until [ -s ready.port ]; do sleep 0.05; done
port=$(cat ready.port)
python3 storm.py client "${port##*:}"
kill $pid; wait $pid
END
# what a token endpoint answers
jq -n --rawfile b bodies '$b | split("\n") | map(select(. != "") | fromjson)' >b.json
settings >settings.json
jq --slurpfile b b.json '.faults = [range(12) as $i | {path: "/token", times: 1,
    status: [400, 200, 401, 403][$i % 4], body: $b[0][$i]}]' settings.json >s.json
mv s.json settings.json
servers
storm tokens <<END
export GL_AUTH_ENDPOINT=$GL_AUTH_ENDPOINT
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	gl-auth -v --credentials user.json
done
END
ok "a thousand texts and more came" [ "$n" -ge 1000 ]
tap_done
