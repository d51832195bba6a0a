#!/usr/bin/env python3
"""An MCP server over stdio that can also misbehave.

mcp.py [LOG [MODE]]: appends what it receives to LOG.  MODE: refuse (an error to
initialize), mute (no answer to it, does not end by itself), twice (its output
is closed, but it lives on), dead (ends at once), storm (each list is told to have
changed at once, and what is not JSON with it), plain (well behaved).
"""
import json
import os
import select
import signal
import sys
import time

log = open(sys.argv[1], 'a') if len(sys.argv) > 1 else open(os.devnull, 'w')
mode = sys.argv[2] if len(sys.argv) > 2 else 'plain'
extra = []
pending = b''
text = {'type': 'object', 'properties': {'text': {'type': 'string'}}}
none = {'type': 'object', 'properties': {}}
names = ['echo', 'sum', 'picture', 'fail', 'wrong', 'slow', 'hang', 'die',
         'change', 'noise', 'long', 'file name/é', 'busy', 'env', 'task', '7up']
held = {}


def put(message):
    sys.stdout.buffer.write(json.dumps(
        {'jsonrpc': '2.0', **message}, ensure_ascii=False).encode() + b'\n')
    sys.stdout.buffer.flush()


def note(method, **params):
    put({'method': 'notifications/' + method, 'params': params})


def get(wait=None):
    """The next message, None at the end, False after the wait."""
    global pending
    while b'\n' not in pending:
        if wait is not None and not select.select([0], [], [], wait)[0]:
            return False
        data = os.read(0, 65536)
        if not data:
            return None
        pending += data
    line, pending = pending.split(b'\n', 1)
    log.write(line.decode() + '\n')
    log.flush()
    return json.loads(line)


def say(*words):
    return {'content': [{'type': 'text', 'text': w} for w in words]}


def pages(cursor):
    tools = [{'name': n, 'description': n, 'inputSchema': text,
              'execution': {'taskSupport': 'required' if n == 'task' else
                            'forbidden'}} for n in
             names + extra] + [{'name': 'odd', 'inputSchema':
                                {'type': 'array'}}]
    at = int(cursor or 0)
    page = {'tools': tools[at:at + 6]}
    if at + 6 < len(tools):
        page['nextCursor'] = str(at + 6)
    return page


def progress(m, key):
    token = m['params']['_meta']['progressToken']
    for i in range(4):
        note('progress', progressToken=token, progress=i, total=4,
             message='step %d' % i)
        other = get(0.15)
        if other is None or other and other.get('method') == \
                'notifications/cancelled':
            return None
    return say('done ' + key)


def call(m):
    name = m['params']['name']
    args = m['params'].get('arguments', {})
    if name == 'echo':
        return say(args.get('text', ''), 'end')
    if name == 'task':
        if 'task' not in m['params']:
            return say('no task')
        held['t1'] = args.get('text', '')
        return {'task': {'taskId': 't1', 'status': 'working', 'ttl': None,
                         'createdAt': 'x', 'lastUpdatedAt': 'x'}}
    if name == 'sum':
        return {**say('3'), 'structuredContent': {'sum': 3}}
    if name == 'picture':
        return {'content': [{'type': 'text', 'text': 'a dot'},
                            {'type': 'image', 'mimeType': 'image/png',
                             'data': 'iVBORw=='}]}
    if name == 'fail':
        return {**say('it broke'), 'isError': True}
    if name == 'slow':
        return progress(m, args.get('text', ''))
    if name == 'hang':
        return None
    if name == 'die':
        os._exit(3)
    if name == 'change':
        extra.append('new')
        note('tools/list_changed')
        return say('changed')
    if name == 'noise':
        sys.stdout.write('no JSON\n\n{"jsonrpc":"2.0","id":99999,"result":{}}'
                         '\n[1]\n')
        sys.stdout.flush()
        sys.stderr.write('a word on standard error\n')
        put({'id': 'q', 'method': 'ping'})
        put({'id': 7, 'method': 'sampling/createMessage', 'params': {}})
        return say('noisy')
    if name == 'long':
        return say('x' * (2 << 20))
    if name == 'env':
        return say(os.environ.get('WANTED', '-') + ' ' +
                   os.environ.get('SECRET', '-') + ' ' + os.getcwd())
    return say('called ' + name)


if mode == 'dead':
    sys.exit(1)
if mode == 'mute':
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True:
    m = get()
    if m is None:
        break
    if 'id' not in m or 'method' not in m:
        continue
    if m['method'] == 'initialize' and mode == 'refuse':
        put({'id': m['id'], 'error': {'code': -32602, 'message': 'not you'}})
    elif m['method'] == 'initialize':
        put({'id': m['id'], 'result': {
            'protocolVersion': m['params']['protocolVersion'],
            'capabilities': {'tools': {'listChanged': True}},
            'serverInfo': {'name': 'peer', 'version': '1'}}})
    elif m['method'] == 'tools/list':
        put({'id': m['id'], 'result': pages(m['params'].get('cursor'))})
        if mode == 'storm':
            sys.stdout.write('no JSON\n')
            note('tools/list_changed')
        if mode == 'twice':
            os.close(1)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(1000)
    elif m['method'] == 'tasks/result':
        if held[m['params']['taskId']] != 'hang':
            put({'id': m['id'], 'result': say('the task is done')})
    elif m['method'] == 'tasks/cancel':
        put({'id': m['id'], 'result': {'taskId': 't1',
                                       'status': 'cancelled'}})
    elif m['params']['name'] == 'wrong':
        put({'id': m['id'], 'error': {'code': -32602, 'message': 'no, no'}})
    else:
        result = call(m)
        if result is not None:
            put({'id': m['id'], 'result': result})
if mode == 'mute':
    time.sleep(1000)
