/* Families, their switches (all of them in QUIRKS.md), and what is found in a
 * setup before dialling. */
#include "../../tap.h"

#include <stdlib.h>

#include "base/fd.h"
#include "proto/family.h"
#include "base/json.h"

static void
is_family(const char *model, const char *want)
{
	struct family f;

	family_init(&f, model, BACKEND_GEMINI);
	is_str(family_name(&f), want, model ? model : "(none)");
}

static void
families(void)
{
	is_family("gemini-3.8-live", "3.8");
	is_family("models/gemini-3.8-live-001", "3.8");
	is_family("gemini-3.8-live-extended-thinking",
	    "3.8-extended-thinking");
	is_family("gemini-3.1-flash-live-preview", "3.1");
	is_family("gemini-2.5-flash-native-audio-preview-12-2025", "2.5");
	is_family("projects/p/locations/l/publishers/google/models/"
	    "gemini-live-2.5-flash-native-audio", "2.5");
	is_family("gemini-live-2.5-flash-preview", "2.0");
	is_family("gemini-2.0-flash-live-001", "2.0");
	is_family("gemini-2.0-flash-exp", "2.0");
	is_family("gemini-3.5-live-translate-preview", "translate");
	is_family("gemini-3.5-transcribe-live", "transcribe");
	is_family("gemini-9-live", "unknown");
	is_family("", "unknown");
	is_family(NULL, "unknown");
}

static void
switches(void)
{
	struct family f, g;
	char why[256], text[128];

	family_init(&f, "gemini-3.1-flash-live-preview", BACKEND_GEMINI);
	is_int(f.client_content, CONTENT_SEED, "3.1 takes turns as a seed");
	is_int(f.thinking, THINKING_LEVEL, "and levels of thinking");
	is_int(f.transparent, false, "no transparent resumption");
	family_init(&g, "gemini-live-2.5-flash-native-audio", BACKEND_VERTEX);
	is_int(g.transparent, true, "Vertex has it");
	is_int(g.tool_ids, TOOL_IDS_OPTIONAL, "and needs no ids");
	is_int(family_override(&f, "carrier=mediaChunks", why, sizeof(why)),
	    0, "a switch");
	is_int(f.carrier, CARRIER_CHUNKS, "is set");
	is_int(family_override(&f, "connection-life=540", why, sizeof(why)),
	    0, "a number");
	is_int(f.connection_s, 540, "is set");
	is_int(family_override(&f, "carrier=x", why, sizeof(why)), -1,
	    "a word that is none");
	is_str(why, "carrier: 'x' is none of: fields mediaChunks", "said");
	is_int(family_override(&f, "carrier=", why, sizeof(why)), -1,
	    "no word");
	is_int(family_override(&f, "carrier", why, sizeof(why)), -1,
	    "no value");
	is_str(why, "'carrier' is not of the form NAME=VALUE", "said");
	is_int(family_override(&f, "x=1", why, sizeof(why)), -1, "no name");
	is_str(why, "there is no quirk 'x'", "said");
	is_int(family_override(&f, "window=-1", why, sizeof(why)), -1,
	    "a number that is none");
	is_int(family_override(&f, "window=99999999999", why, sizeof(why)),
	    -1, "a number too large");
	ok(family_switch(&f, 0, text, sizeof(text), NULL, NULL), "the first");
	is_str(text, "text-modality=no", "as it stands");
}

/* Every switch, in every family, has a word; and stands in QUIRKS.md. */
static void
documented(void)
{
	static const char *const models[] = { "x", "gemini-2.0-flash-exp",
	    "native-audio", "gemini-3.1-x", "gemini-3.8-live",
	    "gemini-3.8-live-extended-thinking", "translate", "transcribe" };
	char *page, text[128], quoted[130], why[256];
	const char *words, *about;
	struct family f;
	size_t i, k, n;

	page = fd_slurp("QUIRKS.md", 1 << 20, &n);
	ok(page != NULL, "QUIRKS.md is there");
	for (k = 0; k < 16; k++) {
		family_init(&f, models[k / 2], k % 2 ? BACKEND_VERTEX :
		    BACKEND_GEMINI);
		for (i = 0; family_switch(&f, i, text, sizeof(text), &words,
		    &about); i++)
			if (family_override(&f, text, why, sizeof(why)) < 0 ||
			    text[strlen(text) - 1] == '=')
				ok(false, text);
	}
	for (i = 0; page && family_switch(&f, i, text, sizeof(text), &words,
	    &about); i++) {
		*strchr(text, '=') = '\0';
		snprintf(quoted, sizeof(quoted), "`%s`", text);
		ok(strstr(page, quoted) != NULL && words[0] && about[0],
		    text);
	}
	free(page);
}

/* The findings of a setup, as "fatal path" or "doubt path" per line. */
static const char *
found(const char *backend, const char *version, const char *setup)
{
	static char text[2048];
	struct json *j = json_parse(setup, strlen(setup), NULL, 0);
	struct findings out;
	struct family f;
	enum backend b = strcmp(backend, "vertex") == 0 ? BACKEND_VERTEX :
	    BACKEND_GEMINI;
	size_t i, n = 0;

	text[0] = '\0';
	family_init(&f, json_get_str(j, "model", NULL), b);
	findings_init(&out);
	proto_check(&f, j, version, &out);
	for (i = 0; i < out.n; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s %s",
		    n ? ", " : "", out.v[i].fatal ? "fatal" : "doubt",
		    out.v[i].path + (strncmp(out.v[i].path, "setup.", 6) == 0
		    ? 6 : 0));
	findings_done(&out);
	json_free(j);
	return text;
}

#define GC "\"generationConfig\":{\"responseModalities\":[\"AUDIO\"]"

#define FUNCTIONS(list) "},\"tools\":[{\"functionDeclarations\":[" list "]" \
	"}],\"labels\":{"

#define is_found(backend, version, setup, want) \
	is_str(found(backend, version, setup), want, setup)

static void
good_setups(void)
{
	is_found("gemini", "v1beta", "{\"model\":\"models/gemini-3.8-live\","
	    GC "}}", "");
	is_found("gemini", "v1beta", "{\"model\":\"gemini-3.8-live-extended-"
	    "thinking\"," GC ",\"thinkingConfig\":{\"thinkingLevel\":\"LOW\"}}"
	    ",\"proactivity\":{\"proactiveAudio\":true}}", "");
	is_found("gemini", "v1alpha", "{\"model\":\"gemini-2.5-flash-native-"
	    "audio-latest\"," GC ",\"enableAffectiveDialog\":true,"
	    "\"thinkingConfig\":{\"thinkingBudget\":0}},\"tools\":[{"
	    "\"functionDeclarations\":[{\"name\":\"f\",\"behavior\":"
	    "\"NON_BLOCKING\"}]}],\"sessionResumption\":{}}", "");
	is_found("vertex", "v1beta1", "{\"model\":\"gemini-3.8-live\","
	    GC "},\"sessionResumption\":{\"transparent\":"
	    "true},\"contextWindowCompression\":{\"slidingWindow\":{"
	    "\"targetTokens\":\"8000\"},\"triggerTokens\":25000}}", "");
}

static void
bad_setups(void)
{
	is_found("gemini", NULL, "{}", "fatal model, doubt generation_config."
	    "response_modalities");
	is_found("gemini", NULL, "{\"model\":\"gemini-3.8-live\","
	    "\"generationConfig\":{\"responseModalities\":[\"TEXT\"]}}",
	    "fatal generation_config.response_modalities");
	is_found("gemini", NULL, "{\"model\":\"gemini-3.8-live\","
	    "\"generation_config\":{\"response_modalities\":[\"AUDIO\","
	    "\"TEXT\"]}}", "fatal generation_config.response_modalities");
	is_found("gemini", NULL, "{\"model\":\"gemini-3.8-live\"," GC
	    ",\"thinkingConfig\":{},\"enableAffectiveDialog\":true},"
	    "\"proactivity\":{\"proactiveAudio\":false}}",
	    "fatal generation_config.thinking_config, "
	    "fatal generation_config.enable_affective_dialog, "
	    "fatal proactivity.proactive_audio");
	is_found("gemini", NULL, "{\"model\":\"gemini-3.8-live-extended-"
	    "thinking\"," GC ",\"thinkingConfig\":{\"thinkingLevel\":"
	    "\"MINIMAL\"}}}", "fatal generation_config.thinking_config");
	is_found("gemini", "v1beta", "{\"model\":\"gemini-2.5-flash-native-"
	    "audio-latest\"," GC ",\"enableAffectiveDialog\":true,"
	    "\"temperature\":3},\"proactivity\":{\"proactiveAudio\":true}}",
	    "fatal generation_config.enable_affective_dialog, "
	    "fatal generation_config.temperature, "
	    "fatal proactivity.proactive_audio");
	is_found("gemini", NULL, "{\"model\":\"gemini-live-2.5-flash-native-"
	    "audio\"," GC ",\"speechConfig\":{\"languageCode\":\"de-DE\"}}}",
	    "doubt model, doubt model, doubt generation_config."
	    "speech_config.language_code");
	is_found("vertex", NULL, "{\"model\":\"gemini-live-2.5-flash-native-"
	    "audio\"," GC "},\"realtimeInputConfig\":{\"turnCoverage\":"
	    "\"TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO\","
	    "\"automaticActivityDetection\":{\"disabled\":true,"
	    "\"silenceDurationMs\":5}},\"historyConfig\":{}}",
	    "doubt model, fatal realtime_input_config.turn_coverage, "
	    "doubt realtime_input_config.automatic_activity_detection, "
	    "doubt history_config");
	is_found("gemini", NULL, "{\"model\":\"gemini-3.8-live\"," GC "},"
	    "\"sessionResumption\":{\"handle\":\"\"},"
	    "\"contextWindowCompression\":{\"triggerTokens\":10}}",
	    "fatal session_resumption.handle, "
	    "fatal context_window_compression");
}

static void
bad_tools(void)
{
	is_found("gemini", NULL, "{\"model\":\"gemini-3.1-flash-live-preview"
	    "\"," GC "},\"tools\":[{\"googleSearch\":{}},{"
	    "\"functionDeclarations\":[{\"name\":\"f\",\"behavior\":"
	    "\"NON_BLOCKING\"},{\"name\":\"a b\"},{\"name\":\"f\","
	    "\"parameters\":{},\"parametersJsonSchema\":{}},{}]},"
	    "{\"codeExecution\":{}}]}",
	    "doubt model, fatal tools[1].function_declarations[0], "
	    "fatal tools[1].function_declarations[1], "
	    "fatal tools[1].function_declarations[2], "
	    "fatal tools[1].function_declarations[2], "
	    "fatal tools[1].function_declarations[3], doubt tools[2]");
	is_found("gemini", NULL, "{\"model\":\"gemini-3.8-live-extended-"
	    "thinking\"," GC "},\"tools\":{\"functionDeclarations\":{\"name\":"
	    "\"f\",\"behavior\":\"BLOCKING\"}}}",
	    "fatal tools[0].function_declarations[0]");
	is_found("gemini", NULL, "{\"model\":\"gemini-2.5-flash-native-audio-"
	    "latest\"," GC "},\"tools\":[{\"googleSearch\":{},"
	    "\"functionDeclarations\":[]}]}", "doubt tools");
	/* nothing but wrong types: schema's to tell, and no crash here */
	is_found("gemini", NULL, "{\"model\":7,\"tools\":[[],1,\"x\"],"
	    "\"generationConfig\":[],\"sessionResumption\":1,"
	    "\"contextWindowCompression\":[],\"systemInstruction\":"
	    "{\"parts\":[1]},\"realtimeInputConfig\":null}",
	    "fatal model, doubt generation_config.response_modalities, "
	    "doubt system_instruction");
}

/* What is found of one model with that much more in its setup. */
static void
newer_checks(void)
{
	static const struct {
		const char *backend, *model, *setup, *want;
	} of[] = {
		/* days on which models are shut down */
		{ "vertex", "gemini-live-2.5-flash-native-audio", "",
		    "doubt model" },
		{ "vertex", "gemini-3.8-live", "", "" },
		{ "gemini", "gemini-3.1-flash-live-preview", "",
		    "doubt model" },
		/* not of the Live API by its name */
		{ "gemini", "gemini-2.5-flash", "", "fatal model" },
		{ "gemini", "gemini-3.1-pro-preview", "", "fatal model" },
		{ "gemini", "gemini-2.5-flash-preview-tts", "",
		    "fatal model" },
		{ "gemini", "gemma-3-27b-it", "", "fatal model" },
		{ "vertex", "text-embedding-005", "", "fatal model" },
		{ "gemini", "gemini-4-flash", "", "doubt model" },
		{ "gemini", "gemini-3.8-live", FUNCTIONS("{\"name\":\"f\","
		    "\"parameters\":{\"type\":\"object\",\"properties\":{"
		    "\"properties\":{\"type\":\"object\","
		    "\"additionalProperties\":true}}}}"),
		    "fatal tools[0].function_declarations[0]" },
		{ "gemini", "gemini-3.8-live", FUNCTIONS("{\"name\":\"f\","
		    "\"response\":{\"type\":\"array\",\"items\":{"
		    "\"additional_properties\":true}}}"),
		    "fatal tools[0].function_declarations[0]" },
		{ "gemini", "gemini-3.8-live", FUNCTIONS("{\"name\":\"f\","
		    "\"parameters\":{\"type\":\"object\",\"properties\":{"
		    "\"additionalProperties\":{\"type\":\"string\","
		    "\"default\":{\"additionalProperties\":1}}}}}"), "" },
		{ "gemini", "gemini-3.8-live-extended-thinking", FUNCTIONS(
		    "{\"name\":\"f\",\"behavior\":\"blocking\"}"),
		    "fatal tools[0].function_declarations[0]" },
		{ "gemini", "gemini-9-live", "", "doubt model" },
		{ "gemini", "tunedModels/mine", "", "doubt model" },
		/* thinking: either is taken */
		{ "gemini", "gemini-2.5-flash-native-audio-latest",
		    ",\"thinkingConfig\":{\"thinkingLevel\":\"LOW\"}",
		    "doubt generation_config.thinking_config" },
		{ "gemini", "gemini-3.1-flash-live-preview",
		    ",\"thinkingConfig\":{\"thinkingBudget\":0}",
		    "doubt model, doubt generation_config.thinking_config" },
		/* translation */
		{ "gemini", "gemini-3.5-live-translate-preview", "",
		    "fatal generation_config.translation_config" },
		{ "gemini", "gemini-3.5-live-translate-preview",
		    ",\"translationConfig\":{\"echoTargetLanguage\":true}",
		    "fatal generation_config.translation_config" },
		{ "gemini", "gemini-3.5-live-translate-preview",
		    ",\"translationConfig\":{\"targetLanguageCode\":\"de\"}",
		    "" },
		{ "gemini", "gemini-3.5-live-translate-preview",
		    ",\"translationConfig\":{\"targetLanguageCode\":\"de\"}},"
		    "\"tools\":[{\"googleSearch\":{}}],\"systemInstruction\":"
		    "{\"parts\":[{\"text\":\"x\"}]", "doubt tools, "
		    "doubt system_instruction" },
		/* voices and languages */
		{ "gemini", "gemini-3.8-live", ",\"speechConfig\":{"
		    "\"voiceConfig\":{\"prebuiltVoiceConfig\":{\"voiceName\":"
		    "\"Puck\"}},\"languageCode\":\"de-DE\"}", "" },
		{ "gemini", "gemini-3.8-live", ",\"speechConfig\":{"
		    "\"voiceConfig\":{\"prebuiltVoiceConfig\":{\"voiceName\":"
		    "\"Pucky\"}},\"languageCode\":\"xx-DE\"}", "doubt "
		    "generation_config.speech_config.voice_config, doubt "
		    "generation_config.speech_config.language_code" },
		/* transcription modes, proactive video */
		{ "gemini", "gemini-3.8-live", "},\"inputAudioTranscription\":"
		    "{\"mode\":\"SMART\",\"diarization\":true", "fatal "
		    "input_audio_transcription" },
		{ "gemini", "gemini-3.8-live", "},\"inputAudioTranscription\":"
		    "{\"mode\":\"SMART\"", "" },
		{ "vertex", "gemini-live-2.5-flash-native-audio", "},"
		    "\"proactivity\":{\"proactiveVideo\":true", "doubt model, "
		    "fatal proactivity.proactive_video" },
		/* names of functions */
		{ "gemini", "gemini-3.8-live", FUNCTIONS("{\"name\":\"7up\"}"),
		    "fatal tools[0].function_declarations[0]" },
		{ "gemini", "gemini-3.8-live", FUNCTIONS("{\"name\":\"-a\"}"),
		    "fatal tools[0].function_declarations[0]" },
		{ "gemini", "gemini-3.8-live", FUNCTIONS("{\"name\":\"_a\"}"),
		    "" },
		{ "gemini", "gemini-3.8-live", FUNCTIONS("{\"name\":\"f\"}]},"
		    "{\"functionDeclarations\":[{\"name\":\"f\"}"),
		    "fatal tools[1].function_declarations[0]" },
		/* schemas */
		{ "gemini", "gemini-3.8-live", FUNCTIONS("{\"name\":\"f\","
		    "\"parameters\":{\"type\":\"object\",\"properties\":{"
		    "\"a\":{\"type\":\"object\",\"additionalProperties\":"
		    "false}}}}"), "fatal tools[0].function_declarations[0]" },
		{ "gemini", "gemini-3.8-live", FUNCTIONS("{\"name\":\"f\","
		    "\"parameters\":{\"type\":\"object\",\"properties\":{"
		    "\"additionalProperties\":{\"type\":\"string\"}}}}"), "" },
		{ "gemini", "gemini-3.8-live", FUNCTIONS("{\"name\":\"f\","
		    "\"parametersJsonSchema\":{\"additionalProperties\":"
		    "false}}"), "" },
		{ "gemini", "gemini-2.5-flash-native-audio-latest", FUNCTIONS(
		    "{\"name\":\"f\",\"parametersJsonSchema\":{}}"),
		    "doubt tools[0].function_declarations[0]" },
	};
	char text[1024];
	size_t i;

	for (i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		snprintf(text, sizeof(text), "{\"model\":\"%s\"," GC "%s}}",
		    of[i].model, of[i].setup);
		is_found(of[i].backend, NULL, text, of[i].want);
	}
}

/* A name has up to 128 bytes; mediaChunks are not 3.1's. */
static void
limits(void)
{
	static const char text[] = "{\"model\":\"gemini-3.1-flash-live-"
	    "preview\"," GC "}}";
	struct json *setup = json_parse(text, sizeof(text) - 1, NULL, 0);
	struct findings out;
	struct family f;
	char name[130], why[128];

	memset(name, 'a', sizeof(name));
	name[129] = '\0';
	ok(!proto_check_name(name), "129 bytes are not a name");
	name[128] = '\0';
	ok(proto_check_name(name), "128 are");
	ok(!proto_check_name(""), "none is none");
	family_init(&f, "gemini-3.1-flash-live-preview", BACKEND_GEMINI);
	family_override(&f, "carrier=mediaChunks", why, sizeof(why));
	findings_init(&out);
	ok(setup != NULL, "a setup");
	proto_check(&f, setup, NULL, &out);
	is_int((int)findings_fatal(&out), 1, "mediaChunks on 3.1");
	is_str(out.v[out.n - 1].path, "realtime_input.media_chunks", "named");
	findings_done(&out);
	json_free(setup);
	is_str(checkmodel_gone("publishers/google/models/gemini-live-2.5-"
	    "flash-native-audio"), "2026-12-13", "the day by a long name");
	ok(checkmodel_gone("gemini-3.8-live") == NULL, "none is known");
}

static void
versions(void)
{
	static const char setup[] = "{\"generationConfig\":{"
	    "\"enableAffectiveDialog\":true}}";
	struct json *j = json_parse(setup, sizeof(setup) - 1, NULL, 0);
	struct family f;

	family_init(&f, "gemini-2.5-flash-native-audio-latest",
	    BACKEND_GEMINI);
	is_str(proto_check_version(&f, j), "v1alpha",
	    "affective dialog on 2.5");
	is_str(proto_check_version(&f, NULL), "v1beta", "without it");
	family_init(&f, "gemini-3.8-live", BACKEND_GEMINI);
	is_str(proto_check_version(&f, j), "v1beta", "not on 3.8");
	family_init(&f, "gemini-live-2.5-flash-native-audio", BACKEND_VERTEX);
	is_str(proto_check_version(&f, j), "v1beta1", "nor on Vertex");
	json_free(j);
}

static void
ceiling(void)
{
	struct findings f;
	int i;

	findings_init(&f);
	for (i = 0; i < FINDINGS_MAX + 3; i++)
		findings_add(&f, i == 0, "p", NULL, "%d", i);
	is_int((int)f.n, FINDINGS_MAX, "so many are kept");
	is_int((int)f.more, 3, "the others are counted");
	is_int((int)findings_fatal(&f), 1, "one is fatal");
	findings_done(&f);
}

int
main(void)
{
	families();
	switches();
	documented();
	good_setups();
	bad_setups();
	bad_tools();
	newer_checks();
	limits();
	versions();
	ceiling();
	return tap_done();
}
