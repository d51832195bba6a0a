"""TLS and TCP servers that are wrong in one way each, and one WebSocket echo
server that is right.  Prints "NAME PORT" for each, then "ready", and serves
until it is killed.  Argument: the folder with the certificates."""

import os
import socket
import ssl
import struct
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from peer import CLOSE, CONT, PING, PONG, Peer, Wrong, frame

certs = sys.argv[1]


def listener(family=socket.AF_INET, host="127.0.0.1"):
    s = socket.socket(family)
    s.bind((host, 0))
    s.listen(16)
    return s


def context(name):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    c.load_cert_chain(os.path.join(certs, name + ".pem"),
                      os.path.join(certs, name + ".key"))
    return c


def echo(sock):
    """Each message back, frame by frame, until a close frame."""
    p = Peer(sock)
    p.upgrade()
    while True:
        fin, op, data = p.frame()
        if op == PING:
            p.send(frame(PONG, data))
            continue
        p.send(frame(op, data, fin=fin))
        if op == CLOSE:
            return


def refuse(sock):
    p = Peer(sock)
    p.request()
    body = b'{"error":{"code":403,"message":"no permission"}}'
    p.send(b"HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\n"
           b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    p.sock.recv(1)


def say(text):
    def fn(sock):
        sock.recv(4096)
        sock.sendall(text)
    return fn


def silent(sock):
    while sock.recv(4096):
        pass


def hang_up(sock):
    sock.recv(1)


def reset(sock):
    sock.recv(1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack("ii", 1, 0))


def serve(name, fn, cert=None, tune=None, **where):
    s = listener(**where)
    tls = context(cert) if cert else None
    if tune:
        tune(tls)

    def one(sock):
        try:
            if tls:
                sock = tls.wrap_socket(sock, server_side=True)
            fn(sock)
        except (OSError, Wrong):
            pass
        finally:
            sock.close()

    def run():
        while True:
            sock, _ = s.accept()
            threading.Thread(target=one, args=(sock,), daemon=True).start()

    threading.Thread(target=run, daemon=True).start()
    print(name, s.getsockname()[1])


def old(c):
    c.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    c.maximum_version = ssl.TLSVersion.TLSv1_1


def want_client(c):
    c.verify_mode = ssl.CERT_REQUIRED
    c.load_verify_locations(os.path.join(certs, "ca.pem"))


serve("good", echo, "good")
serve("plain", echo)
serve("expired", echo, "expired")
serve("future", echo, "future")
serve("wronghost", echo, "wronghost")
serve("selfsigned", echo, "selfsigned")
serve("chain", echo, "chain")
serve("http", say(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"))
serve("noise", say(b"\x15\x03"))
serve("silent", silent)
serve("quiet", silent, "good")
serve("hangup", hang_up)
serve("reset", reset)
serve("refuse", refuse, "good")
serve("client", echo, "good", want_client)
try:
    serve("six", echo, family=socket.AF_INET6, host="::1")
except OSError:
    pass
# its queue is full and nobody takes from it: no further handshake of TCP ends
full = socket.socket()
full.bind(("127.0.0.1", 0))
full.listen(0)
waiting = [socket.socket() for _ in range(4)]
for w in waiting:
    w.setblocking(False)
    w.connect_ex(full.getsockname())
print("full", full.getsockname()[1])
closed = listener()
print("closed", closed.getsockname()[1])
closed.close()
print("ready", flush=True)
threading.Event().wait()
