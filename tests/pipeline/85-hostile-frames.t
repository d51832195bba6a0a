#!/bin/sh
# gl-frames and pictures that are damaged, gigantic or a lie: a sentence, the
# next good one goes out, memory stays under its bound.
. "$(dirname "$0")/../tap.sh"

# GNU time is not everywhere: the kernel's own figure of the greatest use
peak() { # MIB COMMAND...: within so much memory
	mib=$1; shift
	case $B in
	*san*) "$@" ;;		# a sanitizer wants terabytes of addresses
	*) sh -c 'ulimit -v "$1"; shift; exec "$@"' sh $((mib * 1024)) "$@" ;;
	esac
}
images() { grep -ca '"type":"image"' out; }
ffmpeg -v error -y -f lavfi -i testsrc2=size=320x240:rate=1 -frames:v 1 good.jpg
ffmpeg -v error -y -f lavfi -i testsrc2=size=320x240:rate=1 -frames:v 1 good.ppm
ffmpeg -v error -y -f lavfi -i testsrc2=size=320x240:rate=1 -frames:v 1 good.png
size=$(wc -c <good.jpg)

# gigantic sizes in headers
for head in 'YUV4MPEG2 W4294967295 H4294967295 F25:1 C420\nFRAME\nabc' \
    'YUV4MPEG2 W65535 H65535 F25:1 C444p16\nFRAME\nabc' \
    'P6\n4294967296 4294967296\n255\nabc' 'P6\n65535 65535\n65535\nabc'; do
	printf "$head" >in
	peak 300 timeout 20 gl-frames in >out 2>err
	is "exit 65: $(printf '%s' "$head" | cut -c1-40)" $? 65
	is 'one sentence or two' "$(awk 'END { print (NR > 0 && NR < 3) }' err)" 1
done
# one picture in three years, and the opposite
for rate in 1:100000000 100000000:1; do
	{ printf 'YUV4MPEG2 W4 H4 F%s C420\n' $rate
	printf 'FRAME\n123456789012345678901234FRAME\n123456789012345678901234'; } >in
	timeout 20 gl-frames --pace fast --fps 60 in >out 2>err
	is "F$rate: done soon" $? 0
done
# 70 MB of a PPM that tells so, then a good one
{ printf 'P6\n7000 3334\n255\n'; head -c 70014000 /dev/zero; cat good.ppm
} >in
peak 300 timeout 20 gl-frames in >out 2>err
is 'over 64 MiB: the next good one' "$(images)" 1
like 'a sentence' err 'picture 1: over 64 MiB, left out'
# a JPEG without an end
{ head -c $((size / 2)) good.jpg; head -c 70000000 /dev/zero; cat good.jpg; } >in
peak 400 timeout 20 gl-frames in >out 2>err
is 'a JPEG without an end: the next good one' "$(images)" 1

# a JPEG of 65500 x 65500: refused before anything is allocated
LC_ALL=C sed 's/\xff\xc0\x00\x11\x08\x00\xf0\x01\x40/\xff\xc0\x00\x11\x08\xff\xdc\xff\xdc/' \
    good.jpg >huge.jpg
ok 'such a JPEG was made' sh -c '! cmp -s good.jpg huge.jpg'
cat huge.jpg good.jpg >in
peak 300 timeout 20 gl-frames in >out 2>err
is 'gigantic JPEG: the next good one' "$(images)" 1
like 'a sentence' err '65500x65500 is too large'

# a PNG that tells 2147483647 x 2147483647, and one of 100000 x 100
for wh in 7fffffff7fffffff 000186a000000064; do
	python3 - $wh <<'EOF'
import sys, zlib
d = bytearray(open("good.png", "rb").read())
d[16:24] = bytes.fromhex(sys.argv[1])
d[29:33] = zlib.crc32(d[12:29]).to_bytes(4, "big")
open("huge.png", "wb").write(d)
EOF
	cat huge.png good.jpg >in
	peak 300 timeout 20 gl-frames in >out 2>err
	is "PNG $wh: the next good one" "$(images)" 1
	like 'a sentence' err 'picture left out: PNG: .*too large'
done
head -c 5000 good.png >cut.png
run 65 gl-frames cut.png
like 'a PNG that ends too early' err 'the input ends in the middle'

# raw video that nothing tells of, before a picture
{ head -c 3000000 /dev/zero; cat good.jpg; } >in
timeout 20 gl-frames in >out 2>err
is 'after 3 MB of something else: the next good one' "$(images)" 1
like 'it is told, with a remedy' err 'no picture in the first MiB \(--raw tells'
head -c 3000000 /dev/zero >in
run 65 gl-frames in
is 'a file without any: once each' "$(cut -d: -f3- err)" \
    " no picture in the first MiB (--raw tells of raw video)
 no picture in it could be used"

# garbage between, cut short, in the middle
{ echo garbage; cat good.jpg; head -c 5000 /dev/zero; cat good.jpg
head -c 1000 good.jpg; cat good.jpg; } >in
timeout 20 gl-frames --fps 50 --idle-fps 50 in >out 2>err
is 'exit 0 with damage in between' $? 0
is 'all three good ones' "$(images)" 3

# cut at many places, and flipped at random: never a crash, never silence
i=0 bad=0 said=0 used=0 marked=0
while [ $i -lt 60 ]; do
	i=$((i + 1))
	head -c $((size * i / 61)) good.jpg >cut.jpg
	timeout 20 gl-frames cut.jpg >out 2>err
	case $? in 65) [ ! -s err ] || said=$((said + 1)) ;; *) bad=$((bad + 1)) ;; esac
	used=$((used + $(images)))
	! grep -q 'used as it is' err || marked=$((marked + 1))
done
is 'cut at 60 places: exit 65' $bad 0
is 'and a sentence each' $said 60
is 'what is used is said to be cut' $used $marked
ok 'where more than a quarter is there, it is used' [ $used -ge 40 ]
cat >flip.awk <<'EOF'
BEGIN { srand(seed); for (k = 0; k < n; k++) print int(rand() * size) }
EOF
i=0 bad=0
while [ $i -lt 40 ]; do
	i=$((i + 1))
	for f in good.jpg good.ppm good.png; do
		cp $f flip.bin
		awk -v seed=$i -v n=$((i % 7 + 1)) -v size="$(wc -c <$f)" \
		    -f flip.awk | while read -r at; do
			printf "\\$(printf %o $((at % 256)))" |
			    dd of=flip.bin bs=1 seek="$at" conv=notrunc 2>/dev/null
		done
		cat $f >>flip.bin
		timeout 20 gl-frames --fps 50 flip.bin >out 2>err
		case $? in 0 | 65) ;; *) bad=$((bad + 1)); cat err ;; esac
	done
done
is 'flipped at random: no crash' $bad 0

# a picture of twelve bits a sample cannot be decoded here; the next ones can
python3 -c '
import sys
d = bytearray(open("good.jpg", "rb").read())
at = d.index(b"\xff\xc0")
d[at + 4] = 12
sys.stdout.buffer.write(bytes(d))' >deep.jpg
cat deep.jpg good.jpg good.jpg | gl-frames -i - -f mjpeg --pace fast -v >out 2>err
like 'twelve bits: said' err 'left out: JPEG: of more than 8 bits'
ok 'the pictures behind it go out' test -s out

# what decodes but cannot be used: named, and exit 65, also where warnings are
# not wanted
for o in '--crop 9x9+320+0' '--max-bytes 1000'; do
	run 65 gl-frames $o good.jpg
	is "$o: why, and that nothing is left" "$(grep -c '^gl-frames: good.jpg: ' err)" 2
	run 65 gl-frames -q $o good.jpg
	like 'with -q one sentence' err '^gl-frames: good.jpg: no picture in it could be used$'
done
run 65 gl-frames cut.jpg
is 'a cut picture is told once' "$(grep -c . err)" 1
cat good.jpg cut.jpg >film.mjpeg
run 65 gl-frames film.mjpeg
like 'a film that ends inside a picture' err '^gl-frames: film.mjpeg: picture left out: JPEG: '

# files of other kinds are called by their names
other() { # NAME BYTES
	printf "$2" >other; head -c 100 /dev/zero >>other
	run 65 ${few:+env PATH=/nowhere} "$B/gl-frames" other
	like "$1 is named, with a remedy" err "^gl-frames: other: $1$3"
}
# nothing is in PATH that could decode them
few=1
other GIF 'GIF89a' ': name it .*ffmpeg installed'
other WebP 'RIFF\1\0\0\0WEBPVP8 ' ': name it .*package webp'
other TIFF 'II*\0' ': name it .*ffmpeg'
other BMP 'BM' ': name it .*ffmpeg'
other HEIC '\0\0\0\030ftypheic' ': name it .*package libheif-examples'
few=
other 'an MP4 file' '\0\0\0\030ftypisom' ', which is not read; ffmpeg'
other 'a Matroska or WebM file' '\032\105\337\243' ', which is not read; ffmpeg'
echo '{"type":"text","text":"x"}' | gl-frames >out 2>err
is 'a stream without -i' $? 65
like 'it tells of -i' err 'standard input: a stream, not pictures; -i, -D or'
: >empty
run 65 gl-frames empty
is 'an empty file' "$(cat err)" 'gl-frames: empty: no picture in it'

# a command that floods, hangs, fails
gl-frames --exec 'cat /dev/zero' -n 1 -f mjpeg >out 2>err &
p=$!; tap_pids="$tap_pids $p"
flooded() { grep -q 'more than 64 MiB' err; }
wait_for 'a flood is told' flooded
kill $p; wait $p
is 'ended by a signal' $? 143
gl-frames --exec 'sleep 1000' --timeout 100ms -f mjpeg >out 2>err2 &
p=$!; tap_pids="$tap_pids $p"
late() { grep -q 'took too long' err2; }
wait_for 'a command that hangs is told' late
kill $p; wait $p
# one that fails is run no more often than one that does not
printf 'echo >>runs\nexit 1\n' >fail.sh
gl-frames --exec 'sh fail.sh' --fps 2 -f mjpeg >out 2>err3 &
p=$!; tap_pids="$tap_pids $p"
began=$(date +%s%N)
four() { [ -e runs ] && [ "$(wc -l <runs)" -ge 4 ]; }
wait_for 'four runs' four
ms=$((($(date +%s%N) - began) / 1000000))
ok "which takes a second and a half: $ms ms" [ $ms -ge 1300 ]
kill $p; wait $p
echo '{"no type":1}' | gl-frames -i good.jpg >out 2>err
is 'a stream that is none' $? 65
tap_done
