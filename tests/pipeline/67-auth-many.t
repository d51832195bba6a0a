#!/bin/sh
# One gl-auth serves two hundred starts: they share one token, which is fetched
# once however many begin at once, and no secret goes wrong on the way.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/auth.sh"

starts=200 at_once=40
# the memory checker makes each of them five times as long
case $B in *san*) starts=60 at_once=12 ;; esac
key sa
settings '.faults = [{path: "/token", delay_ms: 200}]' >settings.json
service_account sa >sa.json
emulator --auth settings.json --speed 20 --log log
unset GL_AUTH_ENDPOINT
url=http://$GL_EMULATOR_HOST/emulator/asked

cat >start <<'END'
echo "hello $1" | gl-session -q -b vertex --project proj-one -t -f text \
    --token-cmd 'gl-auth --credentials sa.json' -o "$1.txt" \
    --report report.jsonl
END
run 0 sh -c "seq $starts | xargs -P $at_once -n 1 sh start"
is "$starts starts, each with its answer" \
    "$(for i in $(seq $starts); do cat "$i.txt"; done)" \
    "$(seq -f 'hello %.0f' $starts)"
is '... each reported once' "$(jq -s 'map(select(.exit == 0)) | length' report.jsonl)" $starts
is 'one token was asked for' "$(curl -s "$url" | jq '.["/token"]')" 1
is 'every connection came with it' \
    "$(jq -r 'select(.type == "open").conn' log | wc -l)" $starts
tap_done
