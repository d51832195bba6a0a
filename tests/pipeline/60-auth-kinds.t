#!/bin/sh
# gl-auth gets a token for every kind of credentials, over real HTTP.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/auth.sh"

key sa
settings >settings.json
servers

service_account sa >sa.json
GOOGLE_APPLICATION_CREDENTIALS=$PWD/sa.json
export GOOGLE_APPLICATION_CREDENTIALS
run 0 gl-auth
like "service account: a token alone on a line" out '^ya29\.emulator-[-_A-Za-z0-9]+$'
is "nothing is said" "$(cat err)" ""
is "one line" "$(wc -l <out)" 1

user >user.json
GOOGLE_APPLICATION_CREDENTIALS=user.json
run 0 gl-auth
like "user: a token" out '^ya29\.'

mkdir -p gcloud && cp user.json gcloud/application_default_credentials.json
unset GOOGLE_APPLICATION_CREDENTIALS
run 0 env CLOUDSDK_CONFIG=gcloud gl-auth --json
is "gcloud's login is found" "$(jq -r .identity out)" me@example.com
is "its quota project" "$(jq -r .quota_project_id out)" q-1
is "its kind" "$(jq -r .kind out)" "user login"

GCE_METADATA_HOST=127.0.0.1:$PORT
export GCE_METADATA_HOST
unset NO_GCE_CHECK
run 0 gl-auth --json
is "metadata: the identity" "$(jq -r .identity out)" vm@proj-vm.iam.gserviceaccount.com
is "metadata: the project" "$(jq -r .project_id out)" proj-vm
run 0 env http_proxy=http://127.0.0.1:9 gl-auth
like "metadata: never through a proxy" out '^ya29\.'
unset GCE_METADATA_HOST
NO_GCE_CHECK=true; export NO_GCE_CHECK

printf 'subject-secret-5e5e' >subject.txt
external '{"file": "subject.txt"}' >x.json
run 0 gl-auth --credentials x.json
like "external, file" out '^ya29\.'
echo '{"id_token": "subject-secret-5e5e"}' >subject.json
external '{"file": "subject.json", "format": {"type": "json",
    "subject_token_field_name": "id_token"}}' >x.json
run 0 gl-auth --credentials x.json
external "{\"url\": \"http://127.0.0.1:$PORT/subject/json\",
    \"headers\": {\"Metadata\": \"True\"}, \"format\": {\"type\": \"json\",
    \"subject_token_field_name\": \"access_token\"}}" >x.json
run 0 gl-auth --credentials x.json
like "external, URL" out '^ya29\.'

cat >give <<'EOF'
#!/bin/sh
env | grep -E '^(GOOGLE|GEMINI)' >given.env
printf '{"version": 1, "success": true, "token_type":
    "urn:ietf:params:oauth:token-type:id_token", "id_token":
    "subject-secret-5e5e", "expiration_time": 99999999999}'
EOF
chmod +x give
external "{\"executable\": {\"command\": \"'$PWD/give' a b\",
    \"timeout_millis\": 5000}}" >x.json
run 78 gl-auth --credentials x.json
like "a program runs only if allowed" err 'GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1'
GEMINI_API_KEY=api-key-secret
export GEMINI_API_KEY
run 0 env GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1 gl-auth --credentials x.json
like "external, executable" out '^ya29\.'
like "it is told the audience" given.env 'ACCOUNT_AUDIENCE=//iam/pools/p/providers/x'
unlike "it gets no API key" given.env 'api-key-secret'

# one that leaves a child behind, which holds its output open
{ echo '#!/bin/sh'; echo "MARK=$PWD sleep 100 &"; sed 1d give; } >leave
chmod +x leave
external "{\"executable\": {\"command\": \"$PWD/leave\",
    \"timeout_millis\": 5000}}" >x.json
run 0 env GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1 gl-auth --no-cache \
    --credentials x.json
like "its token is taken when it ends" out '^ya29\.'
left() { grep -lzsxF "MARK=$PWD" /proc/[0-9]*/environ; }
gone() { [ -z "$(left)" ]; }
wait_for "the child's end" gone
is "the child is ended too" "$(left)" ""
unset GEMINI_API_KEY

aws='{"environment_id": "aws1", "regional_cred_verification_url":
    "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15"'
type='{"subject_token_type": "urn:ietf:params:aws:token-type:aws4_request"}'
external "$aws}" "$type" >x.json
run 0 env AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=AKIDEMULATOR \
    AWS_SECRET_ACCESS_KEY=aws-secret-1c2d AWS_SESSION_TOKEN=aws-session-3e4f \
    gl-auth --credentials x.json
like "external, AWS by the environment" out '^ya29\.'
u=http://127.0.0.1:$PORT/latest
external "$aws, \"region_url\": \"$u/meta-data/placement/availability-zone\",
    \"url\": \"$u/meta-data/iam/security-credentials\",
    \"imdsv2_session_token_url\": \"$u/api/token\"}" "$type" >x.json
run 0 gl-auth --credentials x.json
like "external, AWS by its metadata server" out '^ya29\.'
run 77 env AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=AKIDEMULATOR \
    AWS_SECRET_ACCESS_KEY=wrong gl-auth --no-cache --credentials x.json

iam=https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts
external '{"file": "subject.txt"}' "{\"service_account_impersonation_url\":
    \"$iam/$SA:generateAccessToken\"}" >x.json
run 0 gl-auth --credentials x.json --json
is "external, impersonating" "$(jq -r .identity out)" "$SA"

user | jq --arg u "$iam/$SA:generateAccessToken" '{
    type: "impersonated_service_account", source_credentials: .,
    service_account_impersonation_url: $u}' >i.json
run 0 gl-auth --credentials i.json --json
is "impersonated" "$(jq -r .identity out)" "$SA"
jq '.delegates = ["a@b"]' i.json >i2.json
run 77 gl-auth --credentials i2.json
like "the role that is missing" err "grant me@example.com the role roles/iam.serviceAccountTokenCreator on $SA"
again '.impersonation[0].delegates = ["a@b"]'
run 0 gl-auth --credentials i2.json
like "delegates" out '^ya29\.'

user | jq --arg u "http://127.0.0.1:$PORT/v1/oauthtoken" '
    .type = "external_account_authorized_user" | .token_url = $u' >eu.json
run 0 gl-auth --credentials eu.json
like "external account's user" out '^ya29\.'

printf 'AIza-key-secret-0a0b\n' >key
run 78 gl-auth --key-file key
like "an API key needs no token" err 'needs no access token'
is "and none is printed" "$(cat out)" ""
run 0 gl-auth --key-file key --header
is "but a header can be had" "$(cat out)" "x-goog-api-key: AIza-key-secret-0a0b"
run 0 gl-auth --credentials user.json --header
like "the header of a token" out '^Authorization: Bearer ya29\.'

run 0 env GL_EMULATOR_HOST=127.0.0.1:9 gl-auth
is "the emulator asks for no credentials" "$(cat out)" emulator
run 0 env GL_EMULATOR_HOST=127.0.0.1:9 gl-auth --explain
like "and --explain says so" out 'stands for no identity'
tap_done
