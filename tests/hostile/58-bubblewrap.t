# The example under bubblewrap of gl-tool(1), as it stands in the page: a tool
# sees and writes what was named, and nothing else of the home folder.
. "$(dirname "$0")/../tap.sh"
mkdir -p ~/tools ~/shared
echo key >~/secret
cat >~/tools/try <<'END'
#!/bin/sh
ls ~ 2>/dev/null && echo 'sees the home folder'
cat /etc/passwd 2>/dev/null && echo 'reads /etc/passwd'
echo x >/tools/new 2>/dev/null && echo 'changes tools'
echo x >/shared/new && echo 'writes where it may'
ls -A /tools
(exec 3<>/dev/tcp/127.0.0.1/1) 2>/dev/null && echo 'connects'
(: </dev/tty) 2>/dev/null && echo 'has the terminal'
grep -c : /proc/net/dev
END
chmod +x ~/tools/try
echo '{"description":"x"}' >~/tools/try.json
echo '{"type":"tool_call","id":"1","name":"try","args":{}}' >in
# the programs of this build stand elsewhere than installed ones
sed -n '/^bwrap --/,/gl-tool -d/p' "$TOP/man/gl-tool.1" |
    sed 's/\\e$/\\/; s,^ *gl-tool,--ro-bind "$B" /gl /gl/gl-tool,' >example
ok "the page has the example" grep -q -- '--unshare-all' example
bwrap --unshare-all --ro-bind / / true 2>said
if [ $? != 0 ]; then
	# a kernel or a container without user namespaces: bwrap's own words
	sed 's/^/# /' said
	like "without namespaces it says so, and no tool runs" said \
	    '^bwrap: .*(namespace|permitted|denied|proc)'
	ok "and the example fails" sh -c '! sh example <in >out 2>err'
	ok "nothing was run" [ ! -e ~/shared/new ]
	tap_done
	exit
fi
if terminals "the example at a terminal"; then
	timeout 60 script -qec 'sh example <in >out 2>err' /dev/null \
	    </dev/null >seen 2>&1
	is "it ends well" $? 0
else
	run 0 sh example <in
fi
is "a tool has what was named and no more" \
    "$(jq -r '.response.result // empty' out | tr '\n' ' ')" \
    'writes where it may try try.json 1 '
is "in the one folder that is shared" "$(cat ~/shared/new)" x
is "the others are as they were" "$(ls -A ~ | tr '\n' ' ')$(cat ~/secret)" \
    'secret shared tools key'
tap_done
