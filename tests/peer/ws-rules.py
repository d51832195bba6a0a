"""RFC 6455 against the client of the WebSocket layer: what must work, and
what must be refused with which close code.  Argument: the client."""

import sys

from peer import (BINARY, CLOSE, CONT, PING, PONG, TEXT, Suite, Wrong, close,
                  frame)

suite = Suite(sys.argv[1])
case = suite.case
MASK = b"\x01\x02\x03\x04"


def echoes(opcode, payload, how=None):
    """The message comes back as it went."""
    def run(p):
        p.upgrade()
        (how or p.__class__.send)(p, frame(opcode, payload))
        p.expect(opcode, payload)
        p.finish()
    return run


for n in (0, 1, 125, 126, 127, 128, 65535, 65536, 1000000):
    case("text of %d bytes" % n, echoes(TEXT, b"*" * n))
    case("binary of %d bytes" % n, echoes(BINARY, b"\xfe" * n))
for n in (0, 1, 125, 126, 300):
    case("text of %d bytes, byte by byte" % n,
         echoes(TEXT, b"*" * n, lambda p, data: p.slowly(data)))


def rejects(data, *codes, before=None):
    """The client fails the connection with the code."""
    def run(p):
        p.upgrade()
        if before:
            before(p)
        p.send(data)
        p.expect_close(*codes)
        p.end()
    return run


def bad(name, data, *codes, **more):
    case(name, rejects(data, *codes, **more), code=76,
         err="broke the WebSocket protocol")


# pings and pongs
def ping(payload, slow=False):
    def run(p):
        p.upgrade()
        (p.slowly if slow else p.send)(frame(PING, payload))
        p.expect(PONG, payload)
        p.finish()
    return run


for n in (0, 1, 125):
    case("ping of %d bytes" % n, ping(b"\xff" * n))
case("ping byte by byte", ping(b"*" * 125, True))
bad("ping of 126 bytes", frame(PING, b"*" * 126), 1002)
bad("pong of 126 bytes", frame(PONG, b"*" * 126), 1002)


def ten_pings(p):
    p.upgrade()
    p.send(b"".join(frame(PING, b"%d" % i) for i in range(10)))
    for i in range(10):
        p.expect(PONG, b"%d" % i)
    p.finish()


case("ten pings at once", ten_pings)


def pongs(p):
    p.upgrade()
    p.send(frame(PONG) + frame(PONG, b"unasked") + frame(PING, b"asked"))
    p.expect(PONG, b"asked")
    p.finish()


case("unasked pongs mean nothing", pongs)

# reserved bits and opcodes
for rsv in range(1, 8):
    bad("reserved bits %d" % rsv, frame(TEXT, b"x", rsv=rsv), 1002)
bad("reserved bits on a ping", frame(PING, b"x", rsv=4), 1002)
bad("reserved bits on a close", frame(CLOSE, b"\x03\xe8", rsv=4), 1002)
bad("reserved bits on an empty frame", frame(TEXT, rsv=2), 1002)
for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
    bad("reserved opcode %d" % opcode, frame(opcode), 1002)
    bad("reserved opcode %d with payload" % opcode, frame(opcode, b"x"), 1002)


def echo_then(p):
    p.send(frame(TEXT, b"good"))
    p.expect(TEXT, b"good")


bad("good, then reserved bits", frame(TEXT, b"x", rsv=4), 1002,
    before=echo_then)

# masks and lengths
bad("a masked frame", frame(TEXT, b"hello", mask=MASK), 1002)
bad("a masked ping", frame(PING, b"hello", mask=MASK), 1002)
bad("a masked empty frame", frame(TEXT, mask=MASK), 1002)
bad("a masked close", frame(CLOSE, b"\x03\xe8", mask=MASK), 1002)
bad("5 bytes in 16 bits", frame(TEXT, b"hello", form=16), 1002)
bad("5 bytes in 64 bits", frame(TEXT, b"hello", form=64), 1002)
bad("300 bytes in 64 bits", frame(TEXT, b"x" * 300, form=64), 1002)
bad("length with the top bit set",
    b"\x82\x7f\x80" + b"\0" * 7 + b"hello", 1002)
bad("length over every ceiling",
    b"\x82\x7f\x7f" + b"\xff" * 7 + b"hello", 1009)
bad("a message over the ceiling", frame(BINARY, b"x", length=(64 << 20) + 1),
    1009)
bad("fragments over the ceiling",
    frame(BINARY, b"x" * 10, fin=False) +
    frame(CONT, b"x", length=64 << 20), 1009)


def just_fits(p):
    p.upgrade()
    p.send(frame(TEXT, b"x" * 600, fin=False) + frame(CONT, b"y" * 400))
    p.expect(TEXT, b"x" * 600 + b"y" * 400)
    p.finish()


case("exactly the ceiling", just_fits, options=("--max", "1000"))
case("one over it", rejects(frame(TEXT, b"x" * 600, fin=False) +
                            frame(CONT, b"y" * 401), 1009), code=76,
     options=("--max", "1000"))


# fragments
def fragments(parts, opcode=TEXT, between=b"", slow=False):
    def run(p):
        p.upgrade()
        data, pings = b"", 0
        for i, part in enumerate(parts):
            data += frame(opcode if i == 0 else CONT, part,
                          fin=i == len(parts) - 1)
            if between and i < len(parts) - 1:
                data += between
                pings += 1
        (p.slowly if slow else p.send)(data)
        for _ in range(pings):
            p.expect(PONG, b"between")
        p.expect(opcode, b"".join(parts))
        p.finish()
    return run


case("two fragments", fragments([b"ab", b"cd"]))
case("empty fragments", fragments([b"", b"", b""]))
case("empty first and last fragment", fragments([b"", b"middle", b""]))
case("binary fragments", fragments([b"\xff", b"\xfe"], BINARY))
case("fragments byte by byte", fragments([b"ab", b"cd", b"ef"], slow=True))
case("a ping between fragments",
     fragments([b"ab", b"cd", b"ef"], between=frame(PING, b"between")))
case("the same byte by byte",
     fragments([b"ab", b"cd"], between=frame(PING, b"between"), slow=True))
case("a thousand fragments", fragments([b"*" * 100] * 1000))
case("a character cut by a fragment", fragments(
    ["κόσμε".encode()[:3], "κόσμε".encode()[3:]]))
bad("fragmented ping", frame(PING, b"x", fin=False), 1002)
bad("fragmented ping, continued",
    frame(PING, b"x", fin=False) + frame(CONT, b"y"), 1002)
bad("fragmented pong", frame(PONG, b"x", fin=False), 1002)
bad("fragmented close", frame(CLOSE, b"\x03\xe8", fin=False), 1002)
bad("continuation of nothing", frame(CONT, b"x"), 1002)
bad("unfinished continuation of nothing", frame(CONT, b"x", fin=False), 1002)
bad("continuation after a finished message",
    frame(TEXT, b"x") + frame(CONT, b"y"), 1002)
bad("text within a text",
    frame(TEXT, b"x", fin=False) + frame(TEXT, b"y"), 1002)
bad("binary within a text",
    frame(TEXT, b"x", fin=False) + frame(BINARY, b"y"), 1002)

# UTF-8
GOOD = ("Hello-µ@ßöäüàá-UTF-8!!", "κόσμε", "\x00", "\x7f", "\u0080", "\u07ff",
        "\u0800", "\uffff", "\ud7ff", "\ue000", "\ufffd", "\U00010000",
        "\U0010ffff", "\ufdd0", "\U0001fffe")
for text in GOOD:
    case("text %s" % ascii(text), echoes(TEXT, text.encode()))
BAD = (b"\x80", b"\xbf", b"\xc0\xaf", b"\xc1\xbf", b"\xc2", b"\xe0\x80\xaf",
       b"\xe0\x9f\xbf", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf0\x80\x80\xaf",
       b"\xf0\x8f\xbf\xbf", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80",
       b"\xf8\x88\x80\x80\x80", b"\xfe", b"\xff", b"\xe2\x82", b"\xf0\x90\x80",
       b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited")
for raw in BAD:
    bad("not UTF-8: %s" % raw.hex(), frame(TEXT, raw), 1007)
    bad("not UTF-8 behind ASCII: %s" % raw.hex(),
        frame(TEXT, b"0123456789" + raw), 1007)
bad("not UTF-8 in the second fragment",
    frame(TEXT, b"good", fin=False) + frame(CONT, b"\xff"), 1007)
bad("a character cut by the end",
    frame(TEXT, b"\xce", fin=False) + frame(CONT, b""), 1007)
case("binary need not be UTF-8", echoes(BINARY, b"\xff\xfe\xed\xa0\x80"))


def fails_fast(first):
    """Judged by the bytes so far: the rest never comes."""
    def run(p):
        p.upgrade()
        p.send(first)
        p.expect_close(1007)
        p.end()
    return run


case("bad UTF-8 at once, in an unfinished message",
     fails_fast(frame(TEXT, b"\xce\xba\xf4\x90", fin=False)), code=76)
case("bad UTF-8 at once, in an unfinished frame",
     fails_fast(frame(TEXT, b"\xce\xba\xf4\x90", length=20)), code=76)


# closing
def closing(code, reason=b"", back=None):
    def run(p):
        p.upgrade()
        p.send(close(code, reason))
        p.expect_close(code if back is None else back)
        p.end()
    return run


for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013,
             1014, 3000, 3999, 4000, 4999):
    case("close with %d" % code, closing(code), err="code %d, clean" % code)
case("close without a code", closing(None), err="code 1005, clean")
case("close with a reason", closing(1000, "auf Wiederhören".encode()),
     err="auf Wiederhören")
case("close with 123 bytes of reason", closing(1000, b"*" * 123), err="*" * 123)
bad("close with 124 bytes of reason", close(1000, b"*" * 124), 1002)
bad("close with one byte", frame(CLOSE, b"\x03"), 1002)
for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000,
             65535):
    bad("close with %d" % code, close(code), 1002)
bad("close with bad UTF-8",
    close(1000, b"\xce\xba\xed\xa0\x80edited"), 1007)
bad("close with a cut character", close(1000, b"\xce"), 1007)


def nothing_after_close(p):
    p.upgrade()
    p.send(close(1000) + frame(PING, b"late") + frame(TEXT, b"late"))
    p.expect_close(1000)
    p.sock.shutdown(1)
    p.expect_end()


case("nothing after close is answered", nothing_after_close)


def close_in_fragments(p):
    p.upgrade()
    p.send(frame(TEXT, b"a", fin=False) + close(1000) + frame(CONT, b"b"))
    p.expect_close(1000)
    p.sock.shutdown(1)
    p.expect_end()


case("close between fragments", close_in_fragments)


def echo_before_close(p):
    p.upgrade()
    p.send(frame(TEXT, b"last words") + close(1000))
    p.expect(TEXT, b"last words")
    p.expect_close(1000)
    p.end()


case("the message before close is answered", echo_before_close)


def waits_for_end(p):
    """A client leaves ending TCP to the server, but not for ever."""
    p.upgrade()
    p.send(close(1000))
    p.expect_close(1000)
    p.expect_end()


case("the server never ends", waits_for_end, err="code 1000",
     options=("--close-timeout", "300ms"))


def after_failure(p):
    """What comes after the failure is not processed."""
    p.upgrade()
    p.send(frame(3) + frame(TEXT, b"x") + frame(PING, b"y"))
    p.expect_close(1002)
    p.sock.shutdown(1)
    p.expect_end()


case("nothing after a failure is answered", after_failure, code=76)


# loss
def vanish(p):
    p.upgrade()
    p.send(frame(TEXT, b"one"))
    p.expect(TEXT, b"one")
    p.end()


case("the server vanishes", vanish, code=75, err="without a close frame")


def reset(p):
    import socket
    import struct
    p.upgrade()
    p.send(frame(TEXT, b"one"))
    p.expect(TEXT, b"one")
    p.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                      struct.pack("ii", 1, 0))
    p.end()


case("the server resets", reset, code=75, err="code 1006")


def cut_frame(p):
    p.upgrade()
    p.send(frame(TEXT, b"half", length=1000))
    p.end()


case("the end within a frame", cut_frame, code=75)


# the client as sender
def different_masks(p):
    p.upgrade()
    for i in range(50):
        p.send(frame(TEXT, b"%d" % i))
        p.expect(TEXT, b"%d" % i)
    if len(p.masks) != 50:
        raise Wrong("%d masks for 50 frames" % len(p.masks))
    p.finish()


case("each frame has a mask of its own", different_masks)


def closes(p):
    p.upgrade()
    p.expect(TEXT, b"hello")
    p.send(frame(TEXT, b"hello"))
    reason = p.expect_close(4001)
    if reason != b"done":
        raise Wrong("reason %r" % reason)
    p.send(frame(TEXT, b"still here") + close(4001, b"done"))
    p.end()


case("the client closes", closes, options=("--send", "hello", "--close-code",
                                           "4001"), err="code 4001, clean")


def never_closes(p):
    p.upgrade()
    p.expect(TEXT, b"hello")
    p.send(frame(TEXT, b"hello"))
    p.expect_close(4001)
    p.expect_end()


case("the server ignores the close", never_closes,
     options=("--send", "hello", "--close-code", "4001", "--close-timeout",
              "300ms"), code=75, err="no close frame came back")
