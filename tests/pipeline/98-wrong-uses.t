# What a new user does wrong: each use gets one sentence with its remedy, and
# the exit code of its kind.
. "$(dirname "$0")/../tap.sh"

# wrong CODE SENTENCE COMMAND: a shell command, with nothing on standard input
# unless it says otherwise; the sentence is an extended regex of one line.
wrong() {
	timeout 20 sh -c "$3" </dev/null >out 2>err
	got=$?
	[ "$got" = "$1" ] && grep -qaE -e "$2" err
	ok "$1: $3" [ $? -eq 0 ]
	[ "$got" = "$1" ] || echo "# exit $got"
	grep -qaE -e "$2" err || { echo "# no: $2"; cut -c 1-300 err |
	    head -5 | sed 's/^/# /'; }
}
cp "$TOP/examples/question.wav" .
mkdir tools; cp /bin/cat tools/echo; echo '{"description":"x"}' >tools/echo.json

# a forgotten mkfifo
wrong 66 'lx: there is no such FIFO: mkfifo lx$' \
    'cat /dev/null | gl-tool -d tools -o lx'
ok "and no file was made" [ ! -e lx ]
: >empty; echo '{"type":"text","text":"x"}' >full
for at in empty full; do
	wrong 66 "$at: an?( empty)? regular file, not a FIFO: rm $at; mkfifo $at\$" \
	    "cat /dev/null | gl-tool -d tools -o $at"
done
wrong 66 'lx: No such file or directory \(mkfifo lx, if' 'gl-session -i lx'
wrong 66 'empty: an empty regular file, not a FIFO: rm empty; mkfifo empty$' \
    'gl-session -i empty'
for o in --ptt-from --half-duplex --aec; do
	wrong 66 'lx: there is no such FIFO: mkfifo lx$' \
	    "gl-mic $o lx question.wav | cat; exit 66"
	wrong 66 'empty: an empty regular file' "gl-mic $o empty question.wav >x"
done
wrong 66 'lx: there is no such FIFO: mkfifo lx$' \
    'gl-frames --watch lx --on-speech x.jpg'

tap_done
