#!/usr/bin/python3
"""Writers of a FIFO that die in the middle of a unit, and the ones after them.

writers.py [OPTIONS] CUT WHOLE FIFO -- PROGRAM...

Starts the program; then, as often as told, a writer gives the first bytes of
CUT, up to a place drawn by chance, and dies; once the program has reported the
loss another one gives all of WHOLE; once that has arrived it begins anew.
Every wait is for an event.  Says what was wrong; exit 0 where nothing was.
"""
import argparse
import json
import os
import random
import re
import selectors
import signal
import subprocess
import sys
import time

LOST = r'which is dropped: |: damaged: '


def sound_of(out):
    """The sound in a stream, of which the last record may not be whole."""
    sound, at = bytearray(), 0
    while (end := out.find(b'\n', at)) >= 0:
        head = json.loads(out[at:end])
        at = end + 1 + head.get('bytes', 0)
        if head['type'] == 'audio':
            sound += out[end + 1:at]
    return sound


class Program:
    def __init__(self, argv):
        self.proc = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        self.out = bytearray()
        self.err = bytearray()
        self.poll = selectors.DefaultSelector()
        for f, to in ((self.proc.stdout, self.out),
                      (self.proc.stderr, self.err)):
            os.set_blocking(f.fileno(), False)
            self.poll.register(f, selectors.EVENT_READ, to)

    def read(self, left):
        for key, _ in self.poll.select(left):
            data = os.read(key.fd, 1 << 20)
            if data:
                key.data.extend(data)
            else:
                self.poll.unregister(key.fileobj)

    def wait(self, what, done):
        end = time.monotonic() + 20
        while not done():
            left = end - time.monotonic()
            if left <= 0 or not self.poll.get_map():
                self.proc.kill()
                sys.exit('%s: %s; %s' % (
                    what, 'the program has ended' if left > 0 else
                    'not in time', self.err[-600:].decode(errors='replace')))
            self.read(left)

    def stop(self):
        self.proc.stdin.close()
        if self.proc.poll() is None:
            self.proc.send_signal(signal.SIGTERM)
        end = time.monotonic() + 20
        while self.poll.get_map() and time.monotonic() < end:
            self.read(0.5)
        return self.proc.wait(20)


def give(fifo, data, program):
    """A writer that comes, writes and goes."""
    while True:
        try:
            fd = os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
            break
        except OSError:     # nobody has opened it to read yet
            if program.proc.poll() is not None:
                return
            time.sleep(0.002)
    os.set_blocking(fd, True)
    os.write(fd, data) if len(data) <= 4096 else write_all(fd, data)
    os.close(fd)


def write_all(fd, data):
    data = memoryview(data)
    while data:
        data = data[os.write(fd, data[:65536]):]


def options():
    p = argparse.ArgumentParser()
    p.add_argument('--seed', type=int, default=15)
    p.add_argument('--cuts', type=int, default=50)
    p.add_argument('--first', type=int, default=1,
                   help='of CUT before the first cut')
    p.add_argument('--odd', action='store_true', help='cut at odd bytes')
    p.add_argument('--done', help='what the program says of each WHOLE')
    p.add_argument('--per', type=int, default=1, help='and how often')
    p.add_argument('--sound', type=int, metavar='HEAD',
                   help='standard output is the sound of all, which begins '
                   'there in each file')
    p.add_argument('--drop', action='store_true',
                   help='nothing of what was cut is used')
    p.add_argument('--records', action='store_true',
                   help='that of its audio records')
    p.add_argument('--after', type=int, default=0,
                   help='so many bytes of sound may not have come yet')
    p.add_argument('cut')
    p.add_argument('whole')
    p.add_argument('fifo')
    p.add_argument('argv', nargs='+')
    return p.parse_args()


def main():
    o = options()
    cut, whole = (open(f, 'rb').read() for f in (o.cut, o.whole))
    rand = random.Random(o.seed)
    places = [rand.randrange(o.first, len(cut)) for _ in range(o.cuts)]
    if o.odd:
        places = [at - 1 + at % 2 if at > 1 else 1 for at in places]
    program = Program(o.argv)
    sound = bytearray()
    bad = []

    def losses():
        return len(re.findall(LOST.encode(), program.err))

    def heard():
        return sound_of(program.out) if o.records else program.out

    def arrived():
        if o.done is None:
            return len(heard()) >= len(sound) - o.after
        return len(re.findall(o.done.encode(), program.out + b'\n' +
                              program.err)) >= (k + 1) * o.per

    for k, at in enumerate(places):
        where = 'seed %d, cut %d at byte %d' % (o.seed, k + 1, at)
        give(o.fifo, cut[:at], program)
        if o.sound is not None and not o.drop and at > o.sound:
            sound += cut[o.sound:at - (at - o.sound) % 2]
        program.wait(where + ': reported', lambda: losses() > k)
        give(o.fifo, whole, program)
        if o.sound is not None:
            sound += whole[o.sound:]
        program.wait(where + ': the whole one', arrived)
    code = program.stop()
    if losses() != o.cuts:
        bad.append('%d of %d losses reported' % (losses(), o.cuts))
    if o.sound is not None and (
            not sound.startswith(heard()) or
            len(heard()) < len(sound) - o.after):
        bad.append('other sound: %d of %d bytes' % (len(heard()),
                                                    len(sound)))
    if code not in (0, 143, -15):
        bad.append('exit %d' % code)
    if bad:
        sys.exit('seed %d: %s; %s' % (
            o.seed, ', '.join(bad),
            program.err[-600:].decode(errors='replace')))
    print('seed %d: %d cuts' % (o.seed, o.cuts))


main()
