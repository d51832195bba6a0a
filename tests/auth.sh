# For the tests of gl-auth, sourced after tap.sh: keys, credentials files and
# the servers.

unset GCLOUD_PROJECT GOOGLE_CLOUD_QUOTA_PROJECT CLOUDSDK_CONFIG \
	GL_AUTH_ENDPOINT GCE_METADATA_HOST GCE_METADATA_ROOT GCE_METADATA_IP \
	GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES AWS_REGION \
	AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY \
	AWS_SESSION_TOKEN
NO_GCE_CHECK=true
export NO_GCE_CHECK
umask 077
SA=robot@proj-one.iam.gserviceaccount.com

# key NAME: an RSA key by openssl: NAME.pem and NAME.pub.
key() {
	openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 \
	    -out "$1.pem" 2>/dev/null || openssl genpkey -algorithm RSA \
	    -pkeyopt rsa_keygen_bits:2048 -out "$1.pem" 2>/dev/null
	openssl pkey -in "$1.pem" -pubout -out "$1.pub"
}

# service_account KEY [TOKEN_URI]: a key file on standard output.
service_account() {
	jq -n --rawfile k "$1.pem" --arg e "$SA" --arg u "${2-}" '{
	    type: "service_account", project_id: "proj-one",
	    private_key_id: "kid-1", private_key: $k, client_email: $e} +
	    if $u == "" then {} else {token_uri: $u} end'
}

# user: a login by gcloud on standard output.
user() {
	jq -n '{type: "authorized_user", client_id: "cid.apps",
	    client_secret: "client-secret-9d1f", account: "me@example.com",
	    refresh_token: "1//refresh-secret-77ab", quota_project_id: "q-1"}'
}

# external SOURCE [MORE]: an external account whose credential_source is the
# JSON text SOURCE, with the members of MORE.
external() {
	jq -n --argjson s "$1" --argjson m "${2-{\}}" '{
	    type: "external_account", audience: "//iam/pools/p/providers/x",
	    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
	    credential_source: $s} + $m'
}

# settings [FILTER]: what the servers accept, changed by a jq filter.
settings() {
	[ -f sa.pub ] || : >sa.pub
	jq -n --rawfile k sa.pub --arg e "$SA" '{
	    service_accounts: [{client_email: $e, private_key_id: "kid-1",
		public_key: $k}],
	    users: [{client_id: "cid.apps",
		client_secret: "client-secret-9d1f",
		refresh_token: "1//refresh-secret-77ab",
		account: "me@example.com"}],
	    subjects: ["subject-secret-5e5e"],
	    aws: [{id: "AKIDEMULATOR", secret: "aws-secret-1c2d",
		session: "aws-session-3e4f"}],
	    audience: "//iam/pools/p/providers/x",
	    impersonation: [
		{member: "me@example.com", target: $e},
		{member: "//iam/pools/p/providers/x", target: $e}],
	    api_keys: ["AIza-key-secret-0a0b"],
	    machine: {email: "vm@proj-vm.iam.gserviceaccount.com",
		project: "proj-vm"}}' | jq "${1-.}"
}

# servers [--tls]: starts gl-emulator with settings.json; sets $PORT and the
# endpoint; with --tls its authority is in ca.pem.
# shellcheck disable=SC2120
servers() {
	rm -f servers.ready; mkfifo servers.ready
	# shellcheck disable=SC2086
	gl-emulator --auth settings.json ${1:+--tls --ca ca.pem} --ready-fd 3 \
	    3>servers.ready 2>servers.err &
	servers=$!; tap_pids="$tap_pids $servers"
	read -r PORT <servers.ready ||
	    tap_stop "gl-emulator --auth starts" servers.err
	PORT=${PORT##*:}
	GL_AUTH_ENDPOINT=http${1:+s}://127.0.0.1:$PORT
	export GL_AUTH_ENDPOINT
}

# again FILTER: the servers anew with other settings, the cache emptied.
again() {
	kill "$servers"; wait "$servers" 2>/dev/null
	settings "$1" >settings.json
	rm -rf "$XDG_CACHE_HOME/gl"
	servers
}

# asked: how many requests came so far.
asked() { curl -s "$GL_AUTH_ENDPOINT/emulator/asked" | jq '.total'; }

# parts FILE: header and claims of the JWT in a file, a line each.
parts() {
	for i in 1 2; do
		cut -d. -f$i "$1" | tr -d '\n' | tr '_-' '/+' |
		    awk '{ while (length($0) % 4) $0 = $0 "="; print }' |
		    base64 -d; echo
	done
}

# fails CODE PATTERN ARGUMENTS...: gl-auth with a file x.json.
fails() {
	fails_code=$1 fails_like=$2; shift 2
	run "$fails_code" gl-auth --credentials x.json "$@"
	like "... $fails_like" err "^gl-auth: .*$fails_like"
	is "... one line, and no output" "$(wc -l <err; cat out)" 1
}
