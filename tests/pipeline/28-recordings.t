#!/bin/sh
# Recordings to text and to another language by one option; an hour of one over
# several sessions, cut at pauses, with faults.
. "$(dirname "$0")/../tap.sh"

# 300 utterances, one each 12 s, of 0.4 to 2.6 s
ffmpeg -v error -f lavfi -i 'sine=440:r=16000:d=4' -f s16le -ac 1 tone.pcm
i=0
while [ $i -lt 300 ]; do
	n=$((400 + (i * 37 % 23) * 100))
	head -c $((n * 32)) tone.pcm
	head -c $(((12000 - n) * 32)) /dev/zero
	echo "$((i * 12000)) [$((n / 1000)).$((n % 1000 / 100)) s of speech]" >&3
	i=$((i + 1))
done >hour.pcm 3>spoken
head -c 1920000 hour.pcm >talk.pcm
ffmpeg -v error -f s16le -ar 16000 -ac 1 -i talk.pcm talk.wav
head -5 spoken | cut -d' ' -f2- >said

emulator
ok 'a recording to text' sh -c 'gl-session --transcribe --pace fast <talk.wav >talk.txt 2>err'
same 'is its words, a line an utterance' talk.txt said
run 0 gl-session --transcribe --pace fast --trace trace --hints de,en --hints fr-CH \
    --vocabulary 'Mont Blanc, Chamonix' --mode smart <talk.wav
is 'hints, vocabulary and mode are asked for' \
    "$(jq -c 'select(.message.setup).message.setup | [.model,.inputAudioTranscription]' trace)" \
    '["models/gemini-3.5-transcribe-live",{"languageCodes":["de","en","fr-CH"],"customVocabulary":["Mont Blanc","Chamonix"],"mode":"SMART"}]'
printf 'Mont Blanc\n\nChamonix\r\n' >terms
run 0 gl-session --transcribe --pace fast --trace trace --vocabulary @terms \
    --set inputAudioTranscription.mode=VERBATIM <talk.wav
is 'a vocabulary from a file, a --set above all' \
    "$(jq -c 'select(.message.setup).message.setup.inputAudioTranscription' trace)" \
    '{"customVocabulary":["Mont Blanc","Chamonix"],"mode":"VERBATIM"}'
run 0 gl-session --translate de --pace fast --trace trace <talk.wav
is 'a translation is asked for' \
    "$(jq -c 'select(.message.setup).message.setup | [.model,.generationConfig.translationConfig,.generationConfig.responseModalities]' trace)" \
    '["models/gemini-3.5-live-translate-preview",{"targetLanguageCode":"de"},["AUDIO"]]'
ok 'and is text' [ "$(wc -l <out)" -ge 1 ]
run 0 gl-session --translate de --pace fast -f stream <talk.wav
like 'the voice too, where it is asked for' out '"type":"audio"'

run 64 gl-session --transcribe --translate de <talk.wav
like 'both are one too many' err 'exclude each other'
run 64 gl-session --transcribe -s 'be kind' <talk.wav
like 'what has no effect is refused' err '^gl-session: -s does not go with --transcribe'
run 64 gl-session --transcribe --language de <talk.wav
like 'and what is meant is said' err 'by --hints'
run 64 gl-session --transcribe -b vertex <talk.wav
like 'no such model on Vertex AI' err 'name one by -m'
run 64 gl-session --hints ' , ' <talk.wav
like 'an empty list' err '^gl-session: --hints: nothing in it'
run 64 gl-session --vocabulary a --transcripts out <talk.wav
like 'words of nobody' err 'leaves out'
run 64 gl-session --translate '' <talk.wav
like 'no language' err '--translate: the value is empty'

# an hour in some seconds: rotations, a close and a broken connection
echo '{"on":"audio","nth":1500,"do":"close","conn":1}
{"on":"audio","nth":900,"do":"drop","conn":3}' >rules
emulator -s rules
timeout 100 gl-session --transcribe -r --pace 150 --rotate 2s -f json <hour.pcm >rec 2>err
is 'an hour: exit' $? 0
like 'one fault' err '1011 Internal'
like 'and the other' err '1006 '
jq -r 'select(.type=="transcript" and (.interim|not) and .text != "") |
    "\(.at_ms) \(.text)"' rec >got
cut -d' ' -f2- got >got.words
cut -d' ' -f2- spoken >spoken.words
same 'each word once, in order' got.words spoken.words
is 'times within 100 ms' "$(paste -d' ' got spoken | awk '
    { d = $1 - $6; if ($1 !~ /^[0-9]+$/ || d < -100 || d > 100) n++ }
    END { print n + 0 }')" 0
ok 'over at least four sessions' \
    [ "$(jq 'select(.type=="end").totals.connections' rec)" -ge 4 ]
is 'nothing was lost' "$(jq 'select(.type=="end").totals.lost_ms' rec)" 0
like 'cut at a pause' rec '"type":"reconnecting".*"reason":"age"'
# as fast as it goes, where the words of minutes are still to come when the
# connection is lost
emulator -s rules
timeout 60 gl-session --transcribe -r --pace fast -f json <hour.pcm >rec 2>err
is 'as fast as it goes: exit' $? 0
like 'the fault' err '1011 Internal'
jq -r 'select(.type=="transcript" and (.interim|not) and .text != "") |
    .text' rec >got.words
same 'each word once, in order, here too' got.words spoken.words
is 'and nothing was lost' "$(jq 'select(.type=="end").totals.lost_ms' rec)" 0
tap_done
