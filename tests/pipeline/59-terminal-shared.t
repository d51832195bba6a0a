#!/bin/sh
# What stays readable on a terminal that several share: a shell that stops the
# meter, a window that is made narrower under it, and a question while the model
# goes on to speak.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"
. "$TOP/tests/screen.sh"
screens "a shared terminal" || { tap_done; exit; }

python3 -c 'import array, sys
array.array("h", [8000, -8000] * 800000).tofile(sys.stdout.buffer)' >tone.raw
device tone "in $TMP/tone.raw"

# a shell with job control: ^Z, then fg; how it reports a job is its own
printf '#!/bin/sh\nexec gl-mic -q -B 2s -V $option -D tone >/dev/null\n' >meter
chmod +x meter
cat >stop.sh <<'E2'
set -m
echo above
option=$1; export option
./meter
echo "stopped ($?)"
read -r x
fg >/dev/null
exec sleep 100
E2
settled() { now; sed -i '/^\[1\]/d' seen; cmp -s seen wanted; }
for columns in 80 40; do
	[ "$columns" = 80 ] && bar='[###############################|        ]' ||
	    bar='[#######|  ]'
	for option in '' --ptt; do
		screen "$columns" "stop.sh $option"
		sees "the meter $option" <<E2
above
$bar  -12 dB
E2
		keys C-z
		sees 'its row is gone when it is stopped' <<'E2'
above
stopped (148)
E2
		keys Enter
		sees 'and is drawn again when it goes on' <<E2
above
stopped (148)

$bar  -12 dB
E2
		keys C-c
		sees 'nothing stays behind, no ^C either' <<'E2'
above
stopped (148)
E2
		screen_end
	done
done

# where no shell is there to go on with it, ^Z does nothing
screen 80 meter
columns=80
settled() { now; cmp -s seen wanted; }
sees 'the meter without a shell' <<'E2'
[###############################|        ]  -12 dB
E2
keys C-z
keys C-c
# tmux does not always learn of the end: the process itself is looked at
ended() { ! grep -q '^State:[[:space:]]*[^[:space:]Z]' "/proc/$1/status"; }
pane=$(tmux -S "$TMP/tmux" display -p '#{pane_pid}')
wait_for "its end" ended "$pane"
ok '80 columns: ^Z does not stop it for ever' ended "$pane"
screen_end

# a full window that is made narrower, twice, and wider: the terminal breaks the
# row
printf 'seq 30\nexec ./meter\n' >narrow.sh
screen 80 narrow.sh
settled() { now; tail -3 seen >tail; mv tail seen; cmp -s seen wanted; }
sees 'the meter' <<'E2'
29
30
[###############################|        ]  -12 dB
E2
for columns in 40 20 80; do
	case $columns in
	40) bar='[#######|  ]  -12 dB' ;;
	20) bar='[##| ]  -12 dB' ;;
	80) bar='[###############################|        ]  -12 dB' ;;
	esac
	tmux -S "$TMP/tmux" resize-window -x "$columns" -y 24
	sees 'the meter in a window of another width' <<E2
29
30
$bar
E2
done
screen_end

# the model speaks on while a question stands
settled() { now; cmp -s seen wanted; }
mkdir tools
printf '#!/bin/sh\ntouch ran\necho done\n' >tools/reboot
chmod +x tools/reboot
echo '{"description": "x"}' >tools/reboot.json
cat >brain <<'E2'
#!/bin/sh
words() { printf '{"type":"transcript","role":"model","text":"%s"}\n' "$1"; }
while IFS= read -r line; do
	case $line in
	*'"type":"text"'*)
		echo '{"type":"tool_call","name":"reboot","args":{"host":"db1"}}'
		until [ -e "$DIR/more" ]; do sleep 0.01; done
		words 'I would like to restart it now, if you are '
		words 'so kind as to allow it.' ;;
	*'"type":"tool_response"'*)
		words ' It is done.'; echo '{"type":"turn_complete"}' ;;
	esac
done
E2
chmod +x brain
DIR=$TMP; export DIR
cat >ask.sh <<'E2'
echo please | gl-session -t -T tools --tool-args '--confirm reboot' | gl-play -q -n
exec sleep 100
E2
for columns in 80 40; do
	[ "$columns" = 80 ] && {
	head='gl-session: connected to gemini-3.8-live; Ctrl-C ends it
[tool call: reboot {"host":"db1"}]'
	says='model: I would like to restart it now, if you are so kind as to allow it.'
	end='gl-session: N s, 1 turn, N tokens, answers after N ms (median)'
	} || {
	head='gl-session: connected to
  gemini-3.8-live; Ctrl-C ends it
[tool call: reboot {"host":"db1"}]'
	says='model: I would like to restart it now,
  if you are so kind as to allow it.'
	end='gl-session: N s, 1 turn, N tokens,
  answers after N ms (median)'
	}
	question='gl-tool: reboot host="db1"? [y/N]'
	emulator -b ./brain --speed 20
	screen "$columns" ask.sh
	sees 'the question' <<E2
$head
$question
E2
	: >more
	sees 'the question again, below the words' <<E2
$head
$question
$says
$question
E2
	keys y Enter
	sees 'the answer counts' <<E2
$head
$question
$says
$question y
model: It is done.
[end: finished]
$end
E2
	ok "the tool ran" [ -e ran ]
	rm -f more ran
	screen_end
	kill "$emu_pid"
done
tap_done
