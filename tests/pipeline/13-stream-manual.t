#!/bin/sh
# gl-stream(5): what its page says can be done, done as it is written there.
. "$(dirname "$0")/../tap.sh"
page=$TOP/man/gl-stream.5

# block N: the N-th literal block of the EXAMPLES
block() {
	awk -v n="$1" '/^\.Sh/ { on = /EXAMPLES/ }
	    on && /^\.Bd/ { k++; next } /^\.Ed/ { if (k == n) exit; next }
	    on && k == n && !/^\.[A-Z]/' "$page" | sed 's/\\e/\\/g; s/\\(dq/"/g'
}

head -c 3000 /dev/urandom >hello.raw
block 2 >sound.sh
like "the page shows how to write sound" sound.sh 'printf'
sh sound.sh >sound.gl
run 0 gl-conv --user -t pcm sound.gl
same "sound written by hand" out hello.raw

{
	echo '{"type":"transcript","role":"user","text":"hi"}'
	echo '{"type":"transcript","role":"model","text":"ho","turn":1}'
	echo '{"type":"reconnected","t":5,"gap_ms":321,"resumed":true}'
} >call.gl
block 4 | sed 's/gl-mic | gl-session | gl-conv/gl-conv/; s/no-payload/& call.gl/' \
    >jq.sh
is "jq shows what the user said" "$(sh jq.sh)" hi
block 5 >awk.sh
is "awk shows the gaps" "$(sh awk.sh)" 321
block 3 | sed -n '/^jq/s/>ctl//p' >ctl.sh
sh ctl.sh >ctl.gl
run 0 gl-conv --user -t text ctl.gl
is "jq writes a record" "$(cat out)" "Say it in French."

block 6 >quieter
if command -v python3 >/dev/null; then
	chmod +x quieter
	{
		printf '{"type":"audio","rate":24000,"turn":1,"bytes":8}\n'
		printf '\144\000\234\377\001\000\000\200'
		printf '{"type":"new.thing","x": [1],"bytes":3}\n{"\n'
		cat sound.gl
	} >in.gl
	./quieter <in.gl >out.gl
	is "the filter halves the model's sound" \
	    "$(gl-conv -t pcm out.gl | od -An -td2 | tr -s ' ')" \
	    " 50 -50 0 -16384"
	tail -c +58 in.gl >rest.want
	tail -c +58 out.gl >rest.got
	same "and passes on the rest byte for byte" rest.got rest.want
else
	skip "the filter of the page" "no python3"
fi

# the limits that the page names
{ printf '{"type":"a","bytes":67108864}\n'; head -c 67108864 /dev/zero
  echo '{"type":"text","text":"behind"}'; } >large.gl
run 0 gl-conv --user -t text large.gl
is "a payload of 64 MiB is read" "$(cat out)" behind
printf '{"type":"a","bytes":67108865}\n' >large.gl
run 65 gl-conv large.gl
like "one byte more is refused" err 'from 0 to 67108864'
{ printf '{"type":"text","text":"'; head -c 1048550 /dev/zero | tr '\0' x
  printf '"}\n'; } >line.gl
is "a header line of 1 MiB" "$(wc -c <line.gl)" 1048576
run 0 gl-conv --user -t text line.gl
is "is read" "$(wc -c <out)" 1048551
sed -i 's/x/xx/' line.gl
run 65 gl-conv line.gl
like "one byte more is refused" err 'longer than 1048576 bytes'

tap_done
