#!/bin/sh
# gl-conv -t html: one page, well-formed, that holds nothing but text.
. "$(dirname "$0")/../tap.sh"

rec() { printf '%s\n' "$1"; }
{
	rec '{"type":"ready","t":10}'
	printf '{"type":"audio","t":100,"rate":16000,"bytes":32000}\n'
	head -c 32000 /dev/urandom
	rec '{"type":"transcript","t":900,"role":"user","text":"<script>alert(1)</script>"}'
	printf '{"type":"audio","t":1500,"rate":24000,"turn":1,"bytes":96000}\n'
	head -c 96000 /dev/urandom
	rec '{"type":"transcript","t":1510,"turn":1,"role":"model","text":"a \"b\" & <img src=x onerror=y>"}'
	rec '{"type":"interrupted","t":2000,"turn":1}'
	rec '{"type":"turn_complete","t":2010,"turn":1}'
	rec '{"type":"tool_call","t":2100,"turn":2,"id":"1","name":"x]]>","args":{"k":"</title>"}}'
	rec '{"type":"tool_response","t":2600,"id":"1","name":"x]]>","response":{"r":"\u001b[31m"}}'
	rec '{"type":"reconnecting","t":3000,"reason":"goAway"}'
	rec '{"type":"reconnected","t":3200,"gap_ms":200}'
	rec '{"type":"end","t":4000,"reason":"input ended"}'
} >call.gl

sox -n -r 11025 -b 16 -c 1 minute.wav synth 60 sine 440 vol 0.5
run 0 gl-conv -t html minute.wav
like "a minute at 11025 Hz" out '>60\.0 seconds'

run 0 gl-conv -o page.html call.gl
like "summary" page.html '4\.0 seconds, 1 turn, 1 interruption, 1 tool call, 1 reconnection'
like "the drawing" page.html '<svg width="[0-9]+" height="[0-9]+"'
like "what was not heard" page.html '1\.5 s not heard'
unlike "no script" page.html '<script'
unlike "no picture" page.html '<img'
unlike "no address" page.html 'https?:|src=[^x]|href='
unlike "no control characters" page.html "$(printf '\033')"
like "words are there, escaped" page.html '&lt;script&gt;alert\(1\)&lt;/script&gt;'
if command -v python3 >/dev/null; then
	cat >check.py <<'E2'
import html.parser, sys
void = {"meta"}
class P(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(); self.open = []; self.bad = []; self.seen = set()
    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        if tag not in void: self.open.append(tag)
    def handle_startendtag(self, tag, attrs): self.seen.add(tag)
    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag: self.bad.append(tag)
p = P(); p.feed(open(sys.argv[1], encoding="utf-8").read()); p.close()
print(sorted(p.seen - {"html","head","meta","title","style","body","h1","p",
    "div","svg","path","text","rect","table","tr","td"}), p.open, p.bad)
E2
	is "every tag is known and closed" "$(python3 check.py page.html)" \
	    "[] [] []"
else
	skip "every tag is known and closed" "no python3"
fi
head -c 60000 call.gl >cut.gl
run 65 gl-conv -t html cut.gl
like "a cut call is a page too" out '</html>'

tap_done
