#!/bin/sh
# Every recording of this folder to text by GNU parallel, on this host or on
# several that share the folder:
#
#     parallel.sh                       # here
#     HOSTS=anna,berta parallel.sh      # by ssh; each needs gl-session
#
# The log tells what ended how; a second run does what failed, and only that.
# What a lost host had is done by another one.  parallel ends with the number of
# jobs that failed.
here=$(cd "$(dirname "$0")" && pwd)
set -- -j "${JOBS:-50}" --joblog log --resume-failed
[ -z "$HOSTS" ] || set -- "$@" -S "$HOSTS" --workdir "$PWD" --retries 3 \
    --env SLOTS --env RETRY --env GEMINI_API_KEY
ls -- *.wav >/dev/null || exit 66
printf '%s\0' *.wav | parallel -0 "$@" "$here/job" '{}' '{.}.txt' --transcribe
