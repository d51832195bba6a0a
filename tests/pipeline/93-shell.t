#!/bin/sh
# What a shell can hand to every program: closed descriptors, full disks.
. "$(dirname "$0")/../tap.sh"

emulator
printf '{"type":"text","text":"hi"}\n' >hi.gl
gl-session <hi.gl >a.gl
printf 'P6 2 1 255\nabcdef' >p.ppm

# the program's own sockets and pipes never become a closed descriptor
while read -r line; do
	run 74 sh -c "$line >&-"
	like 'said' err 'standard output: Bad file descriptor'
	run 74 sh -c "$line >/dev/full"
	like 'said' err 'standard output: No space left'
	run 74 sh -c "$line >&- 2>&-"
done <<E
gl-session <hi.gl
gl-session -f pcm <hi.gl
gl-conv a.gl
gl-conv -t wav a.gl
gl-tool -q -d . <a.gl
gl-mic --pace fast $TOP/examples/question.wav
gl-play -n -p -d 0.1 a.gl
gl-play -n -o - -d 0.1 a.gl
gl-frames -f stream p.ppm
gl-auth check
E
for p in conv 'play -n' 'mic -' frames 'tool -q -d .'; do
	run 74 sh -c "gl-$p <&-"
	like 'said' err 'standard input: Bad file descriptor'
	is 'once' "$(wc -l <err)" 1
done

for p in auth conv emulator frames mic play session tool; do
	run 0 "gl-$p" --help
	like 'usage' out "^usage: gl-$p "
	run 74 sh -c "gl-$p --help >/dev/full"
	like 'said' err "gl-$p: standard output: No space left"
done

run 74 gl-session -f text --trace /dev/full <hi.gl
like 'a trace that is not whole' err '/dev/full: No space left'
is 'and the answer nevertheless' "$(cat out)" hi

# long options that are none, or not enough of one
run 64 gl-session --max 3
like 'all that it could be' err 'option --max can be --max-time, --max-tokens, --max-turns, --max-cost$'
run 64 gl-session --foo=3
like 'none' err 'unknown option --foo$'
run 64 gl-session --text=3
like 'a value too many' err 'option --text takes no value$'
run 66 gl-session q.wav
like 'a file in the place of standard input' err 'q.wav: No such file'

# options too late, words too many
for line in 'conv a.gl -t wav' 'play a.gl -n' 'mic a.wav -r' \
    'frames p.ppm -n 1' 'tool x -q'; do
	run 64 sh -c "gl-$line"
	like 'said' err 'options go before other words'
done
cp a.gl ./-t
run 0 gl-conv -- -t
for line in 'conv a.gl a.gl' 'mic a b' 'emulator x' 'tool x' 'session x y'; do
	run 64 sh -c "gl-$line"
done

# a folder, and what holds nothing
mkdir dir; : >empty; echo '[]' >set.json
run 66 gl-conv dir
run 78 gl-session --key-file empty <hi.gl
like 'by name' err 'empty: holds no key'
run 65 gl-emulator --auth set.json
like 'by name' err 'set.json: no JSON object'
run 74 gl-emulator --log dir/none/log
run 64 gl-emulator -b '"'

# what is wrong is named, and is not a failure of the network
run 64 gl-session --header 'Key secret' <hi.gl
like 'a field' err "--header: a field is not of the form"
unlike 'which may be a secret' err secret
printf 'X-A: b\r\n\r\nX-B c\n' >fields
run 65 gl-session --header @fields <hi.gl
like 'a file of fields' err 'fields: line [0-9]+ is not of the form'
run 64 gl-session --token-fd 9 <hi.gl
like 'a descriptor' err '--token-fd 9: no such descriptor is open'
run 78 env GL_EMULATOR_HOST=nowhere gl-session <hi.gl
like 'an address without a port' err 'GL_EMULATOR_HOST: nowhere has no port'
run 78 env GL_EMULATOR_HOST=nowhere.example:80 gl-session <hi.gl
like 'an address that is not here' err 'GL_EMULATOR_HOST: .*in clear'
run 78 env GL_EMULATOR_HOST= GEMINI_API_KEY='a b' gl-session <hi.gl
like 'a key' err 'GEMINI_API_KEY or GOOGLE_API_KEY holds no key'
mkfifo unread
run 0 gl-session -f text --trace unread <hi.gl
like 'a trace that nobody read' err 'some lines were lost, since nobody read'
echo none >state
run 65 gl-session --state state <hi.gl
like 'a state that is none' err 'state: not a state file of gl-session'

# what would be noise: words without -t, a file of another kind
echo 'How high is Mont Blanc?' >words
jq -n '{type: "text", text: "not on one line"}' >pretty
printf 'OggS%060d\n\1' 0 >ogg
for f in words pretty; do
	run 65 gl-session -f text <$f
	like 'told' err 'standard input: text, not sound.* gl-session -t takes'
done
run 65 gl-play -n ogg
like 'told' err 'ogg: an Ogg file is not read; convert it'
run 0 gl-session -t -f text <words
run 0 gl-play -n -r ogg
tap_done
