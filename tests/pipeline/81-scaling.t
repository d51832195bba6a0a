#!/bin/sh
# gl-frames beside ffmpeg: the same picture in every layout, scaled by both,
# compared by SSIM.
. "$(dirname "$0")/../tap.sh"

# measure FILE W H: SSIM and PSNR of out.jpg to ffmpeg's own scaling of FILE
# (averaging over areas, 4:2:0, whole range).
measure() {
	ffmpeg -hide_banner -nostats -i "$1" -f mjpeg -i out.jpg -frames:v 1 \
	    -lavfi "[0:v]scale=$2:$3:flags=area+accurate_rnd+full_chroma_int,
	    format=yuvj420p,split[a][b];[1:v]format=yuvj420p,split[c][d];
	    [a][c]ssim;[b][d]psnr" -f null - 2>&1 |
	    sed -n 's/.*SSIM.*All:\([0-9.]*\).*/ssim=\1/p
		s/.*PSNR.*average:\([0-9.inf]*\).*/psnr=\1/p'
}
# alike WHAT FILE W H SSIM [PSNR]: at least these.  ffmpeg dithers what has more
# than 8 bits, which tells on SSIM where a picture is flat.
alike() {
	ssim=0 psnr=0
	eval "$(measure "$2" "$3" "$4")"
	ok "$1: SSIM $ssim, at least $5; PSNR $psnr, at least ${6:-35}" awk \
	    "BEGIN { exit !($ssim >= $5 && (\"$psnr\" == \"inf\" ||
	    \"$psnr\" + 0 >= ${6:-35})) }"
}
picture() { # SIZE PIXFMT FILE [OPTIONS]: one picture, odd sizes as told
	size=$1 fmt=$2 file=$3; shift 3
	ffmpeg -v error -y -f lavfi -i testsrc2=size=640x360:rate=1 \
	    -frames:v 1 -vf "scale=$size:flags=bicubic" -pix_fmt "$fmt" \
	    -strict -1 "$@" "$file"
}

for fmt in yuv420p yuv422p yuv444p yuv411p gray gray10 gray16 yuv420p9 \
    yuv422p10 yuv444p12 yuv422p14 yuv420p16 yuva444p yuvj420p yuvj444p; do
	# odd sides of more than 8 bits ffmpeg 5 writes with rows too short
	case $fmt in
	*9 | *10 | *12 | *14 | *16) picture 962:542 $fmt in.y4m; least=0.96 ;;
	*) picture 961:541 $fmt in.y4m; least=0.995 ;;
	esac
	gl-frames -q --quality 100 -f mjpeg in.y4m >out.jpg
	alike "Y4M $fmt" in.y4m 768 432 $least 45
done

for size in 1920:1080 1366:768 1279:719 3001:129; do
	picture $size yuv444p in.y4m
	gl-frames -q --quality 100 -f mjpeg in.y4m >out.jpg
	wh=$(ffprobe -v error -show_entries stream=width,height -of csv=p=0 \
	    out.jpg)
	[ $size = 3001:129 ] && is 'the shape is kept' "$wh" 768,33
	alike "size $size" in.y4m "${wh%,*}" "${wh#*,}" 0.995
done
for size in 1:1 2:2 3:1 1:5000; do
	picture $size yuv420p in.y4m
	run 0 gl-frames in.y4m
	like "size $size" out '"type":"image"'
done

{ printf 'YUV4MPEG2 W1 H65535 Cmono\nFRAME\n'; head -c 65535 /dev/zero; } >in.y4m
run 0 gl-frames in.y4m
like 'the tallest one' out '"width":1,"height":768'

for fmt in rgb24 gray gray16be rgb48be; do
	case $fmt in gray*) name=in.pgm ;; *) name=in.ppm ;; esac
	picture 961:541 $fmt $name
	gl-frames -q --quality 100 -f mjpeg $name >out.jpg
	alike "PNM $fmt" $name 768 432 0.96 35
done
picture 961:541 rgba in.pam
gl-frames -q --quality 100 -f mjpeg in.pam >out.jpg
alike 'PAM rgba' in.pam 768 432 0.96 35

for fmt in rgb24 rgba rgb48be gray gray16be pal8 monob; do
	picture 961:541 $fmt in.png
	gl-frames -q --quality 100 -f mjpeg in.png >out.jpg
	alike "PNG $fmt" in.png 768 432 0.96 33
done
ffmpeg -v error -y -f lavfi -i color=red@0.0:size=64x64:rate=1,format=rgba \
    -frames:v 1 in.png
gl-frames -q --quality 100 --re-encode -f mjpeg in.png | ffmpeg -v error -y \
    -f mjpeg -i - -f rawvideo -pix_fmt rgb24 out.rgb
is 'PNG: what is transparent lies on white' "$(od -An -tu1 -N3 out.rgb)" \
    ' 255 255 255'

for fmt in yuvj420p yuvj422p yuvj444p gray; do
	picture 1921:1081 $fmt in.jpg -q:v 1
	gl-frames -q --quality 100 -f mjpeg in.jpg >out.jpg
	alike "JPEG $fmt" in.jpg 768 432 0.97
	gl-frames -q --quality 100 --size 230x230 -f mjpeg in.jpg >out.jpg
	alike "JPEG $fmt, reduced while decoding" in.jpg 230 129 0.97 33
done

for fmt in yuv420p yuv422p yuv444p nv12 nv21 yuyv422 uyvy422 gray rgb24 bgr24 \
    rgba bgra rgb0 bgr0 argb abgr 0rgb 0bgr rgb565le yvyu422 yuv410p yuv411p \
    yuv440p; do
	picture 960:540 $fmt in.raw -f rawvideo
	gl-frames -q --quality 100 --raw $fmt,960x540 -f mjpeg in.raw >out.jpg
	picture 960:540 $fmt in.nut -c:v rawvideo -f nut
	alike "raw $fmt" in.nut 768 432 0.98
done

# ffmpeg 5 writes no NV16
picture 960:540 yuv422p in.raw -f rawvideo
picture 960:540 yuv422p in.nut -c:v rawvideo -f nut
for order in 'nv16 u v' 'nv61 v u'; do
	set -- $order
	python3 -c '
d, n = open("in.raw", "rb").read(), 960 * 540
p = {"u": d[n:n + n // 2], "v": d[n + n // 2:]}
c = bytearray(n)
c[0::2], c[1::2] = p["'$2'"], p["'$3'"]
open("semi.raw", "wb").write(d[:n] + c)'
	gl-frames -q --quality 100 --raw $1,960x540 -f mjpeg semi.raw >out.jpg
	alike "raw $1" in.nut 768 432 0.98
done

# what is black is black, what is white is white, in either range
for r in tv pc; do
	for c in black:0 white:255; do
		ffmpeg -v error -y -f lavfi -i "color=${c%:*}:size=64x64:rate=1" \
		    -frames:v 1 -vf scale=out_range=$r -pix_fmt yuv420p \
		    -color_range $r -f yuv4mpegpipe in.y4m
		gl-frames -q --quality 100 -f mjpeg in.y4m |
		    ffmpeg -v error -y -f mjpeg -i - -f rawvideo -pix_fmt gray \
		    out.gray
		is "${c%:*} of range $r" "$(od -An -tu1 -N1 out.gray |
		    tr -d ' ')" "${c#*:}"
	done
done

# one field of two: no combs
ffmpeg -v error -y -f lavfi -i testsrc=size=1440x1080:rate=50:duration=1 \
    -vf 'tinterlace=interleave_top,setfield=tff' -pix_fmt yuv420p \
    -flags +ildct+ilme -frames:v 1 -f yuv4mpegpipe in.y4m
head -1 in.y4m >first
like 'interlaced is told' first ' It '
run 0 gl-frames --size 540x540 in.y4m
like 'interlaced is used' out '"width":540,"height":405'
{ printf 'YUV4MPEG2 W8192 H4 It C410\nFRAME\n'; head -c 40960 /dev/zero; } >low.y4m
run 0 gl-frames low.y4m
like 'interlaced, with one line of chroma' out '"width":768,'
sed '1s/ A[0-9:]*/ A4:3/' in.y4m >wide.y4m
run 0 gl-frames wide.y4m
like 'pixels are made square' out '"width":768,"height":432'
tap_done
