#!/bin/sh
# gl-conv -t srt and -t vtt: both sides in time, files that others read.
. "$(dirname "$0")/../tap.sh"

# speech of 1 s at 2 s, sent ahead of its time; the answer is cut off
sox -D -n -r 16000 -b 16 -c 1 -e signed -t raw user.raw synth 1 sine 300 \
    pad 2 7
sox -D -n -r 24000 -b 16 -c 1 -e signed -t raw model.raw synth 4 sine 440
rec() { printf '%s\n' "$1"; }
{
	rec '{"gl":1,"type":"start","program":"gl-session","version":"1","t":0}'
	printf '{"type":"audio","side":"user","t":50,"at_ms":0,"rate":16000,"bytes":%d}\n' \
	    "$(wc -c <user.raw)"
	cat user.raw
	rec '{"type":"transcript","role":"user","t":400,"at_ms":2000,"to_ms":3000,"text":" How high is Mont Blanc?"}'
	rec '{"type":"voice_activity","state":"end","t":401,"at_ms":3000}'
	printf '{"type":"audio","t":900,"rate":24000,"turn":1,"bytes":%d}\n' \
	    "$(wc -c <model.raw)"
	cat model.raw
	rec '{"type":"transcript","role":"model","t":901,"turn":1,"text":"It is <b>4,808</b> metres high. And it is cold."}'
	rec '{"type":"played","side":"user","t":950,"turn":1,"ms":2200,"interrupted":true}'
	rec '{"type":"turn_complete","t":960,"turn":1}'
} >call.gl

run 0 gl-conv -o a.srt call.gl
printf '%s\n' 1 '00:00:02,000 --> 00:00:03,412' 'User: How high is Mont Blanc?' \
    '' 2 '00:00:03,499 --> 00:00:05,614' 'Model: It is ‹b›4,808‹/b› metres' '' \
    >want.srt
sed 's/,[0-9][0-9][0-9]/,x/g' a.srt >got
sed 's/,[0-9][0-9][0-9]/,x/g' want.srt >want
same "SubRip, by the place in the input, as far as it was heard" got want
run 0 gl-conv -t vtt --user call.gl
printf '%s\n' WEBVTT '' 1 '00:00:02.000 --> 00:00:03.353' \
    'How high is Mont Blanc?' '' >want
sed -i 's/\.[0-9]*$/.x/' out want
same "WebVTT, of one side" out want
run 0 gl-conv -t vtt call.gl
like "who speaks, as a voice" out '^<v Model>It is &lt;b&gt;4,808'
run 0 gl-conv --model -o b.vtt call.gl
unlike "the other side alone" b.vtt 'Mont Blanc'

ffmpeg -v error -i a.srt -f srt -y c.srt 2>err
is "ffmpeg reads SubRip" "$? $(cat err)" "0 "
is "... two cues of it" "$(grep -c -e '-->' c.srt)" 2
ffmpeg -v error -i b.vtt -f srt -y d.srt 2>err
is "ffmpeg reads WebVTT" "$? $(cat err)" "0 "

# today's streams, without positions: by the time of arrival
rec '{"type":"transcript","role":"user","t":5000,"text":"Hello"}' >old.gl
run 0 gl-conv -t srt old.gl
like "a stream without positions has times too" out '^00:00:00,000 --> '
run 0 gl-conv -t srt /dev/null
is "no words, no subtitles" "$(wc -c <out)" 0

tap_done
