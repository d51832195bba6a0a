"""The answer to an upgrade, right and wrong, whole and in pieces.  Argument:
the client."""

import sys

from peer import TEXT, Suite, Wrong, frame

suite = Suite(sys.argv[1])
case = suite.case


def talk(p):
    p.send(frame(TEXT, b"hello"))
    p.expect(TEXT, b"hello")
    p.finish()


def good(how=None, **change):
    def run(p):
        p.request()
        (how or p.__class__.send)(p, p.answer(**change))
        talk(p)
    return run


case("a good answer", good())
case("byte by byte", good(lambda p, data: p.slowly(data)))
case("fields in other letters", good(Upgrade=None, UPGRADE="WebSocket",
                                     Connection="keep-alive, uPgRaDe"))
case("many fields", good(**{"X_%d" % i: "y" * 100 for i in range(90)}))


def early(p):
    """Frames in the same packet as the 101."""
    p.request()
    p.send(p.answer() + frame(TEXT, b"at once") + frame(TEXT, b"and again"))
    p.expect(TEXT, b"at once")
    p.expect(TEXT, b"and again")
    p.finish()


case("frames right behind the 101", early)


def interim(p):
    p.request()
    p.send(b"HTTP/1.1 102 Processing\r\nX: y\r\n\r\n"
           b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + p.answer())
    talk(p)


case("interim answers before it", interim)


def request_is_right(p):
    fields = p.request()
    if p.line != b"GET /a/b?c=d%20e HTTP/1.1":
        raise Wrong("request line %r" % p.line)
    want = {b"host": b"127.0.0.1:%d" % suite.port, b"upgrade": b"websocket",
            b"connection": b"Upgrade", b"sec-websocket-version": b"13"}
    for name, value in want.items():
        if fields.get(name) != value:
            raise Wrong("%r is %r" % (name, fields.get(name)))
    if len(fields[b"sec-websocket-key"]) != 24:
        raise Wrong("key %r" % fields[b"sec-websocket-key"])
    if b"sec-websocket-extensions" in fields:
        raise Wrong("an extension is offered")
    if p.rest:
        raise Wrong("bytes behind the request")
    p.send(p.answer())
    talk(p)


case("the request", request_is_right, path="/a/b?c=d%20e")

keys = set()


def key_is_new(p):
    p.request()
    key = p.fields[b"sec-websocket-key"]
    if key in keys:
        raise Wrong("the key came before")
    keys.add(key)
    p.send(p.answer())
    talk(p)


for _ in range(3):
    case("a key of its own", key_is_new)


def refused(name, err, make, code=77):
    def run(p):
        p.request()
        p.send(make(p))
        p.sock.settimeout(5)
        p.expect_end()
    case(name, run, code=code, err=err)


def changed(**change):
    return lambda p: p.answer(**change)


refused("a wrong Accept", "wrong Sec-WebSocket-Accept",
        changed(Sec_WebSocket_Accept="s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
refused("no Accept", "wrong Sec-WebSocket-Accept",
        changed(**{"Sec-WebSocket-Accept": None}))
refused("no Upgrade", "does not upgrade to websocket", changed(Upgrade=None))
refused("another Upgrade", "does not upgrade to websocket",
        changed(Upgrade="h2c"))
refused("no Connection", "no Connection: Upgrade", changed(Connection=None))
refused("Connection: close", "no Connection: Upgrade",
        changed(Connection="close"))
refused("an extension", "names an extension",
        changed(Sec_WebSocket_Extensions="permessage-deflate"))
refused("a subprotocol", "names a subprotocol",
        changed(Sec_WebSocket_Protocol="chat"))
refused("HTTP/1.0", "HTTP/1.0", changed(status="HTTP/1.0 101 x"))
refused("status 200", "with HTTP status 200 OK",
        lambda p: p.answer(status="HTTP/1.1 200 OK", Content_Length="0"))
for status, phrase in ((401, "Unauthorized"), (403, "Forbidden"),
                       (404, "Not Found"), (429, "Too Many Requests"),
                       (503, "Service Unavailable")):
    body = '{"error":{"code":%d,"message":"not today"}}' % status
    text = "HTTP/1.1 %d %s\r\nContent-Length: %d\r\n\r\n%s" % (
        status, phrase, len(body), body)
    refused("status %d with its body" % status,
            "HTTP status %d: %s" % (status, body),
            lambda p, text=text: text.encode())
refused("a body in chunks", "status 500: in pieces",
        lambda p: b"HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3\r\nin \r\n6\r\npieces\r\n0\r\n\r\n")
refused("a body without end", "status 500: xxxx",
        lambda p: b"HTTP/1.1 500 No\r\n\r\n" + b"x" * 9000)
refused("a redirection", "with HTTP status 302 Found",
        lambda p: b"HTTP/1.1 302 Found\r\nLocation: http://x/\r\n"
        b"Content-Length: 0\r\n\r\n")
for name, text in (("SSH", b"SSH-2.0-OpenSSH_9.2\r\n"),
                   ("bare line feeds", b"HTTP/1.1 101 x\n\n"),
                   ("HTTP/2", b"HTTP/2 101\r\n\r\n"),
                   ("noise", bytes(range(256))),
                   ("an endless line", b"HTTP/1.1 101 " + b"x" * 20000),
                   ("endless fields", b"HTTP/1.1 101 x\r\n" +
                    b"a: b\r\n" * 200),
                   ("an endless head", b"HTTP/1.1 101 x\r\n" +
                    (b"a: " + b"b" * 10000 + b"\r\n") * 10)):
    refused("no HTTP: %s" % name, "does not speak HTTP/1.1",
            lambda p, text=text: text)
refused("interim answers without end", "HTTP status 100",
        lambda p: b"HTTP/1.1 100 Continue\r\n\r\n" * 20)


def cut(n):
    def run(p):
        p.request()
        p.send(p.answer()[:n])
        p.end()
    return run


for n in (0, 1, 20, 60):
    case("cut after %d bytes" % n, cut(n), code=75,
         err="before the upgrade was answered")


def cut_body(p):
    p.request()
    p.send(b"HTTP/1.1 403 No\r\nContent-Length: 1000\r\n\r\nso far")
    p.end()


case("a body that is cut", cut_body, code=77, err="status 403: so far")


def slow_body(p):
    p.request()
    p.send(b"HTTP/1.1 403 No\r\nContent-Length: 1000\r\n\r\nso far")
    p.expect_end()


case("a body that does not go on", slow_body, code=77,
     err="status 403: so far", options=("--timeout", "300ms"))
