#!/bin/sh
# The WebSocket layer against the ws package from npm: as a client of its
# server, and its client against our server, plain and over TLS.
. "$(dirname "$0")/../tap.sh"

NODE_MODULES=$B/npm
export NODE_MODULES
mkdir -p "$NODE_MODULES"
[ -d "$NODE_MODULES/node_modules/ws" ] ||
    (cd "$NODE_MODULES" && npm install --silent --no-audit --no-fund ws@8) \
    >npm.log 2>&1
if [ ! -d "$NODE_MODULES/node_modules/ws" ]; then
	sed 's/^/# /' npm.log
	skip 'the ws package' 'it cannot be installed'
	tap_done; exit
fi
peer=$TOP/tests/interop/ws-peer.mjs

mkfifo port.fifo
timeout 60 node "$peer" serve >port.fifo 2>serve.err &
server=$!
tap_pids="$tap_pids $server"
exec 3<port.fifo
read -r port <&3
run 0 "$B/tests/ws-echo" -v "ws://127.0.0.1:$port/"
like 'the code of its server' err 'code 4321: good-bye'
read -r said <&3
exec 3<&-
is 'our client, its server' "$said" 'all 27 cases'
wait "$server"
is 'and nothing was wrong' "$? $(cat serve.err)" '0 '

for tls in '' --ca; do
	rm -f port.fifo; mkfifo port.fifo
	# shellcheck disable=SC2086
	"$B/tests/ws-serve" $tls ${tls:+ca.pem} >port.fifo &
	tap_pids="$tap_pids $!"
	read -r port <port.fifo
	# shellcheck disable=SC2086
	run 0 node "$peer" call "ws${tls:+s}://localhost:$port/" ${tls:+ca.pem}
	is "its client, our server ${tls:+over TLS}" "$(cat out)" \
	    'all 28 cases'
done
tap_done
