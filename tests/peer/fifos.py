#!/usr/bin/python3
"""Every program that reads a FIFO, and every format that it reads there.

fifos.py [--cuts N] [--seed N] [--how HOW] [--only REGEX] [--list]

Each cell of the table starts its program with a FIFO of its own.  Then, as
often as told, a writer gives the first bytes of a unit up to a place drawn by
chance, and dies; the next writer gives a whole unit.  Right is that the loss is
reported once, with the FIFO's name, and that what was whole is used exactly.

HOW says when the second writer comes:
report  once the loss is reported (by default)
noticed once the program has seen the first one leave
once    at once, by the same process
shell   at once, as another process of a shell's, once the program has reported
        a first loss
kill    as report, but the first one is a process that is killed
slain   at once, by the parent of a process that holds the FIFO open and is
        killed
start   as shell, but both wait already when the program starts, which it does
        anew for each cut

A line for each cell: its name, and "ok" or what was wrong.  Every wait is for
an event.  Units are made here, but for JPEG and PNG, which are a.jpg, b.jpg,
a.png and b.png.
"""
import argparse
import array
import base64
import json
import math
import os
import random
import re
import selectors
import signal
import struct
import subprocess
import sys
import threading
import time

WAIT = float(os.environ.get('FIFOS_WAIT', 60))
RATE = 16000


# units -----------------------------------------------------------------

def samples(freq, n=960):
    return array.array('h', [int(9000 * math.sin(2 * math.pi * freq * i / RATE))
                             for i in range(n)])


def pcm(freq, big=False):
    s = samples(freq)
    if big == (sys.byteorder == 'little'):
        s.byteswap()
    return s.tobytes()


def wav(kind, freq):
    """The file, and where its sound begins."""
    big = kind == 'rifx'
    data = pcm(freq, big)
    fmt = struct.pack(('>' if big else '<') + 'HHIIHH', 1, 1, RATE, 2 * RATE, 2,
                      16)
    if kind == 'w64':
        rest = bytes.fromhex('f3acd3118cd100c04f8edb8a')
        size = 40 + 24 + 16 + 24 + len(data)
        head = (b'riff' + bytes.fromhex('2e91cf11a5d628db04c10000') +
                struct.pack('<Q', size) + b'wave' + rest +
                b'fmt ' + rest + struct.pack('<Q', 24 + 16) + fmt +
                b'data' + rest + struct.pack('<Q', 24 + len(data)))
    elif kind in ('rf64', 'bw64'):
        head = (kind.upper().encode() + b'\xff\xff\xff\xffWAVE' + b'ds64' +
                struct.pack('<IQQQI', 28, 72 + len(data), len(data),
                            len(data) // 2, 0) +
                b'fmt ' + struct.pack('<I', 16) + fmt +
                b'data\xff\xff\xff\xff')
    else:
        order = '>' if big else '<'
        head = ((b'RIFX' if big else b'RIFF') +
                struct.pack(order + 'I', 36 + len(data)) + b'WAVEfmt ' +
                struct.pack(order + 'I', 16) + fmt + b'data' +
                struct.pack(order + 'I', len(data)))
    return head + data, len(head)


def record(payload=b'', **head):
    if payload:
        head['bytes'] = len(payload)
    return json.dumps(head).encode() + b'\n' + payload


class Unit:
    """data; kept(n) is what is used of its first n bytes: sound, or a list."""
    def __init__(self, data, kept=None, first=1, odd=False, edges=(), ends=()):
        self.data, self.kept, self.first = data, kept, first
        self.odd, self.edges, self.ends = odd, edges, ends


def sound(form, freq):
    whole = pcm(freq)
    if form == 'raw':
        return Unit(whole, lambda n: whole[:n // 2 * 2], odd=True)
    if form == 'gl':
        parts = [(record(whole[a:b], type='audio', rate=RATE), whole[a:b])
                 for a, b in ((0, 640), (640, len(whole)))]
        data = b''.join(r for r, _ in parts)
        first = len(parts[0][0])
        return Unit(data, lambda n: whole if n == len(data) else
                    parts[0][1] if n >= first else b'', edges=(first,),
                    ends=(first,))
    data, head = wav(form, freq)
    # a header alone says how much is missing, but holds no sound
    return Unit(data, lambda n: whole[:max(0, n - head) // 2 * 2],
                edges=(head,))


def luma(seed, w=64, h=48):
    return bytes((x * (3 + seed) + y * 5 + (x * y >> 3)) & 255
                 for y in range(h) for x in range(w))


def picture(form, which):
    w, h = (64, 48) if which == 'a' else (80, 60)
    y = luma(1 if which == 'a' else 2, w, h)
    rgb = b''.join(bytes((v, 255 - v, v >> 1)) for v in y)
    if form in ('jpg', 'png'):
        with open('%s.%s' % (which, form), 'rb') as f:
            data = f.read()
    elif form == 'pgm':
        data = b'P5\n%d %d\n255\n' % (w, h) + y
    elif form == 'pgm16':
        data = b'P5\n%d %d\n65535\n' % (w, h) + bytes(
            b for v in y for b in (v, v))
    elif form == 'ppm':
        data = b'P6\n%d %d\n255\n' % (w, h) + rgb
    elif form == 'pam':
        data = (b'P7\nWIDTH %d\nHEIGHT %d\nDEPTH 3\nMAXVAL 255\n'
                b'TUPLTYPE RGB\nENDHDR\n' % (w, h)) + rgb
    elif form == 'y4m':
        data = (b'YUV4MPEG2 W%d H%d F25:1 C420jpeg\nFRAME\n' % (w, h) + y +
                y[:w * h // 4] * 2)
    else:               # raw video, whose size is told
        w, h = 64, 48
        y = luma(1 if which == 'a' else 2, w, h)
        data = {'gray': y, 'rgb24': b''.join(
                    bytes((v, 255 - v, v >> 1)) for v in y),
                'yuyv422': b''.join(bytes((v, 128)) for v in y),
                'yuv420p': y + y[:w * h // 2],
                'nv12': y + y[:w * h // 2]}[form]
    return Unit(data)


def told(kind):
    """Records that another program writes into a FIFO, with its sound."""
    long = 'x' * 900
    data = {
        'key': record(type='activity', state='toggle', why=long),
        'play': record(type='played', playing=True, why=long) +
        record(type='played', playing=False),
        'reference': record(pcm(440), type='reference', rate=RATE, frame=0),
        'away': record(type='reconnecting', why=long) + record(type='ready'),
        'note': record(luma(3, 100, 40), type='note', why=long),
    }[kind]
    edge = data.find(b'\n') + 1
    return Unit(data, edges=(edge,), ends=(len(data) if kind in (
        'note', 'reference') else edge,))


# programs --------------------------------------------------------------

class Program:
    def __init__(self, argv):
        self.proc = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        self.out, self.err = bytearray(), bytearray()
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

    def wait(self, what, done, tick=None):
        end = time.monotonic() + WAIT
        while not done():
            left = end - time.monotonic()
            if left <= 0 or not self.poll.get_map():
                raise Wrong('%s: %s' % (
                    what, 'the program has ended' if left > 0 else
                    'not in time'))
            self.read(tick or left)

    def stop(self):
        self.proc.stdin.close()
        if self.proc.poll() is None:
            self.proc.send_signal(signal.SIGTERM)
        end = time.monotonic() + WAIT
        while self.poll.get_map() and time.monotonic() < end:
            self.read(0.5)
        return self.proc.wait(WAIT)


class Wrong(Exception):
    pass


def records(out):
    at = 0
    while (end := out.find(b'\n', at)) >= 0:
        head = json.loads(out[at:end])
        at = end + 1 + head.get('bytes', 0)
        if at <= len(out):
            yield head, bytes(out[end + 1:at])


def heard(program):
    """Sound, from records on standard output."""
    return b''.join(p for h, p in records(program.out) if h['type'] == 'audio')


def sent(program):
    """Sound, from the messages that a session has sent."""
    return b''.join(base64.b64decode(m) for m in re.findall(
        rb'"audio": ?\{[^}]*"data": ?"([^"]*)"', program.err))


def plain(program):
    return bytes(program.out)


def jpegs(program):
    """Whole pictures: each ends where the next begins."""
    parts = bytes(program.out).split(b'\xff\xd8\xff')[1:]
    return [b'\xff\xd8\xff' + p for p in parts if p.endswith(b'\xff\xd9')]


def matches(pattern, where='err'):
    def count(program):
        text = program.out + b'\n' + program.err if where == 'both' else \
            program.err
        return len(re.findall(pattern, text))
    return count


class Cell:
    """
    argv: FIFO stands for the FIFO.  units: pairs of the unit that is cut and
    the whole one.  used() is what the program has made of it: bytes (sound),
    a list (pictures), or a number.
    """
    def __init__(self, name, argv, units, used, late=0, gaps=False):
        self.name, self.argv, self.units = name, argv, units
        self.used, self.late, self.gaps = used, late, gaps
        self.fifo = re.sub(r'\W+', '-', name).strip('-') + '.ff'


def mixed(forms, make, *which):
    """Each form is followed by itself and by the next one."""
    return [(make(f, which[0]), make(g, which[1]), '%s then %s' % (f, g))
            for f, g in zip(forms, forms[1:] + forms[:1])]


WAVS = ['wav', 'rifx', 'rf64', 'bw64', 'w64']
SOUNDS = WAVS + ['gl']
PICTURES = ['jpg', 'png', 'pgm', 'ppm', 'pam', 'y4m', 'pgm16']
RAW = ['rgb24', 'gray', 'yuyv422', 'yuv420p', 'nv12']
FRAMES = ['gl-frames', '-v', '-f', 'mjpeg', '--pace', 'live', '--fps', '60',
          '--idle-fps', '60']


def cells():
    for name, argv, forms, used, late in (
            ('gl-mic FILE', ['gl-mic', '-r', '--pace', 'fast', 'FIFO'],
             SOUNDS + ['raw'], plain, 639),
            ('gl-play FILE', ['gl-play', '-n', '-p', 'FIFO'],
             SOUNDS + ['raw'], heard, 0),
            ('gl-play -r FILE', ['gl-play', '-n', '-p', '-r', '-R', str(RATE),
                                 'FIFO'], ['raw'], heard, 0),
            ('gl-session -i', ['gl-session', '--trace', '/dev/stderr', '-i',
                               'FIFO'], SOUNDS, sent, 0)):
        for f in forms:
            yield Cell('%s: %s' % (name, f), argv,
                       [(sound(f, 440), sound(f, 300), f)], used, late=late)
        if len(forms) > 1:
            yield Cell('%s: another format' % name, argv,
                       mixed(forms, sound, 440, 300), used, late=late)
    yield Cell('gl-mic --fill FILE: wav', ['gl-mic', '-r', '--fill', '--pace',
                                           '2', 'FIFO'],
               [(sound('wav', 440), sound('wav', 300), '')], plain, gaps=True)
    for f in PICTURES:
        yield Cell('gl-frames -i: ' + f, FRAMES + ['-i', 'FIFO'],
                   [(picture(f, 'a'), picture(f, 'b'), f)], jpegs)
    yield Cell('gl-frames -i: another format', FRAMES + ['-i', 'FIFO'],
               mixed(PICTURES, picture, 'a', 'b'), jpegs)
    yield Cell('gl-frames FILE: jpg', FRAMES + ['FIFO'],
               [(picture('jpg', 'a'), picture('jpg', 'b'), '')], jpegs)
    for f in RAW:
        yield Cell('gl-frames --raw: ' + f,
                   FRAMES + ['--raw', f + ',64x48', '-i', 'FIFO'],
                   [(picture(f, 'a'), picture(f, 'b'), f)], jpegs)
    for name, argv, kind, used in (
            ('gl-frames --watch: records', ['gl-frames', '-v', '-f', 'mjpeg', '-i',
                                   'hold', '--watch', 'FIFO'], 'away',
             matches(b'the session is away')),
            ('gl-mic --ptt-from: records', ['gl-mic', '-v', '--ptt-from', 'FIFO'],
             'key', matches(b'ms: activity')),
            ('gl-mic --half-duplex: records', ['gl-mic', '-vv', '--half-duplex',
                                      'FIFO'], 'play',
             matches(b'loudspeaker is silent')),
            ('gl-mic --aec: records', ['gl-mic', '-v', '--aec', 'FIFO'], 'reference',
             None),
            ('gl-session -i: other records', ['gl-session', '-i', 'FIFO'],
             'note', matches(b'"type": ?"note"', 'both'))):
        yield Cell(name, argv, [(told(kind), told(kind), kind)], used)


# one cell --------------------------------------------------------------

def give(fifo, data, program):
    """A writer that comes, writes and goes."""
    while True:
        try:
            fd = os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
            break
        except OSError:     # nobody has opened it to read yet
            if program.proc.poll() is not None:
                raise Wrong('the program has ended')
            time.sleep(0.002)
    os.set_blocking(fd, True)
    data = memoryview(data)
    while data:
        data = data[os.write(fd, data[:65536]):]
    os.close(fd)


def killed(fifo, data):
    """A process that has written so much into the FIFO is killed."""
    with open(fifo, 'wb') as f:
        w = subprocess.Popen(['cat'], stdin=subprocess.PIPE, stdout=f)
    w.stdin.write(data)
    w.stdin.flush()
    while True:
        with open('/proc/%d/io' % w.pid) as f:
            if int(re.search(r'wchar: (\d+)', f.read())[1]) >= len(data):
                break
        time.sleep(0.002)
    w.kill()
    w.wait()
    w.stdin.close()


def slain(fifo, name):
    """A process that has written a file into the FIFO kills itself."""
    subprocess.run(['sh', '-c', 'exec 3>"$1"; cat "$2" >&3; kill -9 $$', '-',
                    fifo, name])


def pair(fifo, wait=False):
    """A shell whose first process writes what is cut, and the second what is
    whole."""
    shell = subprocess.Popen(['sh', '-c', 'cat %s.cut >%s; cat %s.whole >%s' %
                              ((fifo,) * 4)])
    if wait:
        shell.wait()
    return shell


def give_files(cell, cut, whole, at):
    for name, data in (('cut', cut.data[:at]), ('whole', whole.data)):
        with open(cell.fifo + '.' + name, 'wb') as f:
            f.write(data)


def place(rand, unit, k, cuts):
    """Where to cut: the head and the edges of units above all."""
    n = len(unit.data)
    head = [1, 2, 3, 4, 5, 7, 8, 11, 12, 13, 17, 21, 25, 39, 41, 43, n - 1, n - 2]
    for e in unit.edges:
        head += [e - 1, e, e + 1]
    head = [h for h in head if unit.first <= h < n]
    at = rand.choice(head) if k % 3 == 0 else rand.randrange(unit.first, n)
    if unit.odd:
        at = at - 1 + at % 2 if at > 1 else 1
    # a record that is whole is no loss
    return at - 1 if at in unit.ends else at


def descriptors(program, fifo):
    """The program's descriptors that are the FIFO."""
    there = os.stat(fifo)
    found = set()
    path = '/proc/%d/fd' % program.proc.pid
    for fd in os.listdir(path):
        try:
            st = os.stat(path + '/' + fd)
        except OSError:
            continue
        if (st.st_dev, st.st_ino) == (there.st_dev, there.st_ino):
            found.add(fd)
    return found


def expected(unit, cell):
    """The picture that the program makes of a unit alone."""
    argv = [a for a in cell.argv if a != 'FIFO']
    if '-i' in argv:
        argv.remove('-i')
    name = cell.fifo + '.one'
    with open(name, 'wb') as f:
        f.write(unit.data)
    out = subprocess.run(argv + [name], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return out.stdout


def lost(cell, program):
    return len(re.findall(
        (r'(?m)^gl-\w+: %s: (a writer left something half done, which is '
         r'dropped|damaged): \S' % re.escape(cell.fifo)).encode(),
        program.err))


def play_cell(cell, o):
    cell.fifo = o.how + '-' + cell.fifo
    os.mkfifo(cell.fifo)
    rand = random.Random('%d %s' % (o.seed, cell.name))
    cuts = []
    for k in range(o.cuts):
        cut, whole, what = cell.units[k % len(cell.units)]
        at = place(rand, cut, k // len(cell.units), o.cuts)
        cuts.append((cut, whole, at, 'cut %d at byte %d of %s' % (k + 1, at,
                                                                 what)))
    if o.how != 'start':
        return play(cell, o, cuts)
    said = [play(cell, o, [c]) for c in cuts]
    bad = [s for s in said if s != 'ok']
    return '%d of %d wrong, %s' % (len(bad), len(said), bad[0]) if bad else 'ok'


def play(cell, o, cuts):
    argv = [cell.fifo if a == 'FIFO' else a for a in cell.argv]
    want = b''
    shown = {}
    if o.how == 'start':
        give_files(cell, *cuts[0][:3])
        shell = pair(cell.fifo)
    program = Program(argv)
    try:
        for k, (cut, whole, at, where) in enumerate(cuts):
            before = cell.used(program) if cell.used else 0
            # a FIFO that the program has not opened yet is "start"'s
            how = 'report' if k == 0 and o.how in ('shell', 'slain') else o.how
            if how != 'start':
                give_files(cell, cut, whole, at)
            if how == 'shell':
                pair(cell.fifo, wait=True)
            elif how == 'slain':
                slain(cell.fifo, cell.fifo + '.cut')
            elif how == 'kill':
                killed(cell.fifo, cut.data[:at])
            elif how != 'start':
                seen = descriptors(program, cell.fifo) if how == 'noticed' \
                    else None
                give(cell.fifo, cut.data[:at], program)
            if how == 'noticed' and seen:
                program.wait(where + ': noticed', lambda: seen != descriptors(
                    program, cell.fifo), 0.001)
            elif how in ('report', 'kill'):
                program.wait(where + ': reported',
                             lambda: lost(cell, program) > k)
            if isinstance(before, bytes):
                want += b'' if cell.gaps else cut.kept(at)
                want += whole.kept(len(whole.data))
            if how not in ('shell', 'start'):
                give(cell.fifo, whole.data, program)
            if isinstance(before, bytes):
                program.wait(where + ': the whole one', lambda: len(
                    cell.used(program)) >= len(want) - cell.late if not
                    cell.gaps else whole.kept(len(whole.data)) in
                    cell.used(program)[len(before):])
                if not cell.gaps and not want.startswith(cell.used(program)):
                    raise Wrong(where + ': other sound')
            elif isinstance(before, list):
                if id(whole) not in shown:
                    shown[id(whole)] = expected(whole, cell)
                program.wait(where + ': the whole one', lambda: shown[
                    id(whole)] in cell.used(program)[len(before):])
            elif cell.used:
                program.wait(where + ': the whole one', lambda: cell.used(
                    program) > before)
            program.wait(where + ': reported', lambda: lost(cell, program) >
                         k)
            if lost(cell, program) != k + 1:
                raise Wrong('%s: %d of %d losses reported' % (
                    where, lost(cell, program), k + 1))
        code = program.stop()
        if lost(cell, program) != len(cuts):
            raise Wrong('%d of %d losses reported' % (
                lost(cell, program), len(cuts)))
        if code not in (0, 143, -15):
            raise Wrong('exit %d' % code)
        return 'ok'
    except Wrong as e:
        program.proc.kill()
        if o.how == 'start':
            shell.kill()
        return '%s; %s' % (e, program.err[-400:].decode(errors='replace'))


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--seed', type=int, default=15)
    p.add_argument('--cuts', type=int, default=50)
    p.add_argument('--how', default='report')
    p.add_argument('--only', default='')
    p.add_argument('--list', action='store_true')
    o = p.parse_args()
    said = threading.Lock()

    def run(cell):
        result = play_cell(cell, o)
        with said:
            print('%s: %s' % (cell.name, result.replace('\n', ' | ')),
                  flush=True)
    todo = [c for c in cells() if re.search(o.only, c.name)]
    if o.list:
        print('\n'.join(c.name for c in todo))
        return
    threads = [threading.Thread(target=run, args=(c,)) for c in todo]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


main()
