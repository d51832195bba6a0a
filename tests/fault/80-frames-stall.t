#!/bin/sh
# gl-frames between a source that never waits and a reader that does: after a
# stall the newest picture goes, one, and nothing of what was late.
. "$(dirname "$0")/../tap.sh"

# large pictures, so that a pipe holds none of them: three seconds of noise
ffmpeg -v error -f lavfi -i 'testsrc2=size=640x480:rate=20:duration=3,
    noise=alls=80:allf=t' -f image2pipe -c:v ppm film.ppm
size=$(($(wc -c <film.ppm) / 60))
# a picture every 50 ms, whoever reads
feed() {
	i=0
	while [ $i -lt 60 ]; do
		dd if=film.ppm bs="$size" skip=$i count=1 2>/dev/null
		sleep 0.05; i=$((i + 1))
	done
	: >fed
}
mkfifo go
feed | gl-frames -vv --fps 20 --quality 95 2>err | { read -r _ <go; cat; } >out &
tap_pids="$tap_pids $!"
came() { [ "$(grep -c '^gl-frames: picture' err)" -ge 1 ]; }
wait_for 'the first picture' came
fed() { [ -e fed ]; }
wait_for 'the source never waits: all was fed' fed
sent=$(grep -c '^gl-frames: picture' err)
ok "while nobody read at most three were sent: $sent" [ "$sent" -le 3 ]
echo >go
wait $!
is 'what was sent has come' "$(grep -ca '"type":"image"' out)" \
    "$(grep -c '^gl-frames: picture' err)"
ok 'after the stall one more' [ "$(grep -c '^gl-frames: picture' err)" -le \
    $((sent + 1)) ]

# the reader goes away
gl-frames --pace fast --fps 20 --rate 20 film.ppm 2>err | head -c 100 >/dev/null
sh -c 'gl-frames --fps 20 film.ppm 2>err; echo $? >code' | head -c 100 >/dev/null
wait_for 'its end' test -s code
is 'a reader that leaves is not a failure' "$(cat code)" 0
is 'and nothing to talk about' "$(cat err)" ''
if [ -e /dev/full ]; then
	gl-frames film.ppm >/dev/full 2>err
	is 'a full disk' $? 74
	like 'said' err 'standard output: No space left on device'
fi
tap_done
