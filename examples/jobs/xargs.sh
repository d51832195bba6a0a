#!/bin/sh
# Every recording of this folder to text, 50 at a time by xargs: xargs.sh
# [options of gl-session].  A second run does what failed, and only that.  xargs
# ends with 123 where one failed.
PATH=$(cd "$(dirname "$0")" && pwd):$PATH
ls -- *.wav >/dev/null || exit 66
printf '%s\0' *.wav | xargs -0 -P "${JOBS:-50}" -I{} sh -c \
    'job "$0" "${0%.wav}.txt" --transcribe "$@"' {} "$@"
