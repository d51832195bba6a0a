#!/bin/sh
# The row of gl-frames: 1080p60 Y4M in, one picture a second out, CPU beside
# ffmpeg for the same job, by a pipe at full speed; the live job, at real time;
# and bytes of a picture at the SSIM that ffmpeg reaches.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
B=${B:-$top/build}
for p in ffmpeg ffprobe; do
	command -v $p >/dev/null || {
		echo "bench: no $p here: no row of gl-frames"; exit 0; }
done
tmp=$(mktemp -d "${TMPDIR:-/tmp}/gl-bench.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM HUP
cd "$tmp" || exit 1
sec=${GL_BENCH_QUICK:+1}; sec=${sec:-3}
ffmpeg -v error -f lavfi -i "testsrc2=size=1920x1080:rate=60:duration=$sec" \
    -pix_fmt yuv420p -f yuv4mpegpipe film.y4m || exit 1

# cpu COMMAND: user and system seconds of it, standard input given
cpu() {
	sh -c "$1 >/dev/null 2>&1; times" | awk 'NR == 2 {
		split($1, u, "[ms]"); split($2, s, "[ms]")
		print u[1] * 60 + u[2] + s[1] * 60 + s[2] }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
scale='fps=1,scale=768:432'
ours="$B/gl-frames -q --pace fast -f mjpeg"
theirs="ffmpeg -v error -f yuv4mpegpipe -i - -vf $scale -q:v 3 -f mjpeg -"
for i in 1 2 3 4 5; do
	cpu "$ours" <film.y4m >>file.ours
	cpu "$theirs" <film.y4m >>file.theirs
	# shellcheck disable=SC2002
	cat film.y4m | cpu "$ours" >>pipe.ours
	# shellcheck disable=SC2002
	cat film.y4m | cpu "$theirs" >>pipe.theirs
done
row() { # TEXT OURS THEIRS
	awk -v t="$1" -v o="$2" -v f="$3" 'BEGIN {
		printf "%-52s %9s %9s %8.2f x\n", t, o, f, (f > 0 ? o / f : 0) }'
}
printf '%-52s %9s %9s %10s\n' "gl-frames, $sec s of 1080p60 Y4M" ours ffmpeg \
    'to ffmpeg'
row 'from a file, CPU s' "$(median <file.ours)" "$(median <file.theirs)"
row 'by a pipe, CPU s' "$(median <pipe.ours)" "$(median <pipe.theirs)"

# at real time: the whole 60 frames a second go through the pipe
live() { # COMMAND
	ffmpeg -v error -re -i film.y4m -pix_fmt yuv420p \
	    -f yuv4mpegpipe - 2>/dev/null | cpu "$1"
}
row "by a pipe at real time ($sec s), CPU s" \
    "$(live "$B/gl-frames -q -f mjpeg")" "$(live "$theirs")"

# the same scaling for both, so that only the JPEG counts
for src in testsrc2 mandelbrot; do
ffmpeg -v error -y -f lavfi -i "$src=size=1920x1080:rate=1" -frames:v 1 \
    -pix_fmt yuv420p -f yuv4mpegpipe film.y4m
ffmpeg -v error -y -i film.y4m -frames:v 1 -vf scale=768:432:flags=area \
    -pix_fmt yuvj420p -f rawvideo ref.yuv
ssim() {
	ffmpeg -hide_banner -nostats -i "$1" -f rawvideo -pix_fmt yuvj420p \
	    -s 768x432 -i ref.yuv -lavfi '[0:v]format=yuvj420p[a];[a][1:v]ssim' \
	    -f null - 2>&1 | sed -n 's/.*All:\([0-9.]*\).*/\1/p'
}
for q in 2 4 8; do
	ffmpeg -v error -y -i film.y4m -frames:v 1 \
	    -vf scale=768:432:flags=area -q:v $q -f mjpeg ff.jpg
	want=$(ssim ff.jpg) best=
	# the fewest bytes of ours that are not below it
	for ours in 98 96 94 92 90 88 86 84 82 80 75 70 65 60 55 50; do
		rm -rf kept; mkdir kept
		"$B/gl-frames" -q --pace fast -n 1 --quality $ours --echo kept \
		    film.y4m >our.gl
		mv kept/* our.jpg
		awk -v a="$(ssim our.jpg)" -v b="$want" \
		    'BEGIN { exit !(a >= b) }' || break
		best=$(wc -c <our.jpg) at=$ours
	done
	row "$src, bytes at SSIM $want (${at:-?}, ffmpeg -q:v $q)" \
	    "${best:-0}" "$(wc -c <ff.jpg)"
done
done
