# A tool that the model drives runs as the same user: keys that were given in the
# environment are not to be found in /proc, nor in what a tool gets.
. "$(dirname "$0")/../tap.sh"
secret=AIza-this-is-the-secret
emulator --speed 20
mkdir tools
cat >tools/env <<'END'
#!/bin/sh
env
END
chmod +x tools/env
echo '{"description":"x"}' >tools/env.json
mkfifo in
# Another user than root reads it as long as the program has not taken it away.
hidden() { # NAME=VALUE COMMAND...: reads `in`, which stays open meanwhile
	env "$@" <in >out 2>err & pid=$!
	tap_pids="$tap_pids $pid"
	exec 9>in
	wait_for "$2 has read the environment" sh -c \
	    "[ \"\$(cat /proc/$pid/comm)\" = $2 ] &&
	    if [ -r /proc/$pid/environ ]; then
		grep -qa PATH= /proc/$pid/environ && ! tr '\\0' '\\n' \
		    </proc/$pid/environ | grep -q '^${1%%=*}=.'
	    else [ $(id -u) != 0 ]; fi"
	ok "$1 of $2 is hidden" sh -c "! grep -qa $secret /proc/$pid/environ"
	kill -0 $pid || ok "$2 still runs" false
}
for p in gl-session 'gl-tool -d tools -o /dev/null' 'gl-frames' 'gl-conv -t text'; do
	for name in GEMINI_API_KEY GOOGLE_API_KEY; do
		# shellcheck disable=SC2086
		hidden $name=$secret $p
		exec 9>&-
		wait $pid
	done
done
# nor can another program of the user's read its memory: what of it stands in
# /proc is root's
chmod 755 .
user=
[ "$(id -u)" != 0 ] || user='setpriv --reuid 65534 --clear-groups'
for p in gl-session 'gl-tool -d tools -o /dev/null' 'gl-frames' 'gl-conv -t text'; do
	if grep -q __asan_init "$B/gl-conv"; then
		skip "its memory" "a leak checker has to read it"
		break
	fi
	# shellcheck disable=SC2086
	$user $p <in >out 2>err & pid=$!
	tap_pids="$tap_pids $pid"
	exec 9>in
	wait_for "$p keeps its memory to itself" sh -c \
	    "[ \"\$(cat /proc/$pid/comm)\" = ${p%% *} ] &&
	    [ \"\$(stat -c %u /proc/$pid/mem)\" = 0 ]"
	ok "$p is root's in /proc" [ "$(stat -c %u /proc/$pid/mem)" = 0 ]
	exec 9>&-
	wait $pid
done
# it is still known to who needs it, and to nobody else
unset GL_EMULATOR_HOST
kill "$emu_pid"
echo "$secret" >key
emulator --speed 20 --key-file key
GEMINI_API_KEY=$secret run 0 gl-auth mint
like "gl-auth has the key" out '^auth_tokens/'
echo '{"type":"tool_call","id":"1","name":"env","args":{}}' >call
GEMINI_API_KEY=$secret gl-tool -d tools -o answers <call >out 2>err
like "a tool gets an environment" answers PATH=
unlike "without the key" answers "$secret"
tap_done
