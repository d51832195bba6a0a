# gl-recipes(7): each block, typed as it is printed.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"

# recipe HEADING [N]: its N-th block, 1 if not said
recipe() {
	awk -v head=".Sh $1" -v n="${2:-1}" '/^\.Sh/ { on = $0 == head; k = 0 }
	    on && /^\.Bd/ { k++; in_it = 1; next } /^\.Ed/ { in_it = 0 }
	    on && in_it && k == n' "$TOP/man/gl-recipes.7" |
	    sed 's/\\e/\\/g; s/\\(dq/"/g' >recipe
	[ -s recipe ] || tap_stop "a recipe: $*"
}
ln -s "$TOP/examples" examples

# a second of a tone is a word
ffmpeg -v error -f lavfi -i 'sine=440:r=16000:d=1' -af apad=pad_dur=0.5 -ac 1 word.wav
sox word.wav -t raw in.raw
printf 'pcm.!default { type asym playback.pcm spk capture.pcm mic }\n' \
    >>"$ALSA_CONFIG_PATH"
device spk "out $TMP/out.raw rate 16000 channels 1"
device mic "in $TMP/in.raw rate 16000 channels 1"

emulator --log log
cp word.wav one.wav; cp word.wav two.wav
recipe 'A FOLDER OF RECORDINGS TO TEXT AND SUBTITLES'
run 0 sh recipe
is 'a folder: texts' "$(cat one.txt two.txt | grep -c 'of speech')" 2
is 'and subtitles' "$(cat one.srt two.srt | grep -c -- '-->')" 2
rm one.wav two.wav

recipe 'CAPTIONS IN ANOTHER LANGUAGE'
setsid sh recipe >captions 2>err &
pid=$!; tap_pids="$tap_pids $pid"
wait_for 'captions' test -s captions.txt
env kill -TERM -- -$pid; wait $pid
same 'on the terminal and in a file' captions captions.txt

echo 'You are the guide of a museum.' >kiosk.txt
recipe 'A KIOSK'
sed -i 's/2m/2s/' recipe
run 124 timeout 60 sh recipe

mkdir tools
printf '#!/bin/sh\necho gone >rebooted\n' >tools/reboot; chmod +x tools/reboot
echo '{"description":"Reboots.","behavior":"NON_BLOCKING"}' >tools/reboot.json
echo '{"on":"turn","limit":1,"do":"call","calls":[{"name":"reboot"}]}' >rules
emulator -s rules --log log
if terminals 'dangerous tools'; then
	recipe 'AN AGENT WITH SLOW AND DANGEROUS TOOLS'
	for answer in n y; do
		rm -f typed log rebooted; mkfifo typed; : >screen
		emulator -s rules --log log
		script -qfec 'sh recipe' /dev/null <typed >screen 2>&1 &
		pid=$!; tap_pids="$tap_pids $pid"
		exec 6>typed
		wait_for 'the question' grep -qa 'y/N' screen
		printf '%s\n' $answer >&6
		wait_for 'what came of it' grep -q '"type":"response"' log
		is "the answer $answer" "$(ls rebooted 2>/dev/null)" \
		    "$([ $answer = n ] || echo rebooted)"
		exec 6>&-
		env kill -TERM $pid; wait $pid
	done
fi

# a screen without one: Xvfb, and a compositor that draws nowhere
kill_group() { env kill -TERM -- -"$1"; wait "$1" 2>/dev/null; }
seen() { jq -r 'select(.type == "image").width' log | grep -q '^[0-9]'; }
mkfifo display
bg sh -c 'exec Xvfb -displayfd 3 -screen 0 640x480x24 -nolisten tcp \
    3>display >x.log 2>&1'
read -r n <display
emulator --log log
recipe "HELP WITH WHAT IS ON THE SCREEN"
mkdir x11
(cd x11 && DISPLAY=:$n exec setsid sh ../recipe) >x11.log 2>&1 &
pid=$!; tap_pids="$tap_pids $pid"
wait_for 'the screen of X11' seen
is 'its size' "$(jq -r 'select(.type == "image").width' log | head -1)" 640
kill_group $pid

mkdir -m 700 run; chmod 711 .
as=
[ "$(id -u)" != 0 ] || { chown nobody run; as='setpriv --reuid nobody --regid nogroup --clear-groups'; }
mkfifo -m 666 name
# shellcheck disable=SC2016,SC2086
bg env WLR_BACKENDS=headless WLR_LIBINPUT_NO_DEVICES=1 WLR_RENDERER=pixman \
    XDG_RUNTIME_DIR="$TMP/run" HOME="$TMP/run" $as cage -- \
    sh -c 'echo "$WAYLAND_DISPLAY $$" >"$1"; exec sleep 600' - "$TMP/name" 2>cage.log
read -r display inside <name || tap_stop 'cage runs' cage.log
tap_pids="$tap_pids $inside"
emulator --log log
recipe "HELP WITH WHAT IS ON THE SCREEN" 2
mkdir wayland
(cd wayland && WAYLAND_DISPLAY=$TMP/run/$display exec setsid sh ../recipe) >wl.log 2>&1 &
pid=$!; tap_pids="$tap_pids $pid"
wait_for 'the screen of Wayland' seen
kill_group $pid

emulator --log log
recipe 'A TELEPHONE'
mkfifo from-caller to-caller
sox word.wav -t ul -r 8000 from.ul
cat from.ul >from-caller &
tap_pids="$tap_pids $!"
cat to-caller >to.ul &
reader=$!; tap_pids="$tap_pids $reader"
run 0 sh recipe
wait $reader
ok 'a telephone: the answer is as long as it is at 8 kHz' \
    [ "$(wc -c <to.ul)" -gt 4000 ]
rms=$(sox -t ul -r 8000 -c 1 to.ul -n stat 2>&1 | awk '/RMS.*amp/ { print ($3 > 0.05) }')
is 'and is sound' "$rms" 1

recipe "YESTERDAY'S CONVERSATION"
echo 'How high is Mont Blanc?' >typed.txt
run 0 sh -c "$(head -1 recipe)" <typed.txt
run 0 sh -c "$(head -1 recipe)" <typed.txt
mv "$(date +%F).gl" "$(date -d yesterday +%F).gl"
tail -1 recipe >second
run 0 sh second
like 'yesterday, to be read' yesterday.html 'Mont Blanc'

recipe "A MONTH'S COST"
cp "$(date -d yesterday +%F).gl" 2026-11-01.gl
cp 2026-11-01.gl 2026-11-02.gl
rm "$(date -d yesterday +%F).gl"
echo '{"currency":"USD","models":{"gemini*":{"in":{"other":1},"out":{"other":2}}}}' >prices.json
run 0 sh recipe
one=$(gl-conv -t summary --prices prices.json 2026-11-01.gl | jq .price)
is 'the sum of a month' "$(tail -1 out)" "$(jq -n "$one * 2")"

# each model answers 1.5 s of the other's with 1.5 s
emulator --brain tone
echo 'You are Anna.' >anna.txt; echo 'You are Ben.' >ben.txt
recipe 'TWO AGENTS TALKING'
sed -i 's/600/8/' recipe
run 0 sh recipe
like 'Ben hears Anna' ben.gl '"role":"user"'
is 'both are kept to their end' "$(gl-conv -t summary anna.gl ben.gl |
    jq -r .end | tr '\n' ' ')" 'finished finished '
is 'and both speak more than once' "$(for n in anna ben; do
    gl-conv -t json --no-payload $n.gl | jq -r '
    select(.type == "turn_complete").turn' | tail -n +2 | head -1 | wc -l
done | tr -d ' \n')" 11

emulator
recipe 'LIVE FIGURES'
setsid sh recipe >bar 2>err &
pid=$!; tap_pids="$tap_pids $pid"
wait_for 'a line of the status bar' grep -q '^live .*tokens' bar
kill_group $pid
recipe 'LIVE FIGURES' 2
sed -i 's/15s/1s/' recipe
setsid sh recipe >out 2>err &
pid=$!; tap_pids="$tap_pids $pid"
wait_for 'metrics' grep -qs '^gl_live 1' gl.prom
kill_group $pid

emulator --log log
recipe 'TWO PROMPTS COMPARED IN A TABLE'
printf 'one\ntwo\n' >questions.txt; echo 'Be brief.' >a.txt; echo 'Be long.' >b.txt
run 0 sh recipe
is 'a table of two' "$(awk -F '\t' 'NF == 3 && $1 == "one" || $1 == "two"' table.tsv | wc -l)" 2

recipe 'MANY FILES, MANY HOSTS'
cp word.wav three.wav
run 0 sh recipe
recipe 'MANY FILES, MANY HOSTS' 2
run 0 sh recipe
is 'what became of them' "$(cat out | tr -d ' \n')" '{"ok":1}'
tap_done
