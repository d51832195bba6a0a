"""Feeds gl-frames with pictures that nobody here made, each as it is, cut short
and flipped at random, always with good ones behind it.  The same at every run.
Arguments: the program, a good JPEG of less than 64 KiB, folders.

Expected of each run: exit 0 or 65 and nothing that a sanitizer says, at most
LIMIT seconds and PEAK MiB, a sentence where a picture was left out, and the
good pictures behind it."""

import os
import random
import resource
import subprocess
import sys

LIMIT, PEAK = 60, 1000
SIZE_MAX = 4 << 20
STARTS = (b'\xff\xd8\xff', b'\x89PNG', b'P5', b'P6', b'P7', b'YUV4MPEG2')


def variants(draw, data):
    """The file as it is, cut at two places, and flipped three times."""
    yield 'whole', data
    for _ in range(2):
        at = draw.randrange(1, len(data) + 1)
        yield f'cut at {at}', data[:at]
    for count in (1, 5, 40):
        changed = bytearray(data)
        for _ in range(count):
            # headers are where it hurts
            reach = draw.choice([64, 1024, len(data)])
            at = draw.randrange(min(reach, len(data)))
            changed[at] ^= 1 << draw.randrange(8)
        yield f'{count} flipped', bytes(changed)


def run(args, data):
    """Exit code, what was written, what was said."""
    done = subprocess.run(args, input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=LIMIT, check=False)
    return done.returncode, done.stdout, done.stderr.decode('utf8', 'replace')


def judge(args, data, good):
    """None, or what is wrong."""
    code, out, said = run(args, data)
    if code not in (0, 65):
        return f'exit {code}: {said[-800:]}'
    if 'ERROR: ' in said or 'runtime error' in said:
        return said[-800:]
    if not out.endswith(good):
        return f'the good picture behind it is lost: {said[-300:]}'
    if code == 65 and not said:
        return 'exit 65 without a sentence'
    return None


def main():
    program, good_name, folders = sys.argv[1], sys.argv[2], sys.argv[3:]
    with open(good_name, 'rb') as file:
        good = file.read()
    assert len(good) < 65536
    # what a marker's length may swallow lies before the last one; and what
    # the header of another kind of picture may, which is more
    behind = good * (2 * 65536 // len(good) + 2)
    far_behind = good * ((66 << 20) // len(good))
    draw = random.Random(1)
    files = runs = bad = 0
    names = sorted(os.path.join(path, name) for folder in folders
                   for path, _, names in os.walk(folder) for name in names)
    for name in names:
        if os.path.islink(name) or not 0 < os.path.getsize(name) <= SIZE_MAX:
            continue
        with open(name, 'rb') as file:
            data = file.read()
        files += 1
        for what, bytes_ in variants(draw, data):
            with open('corpus.tmp', 'wb') as file:
                file.write(bytes_)
            options = ['--fps', '60', '--idle-fps', '60', '-f', 'mjpeg']
            tries = [([program, *options, 'corpus.tmp', good_name], b'')]
            if bytes_.startswith(STARTS[0]):
                tries.append(([program, *options, '--pace', 'live', '-i', '-'],
                              bytes_ + behind))
            for args, given in tries:
                runs += 1
                try:
                    wrong = judge(args, given, good)
                    if wrong and given:
                        wrong = judge(args, bytes_ + far_behind, good)
                except subprocess.TimeoutExpired:
                    wrong = f'takes more than {LIMIT} s'
                if wrong:
                    bad += 1
                    print(f'{name}, {what}: {" ".join(args[-2:])}: {wrong}',
                          flush=True)
                    os.link('corpus.tmp', f'corpus.bad.{bad}')
                    os.unlink('corpus.tmp')
                    with open('corpus.tmp', 'wb') as file:
                        file.write(bytes_)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    print(f'{files} files, {runs} runs, {bad} of them wrong, at most {peak} '
          'MiB')
    if 'san' not in program and peak > PEAK:
        bad += 1
    sys.exit(bad > 0)


main()
