#!/bin/sh
# Two programs and one state file: the second is told; and what another program
# makes of the file.
. "$(dirname "$0")/../tap.sh"

emulator --speed 20
mkfifo in
gl-session -t --state conv -f json <in >first.out 2>first.err &
pid=$!
tap_pids="$tap_pids $pid"
exec 9>in
wait_for 'the first is live' grep -q ready first.out
run 75 gl-session --state conv </dev/null
like 'a second one is told' err 'another gl-session'
echo alpha >&9
wait_for 'an answer' grep -q turn_complete first.out
exec 9>&-
wait $pid
is 'the first one ends in order' $? 0

is 'mode 0600' "$(stat -c %a conv)" 600
is 'jq reads the turns' \
    "$(jq -r '[.turns.list[] | .role + ":" + .text] | join(" ")' conv)" \
    'user:alpha model:alpha'
run 0 sh -c 'echo beta | gl-session --state conv -t -f json --trace trace'
like 'the next run takes up the session' trace '"handle":'
like 'and counts on' out '"turn":2.*"text":"beta"'

# the handle is gone: the history serves
jq 'del(.handle)' conv >edited && cat edited >conv
run 0 sh -c 'echo gamma | gl-session --state conv -t -f json --trace trace'
like 'without a handle the history is told' trace 'alpha'
echo '{"gl":' >conv
run 65 gl-session --state conv </dev/null
like 'a file that is broken is told' err 'conv'

# what is not a regular file stays what it is, also behind a link
mkfifo fifo; ln -s fifo tofifo
for f in fifo tofifo .; do
	run 78 gl-session --state $f </dev/null
	like 'it is told' err "$f: not a regular file"
done
ok 'the FIFO is one still' test -p fifo -a -L tofifo -a ! -e fifo.lock
for f in fifo tofifo; do
	run 74 gl-emulator --tls --ca $f
	like 'so is a place for a certificate' err "$f: not a regular file"
done
ok 'and the FIFO' test -p fifo -a -L tofifo

# what a link leads to is written, and locked
mkdir far; ln -s far/conv link
run 0 sh -c 'echo alpha | gl-session --state link -t -f json'
ok 'the link is one still' test -L link -a ! -e link.lock
ok 'the lock stands by the file' test -e far/conv.lock
is 'the file has the turns' "$(jq '.turns.list | length' far/conv)" 2
run 0 sh -c 'echo beta | gl-session --state link -t -f json'
is 'also where it was there' "$(jq '.turns.list | length' far/conv)" 4
ln -s far/ca.pem ca.pem
bg gl-emulator --tls --ca ca.pem 2>ca.err
wait_for 'a certificate' test -s far/ca.pem
ok 'through the link' test -L ca.pem

# the folder goes away in the middle of a conversation
mkdir gone
mkfifo in2
gl-session -t --state gone/conv -f json <in2 >out 2>err &
pid=$!
tap_pids="$tap_pids $pid"
exec 9>in2
wait_for 'it is live' grep -q ready out
echo alpha >&9
wait_for 'an answer' grep -q turn_complete out
rm -r gone
echo beta >&9
wait_for 'another one' grep -q 'turn_complete.*"turn":2' out
exec 9>&-
wait $pid
is 'status 74 at the end' $? 74
is 'said once' "$(grep -c . err)" 1
like 'with its name and the reason' err 'gone/conv: .*No such file or directory'
like 'the end has it too' out '"type":"end".*"exit":74'
run 64 gl-session --state '' </dev/null

# one that was killed this instant holds the lock a little longer; another one
# that runs holds it for good
flock st9.lock sh -c 'echo held >held; sleep 0.2' & tap_pids="$tap_pids $!"
wait_for 'the lock is held' [ -s held ]
run 0 gl-session --state st9 </dev/null
exec 9>st9.lock
flock 9
run 75 gl-session --state st9 </dev/null
like 'which is said' err 'st9: in use by another gl-session'
exec 9>&-
tap_done
