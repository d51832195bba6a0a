# What gl-session says of servers that it cannot reach over TLS: a sentence
# and a code for each, within the time-out.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/peer/servers.sh"

echo AIzaTestKey >key
mkdir hashed; cp ca.pem hashed/; openssl rehash hashed
# try CODE URL SENTENCE [OPTIONS]
try() {
	code=$1 url=$2 sentence=$3; shift 3
	run "$code" gl-session --key-file key -u "$url" --cacert ca.pem "$@" \
	    </dev/null
	like "$sentence" err "$sentence"
	like "and in the stream, with the code $code" out \
	    "\"type\":\"error\".*\"exit\":$code"
}
try 78 "wss://localhost:$expired/" "certificate of localhost has expired"
try 78 "wss://localhost:$wronghost/" "is not for that host name"
try 78 "wss://localhost:$good/" "not signed by a known authority" \
    --cacert other.pem
try 69 "ws://localhost:$good/" "a port of TLS wants wss://"
try 76 "wss://localhost:$http/" "does not speak TLS"
try 69 "wss://localhost:$closed/" "refuses connections"
# without descriptors there is no socket: the limit is named, not the network
printf '{"type":"authorized_user","client_id":"a","client_secret":"b",
    "refresh_token":"c"}' >cred
chmod 600 cred
few() { sh -c 'ulimit -n "$1"; shift; exec "$@"' sh "$@" </dev/null >out 2>err; }
for n in 4 5 6 7 8 9 10; do
	few $n gl-session --key-file key -u "ws://127.0.0.1:$closed/"
	like "$n descriptors" err 'refuses connections|ulimit -n is the limit'
	cat err >>session.few
	GL_EMULATOR_HOST=127.0.0.1:$closed few $n gl-auth --credentials cred
	cat err >>auth.few
done
for p in session auth; do
	like "gl-$p names it" $p.few '127.0.0.1:.*ulimit -n is the limit'
done
try 69 "wss://localhost:$silent/" \
    "did not answer the TLS handshake within 0.3 s" --timeout 300ms
try 77 "wss://localhost:$refuse/" "HTTP status 403"
run 78 gl-session --key-file key -u "ws://gateway.example/" </dev/null
like "in clear only to this machine" err "ws://"
run 78 env SSL_CERT_FILE=other.pem gl-session --key-file key \
    -u "wss://localhost:$good/" </dev/null
like "another authority by SSL_CERT_FILE" err "not signed by a known"
run 77 env SSL_CERT_FILE=ca.pem gl-session --key-file key \
    -u "wss://localhost:$refuse/" </dev/null
like "the right one by SSL_CERT_FILE" err "HTTP status 403"
run 77 env SSL_CERT_DIR=hashed gl-session --key-file key \
    -u "wss://localhost:$refuse/" </dev/null
like "the right one by SSL_CERT_DIR" err "HTTP status 403"
# the system's own folder: with the bundle alone, and with hashes
if unshare -m true 2>/dev/null && [ -d /etc/ssl/certs ]; then
	mkdir bare; cp ca.pem bare/ca-certificates.crt
	for dir in bare hashed; do
		run 77 unshare -m sh -c 'mount --bind "$1" /etc/ssl/certs &&
		    exec gl-session --key-file key -u "$2" </dev/null' \
		    sh "$PWD/$dir" "wss://localhost:$refuse/"
		like "the system's folder, $dir" err "HTTP status 403"
	done
else
	skip "the system's folder of authorities" "no mount namespaces here"
fi
run 69 env HTTPS_PROXY=http://127.0.0.1:$closed gl-session --key-file key \
    -u "wss://gateway.example/" </dev/null
like "HTTPS_PROXY counts" err "cannot connect to the proxy 127.0.0.1:$closed"
run 77 env HTTPS_PROXY=http://127.0.0.1:$closed gl-session --key-file key \
    -u "wss://localhost:$refuse/" --cacert ca.pem </dev/null
like "but not for this machine" err "HTTP status 403"
run 66 gl-session --key-file key --cacert missing </dev/null
like "a CA file that is not there" err 'missing: No such file'
run 66 gl-auth --cacert missing
like "gl-auth too" err 'missing: No such file'
tap_done
