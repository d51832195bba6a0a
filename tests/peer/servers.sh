# Source this after tap.sh: makes an authority and certificates in the current
# folder, and starts the servers of tls.py, each of which is wrong in one way;
# their ports are in variables of their names.

# issue NAME SUBJECTALTNAME DAYS [CA]: a certificate and its key.
issue() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" 2>/dev/null
	printf 'subjectAltName=%s\n' "$2" >ext
	openssl x509 -req -in "$1.csr" -CA "${4:-ca}.pem" \
	    -CAkey "${4:-ca}.key" -days "$3" -extfile ext -out "$1.pem" \
	    2>/dev/null
}
# authority NAME [OPTIONS]: one that signs itself.
authority() {
	ca=$1; shift
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout "$ca.key" -out "$ca.pem" -days 30 -subj "/CN=$ca" "$@" \
	    2>/dev/null
}
here=DNS:localhost,IP:127.0.0.1
authority ca
authority other
authority selfsigned -addext "subjectAltName=$here"
issue good "$here" 30
issue expired "$here" -1
issue wronghost DNS:elsewhere.example 30
# an intermediate authority that the server sends along
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -keyout mid.key -out mid.csr -subj /CN=mid 2>/dev/null
echo 'basicConstraints=critical,CA:TRUE' >ext
openssl x509 -req -in mid.csr -CA ca.pem -CAkey ca.key -days 30 \
    -extfile ext -out mid.pem 2>/dev/null
issue chain "$here" 30 mid
cat mid.pem >>chain.pem
# one whose time has not come: ca(1) takes dates
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
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -keyout future.key -out future.csr -subj /CN=future 2>/dev/null
printf 'subjectAltName=%s\n' "$here" >ext
openssl ca -batch -config ca.cnf -cert ca.pem -keyfile ca.key \
    -in future.csr -out future.pem -startdate 20900101000000Z \
    -enddate 20910101000000Z -extfile ext -notext 2>/dev/null

mkfifo servers
python3 "$TOP/tests/peer/tls.py" . >servers &
tap_pids="$tap_pids $!"
exec 3<servers
while read -r name port <&3 && [ "$name" != ready ]; do
	eval "$name=$port"
done
exec 3<&-
