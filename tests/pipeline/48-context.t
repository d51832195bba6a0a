#!/bin/sh
# A context changed in mid-call, on every family of models and both backends:
# instruction, tools and voice arrive, and the conversation goes on as one.
. "$(dirname "$0")/../tap.sh"
emulator --speed 20 --log log

start='{"gl":1,"type":"start"}'
context='{"type":"context","system":"Be brief.","voice":"Kore","tools":[{"functionDeclarations":[{"name":"lamp"}]}]}'
mkfifo in
# what of the instruction, the tools and the voice was sent, in setups or not; what
# the handle does not cover goes out on both connections
told() {
	jq -r 'select(.dir == "out") | .message // empty |
	    (.setup // empty | [.systemInstruction.parts[0].text // "-",
		.tools[0].functionDeclarations[0].name // "-",
		.generationConfig.speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName // "-",
		(if .sessionResumption.handle then "resumed" else "fresh" end)] |
	    "setup " + join(" ")),
	    (.contextUpdate // empty | "update " + (keys | join(" "))),
	    (.clientContent // empty | select(any(.turns[]?;
		.parts[0].text == "Be brief.")) | "turn")' trace | sort -u | xargs
}
# changed BACKEND MODEL SENT
changed() {
	: >out
	gl-session -t -b "$1" --project p -m "$2" -f json --trace trace \
	    <in >out 2>err & pid=$!
	tap_pids="$tap_pids $pid"
	exec 3>in
	printf '%s\n' "$start" '{"type":"text","text":"one"}' >&3
	wait_for 'the first answer' grep -q '"type":"turn_complete"' out
	echo "$context" >&3
	wait_for 'the next connection' grep -q '"type":"reconnected"' out
	echo '{"type":"text","text":"two"}' >&3
	exec 3>&-
	wait $pid
	is "$2 on $1 ends well" $? 0
	is '... both are answered' "$(jq -r 'select(.type == "transcript" and
	    .role == "model").text' out | tr -d '\n')" onetwo
	is '... it was told' "$(told)" "$3"
	is '... over two connections' "$(jq -c 'select(.type == "end").totals |
	    [.connections, .lost_ms]' out)" '[2,0]'
}
new='setup Be brief. lamp Kore'
for at in 'gemini gemini-3.8-live' 'vertex gemini-3.8-live' \
    'gemini gemini-3.8-live-extended-thinking'; do
	# shellcheck disable=SC2086
	changed $at "setup - - - fresh $new resumed update systemInstruction tools"
done
for at in 'gemini gemini-2.5-flash-native-audio-latest' \
    'vertex gemini-live-2.5-flash-native-audio'; do
	# shellcheck disable=SC2086
	changed $at "setup - - - fresh $new resumed turn"
done
# this one takes an instruction in a setup alone, and may ignore another there
changed gemini gemini-3.1-flash-live-preview "setup - - - fresh $new fresh"
tap_done
