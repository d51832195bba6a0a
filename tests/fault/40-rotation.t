# Rotation on goAway while both sides are silent, while the model speaks, while
# the user speaks, while a tool runs, while standard input is a file: what the
# reader of the stream sees is one conversation.  All cases run side by side.
. "$(dirname "$0")/../tap.sh"

# begin NAME [EMULATOR OPTIONS]: an emulator with the rules of standard input;
# what a session of it writes is in NAME/out
begin() {
	name=$1; shift
	mkdir "$name"; cat >"$name/rules"; mkfifo "$name/in"
	cd "$name" || exit
	emulator -s rules --log log "$@"
	cd ..
}
session() { # [OPTIONS]: reads the FIFO; descriptors are the caller's
	timeout 60 gl-session "$@" <"$name/in" >"$name/out" 2>"$name/err" &
	tap_pids="$tap_pids $!"; eval "pid_$name=$!"
}
has() { grep -qa "$2" "$1/out"; }
# sound FROM N: N samples that tell their place, never 0 or quiet
cat >sound.py <<'E'
import struct, sys
a, n = int(sys.argv[1]), int(sys.argv[2])
sys.stdout.buffer.write(b"".join(struct.pack("<h", 4001 +
    (a + i) * 7 % 24001 if i % 2 else -4001 - (a + i) * 7 % 24001)
    for i in range(n)))
E
sound() { python3 sound.py "$1" "$2"; }
silence() { head -c "$1" /dev/zero; }
# the samples without the silence
cat >solid.py <<'E'
import struct, sys
b = sys.stdin.buffer.read()
sys.stdout.buffer.write(b"".join(b[i:i + 2] for i in range(0, len(b), 2)
    if b[i] or b[i + 1]))
E
sound 0 24000 >a.pcm; sound 5000 36000 >b.pcm; sound 9000 120000 >c.pcm
sound 1000 48000 >d.pcm
silence 48000 >pause


begin silent -b tone --tone 300ms <<'E'
{"on":"complete","conn":1,"do":"go_away","after":100,"ms":10000}
E
session -t -f stream

begin model <<'E'
{"on":"chunk","conn":1,"nth":2,"do":"go_away","ms":10000}
E
session -R 24000 -r -f stream

# the rotation waits for the end of the speech and of its answer
begin user <<'E'
{"on":"speech","conn":1,"do":"go_away","after":100,"ms":10000}
E
session -R 24000 -r -f stream

# and here the service's deadline comes first
begin forced <<'E'
{"on":"speech","conn":1,"do":"go_away","after":200,"ms":1000}
E
session -R 24000 -r -f stream --pace 1

begin tool -b tone --tone 200ms <<'E'
{"on":"turn","conn":1,"nth":1,"do":"call","calls":[{"name":"f","expect":{"n":1}}]}
{"on":"call","conn":1,"do":"go_away","ms":10000}
E
echo '[{"name":"f","description":"x"}]' >f.json
mkfifo tool/back
session -t -f stream -T f.json -i tool/back

begin file <<'E'
{"on":"speech","conn":1,"do":"go_away","after":100,"ms":1000}
E
rm file/in; cat c.pcm pause >file/in
session -R 24000 -r -f stream --pace 4

# lines that wait for the answers before them: the rotation goes first
begin lines -b tone --tone 200ms <<'E'
{"on":"chunk","conn":1,"nth":1,"do":"go_away","ms":10000}
E
rm lines/in; seq 6 >lines/in
session -t -f stream

# the rotation waits for the answer
answer() {
	id=$(gl-conv -t json --no-payload $1/out | jq -r \
	    'select(.type == "tool_call").id')
	printf '{"type":"tool_response","id":"%s","name":"f","response":{"n":1}}\n' \
	    "$id" >"$2"
}
# only now, or the sessions would hold one another's input open
exec 3>tool/in 4>silent/in 5>model/in 6>user/in 7>forced/in
echo one >&4; echo one >&3
cat a.pcm pause >&5
cat a.pcm pause >&6
cat d.pcm pause >&7; exec 7>&-
wait_for "the tool is called" has tool '"type":"go_away"'
answer tool tool/back
for name in silent model user forced tool file; do
	wait_for "$name: reconnected" has $name '"type":"reconnected"'
done
echo two >&4; echo two >&3; exec 3>&- 4>&-
cat b.pcm pause >&5; exec 5>&-
cat b.pcm pause >&6; exec 6>&-

# what is in the stream, by kind
words() { # ROLE
	jq -r "select(.type == \"transcript\" and .role == \"$1\").text" "$name.json" |
	    xargs echo
}
check() { # NAME TURNS USER MODEL
	name=$1
	eval "wait \$pid_$name"
	is "$name: exit 0" $? 0
	is "$name: nothing on standard error" "$(cat $name/err)" ""
	gl-conv -t json --no-payload "$name/out" >"$name.json"
	is "$name: one pair of records, resumed, nothing lost" "$(jq -r '
	    select(.type == "reconnecting" or .type == "reconnected") |
	    .type, if .type == "reconnected" then (.gap_ms | type), .resumed,
	    .lost_ms else empty end' "$name.json" | xargs)" \
	    "reconnecting reconnected number true 0"
	is "$name: the turns go on" "$(jq -r \
	    'select(.type == "turn_complete") | .turn' "$name.json" | xargs)" "$2"
	is "$name: the turn of the sound never goes back" "$(jq -r \
	    'select(.type == "audio") | .turn' "$name.json" | uniq | xargs)" \
	    "${5:-$2}"
	is "$name: what the user said, once" "$(words user)" "$3"
	is "$name: what the model said, once" "$(words model)" "$4"
}
heard() { # NAME FILE...: every sample of these came back, once and in order
	name=$1; shift
	gl-conv -t pcm --model "$name/out" | python3 solid.py >"$name/pcm"
	cat "$@" >want
	same "$name: every sample is back, once" "$name/pcm" want
}
answered() { # NAME
	is "$1: the tool's answer, once" "$(jq -r 'select(.type == "response" or
	    .type == "check") | .state // .ok' $1/log | sort | xargs)" "answered true"
}
t='[0.3 s of tone]' u='[0.2 s of tone]'
check silent "1 2" "" "$t $t"
check model "1 2" "[1.0 s of speech] [1.5 s of speech]" \
    "[1.0 s of speech] [1.5 s of speech]"
heard model a.pcm b.pcm
check user "1 2" "[1.0 s of speech] [1.5 s of speech]" \
    "[1.0 s of speech] [1.5 s of speech]"
heard user a.pcm b.pcm
check forced 1 "[2.0 s of speech]" "[2.0 s of speech]"
heard forced d.pcm
check file 1 "[5.0 s of speech]" "[5.0 s of speech]"
heard file c.pcm
check tool "1 2 3" "" "$u $u" "2 3"; answered tool
check lines "1 2 3 4 5 6" "" "$u $u $u $u $u $u"
is "lines: none was sent before the rotation that was due" "$(jq -s '
    (map(select(.type == "open"))[1].t) as $t | map(select(.conn == 1 and
    .kind == "content" and .t > $t)) | length' lines/log)" 0
tap_done
