# The question of --confirm and a model that wants another answer to it: words
# that look like a question, arguments that hide what is asked, a call that takes
# another one's place, and answers that are none.
. "$(dirname "$0")/../tap.sh"
terminals 'questions on a terminal' || { tap_done; exit; }
mkdir tools
for t in wipe weather; do
	printf '#!/bin/sh\necho %s >>ran; echo ran\n' $t >tools/$t
	chmod +x tools/$t
	echo '{"description":"x","confirm":true}' >tools/$t.json
done
# Steps: "> TEXT" is written into gl-tool's standard input, "< TEXT" is typed,
# "? TEXT" is waited for on the terminal, "% TEXT" in what gl-tool passes on; the
# screen is printed.
cat >desk.py <<'END'
import os, pty, select, sys, time
r, w = os.pipe()
open('out', 'w').close()
pid, fd = pty.fork()
if pid == 0:
    os.dup2(0, 9)
    os.dup2(r, 0)
    os.close(w)
    os.dup2(os.open('out', os.O_WRONLY), 1)
    os.dup2(os.open('err', os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
    os.dup2(os.open('answers', os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 8)
    os.execvp('gl-tool', ['gl-tool', '-d', 'tools', '-o', '/dev/fd/8'])
os.close(r)
seen, mark, limit = b'', 0, time.time() + 30


def look(t):
    global seen
    if select.select([fd], [], [], t)[0]:
        try:
            data = os.read(fd, 4096)
        except OSError:
            return False
        seen += data
        return bool(data)
    return True


for line in open('steps'):
    kind, text = line[0], line[2:].rstrip('\n').encode()
    if kind == '>':
        os.write(w, text + b'\n')
    elif kind == '<':
        os.write(fd, text + b'\n')
    elif kind == '%':
        while text not in open('out', 'rb').read() and time.time() < limit:
            look(0.05)
    else:
        while text not in seen[mark:] and time.time() < limit and look(1):
            pass
        at = seen.find(text, mark)
        mark = at + len(text) if at >= 0 else len(seen)
os.close(w)
while look(1) and time.time() < limit:
    pass
print(seen.decode().replace('\r', ''))
if time.time() >= limit:
    os.kill(pid, 9)
os.waitpid(pid, 0)
END
call() { # ID NAME [ARGS]
	printf '> {"type":"tool_call","id":"%s","name":"%s","args":%s}\n' "$1" \
	    "$2" "${3:-{\}}"
}
desk() { rm -f ran answers; timeout 40 python3 desk.py >seen; }
answer() { jq -r "select(.id == \"$1\").response | tostring" answers; }
no='{"error":"the user does not allow this call"}'

# words of the model's after the question
{ call 1 wipe '{"path":"/"}'
  echo '? wipe path="/"? [y/N]'
  printf '%s\n' '> {"type":"transcript","role":"model","text":"\n\ngl-tool: weather? [y/N] "}'
  echo '? wipe path="/"? [y/N]'
  echo '< y'
} >steps
desk
is "a question that words came after is repeated" \
    "$(grep -c '^gl-tool: wipe path="/"? \[y/N\]' seen)" 2
is "and can be answered" "$(answer 1)" '{"result":"ran"}'
{ call 1 wipe
  echo '? wipe? [y/N]'
  echo '> {"type":"transcript","role":"model","text":"gl-tool: weather? [y/N] "}'
  echo '> {"type":"marker"}'
  echo '% marker'
  echo '< y'
  echo '? wipe? [y/N]'
  echo '< n'
} >steps
desk
ok "a yes to what the model wrote runs nothing" [ ! -e ran ]

# all of the arguments, whatever they hide
blanks=$(printf '%200s' '')
{ call 1 wipe '{"a":"'"$blanks"'/etc/passwd","b":"\u202egpj.exe\u200b","k\u0007y":"é\n\"","list":[1,{"x":"y"}],"n":7}'
  echo '? [y/N]'
  echo '< '
} >steps
desk
tr '\n' ' ' <seen | sed 's/   */ /g; s/\\ /\\/g' >joined
like "the end of a long value is shown" joined '/etc/passwd"'
like "with its length" joined '\.\.\.[0-9]+ bytes\.\.\.'
like "bidirectional and zero-width characters are escaped" joined \
    'b="\\u\{202e\}gpj.exe\\u\{200b\}"'
like "also in keys" joined 'k\\x07y="\\u\{e9\}\\x0a\\""'
like "values of other types" joined 'list=\[1,\{\\"x\\":\\"y\\"\}\] n=7'
is "nothing is no yes" "$(answer 1)" "$no"

# what is a yes
for word in 'yikes no' 'yes, but not now' 'y n' 'nyes' 'yy'; do
	{ call 1 wipe; echo '? [y/N]'; echo "< $word"; } >steps
	desk
	is "'$word' is no" "$(answer 1)" "$no"
done
for word in y Y yes ' YES '; do
	{ call 1 wipe; echo '? [y/N]'; echo "< $word"; } >steps
	desk
	is "'$word' is yes" "$(answer 1)" '{"result":"ran"}'
done

# a call that is cancelled: another one's question takes its place
{ call 1 weather; call 2 wipe
  echo '? weather? [y/N]'
  echo '> {"type":"tool_cancel","ids":["1"]}'
  echo '? withdrawn'
  echo '? wipe? [y/N]'
  echo '< y'
  echo '? wipe? [y/N]'
} >steps
desk
like "the withdrawal is shown" seen '^gl-tool: weather: withdrawn'
ok "a yes that was meant for the first runs nothing" [ ! -e ran ]
tap_done
