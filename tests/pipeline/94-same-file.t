#!/bin/sh
# An output that is an input too is refused, and nothing of it is lost.
. "$(dirname "$0")/../tap.sh"

printf '{"type":"text","text":"hi"}\n' >a.gl
cp "$TOP/examples/question.wav" v.wav
cp a.gl keep.gl
cp v.wav keep.wav
ln a.gl b.gl
mkdir tools
printf '#!/bin/sh\n' >tools/one
echo '{"name":"one"}' >tools/one.json
chmod +x tools/one

# kept FILE KEPT COMMAND...: refused with a sentence
kept() {
	file=$1 as=$2; shift 2
	"$@" >out 2>err
	is "exit 74: $*" $? 74
	like 'said' err ': it is also read here, and would be emptied$'
	same 'nothing is lost' "$file" "$as"
}
kept a.gl keep.gl gl-conv -t json -o a.gl a.gl
kept a.gl keep.gl gl-conv -t json -o b.gl a.gl
kept a.gl keep.gl sh -c 'gl-conv -t json -o a.gl <a.gl'
kept v.wav keep.wav gl-conv -t wav -o v.wav v.wav
kept v.wav keep.wav gl-play -n --record v.wav v.wav
kept v.wav keep.wav gl-play -n --record v.wav a.gl v.wav
kept v.wav keep.wav sh -c 'gl-play -n --record v.wav <v.wav'
kept a.gl keep.gl gl-play -n -o a.gl a.gl
kept a.gl keep.gl sh -c 'gl-tool -d tools -o a.gl <a.gl'
emulator
kept a.gl keep.gl sh -c 'gl-session --trace a.gl <a.gl'
kept a.gl keep.gl sh -c 'gl-session -i a.gl --trace a.gl </dev/null'
tap_done
