# Records of any size go through every program that passes a stream on, also
# where a file brings many at once and the reader is slow.
. "$(dirname "$0")/../tap.sh"

record() { # TYPE BYTES
	printf '{"type":"%s","rate":16000,"bytes":%d}\n' "$1" "$2"
	head -c "$2" /dev/zero
}
{
	for i in 1 2 3; do record x_sound 67108864; done
	for i in 1 2 3 4 5 6 7 8 9 10; do record x_sound 6000000; done
	for i in 1 2 3 4 5; do record x_sound 100; done
} >large.gl
wanted=$(wc -c <large.gl) sum=$(cksum <large.gl)
# a reader that reads nothing at first
pause=0.5
slow() { read -r line; printf '%s\n' "$line"; sleep $pause; exec cat; }
printf 'P6\n16 16\n255\n' >p.ppm; head -c 768 /dev/zero >>p.ppm
mkdir tools

passes() { # WHAT COMMAND...: all of large.gl, behind start records of its own
	what=$1; shift
	{ timeout 60 "$@" <large.gl 2>err; echo $? >code; } | slow |
	    tail -c "$wanted" | cksum >got
	is "$what: exit" "$(cat code)" 0
	is "$what: every byte" "$(cat got)" "$sum"
}
passes gl-tool gl-tool -q -d tools
passes gl-play gl-play -q -n -p
passes gl-frames gl-frames -q -i p.ppm
# gl-session's own records stand before and after
emulator
{ timeout 60 gl-session <large.gl 2>err; echo $? >code; } | slow | grep -a -c x_sound >got
is "gl-session: exit" "$(cat code)" 0
is "gl-session: every record" "$(cat got)" 18
# a reader that takes longer than any limit of the writer's own
pause=3
{ record x_sound 30000000; record x_sound 100; } >large.gl
wanted=$(wc -c <large.gl) sum=$(cksum <large.gl)
passes "gl-play, long ended" gl-play -q -n -p
passes "gl-frames, long ended" gl-frames -q -i p.ppm
passes "gl-tool, long ended" gl-tool -q -d tools
{ timeout 60 gl-session <large.gl 2>err; echo $? >code; } | slow | grep -a -c x_sound >got
is "gl-session, long ended: every record" "$(cat got)" 2
tap_done
