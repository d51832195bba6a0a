#!/bin/sh
# gl-conv -t summary and -t table: sums worked out by hand, many calls at once.
. "$(dirname "$0")/../tap.sh"

rec() { printf '%s\n' "$1"; }
{
	rec '{"gl":1,"type":"start","program":"gl-session","version":"1","time":"2026-11-28T20:00:00Z","model":"m-1","backend":"gemini","voice":"Kore"}'
	rec '{"type":"ready","t":100}'
	rec '{"type":"text","side":"user","t":1000,"text":"one"}'
	for i in 1 2 3; do
		printf '{"type":"audio","t":%d,"rate":24000,"turn":%d,"bytes":48000}\n' \
		    $((i * 10000 - 9000 + i * 100)) $i
		head -c 48000 /dev/zero | tr '\0' '@'
		rec '{"type":"turn_complete","turn":'$i'}'
		rec '{"type":"text","side":"user","t":'$((i * 10000 + 1000))',"text":"next"}'
	done
	# cumulative: the last one counts
	rec '{"type":"usage","turn":1,"prompt":100,"response":10,"total":110,"metadata":{"promptTokensDetails":[{"modality":"AUDIO","tokenCount":100}],"responseTokensDetails":[{"modality":"AUDIO","tokenCount":10}]}}'
	rec '{"type":"usage","turn":1,"prompt":100,"response":25,"total":125,"metadata":{"promptTokensDetails":[{"modality":"AUDIO","tokenCount":100}],"responseTokensDetails":[{"modality":"AUDIO","tokenCount":25}]}}'
	# piece by piece: all count; the other spelling
	rec '{"type":"usage","turn":2,"metadata":{"promptTokenCount":200,"candidatesTokenCount":5,"totalTokenCount":205,"promptTokensDetails":[{"modality":"TEXT","tokenCount":50},{"modality":"AUDIO","tokenCount":150}],"candidatesTokensDetails":[{"modality":"AUDIO","tokenCount":5}]}}'
	rec '{"type":"usage","turn":2,"metadata":{"candidatesTokenCount":4,"totalTokenCount":4,"candidatesTokensDetails":[{"modality":"TEXT","tokenCount":4}]}}'
	rec '{"type":"usage","turn":2,"metadata":{"candidatesTokenCount":3,"totalTokenCount":3}}'
	rec '{"type":"tool_call","t":32000,"id":"a","name":"f","args":{}}'
	rec '{"type":"tool_response","t":32750,"id":"a","name":"f","response":{"error":"no"}}'
	rec '{"type":"interrupted","t":33000,"turn":3}'
	rec '{"type":"interrupted","t":33001,"turn":3}'
	rec '{"type":"reconnected","t":34000,"gap_ms":300,"lost_ms":40}'
	rec '{"type":"lost","t":34100,"ms":60}'
	rec '{"type":"end","t":61000,"reason":"input ended","exit":0}'
} >a.gl
printf '%s\n' '# as of today' '{"currency":"EUR", // and not "USD"' \
    '"models":{"m-*":{"in":{"text":1,"audio":2},"out":{"other":10 /* all */}}}}' >prices

run 0 gl-conv -t summary --prices prices a.gl
is "nothing is said" "$(cat err)" ""
got() { jq -c "$1" out; }
is "what it was" "$(got '[.file,.date,.model,.voice,.seconds]')" \
    '["a.gl","2026-11-28T20:00:00Z","m-1","Kore",60]'
is "turns" "$(got '[.turns,.interruptions]')" '[3,1]'
is "latencies" "$(got '[.latency_p50_ms,.latency_p95_ms,.latency_max_ms]')" \
    '[200,300,300]'
is "tools" "$(got '[.tool_calls,.tool_errors,.tool_ms]')" '[1,1,750]'
is "losses" "$(got '[.lost_ms,.reconnections,.gap_ms]')" '[100,1,300]'
is "tokens" "$(got '[.tokens.in.text,.tokens.in.audio,.tokens.out.audio,.tokens.out.text,.tokens.out.other,.tokens.total]')" \
    '[50,250,30,4,3,337]'
is "price" "$(got '[.price,.currency]')" '[0.00092,"EUR"]'

# both spellings of the service's, each in pieces and as a sum that grows, with
# the records as gl-session writes them.  Two turns, by hand:
#   first	in 120 = 20 text + 100 audio; out 30 = 24 audio + 6 text; 8 of thoughts
#   second	in 150 = 20 text + 130 audio; out 11 audio; 30 of the input cached
# of the thoughts the total says nothing, as the service does.
usage() { # TURN IN-TEXT IN-AUDIO OUT-AUDIO OUT-TEXT THOUGHTS CACHED
	head='' meta=''
	if [ $(($2 + $3)) -gt 0 ]; then
		head="\"prompt\":$(($2 + $3)),"
		meta="\"promptTokenCount\":$(($2 + $3)),\"promptTokensDetails\":[{\"modality\":\"TEXT\",\"tokenCount\":$2},{\"modality\":\"AUDIO\",\"tokenCount\":$3}],"
	fi
	[ "$7" = 0 ] || { head="$head\"cached\":$7,"
		meta="$meta\"cachedContentTokenCount\":$7,"; }
	[ "$6" = 0 ] || { head="$head\"thoughts\":$6,"
		meta="$meta\"thoughtsTokenCount\":$6,"; }
	d="{\"modality\":\"AUDIO\",\"tokenCount\":$4}"
	[ "$5" = 0 ] || d="$d,{\"modality\":\"TEXT\",\"tokenCount\":$5}"
	rec "{\"type\":\"usage\",\"t\":1,\"turn\":$1,$head\"response\":$(($4 + $5)),\"total\":$(($2 + $3 + $4 + $5)),\"metadata\":{$meta\"${spelling}TokenCount\":$(($4 + $5)),\"${spelling}TokensDetails\":[$d],\"totalTokenCount\":$(($2 + $3 + $4 + $5))}}"
}
for spelling in response candidates; do
	{
		usage 1 20 100 4 0 0 0
		usage 1 0 0 6 0 0 0
		usage 1 0 0 9 2 3 0
		usage 1 0 0 5 4 5 0
		rec '{"type":"turn_complete","turn":1}'
		usage 2 20 130 2 0 0 30
		usage 2 0 0 9 0 0 0
	} >pieces
	{
		usage 1 20 100 4 0 0 0
		usage 1 20 100 10 0 0 0
		usage 1 20 100 19 2 3 0
		usage 1 20 100 24 6 8 0
		rec '{"type":"turn_complete","turn":1}'
		usage 2 20 130 2 0 0 30
		usage 2 20 130 11 0 0 30
	} >sums
	# a delta each, and the sum of the turn behind them
	{ sed 5q pieces | sed 5d; usage 1 20 100 24 6 8 0
		sed 1,4d pieces; } >mixed
	for f in pieces sums mixed; do
		run 0 gl-conv -t summary $f
		is "$spelling, $f" "$(got '[.tokens.in.text,.tokens.in.audio,
		    .tokens.out.audio,.tokens.out.text,.tokens.thoughts,
		    .tokens.cached,.tokens.total]')" '[40,230,35,6,8,30,311]'
		# the members of the record alone, of no modality
		sed 's/,"metadata":.*/}/' $f >bare
		run 0 gl-conv -t summary bare
		is "... without the service's words" "$(got '[.tokens.in.other,
		    .tokens.out.other,.tokens.total]')" '[270,41,311]'
	done
done

cp a.gl b.gl
run 0 gl-conv -t table a.gl b.gl
is "a row a call" "$(wc -l <out)" 3
like "for people" out '^2026-11-28 20:00    1:00     3    1  0.20s'
run 66 gl-conv -t summary a.gl missing.gl b.gl
is "a file that is missing is no reason to leave out another" \
    "$(jq -r .file out | tr '\n' ' ')" "a.gl b.gl "
like "... and is said" err 'missing.gl: No such file'
run 0 gl-conv -t summary a.gl
is "without prices no price" "$(got .price)" null
sed 's/"m-1"/"x"/' a.gl >c.gl
run 0 gl-conv -t summary --prices prices c.gl
like "a model without a price is said" err 'c.gl: no price for all tokens of x'
echo '{}' >bad
run 78 gl-conv -t summary --prices bad a.gl
like "a table that is none" err 'bad: no object "models"'
printf '{"gl":1,"type":"start","model":"\033[31m\nx","time":"2026"}\n' >evil.gl
printf '{"gl":1,"type":"start","model":"\\u001b[31m\\nx","time":"2026"}\n' >evil.gl
run 0 gl-conv -t table evil.gl
unlike "no orders to a terminal" out "$(printf '\033')"
is "no row of its own" "$(wc -l <out)" 2
head -c 40000 a.gl >cut.gl
run 65 gl-conv -t summary cut.gl b.gl
is "a cut call, and the next" "$(jq -r .file out | tr '\n' ' ')" "cut.gl b.gl "
run 64 gl-conv -t text a.gl b.gl

tap_done
