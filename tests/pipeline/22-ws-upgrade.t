# Answers to an upgrade, right and wrong, by a peer that writes them byte for
# byte.
. "$(dirname "$0")/../tap.sh"

python3 "$TOP/tests/peer/ws-upgrade.py" "$B/tests/ws-echo" >result
is "the peer went through all cases" $? 0
while IFS= read -r line; do
	case $line in
	ok\ *) ok "${line#ok }" true ;;
	*) ok "${line#not ok }" false ;;
	esac
done <result
tap_done
