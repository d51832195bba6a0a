# Answers of an MCP server that cannot be read or are not what was asked for:
# each is named at once, and nobody waits for it or asks again.
. "$(dirname "$0")/../tap.sh"
cat >mcp.py <<'END'
import json, sys
mode, log = sys.argv[1], open(sys.argv[2], "a")
print("start", file=log, flush=True)
deep = "[" * 5000 + "]" * 5000
bad = {"deep": '"result":{"tools":%s}' % deep, "cut": '"result":{"tools":[',
    "latin": '"result":{"tools":["\udce9"]}', "many": '"result":{"tools":[' +
    "1," * 1100000 + "1]}", "word": '"result":"yes"', "empty": '"result":{}',
    "object": '"result":{"tools":{"c":{}}}', "neither": '"x":1',
    "long": '"result":{"tools":["' + "x" * (17 << 20) + '"]}',
    "pages": '"result":{"nextCursor":"n","tools":["%s"]}' % ("x" * 9000000)}
def out(m, tail):
    sys.stdout.buffer.write(('{"a":{"id":7,"b":"\\"id\\":8"},"id":%d,%s}\n' %
        (m["id"], tail)).encode("utf8", "surrogateescape"))
    sys.stdout.buffer.flush()
for line in sys.stdin:
    m = json.loads(line)
    if "id" not in m:
        continue
    print(m["method"], file=log, flush=True)
    if mode.split("-")[0] == {"initialize": "begin", "tools/list": "list",
            "tools/call": "call"}[m["method"]]:
        out(m, bad[mode.split("-")[1]])
    elif m["method"] == "initialize":
        out(m, '"result":{"capabilities":{"tools":{}}}')
    elif m["method"] == "tools/list":
        out(m, '"result":{"tools":[{"name":"c","inputSchema":'
            '{"type":"object"}}]}')
END
bad() { # MODE SENTENCE
	rm -f log
	began=$(date +%s)
	run 78 timeout -k 1 25 gl-tool --declare --mcp "python3 mcp.py $1 log"
	like "$1: $2" err "$2"
	ok "$1: at once" [ $(($(date +%s) - began)) -lt 20 ]
	is "$1: it is started once" "$(grep -c start log)" 1
}
bad list-deep 'its answer to tools/list cannot be used: nested too deep'
bad list-cut 'answer to tools/list cannot be used'
bad list-latin 'answer to tools/list cannot be used: invalid UTF-8'
bad list-many 'answer to tools/list cannot be used: too many values'
bad list-word 'answer to tools/list cannot be used: its result is not'
bad list-empty 'answer to tools/list cannot be used: it has no list "tools"'
bad list-object 'answer to tools/list cannot be used: it has no list "tools"'
bad list-neither 'tools/list cannot be used: it has neither a result nor'
bad list-long 'answer to tools/list cannot be used: it is over 16 MiB'
bad list-pages 'answer to tools/list cannot be used: its pages are over 16 MiB'
bad begin-deep 'answer to initialize cannot be used: nested too deep'
bad begin-word 'answer to initialize cannot be used: its result is not'

# of a call: it ends at once, and the server goes on
echo '{"type":"tool_call","id":"1","name":"c","args":{}}' >call
for what in deep latin cut; do
	began=$(date +%s)
	run 0 gl-tool --mcp "python3 mcp.py call-$what log" -o answers <call
	like "a call's answer: $what" answers 'answer cannot be used'
	ok "$what: no time limit is waited for" \
	    [ $(($(date +%s) - began)) -lt 20 ]
done
tap_done
