#!/bin/sh
# Every WAV file of the current folder, many at a time.  What failed is in the
# log with its exit code (75: worth another try), and a second run does only
# that: batch.sh [jobs]
# shellcheck disable=SC2012
ls -- *.wav | parallel -j "${1:-50}" --joblog log --resume-failed \
    'gl-session <{} >{.}.gl'
