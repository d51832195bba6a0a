#!/bin/sh
# Push to talk: the space bar starts and ends what the user says, and silences
# the model at once.  Options go to gl-session.
gl-mic --ptt | gl-session --vad manual "$@" | gl-play
