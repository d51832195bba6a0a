# Source this after tap.sh: makes an authority and certificates in the current
# folder, and starts the servers of tls.py, each of which is wrong in one way;
# their ports are in variables of their names.  OpenSSL's commands are those
# that 3.0 and 3.5 both take.

# made NAME COMMAND...: makes NAME.pem; without it the test ends here.
made() {
	made=$1; shift
	"$@" 2>>openssl.err && [ -s "$made.pem" ] ||
	    tap_stop "openssl makes $made.pem" openssl.err
}
# request NAME SUBJECTALTNAME: a key, what an authority shall sign, and ext.
request() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" 2>>openssl.err
	printf '%s\n' "$2" >ext
}
# issue NAME EXTENSION [CA]: a certificate and its key.
issue() {
	request "$1" "$2"
	made "$1" openssl x509 -req -in "$1.csr" -CA "${3:-ca}.pem" \
	    -CAkey "${3:-ca}.key" -days 30 -extfile ext -out "$1.pem"
}
# dated NAME EXTENSION START END: one for that time; only ca(1) takes dates.
dated() {
	request "$1" "$2"
	made "$1" openssl ca -batch -config ca.cnf -cert ca.pem -keyfile ca.key \
	    -in "$1.csr" -out "$1.pem" -startdate "$3" -enddate "$4" \
	    -extfile ext -notext
}
# authority NAME [OPTIONS]: one that signs itself.
authority() {
	ca=$1; shift
	made "$ca" openssl req -x509 -newkey ec \
	    -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$ca.key" \
	    -out "$ca.pem" -days 30 -subj "/CN=$ca" "$@"
}
mkdir demo; : >demo/index; echo 01 >demo/serial
cat >ca.cnf <<X
[ca]
default_ca = d
[d]
database = demo/index
serial = demo/serial
new_certs_dir = demo
default_md = sha256
policy = p
[p]
commonName = supplied
X
here=subjectAltName=DNS:localhost,IP:127.0.0.1
authority ca
authority other
authority selfsigned -addext "$here"
issue good "$here"
issue wronghost subjectAltName=DNS:elsewhere.example
dated expired "$here" 20200101000000Z 20210101000000Z
dated future "$here" 20900101000000Z 20910101000000Z
# an intermediate authority that the server sends along
issue mid basicConstraints=critical,CA:TRUE
issue chain "$here" mid
cat mid.pem >>chain.pem

mkfifo servers
python3 "$TOP/tests/peer/tls.py" . >servers 2>servers.err &
tap_pids="$tap_pids $!"
exec 3<servers
while read -r name port <&3 && [ "$name" != ready ]; do
	eval "$name=$port"
done
[ "$name" = ready ] || tap_stop "the servers of tls.py start" servers.err
exec 3<&-
