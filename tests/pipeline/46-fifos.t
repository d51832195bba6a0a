#!/bin/sh
# Files named by options may be FIFOs whose writer is late or never comes: TERM
# ends the program meanwhile, and a late writer is waited for.
. "$(dirname "$0")/../tap.sh"

mkfifo ff
emulator --tls --ca ca.pem --speed 20

# ends COMMAND...: by TERM while it waits for a writer of ff; the first may come
# when it is not waiting yet
ends() {
	bg "$@" >out 2>err
	sleep 0.3
	for _ in 1 2 3 4 5 6 7 8; do
		kill -TERM "$bg_pid" 2>/dev/null || break
		sleep 0.2
	done
	kill -KILL "$bg_pid" 2>/dev/null
	wait "$bg_pid"
	is "$1 $2: by the signal" $? 143
}
ends gl-session --cacert ca.pem --key-file ff
ends gl-session --cacert ff
ends gl-auth --key-file ff check
ends gl-auth --credentials ff
ends gl-auth --cacert ff
ends gl-tool --mcp-config ff
run 74 gl-play --record ff -n </dev/null

bg sh -c 'echo alpha | gl-session --cacert ff -t -f text' >out 2>err
cat ca.pem >ff
wait "$bg_pid"
is 'a late writer of --cacert' $? 0
like 'is waited for' out alpha
bg sh -c 'echo beta | gl-session --cacert ca.pem --key-file ff -t -f text' \
    >out 2>err
echo AIzaKey >ff
wait "$bg_pid"
is 'and one of --key-file' $? 0
like 'too' out beta
tap_done
