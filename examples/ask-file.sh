#!/bin/sh
# A recorded question: ask-file.sh question.wav [answer]
# leaves the conversation in answer.gl, the spoken answer in answer.wav and
# prints the words.
set -e
question=${1?usage: ask-file.sh question.wav [answer]}
answer=${2:-answer}
gl-session <"$question" >"$answer.gl"
gl-conv -t wav <"$answer.gl" >"$answer.wav"
gl-conv -t text <"$answer.gl"
