# What another user of the machine may have planted or changed: a link where
# programs keep what they know of a terminal's row, files that name commands.
. "$(dirname "$0")/../tap.sh"

# the row's file, which a link with its name would let us empty
if [ ! -w /dev/shm ]; then
	skip "a link in place of the row's file" "no /dev/shm here"
elif terminals "a link in place of the row's file"; then
	cat >plant.py <<'END'
import os
dev = os.stat(os.ttyname(2)).st_rdev
row = "/dev/shm/gl-row-%d-%x" % (os.geteuid(), dev)
kept = "/dev/shm/gl-test-kept-%d" % os.getpid()
with open(os.open(kept, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
    f.write("precious\n")
if os.path.lexists(row):
    os.unlink(row)
os.link(kept, row)
print(row, kept)
END
	cat >planted <<'END'
python3 plant.py >row.path
echo '{"type":"text","text":"shown"}' | gl-conv -t text
END
	script -qec 'sh planted' /dev/null </dev/null >seen 2>&1
	read -r link kept <row.path
	like "the program runs" seen shown
	is "what the link leads to is as it was" "$(cat "$kept")" precious
	rm -f "$link" "$kept"
fi

# what names commands to run
mkdir -p "$XDG_CONFIG_HOME/gl"
profile=$XDG_CONFIG_HOME/gl/work.conf
echo 'token-cmd touch ran' >"$profile"
echo '{"mcpServers":{"s":{"command":"touch","args":["ran"]}}}' >servers.json
refused() { # WHOSE
	run 78 gl-session --profile work -t </dev/null
	like "a profile that $1 can write" err 'work.conf: another user'
	run 78 gl-tool --mcp-config servers.json --declare
	like "servers that $1 can write" err 'servers.json: another user'
	ok "and nothing ran" [ ! -e ran ]
}
chmod 646 "$profile" servers.json; refused everybody
chmod 664 "$profile" servers.json
if chgrp 12345 "$profile" servers.json 2>/dev/null; then
	refused "another group"
	chmod 600 "$profile" servers.json
	chown 12345 "$profile" servers.json; refused "their owner, another,"
	chown 0 "$profile" servers.json
else
	skip "files of another group and owner" "only root can make them"
fi
chmod 600 "$profile" servers.json
timeout 30 gl-tool --mcp-config servers.json --declare >out 2>err
ok "it runs when it is ours alone" [ -e ran ]
tap_done
