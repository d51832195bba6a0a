# Files beside ours: what stands under the name of a temporary file is never
# written to; what others can change or read is not taken silently.
. "$(dirname "$0")/../tap.sh"
emulator --speed 20
ask() { echo hello | timeout 20 gl-session -t -f text "$@" >out 2>err; }

# a hard link, a link and a FIFO where the state is written first
for kind in hard soft fifo; do
	echo precious >mine; rm -f s s.tmp
	case $kind in
	hard) ln mine s.tmp ;;
	soft) ln -s mine s.tmp ;;
	fifo) mkfifo s.tmp ;;
	esac
	ask --state s
	is "a state is written past a $kind" $? 0
	is "which is left alone: $kind" "$(cat mine)" precious
	ok "the state is a file of its own: $kind" \
	    [ -f s -a ! -L s -a "$(stat -c %h s)" = 1 ]
done
echo precious >mine; ln mine o.part
ask -o o
is "nor is a part file written that is another file, too" $? 74
like "which is said" err 'o.part: is another file too \(a hard link\)'
is "nothing lost" "$(cat mine)" precious

# pictures that the emulator keeps
kill $emu_pid; mkdir pics; echo precious >mine
ln mine pics/talk-1-1.jpg
emulator --speed 20 --save-images pics
python3 -c 'import base64, sys
sys.stdout.buffer.write(base64.b64decode(
"/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////"
"////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAA"
"AAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q=="))' >p.jpg
{ printf '{"type":"image","mime":"image/jpeg","bytes":%d}\n' \
    "$(wc -c <p.jpg)"; cat p.jpg; echo '{"type":"text","text":"x"}'; } |
    timeout 20 gl-session -f text >out 2>err
wait_for "the picture is kept" [ -s pics/talk-1-1.jpg ]
is "and the link's other end is not written" "$(cat mine)" precious
same "but the file is" pics/talk-1-1.jpg p.jpg

# a key that others can read
echo AIzaKey >key; chmod 644 key
ask --key-file key
like "a key for all to read is said" err \
    'key: others can read it \(mode 0644\); chmod 600'
chmod 600 key; ask --key-file key
unlike "a private one is not" err 'others can read'

# folders of tools
echo '{"type":"tool_call","id":"1","name":"t","args":{}}' >in
mkdir tools; printf '#!/bin/sh\necho ran >>ran\n' >tools/t
chmod 755 tools tools/t; echo '{"description":"x"}' >tools/t.json
chmod 777 tools
run 78 gl-tool -d tools -o answers <in
like "a folder that all can write is refused" err \
    'tools: another user can put tools there: chmod go-w'
if chgrp 12345 tools 2>/dev/null; then
	chmod 775 tools
	run 78 gl-tool -d tools -o answers <in
	like "nor one of a group that is not ours" err 'tools: another user'
	chmod 755 tools; chown 12345 tools
	run 78 gl-tool -d tools -o answers <in
	like "nor one of another owner" err 'tools: another user'
	chown 0:0 tools
else
	skip "folders of another group and owner" "only root can make them"
fi
# one that all can write from later on is not read again
chmod 755 tools
mkfifo calls
gl-tool -d tools -o /dev/fd/4 <calls >out 2>err 4>answers & pid=$!
tap_pids="$tap_pids $pid"
exec 9>calls
echo '{"type":"x_first"}' >&9
wait_for "gl-tool runs" grep -qs x_first out
chmod 777 tools
cp tools/t.json tools/planted.json; cp tools/t tools/planted
kill -HUP $pid
wait_for "it looks again" grep -q 'tools: .*another user' err
sed 's/"t"/"planted"/' in >&9
wait_for "a call is answered" grep -qs tool_response answers
exec 9>&-
wait $pid
ok "and does not run what was put there" [ ! -e ran ]
rm -f answers tools/planted tools/planted.json
chmod 755 tools; chmod 757 tools/t
run 0 gl-tool -d tools -o answers <in
like "and a tool" err 'tools/t: left out: another user can change it'
chmod 755 tools/t; chmod 646 tools/t.json
run 0 gl-tool -d tools -o answers <in
like "and a declaration" err 'tools/t.json: left out: another user can'
ok "none of them ran" [ ! -e ran ]
chmod 644 tools/t.json
run 0 gl-tool -d tools -o answers <in
ok "it runs when it is ours alone" [ -e ran ]

# what a tool does when it only should say what it is
cat >tools/nosy <<'END'
#!/bin/sh
python3 -c 'import socket; socket.socket()' 2>/dev/null && net=reached
echo x 2>/dev/null >"$PWD/loot" && wrote=yes
echo "{\"description\":\"net:$net wrote:$wrote\"}"
END
chmod 755 tools/nosy; rm -f loot
run 0 gl-tool -d tools --declare
# --describe is closed where the kernel can: as --sandbox says
if gl-tool -d tools --sandbox --declare >/dev/null 2>&1; then
	like "--describe has no network and writes nothing" out 'net: wrote:"'
	ok "really" [ ! -e loot ]
else
	skip "--describe is closed" "this kernel has no Landlock"
fi

# an external account's file names a FIFO, or the terminal, as its token's file
mkfifo fifo
for f in fifo /dev/full .; do
	jq -n --arg f "$f" '{type: "external_account", audience:
	    "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
	    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
	    token_url: "https://sts.googleapis.com/v1/token",
	    credential_source: {file: $f}}' >ext.json
	chmod 600 ext.json
	timeout 20 gl-auth --credentials ext.json --endpoint http://127.0.0.1:1 \
	    >out 2>err
	is "no token is waited for: $f" $? 66
	like "it is said: $f" err 'cannot be read: (not a regular file|a folder)'
done
tap_done
