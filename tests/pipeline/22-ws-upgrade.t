# Answers to an upgrade, right and wrong, by a peer that writes them byte for
# byte.
. "$(dirname "$0")/../tap.sh"

python3 "$TOP/tests/peer/ws-upgrade.py" "$B/tests/ws-echo" >result
took $? "the peer"
tap_done
