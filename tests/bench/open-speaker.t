# Conversations at an open loudspeaker, through a real sound server, PulseAudio
# or with ECHO_SERVER=pipewire PipeWire: two null sinks, and an acoustic path of
# -6 dB from the loudspeaker's to the microphone's.  Three answers in which
# nobody speaks, and three into which a voice cuts.  ECHO_MODE is aec, half (half duplex), module (the sound
# server's canceller) or none, ECHO_LENGTH the seconds of an answer; `make
# bench` has them all, at 40 s.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"
SERVER=${ECHO_SERVER:-pulse}
MODE=${ECHO_MODE:-aec} LENGTH=${ECHO_LENGTH:-12} ANSWERS=${ECHO_ANSWERS:-3}
CUTS=${ECHO_CUTS:-$ANSWERS}

if ! command -v flite >/dev/null || ! command -v espeak-ng >/dev/null ||
    ! "${SERVER}_start"; then
	skip "an open loudspeaker" "no PulseAudio, flite or espeak-ng here"
	tap_done
	exit
fi
flite -voice slt -t "The highest mountain of the Alps is Mont Blanc, on the border between France and Italy. You can walk around it in about eleven days, and sleep in a hut each night. The weather changes quickly up there, so take warm clothes even in the middle of August. Most people begin in the valley of Chamonix, and go against the hands of the clock. Early trains leave at six forty, and there are seven more until the evening." -o one.wav
sox one.wav one.wav one.wav -r 24000 far.wav gain -n -9 trim 0 "$LENGTH"
sox far.wav -t raw far.raw
espeak-ng -w two.wav "Stop, wait a moment please, that is not what I asked for."
sox two.wav -r 16000 -c 1 user.wav gain -n -18 silence 1 0.01 1% pad 0 1
cat >brain <<SH
#!/bin/sh
gl-conv -t json --no-payload | while read -r r; do
	case \$r in
	*'"type":"text"'*) ;;
	*) continue ;;
	esac
	t=\$(printf '%s' "\$r" | sed -n 's/.*"turn":\([0-9]*\).*/\1/p')
	printf '{"type":"audio","turn":%d,"rate":24000,"bytes":%d}\n' \
	    "\$t" $(wc -c <far.raw)
	cat $TMP/far.raw
	printf '{"type":"turn_complete","turn":%d}\n' "\$t"
done
SH
chmod +x brain

spk=spk mic=mic_monitor
if [ "$MODE" = module ]; then
	pactl load-module module-echo-cancel aec_method=webrtc \
	    aec_args=analog_gain_control=0 source_name=ec_mic sink_name=ec_spk \
	    source_master=mic.monitor sink_master=spk >/dev/null
	for s in ec_spk ec_mic; do
		echo "pcm.$s { type pulse server \"$PULSE_SERVER\" device $s }"
	done >>"$ALSA_CONFIG_PATH"
	spk=ec_spk mic=ec_mic
fi
# Air has no rate and loses nothing: without adjust_time=0 PulseAudio stretches
# it by up to 700 ppm; with 20 ms of latency it jumped four times in 100 s, by 0.4
# to 7 ms, with 60 ms never.  PipeWire's loopback jumps by 5 ms, a link does not.
if [ "$SERVER" = pipewire ]; then
	pw-link spk:monitor_MONO mic:playback_MONO
	pactl set-sink-volume spk -6dB
else
	air=$(pactl load-module module-loopback source=spk.monitor sink=mic \
	    latency_msec=60 adjust_time=0)
	air() {
		id=$(pactl list sink-inputs | awk -v air="$air" '
		    /^Sink Input/ { n = substr($3, 2) }
		    $1 " " $2 == "Owner Module:" && $3 == air { print n; exit }')
		[ -n "$id" ]
	}
	wait_for "the air" air
	pactl set-sink-input-volume "$id" -6dB
fi

emulator --brain "$PWD/brain"
mkfifo heard said typed
case $MODE in
aec) micopt="--aec heard" playopt=--reference ;;
half) micopt="--half-duplex heard" playopt='' ;;
*) micopt='' playopt='' ;;
esac
# the news of the loudspeaker go to the microphone and into a file
mkfifo out
[ -n "$micopt" ] || sed -u d <heard & tap_pids="$tap_pids $!"
tee -p news.gl <out >heard & tap_pids="$tap_pids $!"
gl-session -q -i typed <said 2>session.err | tee talk.gl |
    gl-play -q $playopt -D $spk -o out 2>play.err &
tap_pids="$tap_pids $!"
gl-mic $micopt -D $mic >said 2>mic.err &
mic_pid=$!
tap_pids="$tap_pids $mic_pid"
exec 5>typed
wait_for "the session" grep -qa '"ready"' talk.gl

# ends: how many turns are over for the listener; ends SKIP: what was said of
# the one behind the first SKIP of them
ends() {
	grep -a '"type":"played".*"interrupted":' news.gl |
	    if [ $# -eq 0 ]; then wc -l; else tail -n +$(($1 + 1)) | head -1; fi
}
at() { sed -n 's/.*"at":\([0-9]*\).*/\1/p' | head -1; }
alone=0 cut=0 early=0 slowest=0
ask() {
	was=$(ends)
	echo '{"type":"text","text":"go on"}' >&5
	wait_for "the answer" sh -c "tail -c +$(($(wc -c <news.gl) + 1)) news.gl |
	    grep -qa '\"playing\":true'"
}
ended() {
	left=$(((LENGTH + 20) * 10))
	until [ "$(ends)" -gt "$was" ]; do
		left=$((left - 1)); [ $left -gt 0 ] || return 1
		sleep 0.1
	done
}
n=0
while [ $n -lt "$ANSWERS" ]; do
	n=$((n + 1)); ask; ended
	case $(ends "$was") in *'"interrupted":true'*) alone=$((alone + 1)) ;; esac
done
n=0
while [ $n -lt "$CUTS" ]; do
	# the voice before it has ended for the service too
	sleep 2
	n=$((n + 1)); ask
	wait_for "some of it" sh -c "tail -c 400000 news.gl |
	    grep -a '\"playing\":true' | tail -1 | grep -Eq '\"ms\":[3-9][0-9]{3}'"
	rm -f user.gl
	gl-play -q -D mic -o user.gl user.wav
	ended
	from=$(grep -a '"playing":true' user.gl | at)
	case $(ends "$was") in *'"interrupted":true'*) ;; *) continue ;; esac
	# before the voice it was not the voice
	till=$(ends "$was" | at)
	if [ "$till" -lt "$from" ]; then
		early=$((early + 1))
	else
		cut=$((cut + 1))
		[ $((till - from)) -le $slowest ] || slowest=$((till - from))
	fi
done
kill -INT $mic_pid; wait $mic_pid
tool heads <news.gl 2>/dev/null | grep -c '"reference"' | sed 's/^/# records: /'
sed 's/^/# /' mic.err
echo "# $MODE, answers of $LENGTH s: $alone of $ANSWERS interrupted by themselves, $cut of $CUTS by the voice ($early before it), silent after $slowest ms at most"
if [ "$MODE" = aec ]; then
	is "nobody speaks: no answer is interrupted" "$alone" 0
	is "a voice cuts in: each is" "$cut" "$CUTS"
	ok "silent within 300 ms of the voice ($slowest ms)" [ $slowest -le 300 ]
fi
tap_done
