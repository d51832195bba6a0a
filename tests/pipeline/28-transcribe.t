#!/bin/sh
# A model that only transcribes: what the user says is the output, each word
# once, whatever becomes of the connection, and the end comes with the last
# utterance.
. "$(dirname "$0")/../tap.sh"
model=gemini-3.5-transcribe-live

# two utterances of different lengths; silence between and behind
ffmpeg -v error -f lavfi -i 'sine=440:d=0.6' -f lavfi -i 'anullsrc=r=16000:cl=mono' \
    -f lavfi -i 'sine=330:d=1' -filter_complex \
    '[0]aresample=16000[a];[1]atrim=0:1.2[s];[2]aresample=16000[b];[a][s][b]concat=n=3:v=0:a=1' \
    -ac 1 -ar 16000 two.wav
ffmpeg -v error -i two.wav -f s16le -ac 1 -ar 16000 two.pcm
said='[0.6 s of speech]
[1.0 s of speech]'
# the ear measures to a tenth of a second
round() { sed 's/\[0\.[5-7]/[0.6/; s/\[\(0\.9\|1\.[01]\)/[1.0/' "$1"; }

# windows START...: the sound as a stream, each utterance an activity
activity() { printf '{"type":"activity","state":"%s"}\n' "$1"; }
part() {
	printf '{"type":"audio","rate":16000,"bytes":%d}\n' $(($2 * 32))
	tail -c +$(($1 * 32 + 1)) two.pcm | head -c $(($2 * 32))
}
{
	activity start; part 0 600; activity end
	part 600 1200
	activity start; part 1800 1000; activity end
} >two.gl

# once WHAT INPUT OPTIONS...: text, exit 0 and how long after the last
# generation_complete the end came
once() {
	what=$1 input=$2
	shift 2
	timeout 60 gl-session -m $model -f json "$@" <"$input" >rec 2>err
	is "$what: exit" $? 0
	jq -r 'select(.type=="transcript" and .role=="user" and (.interim|not) and .text != "").text' \
	    rec >got
	is "$what: each word once" "$(round got)" "$said"
	ok "$what: ended within a second of the last words" \
	    [ "$(jq -s '([.[]|select(.type=="end")][0].t) - ([.[]|select(.type=="generation_complete")][-1].t) < 1000' rec)" = true ]
}

all() {
	once "$1: a file" two.wav
	once "$1: a file in real time" two.wav --pace 2
	once "$1: raw sound" two.pcm -r
	once "$1: manual" two.gl --vad manual
	timeout 60 sh -c "{ head -c 40000 two.pcm; sleep 0.3; tail -c +40001 two.pcm; } |
	    gl-session -m $model -f text -r" >got 2>err
	is "$1: a pipe, as text" "$(round got)" "$said"
}

emulator --log emu.log
all 'no fault'
run 0 gl-session -m $model -f text --trace trace <two.wav
round out >got
is 'the text is the output' "$(cat got)" "$said"
is 'TEXT is asked for' "$(jq -r 'select(.message.setup).message.setup.generationConfig.responseModalities[0]' trace)" TEXT
is 'and the words' "$(jq -c 'select(.message.setup).message.setup.inputAudioTranscription' trace)" '{}'
unlike 'the emulator talks back to nobody' emu.log '"message":"(audio|text)"'
like 'interim words come' rec '"interim":true'
gl-session -m $model <two.wav 2>/dev/null | gl-conv -t text >got
like 'gl-conv shows it' got '^user: \[0\.[567] s of speech\]'
run 0 gl-session -m $model -f text --vad manual <two.wav
like 'plain sound with manual activity is one utterance' out '^\[2\.[789] s of speech\]$'

# a close in the middle of each utterance, and between them
for at in 5 12 22; do
	echo "{\"on\":\"audio\",\"nth\":$at,\"do\":\"close\",\"conn\":1}" >rules
	emulator -s rules
	all "closed at message $at"
	like 'the close came' rec '"type":"reconnected"|"type":"end"'
done

# the last words came only as a guess
echo '{"on":"turn","do":"send","message":{"serverContent":{"interimInputTranscription":{"text":"only a guess"}}}}
{"on":"turn","do":"send","message":{"serverContent":{"generationComplete":true}}}' >rules
emulator -s rules
run 0 gl-session -m $model -f json <two.wav
like 'a guess that nothing replaces is promoted and marked' out \
    '"text":"only a guess","promoted":true'
tap_done
