#!/usr/bin/env python3
"""Many calls through gl-tool, some cancelled at random moments.

calls.py CALLS OPEN SHARE SEED LOG NAMES -- gl-tool ARGUMENTS

Keeps OPEN calls open until CALLS were made, cancels SHARE of them after 0 to
30 ms, and checks that each was answered once or cancelled once, by the answers
and by the log of --log.  Prints one line of counts.
"""
import json
import os
import random
import select
import subprocess
import sys
import time

calls, width, share, seed = (int(sys.argv[1]), int(sys.argv[2]),
                             float(sys.argv[3]), int(sys.argv[4]))
log, names = sys.argv[5], sys.argv[6].split()
chance = random.Random(seed)
child = subprocess.Popen(sys.argv[8:], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, bufsize=0)
sent, open_calls, answers, doomed, told = 0, set(), {}, {}, set()
pending, queued = b'', b''
limit = time.monotonic() + 300


def put(record):
    global queued
    queued += json.dumps(record).encode() + b'\n'


while sent < calls or open_calls or queued:
    now = time.monotonic()
    if now > limit:
        print('no end: sent', sent, 'open', len(open_calls))
        child.kill()
        sys.exit(1)
    while sent < calls and len(open_calls) < width:
        sent += 1
        key = 'c%d' % sent
        put({'type': 'tool_call', 'id': key, 'name': chance.choice(names),
             'args': {'n': sent}})
        open_calls.add(key)
        if chance.random() < share:
            doomed[key] = now + chance.random() * 0.03
    for key in [k for k in doomed if doomed[k] <= now]:
        del doomed[key]
        if key in open_calls:
            put({'type': 'tool_cancel', 'ids': [key]})
            told.add(key)
            open_calls.discard(key)
    wait = min(doomed.values(), default=now + 1) - now
    readable, writable, _ = select.select(
        [child.stdout], [child.stdin] if queued else [], [], max(wait, 0))
    if writable:
        queued = queued[os.write(child.stdin.fileno(), queued[:4096]):]
    if readable:
        pending += os.read(child.stdout.fileno(), 65536)
        lines = pending.split(b'\n')
        pending = lines.pop()
        for line in lines:
            if b'"type":"tool_response"' not in line:
                continue
            key = json.loads(line)['id']
            answers[key] = answers.get(key, 0) + 1
            open_calls.discard(key)
child.stdin.close()
for line in (pending + child.stdout.read()).split(b'\n'):
    if b'"type":"tool_response"' in line:
        key = json.loads(line)['id']
        answers[key] = answers.get(key, 0) + 1
code = child.wait()

ends = {}
for line in open(log):
    record = json.loads(line)
    if record['event'] in ('answer', 'cancel'):
        ends.setdefault(record['id'], []).append(record['event'])
answered = {k for k, v in ends.items() if v == ['answer']}
cancelled = {k for k, v in ends.items() if v == ['cancel']}
print(json.dumps({
    'exit': code,
    'each ended once': len(answered) + len(cancelled) == calls == len(ends),
    'each answer came once': set(answers) == answered
    and set(answers.values()) == {1},
    'only who was asked to was cancelled': cancelled <= told,
    'cancelled': len(cancelled) > calls * share / 4}))
print('# %d answered, %d cancelled' % (len(answered), len(cancelled)),
      file=sys.stderr)
