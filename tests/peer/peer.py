"""A raw WebSocket server for tests, standard library only: every byte it
sends is the test's choice, and every frame it gets is checked."""

import base64
import hashlib
import os
import socket
import struct
import subprocess
import sys

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


class Wrong(Exception):
    """The client did not do what it should."""


def frame(opcode, payload=b"", fin=True, rsv=0, mask=None, length=None,
          form=None):
    """A frame as the test wants it, also a wrong one.  length lies about the
    payload's length, form (7, 16, 64) forces the length's form."""
    n = len(payload) if length is None else length
    first = (0x80 if fin else 0) | rsv << 4 | opcode
    bit = 0x80 if mask is not None else 0
    if form is None:
        form = 7 if n < 126 else 16 if n < 65536 else 64
    if form == 7:
        head = struct.pack("!BB", first, bit | n)
    elif form == 16:
        head = struct.pack("!BBH", first, bit | 126, n)
    else:
        head = struct.pack("!BBQ", first, bit | 127, n)
    if mask is not None:
        payload = bytes(b ^ mask[i % 4] for i, b in enumerate(payload))
        head += mask
    return head + payload


def close(code=None, reason=b""):
    return frame(CLOSE, b"" if code is None else
                 struct.pack("!H", code) + reason)


class Peer:
    """One connection of a client under test."""

    def __init__(self, sock):
        self.sock = sock
        self.sock.settimeout(10)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""
        self.head = b""
        self.masks = set()

    def send(self, data):
        self.sock.sendall(data)

    def slowly(self, data):
        """One byte at a time."""
        for i in range(len(data)):
            self.sock.sendall(data[i:i + 1])

    def more(self):
        try:
            data = self.sock.recv(65536)
        except ConnectionResetError:
            raise Wrong("the client reset the connection")
        except socket.timeout:
            raise Wrong("the client did not answer in time")
        if not data:
            raise Wrong("the client ended the connection")
        self.rest += data

    def request(self):
        """Reads the request's head and gives its fields."""
        while b"\r\n\r\n" not in self.rest:
            self.more()
        self.head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        lines = self.head.split(b"\r\n")
        self.line = lines[0]
        self.fields = {}
        for line in lines[1:]:
            name, value = line.split(b":", 1)
            self.fields[name.strip().lower()] = value.strip()
        return self.fields

    def accept_key(self):
        key = self.fields[b"sec-websocket-key"]
        return base64.b64encode(hashlib.sha1(key + GUID).digest())

    def answer(self, **change):
        """The bytes of a good 101, or with other fields (None: without)."""
        fields = {"Upgrade": "websocket", "Connection": "Upgrade",
                  "Sec-WebSocket-Accept": self.accept_key().decode()}
        status = change.pop("status", "HTTP/1.1 101 Switching Protocols")
        for name, value in change.items():
            fields[name.replace("_", "-")] = value
        text = status + "\r\n"
        for name, value in fields.items():
            if value is not None:
                text += "%s: %s\r\n" % (name, value)
        return (text + "\r\n").encode("latin-1")

    def upgrade(self, early=b""):
        self.request()
        self.send(self.answer() + early)

    def frame(self):
        """The client's next frame: fin, opcode, payload."""
        while len(self.rest) < 2:
            self.more()
        first, second = self.rest[0], self.rest[1]
        if first & 0x70:
            raise Wrong("the client set reserved bits")
        if not second & 0x80:
            raise Wrong("the client did not mask a frame")
        n, at = second & 0x7f, 2
        if n > 125:
            size = 2 if n == 126 else 8
            while len(self.rest) < 2 + size:
                self.more()
            n = int.from_bytes(self.rest[2:2 + size], "big")
            at += size
            if n < (126 if size == 2 else 65536):
                raise Wrong("the client wrote a length in a longer form")
        while len(self.rest) < at + 4 + n:
            self.more()
        mask = self.rest[at:at + 4]
        self.masks.add(mask)
        data = self.rest[at + 4:at + 4 + n]
        self.rest = self.rest[at + 4 + n:]
        if n < 4096:
            data = bytes(b ^ mask[i % 4] for i, b in enumerate(data))
        else:
            key = int.from_bytes((mask * (n // 4 + 1))[:n], "big")
            data = (int.from_bytes(data, "big") ^ key).to_bytes(n, "big")
        return bool(first & 0x80), first & 15, data

    def expect(self, opcode, payload):
        """A message, in however many frames."""
        data, kind = b"", None
        while True:
            fin, op, part = self.frame()
            if op in (PING, PONG, CLOSE) and op != opcode:
                raise Wrong("opcode %d %r instead of %d" % (op, part[:60],
                                                            opcode))
            kind = op if kind is None else kind
            data += part
            if fin:
                break
        if kind != opcode:
            raise Wrong("opcode %d instead of %d" % (kind, opcode))
        if data != payload:
            raise Wrong("got %r, wanted %r (%d and %d bytes)" %
                        (data[:40], payload[:40], len(data), len(payload)))

    def expect_close(self, *codes):
        """A close frame with one of the codes (None: without code)."""
        fin, op, data = self.frame()
        while op in (TEXT, BINARY, CONT, PONG):
            fin, op, data = self.frame()
        if op != CLOSE:
            raise Wrong("opcode %d instead of close" % op)
        code = int.from_bytes(data[:2], "big") if data else None
        if code not in codes:
            raise Wrong("close code %r instead of %r" % (code, codes))
        data[2:].decode("utf-8")
        if len(data) > 125:
            raise Wrong("a close frame of %d bytes" % len(data))
        return data[2:]

    def expect_end(self):
        if self.rest:
            raise Wrong("%d bytes more than wanted" % len(self.rest))
        try:
            data = self.sock.recv(65536)
        except ConnectionResetError:
            return
        except socket.timeout:
            raise Wrong("the client did not end the connection")
        if data:
            raise Wrong("%r after the last frame" % data[:40])

    def finish(self, code=1000):
        """Closes in order, as a server does."""
        self.send(close(code))
        self.expect_close(code)
        self.sock.close()

    def end(self):
        self.sock.close()


class Suite:
    """Runs cases: each gets a fresh client and a Peer; the result is a line
    "ok NAME" or "not ok NAME: why" on standard output."""

    def __init__(self, command):
        self.command = command
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(8)
        self.listener.settimeout(10)
        self.port = self.listener.getsockname()[1]
        self.only = os.environ.get("ONLY")

    def case(self, name, fn, code=0, err=None, options=(), path="/"):
        if self.only and self.only not in name:
            return
        url = "ws://127.0.0.1:%d%s" % (self.port, path)
        child = subprocess.Popen([self.command, "-v", *options, url],
                                 stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE)
        peer = None
        try:
            sock, _ = self.listener.accept()
            peer = Peer(sock)
            fn(peer)
            why = None
        except (Wrong, OSError, UnicodeDecodeError) as e:
            why = str(e) or type(e).__name__
        finally:
            if peer:
                peer.sock.close()
        try:
            out, text = child.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            out, text = child.communicate()
            why = why or "the client did not end"
        text = text.decode("utf-8", "replace").strip()
        if why is None and child.returncode != code:
            why = "exit %d instead of %d" % (child.returncode, code)
        if why is None and err is not None and err not in text:
            why = "standard error lacks %r" % err
        if why is None:
            print("ok %s" % name)
        else:
            print("not ok %s: %s [%s]" % (name, why,
                                          text.replace("\n", " / ")))
        sys.stdout.flush()
