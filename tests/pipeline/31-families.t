#!/bin/sh
# The same records to models of each family and backend: what reaches the
# service is what that family takes, and the service refuses none of it.
. "$(dirname "$0")/../tap.sh"

emulator --log emu.log --speed 20 --tone 100ms -b tone

# said OPTIONS...: runs the records through a session and puts what went out,
# without the setup, into the file `got`.
said() {
	run 0 gl-session --no-resume --trace trace "$@" <records.gl
	jq -c 'select(.dir == "out" and .message.setup == null) | .message' \
	    trace >got
	rm trace
	unlike 'nothing is refused' emu.log '"code":(100[278]|1011)'
}

# count WHAT KEY: how many of the messages have that path
count() { jq -c "select($1 != null)" got | wc -l | tr -d ' '; }

# a real picture: the emulator decodes what it gets
ffmpeg -v error -f lavfi -i color=red:size=32x32 -frames:v 1 red.jpg
{
	printf '{"type":"text","text":"hello"}\n'
	printf '{"type":"image","mime":"image/jpeg","bytes":%d}\n' \
	    "$(wc -c <red.jpg)"
	cat red.jpg
	printf '{"type":"audio","rate":16000,"bytes":6400}\n'
	head -c 6400 /dev/zero
} >records.gl

said -m gemini-3.8-live
is '3.8: text as a turn' "$(count .clientContent)" 1
is 'with its role' "$(jq -r '.clientContent.turns[0].role // empty' got)" user
is 'a picture' "$(count .realtimeInput.video)" 1
is 'the end of the sound by its flag' "$(count .realtimeInput.audioStreamEnd)" 1
is 'no old field' "$(count .realtimeInput.mediaChunks)" 0

said -m gemini-3.1-flash-live-preview
is '3.1: text in the stream of input' "$(count .realtimeInput.text)" 1
is 'never as a turn' "$(count .clientContent)" 0

said -m gemini-live-2.5-flash-native-audio -b vertex --project p
is 'Vertex: text as a turn' "$(count .clientContent)" 1
is 'the end of the sound by silence' "$(count .realtimeInput.audioStreamEnd)" 0
is 'which is sound' "$(jq -r '.realtimeInput.audio.mimeType // empty' got |
    sort -u)" 'audio/pcm;rate=16000'

said -m gemini-live-2.5-flash-native-audio -b vertex --project p \
    --quirk carrier=mediaChunks --quirk audio-end=flag --quirk text=realtime
is 'by quirk: the old field for sound and pictures' \
    "$(jq -r '.realtimeInput.mediaChunks[0].mimeType // empty' got | sort -u |
    tr '\n' ' ')" 'audio/pcm;rate=16000 image/jpeg '
is 'the flag' "$(count .realtimeInput.audioStreamEnd)" 1
is 'and text in the stream of input' "$(count .realtimeInput.text)" 1
tap_done
