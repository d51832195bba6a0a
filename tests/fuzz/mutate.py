"""Writes inputs for the fuzz targets: small valid samples of what each one
reads, and changes of them, the same at every run.  Arguments: a folder, the
name of the target, how many; then files whose beginnings are samples too.  With
"whole" for the number each file as it is, as a seed of that target."""

import os
import random
import struct
import sys

STREAM = (b'{"gl":1,"type":"start","program":"gl-mic"}\n'
          b'{"type":"audio","t":0,"rate":16000,"bytes":8}\n12345678'
          b'{"type":"transcript","role":"user","turn":1,"text":"h\xc3\xb6ren"}\n'
          b'{"type":"audio","turn":1,"rate":24000,"bytes":4}\nabcd'
          b'{"type":"interrupted","turn":1}\n'
          b'{"type":"usage","total":7,"metadata":{"totalTokenCount":7}}\n'
          b'{"type":"end","reason":"finished","exit":0}\n')
WAV = (b'RIFF' + struct.pack('<I', 52) + b'WAVEfmt ' +
       struct.pack('<IHHIIHH', 16, 1, 2, 16000, 64000, 4, 16) +
       b'data' + struct.pack('<I', 16) + bytes(range(16)))
MESSAGES = [
    b'{"setupComplete":{"sessionId":"a"}}',
    b'{"serverContent":{"modelTurn":{"parts":[{"text":"hi"},{"inlineData":'
    b'{"mimeType":"audio/pcm;rate=24000","data":"AAECAwQF"}}]},'
    b'"outputTranscription":{"text":"hi \\u00e9\\ud83d\\ude00"}}}',
    b'{"serverContent":{"interrupted":true,"turnComplete":true}}',
    b'{"toolCall":{"functionCalls":[{"id":"1","name":"f","args":{"x":1}}]}}',
    b'{"goAway":{"timeLeft":"1.5s"},"usageMetadata":{"totalTokenCount":1e3}}',
    b'{"sessionResumptionUpdate":{"newHandle":"h","resumable":true}}',
    b'{"setup":{"model":"models/m","tools":[{"functionDeclarations":'
    b'[{"name":"f","parameters":{"type":"OBJECT"}}]}]}}',
    b'{"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=16000",'
    b'"data":"AAECAw=="}}}',
    b'{"clientContent":{"turns":[{"role":"user","parts":[{"text":"x"}]}],'
    b'"turnComplete":true}}',
]
HTTP = [
    b'POST /token?a=b HTTP/1.1\r\nHost: localhost:1\r\nContent-Length: 3\r\n'
    b'\r\nabc',
    b'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n'
    b'3;x=y\r\nabc\r\n0\r\n\r\n',
    b'GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: '
    b'keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n'
    b'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    b'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: '
    b'Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n',
    b'HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nno!\n',
    b'wss://user@[::1]:443/ws/path?x=%20#f',
]
AUTH = [
    b'{"type":"service_account","project_id":"p","private_key_id":"k",'
    b'"private_key":"-----BEGIN PRIVATE KEY-----\\nAA==\\n","client_email":'
    b'"a@b","token_uri":"https://h/token"}',
    b'{"type":"authorized_user","client_id":"c","client_secret":"s",'
    b'"refresh_token":"r"}',
    b'{"type":"external_account","audience":"//a","subject_token_type":"t",'
    b'"token_url":"https://h/t","credential_source":{"file":"/f",'
    b'"format":{"type":"json","subject_token_field_name":"x"}}}',
    b'{"access_token":"ya29.x","expires_in":3599,"token_type":"Bearer"}',
    b'{"error":"invalid_grant","error_description":"gone"}',
    b'{"name":"auth_tokens/abc","expireTime":"2026-01-01T00:00:00Z"}',
    b'grant_type=refresh_token&refresh_token=r%2Fx&client_id=c',
    b'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.AAAA',
]
PICTURES = [
    b'YUV4MPEG2 W4 H2 F25:1 Ip A1:1 C420jpeg\nFRAME\n' + bytes(range(12)) +
    b'FRAME\n' + bytes(12),
    b'P6\n# c\n2 2\n255\n' + bytes(range(12)),
    b'P5 3 1 255\nabc',
    b'\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00'
    b'\xff\xd9',
]
FRAMES = [bytes([0x81, 0, 3]) + b'abc', bytes([0x01, 0, 2]) + b'ab' +
          bytes([0x80, 0, 1]) + b'c', bytes([0x88, 0, 4, 3, 0xe8]) + b'ok',
          bytes([0x89, 0, 2]) + b'hi', bytes([0x82, 0, 9]) + bytes(9)]

SAY = (b'0{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":'
       b'"audio/pcm;rate=24000","data":"AAECAwQF"}}]},'
       b'"outputTranscription":{"text":"hi"}}}\n')
SESSION = [
    b's\na200\nt500\n0{"serverContent":{"inputTranscription":{"text":"hey"}}}\n'
    + SAY + b't100\n0{"serverContent":{"generationComplete":true}}\n'
    b'0{"serverContent":{"turnComplete":true},"usageMetadata":'
    b'{"totalTokenCount":7}}\ne\nt5000\ns\n',
    b's\n0{"sessionResumptionUpdate":{"newHandle":"h1","resumable":true}}\n'
    b'{"type":"text","text":"hello"}\n' + SAY +
    b'0{"goAway":{"timeLeft":"5s"}}\nt1000\nc0 1001\nt300\ns\n'
    b'1{"serverContent":{"turnComplete":true}}\nc1 1006\nt2000\ns\ne\n',
    b's\n{"type":"text","text":"x"}\n0{"toolCall":{"functionCalls":[{"id":"1",'
    b'"name":"f","args":{"a":1}},{"id":"2","name":"g","args":{}}]}}\n'
    b'{"type":"tool_response","id":"1","name":"f","response":{"r":1}}\n'
    b'0{"toolCallCancellation":{"ids":["2"]}}\nt100\n'
    b'0{"serverContent":{"interrupted":true}}\nh\na300\nH\n'
    b'0{"serverContent":{"turnComplete":true}}\nc0 1011\nt60000\ns\n',
    b'o\nr0 429\nt3000\nr0 503\nt9000\ns\n{"type":"turn","parts":[{"text":"a"},'
    b'{"inlineData":{"mimeType":"image/x","data":"AAAA"}}]}\n'
    b'{"type":"context","system":"be brief"}\n{"type":"interrupt"}\n'
    b'{"type":"activity","state":"start"}\n{"type":"audio_end"}\n'
    b'{"type":"played","turn":1,"ms":20}\n{"type":"raw","message":'
    b'{"realtimeInput":{"text":"y"}}}\nt200000\ns\nt700000\ns\ne\n',
]
SETUP = (b'0{"setup":{"model":"models/gemini-3.8-live","tools":'
         b'[{"functionDeclarations":[{"name":"f"}]}],"sessionResumption":{},'
         b'"outputAudioTranscription":{}}}\n')
EMULATOR = [
    SETUP + b'0{"realtimeInput":{"text":"hello"}}\nt3000\n0{"realtimeInput":'
    b'{"audio":{"mimeType":"audio/pcm;rate=16000","data":"ACAA4AAgAOA="}}}\n'
    b'0{"realtimeInput":{"audioStreamEnd":true}}\nt30000\nc0\n',
    b'{"on":"turn","do":"call","calls":[{"name":"f","args":{}}]}\n'
    b'{"on":"complete","do":"say","text":"more","limit":2}\n' + SETUP +
    b'0{"clientContent":{"turns":[{"role":"user","parts":[{"text":"a"}]}],'
    b'"turnComplete":true}}\nt500\n0{"toolResponse":{"functionResponses":'
    b'[{"id":"function-call-1","name":"f","response":{}}]}}\nt9000\n',
    b'{"on":"ready","do":"go_away","after":100,"ms":500}\n'
    b'{"on":"message","do":"drop","nth":5}\n' + SETUP + SETUP.replace(
        b'0{', b'1{') + b'1{"realtimeInput":{"activityStart":{}}}\nt100\nb'
    b'{"type":"transcript","role":"model","text":"yes"}\nb'
    b'{"type":"turn_complete"}\nt20000\n',
]
FILES = [
    b'\0{"setup":{"model":"models/m","generationConfig":{"speechConfig":'
    b'{"voiceConfig":{"prebuiltVoiceConfig":{"voiceName":"Puck"}}}},'
    b'"systemInstruction":{"parts":[{"text":"x"}]}}}',
    b'\0[{"name":"f","description":"d","parameters":{"type":"OBJECT",'
    b'"properties":{"a":{"type":"STRING"}}}},{"googleSearch":{}}]',
    b'\x01{"on":"turn","do":"say","text":"a","match":"b","conn":[1,2],"nth":2}'
    b'\n# a remark\n{"on":"upgrade","do":"refuse","status":503,"p":0.5}\n'
    b'{"on":"audio","do":"stall","ms":[10,20],"every":3,"limit":1}\n',
    b'\x02{"gl":1,"model":"models/gemini-3.8-live","handle":"h","handle_at":'
    b'1799999000,"turns":[{"role":"user","parts":[{"text":"a"}]},{"role":'
    b'"model","parts":[{"text":"b"}]}],"calls":[]}',
    b'\x03{"type":"tool_call","id":"1","name":"f","args":{}}\n'
    b'{"type":"tool_call","name":"g"}\n',
]
WS = [b'\x07\x01' + frames for frames in (
    b'\x81\x85abcd\x09\x07\x0f\x08\x0e\x88\x82abcd\x62\x8a',
    b'\x01\x83\0\0\0\0\xe2\x82\xac\x89\x82\0\0\0\0hi\x80\x81\0\0\0\0x',
    b'\x82\xfe\x00\x80\0\0\0\0' + bytes(128) + b'\x88\x80\0\0\0\0',
    b'\x82\xff\0\0\0\0\0\1\0\0\0\0\0\0' + bytes(65536))]
MCP = [
    b'{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25",'
    b'"capabilities":{"tools":{"listChanged":true}},"serverInfo":{"name":"s",'
    b'"version":"1"}}}',
    b'{"name":"look","description":"d","inputSchema":{"type":"object",'
    b'"properties":{"a":{"type":"string"}},"required":["a"]},'
    b'"annotations":{"readOnlyHint":true}}',
    b'{"content":[{"type":"text","text":"a"},{"type":"image","data":"AAAA",'
    b'"mimeType":"image/png"},{"type":"resource","resource":{"uri":"file:///x",'
    b'"text":"y"}}],"structuredContent":{"a":1},"isError":false}',
    b'name: look\ndescription: looks\ntimeout: 5s\n',
]
BEGUN = (b'{"jsonrpc":"2.0","id":1,"result":{"capabilities":{"tools":'
         b'{"listChanged":true}}}}\n{"jsonrpc":"2.0","id":2,"result":{"tools":'
         b'[{"name":"a","inputSchema":{"type":"object"}},{"name":"b",'
         b'"execution":{"taskSupport":"required"}}]')
PEER = [
    BEGUN + b'}}\n{"jsonrpc":"2.0","id":3,"result":' + MCP[2] + b'}\n'
    b'{"jsonrpc":"2.0","id":4,"result":{"task":{"taskId":"t1"}}}\n'
    b'{"jsonrpc":"2.0","id":5,"result":{"content":[]}}\n',
    BEGUN + b',"nextCursor":"6"}}\n{"jsonrpc":"2.0","method":'
    b'"notifications/tools/list_changed"}\n{"jsonrpc":"2.0","id":3,"result":'
    b'{"tools":[' + MCP[1] + b']}}\n{"jsonrpc":"2.0","id":"x","method":"ping"}'
    b'\n{"jsonrpc":"2.0","id":9,"method":"sampling/createMessage"}\n',
    BEGUN + b'}}\n{"jsonrpc":"2.0","method":"notifications/progress","params":'
    b'{"progressToken":3,"progress":1,"total":4,"message":"m"}}\nno JSON\n'
    b'{"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"no"}}\n'
    b'{"id":4,"result":' + b'[' * 70 + b'\n',
    b'{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"not today"}}\n',
]
TOKENS = [b'ya29.a0Af\n', b'auth_tokens/abc', b'one\ntwo\nthree', b' \n',
          b'{"access_token":"t","quota_project_id":"q","project_id":"p"}\n',
          b'{"token":"t\\r\\nX: y"}']
REPLIES = [
    b'HTTP/1.1 200 OK\r\nDate: Sun, 29 Nov 2026 11:00:00 GMT\r\n'
    b'Metadata-Flavor: Google\r\nContent-Type: application/json\r\n'
    b'Content-Length: 65\r\n\r\n' + AUTH[3],
    b'HTTP/1.1 503 Busy\r\nRetry-After: Sun, 29 Nov 2026 11:00:09 GMT\r\n'
    b'Transfer-Encoding: chunked\r\n\r\n4\r\nbusy\r\n0\r\nX: y\r\n\r\n',
    b'HTTP/1.0 400 Bad\r\nContent-Type: application/json\r\n\r\n' + AUTH[4],
    b'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\n'
    b'Retry-After: 7\r\n\r\n{"error":{"code":403,"status":'
    b'"PERMISSION_DENIED","message":"m\\u001b[2J","details":[{"@type":"x",'
    b'"reason":"SERVICE_DISABLED","metadata":{"service":"s"}}]}}',
    b'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n',
    b'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n'
    b'<html>',
]

SAMPLES = {'mcp': PEER, 'token': TOKENS, 'reply': REPLIES, 'tool': MCP,
           'session': SESSION, 'emulator': EMULATOR,
           'files': FILES, 'ws': WS, 'httpd': [b''.join(HTTP[:2]), HTTP[0]],
           'intake': [STREAM, WAV, WAV + STREAM, MESSAGES[0] + b'\n',
                      b'words\nmore words\n', bytes(range(256)) * 8],
           'json': MESSAGES, 'proto': MESSAGES, 'http': HTTP, 'auth': AUTH,
           'stream': [STREAM], 'convert': [STREAM], 'wav': [WAV],
           'pictures': PICTURES, 'wsin': FRAMES}
CHOOSERS = {'auth': 1, 'stream': 1, 'convert': 1, 'wav': 1, 'pictures': 2,
            'intake': 2, 'session': 1, 'emulator': 1, 'files': 1, 'ws': 2,
            'httpd': 1, 'mcp': 1, 'token': 1, 'reply': 2}
SEED_MAX = 1 << 20
NASTY = [b'', b'\0', b'\xff', b'"', b'\\', b'\n', b'{', b'[' * 200, b'-1',
         b'99999999999999999999', b'1e999', b'\xed\xa0\x80', b'\\ud800',
         b'\xff\xff\xff\x7f', b'\0\0\0\x80', b'\r\n\r\n']


def change(draw, data):
    """One small change."""
    at = draw.randrange(len(data) + 1)
    end = min(len(data), at + draw.choice([0, 1, 1, 2, 4, 16]))
    what = draw.randrange(5)
    if what == 0 and data:
        at %= len(data)
        return (data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) +
                data[at + 1:])
    if what == 1:
        return data[:at] + draw.choice(NASTY) + data[end:]
    if what == 2:
        return data[:at]
    if what == 3:
        return data[:at] + data[at:end] * draw.choice([0, 2, 50]) + data[end:]
    return data[:at] + draw.randbytes(end - at) + data[end:]


def whole(folder, target, names):
    """Each file behind the bytes that choose, which are its number."""
    for i, name in enumerate(names):
        with open(name, 'rb') as file:
            data = file.read(SEED_MAX)
        chooser = bytes([i & 255] * CHOOSERS.get(target, 0))
        name = f'{i:03}.{os.path.basename(name)}'
        with open(os.path.join(folder, name), 'wb') as file:
            file.write(chooser + data)


def main():
    folder, target = sys.argv[1:3]
    if sys.argv[3] == 'whole':
        whole(folder, target, sys.argv[4:])
        return
    count = int(sys.argv[3])
    samples = list(SAMPLES.get(target, []))
    for name in sys.argv[4:]:
        with open(name, 'rb') as file:
            samples.append(file.read(2000))
    samples.append(b'')
    draw = random.Random(target + os.environ.get('FUZZ_SEED', ''))
    for i in range(count):
        data = samples[i % len(samples)]
        if i >= len(samples):
            for _ in range(draw.choice([1, 1, 2, 5])):
                data = change(draw, data)
        data = draw.randbytes(CHOOSERS.get(target, 0)) + data
        with open(os.path.join(folder, f'{i:05}'), 'wb') as file:
            file.write(data)


main()
