#!/bin/sh
# Credentials files that cannot be used, programs that fail, wrong words: a
# sentence with the remedy, the exit code, nothing on standard output.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/auth.sh"

# files
run 78 gl-auth
like "no credentials at all" err 'gcloud auth application-default login'
fails 66 'x.json: No such file'
run 66 env GOOGLE_APPLICATION_CREDENTIALS=/nowhere/x.json gl-auth
like "the variable is named" err 'check GOOGLE_APPLICATION_CREDENTIALS'
mkdir x.json; fails 66 'a folder, not a file'; rmdir x.json
: >x.json; fails 65 'is empty'
user | head -c 100 >x.json; fails 65 'is not whole JSON'
head -c 300000 /dev/zero | tr '\0' ' ' >x.json; fails 65 'over 256 KiB'
head -c 2000 /dev/urandom >x.json; printf '\0' >>x.json
fails 65 'is binary'
awk 'BEGIN { for (i = 0; i < 200; i++) printf "[" }' >x.json
fails 65 'is not whole JSON .*deep'
echo '[1]' >x.json; fails 65 'not an object'
printf -- '-----BEGIN PRIVATE KEY-----\n' >x.json; fails 65 'bare PEM'
echo AIzaSyExample >x.json; fails 65 'give it by --key-file'
echo '{"installed": {"client_id": "x"}}' >x.json; fails 78 'OAuth client, not a login'
echo '{"a": 1}' >x.json; fails 65 'known types are service_account, authorized_user'
echo '{"type": "magic"}' >x.json; fails 78 'type "magic"; known are service_account'
echo '{"type": "gdch_service_account"}' >x.json; fails 78 'Distributed Cloud'
user | jq 'del(.client_secret)' >x.json; fails 78 'has no "client_secret"'
external '{"certificate": {}}' >x.json; fails 78 'X.509'
external '{}' >x.json; fails 78 'file, url, executable, AWS'
external '{"file": "f"}' '{"token_url": "http://sts.example.com/"}' >x.json
fails 78 'over https only'

# secrets go to Google and this machine, unless another host is named
echo secret >f
strange() {
	external '{"file": "f"}' "$1" >x.json
	fails 78 "would send secrets to $2, which is not Google's; allow it by \
GOOGLE_EXTERNAL_ACCOUNT_ALLOW_HOSTS=$2"
}
for h in sts.evil.example googleapis.com.evil.example xgoogleapis.com \
    169.254.169.254; do
	strange "{\"token_url\": \"https://$h/v1/token\"}" "$h"
done
path=/v1/projects/-/serviceAccounts/a@b.c:generateAccessToken
strange '{"token_url": "https://sts.googleapis.com/",
    "service_account_impersonation_url": "https://evil.example'$path'"}' \
    evil.example
jq -n '{type: "external_account_authorized_user", client_id: "i",
    client_secret: "secret-9d", refresh_token: "r",
    token_url: "https://evil.example/token"}' >x.json
fails 78 'would send secrets to evil.example'
jq -n --slurpfile x x.json '{type: "impersonated_service_account",
    service_account_impersonation_url:
    "https://iamcredentials.googleapis.com'$path'",
    source_credentials: $x[0]}' >y.json; mv y.json x.json
fails 78 'would send secrets to evil.example'
# a named one is dialled: behind a proxy that is not there
external '{"file": "f"}' '{"token_url": "https://sts.invalid/v1/token"}' >x.json
run 78 gl-auth --credentials x.json
for hosts in 1 sts.invalid a.example,STS.invalid; do
	GOOGLE_EXTERNAL_ACCOUNT_ALLOW_HOSTS=$hosts \
	    HTTPS_PROXY=http://127.0.0.1:1 run 69 \
	    gl-auth --credentials x.json
done
for hosts in invalid xsts.invalid sts.invalid.example '*' ''; do
	GOOGLE_EXTERNAL_ACCOUNT_ALLOW_HOSTS=$hosts run 78 \
	    gl-auth --credentials x.json
done
external '{"file": "missing.txt"}' >x.json; fails 66 'missing.txt.*cannot be read'
external '{"url": "http://10.1.2.3/token"}' >x.json; fails 78 "machine's own link"
key sa
service_account sa | jq '.private_key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"' >x.json
fails 65 'download a new key'
unlike "not a byte of the key" err AAAA
service_account sa >x.json
printf 'AIza-key' >key; chmod 640 key
run 0 gl-auth --key-file key --header
like "a key file that others can read" err 'key: others can read it \(mode 0640\); chmod 600'

# programs of external accounts
GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1
export GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES
program() {
	printf '#!/bin/sh\n%s\n' "$1" >give; chmod +x give
	external "{\"executable\": {\"command\": \"$PWD/give\"}}" >x.json
	fails "$2" "$3"
}
program 'echo "{\"version\": 1, \"success\": false, \"code\": \"E7\", \"message\": \"locked\"}"' 77 'it failed: E7: locked'
program 'exit 3' 77 'exit code 3'
program 'kill -9 $$' 77 'ended by signal 9'
program 'echo hello' 77 'gives no token'
program 'head -c 100000 /dev/zero' 65 'output is over 65536 bytes'
program 'echo "{\"version\": 1, \"success\": true, \"token_type\": \"urn:ietf:params:oauth:token-type:jwt\", \"id_token\": \"x\", \"expiration_time\": 1}"' 77 'token has expired'
external '{"executable": {"command": "/nowhere/give"}}' >x.json
fails 78 'No such file'
external '{"executable": {"command": "x", "timeout_millis": 10}}' >x.json
fails 78 'between 5000 and 120000'

# words
run 64 gl-auth --bad
run 64 gl-auth what
run 64 gl-auth mint --uses -1
run 64 gl-auth --uses 1
run 64 gl-auth mint --expire 20h
tap_done
