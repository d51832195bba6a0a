#!/usr/bin/env python3
"""ws-burst.py CERT: a WebSocket server over TLS for one client.  Prints its
port; after the upgrade sends twenty messages, a TLS record each, in one piece,
and says nothing more until as many echoes have come.  Ends with 0 if they do
within ten seconds."""
import base64
import hashlib
import re
import socket
import ssl
import sys

COUNT = 20
ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
ctx.load_cert_chain(sys.argv[1])
ctx.num_tickets = 0
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
sock, _ = listener.accept()
sock.settimeout(10)
inside, outside = ssl.MemoryBIO(), ssl.MemoryBIO()
tls = ctx.wrap_bio(inside, outside, server_side=True)


def until_done(step):
    while True:
        try:
            done = step()
            if outside.pending:
                sock.sendall(outside.read())
            return done
        except ssl.SSLWantReadError:
            if outside.pending:
                sock.sendall(outside.read())
            data = sock.recv(65536)
            if not data:
                sys.exit("the client hung up")
            inside.write(data)


until_done(tls.do_handshake)
head = b""
while b"\r\n\r\n" not in head:
    head += until_done(lambda: tls.read(65536))
key = re.search(rb"(?i)sec-websocket-key: *(\S+)", head).group(1)
accept = base64.b64encode(hashlib.sha1(
    key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
tls.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
          b"Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept +
          b"\r\n\r\n")
for i in range(COUNT):
    tls.write(b"\x81\x04m%03d" % i)
sock.sendall(outside.read())
came = b""
# an echo: two bytes, a mask of four, four of text
while len(came) < COUNT * 10:
    try:
        came += until_done(lambda: tls.read(65536))
    except socket.timeout:
        sys.exit("%d of %d echoes came" % (len(came) // 10, COUNT))
tls.write(b"\x88\x02\x03\xe8")
sock.sendall(outside.read())
