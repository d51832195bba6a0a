#!/bin/sh
# Every program with every kind of secret: none of their bytes in argv, in the
# environment of children, in any output at -vvv, in traces, logs, states, the
# cache (but for the token itself) or a core dump.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/auth.sh"

key sa
settings >settings.json
mkdir -p seen
emulator --auth settings.json --log seen/emulator.log -vvv
PORT=${GL_EMULATOR_HOST##*:}
host=$GL_EMULATOR_HOST
unset GL_EMULATOR_HOST
GL_AUTH_ENDPOINT=http://$host
GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1
export GL_AUTH_ENDPOINT GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES

# what must not be seen, a fixed string a line; every token begins like the last
cat >secrets <<'EOF'
1//refresh-secret-77ab
1%2F%2Frefresh-secret-77ab
client-secret-9d1f
subject-secret-5e5e
aws-secret-1c2d
aws-session-3e4f
imds-session-secret
AIza-key-secret-0a0b
BEGIN PRIVATE KEY
ya29.emulator-
eyJhbGciOi
EOF
sed -n '2,20p' sa.pem | grep -v -- ----- >>secrets
printf 'ci:cs-basic-secret' | base64 >>secrets
echo cs-basic-secret >>secrets

# the programs' memory is nobody's but root's, not even their user's
if [ "$(id -u)" = 0 ] && strace -qq -o /dev/null true 2>/dev/null; then
	traced='strace -f -qq -e trace=execve -v -s 65536 -o seen/exec.'
	# the leak checker cannot work under a tracer
	ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0
	export ASAN_OPTIONS
else
	traced=
fi
# watched NAME COMMAND...: runs it with its children's argv and environment
# kept (behind its own, which the test itself gave), its messages in
# seen/NAME.err, its standard output in NAME.out.
watched() {
	name=$1; shift
	# shellcheck disable=SC2086
	timeout 30 ${traced:+$traced$name} "$@" >"$name.out" \
	    2>"seen/$name.err"
	code=$?
	[ -z "$traced" ] || {
		awk 'on; /execve\("[^"]*\/gl-[a-z]*"/ && / = 0$/ { on = 1 }' \
		    "seen/exec.$name" >exec.all
		mv exec.all "seen/exec.$name"
	}
}

# the kinds, each with everything it has
user >user.json
service_account sa >sa.json
printf 'subject-secret-5e5e' >subject.txt
external '{"file": "subject.txt"}' '{"client_id": "ci",
    "client_secret": "cs-basic-secret"}' >file.json
external "{\"url\": \"http://127.0.0.1:$PORT/subject/text\", \"headers\":
    {\"Metadata\": \"True\"}}" >url.json
cat >give <<'EOF'
#!/bin/sh
printf '{"version": 1, "success": true, "id_token": "subject-secret-5e5e",
    "token_type": "urn:ietf:params:oauth:token-type:jwt"}'
EOF
chmod +x give
external "{\"executable\": {\"command\": \"$PWD/give\"}}" >program.json
u=http://127.0.0.1:$PORT/latest
external "{\"environment_id\": \"aws1\", \"regional_cred_verification_url\":
    \"https://sts.{region}.amazonaws.com?Action=GetCallerIdentity\",
    \"region_url\": \"$u/meta-data/placement/availability-zone\",
    \"url\": \"$u/meta-data/iam/security-credentials\",
    \"imdsv2_session_token_url\": \"$u/api/token\"}" '{"subject_token_type":
    "urn:ietf:params:aws:token-type:aws4_request"}' >aws.json
iam=https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts
user | jq --arg u "$iam/$SA:generateAccessToken" '{source_credentials: .,
    type: "impersonated_service_account",
    service_account_impersonation_url: $u}' >impersonated.json
user | jq --arg u "http://127.0.0.1:$PORT/v1/token" '.token_url = $u |
    .type = "external_account_authorized_user"' >euser.json
printf 'AIza-key-secret-0a0b' >key
GEMINI_API_KEY=AIza-key-secret-0a0b
export GEMINI_API_KEY

for k in user sa file url program aws impersonated euser; do
	watched "$k" gl-auth -vvv --credentials $k.json
	is "$k: a token" "$code $(grep -c ^ya29 $k.out)" "0 1"
	watched "$k.explain" gl-auth -vvv --explain --credentials $k.json
	mv "$k.explain.out" "seen/$k.explain"
done
watched mint gl-auth mint -vvv
is "mint: a token" "$code $(grep -c ^auth_tokens/ mint.out)" "0 1"
sed 's/^auth_tokens.//' mint.out >>secrets
watched check gl-auth check -vvv --credentials sa.json
mv check.out seen/check
watched checkkey gl-auth check -vvv --key-file key
mv checkkey.out seen/checkkey

# conversations: the key by the environment, a file; a token by gl-auth
talks() {
	name=$1; shift
	echo 'How high is Mont Blanc?' | watched "$name" env \
	    GL_EMULATOR_HOST=$host gl-session -t -f stream -vvv \
	    --trace "seen/$name.trace" --state "seen/$name.state" "$@"
	is "$name: a conversation" "$code" 0
	mv "$name.out" "seen/$name.gl"
}
talks keyfile --key-file key
talks tokencmd -b vertex --project proj-one \
    --token-cmd 'gl-auth -vvv --credentials user.json'

# the others, with a key in the environment
sox -n -q -t wav -r 16000 -b 16 -c 1 in.wav synth 0.2 sine 440 2>/dev/null
mkdir tools
cat >tools/look <<'EOF'
#!/bin/sh
env >"$OLDPWD/seen/tool.env" 2>/dev/null || env >&2
echo '{}'
EOF
chmod +x tools/look
watched conv gl-conv -t text <seen/keyfile.gl
mv conv.out seen/conv
watched tool gl-tool -d tools --declare
mv tool.out seen/tool
watched mic gl-mic -vvv --pace fast in.wav
is "gl-mic ran" "$code" 0
mv mic.out seen/mic
watched play gl-play -n -vvv <seen/mic
is "gl-play ran" "$code" 0
cat >shoot <<'EOF'
#!/bin/sh
env >>seen/shoot.env
printf 'P6 2 2 255 abcdefghijkl'
EOF
chmod +x shoot
mkfifo open
sh -c 'until [ -s seen/shoot.env ]; do sleep 0.01; done' >open &
tap_pids="$tap_pids $!"
watched frames gl-frames -vvv --exec ./shoot --fps 10 <open
is "gl-frames ran" "$code" 0
mv frames.out seen/frames
ok "its program too" test -s seen/shoot.env

found=$(cd seen && grep -aFlf ../secrets -- * 2>/dev/null)
is "nothing in outputs, traces, states, logs, children" "$found" ""
[ -n "$traced" ] || skip "argv and environments of children" "no strace as root"
[ -z "$traced" ] || ok "children were seen" \
    grep -q give seen/exec.program
found=$(grep -raFl -e refresh-secret -e client-secret -e subject-secret \
    -e aws-s -e 'PRIVATE KEY' -e AIza -e basic-secret "$XDG_CACHE_HOME")
is "nothing but tokens in the cache" "$found" ""

# argv of a running one, and its core
jq '.faults = [{path: "/token", kind: "never"}]' settings.json >never.json
emulator --auth never.json
never=$GL_EMULATOR_HOST
unset GL_EMULATOR_HOST
# shellcheck disable=SC3045
ulimit -c unlimited 2>/dev/null
mkdir core && cd core || exit 1
gl-auth -vvv --no-cache --endpoint "http://$never" \
    --credentials ../user.json >../out 2>../err & pid=$!
tap_pids="$tap_pids $pid"
wait_for "its request" sh -c "curl -s http://$never/emulator/asked |
    jq -e '.total == 1' >/dev/null"
is "argv of a running gl-auth" \
    "$(tr '\0' ' ' <"/proc/$pid/cmdline" | grep -aFf ../secrets)" ""
is "it allows no core dump" \
    "$(awk '/^Max core file size/ { print $5 }' "/proc/$pid/limits")" 1
kill -ABRT $pid
wait $pid 2>/dev/null
is "ended by ABRT" $? 134
mkfifo in
GL_EMULATOR_HOST=$host gl-session --key-file ../key -r -f stream <in \
    >../s.gl 2>../s.err & pid=$!
tap_pids="$tap_pids $pid"
exec 9>in
wait_for "the session" grep -qa '"ready"' ../s.gl
is "argv of a running gl-session" \
    "$(tr '\0' ' ' <"/proc/$pid/cmdline" | grep -aFf ../secrets)" ""
kill -ABRT $pid
wait $pid 2>/dev/null
is "ended by ABRT too" $? 134
exec 9>&-
rm -f in
is "and no core was left" "$(ls)" ""
cd ..
tap_done
