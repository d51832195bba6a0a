#!/bin/sh
# The conversation with other programs' audio: raw PCM in, raw PCM out.
arecord -q -t raw -f S16_LE -r 16000 | gl-session -r "$@" |
    aplay -q -t raw -f S16_LE -r 24000
