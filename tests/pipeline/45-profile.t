# Options from a profile, comments in a setup file, what would be sent, and what
# is known of models, voices and languages.
. "$(dirname "$0")/../tap.sh"
TAB=$(printf '\t')
conf=$XDG_CONFIG_HOME/gl
mkdir -p "$conf"
setup() { gl-session --print-setup "$@" </dev/null | jq -c ".setup | $want"; }

# the setup message as it goes out
emulator
cat >base.json <<'J'
// a setup that explains itself
{
	# in the way of the shell,
	"generationConfig": { /* or of C, "also"
	    over lines */ "temperature": 0.5 },
	"systemInstruction": {"parts": [{"text": "see http://a/ # /* all"}]}
}
J
run 0 gl-session --print-setup --setup base.json --voice Puck -s 'Be kind.' \
    --set labels.a=b --transcripts out
jq -cS . out >printed
gl-session --trace trace --setup base.json --voice Puck -s 'Be kind.' \
    --set labels.a=b --transcripts out </dev/null >/dev/null 2>&1
jq -cS 'select(.message.setup) | .message' trace >sent
same "what is printed is what is sent" printed sent
want='.systemInstruction.parts[0].text'
is "comments end where strings begin" "$(setup --setup base.json)" \
    '"see http://a/ # /* all"'
want=.generationConfig.temperature
is "and what stands beside them is read" "$(setup --setup base.json)" 0.5
printf '{"a":1 /* no end' >bad.json
run 65 gl-session --print-setup --setup bad.json
like "a comment without an end" err 'bad.json: .*expected at byte'
printf '[{"name":"f"} // one tool\n]' >tools.json
want='.tools | length'
is "in tools too" "$(setup -T tools.json)" 1
want='has("sessionResumption")'
is "no handle is asked for" "$(setup --no-resume)" false
gl-session --print-setup --setup base.json >again.json
run 0 gl-session --print-setup --setup again.json
same 'it is a setup file itself' out again.json
run 0 gl-session --print-setup <"$TOP/examples/question.wav"
is "a file of sound is one question" "$(jq .setup.realtimeInputConfig.automaticActivityDetection.disabled out)" true
unset GL_EMULATOR_HOST
run 0 gl-session --print-setup -b vertex
like "no key or project is needed" out '"transparent": true'
run 64 gl-session --print-setup --set nonsense
run 0 sh -c 'gl-session --print-setup >/dev/full; test $? = 74'

# profiles
cat >"$conf/work.conf" <<'P'
# for work
voice Kore
  system =  Be brief. # as it is  
--set generationConfig.temperature=0.25

set=generationConfig.topP=0.5
no-resume
P
want='[.generationConfig.speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName,
    .systemInstruction.parts[0].text, .generationConfig.temperature,
    .generationConfig.topP, has("sessionResumption")]'
is "a profile is read" "$(setup --profile work)" \
    '["Kore","Be brief. # as it is",0.25,0.5,false]'
is "flags win, wherever they stand" "$(setup --voice Puck --profile work \
    --set generationConfig.topP=0.75)" \
    '["Puck","Be brief. # as it is",0.25,0.75,false]'
is "it wins over the file" "$(setup --setup base.json --profile=work)" \
    '["Kore","Be brief. # as it is",0.25,0.5,false]'
is "the word of another option is not a profile" \
    "$(setup -s --profile --voice Leda)" '["Leda","--profile",null,null,true]'
printf '\357\273\277voice Zephyr\r\n' >"$conf/dos.conf"
is "a file of another system" "$(setup --profile dos | jq -c '.[0]')" \
    '"Zephyr"'
run 66 gl-session --print-setup --profile none
like "one that is not there" err "--profile none: $conf/none.conf: No such"
bad() { # LINE MESSAGE [CODE]
	printf 'voice Kore\n%s\n' "$1" >"$conf/bad.conf"
	run "${3:-64}" gl-session --print-setup --profile bad
	like "the place is named" err "^gl-session: (option )?$conf/bad.conf: line 2: $2"
}
bad 'nosuch 1' 'unknown option --nosuch$'
bad 'voic Kore' 'option --voic can be --voice$'
bad 'voice' '--voice needs a value$'
bad 'no-resume yes' '--no-resume takes no value$'
bad 'rate fast' '--rate fast: a whole number'
bad '-m gemini' 'the long name of an option is wanted'
bad 'profile work' '--profile: a profile cannot name another'
bad 'key AIzaSyD-0123456789abcdefghijklmnopqrstu' '--key: a secret'
bad 'key-file AIzaSyD-0123456789abcdefghijklmnopqrstu' '--key-file wants the name'
for name in ../work /etc/passwd .hidden '' 'a b'; do
	run 64 gl-session --print-setup --profile "$name"
done
chmod o+w "$conf/work.conf"
run 78 gl-session --print-setup --profile work
like "others could write commands into it" err \
    'another user can write to it, .*: chmod go-w'
chmod o-w "$conf/work.conf"
head -c 70000 /dev/zero | tr '\0' '#' >"$conf/long.conf"
run 65 gl-session --print-setup --profile long
printf 'voice K\0re\n' >"$conf/zero.conf"
run 65 gl-session --print-setup --profile zero
mkdir "$conf/dir.conf"
run 66 gl-session --print-setup --profile dir
run 66 env -u XDG_CONFIG_HOME -u HOME gl-session --print-setup --profile work
(unset XDG_CONFIG_HOME; mkdir -p "$HOME/.config/gl"
    cp "$conf/work.conf" "$HOME/.config/gl/mine.conf"
    setup --profile mine) >out
like "below the home folder where nothing else is said" out Kore

# lists
run 0 gl-session --list-models
like "a model" out "^gemini-3.8-live${TAB}gemini,vertex${TAB}audio${TAB}58 min a connection${TAB}131072 tokens${TAB}not before 2027-09-25 \\(vertex\\)${TAB}not asked$"
like "its last day" out "${TAB}shut down 2026-12-13${TAB}"
is "seven columns each" "$(awk -F "$TAB" 'NF != 7' out)" ""
run 0 gl-session --list-voices
is "thirty voices" "$(wc -l <out)" 30
run 0 gl-session --list-languages
like "languages" out '^de-DE$'
emulator
run 0 gl-session --list-models
like "what the service has" out "^gemini-3.8-live${TAB}.*${TAB}served$"
like "what it has not" out "^gemini-2.0-flash-exp${TAB}.*${TAB}not served$"
like "what came later" out "^gemini-9-live-of-the-emulator${TAB}.*${TAB}served, not known here$"
unlike "and no models that do not talk" out '3.8-flash'
run 0 gl-session --list-models -b vertex
like "Vertex has no such list" out "^gemini-3.8-live${TAB}.*${TAB}not asked$"
kill "$emu_pid"; wait "$emu_pid" 2>/dev/null
run 69 gl-session --list-models
like "no answer" err 'the list of models: '
like "what is known stands there all the same" out '^gemini-3.8-live'
# a key that is wrong
echo '{"api_keys":["good"],"faults":[]}' >auth.json
emulator --auth auth.json
echo bad >key; chmod 600 key
run 77 gl-session --list-models --key-file key
like "a wrong key" err 'the list of models: HTTP 400: API key not valid'
echo good >key
run 0 gl-session --list-models --key-file key
like "a right one" out "${TAB}served$"
tap_done
