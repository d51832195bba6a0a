# The emulator's examples: a bad day, and a brain made of shell tools.
. "$(dirname "$0")/../tap.sh"
EX=$TOP/examples

run 0 sh "$EX/bad-day.sh"
is "every question has its answer, in order" "$(sed -n 's/^model: //p' out |
    tr '\n' ' ')" "one two three four five "
ok "though the day was bad" [ "$(grep -c '^\[reconnecting' out)" -ge 3 ]

if command -v flite >/dev/null; then
	emulator -b "$EX/brain.sh" --burst 100 --speed 20
	echo 'Good morning, how are you today?' |
	    timeout 30 gl-session -t -f stream >answer.gl
	is "the brain's words" "$(gl-conv -t text --model answer.gl)" \
	    "Good morning, how are you today?"
	gl-conv -t wav -o answer.wav answer.gl
	flite -voice slt -t 'Good morning, how are you today?' -o wanted.wav
	sox -D wanted.wav -t raw -r 24000 -c 1 -b 16 -e signed wanted.raw
	sox -D answer.wav -t raw answer.raw
	same "and its speech, sample by sample" answer.raw wanted.raw
	timeout 30 gl-session <"$EX/question.wav" >answer.gl
	like "speech is answered too" answer.gl 'I have heard you'
	kill "$emu_pid"
else
	skip "the brain" "no flite"
fi
tap_done
