# What a tool may not do under --sandbox, and what no tool may: gain rights, or
# live on when gl-tool is killed.
. "$(dirname "$0")/../tap.sh"
mkdir tools open shut
cat >tools/try <<'END'
#!/bin/sh
echo x >shut/new 2>/dev/null && echo 'writes'
true 2>/dev/null >shut/old && echo 'empties'
echo x >open/new 2>/dev/null && echo 'writes where it may'
cat shut/old
echo x >/dev/null && echo 'has /dev/null'
python3 -c 'import socket
socket.socket()' 2>/dev/null && echo 'has sockets'
grep NoNewPrivs /proc/self/status
END
cat >tools/stay <<'END'
#!/bin/sh
echo $$ >"$PWD/open/pid"
exec sleep 60
END
chmod +x tools/try tools/stay
for t in try stay; do echo '{"description":"x"}' >tools/$t.json; done
echo content >shut/old
echo '{"type":"tool_call","id":"1","name":"try","args":{}}' >in
result() { jq -r .response.result answers | tr -s '\t\n' '  ' | sed 's/ $//'; }

run 0 gl-tool -d tools -o answers <in
is "without it a tool does what its user can" "$(result)" \
    'writes empties writes where it may has /dev/null has sockets NoNewPrivs: 1'

rm -f answers shut/new open/new
echo content >shut/old
gl-tool -d tools --sandbox --writable open -o answers <in >out 2>err
case $? in
0)
	is "with it only what is named is written, and nothing is sent" \
	    "$(result)" \
	    'writes where it may content has /dev/null NoNewPrivs: 1'
	is "nothing else changed" "$(ls shut) $(cat shut/old)" 'old content' ;;
78)
	like "what lacks is said, and nothing ran" err 'Landlock'
	ok "really nothing" [ ! -e open/new ] ;;
*)
	ok "it runs, or says why not" false ;;
esac
run 64 gl-tool -d tools --writable open <in
like "a folder without a sandbox" err -- '--writable is for --sandbox'

# the home folder and all else but the system's and what is named can be hidden,
# whatever the working folder
mkdir seen
echo seen >seen/it
cat >tools/look <<END
#!/bin/sh
for f in "$TMP/seen/it" "$TMP/open/new" "$TMP/shut/old" /etc/passwd; do
	head -c 1 "\$f" >/dev/null 2>&1 && echo "reads \${f##*/}"
done
for d in / "$TMP" "$HOME"; do ls "\$d" >/dev/null 2>&1 && echo "lists \$d"; done
head -c 1 /dev/urandom >/dev/null && echo 'has random numbers'
echo y >"$TMP/open/new" && echo 'writes where it may'
END
chmod +x tools/look
echo '{"description":"x"}' >tools/look.json
sed 's/try/look/' in >look
if gl-tool -d tools --sandbox --declare >out 2>err; then
	rm -f answers; echo x >open/new
	run 0 gl-tool -d tools --sandbox --writable open --readable seen \
	    --dir seen -o answers <look
	is "with --readable nothing is read but what is named" "$(result)" \
	    'reads it reads new reads passwd has random numbers writes where it may'
	run 64 gl-tool -d tools --readable seen <in
	like "which is for the sandbox" err -- '--readable is for --sandbox'
else
	is "no sandbox here" $? 78
fi

# a kill that cannot be caught
mkfifo calls
gl-tool -d tools <calls >out 2>err & pid=$!
tap_pids="$tap_pids $pid"
exec 8>calls
echo '{"type":"tool_call","id":"1","name":"stay","args":{}}' >&8
wait_for "the tool runs" [ -s open/pid ]
kill -9 $pid
gone() { ! kill -0 "$(cat open/pid)" 2>/dev/null; }
wait_for "it ends with gl-tool" gone
ok "though that was killed" gone
exec 8>&-
tap_done
