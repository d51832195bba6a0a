# make demo: the conversation of the README's first command, and that the
# answer is the speech that went in.
. "$(dirname "$0")/../tap.sh"

# the demonstration writes beside the programs: give it a place of its own
mkdir build && ln -s "$B"/gl-* build/
B=$TMP/build timeout 60 sh "$TOP/examples/demo.sh" >said 2>err
is "it ends well" $? 0
like "the user's two turns" said 'user: \[5\.[0-9] s of speech\]'
is "and the model's" "$(grep -c 'model: \[5\.[0-9] s of speech\]' said)" 2
is "one interruption" "$(grep -c interrupted said)" 1
is "standard error is quiet" "$(cat err)" ''
gl-conv -t json --no-payload build/demo.gl >demo.json
is "the model fell silent in its first turn" \
    "$(jq -r 'select(.type == "interrupted").turn' demo.json)" 1
is "the conversation ended in order" \
    "$(jq -c 'select(.type == "end") | [.reason, .exit]' demo.json)" \
    '["finished",0]'

# the second answer is the second sentence: compared in short-time energy (20 ms)
# after alignment, which says more than lengths and less than samples, since the
# answer has another rate
cat >alike.py <<'EOF'
import array, sys, wave
def energy(name, start, end):
    w = wave.open(name)
    a = array.array('h', w.readframes(w.getnframes()))
    n, rate = w.getframerate() // 50, w.getframerate()
    a = a[int(start * rate):int(end * rate)]
    return [sum(x * x for x in a[i:i + n]) ** .5 for i in range(0, len(a) - n, n)]
def alike(x, y):
    mx, my = sum(x) / len(x), sum(y) / len(y)
    xy = sum((a - mx) * (b - my) for a, b in zip(x, y))
    xx, yy = sum((a - mx) ** 2 for a in x), sum((b - my) ** 2 for b in y)
    return xy / (xx * yy) ** .5
q = energy(sys.argv[1], 8.8, 13.6)
a = energy(sys.argv[2], 0, 1e9)
print(max(alike(q, a[i:i + len(q)]) for i in range(len(a) - len(q) + 1)))
EOF
ok "the answer is the speech that went in: $(python3 alike.py \
    "$TOP/examples/question.wav" build/answer.wav | cut -c 1-6) alike" \
    test "$(python3 alike.py "$TOP/examples/question.wav" build/answer.wav |
    cut -c 1-4 | tr -d .)" -ge 095
tap_done
