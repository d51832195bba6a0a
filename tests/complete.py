"""Types at a shell on a terminal of its own, for tests/pipeline/98-complete.t.

complete.py SHELL [ARG...] < LINES

Each line has, with a tab between, what is typed before the Tab key (\\t in it
is another one) and what must then show up on the terminal.  The shell has to
print "ready$ " as its prompt.  Whatever does not show up within 20 s is
printed, with what did.
"""
import os
import pty
import re
import select
import sys
import time


def read_until(fd, text, wanted):
    end = time.time() + 20
    while not wanted(text):
        left = end - time.time()
        if left <= 0 or not select.select([fd], [], [], left)[0]:
            return text, False
        try:
            got = os.read(fd, 4096)
        except OSError:
            got = b""
        if not got:
            return text, False
        text += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|[\r\a]", "",
                       got.decode("utf-8", "replace"))
        if text.endswith("\b"):
            text = text.rstrip("\b")
    return text, True


def main():
    lines = sys.stdin.read().splitlines()
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm"
        os.environ["COLUMNS"] = "200"
        os.execvp(sys.argv[1], sys.argv[1:])
    text, good = read_until(fd, "", lambda t: "ready$ " in t)
    if not good:
        print("no prompt: %r" % text)
    for line in lines if good else []:
        typed, wanted = line.split("\t")
        os.write(fd, typed.replace("\\t", "\t").encode() + b"\t")
        text, found = read_until(fd, "", lambda t: wanted in t)
        if not found:
            print("%r: no %r in %r" % (typed, wanted, text[-1000:]))
        # away with the line, and a new prompt
        os.write(fd, b"\x15")
        os.write(fd, b"echo done=$((6*7))\n")
        read_until(fd, "", lambda t: "done=42" in t and
                   t.rstrip(" ").endswith("ready$"))
    os.close(fd)
    os.waitpid(pid, 0)


main()
