#!/bin/sh
# gl-conv -t vtt in two parsers of npm's: ten minutes of speech, and a talk that
# tries to be more than words.
. "$(dirname "$0")/../tap.sh"
NODE_MODULES=$B/npm
export NODE_MODULES
mkdir -p "$NODE_MODULES"
if ! { [ -d "$NODE_MODULES/node_modules/webvtt-parser" ] &&
    [ -d "$NODE_MODULES/node_modules/node-webvtt" ]; } &&
    ! (cd "$NODE_MODULES" && npm install --silent --no-audit --no-fund \
    webvtt-parser@2 node-webvtt@1) >npm.log 2>&1; then
	sed 's/^/# /' npm.log
	ok "webvtt-parser and node-webvtt can be installed" false
	tap_done
	exit
fi
python3 "$TOP/tests/subtitles.py" make . words
emulator --speed 40 -s rules
run 0 gl-session -m gemini-2.5-flash-native-audio-latest --vad auto \
    --transcripts out --record call.gl <talk.wav
run 0 gl-conv --user -o user.vtt call.gl
run 0 node "$TOP/tests/interop/webvtt.mjs" user.vtt
is "ten minutes of one side" "$(cat out)" \
    "cues $(grep -c -e '-->' user.vtt) alike true"
run 0 gl-conv -o both.vtt call.gl
run 0 node "$TOP/tests/interop/webvtt.mjs" both.vtt
is "ten minutes of both" "$(cat out)" \
    "cues $(grep -c -e '-->' both.vtt) alike true"

cat >evil.gl <<'END'
{"type":"transcript","role":"user","t":1000,"text":"a --> b 00:01.000 --> 00:02.000 </v><i>x</i> &lt; &amp;"}
{"type":"transcript","role":"model","t":9000,"text":"one\n\n2\n00:00:01.000 --> 00:00:09.000\nNOTE x\n\nSTYLE\r\n::cue{}\u0000\u0085\u2028 end"}
END
run 0 gl-conv -t vtt evil.gl
mv out evil.vtt
run 0 node "$TOP/tests/interop/webvtt.mjs" evil.vtt all
is "two cues at least" "$(head -1 out | cut -d' ' -f1,3-)" "cues alike true"
is "marks are words, and nothing in them is a cue, a note or a style" \
    "$(tail -n +2 out | cut -d' ' -f3- | tr '\n' ' ')" \
    "$(printf 'a --> b 00:01.000 --> 00:02.000 </v><i>x</i> &lt; &amp; one 2 00:00:01.000 --> 00:00:09.000 NOTE x STYLE ::cue{}\357\277\275\357\277\275\342\200\250 end ')"
tap_done
