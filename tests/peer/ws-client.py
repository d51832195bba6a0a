"""A raw client against the server's side: the upgrade asked for rightly and
wrongly, frames that a client must not send, plain HTTP on the same port.
Arguments: port, and the CA file where it speaks TLS."""

import socket
import ssl
import struct
import sys

from peer import (BINARY, CLOSE, CONT, PING, PONG, TEXT, Peer, Wrong, close,
                  frame)

PORT = int(sys.argv[1])
CA = sys.argv[2] if len(sys.argv) > 2 else None
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
MASK = b"\xa1\x02\x33\xf4"


def connect():
    s = socket.create_connection(("127.0.0.1", PORT), 10)
    if CA:
        s = ssl.create_default_context(cafile=CA).wrap_socket(
            s, server_hostname="localhost")
    return s


class Client(Peer):
    def __init__(self):
        super().__init__(connect())

    def ask(self, method="GET", version="HTTP/1.1", **change):
        fields = {"Host": "localhost", "Upgrade": "websocket",
                  "Connection": "Upgrade", "Sec-WebSocket-Key": KEY,
                  "Sec-WebSocket-Version": "13"}
        for name, value in change.items():
            fields[name.replace("_", "-")] = value
        text = "%s / %s\r\n" % (method, version)
        for name, value in fields.items():
            if value is not None:
                text += "%s: %s\r\n" % (name, value)
        return (text + "\r\n").encode()

    def read_head(self):
        while b"\r\n\r\n" not in self.rest:
            self.more()
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        return head

    def body(self, head):
        n = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        while len(self.rest) < n:
            self.more()
        body, self.rest = self.rest[:n], self.rest[n:]
        return body

    def upgrade(self, early=b""):
        self.send(self.ask() + early)
        head = self.read_head()
        if not head.startswith(b"HTTP/1.1 101 "):
            raise Wrong("no 101: %r" % head[:60])
        if b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" not in head:
            raise Wrong("wrong Accept: %r" % head)

    def frame(self):
        """A server's frame: not masked."""
        while len(self.rest) < 2:
            self.more()
        if self.rest[1] & 0x80:
            raise Wrong("the server masked a frame")
        n, at = self.rest[1], 2
        if n > 125:
            at = 4 if n == 126 else 10
            while len(self.rest) < at:
                self.more()
            n = int.from_bytes(self.rest[2:at], "big")
        while len(self.rest) < at + n:
            self.more()
        first, data = self.rest[0], self.rest[at:at + n]
        self.rest = self.rest[at + n:]
        return bool(first & 0x80), first & 15, data


def case(name, fn):
    why, c = None, None
    try:
        c = Client()
        fn(c)
    except (Wrong, OSError) as e:
        why = str(e) or type(e).__name__
    finally:
        if c:
            c.sock.close()
    print("ok %s" % name if why is None else "not ok %s: %s" % (name, why))
    sys.stdout.flush()


def masked(opcode, payload=b"", **more):
    return frame(opcode, payload, mask=MASK, **more)


def echo(opcode, payload):
    def run(c):
        c.upgrade()
        c.send(masked(opcode, payload))
        c.expect(opcode, payload)
        c.send(masked(CLOSE, struct.pack("!H", 1000)))
        c.expect_close(1000)
        c.expect_end()
    return run


for n in (0, 1, 125, 126, 65535, 65536, 300000):
    case("an echo of %d bytes" % n, echo(BINARY, b"\xfe" * n))
case("a text", echo(TEXT, "κόσμε".encode()))


def early(c):
    c.upgrade(masked(TEXT, b"at once") + masked(PING, b"p"))
    c.expect(TEXT, b"at once")
    c.expect(PONG, b"p")


case("frames right behind the request", early)


def slowly(c):
    c.slowly(c.ask())
    c.read_head()
    c.slowly(masked(TEXT, b"ab", fin=False) + masked(CONT, b"cd"))
    c.expect(TEXT, b"abcd")


case("byte by byte", slowly)


def bad(name, data, code):
    def run(c):
        c.upgrade()
        c.send(data)
        c.expect_close(code)
        # the server says the end first, and still reads: no reset comes
        c.expect_end()
        for _ in range(3 if type(c.sock) is socket.socket else 0):
            c.send(masked(BINARY, b"z" * 1000))
        socket.socket.shutdown(c.sock, socket.SHUT_WR)
    case(name, run)


bad("a frame without mask", frame(TEXT, b"x"), 1002)
bad("a ping without mask", frame(PING, b"x"), 1002)
bad("a close without mask", close(1000), 1002)
bad("an empty frame without mask", frame(TEXT), 1002)
bad("reserved bits", masked(TEXT, b"x", rsv=1), 1002)
bad("a reserved opcode", masked(3, b"x"), 1002)
bad("not UTF-8", masked(TEXT, b"\xff"), 1007)
bad("too big", masked(BINARY, b"x", length=1 << 40), 1009)
bad("a fragmented ping", masked(PING, b"x", fin=False), 1002)
bad("close code 1005", masked(CLOSE, b"\x03\xed"), 1002)


def violation_amid_data(c):
    """The close frame survives, though more comes in than is read."""
    c.upgrade()
    c.send(frame(TEXT, b"x") + masked(BINARY, b"y" * 100000))
    c.expect_close(1002)


case("a violation amid much data", violation_amid_data)


def refused(name, status, **change):
    method = change.pop("method", "GET")
    version = change.pop("version", "HTTP/1.1")

    def run(c):
        c.send(c.ask(method, version, **change))
        head = c.read_head()
        if not head.startswith(b"HTTP/1.1 %d " % status):
            raise Wrong("got %r" % head[:40])
        if not c.body(head):
            raise Wrong("nothing says why")
    case(name, run)


refused("no key", 400, **{"Sec-WebSocket-Key": None})
refused("a short key", 400, **{"Sec-WebSocket-Key": "abcd"})
refused("no version", 426, **{"Sec-WebSocket-Version": None})
refused("version 8", 426, **{"Sec-WebSocket-Version": "8"})
refused("no Connection", 400, Connection="keep-alive")
refused("no Host", 400, Host=None)
refused("by POST", 405, method="POST")
refused("HTTP/1.0", 400, version="HTTP/1.0")


def get(c, text=b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"):
    c.send(text)
    head = c.read_head()
    if not head.startswith(b"HTTP/1.1 200 OK"):
        raise Wrong("got %r" % head[:60])
    if c.body(head) != b"hello\n":
        raise Wrong("wrong body")
    return head


case("a plain GET", get)
case("three on one connection", lambda c: (get(c), get(c), get(c)))
case("three in one packet", lambda c: (
    get(c, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 3), get(c, b""),
    get(c, b"")))
case("a GET, then an upgrade", lambda c: (get(c), echo(TEXT, b"x")(c)))


def last(c):
    get(c, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    c.expect_end()


case("Connection: close", last)
case("a POST with a body", lambda c: get(
    c, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"))
case("a POST in chunks", lambda c: get(
    c, b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5\r\nhello\r\n0\r\n\r\n"))


def expect_continue(c):
    c.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
           b"Expect: 100-continue\r\n\r\n")
    head = c.read_head()
    if not head.startswith(b"HTTP/1.1 100 "):
        raise Wrong("got %r" % head[:60])
    get(c, b"hello")


case("a POST that asks first", expect_continue)


def answer_is(status, text):
    def run(c):
        c.send(text)
        head = c.read_head()
        if not head.startswith(b"HTTP/1.1 %d " % status):
            raise Wrong("got %r" % head[:60])
        c.body(head)
        c.expect_end()
    return run


case("no HTTP", answer_is(400, b"nonsense\r\n\r\n"))
case("a body that is too long", answer_is(
    413, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n" +
    b"x" * 1048577))
case("two lengths", answer_is(
    400, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
    b"Content-Length: 2\r\n\r\n"))


def vanish(c):
    c.upgrade()
    c.send(masked(BINARY, b"half", length=100))


case("a client that vanishes", vanish)
case("and the server lives on", get)
