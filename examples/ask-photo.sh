#!/bin/sh
# A question about a photo: ask-photo.sh photo.jpg 'What is wrong with this?'
# prints the answer's words.  Without the photo nothing is asked.
set -e
photo=${1?usage: ask-photo.sh photo question}
question=${2?usage: ask-photo.sh photo question}
picture=$(mktemp)
trap 'rm -f "$picture"' EXIT
trap 'exit 130' INT TERM HUP
gl-frames "$photo" >"$picture"
printf '%s\n' "$question" | cat "$picture" - | gl-session -t -f text
