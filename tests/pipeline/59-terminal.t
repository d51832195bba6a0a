#!/bin/sh
# What a person sees: a talk with meter, push to talk, captions and a question,
# and a typed one, on terminals of 80 and 40 columns and on one that is made
# narrower, as tmux shows them.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"
. "$TOP/tests/screen.sh"
screens "what a person sees" || { tap_done; exit; }

python3 -c 'import array, sys
array.array("h", [8000, -8000] * 800000).tofile(sys.stdout.buffer)' >tone.raw
device tone "in $TMP/tone.raw"
mkdir tools
printf '#!/bin/sh\necho done\n' >tools/reboot
chmod +x tools/reboot
echo '{"description": "x"}' >tools/reboot.json
echo '{"on":"turn","nth":1,"do":"call","calls":[{"name":"reboot","args":{"host":"db1","force":true}}]}' >rules
cat >talk.sh <<'E2'
trap : INT
gl-mic -B 2s -V --ptt -D tone | {
	until [ -e go ]; do sleep 0.01; done
	exec gl-session --vad manual -T tools --tool-args '--confirm reboot'
} | gl-play -n
exec sleep 100
E2

talk() {
	emulator -s rules --speed 20
	screen "$columns" talk.sh
	wait_for "gl-mic" sh -c "tmux -S '$TMP/tmux' capture-pane -p |
	    grep -q done"
	: >go
}

columns=80
talk
sees 'connected, and the level' <<'E2'
gl-mic: press space to talk, and again when done
gl-session: connected to gemini-3.8-live; Ctrl-C ends it
[###############################|        ]  -12 dB
E2
keys -l ' '
sees 'push to talk records' <<'E2'
gl-mic: press space to talk, and again when done
gl-session: connected to gemini-3.8-live; Ctrl-C ends it
recording N s [##########################|       ]  -12 dB
E2
keys -l ' '
sees 'a question, and no meter over it' <<'E2'
gl-mic: press space to talk, and again when done
gl-session: connected to gemini-3.8-live; Ctrl-C ends it
user: [N s of speech]
[tool call: reboot {"host":"db1","force":true}]
gl-tool: reboot host="db1" force=true? [y/N]
E2
echoes
keys y Enter
sees 'its answer; then the level again' <<'E2'
gl-mic: press space to talk, and again when done
gl-session: connected to gemini-3.8-live; Ctrl-C ends it
user: [N s of speech]
[tool call: reboot {"host":"db1","force":true}]
gl-tool: reboot host="db1" force=true? [y/N] y
model: {"result":"done"}
[###############################|        ]  -12 dB
E2
keys C-c
settled() { now; sed -i '/tokens/!d' seen; cmp -s seen wanted; }
sees 'Ctrl-C: the end' <<'E2'
gl-session: N s, N turns, N tokens, answers after N ms (median)
E2
settled() { now; cmp -s seen wanted; }
screen_end
kill "$emu_pid"; rm go

columns=40
talk
sees 'connected, and the level' <<'E2'
gl-mic: press space to talk, and again
  when done
gl-session: connected to
  gemini-3.8-live; Ctrl-C ends it
[#######|  ]  -12 dB
E2
keys -l ' '
sees 'push to talk records' <<'E2'
gl-mic: press space to talk, and again
  when done
gl-session: connected to
  gemini-3.8-live; Ctrl-C ends it
recording N s [##| ]  -12 dB
E2
keys -l ' '
sees 'a question' <<'E2'
gl-mic: press space to talk, and again
  when done
gl-session: connected to
  gemini-3.8-live; Ctrl-C ends it
user: [N s of speech]
[tool call: reboot
  {"host":"db1","force":true}]
gl-tool: reboot host="db1" force=true?
  [y/N]
E2
echoes
keys n Enter
sees 'its answer' <<'E2'
gl-mic: press space to talk, and again
  when done
gl-session: connected to
  gemini-3.8-live; Ctrl-C ends it
user: [N s of speech]
[tool call: reboot
  {"host":"db1","force":true}]
gl-tool: reboot host="db1" force=true?
  [y/N] n
model: {"error":"the user does not
  allow this call"}
[#######|  ]  -12 dB
E2
keys C-c
screen_end
kill "$emu_pid"; rm go

# a typed talk, in a window that is made narrower
emulator --speed 20
printf '%s\n' "gl-session -t" 'exec sleep 100' >type.sh
columns=80
screen 80 type.sh
sees 'the prompt' <<'E2'
gl-session: connected to gemini-3.8-live; Ctrl-D ends it
>
E2
keys 'the quick brown fox jumps over the lazy dog, and then it goes home' Enter
sees 'an answer in one row, and the prompt' <<'E2'
gl-session: connected to gemini-3.8-live; Ctrl-D ends it
> the quick brown fox jumps over the lazy dog, and then it goes home
  the quick brown fox jumps over the lazy dog, and then it goes home
>
E2
tmux -S "$TMP/tmux" resize-window -x 40 -y 24
columns='from 80 to 40'
keys 'two dogs and a quick fox' Enter
second() { now; [ "$(tail -2 seen)" = "  two dogs and a quick fox
>" ]; }
wait_for "the second answer, and the prompt" second
keys 'it sleeps in the shade of old trees now' Enter
settled() { now; sed -i -n '/^> it/,$p' seen; cmp -s seen wanted; }
sees 'the next answer is broken between words' <<'E2'
> it sleeps in the shade of old trees no
w
  it sleeps in the shade of old trees
  now
>
E2
keys C-d
sees 'Ctrl-D: the end' <<'E2'
> it sleeps in the shade of old trees no
w
  it sleeps in the shade of old trees
  now
>
gl-session: N s, N turns, N tokens,
  answers after N ms (median)
E2
screen_end
tap_done
