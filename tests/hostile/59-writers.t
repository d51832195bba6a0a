# A second writer that means harm on each FIFO, killed at any instant, beside one
# that does not: what the good one writes still arrives when it is gone, nothing
# ends, nothing is said without an end; and a program that is killed in the midst
# of it leaves nothing that hinders the next one.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"
emulator
sox -R -n -r 16000 -b 16 -c 1 a.wav synth 0.06 sine 440 gain -6
tail -c 1920 a.wav >a.raw
{ echo '{"type":"audio","turn":1,"rate":16000,"bytes":1920}'; cat a.raw; } >a.gl
printf '{"type":"reference","rate":16000,"frame":0,"bytes":1920}\n' |
    cat - a.raw >ref.gl
echo '{"type":"note","why":"for the good of it"}' >note.gl
echo '{"type":"tool_call","id":"1","name":"good","args":{}}' >call.gl
sox -R -n -r 16000 -b 16 -c 1 -t raw in.raw synth 60 sine 440
device default "in $TMP/in.raw"
mkdir tools
printf '#!/bin/sh\necho "{}"\n' >tools/good; chmod +x tools/good
echo '{"description":"x"}' >tools/good.json

# attack NAME OPTIONS GOOD PROGRAM...: five times
attack() {
	name=$1 opts=$2 good=$3; shift 3
	[ -p "ff.$name" ] || mkfifo "ff.$name"
	for seed in 1 2 3 4 5; do
		# shellcheck disable=SC2086
		"$TOP/tests/peer/hostile-writer.py" $opts $seed "$good" \
		    "ff.$name" -- "$@" >said 2>&1
		is "$name, seed $seed$opts: $(head -c 1500 said)" $? 0
	done
}
attack session '--done "type":"note"' note.gl gl-session -i ff.session
attack play '--done turn --stop' a.gl gl-play -n -v -p ff.play
attack aec '--stop' ref.gl gl-mic -v --aec ff.aec
# standard input is one writer's: its damage ends it, after what came before
attack tool '--ends --done "type":"tool_response"' call.gl \
    sh -c 'exec gl-tool -d tools -o - <ff.tool'

# killed in the midst of it: no tool lives on, and the next start finds its state
attack tool-killed --kill call.gl sh -c 'exec gl-tool -d tools -o - <ff.tool-killed'
attack session-killed --kill note.gl gl-session --state state -i ff.session-killed
echo '{"type":"text","text":"hello"}' >hello
run 0 gl-session --state state <hello
like "a session after five kills" out '"type":"turn_complete"'
is "no tool is left" "$(pgrep -f "$TMP/tools/good" | wc -l)" 0
tap_done
