#!/bin/sh
# Lines at a terminal that begin with a slash: what they do, that only the
# keyboard gives them, and that a wrong one spoils nothing.
. "$(dirname "$0")/../tap.sh"
terminals 'commands at a prompt' || { tap_done; exit; }
emulator --speed 20

# desk [OPTIONS]: gl-session -t on a terminal; the file steps as
# tests/peer/desk.py has it, "%" in the trace
desk() {
	timeout 90 python3 "$TOP/tests/peer/desk.py" trace \
	    "exec gl-session -t --trace trace -f json $* >out" >seen
	status=$?
}
sent() { # FILTER: what of the trace went out
	jq -c 'select(.dir == "out") | .message // empty' trace | jq -c "$1"
}

printf 'Answer in rhymes.\n' >rhymes
sox -n -r 8000 -b 8 -c 1 noise.wav synth 0.1 sine 440
ffmpeg -v error -f lavfi -i testsrc=size=64x48:rate=1:duration=1 'my photo.jpg'
printf '[{"name":"hangup"}]' >tools.json
cat >steps <<'END'
? > 
< /system Answer in French.
? instruction is another one now
? > 
< /system @rhymes
? instruction is another one now
? > 
< /tools tools.json
? the tools are other ones now
? > 
< /image my photo.jpg
? the model has the picture
? > 
< //etc is what?
? > 
< /voice kore
? Kore speaks from the next pause on
? > 
< and then?
? and then?
? model:
? > 
< /save later
? saved: gl-session --state later goes on from here
? > 
< /quit
END
desk
is '/quit ends it' $status 0
is '... as a hangup' "$(jq -r 'select(.type == "end") | .reason' out)" hangup
is '/system, of a file too' "$(sent '.contextUpdate.systemInstruction |
    select(.) | .parts[0].text' | xargs -d '\n')" \
    '"Answer in French." "Answer in rhymes.\n"'
is '/tools' "$(sent '.contextUpdate.tools | select(.) |
    .tools[0].functionDeclarations[0].name')" '"hangup"'
is '/image, whose name has a space' "$(sent '.realtimeInput.video |
    select(.) | .mimeType')" '"image/jpeg"'
is 'two slashes are one' "$(sent '.clientContent | select(.) |
    .turns[0].parts[0].text' | head -n 1)" '"/etc is what?"'
is '/voice is in the setup of the next connection' \
    "$(sent '.setup | select(.) | .generationConfig.speechConfig |
    .voiceConfig.prebuiltVoiceConfig.voiceName' | xargs)" 'null Kore'
is '... which resumes the session' "$(sent '.setup | select(.) |
    (.sessionResumption.handle | type)' | xargs)" 'null string'
is '... as is recorded' "$(jq -c 'select(.type == "reconnected") | .resumed' \
    out)" true
is '... which keeps instruction and tools' "$(sent '.setup | select(.) |
    [.systemInstruction.parts[0].text, .tools[0].functionDeclarations[0].name] |
    join(",")' | tail -n 1)" '"Answer in rhymes.\n,hangup"'
is 'nothing else was said' "$(sent '.clientContent | select(.)' | 
    grep -cE '"/(system|image|voice|tools|save|quit)')" 0
is '/save: what --state takes, for its owner alone' \
    "$(jq -r '[.gl, .turn, (.turns | length > 0)] | join(",")' later
    stat -c %a later)" "1,2,true
600"
run 0 sh -c 'echo go on | gl-session -t --state later --trace trace -f json'
is '... and a later run goes on from there' "$(sent 'select(
    .setup.sessionResumption.handle != null or
    ([.. | .text?] | index("/etc is what?")) != null) | true' | head -n 1)" true

# wrong ones
printf 'mine\n' >mine
echo '[{"name":"7up"}]' >digit.json
echo '[{"name":"f"},{"name":"f"}]' >twice.json
echo '[{}]' >none.json
cat >steps <<'END'
? > 
< /quiet
? /quiet: no such command: /system TEXT
? > 
< /
? /: no such command
? > 
< /voice
? /voice wants a voice
? > 
< /quit now
? /quit takes nothing behind it
? > 
< /voice Bob
? no voice is named Bob; gl-session --list-voices
? > 
< /system @none
? /system: none: No such file
? > 
< /tools mine
? /tools: mine: 
? > 
< /tools digit.json
? /tools: digit.json: tools[0]
? > 
< /tools twice.json
? /tools: twice.json: tools[0]
? > 
< /tools none.json
? /tools: none.json: entry 1 is neither a tool nor
? > 
< /tools .
? a folder of tools is named at the start
? > 
< /image none.jpg
? /image: none.jpg: No such file
? > 
< /image noise.wav
? no picture that a model takes
? > 
< /save mine
? not a state file
? > 
< /help
? a line that is to begin with a slash
? > 
< 
END
desk
is 'wrong commands spoil nothing' $status 0
is '... not what /save was given' "$(cat mine)" mine
is '... and nothing of them is sent' \
    "$(sent '.clientContent // .contextUpdate // .realtimeInput | select(.)')" ''

# nobody but the keyboard: pipes, FIFOs, records, the model
said() { # WHAT
	is "$1: they are said" "$(sent '.clientContent | select(.) |
	    .turns[0].parts[0].text' | xargs)" '/quit /voice Kore'
	is '... and end nothing' "$(jq -r 'select(.type == "end") |
	    .reason' out)" finished
}
printf '/quit\n/voice Kore\n' >lines
run 0 sh -c 'cat lines | gl-session -t --trace trace -f json'
said 'lines of a pipe'
: >trace
{ echo '{"gl":1,"type":"start"}'; cat lines; } >lines.gl
run 0 sh -c 'gl-session -t --trace trace -f json <lines.gl'
said 'lines of a stream'
: >trace
{ echo '{"gl":1,"type":"start"}'
  printf '{"type":"text","text":"%s"}\n' /quit '/voice Kore'; } >records.gl
run 0 sh -c 'gl-session -t --trace trace -f json <records.gl'
said 'text records'

mkfifo fifo
cat >steps <<'END'
? > 
< first
? model:
? > 
< second
? model:
? > 
<
END
sleep 100 >fifo & tap_pids="$tap_pids $!"
cat records.gl >fifo &
desk -i fifo
is 'records of a FIFO beside the terminal are said as well' \
    "$(sent '.clientContent | select(.) | .turns[0].parts[0].text' | sort |
    xargs)" '/quit /voice Kore first second'
tap_done
