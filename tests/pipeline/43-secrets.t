#!/bin/sh
# Keys and tokens: where gl-session gets them, what it says without a good
# one, and that they are seen nowhere.
. "$(dirname "$0")/../tap.sh"

secret=AIza-this-is-the-secret
token=ya29.this-is-the-token
echo "$secret" >key
echo "$token" >token
emulator --speed 20 --key-file key --token-file token
emu=$GL_EMULATOR_HOST

cat >ask <<'E'
#!/bin/sh
echo hi | gl-session -t -f text "$@"
E
chmod +x ask

run 0 ./ask --key-file key
is 'a key file' "$(cat out)" hi
echo wrong >bad
run 77 ./ask --key-file bad
like 'a wrong key is refused' err 'API key not valid'
run 66 ./ask --key-file missing
like 'a missing key file' err 'missing: No such file'
printf 'two words\n' >words
run 78 ./ask --key-file words
run 64 ./ask --key-file key --token-cmd 'cat token'

run 0 ./ask --token-cmd "echo $secret"
is 'a program prints a key' "$(cat out)" hi
run 0 ./ask -b vertex --project p --token-cmd 'cat token'
is 'or a token' "$(cat out)" hi
run 0 ./ask -b vertex --project p \
    --token-cmd 'echo "{\"access_token\":\"$(cat token)\"}"'
is 'or JSON, as gl-auth does' "$(cat out)" hi
run 77 ./ask -b vertex --project p --token-cmd 'echo ya29.no'
run 77 ./ask --token-cmd 'exit 77'
like 'a program that fails' err 'no token: .* ended with 77'
run 69 ./ask --token-cmd 'exit 69'
run 78 ./ask --token-cmd './not-there'
run 77 ./ask --token-cmd true
like 'or prints nothing' err 'no token came'
run 77 ./ask --token-cmd 'head -c 20000 /dev/zero | tr "\0" x'
like 'or far too much' err 'longer than 16 KiB'

run 0 sh -c 'echo hi | gl-session -t -f text --token-fd 3 3<key'
is 'a descriptor' "$(cat out)" hi
run 77 sh -c 'echo hi | gl-session -t --token-fd 3 3</dev/null'
run 64 sh -c 'echo hi | gl-session -t --token-fd 9'
run 0 sh -c "sleep 2 | gl-session --token-fd 3 --rotate 1s -f json 3<key"
like 'whose last line serves the next connection' out '"reconnected"'

# each connection asks anew
cat >ask.sh <<'E'
echo asked >>asked
cat key
E
run 0 sh -c "sleep 2 | gl-session --token-cmd 'sh ask.sh' --rotate 1s -f json"
ok 'the program is run for each connection' [ "$(wc -l <asked)" -ge 2 ]

# a program that hangs is ended with us
gl-session -t --token-cmd 'echo $$ >hung; exec sleep 1000' </dev/null \
    >hung.gl & pid=$!
wait_for 'the program' [ -s hung ]
kill -TERM $pid
wait $pid; is 'TERM while it hangs' $? 143
wait_for 'the program is gone' sh -c '! kill -0 $(cat hung) 2>/dev/null'
ok 'the program is gone' sh -c '! kill -0 $(cat hung) 2>/dev/null'

# under the service's own names, through a proxy
mkdir bin
cp "$B/gl-session" bin/
cat >bin/gl-auth <<'E'
#!/bin/sh
env >"$TMP/auth.env"
echo "gl-auth $*" >>"$TMP/auth.log"
echo "{\"access_token\":\"$(cat "$TMP/token")\",\"project_id\":\"found\"}"
E
chmod +x bin/gl-auth
export TMP
emulator --speed 20 --key-file key --token-file token --tls --ca ca.pem \
    --name us-central1-aiplatform.googleapis.com --log emu.log
tls=$GL_EMULATOR_HOST
unset GL_EMULATOR_HOST
if command -v python3 >/dev/null; then
	mkfifo addr
	python3 "$TOP/tests/peer/connect.py" "127.0.0.1:${tls##*:}" proxy.log >addr &
	tap_pids="$tap_pids $!"
	read -r HTTPS_PROXY <addr
	HTTPS_PROXY=http://$HTTPS_PROXY
	export HTTPS_PROXY
	GEMINI_API_KEY=$secret
	export GEMINI_API_KEY
	run 0 sh -c "echo hi | GOOGLE_GENAI_USE_VERTEXAI=true \
	    GOOGLE_CLOUD_PROJECT=p bin/gl-session -t -f text --cacert ca.pem \
	    --trace trace -vvv"
	is 'Vertex AI by gl-auth' "$(cat out)" hi
	is 'the host of the location' "$(head -1 proxy.log)" \
	    'CONNECT us-central1-aiplatform.googleapis.com:443 HTTP/1.1'
	unlike 'gl-auth gets no API key' auth.env "$secret"
	like 'the trace has both directions' trace '"dir":"in"'
	ok 'and is JSON lines' sh -c 'jq -e .type trace >jq.out'
	is 'of mode 0600' "$(stat -c %a trace)" 600
	unlike 'no token in the trace' trace "$token"
	unlike 'none in messages' err "$token"
	unlike 'no handle in the trace' trace '"newHandle":"[0-9a-f]'
	unset GEMINI_API_KEY
	run 0 sh -c 'echo hi | bin/gl-session -b vertex -t -f text \
	    --cacert ca.pem'
	is 'the project that the credentials know' "$(cat out)" hi
	like 'is in the name of the model' emu.log \
	    'projects/found/locations/us-central1'
	unset HTTPS_PROXY
else
	skip 'the service under its own names' 'python3 is not installed'
fi

# nowhere to be seen
GL_EMULATOR_HOST=$emu
export GL_EMULATOR_HOST
mkfifo hold
GOOGLE_API_KEY=other gl-session --key-file key -vvv --trace trace2 <hold \
    >seen.gl 2>seen.err & pid=$!
tap_pids="$tap_pids $pid"
exec 9>hold
wait_for 'ready' grep -qa '"ready"' seen.gl
tr '\0' '\n' </proc/$pid/cmdline >cmdline
exec 9>&-
wait $pid
unlike 'no key in argv' cmdline "$secret"
unlike 'none in the stream' seen.gl "$secret"
unlike 'none in messages' seen.err "$secret"
unlike 'none in the trace' trace2 "$secret"

# in clear only to this machine
unset GL_EMULATOR_HOST
run 78 ./ask -u ws://192.0.2.1/live --key-file key
like 'ws:// elsewhere' err 'ws://'
GL_EMULATOR_HOST=192.0.2.1:80 run 78 ./ask
run 78 ./ask
like 'no key at all' err 'no API key: set GEMINI_API_KEY'

# a gateway's query may hold a secret
emulator
url="ws://$GL_EMULATOR_HOST/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent?key=SEKRIT"
run 0 ./ask -v -u "$url" --model models/gemini-3.8-live --trace trace
like 'it stands not in the trace' trace '"event":"dial".*BidiGenerateContent"'
run 0 gl-session --check -u "$url"
like 'nor in what --check says' out 'at ws://.*BidiGenerateContent$'
cat trace out err >all
unlike 'nor in -v' all SEKRIT
kill "$emu_pid"

# fields of our own, and a file's bad line, are named
for h in Host Upgrade Sec-WebSocket-Key; do
	run 64 gl-session --header "$h: x" -t </dev/null
	like "$h is named" err "$h is the upgrade's own"
done
printf 'A: b\r\n\r\nsecret\n' >fields
run 65 gl-session --header @fields -t </dev/null
like 'a line by its number' err 'fields: line 3 is not'
unlike 'not by what stands there' err secret

# -v tells the kind of the secret, never the secret
emulator --tls --ca ca.pem --speed 20
run 77 gl-session --cacert ca.pem --token-cmd 'echo two words' -t </dev/null
like 'a token of two words' err 'token is malformed'
unlike 'is not shown' err two
echo AIzaVerySecret >key
run 0 sh -c 'echo hello | gl-session -v -t -f json --cacert ca.pem --key-file key'
unlike 'not the key' err VerySecret
like 'the model' err 'model models/gemini.* \(gemini, family .*\)'
like 'the kind' err 'credentials: key file key$'
like 'the address' err 'connecting to wss://localhost:[0-9]+/'
like 'the setup' err 'set up after [0-9]+ ms \(a new session\)'
like 'the totals' err '1 turns, .* received, [0-9]+ tokens, 1 connections'
tap_done
