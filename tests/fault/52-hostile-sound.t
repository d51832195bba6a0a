# Streams as nobody should write them: gl-play and gl-mic go on, or end with
# their sentence; under the sanitizers this is where wrong sums would show.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"
device default "out $TMP/out.raw speed 20"
device none "in /dev/zero speed 20"

# record JSON [BYTES]: a record with so many bytes of payload
record() { printf '%s\n' "$1"; head -c "${2-0}" /dev/urandom; }
{
	record '{"type":"audio","rate":0,"bytes":100}' 100
	record '{"type":"audio","rate":-24000,"bytes":100}' 100
	record '{"type":"audio","rate":99999999999,"bytes":100}' 100
	record '{"type":"audio","rate":"loud","bytes":100}' 100
	record '{"type":"audio","rate":24000,"channels":0,"bytes":100}' 100
	record '{"type":"audio","rate":24000,"channels":9,"bytes":100}' 100
	record '{"type":"audio","rate":24000,"channels":7,"bytes":101}' 101
	record '{"type":"audio","bytes":1}' 1
	record '{"type":"audio","rate":1000,"turn":1,"bytes":200}' 200
	record '{"type":"audio","rate":384000,"turn":1,"bytes":20001}' 20001
	record '{"type":"audio","rate":44100,"turn":-5,"bytes":2000}' 2000
	record '{"type":"audio","rate":8000,"turn":9007199254740993,"bytes":2000}' 2000
	record '{"type":"interrupted","turn":-9223372036854775808}'
	record '{"type":"interrupted","turn":9223372036854775807}'
	record '{"type":"interrupted","turn":{"a":1}}'
	record '{"type":"audio","rate":24000,"turn":2,"bytes":2000}' 2000
	record '{"type":"turn_complete","turn":1e300}'
	record '{"type":"generation_complete"}'
	record '{"type":"audio"}'
	i=0
	while [ $i -lt 300 ]; do
		i=$((i + 1))
		record "{\"type\":\"audio\",\"rate\":$((8000 + i * 131 % 40000)),\"turn\":$((i * 7 % 11)),\"bytes\":$((i * 37 % 900))}" \
		    $((i * 37 % 900))
		[ $((i % 9)) -gt 0 ] ||
		    record "{\"type\":\"interrupted\",\"turn\":$((i % 13))}"
		[ $((i % 50)) -gt 0 ] ||
		    record '{"gl":1,"type":"start","program":"gl-session"}'
	done
} >odd.gl
run 0 gl-play -v -o news --record rec.wav odd.gl
like "sound that cannot be is left out and said once" err \
    'at a rate of 0 and 1 channels is left out'
is "once" "$(grep -c 'left out$' err)" 1
told() { tool heads <news >/dev/null; }
ok "the news are records" told
run 0 gl-play -n odd.gl
run 65 gl-mic --pace fast odd.gl
like "gl-mic says so too" err \
    '^gl-mic: odd.gl: sound with an impossible rate or number of channels'
ok "and has taken the rest" [ "$(tool payload audio <out | wc -c)" -gt 40000 ]
tap_done
