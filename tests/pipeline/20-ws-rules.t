# RFC 6455 against the WebSocket layer: tests/ws-echo and a peer that sends
# frames byte for byte as the test wants them.
. "$(dirname "$0")/../tap.sh"

python3 "$TOP/tests/peer/ws-rules.py" "$B/tests/ws-echo" >result
is "the peer went through all cases" $? 0
while IFS= read -r line; do
	case $line in
	ok\ *) ok "${line#ok }" true ;;
	*) ok "${line#not ok }" false ;;
	esac
done <result
tap_done
