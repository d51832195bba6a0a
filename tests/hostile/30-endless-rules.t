# A scenario whose rules make each other due for ever: the emulator goes on
# serving others, and a signal always counts.
. "$(dirname "$0")/../tap.sh"
echo hello >hello
endless() { # WHAT, the rules on standard input
	cat >rules
	emulator -b tone --tone 1s -s rules
	run 0 timeout 20 gl-session -t -f json <hello
	ok "$1: answers come" [ "$(grep -c '"turn_complete"' out)" -gt 3 ]
	run 0 timeout 20 gl-session -t -f json <hello
	like "$1: others are served" out '"type":"ready"'
	kill "$emu_pid"
	wait_for "$1: it ends by a signal" sh -c "! kill -0 $emu_pid"
}
endless 'say and say' <<'END'
{"on":"complete","do":"say","text":"one"}
{"on":"complete","do":"say","text":"two"}
END
endless 'say and interrupt' <<'END'
{"on":"complete","do":"say","text":"one"}
{"on":"complete","do":"interrupt"}
END
tap_done
