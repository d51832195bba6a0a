#!/bin/sh
# The file of -o is the old one or the new one at every instant: with a second
# writer, and whenever the writer is killed.  What is left is FILE.part alone,
# which the next run takes over.
. "$(dirname "$0")/../tap.sh"

emulator --speed 50
seq -f 'line %.0f of the new text' 8 >new
seq -f 'line %.0f of the old text' 9 >old
ask='gl-session -t -f text -o a.txt <new'

# Two writers at once: the second ends, with 75, and takes nothing away.
cp old a.txt
mkfifo words
gl-session -t -f text -o a.txt <words 2>1.err &
first=$!; tap_pids="$tap_pids $first"
exec 3>words
head -n 1 new >&3
wait_for 'the first writes' grep -q 'line 1 of the new' a.txt.part
run 75 sh -c 'echo other | gl-session -t -f text -o a.txt'
like 'a second writer is told' err 'a.txt: another run is writing it now'
is 'the old text stands' "$(cat a.txt)" "$(cat old)"
run 0 sh -c 'echo other | gl-session -t -f text -o a.txt --done skip'
run 75 sh -c 'ln -s a.txt b.txt; echo other | gl-session -t -f text -o b.txt'
tail -n +2 new >&3
exec 3>&-
wait $first
is 'the first ends well' "$?" 0
is 'and its text is whole' "$(cat a.txt)" "$(cat new)"
is 'nothing is left beside it' "$(echo a.txt*)" a.txt

# Eight at once: one result, that of one of them.
for i in 1 2 3 4 5 6 7 8; do
	{ seq -f "line %.0f of writer $i" 5 | gl-session -t -f text \
	    -o many.txt 2>many.$i; echo $? >code.$i; } &
	tap_pids="$tap_pids $!"; all="$all $!"
done
# shellcheck disable=SC2086
wait $all
is 'eight at once: each ends with 0 or 75' "$(cat code.* | sort -u |
    grep -cvE '^(0|75)$')" 0
is '... the file is of one' "$(wc -l <many.txt) $(sed 's/.* //' many.txt |
    sort -u | wc -l)" '5 1'

# Killed at thirty instants of a run, from its start to behind its end.
cat >kill.py <<'END'
import os, subprocess, sys, time

def run():
    return subprocess.Popen(['gl-session', '-q', '-t', '-f', 'text', '-o', 'a.txt'],
                            stdin=open('new'))

old, new = open('old', 'rb').read(), open('new', 'rb').read()
began = time.time()
assert run().wait() == 0
whole = time.time() - began
seen = {'old': 0, 'new': 0, 'part': 0}
for i in range(30):
    with open('a.txt', 'wb') as f:
        f.write(old)
    p = run()
    time.sleep(whole * i / 28)
    p.kill()
    p.wait()
    data = open('a.txt', 'rb').read()
    if data not in (old, new):
        sys.exit('torn at %d: %r' % (i, data))
    seen['old' if data == old else 'new'] += 1
    seen['part'] += os.path.exists('a.txt.part')
    left = set(n for n in os.listdir('.') if n.startswith('a.txt'))
    if left - {'a.txt', 'a.txt.part'}:
        sys.exit('left: %r' % left)
print('# old %(old)d, new %(new)d, a part left %(part)d times' % seen)
sys.exit(seen['old'] < 10)
END
run 0 python3 kill.py
sed -n '/^#/p' out
run 0 sh -c "$ask"
is 'the next run is whole' "$(cat a.txt)" "$(cat new)"
is 'and clears what was left' "$(echo a.txt*)" a.txt

# Killed at the very calls that make it the new one.
if strace -o /dev/null true 2>/dev/null; then
	for call in ftruncate fsync rename; do
		cp old a.txt
		strace -o /dev/null -e inject=$call:signal=KILL:when=1 \
		    gl-session -q -t -f text -o a.txt <new >out 2>err
		is "killed in $call" "$?" 137
		ok '... the file is whole' sh -c 'cmp -s a.txt old || cmp -s a.txt new'
	done
	run 0 sh -c "$ask"
	is 'and the next run makes it' "$(cat a.txt*)" "$(cat new)"
else
	skip 'killed in fsync and rename' 'no strace here'
fi
tap_done
