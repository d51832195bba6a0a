# RFC 6455 against the WebSocket layer: tests/ws-echo and a peer that sends
# frames byte for byte as the test wants them.
. "$(dirname "$0")/../tap.sh"

python3 "$TOP/tests/peer/ws-rules.py" "$B/tests/ws-echo" >result
took $? "the peer"
tap_done
