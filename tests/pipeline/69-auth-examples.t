#!/bin/sh
# The examples of signing in, as they stand.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/auth.sh"

key sa
settings >settings.json
servers
service_account sa >sa.json
run 0 sh "$TOP/examples/signin.sh" --credentials sa.json
like "who" out "^identity: $SA$"
like "let in" out '^accepted: Vertex AI answers to this identity$'
again '.service.disabled = true'
run 77 sh "$TOP/examples/signin.sh" --credentials sa.json
like "what to do" err 'gcloud services enable aiplatform.googleapis.com'
run 66 sh "$TOP/examples/signin.sh" --credentials missing.json

unset GL_AUTH_ENDPOINT
GL_EMULATOR_HOST=127.0.0.1:$PORT GEMINI_API_KEY=AIza-key-secret-0a0b
export GL_EMULATOR_HOST GEMINI_API_KEY
echo 'How high is Mont Blanc?' >question
run 0 sh "$TOP/examples/ephemeral.sh" -t -f stream <question
like "a conversation" out '"type":"turn_complete"'
GEMINI_API_KEY=wrong
run 77 sh "$TOP/examples/ephemeral.sh" -t -f stream <question
like "a wrong key" err 'API key is not valid'
tap_done
