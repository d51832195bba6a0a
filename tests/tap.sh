# TAP for the pipeline tests: source this first.  Gives a temporary folder
# (the current one from then on, removed at the end with what still runs in
# it), $B (the programs, also first in PATH), $TOP (the checkout), and the
# functions below.  Every wait has a limit and waits for an event.

TOP=$(cd "$(dirname "$0")/../.." && pwd)
B=${B:-$TOP/build}
PATH=$B:$PATH
SHARED=$TOP/../shared
export PATH
unset GL_EMULATOR_HOST GEMINI_API_KEY GOOGLE_API_KEY GOOGLE_CLOUD_PROJECT \
	GOOGLE_CLOUD_LOCATION GOOGLE_GENAI_USE_VERTEXAI \
	GOOGLE_GENAI_USE_ENTERPRISE GOOGLE_APPLICATION_CREDENTIALS \
	SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE HTTPS_PROXY https_proxy \
	HTTP_PROXY http_proxy NO_PROXY no_proxy ALL_PROXY all_proxy
TMP=$(mktemp -d "${TMPDIR:-/tmp}/gl-test.XXXXXX") || exit 1
HOME=$TMP/home XDG_CACHE_HOME=$TMP/home/cache XDG_STATE_HOME=$TMP/home/state
XDG_CONFIG_HOME=$TMP/home/config
export HOME XDG_CACHE_HOME XDG_STATE_HOME XDG_CONFIG_HOME
mkdir -p "$HOME"
cd "$TMP" || exit 1
tap_n=0 tap_bad=0 tap_pids=

# Kills what the test started in the background and removes the folder.
tap_cleanup() {
	for tap_p in $tap_pids; do kill -9 "$tap_p" 2>/dev/null; done
	cd / && rm -rf "$TMP"
}
trap tap_cleanup EXIT
trap 'exit 130' INT TERM HUP

# ok WHAT COMMAND...: the command succeeds.
ok() {
	tap_what=$1; shift; tap_n=$((tap_n + 1))
	if "$@"; then
		echo "ok $tap_n - $tap_what"
	else
		tap_bad=$((tap_bad + 1))
		echo "not ok $tap_n - $tap_what"; echo "# failed: $*"
	fi
}

# is WHAT GOT WANTED: two strings are equal.
is() {
	tap_n=$((tap_n + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $tap_n - $1"
	else
		tap_bad=$((tap_bad + 1)); echo "not ok $tap_n - $1"
		printf '%s\n' "got: $2" "wanted: $3" | sed 's/^/# /'
	fi
}

# same WHAT GOT WANTED: two files are equal.
same() {
	tap_n=$((tap_n + 1))
	if cmp -s "$2" "$3"; then
		echo "ok $tap_n - $1"
	else
		tap_bad=$((tap_bad + 1)); echo "not ok $tap_n - $1"
		{ diff -a "$3" "$2" || cmp "$3" "$2"; } 2>&1 | cut -c 1-200 |
		    head -20 | sed 's/^/# /'
	fi
}

# like WHAT FILE REGEX: some line of the file matches the extended regex.
like() {
	tap_n=$((tap_n + 1))
	if grep -qaE -e "$3" "$2"; then
		echo "ok $tap_n - $1"
	else
		tap_bad=$((tap_bad + 1)); echo "not ok $tap_n - $1"
		echo "# no line like: $3"; cut -c 1-200 "$2" | head -20 |
		    sed 's/^/# /'
	fi
}

# unlike WHAT FILE REGEX: no line matches.
unlike() {
	tap_n=$((tap_n + 1))
	if grep -qaE -e "$3" "$2"; then
		tap_bad=$((tap_bad + 1)); echo "not ok $tap_n - $1"
		grep -aE -e "$3" "$2" | head -5 | cut -c 1-200 | sed 's/^/# /'
	else
		echo "ok $tap_n - $1"
	fi
}

# run CODE COMMAND...: runs the command within 120 s, standard output to the
# file out, standard error to err, and checks the exit code.
run() {
	tap_want=$1; shift
	timeout 120 "$@" >out 2>err
	tap_got=$?
	is "exit $tap_want: $(printf '%s ' "$@" | cut -c 1-60)" \
	    "$tap_got" "$tap_want"
	[ "$tap_got" = "$tap_want" ] || head -5 err | sed 's/^/# /'
}

# bg COMMAND...: starts the command in the background, to be killed at the end;
# its process id is in $bg_pid.
bg() { "$@" & bg_pid=$!; tap_pids="$tap_pids $bg_pid"; }

# wait_for WHAT COMMAND...: until the command succeeds, 20 s at most.  For
# events that have no descriptor to wait on.
wait_for() {
	tap_what=$1; shift; tap_left=2000
	until "$@" 2>/dev/null; do
		tap_left=$((tap_left - 1))
		[ $tap_left -gt 0 ] || { ok "$tap_what in time" false; return 1; }
		sleep 0.01
	done
}

# holds FIFO BYTES: whether at least so many wait in it for their reader.  (Of
# the writer itself /proc tells other users than root nothing.)
holds() {
	python3 -c 'import array, fcntl, os, sys, termios
n = array.array("i", [0])
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY | os.O_NONBLOCK),
    termios.FIONREAD, n)
sys.exit(n[0] < int(sys.argv[2]))' "$1" "$2"
}

# emulator [OPTIONS]: starts gl-emulator on a port of its own and waits for its
# readiness line; sets GL_EMULATOR_HOST and $emu_pid; its messages in emu.err.
emulator() {
	rm -f emu.ready; mkfifo emu.ready
	gl-emulator --ready-fd 3 "$@" 3>emu.ready 2>emu.err &
	emu_pid=$!; tap_pids="$tap_pids $emu_pid"
	read -r GL_EMULATOR_HOST <emu.ready ||
	    tap_stop "gl-emulator $* starts" emu.err
	export GL_EMULATOR_HOST
}

# tap_stop WHAT [FILE]: fails and ends the test here, since without this nothing
# of the rest can be judged; the file tells why.
tap_stop() {
	tap_n=$((tap_n + 1)); echo "not ok $tap_n - $1"
	[ $# -lt 2 ] || tail -10 "$2" | cut -c 1-200 | sed 's/^/# /'
	echo "1..$tap_n"
	exit 1
}

# terminals WHAT: whether there are pseudo-terminals; where not, WHAT is skipped.
terminals() {
	script -qec true /dev/null >/dev/null 2>&1 </dev/null && return
	skip "$1" "no pseudo-terminals here: mount -t devpts -o ptmxmode=666 devpts /dev/pts"
	return 1
}

# fuzz_seeds TARGET FILE...: a fuzz target takes these files, whole, as seeds.
fuzz_seeds() {
	tap_what=$1; shift
	mkdir -p "$TMP/seeds-$tap_what"
	python3 "$TOP/tests/fuzz/mutate.py" "$TMP/seeds-$tap_what" "$tap_what" \
	    whole "$@"
	timeout 120 "$B/tests/fuzz/$tap_what" "$TMP/seeds-$tap_what"/* \
	    >"$TMP/seeds.out" 2>&1
	is "$# files as seeds of the fuzz target $tap_what" \
	    "$? $(tail -5 "$TMP/seeds.out")" "0 $# inputs replayed"
}

# skip WHAT WHY: said, counted, and never silent.
skip() { tap_n=$((tap_n + 1)); echo "ok $tap_n - $1 # SKIP $2"; }

tap_done() { echo "1..$tap_n"; [ $tap_bad -eq 0 ]; }

# took STATUS WHO: what a program that prints "ok NAME" and "not ok NAME" found,
# in the file result, as tests of ours.
took() {
	is "$2 went through all cases" "$1" 0
	while IFS= read -r line; do
		case $line in
		ok\ *) ok "${line#ok }" true ;;
		*) ok "${line#not ok }" false ;;
		esac
	done <result
}
