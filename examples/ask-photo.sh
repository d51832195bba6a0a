#!/bin/sh
# A question about a photo: ask-photo.sh photo.jpg 'What is wrong with this?'
# prints the answer's words.
set -e
photo=${1?usage: ask-photo.sh photo question}
question=${2?usage: ask-photo.sh photo question}
jq -nc --arg q "$question" '{type: "text", text: $q}' |
    gl-frames -i "$photo" | gl-session | gl-conv --model
