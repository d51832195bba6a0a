# gl-play falls silent at `interrupted`: a counter signal through a hundred
# turns, two of three interrupted somewhere in their sound, with sound of the
# interrupted turn still arriving afterwards.  What the device consumed is
# checked sample by sample, and the played records against it.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/sound.sh"

MS=300 TURNS=100
device default "out $TMP/out.raw times $TMP/times speed 4"
: >out.raw
tool barge out.raw $TURNS $MS log | gl-play -v -o news --record rec.wav 2>err
is "gl-play ends in order" $? 0
ok "no sample of an interrupted turn, none lost, none doubled" \
    sh -c "'$B/tests/soundtool' check $TURNS $MS <out.raw >turns 2>check"
head -5 check | sed 's/^/# /'

# turns that were left in peace were heard whole
awk -v n=$((24 * MS)) '$1 % 3 == 0 && $2 != n { print }' turns >short
is "every other turn was heard whole" "$(cat short)" ""
is "there were 33 of them" "$(awk '$1 % 3 == 0' turns | wc -l)" 33
is "67 were interrupted" "$(grep -c '"interrupted":true' news)" 67

# played: ms of each turn as the device has it, to 20 ms
grep '"interrupted"' news |
    sed 's/.*"turn":\([0-9]*\),"ms":\([0-9]*\).*/\1 \2/' >told
is "every turn is told once" "$(cut -d' ' -f1 told | sort -n | tr '\n' ' ')" \
    "$(seq 1 $TURNS | tr '\n' ' ')"
awk 'NR == FNR { ms[$1] = $2 / 24; next }
    { d = ms[$1] - $2; if (d < -20 || d > 20) print $1, ms[$1], $2 }' \
    turns told >off
is "and right to 20 ms" "$(cat off)" ""
like "stale sound was counted" err '[1-9][0-9.]* s of stale sound'

# the recording holds the same turns (to the frames between the last look at
# the device and its stop)
sox rec.wav -t raw rec.raw
tool check $TURNS $MS <rec.raw >rec.turns 2>rec.check
ok "the recording too knows no sample of an interrupted turn" \
    [ ! -s rec.check ]
awk 'NR == FNR { n[$1] = $2; next }
    { d = n[$1] - $2; if (d < -480 || d > 480) print $1, n[$1], $2 }' \
    turns rec.turns >off
is "and is what was heard, to 20 ms" "$(cat off)" ""

# a later turn that stands behind the interrupted one is played whole
rm -f out.raw
tool open 3 400 >two.gl
mkfifo sound
rm -f news
bg gl-play -o news sound 2>err
exec 5>sound
cat two.gl >&5
wait_for "sound" has_frames out.raw 480
echo '{"type":"interrupted","turn":1}' >&5
exec 5>&-
wait_for "turns 2 and 3" grep -q '"turn":3,"ms":400,"playing":false' news
kill $bg_pid; wait $bg_pid 2>/dev/null
tool check 3 400 <out.raw >turns 2>check
is "turns 2 and 3 are heard whole after turn 1 was cut" \
    "$(tail -n +2 turns)" "2 9600
3 9600"
ok "with nothing between" [ ! -s check ]

# `interrupted` without a turn, as another program may write it, drops all
rm -f out.raw news
bg gl-play -o news sound 2>err
exec 5>sound
LC_ALL=C sed 's/,"turn":[0-9]*//' two.gl >&5
wait_for "sound" has_frames out.raw 480
echo '{"type":"interrupted"}' >&5
wait_for "its answer" grep -q '"interrupted":true' news
exec 5>&-
kill $bg_pid; wait $bg_pid 2>/dev/null
ok "an interruption without a number silences everything" \
    [ "$(samples out.raw | grep -vcx 0)" -lt 28800 ]
tap_done
