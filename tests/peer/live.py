"""A scripted client of the Live API for tests, standard library only.

    live.py [-H 'Name: value'] [-p PATH] [--ca FILE] HOST < script

HOST is the line that gl-emulator writes when it is ready.  The script has one
step a line:

    {...}               sends the message
    binary {...}        sends it in a binary frame
    speech MS [RATE]    sends MS of a loud tone, in messages of 20 ms
    silence MS [RATE]   the same of silence
    count FROM N RATE   sends N samples that count up from FROM, one message
    image FILE          sends a picture
    wait WORD           until a message came that has the word in its JSON,
                        counted from the last wait
    answer N [more]     answers the last tool call with {"n": N}, and says
                        whether more is to come
    save NAME           keeps the newest handle under a name; $NAME in a later
                        message stands for it
    ping TEXT           sends a ping
    hold SECONDS        reads for so long
    mark                prints "# mark"
    record FILE         from now on keeps the sound that comes
    close [CODE]        sends a close frame
    drop                ends the connection
    open                connects anew

Each message that comes is printed as one line of compact JSON with audio as
its number of samples; what else happens as "# ...": upgrades refused, opcode
of text frames, pongs, closes, ends.
"""

import base64
import json
import math
import os
import select
import socket
import ssl
import struct
import sys
import time

GEMINI = ("/ws/google.ai.generativelanguage.v1beta.GenerativeService."
          "BidiGenerateContent")
LIMIT = 20


def say(text):
    print(text, flush=True)


class Live:
    def __init__(self, host, path, headers, ca):
        self.host, self.path, self.headers, self.ca = host, path, headers, ca
        self.buffer, self.messages, self.seen = b"", [], 0
        self.call, self.handle, self.names = None, None, {}
        self.over = True
        self.open()

    def open(self):
        tls = self.host.startswith("wss://")
        name, port = self.host.split("//")[-1].rsplit(":", 1)
        sock = socket.create_connection((name, int(port)), LIMIT)
        if tls:
            sock = ssl.create_default_context(cafile=self.ca).wrap_socket(
                sock, server_hostname=name)
        self.sock, self.buffer, self.over = sock, b"", False
        lines = ["GET %s HTTP/1.1" % self.path, "Host: " + name,
                 "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Key: " + base64.b64encode(
                     os.urandom(16)).decode(),
                 "Sec-WebSocket-Version: 13"] + self.headers
        sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        while b"\r\n\r\n" not in self.buffer and not self.over:
            self.read(LIMIT)
        if self.over:
            return
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        status = head.split(b"\r\n")[0].decode()
        if " 101 " in status:
            self.parse()
            return
        say("# refused " + status)
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                need = int(line.split(b":")[1])
                while len(self.buffer) < need and not self.over:
                    self.read(LIMIT)
        say("# body " + " ".join(self.buffer.decode().split()))
        self.over = True

    def read(self, seconds):
        pending = isinstance(self.sock, ssl.SSLSocket) and self.sock.pending()
        if not pending and not select.select([self.sock], [], [], seconds)[0]:
            return False
        try:
            got = self.sock.recv(1 << 20)
        except (ConnectionError, ssl.SSLError) as e:
            say("# lost %s" % type(e).__name__)
            self.over = True
            return True
        if not got:
            say("# end")
            self.over = True
        self.buffer += got
        return True

    def send(self, opcode, data):
        mask = os.urandom(4)
        n = len(data)
        head = (struct.pack("!BB", 0x80 | opcode, 0x80 | n) if n < 126 else
                struct.pack("!BBH", 0x80 | opcode, 0xfe, n) if n < 65536 else
                struct.pack("!BBQ", 0x80 | opcode, 0xff, n))
        key = (mask * (n // 4 + 1))[:n]
        body = (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")
                ).to_bytes(n, "big") if n else b""
        try:
            self.sock.sendall(head + mask + body)
        except OSError as e:
            say("# lost %s" % type(e).__name__)
            self.over = True

    def parse(self):
        while len(self.buffer) >= 2 and not self.over:
            b, n, at = self.buffer[0], self.buffer[1], 2
            if n >= 126:
                size = 2 if n == 126 else 8
                n = int.from_bytes(self.buffer[2:2 + size], "big")
                at = 2 + size
            if b & 0x70 or not b & 0x80 or b & 15 not in (1, 2, 8, 9, 10):
                say("# garbage")
                self.over = True
                return
            if len(self.buffer) < at + n:
                return
            data, self.buffer = self.buffer[at:at + n], self.buffer[at + n:]
            self.frame(b & 15, data)

    def frame(self, opcode, data):
        if opcode == 8:
            code = struct.unpack("!H", data[:2])[0] if data else 1005
            say("# close %d %s" % (code, data[2:].decode()))
            self.send(8, data[:2])
            self.over = True
        elif opcode == 9:
            self.send(10, data)
        elif opcode == 10:
            say("# pong " + data.decode())
            self.messages.append("pong")
        else:
            self.message(opcode, data)

    def message(self, opcode, data):
        if opcode == 1:
            say("# text frame")
        elif not data.endswith(b"}\n"):
            say("# no newline")
        m = json.loads(data)
        parts = m.get("serverContent", {}).get("modelTurn", {}).get(
            "parts", [])
        for p in parts:
            if "data" in p.get("inlineData", {}):
                raw = base64.b64decode(p["inlineData"]["data"], validate=True)
                if self.names.get("audio"):
                    self.names["audio"].write(raw)
                p["inlineData"]["data"] = len(raw) // 2
        if "toolCall" in m:
            self.call = m["toolCall"]["functionCalls"]
        update = m.get("sessionResumptionUpdate", {})
        if update.get("resumable") and "newHandle" in update:
            self.handle = update["newHandle"]
        line = json.dumps(m, separators=(",", ":"), ensure_ascii=False)
        self.messages.append(line)
        say(line)

    def hold(self, seconds):
        end = time.monotonic() + seconds
        while not self.over and (left := end - time.monotonic()) > 0:
            if self.read(left):
                self.parse()

    def wait(self, word):
        end = time.monotonic() + LIMIT
        while True:
            while self.seen < len(self.messages):
                self.seen += 1
                if word in self.messages[self.seen - 1]:
                    return
            left = end - time.monotonic()
            if self.over and word in ("close", "end"):
                return
            if self.over or left <= 0:
                say("# never came: " + word)
                return
            self.read(left)
            self.parse()

    def audio(self, pcm, rate):
        self.send(1, ('{"realtimeInput":{"audio":{"mimeType":"audio/pcm;'
                      'rate=%d","data":"%s"}}}' % (
                          rate, base64.b64encode(pcm).decode())).encode())

    def sound(self, ms, rate, loud):
        for start in range(0, rate * ms // 1000, rate // 50):
            n = min(rate // 50, rate * ms // 1000 - start)
            self.audio(struct.pack("<%dh" % n, *(
                int(8000 * math.sin((start + i) * 0.2)) if loud else 0
                for i in range(n))), rate)

    def step(self, line):
        word, _, rest = line.partition(" ")
        if line.startswith("{"):
            for name, value in self.names.items():
                if isinstance(value, str):
                    line = line.replace("$" + name, value)
            self.send(1, line.encode())
        elif word == "binary":
            self.send(2, rest.encode())
        elif word in ("speech", "silence"):
            ms, *rate = rest.split()
            self.sound(int(ms), int(rate[0]) if rate else 16000,
                       word == "speech")
        elif word == "count":
            start, n, rate = map(int, rest.split())
            self.audio(struct.pack("<%dH" % n, *(
                (start + i) & 0xffff for i in range(n))), rate)
        elif word == "image":
            kind = "png" if rest.endswith(".png") else "jpeg"
            with open(rest, "rb") as f:
                self.send(1, json.dumps({"realtimeInput": {"video": {
                    "mimeType": "image/" + kind, "data": base64.b64encode(
                        f.read()).decode()}}}).encode())
        elif word == "wait":
            self.wait(rest)
        elif word == "answer":
            self.send(1, json.dumps({"toolResponse": {"functionResponses": [
                dict({"name": c["name"],
                      "response": {"n": int(rest.split()[0])}},
                     **({"id": c["id"]} if "id" in c else {}),
                     **({"willContinue": True} if "more" in rest else {}))
                for c in self.call]}}).encode())
        elif word == "save":
            self.names[rest] = self.handle
        elif word == "record":
            self.names["audio"] = open(rest, "wb")
        elif word == "ping":
            self.send(9, rest.encode())
        elif word == "mark":
            say("# mark")
        elif word == "hold":
            self.hold(float(rest))
        elif word == "close":
            self.send(8, struct.pack("!H", int(rest or 1000)))
            self.wait("close")
        elif word == "drop":
            self.sock.close()
            self.over = True
        elif word == "open":
            self.open()
        else:
            sys.exit("live.py: what is %r?" % line)


def main(argv):
    path, headers, ca = GEMINI, [], None
    while len(argv) > 1:
        option, value = argv.pop(0), argv.pop(0)
        if option == "-H":
            headers.append(value)
        elif option == "-p":
            path = value
        else:
            ca = value
    live = Live(argv[0], path, headers, ca)
    for line in sys.stdin:
        if line.strip() and not line.startswith("#"):
            live.step(line.strip())
    if live.names.get("audio"):
        live.names["audio"].close()


main(sys.argv[1:])
