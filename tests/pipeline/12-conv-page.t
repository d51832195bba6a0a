#!/bin/sh
# gl-conv -t html and -t svg: well-formed, all words harmless, nothing loaded.
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
like "a minute at 11025 Hz" out '>1 min 0 s<'

run 0 gl-conv -o page.html call.gl
like "what happened" page.html \
    '1 turn, 1 interruption, 1 tool call, 1 reconnection'
like "its length" page.html '>3\.9 s<'
like "the drawing" page.html '<svg class="row" width="100%" height="[0-9]+"'
like "what was not heard" page.html '1\.5 s not heard'
is "one script, the page's own" "$(grep -c '<script' page.html)" 1
unlike "no picture" page.html '<img'
unlike "no address outside" page.html 'https?:[^"]*"|src="[^d]|href="[^#]'
unlike "no control characters" page.html "$(printf '\033')"
like "words are there, escaped" page.html '&lt;script&gt;alert\(1\)&lt;/script&gt;'
like "sound is in it" page.html 'src="data:audio/ogg;base64,T2dnU'
# the policy names the style and the script by their hashes
digest() { # ELEMENT
	awk -v e="$1" 'BEGIN { RS = "\001" } {
		s = substr($0, index($0, "<" e ">") + length(e) + 2)
		printf "%s", substr(s, 1, index(s, "</" e ">") - 1) }' \
	    page.html | openssl dgst -sha256 -binary | openssl base64
}
for e in style script; do
	like "the policy allows the $e" page.html \
	    "$e-src 'sha256-$(digest $e | sed 's/[+]/[+]/g')'"
done
unlike "and no other" page.html 'unsafe'

run 0 gl-conv --audio none -o page.html call.gl
unlike "a page without sound" page.html '<audio'
run 0 gl-conv --audio 'a b.opus' -o page.html call.gl
like "sound beside the page" page.html '<audio [^>]*src="a%20b.opus"'
is "... is Opus" "$(head -c 4 'a b.opus')" OggS
like "as long as the call" page.html "media-src 'self' file:"
ffprobe -v error -show_entries format=duration -of csv=p=0 'a b.opus' >len
is "... its length" "$(cut -c 1-3 len)" 1.9
run 0 gl-conv -t svg call.gl
is "a drawing is XML" "$(python3 -c 'import xml.etree.ElementTree as e
print(e.parse("out").getroot().tag)')" '{http://www.w3.org/2000/svg}svg'
mv out b.svg
run 0 gl-conv -o a.svg call.gl
same "by its name" a.svg b.svg
gl-conv -o page.html call.gl
if command -v python3 >/dev/null; then
	cat >check.py <<'E2'
import html.parser, sys
void = {"meta", "input", "img"}
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
    "div","svg","path","text","rect","line","a","aside","audio","bdi","dd","details",
    "dl","dt","fieldset","h2","h3","header","input","kbd","label","legend",
    "li","main","ol","pre","s","script","section","span","summary","ul"}),
    p.open, p.bad)
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
