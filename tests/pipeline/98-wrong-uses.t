# What a new user does wrong: each use gets one sentence with its remedy, and
# the exit code of its kind.
. "$(dirname "$0")/../tap.sh"

# wrong CODE SENTENCE COMMAND: a shell command, with nothing on standard input
# unless it says otherwise; the sentence is an extended regex of one line.
wrong() {
	timeout 20 sh -c "$3" </dev/null >out 2>err
	got=$?
	[ "$got" = "$1" ] && grep -qaE -e "$2" err
	ok "$1: $3" [ $? -eq 0 ]
	[ "$got" = "$1" ] || echo "# exit $got"
	grep -qaE -e "$2" err || { echo "# no: $2"; cut -c 1-300 err |
	    head -5 | sed 's/^/# /'; }
}
cp "$TOP/examples/question.wav" .
gl-mic -q --pace fast question.wav >said.gl
mkdir tools; cp /bin/cat tools/echo; echo '{"description":"x"}' >tools/echo.json

# a forgotten mkfifo
wrong 66 'lx: there is no such FIFO: mkfifo lx$' \
    'cat /dev/null | gl-tool -d tools -o lx'
ok "and no file was made" [ ! -e lx ]
: >empty; echo '{"type":"text","text":"x"}' >full
for at in empty full; do
	wrong 66 "$at: an?( empty)? regular file, not a FIFO: rm $at; mkfifo $at\$" \
	    "cat /dev/null | gl-tool -d tools -o $at"
done
wrong 66 'lx: No such file or directory \(mkfifo lx, if' 'gl-session -i lx'
wrong 66 'empty: an empty regular file, not a FIFO: rm empty; mkfifo empty$' \
    'gl-session -i empty'
for o in --ptt-from --half-duplex --aec; do
	wrong 66 'lx: there is no such FIFO: mkfifo lx$' \
	    "gl-mic $o lx question.wav | cat; exit 66"
	wrong 66 'empty: an empty regular file' "gl-mic $o empty question.wav >x"
done
wrong 66 'lx: there is no such FIFO: mkfifo lx$' \
    'gl-frames --watch lx --on-speech x.jpg'

# one kind of file in the place of another
printf '\377\330\377\340\000\020JFIF\000' >photo.jpg
sox -R -n -r 44100 -c 1 -b 16 -t raw one.raw synth 1 whitenoise vol 0.01
python3 -c 'import sys
p = open("one.raw", "rb").read()
for i in range(0, len(p), 2):
    sys.stdout.buffer.write(p[i:i + 2] * 2)' >cd.raw
sox -n -r 16000 -c 1 -b 16 -t raw quarter.raw synth 1 sine 4000 vol 0.4
wrong 65 'question.wav: sound, not pictures; gl-session takes it$' \
    'gl-frames question.wav'
is "once" "$(wc -l <err)" 1
wrong 65 'standard input: sound, not pictures; gl-session takes it$' \
    'gl-frames <question.wav'
emulator -b tone --speed 20
wrong 65 'photo.jpg: a JPEG picture is not read; gl-frames makes a stream of it$' \
    'gl-session -i photo.jpg <question.wav'
is "and nothing was asked" "$(cat out)" ""
for p in gl-session 'gl-play -n' 'gl-mic --pace fast'; do
	wrong 65 'input: as raw PCM .* two channels \(arecord -c 1 -r (16|24)000' \
	    "$p - <cd.raw"
done
wrong 0 'question.wav: -R 44100 is of raw PCM: a WAV file has its own rate, here 16000$' \
    'gl-session -R 44100 question.wav'
sox -R question.wav short.wav trim 1 0.2
wrong 0 'short.wav: -R 44100 is of raw PCM: a WAV file has its own rate' \
    'gl-play -n -R 44100 short.wav'
for f in one quarter; do
	run 0 gl-play -n -d 0.1 $f.raw
	is "$f channel: no word" "$(cat err)" ""
done
run 0 gl-play -n -r -d 0.1 cd.raw
is "nor where -r says so" "$(cat err)" ""

# what newcomers type
echo hi >q.txt; : >nothing; echo '{"gl":1,"type":"start"}' >start.gl
printf '{"gl":1,"type":"start"}\n{"type":"au' >cut.gl
wrong 66 '^gl-session: question.mp3: No such file or directory$' \
    'gl-session question.mp3'
wrong 65 'gl-session: q.txt: text, not sound .*; gl-session -t takes text$' 'gl-session q.txt'
wrong 64 'option --voice needs a value$' 'gl-session --voice'
wrong 64 'unknown option --vocie; did you mean --voice\?$' \
    'gl-session --vocie Puck q.txt'
wrong 64 'unknown option --langauge; did you mean --language\?$' \
    'gl-session --langauge=de q.txt'
for p in gl-auth gl-conv gl-emulator gl-frames gl-mic gl-play gl-session gl-tool; do
	wrong 64 "^$p: unknown option --hlep; did you mean --help\\?\$" "$p --hlep"
done
wrong 64 'unknown option --key-fiel$' 'gl-session --key-fiel k q.txt'
wrong 64 'unknown option --nonsense$' 'gl-play --nonsense'
wrong 64 'unknown option, which looks like a key$' \
    'gl-session --AIzaSyXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX'
is "which is not repeated" "$(grep -c AIza err)" 0
wrong 78 'no such Live model here; check -m, .*models/gpt-4 is not found' \
    'gl-session -m gpt-4 -t q.txt'
wrong 64 '^gl-session: -r and -t exclude each other$' 'gl-session -r -t'
wrong 64 '-f mp3: one of stream, pcm, text, json wanted$' 'gl-session -f mp3 -t q.txt'
wrong 66 '\.: a folder, where sound, a stream or text is wanted$' 'gl-session .'
wrong 64 '--voice: options go before other words' 'gl-session -t q.txt --voice Puck'
wrong 64 "'b': one file too many\$" 'gl-session q.txt b'
wrong 64 "'b': one file too many: -o names the output, cat joins the parts of a \
recording, and only -t table and summary take several" 'gl-conv q.txt b'
wrong 64 '--max-time forever: a time from 0.001s to .* \(us, ms, s, m, h' \
    'gl-session --max-time forever -t q.txt'
wrong 66 'missing.json: No such file' 'gl-session -T missing.json -t q.txt'
for c in 'gl-play -n tools' 'gl-conv tools' 'gl-conv --prices tools start.gl' \
    'gl-mic tools' 'gl-mic --aec tools question.wav' 'gl-frames -i tools' \
    'gl-session -i tools' 'gl-session -t -s @tools' \
    'gl-session --setup tools' 'gl-session --cacert tools' \
    'gl-session -b vertex --key-file tools' 'gl-emulator -s tools' \
    'gl-tool --mcp-config tools' 'gl-auth --key-file tools'; do
	wrong 66 'tools: a folder, not a file: name a file in it' "$c"
done
for c in 'gl-play -n -o tools question.wav' 'gl-conv -o tools start.gl' \
    'gl-conv <tools' 'gl-session -t --trace tools' \
    'gl-session -t --record tools' 'gl-tool -d tools --log tools' \
    'gl-tool -d tools <tools' 'gl-play -n <tools' 'gl-frames <tools' \
    'gl-session -t <tools' 'gl-emulator --log tools'; do
	wrong 74 ': a folder, not a file: name a file in it' "$c"
done
wrong 74 'hw:9: no such sound device \(-l lists them\)$' 'gl-play -D hw:9 question.wav'
wrong 74 'nowhere: no such sound device \(-l lists them\)$' 'gl-mic -D nowhere >x'
wrong 64 '-d x: a time from .*without a unit: s\)$' 'gl-mic -d x >x'
wrong 65 'it is sound, without words: gl-session --transcribe' 'gl-conv question.wav'
wrong 64 '-t mp3: one of text, json, wav, ' 'gl-conv -t mp3 start.gl'
wrong 64 'x.mp3: gl-conv does not write mp3; gl-conv -t wav \| ffmpeg -i - x.mp3$' \
    'gl-conv -o x.mp3 start.gl'
wrong 64 '--record a.b/x.MP3: gl-play records WAV; --record a.b/x.wav, then ffmpeg -i$' \
    'gl-play -n --record a.b/x.MP3 start.gl'
for e in wav mp3; do
	wrong 64 "--record x.$e: a recording is a stream; --record x.gl, then gl-conv -t wav\$" \
	    "gl-session -t --record x.$e </dev/null"
done
wrong 64 '-o a.b/x.wav: gl-session does not write wav; -o a.b/x.gl, then gl-conv -o a.b/x.wav$' \
    'gl-session -o a.b/x.wav question.wav'
wrong 64 '-o x.mp3: gl-session does not write mp3; -o x.gl, then gl-conv -t wav$' \
    'gl-session -o x.mp3 question.wav'
wrong 66 '-d missing: No such file' 'gl-tool -d missing <start.gl'
wrong 0 'no tools: -d names a folder, --mcp a server$' 'gl-tool <start.gl'
wrong 78 '^gl-tool: MCP server nosuchprog: No such file or directory$' \
    'gl-tool --mcp nosuchprog <start.gl'
like "and what to do" err '^gl-tool: no tools: no MCP server can be used; try its command by hand: --mcp takes a program in PATH, or its path, with its arguments$'
unlike "not what was done" err '-d names a folder'
is "and no conversation goes through it" "$(cat out)" ''
mkdir bare
wrong 78 'no tools: no MCP server can be used' \
    'gl-tool -d bare --mcp "false x" --mcp ./nosuchprog <start.gl'
wrong 0 'no tools: what -d names has none$' 'gl-tool -d bare <start.gl'
wrong 64 '^gl-session: --tools: the value is empty$' \
    'gl-session --tools "" -t <q.txt'
wrong 64 '^gl-session: -i: the value is empty$' 'gl-session -i "" -t <q.txt'
wrong 66 "brain 'nosuchbrain': No such file or directory \\(parrot, tone or a program in PATH\\)\$" \
    'gl-emulator -b nosuchbrain'
wrong 66 "brain './nosuchbrain': No such file or directory \\(parrot, tone or a program\\)\$" \
    'gl-emulator -b "./nosuchbrain -x"'
wrong 66 "brain './q.txt': not an executable file " 'gl-emulator -b ./q.txt'
wrong 66 "brain '/': not an executable file " 'gl-emulator -b /'
wrong 64 '^gl-auth: login: .* run gcloud auth application-default login, then gl-auth check$' \
    'gl-auth login'
wrong 64 "^gl-auth: 'chekc': 'gl-auth' alone prints a token, 'gl-auth check' tries" \
    'gl-auth chekc'
wrong 64 "'login': gl-auth check takes options only; try 'gl-auth --help'" \
    'gl-auth check login'
wrong 64 'q.txt: --credentials goes before a credentials file, --key-file' \
    'gl-auth q.txt'
wrong 64 'a key does not belong on a command line, .*: --key-file names its file$' \
    'gl-auth AIzaSyXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX'
is "which is not repeated either" "$(grep -c AIza err)" 0
wrong 66 'missing.jpg: No such file' 'gl-frames -i missing.jpg'
wrong 64 'a key does not belong on a command line, .*: --key-file names its file$' \
    'gl-auth --key AIzaSyXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX'
wrong 64 '--port 99999: a whole number from 0 to 65535 wanted$' \
    'gl-emulator --port 99999'

# the second thirty, of which these found something
wrong 65 'input: a stream, not raw PCM: leave out -r$' 'gl-session -r <said.gl'
wrong 65 'input: a stream, not raw PCM: leave out -r$' 'gl-play -n -r <full'
wrong 0 "input: .*-r took a WAV file's header for sound: without it the file" \
    'gl-session -r <short.wav'
wrong 0 "-r took a WAV file's header for sound" 'gl-play -n -r short.wav'
for t in '' -t; do
	wrong 66 'What is the time\?: no such file; text is read from standard input: echo .*gl-session -t$' \
	    "gl-session $t 'What is the time?'"
done
wrong 64 '[-]-image: gl-frames -i IMAGE puts a picture into the stream' \
    'gl-session --image photo.jpg q.txt'
wrong 64 'what is heard goes to standard output: gl-mic >file$' 'gl-mic -o x.wav'
wrong 66 'x.wav: no such input file; gl-mic >FILE records$' \
    'gl-mic x.wav'
wrong 64 'tools: -d goes before a folder of tools$' 'gl-tool tools <start.gl'

# neither credentials nor a network: the user's set-up is what is wrong
mkdir home
for p in 'gl-session -t' 'gl-session -t -f json'; do
	wrong 78 'no credentials found: run gcloud auth application-default login' \
	    "exec env -u GL_EMULATOR_HOST HOME=$PWD/home XDG_CONFIG_HOME= \
	    CLOUDSDK_CONFIG= GOOGLE_APPLICATION_CREDENTIALS= \
	    GCE_METADATA_IP=127.0.0.1:1 HTTPS_PROXY=http://127.0.0.1:1 \
	    $p -b vertex --project p <q.txt"
done
is "in the stream too" "$(jq -r 'select(.type == "end") | .exit' out)" 78

# nothing was asked, so nothing failed; but it is said
for p in gl-session 'gl-session -r' 'gl-session -t'; do
	wrong 0 'standard input: nothing was said: it is empty$' "$p <nothing"
done
wrong 0 'gl-session: nothing: nothing was said: it is empty$' 'gl-session nothing'
wrong 0 'standard input: it is empty$' 'gl-play -n <nothing'
wrong 0 '/dev/null: it is empty$' 'gl-conv -t wav /dev/null'
wrong 0 '/dev/null: it is empty$' 'gl-conv -t html /dev/null'
wrong 0 'gl-tool: standard input: it is empty$' 'gl-tool -d tools <nothing'
# nor of a stream whose writer failed before it did anything
for p in gl-session 'gl-session -t'; do
	wrong 0 'input: nothing was said: nothing follows its start record$' \
	    "$p <start.gl"
done
for p in 'gl-play -n' 'gl-conv' 'gl-conv -t json' 'gl-conv -t html' \
    'gl-tool -d tools' 'gl-mic -'; do
	wrong 0 'standard input: nothing follows its start record$' "$p <start.gl"
done
wrong 65 'input: record 2 at byte 24: the input ends inside' "gl-play -n <cut.gl"
is "and not that nothing follows" "$(grep -c follows err)" 0
# a stream without what is wanted of it
wrong 0 'standard input: there is no sound in it$' 'gl-play -n <full'
for t in text srt vtt; do
	wrong 0 'said.gl: no words in it$' "gl-conv -t $t said.gl"
done
wrong 0 "full: no words in it that are the model's\$" 'gl-conv --model full'
# at once: the end of a microphone may never come
mkfifo live; exec 5<>live
head -c 20000 said.gl >&5
wrong 65 'a stream, not pictures; -i, -D or --exec names those' \
    'gl-frames <live'
exec 5>&-

tap_done
