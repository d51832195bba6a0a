#!/bin/sh
# The lines of gl-session --stats, on standard input, as a line for a status bar
# (i3bar, dwm, tmux): the state, how long the last answer took, the round trip,
# the user's level, the tokens.
exec jq --unbuffered -r '"\(.state) \(.latency_ms // "-") ms, " +
    "rtt \((.rtt_ms // 0) * 10 | round / 10) ms, " +
    "mic \(.level_in_db // "-") dB, \(.totals.tokens.total) tokens"'
