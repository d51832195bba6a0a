"""A CONNECT proxy that sends every tunnel to one address, whatever host was
asked for: so a client can be tested under the service's own names.

    connect.py HOST:PORT LOG     prints its own address, then serves
"""

import socket
import sys
import threading


def pump(a, b):
    try:
        while data := a.recv(65536):
            b.sendall(data)
    except OSError:
        pass
    try:
        b.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(client, target, log):
    head = b""
    while b"\r\n\r\n" not in head:
        data = client.recv(4096)
        if not data:
            return
        head += data
    log.write(head.split(b"\r\n")[0].decode() + "\n")
    log.flush()
    server = socket.create_connection(target)
    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    threading.Thread(target=pump, args=(server, client), daemon=True).start()
    pump(client, server)


def main():
    host, port = sys.argv[1].rsplit(":", 1)
    log = open(sys.argv[2], "w")
    s = socket.create_server(("127.0.0.1", 0))
    print("127.0.0.1:%d" % s.getsockname()[1], flush=True)
    while True:
        client, _ = s.accept()
        threading.Thread(target=serve, args=(client, (host, int(port)), log),
                         daemon=True).start()


main()
