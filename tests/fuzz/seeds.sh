#!/bin/sh
# Seeds for `make fuzz': seeds.sh FOLDER.  FOLDER/TARGET.corpus gets what the
# programs of $B really read and write (streams, what goes over the wire,
# credentials, HTTP and MCP answers, tokens), the zoos of sounds and pictures, and
# the samples of mutate.py.
TOP=$(cd "$(dirname "$0")/../.." && pwd)
to=$(mkdir -p "$1" && cd "$1" && pwd) || exit 1
. "$TOP/tests/tap.sh"
. "$TOP/tests/auth.sh"

seeds() { # TARGET FILE...
	t=$1; shift
	mkdir -p "$to/$t.corpus"
	python3 "$TOP/tests/fuzz/mutate.py" "$to/$t.corpus" "$t" whole "$@"
}

emulator --log log
mkdir keep sounds
(cd sounds && python3 "$TOP/tests/zoo/sounds.py" >/dev/null)
ZOO_KEEP=$TMP/keep python3 "$TOP/tests/zoo/pictures.py" >/dev/null
seeds pictures keep/*
seeds wav sounds/*.wav
seeds intake sounds/*.wav sounds/*.raw sounds/*.gl keep/00*

# conversations: streams, and each message by itself
printf '[{"name":"look","description":"looks"}]' >tools.json
say='{"type":"text","text":"hello"}'
echo "$say" | gl-session --trace trace1 >call1.gl 2>/dev/null
gl-session --record call2.gl --trace trace2 <"$TOP/examples/question.wav" \
    >/dev/null 2>&1
echo "$say" | gl-session -T tools.json --trace trace3 >call3.gl 2>/dev/null
seeds stream ./*.gl
seeds convert ./*.gl
seeds intake ./*.gl
cat trace? | jq -c 'select(.message).message' | split -l 1 -a 3 - message.
seeds json message.*
seeds proto message.*
for t in 1 2 3; do
	{
		echo s
		jq -c 'select(.dir == "in" and .message) | .message' trace$t |
		    sed 's/^/0/; a t200'
	} >said.$t
	jq -c 'select(.dir == "out" and .message) | .message' trace$t |
	    sed 's/^/0/; a t200' >heard.$t
done
seeds session said.?
seeds emulator heard.?

# credentials, and what the token endpoints answer
key sa
service_account sa >sa.json
user >user.json
external '{"file":"/f","format":{"type":"json",
    "subject_token_field_name":"x"}}' >file.json
external '{"url":"https://h/t","headers":{"a":"b"}}' >url.json
external '{"executable":{"command":"/bin/true"}}' >executable.json
external '{"environment_id":"aws1","region_url":"http://169.254.169.254/r",
    "regional_cred_verification_url":"https://sts.{region}.amazonaws.com"}' \
    >aws.json
settings >settings.json
servers
at=http://127.0.0.1:$PORT
login='grant_type=refresh_token&client_id=cid.apps'
login=$login'&client_secret=client-secret-9d1f'
curl -si "$at/token" -d "$login&refresh_token=1//refresh-secret-77ab" >good.http
curl -si "$at/token" -d "$login&refresh_token=gone" >bad.http
curl -si "$at/nowhere" >none.http
curl -si -H 'Metadata-Flavor: Google' \
    "$at/computeMetadata/v1/instance/service-accounts/default/token" >vm.http
seeds reply ./*.http
GOOGLE_APPLICATION_CREDENTIALS=user.json
export GOOGLE_APPLICATION_CREDENTIALS
gl-auth >word.token
gl-auth --json >json.token
seeds token ./*.token
for f in ./*.http; do sed '1,/^.\{0,1\}$/d' "$f" >"$f.body"; done
all="sa.json user.json file.json url.json executable.json aws.json
    good.http.body bad.http.body word.token"
# shellcheck disable=SC2086
seeds auth $all $all $all $all $all

# a server's tools, and its answers to calls of each
cat >tee.sh <<-END
	python3 "$TOP/tests/peer/mcp.py" | tee -a \$1.mcp
END
for name in echo sum picture fail wrong change noise long busy task 7up; do
	echo '{"type":"tool_call","id":"'$name'","name":"'$name'",'\
'"args":{"text":"x"}}' >call
	timeout 20 gl-tool --mcp "sh tee.sh $name" --timeout 2 -o /dev/null \
	    <call 2>/dev/null
done
seeds mcp ./*.mcp
cat ./*.mcp | jq -cR 'fromjson? | .result.tools[]?,
    (.result | select(.content?))' |
    split -l 1 -a 3 - tool.
seeds tool tool.*

for t in "$TOP"/tests/fuzz/*.c; do
	t=$(basename "$t" .c)
	mkdir -p "$to/$t.corpus"
	python3 "$TOP/tests/fuzz/mutate.py" "$to/$t.corpus" "$t" 40 \
	    "$TOP"/tests/data/*
	echo "seeds: $t: $(find "$to/$t.corpus" -type f | wc -l)"
done
