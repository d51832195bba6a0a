#!/bin/sh
# What gl-auth puts on the wire, looked at with openssl and jq; and TLS.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/auth.sh"

# a server that keeps each request's head and body, and answers with a token
cat >record.py <<'EOF'
import http.server, sys
class H(http.server.BaseHTTPRequestHandler):
    n = 0
    def do_POST(self):
        H.n += 1
        body = self.rfile.read(int(self.headers["Content-Length"]))
        open("head.%d" % H.n, "w").write(self.requestline + "\n" + str(self.headers))
        open("body.%d" % H.n, "wb").write(body)
        answer = b'{"access_token": "t", "expires_in": 3600, "token_type": "Bearer"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
    def log_message(self, *a): pass
s = http.server.HTTPServer(("127.0.0.1", 0), H)
print(s.server_port, flush=True)
s.serve_forever()
EOF
mkfifo port
python3 record.py >port & tap_pids="$tap_pids $!"
read -r PORT <port
GL_AUTH_ENDPOINT=http://127.0.0.1:$PORT
export GL_AUTH_ENDPOINT

# field NAME FILE: a value of a form, decoded.
field() {
	tr '&' '\n' <"$2" | sed -n "s/^$1=//p" |
	    python3 -c 'import sys, urllib.parse
sys.stdout.write(urllib.parse.unquote(sys.stdin.read().strip()))'
}

key sa
service_account sa >sa.json
run 0 gl-auth --credentials sa.json
is "the grant" "$(field grant_type body.1)" \
    urn:ietf:params:oauth:grant-type:jwt-bearer
field assertion body.1 >jwt
parts jwt >parts.json
is "the header" "$(sed -n 1p parts.json | jq -cS .)" \
    '{"alg":"RS256","kid":"kid-1","typ":"JWT"}'
is "the claims" "$(sed -n 2p parts.json | jq -cS 'del(.iat, .exp)')" \
    "$(jq -ncS --arg e "$SA" '{aud: "https://oauth2.googleapis.com/token",
	iss: $e, scope: "https://www.googleapis.com/auth/cloud-platform"}')"
is "an hour" "$(sed -n 2p parts.json | jq '.exp - .iat')" 3600
ok "from now" [ "$(sed -n 2p parts.json | jq --argjson n "$(date +%s)" \
    '.iat <= $n and .iat > $n - 60')" = true ]
cut -d. -f1-2 jwt | tr -d '\n' >signed
cut -d. -f3 jwt | tr '_-' '/+' |
    awk '{ while (length($0) % 4) $0 = $0 "="; print }' | base64 -d >sig
is "the signature, by openssl" \
    "$(openssl dgst -sha256 -verify sa.pub -signature sig signed)" "Verified OK"
printf x >>signed
is "... and not of other bytes" \
    "$(openssl dgst -sha256 -verify sa.pub -signature sig signed 2>/dev/null)" \
    "Verification failure"

user >user.json
run 0 gl-auth --credentials user.json
is "a refresh" "$(tr '&' '\n' <body.2 | sort)" "client_id=cid.apps
client_secret=client-secret-9d1f
grant_type=refresh_token
refresh_token=1%2F%2Frefresh-secret-77ab"
like "a form" head.2 '^Content-Type: application/x-www-form-urlencoded$'
unlike "nothing in the URL" head.2 '^POST .*secret'

printf 'sub ject&x' >s.txt
external '{"file": "s.txt"}' '{"client_id": "ci", "client_secret": "cs"}' >x.json
run 0 gl-auth --credentials x.json
is "an exchange's subject" "$(field subject_token body.3)" 'sub ject&x'
is "its audience" "$(field audience body.3)" //iam/pools/p/providers/x
is "its type" "$(field requested_token_type body.3)" \
    urn:ietf:params:oauth:token-type:access_token
like "its client" head.3 "^Authorization: Basic $(printf ci:cs | base64)$"
external '{"file": "s.txt"}' '{"workforce_pool_user_project": "wp"}' >x.json
run 0 gl-auth --credentials x.json
is "a workforce pool's project" "$(field options body.4)" \
    '%7B%22userProject%22%3A%22wp%22%7D'

# TLS
settings >settings.json
servers --tls
run 78 gl-auth --credentials user.json --no-cache
like "an authority that nobody trusts" err 'certificate.*--cacert'
run 0 gl-auth --credentials user.json --no-cache --cacert ca.pem
like "--cacert" out '^ya29\.'
run 0 env SSL_CERT_FILE="$PWD/ca.pem" gl-auth --credentials user.json --no-cache
like "SSL_CERT_FILE" out '^ya29\.'
run 69 env HTTPS_PROXY=http://127.0.0.1:9 gl-auth --credentials user.json \
    --no-cache --cacert ca.pem
like "a proxy is used" err 'check the network, the name service and HTTPS_PROXY'
run 0 env HTTPS_PROXY=http://127.0.0.1:9 NO_PROXY=127.0.0.1 gl-auth \
    --credentials user.json --no-cache --cacert ca.pem
like "NO_PROXY" out '^ya29\.'
emulator
run 76 env -u GL_EMULATOR_HOST GEMINI_API_KEY=AIzaKey gl-auth check \
    --endpoint "https://$GL_EMULATOR_HOST"
like "a port without TLS" err 'a port of TLS'
tap_done
