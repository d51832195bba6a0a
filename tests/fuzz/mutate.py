"""Writes inputs for the fuzz targets: small valid samples of what each one
reads, and changes of them, the same at every run.  Arguments: a folder, the
name of the target, how many; then files whose beginnings are samples too."""

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

SAMPLES = {'json': MESSAGES, 'proto': MESSAGES, 'http': HTTP, 'auth': AUTH,
           'stream': [STREAM], 'convert': [STREAM], 'wav': [WAV],
           'pictures': PICTURES, 'wsin': FRAMES}
CHOOSERS = {'auth': 1, 'stream': 1, 'convert': 1, 'wav': 1, 'pictures': 2}
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


def main():
    folder, target, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    samples = list(SAMPLES.get(target, []))
    for name in sys.argv[4:]:
        with open(name, 'rb') as file:
            samples.append(file.read(2000))
    samples.append(b'')
    draw = random.Random(target)
    for i in range(count):
        data = samples[i % len(samples)]
        if i >= len(samples):
            for _ in range(draw.choice([1, 1, 2, 5])):
                data = change(draw, data)
        data = draw.randbytes(CHOOSERS.get(target, 0)) + data
        with open(os.path.join(folder, f'{i:05}'), 'wb') as file:
            file.write(data)


main()
