#!/usr/bin/python3
"""A second writer of a FIFO that means harm, beside one that does not.

hostile-writer.py [OPTIONS] SEED GOOD FIFO -- PROGRAM...

Starts the program.  Writers give what no program should (torn records, forged
ends, noise, sizes that cannot be) and are killed at an instant drawn by chance,
while another one writes the bytes of GOOD over and over.  Then nobody does harm
any more, and GOOD has to arrive: DONE is in what the program says or writes.
With --kill the program is killed in the midst of it.  Says what was wrong; exit
0 where nothing was.
"""
import argparse
import os
import random
import re
import selectors
import signal
import subprocess
import sys
import time

LIMIT, SAID_MAX = 20, 200000


def harm(draw, good):
    """Bytes of a writer that means harm."""
    head = b'{"type":"%s","turn":%d,"ms":1e308,"rate":%d,"bytes":%d}\n' % (
        draw.choice([b'audio', b'played', b'interrupted', b'reference',
                     b'image', b'end', b'start', b'tool_call', b'blob']),
        draw.choice([-1, 0, 1, 2 ** 53]), draw.choice([0, 1, 24000, 2 ** 31]),
        draw.choice([0, 1, 7, 20000]))
    return draw.choice([
        lambda: draw.randbytes(draw.randrange(1, 5000)),
        lambda: head + draw.randbytes(7),
        lambda: b'x' * 1200000,
        lambda: good[:draw.randrange(len(good))],
        lambda: b'[' * 100000 + b'\n',
        lambda: b'{"type":"a","bytes":5,"bytes":1}\nabcde',
        lambda: bytes(100000),
        lambda: b'RIFF\xff\xff\xff\xffWAVEfmt \xff\xff\xff\xff',
        lambda: b'\n' * 50000,
        lambda: b'{"type":"text","text":"\x1b]52;c;eA==\x07"}\n',
        lambda: b'{"type":"end","reason":"x","exit":0}\n',
        lambda: b'{"type":"text","text":"\xff\xfe"}\n{"type":',
    ])()


def writer(path, data, again):
    """The process of one that writes."""
    pid = os.fork()
    if pid:
        return pid
    fd = os.open(path, os.O_WRONLY)
    while True:
        for at in range(0, len(data), 4096):
            os.write(fd, data[at:at + 4096])
        if not again:
            signal.pause()
        time.sleep(0.01)


def end(pid):
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


class Program:
    def __init__(self, argv):
        self.proc = subprocess.Popen(argv, stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE)
        self.said, self.size = b'', 0
        self.select = selectors.DefaultSelector()
        for pipe in (self.proc.stdout, self.proc.stderr):
            os.set_blocking(pipe.fileno(), False)
            self.select.register(pipe, selectors.EVENT_READ)

    def hear(self, seconds):
        until = time.monotonic() + seconds
        while self.select.get_map() and time.monotonic() < until:
            for key, _ in self.select.select(until - time.monotonic()):
                data = key.fileobj.read(65536)
                if data == b'':
                    self.select.unregister(key.fileobj)
                elif data:
                    self.said = (self.said + data)[-400000:]
                    if key.fileobj is self.proc.stderr:
                        self.size += len(data)


def main():
    parse = argparse.ArgumentParser()
    parse.add_argument('--done', default='')
    parse.add_argument('--kill', action='store_true')
    parse.add_argument('--stop', action='store_true',
                       help='ends by TERM, not by the end of its input')
    parse.add_argument('--ends', action='store_true',
                       help='ends by itself at the first damage, with 65')
    parse.add_argument('seed', type=int)
    parse.add_argument('good')
    parse.add_argument('fifo')
    parse.add_argument('argv', nargs='+')
    args = parse.parse_args()
    draw = random.Random(args.seed)
    with open(args.good, 'rb') as file:
        good = file.read()
    program = Program(args.argv)
    keep = os.open(args.fifo, os.O_RDWR)
    friend = writer(args.fifo, good, True)
    began = time.monotonic()
    wrong = None
    # who writes first says what kind of input it is
    while not re.search(args.done.encode(), program.said):
        program.hear(0.01)
        if time.monotonic() - began > LIMIT:
            break
    for _ in range(12):
        foe = writer(args.fifo, harm(draw, good), False)
        program.hear(draw.uniform(0, 0.04))
        end(foe)
    if args.kill:
        end(friend)
        program.proc.kill()
        program.proc.wait()
        return
    while program.proc.poll() is None:
        if not args.ends:
            program.said = b''
        program.hear(0.1)
        if re.search(args.done.encode(), program.said):
            break
        if time.monotonic() - began > LIMIT:
            wrong = 'what is good does not arrive any more'
            break
    if program.proc.poll() is not None and not args.ends:
        wrong = 'it has ended with %d' % program.proc.returncode
    end(friend)
    os.close(keep)
    if args.stop:
        program.proc.terminate()
    program.proc.stdin.close()
    while program.proc.poll() is None and not wrong:
        program.hear(0.1)
        if time.monotonic() - began > LIMIT:
            wrong = 'it does not end'
    program.proc.kill()
    code = program.proc.wait()
    if not wrong and code not in (0, 65, 143):
        wrong = 'exit %d' % code
    if not wrong and args.ends and code == 65 and not re.search(
            args.done.encode(), program.said):
        wrong = 'what came before is lost'
    if not wrong and program.size > SAID_MAX:
        wrong = 'it says %d bytes' % program.size
    if not wrong and (b'ERROR: ' in program.said or
                      b'runtime error' in program.said):
        wrong = 'a sanitizer'
    if wrong:
        print(wrong, ascii(program.said[-300:]))
        sys.exit(1)


main()
