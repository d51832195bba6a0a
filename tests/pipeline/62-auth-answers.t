#!/bin/sh
# What the servers answer: each refusal and each answer that is none has its
# sentence with the remedy, and its exit code.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/auth.sh"

key sa
# nobody there
user >x.json
GL_AUTH_ENDPOINT=http://127.0.0.1:1 fails 69 'check the network, the name service'
fails 69 'check the network' --endpoint http://127.0.0.1:1
fails 78 'over https only' --endpoint http://example.com

# what the servers say
settings '.users[0].refresh_token = "other"' >settings.json
servers
fails 77 'login has expired or was revoked: gcloud auth application-default login'
again '.users[0].rapt = true'; fails 77 'wants you to log in again'
again '.users = []'; fails 77 'log in anew'
service_account sa >x.json
again '.date_skew = -4000'
fails_skew=$(jq '.service_accounts[0].public_key = "none"' settings.json)
echo "$fails_skew" >settings.json; kill "$servers"; servers
fails 77 "this machine's clock is (3999|4000|4001) s ahead of"
again '.service_accounts = []'; fails 77 'does not exist or is disabled'
key other; cp other.pub sa.pub
again .; fails 77 'this key of robot@.* was deleted or disabled'
openssl pkey -in sa.pem -pubout -out sa.pub
printf 'subject' >subject.txt
external '{"file": "subject.txt"}' >x.json
again .; fails 77 "identity provider's token is not accepted"
printf 'subject-secret-5e5e' >subject.txt
again '.audience = "other"'; fails 78 '"audience" names no pool or provider'
user >x.json

# faults FILTER CODE PATTERN: the token endpoint misbehaves.
fault() {
	again ".faults = [{path: \"/token\"} + $1]"
	fails "$2" "$3" --timeout 700ms
}
fault '{kind: "html"}' 76 'a web page instead of an answer'
fault '{kind: "html", status: 403}' 76 'a web page instead of an answer'
fault '{kind: "empty"}' 76 'an empty answer'
fault '{kind: "endless"}' 76 'the answer is over 262144 bytes'
fault '{kind: "redirect"}' 76 'a redirect, which is not followed'
fault '{kind: "drop"}' 76 'check for a proxy in between'
fault '{kind: "never"}' 69 'no whole answer in time'
fault '{body: "{}"}' 76 'no "access_token" in it'
fault '{body: "{\"access_token\": \"a b\"}"}' 76 'its token is not a token'
fault '{body: "{\"access_token\": \"x\", \"expires_in\": \"soon\"}"}' 76 'expires_in'
fault '{body: "{\"access_token\": \"x\", \"token_type\": \"mac\"}"}' 76 'another type'
fault '{status: 400, body: "{\"error\": \"weird\", \"error_description\": \"1//refresh-secret-77ab is\\u001b[31m\\u009b32m bad\"}"}' 77 'weird: \(left out\) is \[31m 32m bad'

# servers that repeat what they got, whole or cut, in the form it was sent in
basic=$(printf 'cid.apps:client-secret-9d1f' | base64)
zone=/latest/meta-data/placement/availability-zone
again "def echo(\$path; \$text): {path: \$path, status: 400, body: ({
	error: \"odd\", error_description: (\$text + \";\")} | tojson)};
    .faults = [echo(\"/token\"; \"1%2f%2Frefresh-secret-77ab, client-secret\"),
	echo(\"/v1/token\"; \"Basic $basic, aws-session-3e4f\"),
	echo(\"/subject/text\"; \"Bearer header-secret, header-s\"),
	echo(\"$zone\"; \"imds-session-secret, imds-ses\")]"
fails 77 'odd: \(left out\), \(left out\);'
u=http://127.0.0.1:$PORT
user | jq --arg u "$u/v1/token" '.token_url = $u |
    .type = "external_account_authorized_user"' >x.json
fails 77 'odd: Basic \(left out\), aws-session-3e4f;'
external "{\"url\": \"$u/subject/text\", \"headers\":
    {\"Authorization\": \"Bearer header-secret-4a4a\"}}" >x.json
fails 77 'odd: \(left out\), \(left out\);'
aws='{"environment_id": "aws1", "regional_cred_verification_url":
    "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity"'
external "$aws, \"region_url\": \"$u$zone\",
    \"imdsv2_session_token_url\": \"$u/latest/api/token\"}" >x.json
fails 77 'odd: \(left out\), \(left out\);'
external "$aws}" '{"client_id": "cid.apps",
    "client_secret": "client-secret-9d1f"}' >x.json
AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=AKIDEMULATOR \
    AWS_SECRET_ACCESS_KEY=aws-secret-1c2d AWS_SESSION_TOKEN=aws-session-3e4f
export AWS_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
fails 77 'odd: Basic \(left out\), \(left out\);'
unset AWS_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
user >x.json

# the machine's own server
unset NO_GCE_CHECK
again '.machine = {}'
run 78 env GCE_METADATA_HOST=127.0.0.1:$PORT gl-auth
like "no service account" err 'no service account is attached'
again '.faults = [{path: "/", kind: "html"}]'
run 78 env GCE_METADATA_IP=127.0.0.1:1 gl-auth --explain
like "no metadata server" out '^metadata server: none'
again '.faults = [{body: "{\"access_token\": \"evil\"}",
    path: "/computeMetadata/v1/instance/service-accounts/default/token"}]'
run 76 env GCE_METADATA_HOST=127.0.0.1:$PORT gl-auth
like "somebody else in its place" err "is not Google's metadata server"
NO_GCE_CHECK=true; export NO_GCE_CHECK

tap_done
