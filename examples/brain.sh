#!/bin/sh
# A brain for the emulator, made of shell tools: it reads typed words aloud by
# flite(1), and of speech it says that it was heard.
#	gl-emulator --port 8765 -b examples/brain.sh &
#	export GL_EMULATOR_HOST=127.0.0.1:8765
#	echo 'Good morning.' | gl-session -t | gl-play
# A recogniser in the place of the second answer makes a voice agent of it.
wav=$(mktemp) || exit 1
trap 'rm -f "$wav" "$wav.raw"' EXIT
trap 'exit 0' INT TERM HUP

# say TURN WORDS: the words, the sound, the end of the turn
say() {
	jq -nc --argjson turn "$1" --arg text "$2" \
	    '{type: "transcript", role: "model", turn: $turn, text: $text}'
	flite -voice slt -t "$2" -o "$wav"
	sox -D "$wav" -t raw -r 24000 -c 1 -b 16 -e signed "$wav.raw"
	printf '{"type":"audio","turn":%d,"rate":24000,"bytes":%d}\n' \
	    "$1" "$(($(wc -c <"$wav.raw")))"
	cat "$wav.raw"
	printf '{"type":"turn_complete","turn":%d}\n' "$1"
}

# turn RECORD: the number in it
turn() { printf '%s' "$1" | jq -r '.turn // 0'; }

gl-conv -t json --no-payload | while read -r record; do
	case $record in
	*'"type":"text"'*)
		say "$(turn "$record")" "$(printf '%s' "$record" | jq -r .text)" ;;
	*'"type":"activity"'*'"end"'*)
		say "$(turn "$record")" 'I have heard you.' ;;
	esac
done
