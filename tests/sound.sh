# Sound for the tests, sourced after tap.sh: devices of our own (gltest), a
# private PulseAudio server, and what it takes to look at samples.

ALSA_CONFIG_PATH=$TMP/asound.conf
SOX_OPTS="-D -V1"		# no dither: samples stay what they are
export ALSA_CONFIG_PATH SOX_OPTS
unset AUDIODEV
cat >"$ALSA_CONFIG_PATH" <<CONF
pcm_type.gltest { lib "$B/tests/alsa/libgltest.so" }
pcm_type.pulse { lib "$(find /usr/lib /usr/local/lib -name \
    libasound_module_pcm_pulse.so 2>/dev/null | head -1)" }
CONF

# device NAME "KEY VALUE ...": adds a test device (tests/alsa/gltest.c tells
# the keys) to the configuration.  "default" serves programs without -D.
device() {
	printf 'pcm.%s { type gltest %s\n hint { show on description "%s" } }\n' \
	    "$1" "$2" "test device" >>"$ALSA_CONFIG_PATH"
}

# samples FILE: s16le samples as decimal numbers, one a line.
samples() { od -An -v -td2 -w2 "$1" | tr -d ' '; }

# frames FILE: how many 16-bit samples it holds.
frames() { echo $(($(wc -c <"$1") / 2)); }

# has_frames FILE N: for wait_for.
has_frames() { [ "$(wc -c <"$1")" -ge $(($2 * 2)) ]; }

# tool ...: tests/soundtool.c, whose top tells the words.
tool() { "$B/tests/soundtool" "$@"; }

# pulse_start: a PulseAudio server of our own with null sinks spk and mic
# (24 and 16 kHz), and the ALSA devices spk, spk_monitor, mic (a sink) and
# mic_monitor on it.  Fails where there is no PulseAudio.
pulse_start() {
	command -v pulseaudio >/dev/null &&
	    grep -q 'pulse.*lib ".*pulse\.so"' "$ALSA_CONFIG_PATH" || return 1
	rm -rf "$TMP/pulse"; mkdir -p "$TMP/pulse"; chmod 700 "$TMP/pulse"
	env XDG_RUNTIME_DIR="$TMP/pulse" PULSE_RUNTIME_PATH="$TMP/pulse/run" \
	    pulseaudio --daemonize=no -n --exit-idle-time=-1 --use-pid-file=no \
	    -L "module-native-protocol-unix socket=$TMP/pulse/socket auth-anonymous=1" \
	    -L "module-null-sink sink_name=spk rate=24000 channels=1 norewinds=1" \
	    -L "module-null-sink sink_name=mic rate=16000 channels=1 norewinds=1" \
	    >"$TMP/pulse/log" 2>&1 &
	pulse_pid=$!
	tap_pids="$tap_pids $pulse_pid"
	PULSE_SERVER=unix:$TMP/pulse/socket
	export PULSE_SERVER
	wait_for "PulseAudio" pactl info >/dev/null || return 1
	pulse_devices
}

# ALSA devices for the sinks of either server.
pulse_devices() {
	grep -q pcm.spk_monitor "$ALSA_CONFIG_PATH" && return
	for pulse_s in spk mic; do
		cat >>"$ALSA_CONFIG_PATH" <<-CONF
		pcm.$pulse_s { type pulse server "$PULSE_SERVER" device $pulse_s }
		pcm.${pulse_s}_monitor { type pulse server "$PULSE_SERVER" device $pulse_s.monitor }
		CONF
	done
}

# pipewire_start: the same by PipeWire, which speaks PulseAudio's protocol.
pipewire_start() {
	command -v pipewire-pulse >/dev/null && command -v wireplumber \
	    >/dev/null && command -v dbus-daemon >/dev/null &&
	    grep -q 'pulse.*lib ".*pulse\.so"' "$ALSA_CONFIG_PATH" || return 1
	mkdir -p "$TMP/pw"; chmod 700 "$TMP/pw"
	XDG_RUNTIME_DIR=$TMP/pw
	export XDG_RUNTIME_DIR
	dbus-daemon --session --nofork --address="unix:path=$TMP/pw/bus" \
	    2>"$TMP/pw/bus.log" & tap_pids="$tap_pids $!"
	DBUS_SESSION_BUS_ADDRESS=unix:path=$TMP/pw/bus
	export DBUS_SESSION_BUS_ADDRESS
	wait_for "D-Bus" test -S "$TMP/pw/bus" || return 1
	for pulse_s in pipewire wireplumber pipewire-pulse; do
		$pulse_s >"$TMP/pw/$pulse_s.log" 2>&1 & tap_pids="$tap_pids $!"
		[ $pulse_s != pipewire ] ||
		    wait_for "PipeWire" test -S "$TMP/pw/pipewire-0" || return 1
	done
	PULSE_SERVER=unix:$TMP/pw/pulse/native
	export PULSE_SERVER
	wait_for "its PulseAudio" pactl info >/dev/null || return 1
	pactl load-module module-null-sink sink_name=spk rate=24000 channels=1 \
	    channel_map=mono >/dev/null &&
	    pactl load-module module-null-sink sink_name=mic rate=16000 \
	    channels=1 channel_map=mono >/dev/null || return 1
	pulse_devices
}

pulse_stop() { kill -9 "$pulse_pid"; wait "$pulse_pid" 2>/dev/null; }

# Ten utterances of 200 ms, 900 ms apart, each of one value of its own, on a
# floor of 7, as s16le at 16 kHz.
utterances() {
	python3 -c '
import array, sys
a = array.array("h", [7] * 9600)
for u in range(10):
    a.extend([1001 + u] * 3200 + [7] * 11200)
a.tofile(sys.stdout.buffer)'
}
