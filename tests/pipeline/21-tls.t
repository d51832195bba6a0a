# Connections that cannot be made: each failure its own sentence and exit
# code, within its time-out; and TLS and proxies that work.
. "$(dirname "$0")/../tap.sh"

. "$TOP/tests/peer/servers.sh"
echo_tool=$B/tests/ws-echo
# try CODE URL SENTENCE [OPTIONS]: how it ends, and one line that says why.
try() {
	code=$1 url=$2 sentence=$3; shift 3
	run "$code" "$echo_tool" --timeout 5s "$@" "$url"
	like "$url: $sentence" err "$sentence"
	is "one line" "$(wc -l <err)" 1
}
# shellcheck disable=SC2089
talk='--send hello --close-code 1000'

# shellcheck disable=SC2086
{
run 0 "$echo_tool" --cacert ca.pem $talk "wss://localhost:$good/"
is "an echo over TLS" "$(cat out)" hello
run 0 "$echo_tool" --cacert ca.pem $talk "wss://127.0.0.1:$good/"
run 0 "$echo_tool" --cacert ca.pem $talk "https://localhost:$chain/"
run 0 "$echo_tool" $talk "ws://localhost:$plain/a?b=c"
if [ -n "${six:-}" ]; then
	run 0 "$echo_tool" $talk "ws://[::1]:$six/"
else
	skip "IPv6" "there is no ::1"
fi
}

try 78 "wss://localhost:$expired/" "certificate of localhost has expired" \
    --cacert ca.pem
try 78 "wss://localhost:$future/" "is not valid yet" --cacert ca.pem
try 78 "wss://localhost:$wronghost/" \
    "localhost:$wronghost is not for that host name; check the URL" \
    --cacert ca.pem
try 78 "wss://localhost:$good/" \
    "not signed by a known authority; name its CA file" --cacert other.pem
try 78 "wss://localhost:$good/" "not signed by a known authority"
try 78 "wss://localhost:$selfsigned/" "not signed by a known authority" \
    --cacert ca.pem
run 0 "$echo_tool" --cacert selfsigned.pem --send x --close-code 1000 \
    "wss://localhost:$selfsigned/"
try 69 "wss://localhost:$plain/" "within 0.3 s; is it a TLS server" \
    --timeout 300ms
try 76 "wss://localhost:$http/" "does not speak TLS" --cacert ca.pem
try 69 "wss://localhost:$hangup/" "closed the connection within the TLS" \
    --cacert ca.pem
try 69 "wss://localhost:$reset/" "closed the connection within the TLS" \
    --cacert ca.pem
try 69 "wss://localhost:$closed/" "refuses connections: nothing listens"
try 69 "ws://localhost:$closed/" "refuses connections: nothing listens"
try 69 "wss://localhost:$silent/" \
    "did not answer the TLS handshake within 0.3 s" --timeout 300ms
try 69 "wss://127.0.0.1:$full/" \
    "127.0.0.1:$full did not answer within 0.3 s" --timeout 300ms
try 75 "wss://localhost:$quiet/" \
    "did not answer the WebSocket upgrade within 0.3 s" --cacert ca.pem \
    --timeout 300ms
try 75 "ws://localhost:$silent/" \
    "did not answer the WebSocket upgrade within 0.3 s" --timeout 300ms
try 69 "ws://nowhere.invalid/" "nowhere.invalid was not found"
try 78 "wss://localhost:$good/" "CA file ./missing.pem cannot be read" \
    --cacert ./missing.pem
echo nonsense >nonsense.pem
try 78 "wss://localhost:$good/" "CA file nonsense.pem cannot be read" \
    --cacert nonsense.pem
try 64 "ftp://localhost/" "does not begin with wss://"

run 77 "$echo_tool" --cacert ca.pem "wss://localhost:$refuse/"
like "the status of a refused upgrade" err \
    "refused the WebSocket upgrade with HTTP status 403 Forbidden"
like "and its body" err 'HTTP status 403: .*no permission'

# a client certificate that is missing: TLS 1.3 tells only after the handshake
run 75 "$echo_tool" --cacert ca.pem "wss://localhost:$client/"
like "a server that wants a client certificate" err "certificate"

# proxies
cat >proxy.conf <<X
Port PORT
Listen 127.0.0.1
Timeout 10
Allow 127.0.0.1
ConnectPort $good
ConnectPort $plain
ConnectPort $closed
ConnectPort $silent
LogFile "$TMP/proxy.log"
LogLevel Connect
PidFile "$TMP/proxy.pid"
X
free_port() {
	python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
listens() {
	python3 -c 'import socket, sys
socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1)' "$1"
}
if command -v tinyproxy >/dev/null; then
	proxy=$(free_port)
	sed "s/PORT/$proxy/" proxy.conf >p1.conf
	bg tinyproxy -d -c p1.conf >/dev/null 2>&1
	wait_for "the proxy" listens "$proxy"
	p=http://127.0.0.1:$proxy
	# shellcheck disable=SC2086
	{
	run 0 "$echo_tool" --proxy "$p" --cacert ca.pem $talk \
	    "wss://localhost:$good/"
	is "an echo over TLS through a proxy" "$(cat out)" hello
	like "by CONNECT" proxy.log "CONNECT localhost:$good"
	run 0 "$echo_tool" --proxy "$p" $talk "ws://localhost:$plain/"
	like "plain, also by CONNECT" proxy.log "CONNECT localhost:$plain"
	: >proxy.log
	run 0 "$echo_tool" --proxy "$p" --no-proxy example.org,localhost \
	    --cacert ca.pem $talk "wss://localhost:$good/"
	unlike "an exception goes around it" proxy.log CONNECT
	}
	try 77 "wss://localhost:$expired/" \
	    "proxy 127.0.0.1:$proxy refuses a tunnel .*status 403" --proxy "$p"
	try 69 "wss://localhost:$closed/" \
	    "proxy 127.0.0.1:$proxy cannot reach localhost:$closed" \
	    --proxy "$p"
	try 69 "wss://localhost:$silent/" "localhost:$silent did not answer \
through the proxy 127.0.0.1:$proxy within 0.5 s" \
	    --proxy "http://127.0.0.1:$proxy" --timeout 500ms
	proxy=$(free_port)
	sed "s/PORT/$proxy/; \$a BasicAuth somebody secret" proxy.conf >p2.conf
	bg tinyproxy -d -c p2.conf >/dev/null 2>&1
	wait_for "the proxy with a password" listens "$proxy"
	try 77 "wss://localhost:$good/" "wants a user name and password" \
	    --proxy "http://127.0.0.1:$proxy"
	try 77 "wss://localhost:$good/" "127.0.0.1:$proxy wants a user name" \
	    --proxy "http://somebody:wrong@127.0.0.1:$proxy"
	unlike "the password is not shown" err "wrong|somebody:"
	# shellcheck disable=SC2086
	run 0 "$echo_tool" --cacert ca.pem $talk \
	    --proxy "http://somebody:secret@127.0.0.1:$proxy" \
	    "wss://localhost:$good/"
else
	skip "proxies" "tinyproxy is not installed (make deps)"
fi
try 69 "wss://localhost:$good/" "cannot connect to the proxy" \
    --proxy "http://127.0.0.1:$closed"
try 69 "wss://localhost:$good/" "127.0.0.1:$silent" \
    --proxy "http://127.0.0.1:$silent" --timeout 300ms
tap_done
