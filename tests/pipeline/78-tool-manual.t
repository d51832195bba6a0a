# gl-tools(7): its examples, typed as they are printed.
. "$(dirname "$0")/../tap.sh"

# block N: the N-th literal block of the page
block() {
	awk -v n="$1" '/^\.Bd/ { k++; next } /^\.Ed/ { if (k == n) exit; next }
	    k == n && !/^\.[A-Z]/' "$TOP/man/gl-tools.7" |
	    sed 's/\\e/\\/g; s/\\(dq/"/g'
}

for i in 1 2 3; do block $i >"block$i"; done
run 0 sh block1
run 0 sh block2
is "a tool alone" "$(head -1 out)" 'clear, 21 degrees'
is "one call" "$(tail -1 out)" \
    '{"type":"tool_response","id":"1","name":"weather","response":{"result":"rain, 9 degrees"}}'
run 0 sh block3
is "a conversation calls once" "$(jq -r .event calls.log | tr '\n' ' ')" \
    'call answer '
like "and speaks the answer" out 'clear, 21 degrees'
tap_done
