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
call() { # ID NAME [ARGS]
	printf '> {"type":"tool_call","id":"%s","name":"%s","args":%s}\n' "$1" \
	    "$2" "${3:-{\}}"
}
# the file steps as tests/peer/desk.py has it
desk() {
	rm -f ran answers
	timeout 90 python3 "$TOP/tests/peer/desk.py" -p out \
	    'exec gl-tool -d tools -o /dev/fd/8 >out 2>err 8>answers' >seen
}
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
like "also in keys" joined '"k\\x07y"="\\u\{e9\}\\x0a\\""'
like "values of other types" joined 'list=\[1, \{x="y"\}\] n=7'
is "nothing is no yes" "$(answer 1)" "$no"

# an argument that is not shown is not asked about
{ call 1 wipe '{"o":{"b":"'"$(printf '%0200d' 0)"'","force":true,"z":[{"path":"/"}]},"x=1 y":"","'"$(printf '%0150d' 0)"'end":1}'
  echo '? [y/N]'
  echo '< '
} >steps
desk
tr -d '\n' <seen | sed 's/  *//g; s/\r//g' >joined
like "members of objects and elements of lists are arguments too" joined \
    '"\.\.\.110bytes\.\.\."0{30}",force=true,z=\[\{path="/"\}\]\}'
like "a name that looks like several arguments is one" joined '"x=1y"=""'
like "a long name is shown in full" joined ' ?0{150}end=1'
many() { # N
	jq -nc --argjson n "$1" \
	    '[range($n) | {key: "argument_\(.)", value: "value"}] | from_entries'
}
{ call 1 wipe "$(many 50)"; echo '? [y/N]'; echo '< '; } >steps
desk
is "fifty arguments are fifty" "$(grep -o 'argument_[0-9]*' seen | sort -u |
    wc -l)" 50
for size in 'stty rows 24 cols 80' 'stty rows 9 cols 80' 'stty rows 24 cols 12'; do
	case $size in *80) n=90;; *) n=20;; esac
	case $size in *' 9 '*) n=30;; esac
	{ call 1 wipe "$(many $n)"; call 2 weather; echo '? weather? [y/N]'
	  echo '< y'; } >steps
	rm -f ran answers
	timeout 90 python3 "$TOP/tests/peer/desk.py" -p out "$size </dev/tty"'
	    exec gl-tool -d tools -o /dev/fd/8 >out 2>err 8>answers' >seen
	is "$n arguments are not asked about ($size)" "$(cat ran)" weather
	ok "and are not shown" [ "$(grep -c argument_ seen)" = 0 ]
	is "the model hears why" "$(answer 1)" '{"error":"the user could not be asked: the arguments are too long to be shown; use fewer or shorter ones"}'
	like "and the user, with a remedy" err \
	    '^gl-tool: wipe: not run: .*--confirm-program'
done

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
