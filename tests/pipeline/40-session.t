#!/bin/sh
# gl-session as it is typed: speech, text, streams and raw PCM in; a stream,
# text, JSON lines and raw PCM out.
. "$(dirname "$0")/../tap.sh"

emulator --speed 20
wav=$TOP/examples/question.wav

# records TYPE FILE: how many of that type are in a stream
records() { gl-conv -t json <"$2" | grep -c "\"type\":\"$1\""; }

run 0 sh -c "gl-session <'$wav' >answer.gl"
is 'nothing on standard error' "$(cat err)" ''
is 'the stream begins with start' "$(head -1 answer.gl | cut -c 1-42)" \
    '{"gl":1,"type":"start","program":"gl-sessi'
is 'one ready' "$(records ready answer.gl)" 1
ok 'sound came back' [ "$(records audio answer.gl)" -gt 5 ]
is 'the last record is end' "$(tail -1 answer.gl | cut -c 1-13)" '{"type":"end"'
like 'which says why' answer.gl '"reason":"finished","exit":0'
run 0 sh -c 'gl-conv -t wav <answer.gl >answer.wav'
is 'and makes a WAV' "$(head -c 4 answer.wav)" RIFF

run 0 sh -c 'echo hello | gl-session -t'
mv out text.gl
like 'typed text is answered' text.gl '"role":"model","text":"hello"'
run 0 sh -c 'echo hello | gl-session -t -f text'
is 'as text' "$(cat out)" hello
run 0 sh -c 'printf "one\ntwo\n\nthree" | gl-session -t -f text'
is 'a line a turn, each answered before the next' "$(tr '\n' ' ' <out)" \
    'one two three '
run 0 sh -c 'printf "%s\n" "{\"type\":\"text\",\"text\":\"by stream\"}" |
    gl-session -f json'
like 'a stream is known by its beginning' out '"text":"by stream"'
ok 'JSON lines are all JSON' sh -c 'jq -e . out >jq.out'
unlike 'without the sound itself' out '"data"'

sox "$wav" -t raw -r 16000 -e signed -b 16 -c 1 in.raw
run 0 sh -c 'gl-session -r <in.raw'
ok 'raw PCM in and out' [ "$(wc -c <out)" -gt 48000 ]
is 'of whole samples' $(($(wc -c <out) % 2)) 0
run 0 sh -c 'gl-session <in.raw'
like 'raw PCM without a flag' out '"type":"audio"'
run 0 sh -c 'gl-session -f pcm <answer.gl'
run 0 sh -c 'gl-session -r -R 24000 -f json <in.raw'
like 'another rate' out '"role":"user"'

run 0 sh -c 'gl-session -f json </dev/null'
like 'nothing said, nothing answered' out '"turns":0'

# what gl-session does not consume, it passes on byte for byte
{
	printf '{"type":"level","db":-3}\n{"x": 1, "type":"acme.mood","bytes":4}\n'
	printf '\001\002\n{'
	printf '{"type":"text","text":"hi"}\n'
} >mixed.gl
run 0 gl-session -i mixed.gl </dev/null
run 0 sh -c 'gl-session <mixed.gl'
ok 'unknown records pass' grep -qaF '{"x": 1, "type":"acme.mood","bytes":4}' out
is 'with their payload' "$(grep -a -A 1 acme.mood out | tail -n +2 | head -c 2 |
    od -An -tx1 | tr -d ' ')" 0102
tap_done
