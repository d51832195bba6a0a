# Every leaf field of the types in the official JavaScript SDK 3.3.0: --check
# refuses none of them wrongly, the emulator takes them, and nothing of what
# the service may say is lost.
. "$(dirname "$0")/../tap.sh"
sdk=$B/npm-3.3.0
if ! [ -d "$sdk/node_modules/@google/genai" ] &&
    ! { mkdir -p "$sdk" && (cd "$sdk" && npm install --silent --no-audit \
    --no-fund @google/genai@3.3.0); } >npm.log 2>&1; then
	sed 's/^/# /' npm.log
	ok "the SDK can be installed" false
	tap_done
	exit
fi
walk() { node "$TOP/tests/interop/fields.mjs" "$sdk" "$1"; }
walk setup >setup; walk server >server
ok "the types of the setup are read" [ "$(wc -l <setup)" -gt 400 ]
ok "and those of what the service says" [ "$(wc -l <server)" -gt 200 ]

# One leaf a time, on both backends: refused by both is wrong, but for what is
# documented as not for the Live API, and for what is a fault by its value.
offline='responseSchema|responseJsonSchema|responseMimeType|responseLogprobs|logprobs|stopSequences|audioTimestamp|routingConfig'
fault='"proactiveVideo"|^\{"contextWindowCompression":\{"triggerTokens"'
check() {
	while IFS= read -r leaf; do
		printf '%s' "$leaf" >one.json
		GL_EMULATOR_HOST=127.0.0.1:1 gl-session --check --setup one.json -m gemini-9-live -b "$1" \
		    --project p >said || grep refused said |
		    sed "s|^|$leaf	|"
	done <setup
}
check gemini >gemini.out
check vertex >vertex.out
cut -f1 gemini.out | sort -u >a; cut -f1 vertex.out | sort -u >b
comm -12 a b | grep -Ev "\"($offline)\"|$fault" >both
is "no leaf is refused on both backends" "$(cat both)" ''
grep -v 'it is a field of' gemini.out vertex.out | cut -f2 |
    grep -Ev "$offline" | sort -u >other
printf '# %s of both backends, for their values or as documented:\n' \
    "$(wc -l <other)"
sed 's/^/# /' other | cut -c1-150 | head -20
grep -h 'it is a field of' gemini.out vertex.out | cut -f2 | cut -d: -f1 |
    sort -u | sed 's/^/# of one backend: /' | head -60

# The other messages of a client, each leaf in a session of its own on both
# backends: the emulator, strict, knows each field on one of them at least, and
# it refuses for their values only what is not whole.
walk client | jq -c '(.clientContent.turns[]? | .role) //= "user" |
    (.contextUpdate.tools.tools[]?.functionDeclarations[]? | .name) //= "f" |
    (.toolResponse.functionResponses[]? | .id) //= "1"' >client
ok "the types of the other messages are read" [ "$(wc -l <client)" -gt 300 ]
emulator --strict-fields
NODE_MODULES=$sdk; export NODE_MODULES
for b in gemini vertex; do
	timeout 100 node "$TOP/tests/interop/leaves.mjs" "$GL_EMULATOR_HOST" \
	    $b client >client.$b 2>err
	is "each client message is sent on $b" $? 0
	grep 'Invalid JSON\|Invalid value' client.$b | cut -f1 | sort >field.$b
	grep -v 'Invalid JSON\|Invalid value' client.$b | cut -f1 | sort >value.$b
	is "and only half a blob, automatic activity, known faults are refused" \
	    "$(grep -vE '^\{"realtimeInput":\{"(audio|video|mediaChunks|activityStart|activityEnd)":' \
	    value.$b | grep -vE '"(additionalProperties|behavior)":')" ''
done
is "no field of theirs is refused on both" \
    "$(comm -12 field.gemini field.vertex)" ''
kill "$emu_pid"

# Everything that the service may say, each leaf a message, into one session:
# each text of it stands in some record.  The words for the start and the end of
# speech become "state"; a call that is cancelled is told by its id.
# A handle is a secret, and goes into no record.
jq -c '{on:"ready",do:"send",message:.}' server |
    grep -v '"setupComplete"\|"newHandle"' >rules
emulator -s rules
timeout 60 gl-session -f json -m gemini-3.1-flash-live-preview --max-time 10s \
    </dev/null >all.json 2>err
jq -r 'select((.setupComplete or .sessionResumptionUpdate.newHandle) | not) |
    .. | strings' server | sort -u >texts
jq -r '.. | strings' all.json | sort -u >told
comm -23 texts told | grep -Ev '^AAAA$|^[0-9]+s$|^[0-9]+$' |
    grep -Ev '^(ACTIVITY_(START|END)|VAD_SIGNAL_TYPE_(SOS|EOS))$' >lost
is "no text of the service's is lost" "$(head -20 lost)" ''
jq -r 'select(.setupComplete | not) | .. | numbers' server | sort -u >texts
jq -r '.. | numbers' all.json | sort -u >told
is "no number is" "$(comm -23 texts told | head -20)" ''
# what is true is found by its name, as a member or as the record's type;
# waitingForInput is the record "waiting"
jq -r 'select(.setupComplete | not) | paths(. == true) | map(strings) | last' \
    server | sed 's/[A-Z]/_\l&/g' | sort -u >texts
jq -r '.. | objects | (keys[], .type | strings)' all.json |
    sed 's/[A-Z]/_\l&/g; s/^waiting$/waiting_for_input/' | sort -u >told
is "nothing that is true is" "$(comm -23 texts told | head -20)" ''
kill "$emu_pid"

# setupComplete, each leaf in a session of its own, and once more behind it: the
# first is "ready", what a later one holds stands in a raw record.
grep '"setupComplete"' server >leaves
ok "the types of setupComplete are read" [ "$(wc -l <leaves)" -ge 2 ]
while read -r leaf; do
	printf '{"on":"setup","do":"send","message":%s}\n{"on":"ready","do":"send","message":%s}\n' \
	    "$leaf" "$leaf" >rules
	emulator -s rules
	timeout 30 gl-session -f json -m gemini-3.1-flash-live-preview \
	    --max-time 10s </dev/null >one 2>err
	word=$(printf '%s' "$leaf" | jq -r '.. | strings')
	jq -r 'select(.type == "ready") | .. | strings' one >told
	like "ready has $word" told "^$word\$"
	jq -r 'select(.type == "raw") | .. | strings' one >told
	like "and a raw record what comes once more" told "^$word\$"
	kill "$emu_pid"
done <leaves
tap_done
