# The server's side of the WebSocket layer (tests/ws-serve) against a raw
# client, plain and over TLS, and against the layer's own client.
. "$(dirname "$0")/../tap.sh"

# serve NAME OPTIONS...: starts a server, its port in $port.
serve() {
	rm -f port.fifo; mkfifo port.fifo
	"$B/tests/ws-serve" "$@" >port.fifo 2>serve.err &
	tap_pids="$tap_pids $!"; serve_pid=$!
	read -r port <port.fifo
}
# client OPTIONS...: the raw client's cases as tests of ours.
client() {
	python3 "$TOP/tests/peer/ws-client.py" "$@" >result
	took $? "the client"
}
serve
client "$port"
kill "$serve_pid"; wait "$serve_pid"
is "the server ends in order" $? 0

serve --ca ca.pem
client "$port" ca.pem
run 0 "$B/tests/ws-echo" --cacert ca.pem --send one --send two \
    --close-code 4002 "wss://localhost:$port/"
is "both sides of ours over TLS" "$(cat out)" "one
two"
run 78 "$B/tests/ws-echo" "wss://localhost:$port/"
like "its authority is not the system's" err "not signed by a known"
if command -v curl >/dev/null; then
	is "curl accepts the certificate for a name" "$(curl -s --cacert \
	    ca.pem "https://localhost:$port/")" hello
	is "and for an address" "$(curl -s --cacert ca.pem \
	    "https://127.0.0.1:$port/")" hello
fi
kill "$serve_pid"; wait "$serve_pid"
is "the server ends in order" $? 0

# much both ways, in small and in big messages, over TLS
for load in 20000,1280 300,65536 3,5000000; do
	serve --ca ca.pem --once --send $load
	run 0 "$B/tests/ws-echo" -v --cacert ca.pem "wss://localhost:$port/"
	like "$load there and back" err "closed .* code 1000: done"
	wait "$serve_pid"
done
# a client whose TLS reads ahead finds all records, though poll tells of none
openssl req -x509 -newkey rsa:2048 -nodes -keyout burst.pem -out burst.crt \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost -days 2 \
    2>openssl.err
cat burst.crt >>burst.pem
mkfifo burst.fifo
python3 "$TOP/tests/peer/ws-burst.py" burst.pem >burst.fifo 2>burst.err &
tap_pids="$tap_pids $!"; burst=$!
read -r port <burst.fifo
run 0 env LD_PRELOAD="$B/tests/tls/libreadahead.so" \
    ASAN_OPTIONS="${ASAN_OPTIONS-}:verify_asan_link_order=0" \
    "$B/tests/ws-echo" --cacert burst.crt "wss://localhost:$port/"
wait "$burst"
is "twenty records read ahead come back at once: $(cat burst.err)" $? 0
tap_done
