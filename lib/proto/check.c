/*
 * What is known to be refused, or to go wrong, in a setup: the documented
 * limits and what others were refused for, by family and backend.  Types,
 * unknown names and fields of the other backend are left to schema.
 */
#include "proto/check.h"

#include <string.h>

#include "base/json.h"
#include "proto/schema.h"

enum { NAME_MAX_LEN = 128 };

const struct json *
check_first(const struct json *list)
{
	return json_type(list) == JSON_ARRAY ? json_first(list) :
	    json_type(list) == JSON_OBJECT ? list : NULL;
}

const struct json *
check_next(const struct json *list, const struct json *item)
{
	return item == list ? NULL : json_next(item);
}

bool
check_word(const char *text, const char *word)
{
	return text != NULL && strcmp(text, word) == 0;
}

static bool
word_is(const struct json *j, const char *word)
{
	return check_word(json_str(j), word);
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
		findings_add(c->out, false, path, "give a thinkingBudget (0 "
		    "for none)", "documented for this model is a budget, not "
		    "a level (a probe found both taken)");
	else if (c->f->thinking == THINKING_LEVEL && budget != NULL)
		findings_add(c->out, false, path, "give a thinkingLevel",
		    "documented for this model is a level, not a budget (a "
		    "probe found both taken)");
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
check_translation(const struct check *c, const struct json *t)
{
	static const char path[] = "setup.generation_config.translation_config";
	const char *to = json_str(schema_get(t, "targetLanguageCode"));

	if (c->f->id != FAMILY_TRANSLATE)
		return;
	if (to == NULL || *to == '\0')
		findings_add(c->out, true, path, "--set generationConfig."
		    "translationConfig.targetLanguageCode=de", "a translate "
		    "model needs a targetLanguageCode (close 1007)");
	if (schema_get(c->setup, "tools") != NULL)
		findings_add(c->out, false, "setup.tools", "leave them out",
		    "a translate model has no tools");
	if (schema_get(c->setup, "systemInstruction") != NULL)
		findings_add(c->out, false, "setup.system_instruction",
		    "leave it out", "a translate model takes no instruction");
}

/* The modes of a transcription exclude each other. */
static void
check_transcription(const struct check *c, const char *key, const char *path)
{
	const struct json *t = schema_get(c->setup, key);

	if (word_is(schema_get(t, "mode"), "SMART") &&
	    (json_true(schema_get(t, "wordTimestamp")) ||
	    json_true(schema_get(t, "diarization"))))
		findings_add(c->out, true, path, "mode VERBATIM, or neither "
		    "wordTimestamp nor diarization", "mode SMART excludes "
		    "timestamps and diarization");
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
	check_transcription(c, "inputAudioTranscription",
	    "setup.input_audio_transcription");
	check_transcription(c, "outputAudioTranscription",
	    "setup.output_audio_transcription");
	check_translation(c, schema_get(g, "translationConfig"));
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
	const struct json *p = schema_get(c->setup, "proactivity"), *j;

	if (json_true(schema_get(p, "proactiveVideo")) &&
	    !json_true(schema_get(p, "proactiveAudio")) &&
	    c->f->proactive != FEATURE_ALWAYS)
		findings_add(c->out, true, "setup.proactivity.proactive_video",
		    "add \"proactiveAudio\": true", "proactive video needs "
		    "proactive audio");
	if (c->f->carrier == CARRIER_CHUNKS && c->f->id == FAMILY_3_1)
		findings_add(c->out, true, "realtime_input.media_chunks",
		    "--quirk carrier=fields", "this model takes no mediaChunks "
		    "(close 1007)");

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

static void
check_instruction(const struct check *c)
{
	const struct json *parts = schema_get(schema_get(c->setup,
	    "systemInstruction"), "parts"), *p;

	for (p = check_first(parts); p != NULL; p = check_next(parts, p))
		if (schema_get(p, "text") == NULL)
			findings_add(c->out, false, "setup.system_instruction",
			    "text parts only", "a part of it is not text");
}

bool
proto_check_name(const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	size_t n = strlen(s);

	return n > 0 && n <= NAME_MAX_LEN && strchr(letters, *s) != NULL &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789_:.-") == n;
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

	checkmodel_run(&c);
	check_generation(&c);
	check_instruction(&c);
	checktool_run(&c);
	check_input(&c);
	check_resumption(&c);
	check_compression(&c);
	check_feature(&c, "setup.proactivity.proactive_audio",
	    "proactive audio", f->proactive,
	    schema_get(schema_get(setup, "proactivity"), "proactiveAudio"));
}
