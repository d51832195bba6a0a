#!/bin/sh
# gl-frames: what goes in, what comes out, what is passed on.
. "$(dirname "$0")/../tap.sh"

types() { gl-conv -t json --no-payload "$1" | jq -r .type | tr '\n' ' '; }
sizes() { gl-conv -t json --no-payload "$1" |
    jq -r 'select(.type == "image") | "\(.width)x\(.height)"' | tr '\n' ' '; }
stamps() { gl-conv -t json --no-payload "$1" |
    jq -r 'select(.type == "image").t' | tr '\n' ' '; }
src() { spec=$1; shift; ffmpeg -v error -y -f lavfi -i "testsrc=$spec" "$@"; }

src size=1280x720:rate=10:duration=3 -pix_fmt yuv420p -f yuv4mpegpipe film.y4m
src size=1280x720:rate=1:duration=4 pic%d.jpg
src size=320x200:rate=1:duration=1 small.jpg
src size=320x200:rate=5:duration=1 -f mpjpeg film.mpj
src size=320x200:rate=5:duration=1 -f image2pipe -c:v ppm film.ppm
src size=320x200:rate=1:duration=1 -f image2pipe -c:v pgm film.pgm
src size=320x200:rate=1:duration=1 small.png

run 0 gl-frames --pace fast <film.y4m
is 'one picture a second of a film' "$(stamps out)" '0 1000 2000 '
is 'made to fit' "$(sizes out)" '768x432 768x432 768x432 '
is 'behind a start record' "$(types out)" 'start image image image '

run 0 gl-frames --pace fast --fps 5 --size 100x400 <film.y4m
is 'five a second' "$(stamps out | wc -w)" 15
is 'another size' "$(sizes out | cut -d' ' -f1)" 100x56

run 0 gl-frames -f mjpeg small.jpg
same 'a small JPEG goes untouched' out small.jpg
mkdir seen
run 0 gl-frames --echo seen small.png
like 'a small PNG is told' out '"mime":"image/png"'
same 'and goes untouched, too' "$(find seen -name '*.png')" small.png
run 0 gl-frames -f mjpeg small.png
is 'but not among JPEGs' "$(od -An -tx1 -N2 out)" ' ff d8'
run 0 gl-frames -f mjpeg --re-encode small.jpg
ok 'unless told' sh -c '! cmp -s out small.jpg'
src size=1280x720:rate=1:duration=1 large.png
run 0 gl-frames large.png
is 'a large PNG is made small' "$(sizes out)" '768x432 '
like 'as JPEG' out '"mime":"image/jpeg"'
cp large.png same.png
run 0 gl-frames --fps 50 --idle-fps 0 large.png same.png small.png
is 'the same one again is no news' "$(sizes out)" '768x432 320x200 '
run 0 gl-frames --rotate 90 small.png
is 'a PNG is turned' "$(sizes out)" '200x320 '
run 0 gl-frames --fps 50 pic1.jpg pic2.jpg pic3.jpg
is 'each one of files' "$(sizes out)" '768x432 768x432 768x432 '

{ head -c 2 small.jpg; printf '\377\342\0\010MPF\0ab'; tail -c +3 small.jpg
cat pic1.jpg; } >photo.jpg
run 0 gl-frames --fps 50 photo.jpg
is 'what follows in a photo is left out' "$(sizes out)" '320x200 '

cat film.mpj | gl-frames --fps 20 2>err >out
like 'multipart JPEG by a pipe' out '"type":"image"'
is 'boundaries are not damage' "$(cat err)" ''
cat film.ppm | gl-frames --fps 20 2>err >out
is 'of a pipe of PPM the first and the newest' "$(sizes out)" '320x200 320x200 '
run 0 gl-frames film.pgm
is 'PGM' "$(sizes out)" '320x200 '
src size=320x200:rate=1:duration=1 -f rawvideo -pix_fmt nv12 film.nv12
run 0 gl-frames --raw nv12,320x200 film.nv12
is 'raw video' "$(sizes out)" '320x200 '
run 0 gl-frames --rotate 90 small.jpg
is 'turned' "$(sizes out)" '200x320 '
run 0 gl-frames --crop 100x50+20+30 small.jpg
is 'cut' "$(sizes out)" '100x50 '

printf '%s\n' '{"type":"audio","bytes":4}' >s
printf 'abcd{"type":"odd","x":1}\n' >>s
gl-frames -i small.jpg <s >out 2>err
is 'exit 0 with a stream' $? 0
is 'a picture goes before what is said of it' "$(types out)" \
    'start image audio odd '
gl-frames -D /nowhere/video9 <s >out 2>err
is 'no camera' $? 66
like 'said' err '/nowhere/video9: No such file or directory'
mkfifo user
bg sh -c 'exec gl-frames --exec "cat small.jpg" --fps 20 --idle-fps 20 <user >out'
exec 3>user
has_two() { [ "$(sizes out 2>/dev/null | wc -w)" -ge 2 ]; }
wait_for 'the pictures of a command' has_two
exec 3>&-
wait "$bg_pid"
is 'a command: exit 0' $? 0
# a second signal leaves nothing behind of a command that will not end
cat >deaf <<'E2'
trap 'echo >asked' TERM
echo $$ >deaf.pid
while :; do sleep 1; done
E2
gl-frames --exec 'sh deaf' >out 2>err & p=$!
tap_pids="$tap_pids $p"
wait_for 'a command' [ -s deaf.pid ]
tap_pids="$tap_pids $(cat deaf.pid)"
kill -INT $p
wait_for 'the first signal' [ -f asked ]
kill -INT $p
wait $p
is 'INT twice' $? 130
gone() { ! grep -q '^State:[[:space:]]*[^ZX]' "/proc/$1/status"; }
wait_for "the command's end" gone "$(cat deaf.pid)"
run 66 gl-frames --exec "/nowhere/program x" -n 1
like 'a command that is none' err 'No such file'

mkdir kept
run 0 gl-frames --echo kept small.jpg
is 'what was sent is kept' "$(find kept -name '000001-*.jpg' | wc -l)" 1
same 'exactly' "$(find kept -type f)" small.jpg
run 0 gl-frames --echo kept --fps 50 small.jpg pic1.jpg
is 'the numbers go on' "$(find kept -type f | sed 's/.*0000\(..\)-.*/\1/' |
    sort | tr '\n' ' ')" '01 02 03 '
run 66 gl-frames --echo nowhere small.jpg
run 0 gl-frames --max-bytes 12000 -f mjpeg pic1.jpg
ok 'a ceiling of bytes' [ "$(wc -c <out)" -le 12000 ]
ok 'and a picture under it' test -s out
run 0 gl-frames --max-bytes 4000 -f mjpeg small.jpg
ok 'also of one small enough in pixels' [ "$(wc -c <out)" -le 4000 ]
ok 'which goes, too' test -s out
run 0 gl-frames --pace live --fps 50 small.jpg pic1.jpg
is 'files as a live source: nothing is wrong' "$(cat err)" ''
cat small.jpg | timeout 20 gl-frames /dev/stdin >out 2>err
is 'standard input by name ends' $? 0
printf '{"type":"text","text":"hi"}\n' >calm.gl
run 0 timeout 20 gl-frames --on-speech --watch calm.gl small.jpg
is 'nobody speaks, and nobody will: the end' "$(sizes out)" ''
head -c 3000000 /dev/zero >none.gl
timeout 20 gl-frames --watch none.gl --fps 20 small.jpg pic1.jpg >out 2>err
is 'a stream to watch that is none is told once' "$(grep -c none.gl err)" 1
mkfifo still
i=0; while [ $i -lt 40 ]; do cat pic1.jpg pic2.jpg; i=$((i + 1)); done >many
exec 7<>still
gl-frames --pace hold --fps 60 -f mjpeg many >still 2>err & p=$!
tap_pids="$tap_pids $p"
wait_for 'a full pipe' holds still 50000
kill -TERM $p
wait $p
is 'TERM while the reader stands still' $? 143
exec 7>&-
run 64 gl-frames --size 0x5
run 64 gl-frames --raw foo,3x3
run 64 gl-frames -i a b
run 64 gl-frames -i a -i b
run 64 gl-frames --exec a --exec b
run 64 gl-frames --on-speech small.jpg
like 'nothing would ever go' err 'on-speech: nothing reports speech'
if command -v bash >/dev/null; then
	timeout 20 bash -c 'gl-frames --pace hold --fps 50 <(cat small.jpg) \
	    <(cat small.png)' >out 2>err
	is 'pipes of the shell end' $? 0
	is 'and the next one is read' "$(sizes out)" '320x200 320x200 '
else
	skip 'pipes of the shell' 'no bash'
fi
cat small.png film.ppm | gl-frames --pace hold --fps 50 --idle-fps 50 >out 2>err
is 'a PNG, and PPM behind it' "$(sizes out | wc -w)" 6
run 66 gl-frames /nowhere/a.jpg
echo 'no picture at all' >text
run 65 gl-frames text
like 'said' err 'text: no picture in it'

# one that is missing does not keep the others back
run 66 gl-frames --pace hold --fps 50 missing.jpg small.jpg missing.jpg small.png
is 'the others are there' "$(sizes out)" '320x200 320x200 '

# what went wrong somewhere else is told
mkfifo never
echo '{"type":"text","text":"q"}' >q.gl
run 0 gl-frames -i never <q.gl
like 'a source that never spoke' err '^gl-frames: never: no picture arrived$'
is 'the stream is passed on' "$(tail -1 out)" "$(cat q.gl)"
printf '{"gl":1,"type":"start"}\n' | cat - q.gl >talk.gl
mkfifo talk; exec 9<>talk
cat talk.gl >&9
run 0 sh -c 'exec gl-frames small.jpg <&9'
exec 9>&-
like 'a stream that nobody reads' err 'was not passed on: name the picture by -i'
run 0 sh -c 'cat talk.gl | gl-frames -i small.jpg'
is 'else there is nothing to say' "$(cat err)" ''
run 0 sh -c 'echo small.jpg | gl-frames small.jpg'
is 'nor of a list of names' "$(cat err)" ''
tap_done
