#!/bin/sh
# Subtitles of ten minutes of speech that were sent as fast as it goes: within
# 100 ms of where the words are in the file, by the service's offsets of words,
# and by those of whole utterances and the pauses between their sentences.
. "$(dirname "$0")/../tap.sh"

# judge WHAT FILE.srt
judge() {
	python3 "$TOP/tests/subtitles.py" judge truth.json "$2" >judged
	is "$1" "$?" 0
	sed 's/^/# /' judged
}
for how in words lines; do
	python3 "$TOP/tests/subtitles.py" make . $how
	emulator --speed 40 -s rules
	rm -f call.gl
	run 0 gl-session -m gemini-2.5-flash-native-audio-latest --vad auto \
	    --transcripts out --record call.gl <talk.wav
	kill "$emu_pid"
	is "ten minutes, by $how" \
	    "$(gl-conv -t summary call.gl | jq '.seconds | round')" 600
	# as fast as it goes: the last sound came long before ten minutes
	ok "... in less than two" [ "$(gl-conv -t json --no-payload call.gl |
	    jq -s 'map(.t // 0) | max')" -lt 120000 ]
	run 0 gl-conv -o both.srt call.gl
	judge "... both sides" both.srt
	run 0 gl-conv --user -o user.srt call.gl
	judge "... the user's" user.srt
	run 0 gl-conv --user -o user.vtt call.gl
	for f in both.srt user.vtt; do
		ffmpeg -v error -i $f -f srt -y again.srt 2>err
		is "ffmpeg reads $f" "$? $(cat err)" "0 "
	done
	judge "... WebVTT, as ffmpeg understands it" again.srt
	is "at most two lines of 42 characters" "$(grep -v -e '-->' both.srt |
	    awk 'length > 42 { n++ }
		/^[0-9]+$/ { l = -1 } { if (l++ >= 2 && $0 != "") n++ }
		END { print n + 0 }')" 0
done

tap_done
