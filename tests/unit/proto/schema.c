/* The table of fields against the published definitions, and the service's
 * verdicts on client messages. */
#include "proto/fields.h"
#include "proto/fieldtab.h"
#include "proto/schema.h"

#include <stdlib.h>

#include "../../tap.h"
#include "base/fd.h"
#include "base/json.h"

enum { SPEC_MAX = 16 << 20 };

static const char *
verdict(enum backend backend, const char *text)
{
	static char why[1024];
	struct json *j = json_parse(text, strlen(text), why, sizeof(why));

	if (j == NULL)
		return why;
	why[0] = '\0';
	if (schema_check(j, backend, true, why, sizeof(why)) == 0)
		snprintf(why, sizeof(why), "good");
	json_free(j);
	return why;
}

static void
accepts(enum backend backend, const char *text)
{
	is_str(verdict(backend, text), "good", text);
}

static void
refuses(enum backend backend, const char *text, const char *want)
{
	is_str(verdict(backend, text), want, text);
}

static void
good(void)
{
	enum backend g = BACKEND_GEMINI, v = BACKEND_VERTEX;

	accepts(g, "{}");
	accepts(g, "{\"setup\":{\"model\":\"models/m\"}}");
	accepts(g, "{\"client_content\":{\"turns\":[{\"parts\":[{\"text\":"
	    "\"a\"}],\"role\":\"user\"}],\"turn_complete\":true}}");
	accepts(v, "{\"setup\":{\"sessionResumption\":{\"transparent\":true}}}");
	accepts(g, "{\"setup\":{\"generationConfig\":{\"temperature\":\"NaN\","
	    "\"maxOutputTokens\":\"7\",\"topP\":0.5}}}");
	accepts(g, "{\"setup\":{\"systemInstruction\":{\"parts\":"
	    "{\"text\":\"one for a list\"}}}}");
	accepts(g, "{\"setup\":{\"tools\":[{\"functionDeclarations\":[{"
	    "\"name\":\"f\",\"parameters\":{\"type\":\"OBJECT\",\"properties\":"
	    "{\"any_key\":{\"type\":6,\"anyOf\":[{\"type\":\"STRING\"}]}}}}]}]}}");
	accepts(g, "{\"realtimeInput\":{\"audio\":{\"mime_type\":\"audio/pcm\","
	    "\"data\":\"AAA=\"}}}");
	accepts(g, "{\"toolResponse\":{\"functionResponses\":[{\"response\":"
	    "{\"Any_Key\":{\"x\":[1]}},\"name\":\"f\",\"scheduling\":null}]}}");
	accepts(g, "{\"contextUpdate\":{\"tools\":{\"tools\":[]}}}");
	accepts(g, "{\"setup\":{\"contextWindowCompression\":{\"slidingWindow\""
	    ":{},\"triggerTokens\":\"9007199254740993\"}}}");
}

static void
bad(void)
{
	enum backend g = BACKEND_GEMINI, v = BACKEND_VERTEX;

	refuses(g, "{\"config\":{}}", "Invalid JSON payload received. Unknown "
	    "name \"config\": Cannot find field.");
	refuses(g, "{\"setup\":{\"x\":1}}", "Invalid JSON payload received. "
	    "Unknown name \"x\" at 'setup': Cannot find field.");
	refuses(g, "{\"setup\":{\"generationConfig\":{\"nope\":1}}}",
	    "Invalid JSON payload received. Unknown name \"nope\" at "
	    "'setup.generation_config': Cannot find field.");
	refuses(g, "{\"setup\":{\"enableAffectiveDialog\":true}}",
	    "Invalid JSON payload received. Unknown name "
	    "\"enableAffectiveDialog\" at 'setup': Cannot find field.");
	refuses(g, "{\"setup\":{\"sessionResumption\":{\"transparent\":true}}}",
	    "Invalid JSON payload received. Unknown name \"transparent\" at "
	    "'setup.session_resumption': Cannot find field.");
	refuses(g, "{\"toolResponse\":{\"functionResponses\":[{\"name\":\"f\","
	    "\"scheduling\":\"INTERRUPTED\"}]}}", "Invalid value at "
	    "'tool_response.function_responses[0].scheduling' "
	    "(type.googleapis.com/google.ai.generativelanguage.v1beta."
	    "FunctionResponse.Scheduling), \"INTERRUPTED\"");
	refuses(v, "{\"toolResponse\":{\"functionResponses\":[{},{\"name\":7}]"
	    "}}", "Invalid value at 'tool_response.function_responses[1].name'"
	    " (TYPE_STRING), 7");
	refuses(v, "{\"setup\":{\"generationConfig\":{\"responseModalities\":"
	    "[\"audio\"]}}}", "Invalid value at "
	    "'setup.generation_config.response_modalities[0]' "
	    "(type.googleapis.com/google.cloud.aiplatform.v1beta1."
	    "GenerationConfig.Modality), \"audio\"");
	refuses(g, "{\"setup\":{\"model\":{}}}", "Invalid value at "
	    "'setup.model' (TYPE_STRING), Starting an object on a scalar "
	    "field");
	refuses(g, "{\"setup\":{\"model\":[]}}", "Invalid JSON payload "
	    "received. Unknown name \"model\" at 'setup': Proto field "
	    "is not repeating, cannot start list.");
	refuses(g, "{\"setup\":{\"generationConfig\":true}}", "Invalid value "
	    "at 'setup.generation_config' (type.googleapis.com/google.ai."
	    "generativelanguage.v1beta.GenerationConfig), true");
	refuses(g, "{\"setup\":{},\"clientContent\":{}}", "Invalid value "
	    "(oneof), oneof field 'message_type' is already set. Cannot set "
	    "'clientContent'");
	refuses(g, "{\"clientContent\":{\"turns\":[{\"parts\":[{\"text\":\"\","
	    "\"inlineData\":{}}]}]}}", "Invalid value at "
	    "'client_content.turns[0].parts[0]' (oneof), oneof field 'data' "
	    "is already set. Cannot set 'inlineData'");
	refuses(g, "{\"realtimeInput\":{\"audio\":{\"data\":\"a b\"}}}",
	    "Invalid value at 'realtime_input.audio.data' (TYPE_BYTES), "
	    "\"a b\"");
	refuses(g, "{\"setup\":{\"generationConfig\":{\"seed\":4294967296}}}",
	    "Invalid value at 'setup.generation_config.seed' (TYPE_INT32), "
	    "4294967296");
	refuses(g, "{\"setup\":{\"generationConfig\":{\"logprobs\":1}}}",
	    "Request contains an invalid argument.");
	refuses(g, "{\"toolResponse\":{\"functionResponses\":[{\"response\":"
	    "[1]}]}}", "Invalid value at "
	    "'tool_response.function_responses[0].response' "
	    "(type.googleapis.com/google.protobuf.Struct)");
	refuses(g, "{\"setup\":{\"set\\u006dodel\":1,\"MODEL\":2}}",
	    "Invalid JSON payload received. Unknown name \"setmodel\" at "
	    "'setup': Cannot find field.");
	refuses(g, "[]", "Invalid JSON payload received. Unknown name \"\": "
	    "Root element must be a message.");
	refuses(g, "{\"setup\":{\"proactivity\":[]}}", "Invalid JSON payload "
	    "received. Unknown name \"proactivity\" at 'setup': Proto field "
	    "is not repeating, cannot start list.");
}

/* Every byte, as base64. */
static void
alphabet(void)
{
	static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
	    "pqrstuvwxyz0123456789+/-_";
	char text[80], data[8], why[256];
	struct json *j, *blob;
	int c, wrong = 0;

	snprintf(text, sizeof(text), "{\"realtimeInput\":{\"audio\":{}}}");
	j = json_parse(text, strlen(text), NULL, 0);
	blob = json_path(j, "realtimeInput.audio");
	for (c = 1; c < 128; c++) {
		snprintf(data, sizeof(data), "AA%cA", c);
		json_set(blob, "data", json_string(data));
		wrong += (schema_check(j, BACKEND_GEMINI, true, why, sizeof(why))
		    == 0) != (strchr(good, c) != NULL);
	}
	is_int(wrong, 0, "each byte is of the alphabet or is not");
	json_free(j);
}

static void
findings(void)
{
	static const char setup[] = "{\"enableAffectiveDialog\":true,"
	    "\"Model\":\"x\",\"generationConfig\":{\"seed\":\"y\"},\"zz\":1}";
	struct json *j = json_parse(setup, sizeof(setup) - 1, NULL, 0);
	struct findings f;

	findings_init(&f);
	schema_findings(j, "BidiGenerateContentSetup", "setup",
	    BACKEND_GEMINI, &f);
	is_int((int)f.n, 4, "every fault is found");
	is_str(f.v[0].path, "setup.enable_affective_dialog", "its place");
	is_str(f.v[0].remedy, "it belongs inside \"generationConfig\"",
	    "a field of a message below");
	is_str(f.v[1].remedy, "write \"model\"", "another spelling");
	is_str(f.v[2].path, "setup.generation_config.seed", "a value");
	is_str(f.v[3].remedy, "leave it out unless the service documents it",
	    "a name that is nowhere");
	is_int((int)findings_fatal(&f), 1, "only the wrong value is fatal");
	findings_done(&f);
	json_free(j);
}

/* What --check says of one fault: where, the remedy, whether it is fatal. */
static void
advised(enum backend backend, const char *setup, const char *want)
{
	struct json *j = json_parse(setup, strlen(setup), NULL, 0);
	char got[512] = "";
	struct findings f;

	findings_init(&f);
	schema_findings(j, "BidiGenerateContentSetup", "setup", backend, &f);
	if (f.n > 0)
		snprintf(got, sizeof(got), "%s %s: %s", f.v[0].fatal ?
		    "fatal" : "doubt", f.v[0].path, f.v[0].remedy ?
		    f.v[0].remedy : "-");
	is_str(got, want, setup);
	findings_done(&f);
	json_free(j);
}

static void
advice(void)
{
	static const char theirs[] = "it is a field of Vertex AI, not of the "
	    "Gemini Developer API: leave it out, or -b vertex";
	char want[256];

	snprintf(want, sizeof(want), "fatal setup.explicit_vad_signal: %s",
	    theirs);
	advised(BACKEND_GEMINI, "{\"explicitVadSignal\":true}", want);
	snprintf(want, sizeof(want), "fatal setup.session_resumption."
	    "transparent: %s", theirs);
	advised(BACKEND_GEMINI, "{\"sessionResumption\":{\"transparent\":"
	    "true}}", want);
	advised(BACKEND_VERTEX, "{\"tools\":[{\"fileSearch\":{}}]}", "fatal "
	    "setup.tools[0].file_search: it is a field of the Gemini "
	    "Developer API, not of Vertex AI: leave it out, or -b gemini");
	advised(BACKEND_GEMINI, "{\"temperature\":1}", "doubt "
	    "setup.temperature: it belongs inside \"generationConfig\"");
	advised(BACKEND_GEMINI, "{\"generationConfig\":{\"proactivity\":{}}}",
	    "doubt setup.generation_config.proactivity: it belongs one level "
	    "up, beside \"generationConfig\"");
	advised(BACKEND_GEMINI, "{\"generationConfig\":{\"top-p\":1}}",
	    "doubt setup.generation_config.top-p: leave it out unless the "
	    "service documents it");
	advised(BACKEND_GEMINI, "{\"generationConfig\":{\"Top_P\":1}}",
	    "doubt setup.generation_config._top__p: write \"topP\"");
	advised(BACKEND_GEMINI, "{\"generationConfig\":{\"thinkingConfig\":"
	    "{\"thinkingLevel\":\"XXHIGH\"}}}", "doubt setup.generation_config."
	    "thinking_config.thinking_level: -");
	advised(BACKEND_GEMINI, "{\"generationConfig\":{\"mediaResolution\":"
	    "\"low\"}}", "fatal setup.generation_config.media_resolution: -");
}

/* Fields that came after the published table was made, each as it is sent. */
static void
newer(void)
{
	enum backend g = BACKEND_GEMINI, v = BACKEND_VERTEX;
	static const struct {
		bool gemini, vertex;
		const char *setup;
	} of[] = {
		{ true, true, "\"labels\":{\"a\":\"b\"}" },
		{ true, true, "\"realtimeInputConfig\":{"
		    "\"interimTranscriptTimestampEnabled\":true}" },
		{ true, true, "\"inputAudioTranscription\":{\"mode\":"
		    "\"VERBATIM\",\"sourceText\":\"x\"}" },
		{ true, true, "\"proactivity\":{\"proactiveAudio\":true,"
		    "\"proactiveVideo\":true}" },
		{ true, true, "\"generationConfig\":{\"speechConfig\":{"
		    "\"voiceConfig\":{\"voice\":\"x\"}}}" },
		{ true, true, "\"generationConfig\":{\"translationConfig\":{"
		    "\"targetLanguageCode\":\"de\"}}" },
		{ true, true, "\"generationConfig\":{\"thinkingConfig\":{"
		    "\"thinkingLevel\":\"XHIGH\"}}" },
		{ true, true, "\"generationConfig\":{\"responseFormat\":[{"
		    "\"text\":{\"schema\":{}}},{\"video\":{\"resolution\":"
		    "\"x\"}}]}" },
		{ true, false, "\"systemInstruction\":{\"parts\":[{\"text\":"
		    "\"x\",\"mediaProcessing\":\"AGENTIC\"}]}" },
		{ true, true, "\"systemInstruction\":{\"parts\":[{\"text\":"
		    "\"x\",\"speechMetadata\":{\"speaker\":\"a\",\"style\":"
		    "\"b\"}}]}" },
		{ true, true, "\"tools\":[{\"googleMaps\":{\"authConfig\":{"
		    "\"apiKey\":\"x\"}}}]" },
		{ true, true, "\"tools\":[{\"googleMaps\":{\"authConfig\":{}}}"
		    "]" },
	};
	char text[512];
	size_t i;

	for (i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		snprintf(text, sizeof(text), "{\"setup\":{%s}}", of[i].setup);
		ok((strcmp(verdict(g, text), "good") == 0) == of[i].gemini,
		    of[i].setup);
		ok((strcmp(verdict(v, text), "good") == 0) == of[i].vertex,
		    "the same on Vertex");
	}
	accepts(g, "{\"toolResponse\":{\"functionResponses\":[{\"parts\":[{"
	    "\"mediaProcessing\":\"STATIC\"}]}]}}");
}

/* Words of a function's schema in any case, at any depth; only there. */
static void
enum_words(void)
{
	static const char *const words[] = { "string", "String", "STRING",
	    "object", "integer", "number", "boolean", "array", "null" };
	char text[512];
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		snprintf(text, sizeof(text), "{\"setup\":{\"tools\":[{"
		    "\"functionDeclarations\":[{\"name\":\"f\",\"parameters\":"
		    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":"
		    "\"array\",\"items\":{\"anyOf\":[{\"type\":\"%s\"}]}}}},"
		    "\"response\":{\"type\":\"%s\"}}]}]}}", words[i], words[i]);
		accepts(BACKEND_GEMINI, text);
	}
	refuses(BACKEND_GEMINI, "{\"setup\":{\"tools\":[{"
	    "\"functionDeclarations\":[{\"parameters\":{\"type\":\"text\"}}]"
	    "}]}}", "Invalid value at 'setup.tools[0].function_declarations"
	    "[0].parameters.type' (type.googleapis.com/google.ai."
	    "generativelanguage.v1beta.Type), \"text\"");
}

/* A field that the tables do not know passes unless they are to be strict. */
static void
unknown_fields(void)
{
	static const char *const of[] = {
		"{\"setup\":{\"brandNew\":{\"a\":[1]}}}",
		"{\"setup\":{\"generationConfig\":{\"brandNew\":1}}}",
		"{\"realtimeInput\":{\"audio\":{\"brandNew\":1}}}",
		"{\"brandNew\":1}",
	};
	struct json *j;
	size_t i;

	for (i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		j = json_parse(of[i], strlen(of[i]), NULL, 0);
		is_int(schema_check(j, BACKEND_GEMINI, false, NULL, 0), 0,
		    of[i]);
		is_int(schema_check(j, BACKEND_GEMINI, true, NULL, 0), -1,
		    "strictly");
		json_free(j);
	}
}

/* What the published table does not have yet, as Message.field or an enum. */
static bool
is_newer(const char *name)
{
	static const char *const list[] = {
		"BidiGenerateContentSetup.labels",
		"GenerationConfig.translationConfig", "VoiceConfig.voice",
		"TextResponseFormat.schema", "VideoResponseFormat.resolution",
		"AudioTranscriptionConfig.mode",
		"AudioTranscriptionConfig.sourceText", "Part.mediaProcessing",
		"Part.speechMetadata", "SpeechMetadata.speaker",
		"SpeechMetadata.style", "FunctionResponsePart.mediaProcessing",
		"BidiGenerateContentTranscription.startOffset",
		"BidiGenerateContentTranscription.endOffset",
		"GoogleMaps.authConfig", "AuthConfig.apiKey",
		"RealtimeInputConfig.interimTranscriptTimestampEnabled",
		"ProactivityConfig.proactiveVideo",
		"AudioTranscriptionConfigMode", "MediaProcessing",
		"ThinkingLevel", "ToolType", "TrafficType", NULL
	};
	size_t i;

	for (i = 0; list[i] != NULL; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

static const struct json *
spec_field(const struct json *spec, const char *message, const char *field)
{
	return json_get(json_get(json_get(json_get(spec, "messages"), message),
	    "fields"), field);
}

static bool
same_backend(const struct json *field, const char *name, bool mine)
{
	const struct json *b = json_get(json_get(field, "backends"), name);

	return mine == !(json_type(b) == JSON_BOOL && !json_true(b));
}

/* Whether n bytes are the text. */
static bool
same(const char *p, size_t n, const char *text)
{
	return strlen(text) == n && (n == 0 || memcmp(p, text, n) == 0);
}

static bool
same_field(const struct json *theirs, const struct field *mine)
{
	static const char *const scalar[] = { "string", "bytes", "bool",
	    "int32", "int64", "float", "double", "Duration", "Timestamp",
	    "Struct", "Value" };
	const char *type = json_get_str(theirs, "type", "");
	const struct json *live = json_get(theirs, "live");

	if (mine->kind < SCHEMA_ENUM && strcmp(scalar[mine->kind], type) != 0)
		return false;
	return same(mine->type, mine->type_len, type) &&
	    same(mine->oneof, mine->oneof_len, json_get_str(theirs, "oneof",
	    "")) &&
	    mine->repeated == json_true(json_get(theirs, "repeated")) &&
	    mine->map == (json_get(theirs, "map") != NULL) &&
	    mine->offline == (live != NULL && !json_true(live)) &&
	    same_backend(theirs, "mldev", mine->gemini) &&
	    same_backend(theirs, "vertex", mine->vertex);
}

/* Ours against theirs: every row and field stands there, just so. */
static void
ours_in_spec(const struct json *spec)
{
	const struct json *theirs;
	struct fields m;
	struct field f;
	char what[256], snake[128], name[128];
	const char *message, *at;
	size_t i;
	int fields = 0, wrong = 0;

	for (i = 0; (message = fieldtab_message_name(i)) != NULL; i++) {
		m = fields_of(message, strlen(message));
		for (at = m.row; (at = fields_next(&m, at, &f)) != NULL; ) {
			snprintf(name, sizeof(name), "%.*s", (int)f.name_len,
			    f.name);
			theirs = spec_field(spec, message, name);
			fields++;
			schema_snake(name, snake, sizeof(snake));
			if (theirs != NULL && same_field(theirs, &f) &&
			    (strcmp(json_get_str(theirs, "proto", ""),
			    snake) == 0 || strstr(name, "sponseJsonSchema")))
				continue;
			snprintf(what, sizeof(what), "%s.%s", message, name);
			if (is_newer(what))
				continue;
			wrong++;
			ok(false, what);
		}
	}
	is_int(wrong, 0, "every field of ours is as published");
	printf("# %d fields of %zu messages\n", fields, i);
}

static bool
ours_has(const char *message, const char *field)
{
	struct fields m = fields_of(message, strlen(message));
	const char *at = m.row;
	struct field f;

	while ((at = fields_next(&m, at, &f)) != NULL)
		if (same(f.name, f.name_len, field))
			return true;
	return false;
}

/* Theirs against ours: nothing is missing. */
static void
spec_in_ours(const struct json *spec)
{
	const struct json *m, *f;
	char what[256];
	int missing = 0;

	for (m = json_first(json_get(spec, "messages")); m; m = json_next(m)) {
		for (f = json_first(json_get(m, "fields")); f;
		    f = json_next(f)) {
			if (ours_has(json_key(m), json_key(f)))
				continue;
			missing++;
			snprintf(what, sizeof(what), "%s.%s is known",
			    json_key(m), json_key(f));
			ok(false, what);
		}
	}
	is_int(missing, 0, "every published field is known");
}

static void
enums_match(const struct json *spec)
{
	const struct json *e, *v;
	const char *name, *words;
	char text[2048];
	size_t i, n, mine = 0;

	for (i = 0; (name = fieldtab_enum_name(i)) != NULL; i++) {
		words = fieldtab_enum(name, strlen(name));
		e = json_get(json_get(spec, "enums"), name);
		n = 0;
		text[0] = '\0';
		for (v = json_first(json_get(e, "values")); v && n <
		    sizeof(text); v = json_next(v))
			n += (size_t)snprintf(text + n, sizeof(text) - n,
			    "%s%s", n ? " " : "", json_str(v));
		mine += e != NULL;
		if (strcmp(text, words) != 0 && !is_newer(name))
			is_str(words, text, name);
	}
	is_int((int)mine, (int)json_size(json_get(spec, "enums")),
	    "every enum, word for word");
}

static void
published(void)
{
	char *text, why[128];
	struct json *spec;
	size_t n;

	text = fd_slurp("../shared/protocol-fields.json", SPEC_MAX, &n);
	if (text == NULL) {
		printf("# not run: no ../shared/protocol-fields.json to compare"
		    " the table with\n");
		return;
	}
	spec = json_parse(text, n, why, sizeof(why));
	if (ok(spec != NULL, "the published table reads")) {
		ours_in_spec(spec);
		spec_in_ours(spec);
		enums_match(spec);
	}
	json_free(spec);
	free(text);
}

int
main(void)
{
	good();
	bad();
	alphabet();
	findings();
	advice();
	newer();
	enum_words();
	unknown_fields();
	published();
	return tap_done();
}
