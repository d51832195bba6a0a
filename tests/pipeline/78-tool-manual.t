# gl-tools(7): its examples, typed as they are printed; gl-scenario(5): as many
# calls as it says.
. "$(dirname "$0")/../tap.sh"

# block PAGE N: the N-th literal block of the page
block() {
	awk -v n="$2" '/^\.Bd/ { k++; next } /^\.Ed/ { if (k == n) exit; next }
	    k == n && !/^\.[A-Z]/' "$TOP/man/$1" |
	    sed 's/\\e/\\/g; s/\\(dq/"/g'
}

for i in 1 2 3; do block gl-tools.7 $i >"block$i"; done
run 0 sh block1
run 0 sh block2
is "a tool alone" "$(head -1 out)" 'clear, 21 degrees'
is "one call" "$(tail -1 out)" \
    '{"type":"tool_response","id":"1","name":"weather","response":{"result":"rain, 9 degrees"}}'
run 0 sh block3
is "a conversation calls once" "$(jq -r .event calls.log | tr '\n' ' ')" \
    'call answer '
like "and speaks the answer" out 'clear, 21 degrees'

# ten thousand calls, but fewer at once and not so often
awk '/^Ten thousand/ { on = 1 } /^\.Ed/ { on = 0 } on && /^{/' \
    "$TOP/man/gl-scenario.5" | sed 's/"count":64/"count":4/; s/156/5/' >rules
mkdir functions; printf '#!/bin/sh\necho 1\n' >functions/f
chmod +x functions/f; echo '{"description":"x"}' >functions/f.json
emulator -s rules --speed 50
gl-tool -d functions --declare >f.json
rm -f calls.log
echo 'echo go | gl-session -t -f stream -T f.json -i loop |
    gl-tool -d functions -o loop --log calls.log' >many
run 0 sh many
kill "$emu_pid"
is "the calls of a scenario" "$(grep -c '"event":"call"' calls.log)" 24
tap_done
