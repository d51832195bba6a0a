#!/bin/sh
# gl-auth --explain, check and mint.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/auth.sh"

key sa
settings >settings.json
servers
service_account sa >sa.json
user >user.json
mkdir -p "$HOME/.config/gcloud/configurations"
printf '[core]\naccount = a\nproject = proj-gcloud\n' \
    >"$HOME/.config/gcloud/configurations/config_work"
printf work >"$HOME/.config/gcloud/active_config"

# where things come from
run 0 env GOOGLE_APPLICATION_CREDENTIALS=sa.json gl-auth --explain
cat >want <<EOF
GOOGLE_APPLICATION_CREDENTIALS: set
sa.json: service account key
kind: service account key
identity: $SA
project: proj-one (the credentials file)
quota project: not known
scopes: https://www.googleapis.com/auth/cloud-platform
EOF
grep -v '^token: ' out >got
same "what was looked at and found" got want
like "and until when" out '^token: new, good until 20..-..-..T..:..:..Z \(5. min\)$'
cp user.json "$HOME/.config/gcloud/application_default_credentials.json"
run 0 gl-auth --explain
like "the variable is not set" out '^GOOGLE_APPLICATION_CREDENTIALS: not set$'
like "gcloud's login" out 'gcloud/application_default_credentials.json: user login$'
like "gcloud's project" out "^project: proj-gcloud \(gcloud's configuration\)$"
like "quota project" out '^quota project: q-1 \(the credentials file\)$'
run 0 env GOOGLE_CLOUD_PROJECT=p1 GOOGLE_CLOUD_QUOTA_PROJECT=q2 gl-auth --explain
like "the environment goes before" out '^project: p1 \(GOOGLE_CLOUD_PROJECT\)$'
like "for both" out '^quota project: q2 \(GOOGLE_CLOUD_QUOTA_PROJECT\)$'
run 0 env GOOGLE_CLOUD_PROJECT=p1 gl-auth --explain --project p2 --quota-project q3
like "options before all" out '^project: p2 \(--project\)$'
run 66 gl-auth --explain --credentials missing.json
like "also a failure is explained" out '^no token: missing.json: No such file'
run 0 env GEMINI_API_KEY=AIza-key-secret-0a0b HOME=/nowhere gl-auth --explain
like "an API key" out '^GEMINI_API_KEY: an API key, which needs no access token$'
unlike "... which is not shown" out 'key-secret'
run 0 env GEMINI_API_KEY=AIza-key-secret-0a0b gl-auth --explain
like "credentials go before a key" out '^kind: user login$'

# check
run 0 gl-auth check --credentials sa.json --location europe-west4
like "who" out "^identity: $SA$"
like "what" out '^model: projects/proj-one/locations/europe-west4/publishers/google/models/'
like "accepted" out '^accepted: '
printf 'AIza-key-secret-0a0b' >key
run 0 gl-auth check --key-file key
like "a key is accepted" out '^accepted: key$'
printf 'wrong' >key2
run 77 gl-auth check --key-file key2
like "a wrong key" err 'API key is not valid or has expired'
again '.service.denied = ["me@example.com"]'
run 77 gl-auth check --credentials user.json
like "the missing role" err 'grant me@example.com the role roles/aiplatform.user in the project proj-gcloud \(missing: aiplatform.endpoints.predict\)'
run 0 gl-auth check --credentials sa.json
again '.service.disabled = true'
run 77 gl-auth check --credentials sa.json
like "the disabled API" err 'gcloud services enable aiplatform.googleapis.com --project=proj-one'
rm -rf "$HOME/.config"
run 78 gl-auth check --credentials user.json
like "no project" err 'no project is known; give --project'

# mint
GEMINI_API_KEY=AIza-key-secret-0a0b
export GEMINI_API_KEY
run 0 gl-auth mint --uses 0 --expire 19h --new-session-expire 19h
like "an ephemeral token" out '^auth_tokens/[-_A-Za-z0-9]+$'
is "no warning" "$(cat err)" ""
run 0 gl-auth mint
like "one use cannot cover a fresh session" err 'one use: .*--uses 3'
like "30 minutes end a conversation" err 'ends when it expires'
run 0 gl-auth mint --uses 3 --expire 5m -q
is "-q: no warning" "$(cat err)" ""
run 0 gl-auth mint --uses 3 --expire 5m
like "too short for anything" err 'expires before a connection does'
like "uses without time" err 'fresh sessions are refused after'
echo '{"setup": {"model": "gemini-x", "generationConfig": {"temperature": 1}}}' >setup.json
run 0 gl-auth mint --setup setup.json
like "a locked setup without resumption" err 'no "sessionResumption"'
run 0 gl-auth mint --setup setup.json --lock set --json
is "the whole answer" "$(jq '.name and .expireTime' 2>&1 <out)" true
run 0 gl-auth mint --header
like "a header" out '^Authorization: Token auth_tokens/'
run 64 gl-auth mint --lock set
echo nonsense >setup.json
run 65 gl-auth mint --setup setup.json
run 66 gl-auth mint --setup missing.json
run 77 env GEMINI_API_KEY=wrong gl-auth mint
like "a wrong key" err 'API key is not valid'
run 78 env -u GEMINI_API_KEY gl-auth mint
like "no key" err 'an API key is needed'
again '.faults = [{path: "/v1beta/auth_tokens", status: 404}]'
run 0 gl-auth mint -v
like "v1alpha where v1beta has it not" err 'asking v1alpha'
run 78 gl-auth mint --api-version v1beta
tap_done
