#!/bin/sh
# A typed question, a spoken answer: ask-text.sh 'How high is Mont Blanc?'
echo "${*:-How high is Mont Blanc?}" | gl-session -t | gl-play
