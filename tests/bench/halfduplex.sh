#!/bin/sh
# Ten minutes of talk in half duplex, twelve rooms of 54 seconds at once: the
# loudspeaker is fed back into the microphone at full level.
set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd)
export B="${B:-$TOP/build}" ROOMS=12 SECONDS_OF_TALK=54
if sh "$TOP/tests/pipeline/57-half-duplex-talk.t" >"$B/half-duplex.log" 2>&1; then
	echo "half duplex, 648 s of talk: never interrupted by the model's own" \
	    "voice, every utterance arrived whole"
else
	echo "half duplex, 648 s of talk: FAILED"
	grep -v '^ok' "$B/half-duplex.log"
	exit 1
fi
