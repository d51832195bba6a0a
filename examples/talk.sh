#!/bin/sh
# A spoken conversation.  Ctrl-C ends it.  Options go to gl-session:
#	talk.sh -s 'You are a patient teacher of Italian.' --voice Kore
gl-mic | gl-session "$@" | gl-play
