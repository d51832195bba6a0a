# A service that says goAway as soon as it is ready, and closes: five connections
# end the conversation, as five do that close without a word before.
. "$(dirname "$0")/../tap.sh"
tries() { # the rules on standard input
	cat >rules
	emulator --speed 20 --log log -s rules
	echo hello | timeout 60 gl-session -t -f json >out 2>err
	is "the code says to try later" $? 75
	is "five connections" "$(grep -c '"type":"ready"\|"type":"reconnected"' out)" 5
	like "and the sentence is the service's" err 'Internal error encountered'
	kill "$emu_pid"
}
tries <<'END'
{"on":"ready","do":"close","code":1011,"reason":"Internal error encountered.","after":50}
END
tries <<'END'
{"on":"ready","do":"go_away","ms":60000}
{"on":"ready","do":"close","code":1011,"reason":"Internal error encountered.","after":50}
END
tap_done
