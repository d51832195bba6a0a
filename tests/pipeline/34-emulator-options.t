#!/bin/sh
# gl-emulator: what is wrong with its options, its files and its brain is said.
. "$(dirname "$0")/../tap.sh"

run 64 gl-emulator --ca ca.pem
like 'it names what is missing' err '^gl-emulator: --ca goes with --tls$'
run 64 gl-emulator --expired
run 64 gl-emulator --name host.example
run 64 gl-emulator --model ''
for o in --save-audio --save-images; do
	run 66 gl-emulator $o "$TMP/nowhere"
	like 'it names the folder' err 'nowhere: no folder$'
done
echo '{"servce_accounts":[]}' >auth.json
run 65 gl-emulator --auth auth.json
like 'it names file and word' err \
    'auth.json: "servce_accounts" is not a setting'

talk() { echo hello | timeout 20 gl-session -t -f text >said 2>session.err; }
over() { kill "$1"; wait "$1"; }

if [ -e /dev/full ]; then
	emulator --log /dev/full
	talk
	over "$emu_pid"
	is 'a log that cannot be written: exit 74' $? 74
	like 'said, and by name' emu.err '^gl-emulator: /dev/full: No space'
fi
# an IPv6 address is written as others can use it
if [ -e /proc/net/if_inet6 ] && grep -q ' lo$' /proc/net/if_inet6; then
	for h in ::1 '[::1]'; do
		emulator --host "$h"
		echo "$GL_EMULATOR_HOST" >line
		like "$h" line '^\[::1\]:[0-9]+$'
		talk
		is 'it answers there' "$(cat said)" hello
		kill "$emu_pid"
	done
else
	skip 'IPv6' 'none on this machine'
fi
mkdir kept
emulator --save-audio kept --save-images kept
rm -r kept
gl-session <"$TOP/examples/question.wav" >said 2>session.err
is 'the conversation goes on' $? 0
over "$emu_pid"
is 'a folder that went away: exit 74' $? 74
is 'said once, and by name' "$(grep -c 'kept/.*No such file' emu.err)" 1

brain() { # COMMAND WHAT REGEX
	emulator -b "$1"
	rm -f ./went
	told=$3
	bg sh -c 'echo hello | exec timeout 20 gl-session -t -f text >x 2>y'
	failed() { grep -qE "$told" emu.err; }
	wait_for "$2" failed
	like "$2" emu.err "$3"
	kill "$emu_pid"
}
run 66 gl-emulator -b /nowhere/brain
like 'a brain that cannot be run' err "brain '/nowhere/brain': No such file"
cp /bin/true went
brain ./went 'a brain that went away' "brain './went': No such file"
brain false 'a brain that fails' "brain 'false': exit 1"
brain 'echo no record' 'a brain that writes no stream' \
    "brain 'echo': what it writes is not a stream: "

# the example of the manual, as it stands there
sed -n '/^mkfifo ready/,/^\.Ed/p' "$TOP/man/gl-emulator.1" | sed '/^\.Ed/d' >ex.sh
cp "$TOP/examples/question.wav" .
sh -c '. ./ex.sh; code=$?; kill $!; exit $code' >out 2>err
is 'the example with TLS' $? 0
like 'it has an answer' answer.gl '"type":"turn_complete"'
tap_done
