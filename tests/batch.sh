# shellcheck shell=sh disable=SC2034
# A folder of recordings and what is made of it, for the tests of jobs; source
# this after tap.sh.

J=$TOP/examples/jobs
ffmpeg -v error -f lavfi -i 'sine=440:r=16000:d=4' -f s16le -ac 1 tone.pcm

# recordings N FOLDER: number i of 0.4 s and i tenths more, and what is heard
recordings() {
	i=0; mkdir -p "$2"
	while [ $i -lt "$1" ]; do
		n=$((400 + i % 20 * 100))
		{ head -c $((n * 32)) tone.pcm; head -c 32000 /dev/zero; } |
		    sox -t s16 -r 16000 -c 1 - "$2/r$i.wav"
		echo "[$((n / 1000)).$((n % 1000 / 100)) s of speech]" >"$2/r$i.said"
		i=$((i + 1))
	done
}

# right FOLDER: how many texts are there, and how many are right
right() {
	for f in "$1"/*.said; do
		[ ! -e "${f%.said}.txt" ] || { echo there
		cmp -s "$f" "${f%.said}.txt" && echo right; }
	done | sort | uniq -c | tr -s ' \n' ' '
}

# reported FOLDER: how many were reported as done
reported() { cat "$1"/report.*.jsonl 2>/dev/null | jq -r 'select(.exit == 0).output' | wc -l; }
enough() { [ "$(reported "$1")" -ge "$2" ]; }

# once FOLDER: outputs that were reported as done more than once
once() { cat "$1"/report.*.jsonl | jq -r 'select(.exit == 0).output' | sort | uniq -d; }

# quota LOG: the most connections that ever stood at once, without those that
# were refused by a close frame
quota() {
	jq -s -r '([.[] | select(.type == "close" and .code == 1011).conn] |
	    map({(tostring): 1}) | add // {}) as $refused | .[] |
	    select($refused[.conn | tostring] | not) |
	    if .type == "open" then "\(.us) 1 \(.conn)"
	    elif .type == "closed" or .type == "close" then "\(.us) -1 \(.conn)"
	    else empty end' "$1" |
	    sort -n | awk '$2 > 0 { on[$3] = 1; n++ } $2 < 0 && on[$3] { on[$3] = 0; n-- }
	    n > max { max = n } END { print max + 0 }'
}
