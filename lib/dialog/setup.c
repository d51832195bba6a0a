/*
 * From options to the setup object.  A value that the user gave is never
 * replaced with a default; what the service refuses is reported by the schema.
 */
#include "dialog/setup.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"

enum { NAME_MAX_SET = 256 };	/* longest path of a --set */

static void __attribute__((format(printf, 3, 4)))
complain(char *why, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, size, fmt, ap);
	va_end(ap);
}

/* The value of a --set: JSON, or a bare word as a string. */
static struct json *
set_value(const char *text, char *why, size_t size)
{
	struct json *v = json_parse(text, strlen(text), why, size);

	if (v || (*text && strchr("{[\"", *text)))
		return v;
	return json_string(text);
}

static int
apply_set(struct json *setup, const char *set, char *why, size_t size)
{
	const char *eq = strchr(set, '=');
	char path[NAME_MAX_SET], bad[128];
	struct json *v;

	if (!eq || eq == set || (size_t)(eq - set) >= sizeof(path)) {
		complain(why, size, "--set wants path=value, not %.60s", set);
		return -1;
	}
	memcpy(path, set, (size_t)(eq - set));
	path[eq - set] = '\0';
	v = set_value(eq + 1, bad, sizeof(bad));
	if (!v) {
		complain(why, size, "--set %s: %s", path, bad);
		return -1;
	}
	if (json_type(v) == JSON_NULL) {
		json_free(v);
		v = NULL;
	}
	if (!json_set_path(setup, path, v) && v) {
		complain(why, size, "--set %s: no such place", path);
		return -1;
	}
	return 0;
}

/* Sets a string if it was given; a default only if the base has none. */
static void
put(struct json *setup, const char *path, const char *value)
{
	if (value)
		json_set_path(setup, path, json_string(value));
}

static void
put_system(struct json *setup, const char *text)
{
	struct json *content, *part;

	if (!text)
		return;
	content = json_object();
	part = json_add(json_set(content, "parts", json_array()),
	    json_object());
	json_set(part, "text", json_string(text));
	json_set(setup, "systemInstruction", content);
}

static void
put_modality(struct json *setup, const char *modality)
{
	const char *path = "generationConfig.responseModalities";
	struct json *list;

	if (!modality && json_path(setup, path))
		return;
	list = json_array();
	json_add(list, json_string(modality ? modality : "AUDIO"));
	json_set_path(setup, path, list);
}

/* One side's transcription: on, off, or on unless the base has it. */
static void
put_transcript(struct json *setup, const char *key, int wanted, bool on)
{
	if (wanted == SETUP_UNSAID && json_get(setup, key))
		return;
	if (wanted != SETUP_UNSAID && !on)
		json_set(setup, key, NULL);
	else if (!json_get(setup, key))
		json_set(setup, key, json_object());
}

/* Sets how the user's speech is transcribed. */
static void
put_hearing(struct json *setup, const struct json *hearing)
{
	if (json_size(hearing) == 0)
		return;
	if (!json_get(setup, "inputAudioTranscription"))
		json_set(setup, "inputAudioTranscription", json_object());
	json_merge(json_get(setup, "inputAudioTranscription"), hearing);
}

static void
put_vad(struct json *setup, enum setup_vad vad)
{
	const char *path = "realtimeInputConfig."
	    "automaticActivityDetection.disabled";

	if (vad == SETUP_VAD_MANUAL)
		json_set_path(setup, path, json_bool(true));
	else if (vad == SETUP_VAD_AUTO && json_path(setup, path))
		json_set_path(setup, path, NULL);
}

static struct json *
copy_base(const struct json *base, char *why, size_t size)
{
	const struct json *inner = json_get(base, "setup");

	if (!base)
		return json_object();
	if (inner && json_size(base) == 1)
		base = inner;
	if (json_type(base) == JSON_OBJECT)
		return json_copy(base);
	complain(why, size, "--setup: not a JSON object");
	return NULL;
}

struct json *
setup_build(const struct setup_flags *f, char *why, size_t size)
{
	struct json *setup = copy_base(f->base, why, size);
	int wanted = f->transcripts;
	size_t i;

	if (!setup)
		return NULL;
	if (f->model)
		json_set(setup, "model", json_string(f->model));
	put_modality(setup, f->modality);
	put(setup, "generationConfig.speechConfig.voiceConfig."
	    "prebuiltVoiceConfig.voiceName", f->voice);
	put(setup, "generationConfig.speechConfig.languageCode", f->language);
	put(setup, "generationConfig.translationConfig.targetLanguageCode",
	    f->target);
	put_system(setup, f->system);
	if (f->tools)
		json_set(setup, "tools", json_copy(f->tools));
	put_vad(setup, f->vad);
	put_transcript(setup, "inputAudioTranscription", wanted,
	    wanted & SETUP_HEAR);
	put_transcript(setup, "outputAudioTranscription", wanted,
	    wanted & SETUP_SAY);
	put_hearing(setup, f->hearing);
	for (i = 0; i < f->nsets; i++)
		if (apply_set(setup, f->sets[i], why, size) < 0) {
			json_free(setup);
			return NULL;
		}
	return setup;
}

/* Adds one element of a tools file: a Tool to the list, a bare declaration to
 * the one Tool in the list that collects them. */
static int
add_tool(struct json *list, struct json **bare, const struct json *tool)
{
	struct json *holder;

	if (json_type(tool) != JSON_OBJECT || json_size(tool) == 0)
		return -1;
	if (!json_str(json_get(tool, "name"))) {
		json_add(list, json_copy(tool));
		return 0;
	}
	if (!*bare) {
		holder = json_add(list, json_object());
		*bare = json_set(holder, "functionDeclarations",
		    json_array());
	}
	json_add(*bare, json_copy(tool));
	return 0;
}

struct json *
setup_tools(const struct json *tools, char *why, size_t size)
{
	struct json *list = json_array(), *bare = NULL;
	const struct json *t;
	size_t n = 0;

	if (json_type(tools) == JSON_OBJECT && json_get(tools, "tools"))
		tools = json_get(tools, "tools");
	if (json_type(tools) == JSON_OBJECT) {
		if (add_tool(list, &bare, tools) == 0)
			return list;
	} else if (json_type(tools) == JSON_ARRAY) {
		for (t = json_first(tools); t; t = json_next(t), n++)
			if (add_tool(list, &bare, t) < 0)
				break;
		if (!t)
			return list;
	}
	complain(why, size, "entry %zu is neither a tool nor a function "
	    "declaration with a name", n + 1);
	json_free(list);
	return NULL;
}

bool
setup_declares(const struct json *setup, const char *name)
{
	const struct json *t, *f;

	for (t = json_first(json_get(setup, "tools")); t; t = json_next(t)) {
		f = json_first(json_get(t, "functionDeclarations"));
		for (; f; f = json_next(f))
			if (strcmp(json_get_str(f, "name", ""), name) == 0)
				return true;
	}
	return false;
}
