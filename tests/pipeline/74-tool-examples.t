# The pipeline with tools as it is written, against the emulator, with every
# example tool, a real SQLite database and a real Redis server.
. "$(dirname "$0")/../tap.sh"
for p in sqlite3 redis-server redis-cli sox; do
	command -v $p >/dev/null || {
		skip "the example tools" "no $p here"; tap_done; exit
	}
done
redis-server --port 0 --unixsocket "$TMP/redis" --save '' --appendonly no \
    --daemonize no --dir "$TMP" >redis.log 2>&1 &
tap_pids="$tap_pids $!"
wait_for "redis" redis-cli -s "$TMP/redis" ping >/dev/null
redis-cli -s "$TMP/redis" set opening:bakery '6 to 12' >/dev/null
REDIS_SOCKET=$TMP/redis REPORT_STEP=0.2
export REDIS_SOCKET REPORT_STEP
tools=$TOP/examples/tools

# each alone, with arguments that would like to be commands
sqlite3 stock.db <"$tools/inventory.sql"
python3 - >in <<'END'
import json
for i, (name, args) in enumerate([
        ('weather', {'city': 'bern'}),
        ('weather', {'city': '"; input_filename'}), ('weather', {}),
        ('inventory', {'item': 'SCREW M'}), ('inventory', {'item': "O'Brien"}),
        ('inventory', {'item': "x' OR 1=1; DROP TABLE stock; --"}),
        ('inventory', {'item': 5}),
        ('opening', {'shop': 'bakery'}), ('opening', {'shop': 'a\r\nFLUSHALL'}),
        ('opening', {'shop': 'x" FLUSHALL'}),
        ('calculate', {'expression': '2 * (3 + 4) / 4'}),
        ('calculate', {'expression': 'system("id")'}),
        ('calculate', {'expression': '1;system("touch x")'}),
        ('calculate', {'expression': '1\n2'}), ('calculate', {}),
        ('days', {'from': '2026-01-31', 'to': '2026-02-02'}),
        ('days', {'from': 'soon'}), ('report', {'subject': '"tea"'})]):
    print(json.dumps({'type': 'tool_call', 'id': str(i), 'name': name,
                      'args': args}))
END
INVENTORY=$TMP/stock.db run 0 gl-tool -d "$tools" -o answers --env INVENTORY \
    --env REDIS_SOCKET --env REPORT_STEP <in
jq -r '[.id, .name, (.response | if .error then "error" else tojson end)] |
    join(" ")' answers | sort -ns >got
cat >want <<'END'
0 weather {"city":"Bern","sky":"clear","celsius":21}
1 weather error
2 weather error
3 inventory {"items":[{"item":"machine screw M5","count":87,"shelf":"B4"}]}
4 inventory {"items":[{"item":"O'Brien wrench","count":2,"shelf":"C7"}]}
5 inventory {"items":[]}
6 inventory error
7 opening {"result":"6 to 12"}
8 opening error
9 opening error
10 calculate {"result":"3.5"}
11 calculate error
12 calculate error
13 calculate error
14 calculate error
15 days {"days":2,"weekday":"Monday"}
16 days error
17 report {"progress":33}
17 report {"progress":66}
17 report {"report":"All is well with \"tea\"."}
END
same "what each says" got want
is "the database is whole" "$(sqlite3 stock.db 'SELECT count(*) FROM stock')" 4
is "so is the other" "$(redis-cli -s "$TMP/redis" get opening:bakery)" '6 to 12'

# the whole pipeline: a spoken question, calls in parallel, a spoken answer
cat >rules <<'END'
{"on":"turn","nth":1,"do":"call","calls":[{"name":"weather","args":{"city":"Bern"},"expect":{"sky":"clear","celsius":21}},{"name":"inventory","args":{"item":"wrench"},"expect":{"items":[{"item":"O'Brien wrench","count":2,"shelf":"C7"}]}},{"name":"opening","args":{"shop":"bakery"},"expect":{"result":"6 to 12"}},{"name":"calculate","args":{"expression":"6*7"},"expect":{"result":"42"}},{"name":"days","args":{"from":"2026-01-01","to":"2026-12-25"},"expect":{"days":358}}]}
{"on":"turn","nth":2,"do":"call","calls":[{"name":"report","args":{"subject":"tea"}}]}
END
emulator --log emulog -s rules
sox -n -r 16000 -c 1 -b 16 word.wav synth 0.7 sine 440 gain -6 pad 0 1.2
sox word.wav word.wav talk.wav
GL_PLAY=-n GL_TOOL_LOG=$TMP/toollog run 0 sh \
    "$TOP/examples/talk-with-tools.sh" talk.wav
kill "$emu_pid"; wait "$emu_pid"
is "the emulator has no complaint" $? 0
is "every answer is what it should be" "$(grep -c '"type":"check".*"ok":true' emulog)" 5
is "each was answered once" "$(jq -r 'select(.type == "response") | .state' emulog |
    sort | uniq -c | tr -s ' ' | tr '\n' ,)" ' 6 answered, 2 more,'
is "the slow one's parts, in order" "$(jq -c 'select(.type == "response" and
    (.response.progress or .response.report)) | .response' emulog | tr '\n' ' ')" \
    '{"progress":33} {"progress":66} {"report":"All is well with tea."} '
is "the log of gl-tool" "$(jq -r .event "$TMP/toollog" | sort | uniq -c |
    tr -s ' ' | tr '\n' ,)" ' 6 answer, 6 call, 2 part,'
tap_done
