# A model that has lost its way: so many calls in one turn run, the others are
# answered, and the user is told how many those were.
. "$(dirname "$0")/../tap.sh"
mkdir tools
cat >tools/knock <<'END'
#!/bin/sh
echo x >>ran; echo done
END
chmod +x tools/knock
echo '{"description":"x"}' >tools/knock.json
calls() { # FIRST LAST
	seq "$1" "$2" | sed 's/.*/{"type":"tool_call","id":"&","name":"knock","args":{}}/'
}
calls 1 107 >in
run 0 gl-tool -d tools -o answers <in
is "64 of 107 ran" "$(wc -l <ran | tr -d ' ')" 64
is "each was answered once" "$(jq -r .id answers | sort -n | uniq | wc -l | tr -d ' ')" 107
is "43 with why not" "$(jq -r '.response.error // empty' answers | sort | uniq -c | sed 's/^ *//')" \
    '43 not run: more than 64 calls in one turn (--max-calls)'
is "told once, and the sum" "$(cat err)" \
    'gl-tool: knock: not run: more than 64 calls in one turn (--max-calls)
gl-tool: calls in this turn: 107, not run: 43 (--max-calls 64)'

rm -f ran answers
{ calls 1 3; echo '{"type":"turn_complete","turn":1}'; calls 4 6; } >in
run 0 gl-tool -d tools --max-calls 2 -o answers <in
is "each turn has its own" "$(wc -l <ran | tr -d ' ')" 4
is "what was left out of each" "$(grep -c 'turn: 3, not run: 1' err)" 2

rm -f ran answers
{ calls 1 2; echo '{"type":"interrupted","turn":1}'; calls 3 4; } >in
run 0 gl-tool -d tools --max-calls 2 -o answers <in
is "an interrupted turn is over too" "$(wc -l <ran | tr -d ' ')$(cat err)" 4

rm -f ran answers
calls 1 107 >in
run 0 gl-tool -d tools --max-calls 0 -o answers <in
is "no limit" "$(wc -l <ran | tr -d ' ')$(cat err)" 107
tap_done
