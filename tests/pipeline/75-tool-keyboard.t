#!/bin/sh
# One terminal, read by gl-session for prompt lines and by the gl-tool that it
# starts for answers: what is typed at a question is its answer, always, and
# what is typed at the prompt is a turn.
. "$(dirname "$0")/../tap.sh"
terminals "one keyboard for a prompt and for questions" || { tap_done; exit; }

mkdir tools
printf '#!/bin/sh\necho ran >>%s/ran\necho done\n' "$TMP" >tools/wipe
chmod +x tools/wipe
echo '{"description": "x"}' >tools/wipe.json
# each question calls; what answers the result is a turn too
for i in 1 3 5 7 9 11 13 15 17 19 21 23; do
	echo '{"on":"turn","nth":'$i',"do":"call","calls":[{"name":"wipe","args":{"disk":"a"}}]}'
done >rules
emulator -s rules --log log --speed 20

# A user: asks twelve times at the prompt, and says y to whatever gl-tool asks,
# until the tool has run.  The screen goes to standard output.
cat >user.py <<'END2'
import os, pty, select, signal, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.execvp('sh', ['sh', '-c', sys.argv[1]])
seen, at, limit = b'', 0, time.time() + 60
def more():
    global seen
    if time.time() > limit:
        os.kill(pid, signal.SIGKILL)
        return False
    if select.select([fd], [], [], 0.05)[0]:
        try:
            data = os.read(fd, 4096)
        except OSError:
            return False
        seen += data
        return data != b''
    return True
def found(what):
    global at
    i = seen.find(what, at)
    at = at if i < 0 else i + len(what)
    return i >= 0
def ran():
    return os.path.exists('ran') and len(open('ran').readlines())
for i in range(1, 13):
    while not found(b'> ') and more():
        pass
    os.write(fd, b'question %d\n' % i)
    while ran() < i and more():
        if found(b'[y/N] '):
            os.write(fd, b'y\n')
while not found(b'> ') and more():
    pass
os.write(fd, b'\4')
while more():
    pass
sys.stdout.write(seen.decode(errors='replace').replace('\r', ''))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END2

turns() { jq -r '.message.realtimeInput.text //
    (.message.clientContent.turns // [] | .[].parts[0].text) // empty' log; }

timeout 90 python3 user.py \
    "gl-session -t -T tools --tool-args '--confirm wipe'" >screen
is "twelve questions, each with its answer" $? 0
is "each was allowed and ran" "$(wc -l <ran | tr -d ' ')" 12
i=0
is "the lines are turns, the answers are none" "$(turns | tr '\n' ,)" \
    "$(while [ $((i += 1)) -le 12 ]; do printf 'question %d,' $i; done)"
like "a question is its row" screen \
    '^gl-tool: wipe disk="a"\? \[y/N\] y$'

# without /dev/shm the lock is elsewhere; here a folder stands in its way, which
# names the terminal as the file would
cat >blocked <<'END2'
at=gl-row-$(id -u)-$(printf '%x' $((136 << 8 | $(tty | tr -dc 0-9))))
mkdir "/dev/shm/$at" || exit 99
trap 'rmdir "/dev/shm/$at"' EXIT
{ until [ -e ran ]; do sleep 0.01; done
  ls -d "/run/user/$(id -u)/$at" "/tmp/$at" >where 2>/dev/null; } &
gl-session -t -T tools --tool-args '--confirm wipe'
code=$?; wait; exit $code
END2
rm -f ran
emulator -s rules --speed 20
timeout 90 python3 user.py 'sh ./blocked' >screen
is "with no file in /dev/shm" $? 0
is "each was allowed and ran" "$(wc -l <ran | tr -d ' ')" 12
is "by a file elsewhere" "$(wc -l <where | tr -d ' ')" 1
ok "which is gone afterwards" [ ! -e "$(cat where)" ]
tap_done
