/*
 * What is known to be refused, or to go wrong, with a setup: the documented
 * limits and what others were refused for, by family and backend.  Types,
 * unknown names and fields of the other backend are schema's.
 */
#include "proto/family.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "proto/schema.h"

enum { NAME_MAX_LEN = 64 };

/* One run over a setup. */
struct check {
	const struct family *f;
	const struct json *setup;
	const char *version;
	struct findings *out;
};

/* Models by name: those that are gone, those of one backend. */
static const struct {
	const char *name;
	bool gemini, vertex;
	const char *gone;	/* since when */
} models[] = {
	{ "gemini-3.8-live", true, true, NULL },
	{ "gemini-3.8-live-extended-thinking", true, false, NULL },
	{ "gemini-3.1-flash-live-preview", true, false, NULL },
	{ "gemini-2.5-flash-native-audio-preview-12-2025", true, false,
	    NULL },
	{ "gemini-2.5-flash-native-audio-preview-09-2025", true, false,
	    NULL },
	{ "gemini-2.5-flash-native-audio-latest", true, false, NULL },
	{ "gemini-live-2.5-flash-native-audio", false, true, NULL },
	{ "gemini-3.5-live-translate-preview", true, false, NULL },
	{ "gemini-3.5-transcribe-live", true, false, NULL },
	{ "gemini-live-2.5-flash-preview", true, false, "2025-12-09" },
	{ "gemini-2.0-flash-live-001", true, false, "2025-12-09" },
	{ "gemini-2.0-flash-live-preview-04-09", false, true, "2025" },
	{ "gemini-2.0-flash-exp", true, false, "2025" },
};

/* A list's first element and the next; one value stands for a list of it. */
static const struct json *
first(const struct json *list)
{
	return json_type(list) == JSON_ARRAY ? json_first(list) :
	    json_type(list) == JSON_OBJECT ? list : NULL;
}

static const struct json *
next(const struct json *list, const struct json *item)
{
	return item == list ? NULL : json_next(item);
}

static bool
word_is(const struct json *j, const char *word)
{
	const char *s = json_str(j);

	return s != NULL && strcmp(s, word) == 0;
}

static void
check_model(const struct check *c)
{
	const char *model = json_str(schema_get(c->setup, "model")), *bare;
	enum backend b = c->f->backend;
	size_t i;

	if (model == NULL || *model == '\0') {
		findings_add(c->out, true, "setup.model", "name a model (-m)",
		    "the setup names no model");
		return;
	}
	bare = strrchr(model, '/');
	bare = bare ? bare + 1 : model;
	for (i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		if (strcmp(models[i].name, bare) != 0)
			continue;
		if (models[i].gone != NULL)
			findings_add(c->out, false, "setup.model",
			    "take a model that is still served", "%s was shut "
			    "down (%s)", bare, models[i].gone);
		if (!(b == BACKEND_GEMINI ? models[i].gemini :
		    models[i].vertex))
			findings_add(c->out, false, "setup.model",
			    b == BACKEND_GEMINI ? "-b vertex" : "-b gemini",
			    "%s is a model of the other backend (close 1008)",
			    bare);
		return;
	}
	if (c->f->id == FAMILY_UNKNOWN)
		findings_add(c->out, false, "setup.model", NULL, "%s is not "
		    "known here: nothing about it can be checked", bare);
}

static void
check_modality(const struct check *c, const struct json *config)
{
	static const char path[] =
	    "setup.generation_config.response_modalities";
	const struct json *list = schema_get(config, "responseModalities");
	const struct json *word = json_type(list) == JSON_ARRAY ?
	    json_first(list) : list;

	if (word == NULL) {
		findings_add(c->out, false, path, "say [\"AUDIO\"]", "without "
		    "it some models have answered with nothing at all");
		return;
	}
	if (json_type(list) == JSON_ARRAY && json_size(list) > 1)
		findings_add(c->out, true, path, "keep one of them", "more "
		    "than one modality is refused (close 1007)");
	else if (word_is(word, "TEXT") && !c->f->text_modality)
		findings_add(c->out, true, path, "say [\"AUDIO\"] and read "
		    "the transcript: outputAudioTranscription, -f text",
		    "this model speaks only audio: TEXT is refused (close "
		    "1007)");
	else if (word_is(word, "VIDEO") && c->f->backend != BACKEND_VERTEX)
		findings_add(c->out, false, path, "say [\"AUDIO\"]",
		    "VIDEO is for avatars on Vertex AI");
}

static void
check_thinking(const struct check *c, const struct json *config)
{
	static const char path[] = "setup.generation_config.thinking_config";
	const struct json *t = schema_get(config, "thinkingConfig");
	const struct json *level = schema_get(t, "thinkingLevel");
	const struct json *budget = schema_get(t, "thinkingBudget");

	if (json_type(t) != JSON_OBJECT)
		return;
	if (c->f->thinking == THINKING_NONE)
		findings_add(c->out, true, path, "leave thinkingConfig out",
		    "this model takes no thinkingConfig (close 1007)");
	else if (c->f->thinking == THINKING_BUDGET && level != NULL)
		findings_add(c->out, true, path, "give a thinkingBudget (0 "
		    "for none)", "this model takes a budget, not a level");
	else if (c->f->thinking == THINKING_LEVEL && budget != NULL)
		findings_add(c->out, true, path, "give a thinkingLevel",
		    "this model takes a level, not a budget");
	else if (word_is(level, "MINIMAL") && !c->f->thinking_minimal)
		findings_add(c->out, true, path, "LOW, MEDIUM or HIGH",
		    "this model has no level MINIMAL (close 1007)");
}

static void
check_feature(const struct check *c, const char *path, const char *name,
    int feature, const struct json *value)
{
	if (value == NULL || json_type(value) == JSON_NULL)
		return;
	if (feature == FEATURE_ALWAYS && !json_true(value))
		findings_add(c->out, true, path, "leave it out", "%s is "
		    "always on with this model: false is an error", name);
	else if (feature == FEATURE_NO)
		findings_add(c->out, json_true(value), path, "leave it out",
		    "this model has no %s", name);
	else if (feature == FEATURE_ALPHA && json_true(value) &&
	    c->version != NULL && strcmp(c->version, "v1alpha") != 0)
		findings_add(c->out, true, path, "--api-version v1alpha",
		    "%s needs API version v1alpha, not %s", name, c->version);
}

static void
check_range(const struct check *c, const struct json *config,
    const char *key, const char *path, double min, double max)
{
	const struct json *j = schema_get(config, key);
	double v = json_num(j, min);

	if (json_type(j) == JSON_NUMBER && (v < min || v > max))
		findings_add(c->out, true, path, NULL, "%g is not within %g "
		    "to %g", v, min, max);
}

static void
check_generation(const struct check *c)
{
	const struct json *g = schema_get(c->setup, "generationConfig");
	const struct json *speech = schema_get(g, "speechConfig");

	check_modality(c, g);
	check_thinking(c, g);
	if (schema_get(c->setup, "enableAffectiveDialog") != NULL)
		findings_add(c->out, true, "setup.enable_affective_dialog",
		    "it belongs inside \"generationConfig\"", "seen to be "
		    "refused here (close 1007)");
	check_feature(c, "setup.generation_config.enable_affective_dialog",
	    "affective dialog", c->f->affective,
	    schema_get(g, "enableAffectiveDialog"));
	check_range(c, g, "temperature", "setup.generation_config.temperature",
	    0, 2);
	check_range(c, g, "topP", "setup.generation_config.top_p", 0, 1);
	check_range(c, g, "candidateCount",
	    "setup.generation_config.candidate_count", 1, 1);
	if (schema_get(g, "translationConfig") != NULL && !c->f->translation)
		findings_add(c->out, true,
		    "setup.generation_config.translation_config",
		    "leave it out, or take a translate model",
		    "this model does not translate");
	if (schema_get(speech, "languageCode") != NULL &&
	    c->f->id == FAMILY_2_5)
		findings_add(c->out, false, "setup.generation_config."
		    "speech_config.language_code", "say the language in the "
		    "system instruction", "native-audio models choose the "
		    "language themselves");
	if (schema_get(speech, "multiSpeakerVoiceConfig") != NULL)
		findings_add(c->out, false, "setup.generation_config."
		    "speech_config.multi_speaker_voice_config", "give one "
		    "voice", "several voices are for text-to-speech models");
}

static void
check_input(const struct check *c)
{
	const struct json *r = schema_get(c->setup, "realtimeInputConfig");
	const struct json *a = schema_get(r, "automaticActivityDetection");
	const struct json *j;

	if (word_is(schema_get(r, "turnCoverage"),
	    "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO") &&
	    !c->f->av_coverage)
		findings_add(c->out, true,
		    "setup.realtime_input_config.turn_coverage",
		    "TURN_INCLUDES_ALL_INPUT", "this value closes the setup "
		    "here");
	if (json_true(schema_get(a, "disabled")))
		for (j = json_first(a); j != NULL; j = json_next(j))
			if (strcmp(json_key(j), "disabled") != 0)
				findings_add(c->out, false,
				    "setup.realtime_input_config."
				    "automatic_activity_detection", NULL,
				    "%s means nothing while detection is "
				    "disabled", json_key(j));
}

static void
check_resumption(const struct check *c)
{
	const struct json *s = schema_get(c->setup, "sessionResumption");
	const struct json *handle = schema_get(s, "handle");

	if (handle != NULL && (json_type(handle) == JSON_NULL ||
	    word_is(handle, "")))
		findings_add(c->out, true, "setup.session_resumption.handle",
		    "leave the handle out", "an empty handle is refused by "
		    "some models (close 1008)");
	if (schema_get(c->setup, "historyConfig") != NULL &&
	    !c->f->history_config)
		findings_add(c->out, false, "setup.history_config",
		    "leave it out", "Vertex AI is reported not to support it");
}

static void
check_compression(const struct check *c)
{
	static const char path[] = "setup.context_window_compression";
	const struct json *w = schema_get(c->setup,
	    "contextWindowCompression");
	const struct json *slide = schema_get(w, "slidingWindow");
	int64_t trigger = -1, target = -1;

	if (json_type(w) != JSON_OBJECT)
		return;
	if (json_type(slide) != JSON_OBJECT) {
		findings_add(c->out, true, path, "add \"slidingWindow\": {}",
		    "without slidingWindow it was refused (close 1007)");
		return;
	}
	json_int(schema_get(w, "triggerTokens"), &trigger);
	json_int(schema_get(slide, "targetTokens"), &target);
	if (trigger >= 0 && target >= trigger)
		findings_add(c->out, true, path, NULL, "targetTokens is not "
		    "below triggerTokens");
	if (trigger > c->f->window_tokens)
		findings_add(c->out, false, path, NULL, "triggerTokens is "
		    "over the context window of %d", c->f->window_tokens);
	if (c->f->backend == BACKEND_VERTEX &&
	    ((trigger >= 0 && (trigger < 5000 || trigger > 128000)) ||
	    target > 128000))
		findings_add(c->out, true, path, NULL, "Vertex AI takes a "
		    "trigger of 5000 to 128000 and a target up to 128000");
}

static bool
legal_name(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= NAME_MAX_LEN && strspn(s, "abcdefghijklmnopqrstu"
	    "vwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:.-") == n;
}

static void
check_behavior(const struct check *c, const char *path, const char *name,
    const struct json *behavior)
{
	bool async = word_is(behavior, "NON_BLOCKING");

	if (behavior == NULL)
		return;
	if (c->f->tool_behavior == BEHAVIOR_NO)
		findings_add(c->out, async, path, "leave \"behavior\" out",
		    "%s: this model takes no \"behavior\"", name);
	else if (c->f->tool_behavior == BEHAVIOR_ASYNC &&
	    word_is(behavior, "BLOCKING"))
		findings_add(c->out, true, path, "leave \"behavior\" out",
		    "%s: BLOCKING is an error with this model", name);
}

static void
check_function(const struct check *c, size_t tool, size_t i,
    const struct json *d)
{
	const char *name = json_str(schema_get(d, "name"));
	char path[96];

	snprintf(path, sizeof(path),
	    "setup.tools[%zu].function_declarations[%zu]", tool, i);
	if (name == NULL || !legal_name(name)) {
		findings_add(c->out, true, path, "letters, digits and _ : . - "
		    "only, at most 64", "a function needs a name, and '%.80s' "
		    "is none", name ? name : "");
		return;
	}
	check_behavior(c, path, name, schema_get(d, "behavior"));
	if (schema_get(d, "parameters") != NULL &&
	    schema_get(d, "parametersJsonSchema") != NULL)
		findings_add(c->out, true, path, "keep one of them", "%s: "
		    "parameters and parametersJsonSchema exclude each other",
		    name);
	if (schema_get(d, "response") != NULL &&
	    schema_get(d, "responseJsonSchema") != NULL)
		findings_add(c->out, true, path, "keep one of them", "%s: "
		    "response and responseJsonSchema exclude each other",
		    name);
}

/* Whether a function of this name stands before d in the same list. */
static bool
named_before(const struct json *list, const struct json *d)
{
	const char *name = json_str(schema_get(d, "name"));
	const struct json *j;

	for (j = first(list); name && j != NULL && j != d; j = next(list, j))
		if (word_is(schema_get(j, "name"), name))
			return true;
	return false;
}

static void
check_functions(const struct check *c, size_t tool, const struct json *list)
{
	const struct json *d;
	char path[96];
	size_t i = 0;

	for (d = first(list); d != NULL; d = next(list, d), i++) {
		check_function(c, tool, i, d);
		if (!named_before(list, d))
			continue;
		snprintf(path, sizeof(path),
		    "setup.tools[%zu].function_declarations[%zu]", tool, i);
		findings_add(c->out, true, path, "give it another name",
		    "a second function is named %.64s",
		    json_str(schema_get(d, "name")));
	}
}

static void
check_tools(const struct check *c)
{
	static const char *const others[] = { "codeExecution", "urlContext",
	    "googleMaps", "fileSearch", "computerUse",
	    "googleSearchRetrieval", "mcpServers" };
	const struct json *tools = schema_get(c->setup, "tools"), *t, *d;
	bool functions = false, search = false;
	char path[64];
	size_t i = 0, k;

	for (t = first(tools); t != NULL; t = next(tools, t), i++) {
		d = schema_get(t, "functionDeclarations");
		functions = functions || d != NULL;
		search = search || schema_get(t, "googleSearch") != NULL;
		check_functions(c, i, d);
		snprintf(path, sizeof(path), "setup.tools[%zu]", i);
		for (k = 0; k < sizeof(others) / sizeof(others[0]); k++)
			if (schema_get(t, others[k]) != NULL)
				findings_add(c->out, false, path,
				    "functions and googleSearch work",
				    "%s is documented as unsupported by the "
				    "Live models", others[k]);
	}
	if (functions && search && !c->f->search_functions)
		findings_add(c->out, false, "setup.tools", "keep one of them",
		    "googleSearch and functions do not work together with "
		    "this model");
}

static void
check_instruction(const struct check *c)
{
	const struct json *parts = schema_get(schema_get(c->setup,
	    "systemInstruction"), "parts"), *p;

	for (p = first(parts); p != NULL; p = next(parts, p))
		if (schema_get(p, "text") == NULL)
			findings_add(c->out, false, "setup.system_instruction",
			    "text parts only", "a part of it is no text");
}

const char *
proto_check_version(const struct family *f, const struct json *setup)
{
	const struct json *g = schema_get(setup, "generationConfig");
	const struct json *p = schema_get(setup, "proactivity");

	if (f->backend == BACKEND_VERTEX)
		return "v1beta1";
	if ((f->affective == FEATURE_ALPHA &&
	    json_true(schema_get(g, "enableAffectiveDialog"))) ||
	    (f->proactive == FEATURE_ALPHA &&
	    json_true(schema_get(p, "proactiveAudio"))))
		return "v1alpha";
	return "v1beta";
}

void
proto_check(const struct family *f, const struct json *setup,
    const char *version, struct findings *out)
{
	struct check c = { f, setup, version, out };

	check_model(&c);
	check_generation(&c);
	check_instruction(&c);
	check_tools(&c);
	check_input(&c);
	check_resumption(&c);
	check_compression(&c);
	check_feature(&c, "setup.proactivity.proactive_audio",
	    "proactive audio", f->proactive,
	    schema_get(schema_get(setup, "proactivity"), "proactiveAudio"));
}
