#!/bin/sh
# Seeds for `make fuzz': seeds.sh FOLDER.  FOLDER/TARGET.corpus gets what the
# programs of $B really read and write (streams, what goes over the wire,
# credentials, MCP answers), the zoos of sounds and pictures, and the samples of
# mutate.py.
TOP=$(cd "$(dirname "$0")/../.." && pwd)
to=$(mkdir -p "$1" && cd "$1" && pwd) || exit 1
. "$TOP/tests/tap.sh"

seeds() { # TARGET FILE...
	t=$1; shift
	mkdir -p "$to/$t.corpus"
	python3 "$TOP/tests/fuzz/mutate.py" "$to/$t.corpus" "$t" whole "$@"
}

emulator --log log
mkdir keep sounds
(cd sounds && python3 "$TOP/tests/zoo/sounds.py" >/dev/null)
ZOO_KEEP=$TMP/keep python3 "$TOP/tests/zoo/pictures.py" >/dev/null
seeds pictures keep/*
seeds wav sounds/*.wav
seeds intake sounds/*.wav sounds/*.raw sounds/*.gl keep/00*

# conversations: streams, and each message by itself
printf '[{"name":"look","description":"looks"}]' >tools.json
say='{"type":"text","text":"hello"}'
echo "$say" | gl-session --trace trace1 >call1.gl 2>/dev/null
gl-session --record call2.gl --trace trace2 <"$TOP/examples/question.wav" \
    >/dev/null 2>&1
echo "$say" | gl-session -T tools.json --trace trace3 >call3.gl 2>/dev/null
seeds stream ./*.gl
seeds convert ./*.gl
seeds intake ./*.gl
cat trace? | jq -c 'select(.message).message' | split -l 1 -a 3 - message.
seeds json message.*
seeds proto message.*
for t in 1 2 3; do
	{
		echo s
		jq -c 'select(.dir == "in" and .message) | .message' trace$t |
		    sed 's/^/0/; a t200'
	} >said.$t
	jq -c 'select(.dir == "out" and .message) | .message' trace$t |
	    sed 's/^/0/; a t200' >heard.$t
done
seeds session said.?
seeds emulator heard.?

for t in "$TOP"/tests/fuzz/*.c; do
	t=$(basename "$t" .c)
	mkdir -p "$to/$t.corpus"
	python3 "$TOP/tests/fuzz/mutate.py" "$to/$t.corpus" "$t" 40 \
	    "$TOP"/tests/data/*
	echo "seeds: $t: $(find "$to/$t.corpus" -type f | wc -l)"
done
