# gl-emulator's faults, one connection each, as the scenario says.
. "$(dirname "$0")/../tap.sh"
live() { timeout 60 python3 "$TOP/tests/peer/live.py" "$@" >out 2>err; }
setup='{"setup":{"model":"models/gemini-3.8-live","generationConfig":{"responseModalities":["AUDIO"]}}}'
cat >rules <<'END'
# connection 1 and 2 do not come up
{"on":"upgrade","conn":1,"do":"refuse","status":503,"body":"busy","header":"Retry-After: 3"}
{"on":"upgrade","conn":2,"do":"refuse","status":-1}
{"on":"setup","conn":3,"do":"close","code":4000,"reason":"no"}
{"on":"ready","conn":4,"do":"drop"}
{"on":"ready","conn":5,"do":"reset"}
{"on":"chunk","conn":6,"nth":2,"do":"garbage","hex":"ff00"}
{"on":"turn","conn":7,"nth":1,"do":"half_open"}
{"on":"turn","conn":8,"do":"stall","ms":300}
{"on":"ready","conn":9,"do":"pong","ms":300}
{"on":"ready","conn":10,"do":"pong","ms":-1}
{"on":"ready","conn":11,"do":"slow","rate":40000}
{"on":"ready","conn":12,"do":"go_away","ms":200}
{"on":"ready","conn":13,"do":"send","message":{"futureThing":{"a":[1]}}}
{"on":"ready","conn":13,"do":"send","raw":"{}"}
{"on":"text","conn":14,"match":"bye","do":"close","code":1000,"reason":"bye"}
{"on":"turn","conn":15,"nth":1,"do":"silent"}
{"on":"turn","conn":15,"nth":2,"do":"say","text":"well","ms":100}
{"on":"ready","conn":16,"do":"interrupt"}
{"on":"turn","conn":17,"do":"say","text":"cut","ms":50,"complete":false}
END
emulator -b tone --tone 1s --log log -s rules
say() { live "$GL_EMULATOR_HOST"; }
talk() { { printf '%s\n' "$setup"; cat; } | say; }
text='{"realtimeInput":{"text":"go"}}'

echo | say
is "refused with status and body" "$(cat out)" "# refused HTTP/1.1 503 Service Unavailable
# body busy"
echo | say
like "dropped before an answer" out '^# (end|lost)'
echo "wait close" | talk
is "closed in the place of setupComplete" "$(cat out)" "# close 4000 no"
echo "wait end" | talk
is "dropped" "$(tail -1 out)" "# end"
echo "wait end" | talk
is "reset" "$(tail -1 out)" "# lost ConnectionResetError"
printf '%s\n' "$text" "wait end" | talk
is "two chunks before the garbage" "$(grep -c inlineData out)" 2
is "garbage" "$(tail -1 out)" "# garbage"
printf '%s\n' "wait setupComplete" "$text" "ping a" "hold 0.5" | talk
is "a half-open connection says nothing" \
    "$(grep -v '^{"sessionResumptionUpdate"' out)" '{"setupComplete":{}}'
printf '%s\n' "wait setupComplete" "$text" "hold 0.1" "mark" "wait turnComplete" | talk
is "a stalled one answers later" \
    "$(grep -v '^{"sessionResumptionUpdate"' out | sed -n 2p)" "# mark"
like "and whole" out turnComplete
printf '%s\n' "wait setupComplete" "ping a" "$text" "wait pong" | talk
like "sound overtakes a late pong" out inlineData
printf '%s\n' "wait setupComplete" "ping a" "$text" "wait turnComplete" | talk
unlike "a pong that never comes" out pong
printf '%s\n' "wait setupComplete" "$text" "wait turnComplete" | talk
like "a slow one arrives whole" out turnComplete
is "with all its sound" "$(grep -o '"data":[0-9]*' out | cut -d: -f2 |
    paste -sd+ - | jq -Rr 'split("+") | map(tonumber) | add')" 24000
echo "wait close" | talk
like "goAway" out '"timeLeft":"0.2s"'
like "and the end" out '^# close 1011 Deadline expired before'
printf '%s\n' "wait futureThing" "hold 0.1" | talk
like "any message" out '^\{"futureThing":\{"a":\[1\]\}\}$'
like "also in a text frame" out '^# text frame'
printf '%s\n' "$text" "wait turnComplete" '{"realtimeInput":{"text":"bye"}}' \
    "wait close" | talk
is "a close on a word" "$(tail -1 out)" "# close 1000 bye"
printf '%s\n' "$text" "wait turnComplete" "$text" "wait turnComplete" | talk
is "a silent turn, then one of 100 ms" "$(grep -c inlineData out)" 1
echo "wait interrupted" | talk
like "an interruption that nobody caused" out '"interrupted":true'
printf '%s\n' "$text" "wait generationComplete" "hold 0.3" | talk
unlike "a turn that never completes" out turnComplete
is "every rule was carried out" "$(jq -s \
    '[.[] | select(.type == "rule") | .line] | unique | length' log)" 17
tap_done
