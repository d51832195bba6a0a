#!/bin/sh
# A disk that fills up and kill -9 at any instant, for every program that writes
# a file: it is said by name, the exit code is 74, and what is left can be read
# to where it goes, or is not there.
if [ -z "${GL_OWN_MOUNTS-}" ]; then
	for how in -m -rm; do
		unshare $how sh -c 'mount -t tmpfs -o size=64k none /mnt' \
		    2>/dev/null || continue
		# shellcheck disable=SC2093 # nothing behind it is run
		GL_OWN_MOUNTS=1 exec unshare $how sh "$0"
	done
fi
. "$(dirname "$0")/../tap.sh"

sox -n -r 24000 -c 1 -b 16 big.wav synth 3 sine 440 gain -9
{
	echo '{"gl":1,"type":"start","program":"gl-session"}'
	for k in 0 1 2; do
		echo '{"type":"audio","rate":24000,"turn":1,"bytes":48000}'
		tail -c +$((45 + k * 48000)) big.wav | head -c 48000
	done
	echo '{"type":"turn_complete","turn":1}'
	echo '{"type":"end","reason":"done"}'
} >talk.gl
printf 'hello\nhow are you\nand now\n' >words
cjpeg -quality 90 >photo.jpg <<P
P3 2 2 255 255 0 0 0 255 0 0 0 255 9 9 9
P
emulator

# a limit to the size of a file is said as well, and kills nobody
limited() { # FILE COMMAND...
	file=$1; shift
	# shellcheck disable=SC2016 # the inner shell expands it
	run 74 sh -c 'ulimit -f 40 && exec "$@"' sh "$@"
	like "$1: a file may not grow further" err "$file: File too large"
}
limited lim.wav gl-conv -t wav -o lim.wav talk.gl
run 0 sox lim.wav -n stat
is 'its header says how much there is' "$(grep -c WARN err)" 0
limited heard.wav gl-play -n --record heard.wav talk.gl
limited lim.gl gl-session --record lim.gl big.wav

# whoever talks hears of it at once, not after the call
mkfifo call
rm -f lim.gl
# shellcheck disable=SC2016 # the inner shell expands it
bg sh -c 'ulimit -f 40 && exec "$@"' sh gl-session -f text --record lim.gl \
    call >call.out 2>said
exec 4>call
{
	printf '{"type":"audio","bytes":%d}\n' 96000
	head -c 96044 big.wav | tail -c 96000
} >&4
wait_for 'a recording that ends says so during the call' \
    grep -q 'lim.gl: File too large; nothing more is recorded' said
run 0 kill -0 "$bg_pid"
exec 4>&-
wait "$bg_pid"
is 'and at the end' $? 74
is 'once' "$(grep -c 'File too large' said)" 1

if [ -n "${GL_OWN_MOUNTS-}" ]; then
mkdir disk
new_disk() {
	umount disk 2>/dev/null
	mount -t tmpfs -o size=64k none disk
}
full='No space left on device'

for form in "-o disk/a.wav" ">disk/a.wav"; do
	new_disk
	run 74 sh -c "gl-conv -t wav $form talk.gl"
	like "gl-conv $form: said" err "$full"
	run 0 sox disk/a.wav -n stat
	is "$form: a header that says how much there is" \
	    "$(grep -c WARN err)" 0
done
new_disk
run 74 gl-play -n --record disk/p.wav talk.gl
like 'gl-play: said' err "disk/p.wav: $full"
run 0 sox disk/p.wav -n stat
is 'gl-play: a header that says how much there is' "$(grep -c WARN err)" 0
is 'all of it' "$(sox --i -s disk/p.wav)" $((($(wc -c <disk/p.wav) - 44) / 2))

new_disk
run 74 gl-session -o disk/x.gl big.wav
like 'gl-session -o: said' err "disk/x.gl: $full"
is 'gl-session -o: nothing is left' "$(ls disk)" ''
run 74 gl-session -o disk/x.gl --keep-partial big.wav
like 'gl-session --keep-partial: said' err "disk/x.gl: $full"
run 65 gl-conv -t text disk/x.gl.part
like 'and can be read up to there' err 'what came before it is used'
new_disk
run 74 gl-session --record disk/r big.wav
like 'gl-session --record: said' err "disk/r: $full"
run 65 gl-conv -t text disk/r
like 'and can be read up to there' err 'what came before it is used'

# a state is the old one or the new one
new_disk
run 0 gl-session -t --state disk/st -f text words
cp disk/st before
dd if=/dev/zero of=disk/rest bs=1k count=70 2>/dev/null
run 74 gl-session -t --state disk/st -f text words
like 'gl-session --state: said' err "the state cannot be written: $full"
run 0 cmp disk/st before
for o in --report --trace --record; do
	run 74 gl-session -t "$o" disk/new -f text words
	like "gl-session $o: said" err "disk/new: $full"
done
run 74 gl-frames --echo disk photo.jpg
like 'gl-frames --echo: said' err "disk/.*jpg: $full"
run 74 gl-play -n -o disk/o talk.gl
like 'gl-play -o: said' err "disk/o: $full"
umount disk
else
	skip 'a disk that is full' 'no file system can be mounted here'
fi

# 12 instants each; what is read back is complete by its own words
killed() {
	name=$1 top=$2 look=$3
	shift 3
	broken=
	for at in $(awk -v top="$top" 'BEGIN { srand(15)
	    for (k = 0; k < 12; k++) printf "%.3f\n", rand() * top }'); do
		rm -f left left.*
		"$@" <words >/dev/null 2>&1 &
		p=$!
		sleep "$at"
		kill -9 $p 2>/dev/null
		{ wait $p; } 2>/dev/null
		[ ! -s left ] || $look left >look 2>&1 || broken="$broken $at"
	done
	is "$name: killed at any instant" "$broken" ''
}
sound() {
	sox "$1" -n stat 2>&1 | awk '/WARN|FAIL/ { bad = 1 } END { exit bad }'
}
records() {
	gl-conv -t text "$1" || grep -q 'what came before it is used' look
}
killed 'gl-conv -o' 0.05 sound gl-conv -t wav -o left talk.gl
killed 'gl-play --record' 0.5 sound gl-play -n -p --record left talk.gl
killed 'gl-session -o' 0.5 records gl-session -t -o left
killed 'gl-session --record' 0.5 records gl-session -t --record left
killed 'gl-session --state' 0.5 'jq -e .' gl-session -t --state left
tap_done
