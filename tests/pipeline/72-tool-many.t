# Four thousand calls, 64 at once, a third of them cancelled at random moments:
# each is answered once or cancelled once, and nothing is left running.
. "$(dirname "$0")/../tap.sh"
calls=4000
# the memory checker makes each fork ten times as long
case $B in *san*) calls=1000 ;; esac
MARK=$TMP
export MARK
# processes with the mark in their environment, but for this shell's own
left() { grep -lzsxF "MARK=$TMP/$1" /proc/[0-9]*/environ | wc -l | tr -d ' '; }

mkdir tools
ln -s /bin/cat tools/echo
ln -s /bin/true tools/nothing
cat >tools/slow <<'END'
#!/bin/sh
exec sleep 0.02
END
cat >tools/family <<'END'
#!/bin/sh
trap '' TERM
sleep 1000 &
(setsid sleep 1000 &)
exec sleep 0.01
END
chmod +x tools/slow tools/family
for t in echo nothing slow family; do
	echo '{"description":"x"}' >tools/$t.json
done
MARK=$TMP/many timeout 400 python3 "$TOP/tests/peer/calls.py" $calls 64 0.33 7 log \
    'echo echo echo nothing nothing slow family' -- gl-tool -d tools -j 64 --max-calls 0 \
    --grace 50ms --env MARK --log log >out 2>err
is "exit" $? 0
is "$calls calls" "$(cat out)" '{"exit": 0, "each ended once": true, "each answer came once": true, "only who was asked to was cancelled": true, "cancelled": true}'
sed 's/^gl-tool/# &/' err | head -5
is "no process is left" "$(left many)" 0
tap_done
