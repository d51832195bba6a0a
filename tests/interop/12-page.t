#!/bin/sh
# gl-conv -t html in Debian's chromium: no message, no axe violation, light and
# dark, wide and narrow, of odd calls too; a click on a word or on the wave plays
# from there, and what Web Audio decodes is the call; four hours open and scroll.
. "$(dirname "$0")/../tap.sh"
NODE_MODULES=$B/npm
export NODE_MODULES
mkdir -p "$NODE_MODULES"
if ! { [ -d "$NODE_MODULES/node_modules/playwright-core" ] &&
    [ -d "$NODE_MODULES/node_modules/axe-core" ]; } &&
    ! (cd "$NODE_MODULES" && npm install --silent --no-audit --no-fund \
    playwright-core axe-core) >npm.log 2>&1; then
	sed 's/^/# /' npm.log
	ok "playwright-core and axe-core can be installed" false
	tap_done
	exit
fi
# browse WHAT ARGUMENTS: what the browser found is in out
browse() {
	what=$1; shift
	timeout 300 node "$TOP/tests/interop/page.mjs" "$@" >out 2>err
	is "the browser came to its end: $what" "$?" 0
	sed 's/^/# /' err
}
# a minute of phrases, with a tool's call and a picture
python3 "$TOP/tests/subtitles.py" make . words 60
echo '{"on":"turn","nth":2,"do":"call","calls":[{"name":"f","args":{"a":1}}]}' \
    >>rules
emulator --speed 40 -s rules
gl-session -m gemini-2.5-flash-native-audio-latest --vad auto \
    --transcripts out --record call.gl <talk.wav >/dev/null 2>err
ffmpeg -v error -f lavfi -i testsrc=s=320x240 -frames:v 1 one.jpg
{
	printf '{"type":"image","side":"user","t":1,"at_ms":9000,"mime":"image/jpeg","bytes":%d}\n' \
	    "$(wc -c <one.jpg)"
	cat one.jpg
	printf '%s\n' '{"type":"tool_call","t":20,"id":"a","name":"f","args":{"a":1}}' \
	    '{"type":"tool_response","side":"user","t":30,"id":"a","name":"f","response":{"error":"no"}}'
} >>call.gl
gl-conv -o page.html call.gl
gl-conv --both -R 24000 -t pcm call.gl >sides.raw
browse "a call" "$PWD/page.html" "$PWD/sides.raw"
cat >wanted <<'END'
1400 light messages 0 overflow 0 axe []
1400 dark messages 0 overflow 0 axe []
390 light messages 0 overflow 0 axe []
390 dark messages 0 overflow 0 axe []
word plays true lit true
decoded true true true
words clicked true off 0
wave plays true
without scripts zoom true links true folds true player true
END
same "as it should be" out wanted

gl-conv -o beside.html --audio 'its sound.ogg' call.gl
browse "the sound beside it" beside "$PWD/beside.html"
is "a file beside the page plays" "$(cat out)" "beside plays true messages 0"

# nothing, one side, typed words, other scripts, marks, a very long word, many
# tools and reconnections
rec() { printf '%s\n' "$1"; }
start='{"gl":1,"type":"start","t":0,"time":"2026-11-28T20:00:00Z","model":"m"}'
rec "$start" >empty.gl
{
	rec "$start"
	rec '{"type":"text","side":"user","t":100,"text":"one\ntwo"}'
	rec '{"type":"text","t":900,"turn":1,"text":"שלום, מה שלומך (היום)."}'
	rec '{"type":"turn_complete","t":901,"turn":1}'
	rec '{"type":"text","t":9900,"turn":2,"text":"今天天气很好，阳光明媚，适合出去散步。不过，明天可能会下雨，请带上雨伞。"}'
} >scripts.gl
{
	rec "$start"
	rec '{"type":"transcript","role":"user","t":900,"text":"<script>alert(1)</script> --> \u0000\u202e</p></style> &amp; <img src=x onerror=alert(1)>"}'
	rec '{"type":"tool_call","t":990,"id":"<","name":"<b onclick=alert(1)>","args":{"</pre>":"<script>"}}'
	rec '{"type":"error","t":999,"message":"<svg onload=alert(1)>"}'
	printf '{"type":"image","side":"user","t":1000,"mime":"text/html\\"><script>","bytes":8}\n<script>'
} >marks.gl
{
	rec "$start"
	word=$(head -c 3000 /dev/zero | tr '\0' w)
	rec '{"type":"transcript","role":"model","t":900,"turn":1,"text":"'"$word"' '"$word"'"}'
	rec '{"type":"tool_call","t":990,"id":"a","name":"'"$word"'","args":{"'"$word"'":1}}'
} >word.gl
{
	rec "$start"
	i=0
	while [ $i -lt 60 ]; do
		i=$((i + 1))
		rec '{"type":"tool_call","t":'$i'000,"id":"a'$i'","name":"f'$i'","args":{}}'
		rec '{"type":"tool_response","side":"user","t":'$i'500,"id":"a'$i'","name":"f'$i'","response":{"ok":1}}'
		rec '{"type":"reconnecting","t":'$i'600,"reason":"reset"}'
		rec '{"type":"reconnected","t":'$i'900,"gap_ms":300}'
	done
} >many.gl
pages=
for f in empty scripts marks word many; do
	gl-conv -o $f.html $f.gl
	pages="$pages $PWD/$f.html"
	for look in '1400 light' '1400 dark' '390 light' '390 dark'; do
		echo "$f $look messages 0 overflow 0 axe []"
	done
done >wanted
# shellcheck disable=SC2086
browse "odd calls" odd $pages
same "of odd calls too" out wanted

# four hours, at a rate that is soon made
python3 - >long.gl <<'END'
import json, sys
out = sys.stdout.buffer
def rec(payload=b'', **r):
    if payload:
        r['bytes'] = len(payload)
    out.write(json.dumps(r).encode() + b'\n' + payload)
rec(gl=1, type='start', time='2026-11-28T20:00:00Z', model='m')
speech = (b'\0\x20\0\xe0' * 250 + b'\0\0' * 100) * 8    # of 1000 Hz
t = turn = 0
while t < 4 * 3600 * 1000:
    turn += 1
    rec(speech[:4000], type='audio', side='user', t=t, at_ms=t, rate=1000)
    rec(type='transcript', role='user', t=t + 2000, at_ms=t, to_ms=t + 2000,
        text='And what came of that, in the end?')
    rec(speech[:8000], type='audio', t=t + 2500, turn=turn, rate=1000)
    rec(type='transcript', role='model', t=t + 2500, turn=turn,
        text='Nobody knows; but there are some who say that it went well.')
    rec(type='turn_complete', t=t + 6500, turn=turn)
    if turn % 9 == 0:
        rec(type='tool_call', t=t + 7000, id=str(t), name='f', args={'n': t})
        rec(type='tool_response', side='user', t=t + 7500, id=str(t), name='f',
            response={'n': t})
    t += 9000
END
gl-conv -o long.html long.gl
browse "four hours" long "$PWD/long.html"
is "four hours open and scroll" "$(cat out)" \
    "long opens true scrolls true its end true rows 48"
tap_done
