#!/bin/sh
# Ends of whole processes: the exit code, the `end` record and the sentence agree,
# and 0 stands only where every question had an answer.
. "$(dirname "$0")/../tap.sh"

# end WHAT CODE REASON SENTENCE [OPTION...]: one question to an emulator with the
# rules in the file rules
end() {
	end_what=$1 end_code=$2 end_reason=$3 end_says=$4
	shift 4
	emulator -b tone --tone 100ms -s rules
	echo 'why?' | timeout 30 gl-session -t -f json "$@" >out 2>err
	is "$end_what: exit" $? "$end_code"
	is "$end_what: the end" "$(jq -r 'select(.type == "end") |
	    "\(.exit) \(.reason)"' out)" "$end_code $end_reason"
	if [ "$end_says" ]; then
		like "$end_what: the sentence" err "$end_says"
	else
		is "$end_what: nothing is said" "$(cat err)" ''
	fi
	kill "$emu_pid"
}

: >rules
end 'an answer' 0 finished ''

echo '{"on":"turn","do":"silent"}' >rules
end 'an empty answer' 75 unanswered 'gave an empty answer: it is asked once'

echo '{"on":"turn","nth":1,"do":"silent"}' >rules
end 'the second try' 0 finished 'gave an empty answer: it is asked once'

cat >rules <<'END'
{"on":"turn","do":"silent","complete":false}
{"on":"turn","do":"send","message":{"serverContent":{"turnComplete":true,"turnCompleteReason":"PROHIBITED_INPUT_CONTENT"}}}
END
end 'a refusal' 75 unanswered 'PROHIBITED_INPUT_CONTENT'

echo '{"on":"chunk","conn":1,"nth":1,"do":"close","code":1007,"reason":"Request contains an invalid argument."}' >rules
end '1007 in an answer' 0 finished 'message: 1007 Request contains'

echo '{"on":"chunk","nth":1,"do":"close","code":1007,"reason":"Request contains an invalid argument."}' >rules
end '1007 in every answer' 65 message 'refused something'

echo '{"on":"text","do":"close","code":1007,"reason":"Request contains an invalid argument."}' >rules
end '1007 before any' 78 setup 'or something in the setup'

echo '{"on":"text","do":"close","code":1007,"reason":"API key expired. Please renew the API key."}' >rules
end 'an expired key' 77 credential '^gl-session: the key or token was refused'
is 'the sentence that matters stands alone' "$(wc -l <err)" 1

echo '{"on":"text","conn":1,"do":"close","code":1000}' >rules
end 'a close in order before the answer' 0 finished ''  -q

echo '{"on":"turn","do":"call","calls":[{"name":"clock"}]}' >rules
end 'a ceiling' 124 max_time 'the time given has passed' --max-time 1s
# no name is cut in the middle
long=$(printf '%0120d/%0120d' 0 0)
mkdir -p "$long"
printf 'RIFFxxxx' >"$long/question.wav"
run 69 gl-session -u ws://127.0.0.1:9 -m m -i "$long/question.wav" </dev/null
like 'a long name is told whole' err "/0{120}/question\\.wav: the input ends"
run 66 gl-session -u ws://127.0.0.1:9 -m m -i "$long/nothing.wav" </dev/null
like 'also of what is not there' err "/nothing\\.wav: No such file"
tap_done
