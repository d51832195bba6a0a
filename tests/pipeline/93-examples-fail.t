# An example whose conversation fails says so by its status: without a key none
# ends with 0.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"
EX=$TOP/examples
cat >>"$ALSA_CONFIG_PATH" <<END2
pcm.!default { type null }
END2
cp "$EX/question.wav" q.wav
sox -n -r 16000 -c 2 -b 16 call.wav synth 0.3 sine 440
sox -n -r 8000 -c 1 -b 16 photo.wav synth 0.1 sine 440
printf 'P6 32 32 255\n' >photo.ppm; head -c 3072 /dev/zero >>photo.ppm

# fails CODE NAME [ARGS]: and says no more that all is well
fails() {
	code=$1 name=$2; shift 2
	timeout 30 sh "$EX/$name" "$@" <in >out 2>err
	is "$name without a key" $? "$code"
	[ "$code" = 64 ] || [ "$name" = show.sh ] ||
	    like "$name says why" err 'no (API key|credentials)'
	done="$done $name"
}
done=' brain.sh'	# a part of the emulator
: >in
fails 78 alsa.sh
fails 78 ask-file.sh q.wav
ok "and makes no answer" [ ! -s answer.wav ]
fails 78 ask-photo.sh photo.ppm 'What is this?'
fails 78 ask-text.sh
fails 78 half-duplex.sh
fails 78 keep-call.sh
unlike "keep-call.sh keeps nothing" out 'The call is in'
fails 78 open-speaker.sh
fails 78 push-to-talk.sh
fails 78 talk.sh
fails 78 talk-with-tools.sh q.wav
fails 78 two-speakers.sh call.wav
fails 66 show.sh
DISPLAY=:999; export DISPLAY
fails 78 screen.sh
for name in ephemeral.sh signin.sh; do
	timeout 30 sh "$EX/$name" <in >out 2>err
	ok "$name without credentials" [ $? -ge 64 ]
done

# those that need no key: a session that fails all the same
mkdir bin
for f in "$B"/gl-*; do ln -s "$f" bin/; done
rm bin/gl-session
printf '#!/bin/sh\ncat >/dev/null\nexit 75\n' >bin/gl-session
chmod +x bin/gl-session
for name in bad-day.sh demo.sh; do
	B=$TMP/bin PATH=$TMP/bin:$PATH timeout 30 sh "$EX/$name" >out 2>err
	is "$name: the session's status" $? 75
done
# a microphone that is gone ends the conversation in order, but not well
rm bin/gl-mic bin/gl-play bin/gl-frames
printf '#!/bin/sh\nexit 74\n' >bin/gl-mic
printf '#!/bin/sh\ncat >/dev/null\n' >bin/gl-session
printf '#!/bin/sh\ncat\n' >bin/gl-play
printf '#!/bin/sh\n[ ! -p "$4" ] || cat "$4" >/dev/null &\ncat\necho /dev/video0:\n' \
    >bin/gl-frames
chmod +x bin/gl-mic bin/gl-play bin/gl-frames
for name in half-duplex.sh keep-call.sh open-speaker.sh push-to-talk.sh screen.sh \
    show.sh talk.sh talk-with-tools.sh; do
	PATH=$TMP/bin:$PATH timeout 30 sh "$EX/$name" </dev/null >out 2>err
	is "$name: the microphone's status" $? 74
done
# nor is a camera that cannot be used waited for
printf '#!/bin/sh\ncat\n' >bin/gl-mic
printf '#!/bin/sh\n[ "$1" != -l ] || exec echo /dev/video0:\nexit 74\n' >bin/gl-frames
PATH=$TMP/bin:$PATH timeout 30 sh "$EX/show.sh" </dev/null >out 2>err
is "show.sh: the camera's status" $? 74
# what is no line of figures
for name in stats-bar.sh stats-prometheus.sh; do
	echo '{"type":' | timeout 30 sh "$EX/$name" gl.prom >out 2>err
	is "$name: jq's status" "$([ $? -ne 0 ] && echo failed)" failed
done
is 'and no metrics' "$(find . -name 'gl.prom*')" ''
done="$done ephemeral.sh signin.sh bad-day.sh demo.sh stats-bar.sh
    stats-prometheus.sh"
done=$(echo $done)
for f in "$EX"/*.sh; do
	case " $done " in
	*" ${f##*/} "*) ;;
	*) ok "${f##*/} is tried here" false ;;
	esac
done
tap_done
