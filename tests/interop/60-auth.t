#!/bin/sh
# Signing in against packages from npm: jose verifies our assertions, aws4 signs
# our requests again, and Google's library gets tokens from gl-emulator.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/auth.sh"

NODE_MODULES=$B/npm
export NODE_MODULES
mkdir -p "$NODE_MODULES"
for p in jose@5 aws4@1 google-auth-library@9; do
	[ -d "$NODE_MODULES/node_modules/${p%@*}" ] ||
	    (cd "$NODE_MODULES" && npm install --silent --no-audit --no-fund \
	    "$p") >npm.log 2>&1
	if [ ! -d "$NODE_MODULES/node_modules/${p%@*}" ]; then
		sed 's/^/# /' npm.log
		skip 'signing in' "the package ${p%@*} cannot be installed"
		tap_done; exit
	fi
done

key sa
service_account sa >sa.json
bg node "$TOP/tests/interop/auth.mjs" serve sa.pub ready
wait_for "the server" test -s ready
GL_AUTH_ENDPOINT=http://127.0.0.1:$(cat ready)
export GL_AUTH_ENDPOINT
run 0 gl-auth --credentials sa.json
is "jose verifies the assertion" "$(cat out)" verified
key other
service_account other >other.json
run 77 gl-auth --credentials other.json
like "... and no other key's" err 'signature verification failed'

AWS_REGION=eu-west-1 AWS_ACCESS_KEY_ID=AKIDEMULATOR
AWS_SECRET_ACCESS_KEY=aws-secret-1c2d AWS_SESSION_TOKEN=aws-session-3e4f
export AWS_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
external '{"environment_id": "aws1", "regional_cred_verification_url":
    "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15"}' \
    '{"subject_token_type": "urn:ietf:params:aws:token-type:aws4_request"}' >aws.json
run 0 gl-auth --credentials aws.json
is "aws4 makes the same signature" "$(cat out)" verified
run 77 env AWS_SECRET_ACCESS_KEY=other gl-auth --no-cache --credentials aws.json
like "... and no other of another secret" err 'wanted'

printf 'subject-secret-5e5e' >subject.txt
external '{"file": "subject.txt"}' >file.json
settings >settings.json
servers
timeout 60 node "$TOP/tests/interop/auth.mjs" client "$GL_AUTH_ENDPOINT" . \
    >out 2>err
is "others' requests get tokens from the emulator" "$(cat out)" "jose ok
file ok
aws ok"
head -5 err | sed 's/^/# /'
tap_done
