#!/bin/sh
# gl-session --check: what is known to be refused is said before dialling, with
# its place and a remedy; nothing is dialled, and a missing key is a fault too.
. "$(dirname "$0")/../tap.sh"
GEMINI_API_KEY=none GOOGLE_APPLICATION_CREDENTIALS=$TMP/adc.json
export GEMINI_API_KEY GOOGLE_APPLICATION_CREDENTIALS
echo '{"type":"authorized_user","project_id":"of-the-file"}' >adc.json

# check CODE WHAT LIKE OPTIONS...
check() {
	code=$1 what=$2 want=$3
	shift 3
	run "$code" gl-session --check "$@" </dev/null
	like "$what" out "$want"
}

check 0 'a plain setup' '^no fault found: models/gemini-3.8-live \(gemini, family 3.8\)' \
    -m gemini-3.8-live
check 0 'on Vertex' '\(vertex, family 2.5\) at wss://us-central1-aiplatform' \
    -b vertex --project p -m gemini-live-2.5-flash-native-audio-x
is 'the model by its long name' "$(sed 's/.*: \(projects[^ ]*\) .*/\1/' out)" \
    projects/p/locations/us-central1/publishers/google/models/gemini-live-2.5-flash-native-audio-x
check 0 'a model that is shut down says when' 'doubtful: .*is shut down on 2026-12-13' \
    -b vertex --project p -m gemini-live-2.5-flash-native-audio

check 78 'text from a model that only speaks' \
    '^setup.generation_config.response_modalities: refused: .*; say \["AUDIO"\]' \
    -m gemini-3.8-live --modality text
check 78 'thinking' '^setup.generation_config.thinking_config: refused:' \
    -m gemini-3.8-live --set generationConfig.thinkingConfig='{"thinkingLevel":"LOW"}'
check 0 'an unknown field is doubtful' \
    '^setup.nope: doubtful: "nope" is not known to this version' \
    -m gemini-3.8-live --set nope=1
check 0 'and so is an unknown word' 'doubtful: XXHIGH is not known' \
    -m gemini-3.1-flash-live-preview \
    --set generationConfig.thinkingConfig='{"thinkingLevel":"XXHIGH"}'
check 78 'one in the wrong place' 'it belongs inside "generationConfig"' \
    -m gemini-2.5-flash-native-audio-latest --set enableAffectiveDialog=true
check 78 'a wrong word' "Invalid value at 'setup.realtime_input_config.turn_coverage'" \
    -m gemini-3.8-live --set 'realtimeInputConfig.turnCoverage="all"'
check 78 'a field of the other backend' 'it is a field of Vertex AI' \
    -m gemini-3.8-live --set sessionResumption.transparent=true
check 78 'and in another spelling' 'it is a field of Vertex AI' \
    -m gemini-3.8-live --set explicitVadSignal=true
check 0 'which is not to be written here' '"ExplicitVadSignal" is not known.*it is a field of Vertex AI' \
    -m gemini-3.8-live --set ExplicitVadSignal=true
check 0 'nor inside what has it there' 'it is a field of Vertex AI' \
    -m gemini-3.8-live --set transparent=true
check 0 'one that belongs one level up' 'one level up, beside "generationConfig"' \
    -m gemini-3.8-live --set generationConfig.inputAudioTranscription={}
check 0 'or far below' 'inside "generationConfig.speechConfig.voiceConfig.prebuiltVoiceConfig"' \
    -m gemini-3.8-live --set 'voiceName="Puck"'
check 0 'or is spelled otherwise there' 'inside "generationConfig"' \
    -m gemini-3.8-live --set max_OutputTokens=3
check 78 'a model that is none of the Live API' '^setup.model: refused: gemini-2.5-flash is not a Live model' \
    -m gemini-2.5-flash
check 0 'or may be none' '^setup.model: doubtful: gemini-9-pro is not a Live model' \
    -m gemini-9-pro
check 78 'compression without a window' 'slidingWindow' \
    -m gemini-3.8-live --set contextWindowCompression='{"triggerTokens":9000}'
check 0 'a doubt is not a refusal' '^setup.model: doubtful: .*shut down' \
    -m gemini-2.0-flash-live-001
check 0 'v1alpha where the setup needs it' 'generativelanguage.v1alpha.Gen' \
    -m gemini-2.5-flash-native-audio-latest --set proactivity.proactiveAudio=true
check 78 'unless told otherwise' 'proactive audio needs API version v1alpha' \
    -m gemini-2.5-flash-native-audio-latest --set proactivity.proactiveAudio=true \
    --api-version v1beta

# tools: declarations are checked too
cat >tools.json <<'END'
[{"functionDeclarations":[{"name":"good","behavior":"NON_BLOCKING"},
    {"name":"not good"}]}]
END
check 78 'a name that none can have' 'function_declarations\[1\]: refused' \
    -m gemini-3.8-live -T tools.json
unlike 'the other passes' out 'function_declarations\[0\]'
check 78 'behavior on 3.1' 'function_declarations\[0\]: refused: good: .*behavior' \
    -m gemini-3.1-flash-live-preview -T tools.json
check 78 'unless a quirk says so' 'function_declarations\[1\]' \
    -m gemini-3.1-flash-live-preview -T tools.json --quirk tool-behavior=both
unlike 'the first passes then' out 'function_declarations\[0\]'

run 64 gl-session --check -m m --quirk carrier=pigeon </dev/null
like 'a quirk with a word that is none' err 'is none of: fields mediaChunks'
run 64 gl-session --check -m m --quirk nope=1 </dev/null
like 'no such quirk' err "there is no quirk 'nope'"
run 78 gl-session --check -m 'a/../b' </dev/null
like 'a model name that climbs' err 'holds "\.\."'
run 78 gl-session --check -m m -u ws://gw.example/x </dev/null
like 'a gateway in clear' err 'in clear: use wss://'

# the key, the credentials, the project
check 0 'credentials with a project' '^no fault found' -b vertex
unset GEMINI_API_KEY
check 78 'no key' '^credentials: missing: no API key: set GEMINI_API_KEY' \
    -m gemini-3.8-live
unlike 'is a fault' out 'no fault found'
check 78 'beside other faults' '^setup.nope: doubtful' --set nope=1
check 0 'a command will have it' '^no fault found' --token-cmd 'echo x'
GEMINI_API_KEY='two words' check 78 'a key of two words' \
    '^credentials: missing: GEMINI_API_KEY or GOOGLE_API_KEY holds no key'
check 0 'the emulator wants none' '^no fault found' -u ws://127.0.0.1:1/
echo '{"type":"authorized_user"}' >adc.json
check 78 'no project' '^credentials: missing: no project: --project or .*names none' \
    -b vertex
check 0 'which an option names' '^no fault found: projects/p/' -b vertex --project p
run 78 gl-session --check -b vertex --token-cmd 'echo x' </dev/null
like 'a token and no project' err 'Vertex AI needs a project: --project'
mkdir -p gcloud/configurations
printf '[core]\nproject = of-gcloud\n' >gcloud/configurations/config_default
CLOUDSDK_CONFIG=$TMP/gcloud check 0 "or gcloud's configuration" \
    '^no fault found' -b vertex
rm adc.json
check 78 'a file that is gone' '^credentials: missing: .*adc.json: No such file' \
    -b vertex --project p
unset GOOGLE_APPLICATION_CREDENTIALS
grep -qs ^Google /sys/class/dmi/id/product_name &&
    skip 'nothing' "a machine of Google's has credentials" ||
    check 78 'nothing' '^credentials: missing: no credentials found: run gcloud' \
    -b vertex --project p
echo '{"project_id":"x"}' >gcloud/application_default_credentials.json
CLOUDSDK_CONFIG=$TMP/gcloud check 0 "gcloud's login" '^no fault found' -b vertex
GCE_METADATA_HOST=127.0.0.1 check 0 "a machine of Google's" '^no fault found' \
    -b vertex
export GEMINI_API_KEY=none

# the command line itself
for o in --key-file --cacert -i -T --setup; do
	run 66 gl-session --check $o missing </dev/null
	like "$o: the file is named" err 'missing: No such file'
done
run 66 gl-session --check -s @missing </dev/null
run 64 gl-session --check -r -t </dev/null
for w in none in; do
	run 64 gl-session --check -f text --transcripts $w </dev/null
	run 64 env GEMINI_API_KEY=x gl-session -f text --transcripts $w </dev/null
	like "text output without words ($w)" err 'has nothing to print'
done
run 0 gl-session --check -f text --transcripts out </dev/null
tap_done
