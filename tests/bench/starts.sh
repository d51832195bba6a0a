#!/bin/sh
# What 200 starts in a second cost: a short question each, over TLS, with tokens
# by one gl-auth, and with the same token from a file; a quota of 20 sessions,
# held by --slots, or left to --retry.  gl-emulator's log tells how many ever
# stood at once.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
B=${B:-$top/build}
n=200 quota=20
[ -z "${GL_BENCH_QUICK:-}" ] || n=50
work=$(mktemp -d) || exit 1
emu=''
trap 'kill $emu 2>/dev/null; rm -rf "$work"' EXIT
TOP=$top; export TOP
PATH=$B:$PATH
cd "$work" || exit 1
# shellcheck source=tests/batch.sh
. "$top/tests/batch.sh"
# shellcheck source=tests/auth.sh
. "$top/tests/auth.sh"
export XDG_CACHE_HOME="$work/cache" SSL_CERT_FILE="$work/ca.pem"
key sa; settings >settings.json; service_account sa >sa.json

cat >start <<'END'
case $TOKEN in
auth) set -- "$1" --token-cmd 'gl-auth --credentials sa.json' ;;
file) set -- "$1" --token-cmd 'cat token' ;;
esac
i=$1; shift
echo "hello $i" | exec gl-session -q -b vertex --project proj-one -t -f text \
    --retry 2m $LIMIT "$@" -o "$i.txt" --report report.jsonl
END
cat >starts.py <<'END'
import os, resource, subprocess, sys, time
n, begun, all = int(sys.argv[1]), time.time(), []
for i in range(n):
    late = begun + i / 200 - time.time()
    if late > 0:
        time.sleep(late)
    all.append(subprocess.Popen(['sh', 'start', str(i)]))
started = time.time() - begun
good = sum(p.wait() == 0 for p in all)
u = resource.getrusage(resource.RUSAGE_CHILDREN)
print('%d %.2f %.2f %.1f' % (good, started, time.time() - begun,
                             (u.ru_utime + u.ru_stime) / n * 1000))
END

# starts TEXT TOKEN LIMIT [OPTIONS]: a row
starts() {
	text=$1; export TOKEN="$2" LIMIT="$3"; shift 3
	rm -rf cache slots log report.jsonl ready ./*.txt; mkfifo ready
	gl-emulator -q --auth settings.json --tls --ca ca.pem --speed 20 \
	    --log log "$@" --ready-fd 3 3>ready & emu=$!
	read -r host <ready
	export GL_EMULATOR_HOST="$host"
	[ "$TOKEN" = auth ] || gl-auth --credentials sa.json >token
	figures=$(timeout 300 python3 starts.py $n)
	asked=$(curl -s --cacert ca.pem "https://${host#*//}/emulator/asked" | jq '.["/token"]')
	kill -INT $emu; wait $emu; emu=''
	# shellcheck disable=SC2086
	set -- $figures
	printf '%-40s %8s %8s %8s %8s %8s %8s\n' "$text" "$1" "$2" "$3" "$4" \
	    "$(quota log)" "$asked"
}
printf '%-40s %8s %8s %8s %8s %8s %8s\n' "$n starts, 200 a second" right \
    'begun, s' 'done, s' 'CPU, ms' 'at once' tokens
starts 'a token from a file' file ''
starts 'by one gl-auth' auth ''
starts "a quota of $quota, --slots of as many" auth "--slots slots:$quota" \
    --capacity $quota
starts "a quota of $quota, --retry alone" auth '' --capacity $quota
