/*
 * The service knows a model by its full name, one list per backend.  The models
 * here are those of protocol notes and recordings; a user adds more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "emulator/setup.h"
#include "base/json.h"
#include "base/mem.h"
#include "proto/check.h"
#include "proto/schema.h"

enum { FUNCTIONS_MAX = 512, WINDOW_MIN = 5000, WINDOW_MAX = 128000 };

static const char *const gemini_models[] = {
	"gemini-3.8-live", "gemini-3.8-live-extended-thinking",
	"gemini-3.1-flash-live-preview",
	"gemini-2.5-flash-native-audio-latest",
	"gemini-2.5-flash-native-audio-preview-12-2025",
	"gemini-2.5-flash-native-audio-preview-09-2025",
	"gemini-3.5-live-translate-preview", "gemini-3.5-transcribe-live",
	"gemini-live-2.5-flash-preview", "gemini-2.0-flash-live-001", NULL
};

static const char *const vertex_models[] = {
	"gemini-live-2.5-flash-native-audio", "gemini-3.8-live",
	"gemini-2.0-flash-live-preview-04-09", NULL
};

static bool
listed(const char *name, const char *const *list)
{
	for (; list && *list; list++)
		if (strcmp(name, *list) == 0)
			return true;
	return false;
}

/* The bare name in "models/X" or "[projects/P/locations/L/]publishers/google/
 * models/X"; NULL if it has no such form. */
static const char *
bare_name(const char *model, enum backend backend)
{
	static const char vertex[] = "publishers/google/models/";
	const char *p;

	if (backend == BACKEND_GEMINI)
		return strncmp(model, "models/", 7) == 0 ? model + 7 : NULL;
	p = strstr(model, vertex);
	if (!p || (p != model && strncmp(model, "projects/", 9) != 0))
		return NULL;
	return p + sizeof(vertex) - 1;
}

static void
invalid(struct emu_setup_verdict *v, const char *why)
{
	v->code = 1007;
	snprintf(v->reason, sizeof(v->reason), "%s",
	    "Request contains an invalid argument.");
	snprintf(v->why, sizeof(v->why), "%s", why);
}

static void
read_model(struct emusetup *s, const struct json *setup, enum backend backend,
    const char *version, const char *const *models, struct emu_setup_verdict *v)
{
	const char *model = json_str(schema_get(setup, "model"));
	const char *name = model ? bare_name(model, backend) : NULL;

	family_init(&s->family, model ? model : "", backend);
	if (!model || !*model) {
		invalid(v, "setup.model is missing");
	} else if (!listed(model, models) && !(name &&
	    (listed(name, backend == BACKEND_VERTEX ? vertex_models :
	    gemini_models) || listed(name, models)))) {
		v->code = 1008;
		snprintf(v->reason, sizeof(v->reason), "%.100s is not found "
		    "for API version %.16s, or is not supported for "
		    "bidiGenerateContent. Call ModelService.ListModels to see "
		    "the list of available models and their supported methods.",
		    model, version);
		snprintf(v->why, sizeof(v->why), "setup.model: %.100s is not "
		    "known here (--model adds one)", model);
	}
}

/* Which models exist is not decided by the check of the setup. */
static bool
is_name(const char *path)
{
	return strcmp(path, "setup.model") == 0;
}

/* Findings that the service reports only when content comes. */
static bool
deferred(const char *path)
{
	return strstr(path, "config.enable_affective_dialog") != NULL;
}

static void
invalid_field(struct emu_setup_verdict *v, const struct finding *f)
{
	char why[512];

	snprintf(why, sizeof(why), "%.200s: %.200s%s%.100s", f->path, f->text,
	    f->remedy ? ": " : "", f->remedy ? f->remedy : "");
	invalid(v, why);
}

static void
read_findings(struct emusetup *s, const struct json *setup,
    const char *version, struct emu_setup_verdict *v)
{
	struct findings f;
	size_t i;

	findings_init(&f);
	proto_check(&s->family, setup, version, &f);
	for (i = 0; i < f.n && !v->code; i++) {
		if (!f.v[i].fatal || is_name(f.v[i].path))
			continue;
		if (deferred(f.v[i].path))
			s->refuse_later = "setup.generationConfig."
			    "enableAffectiveDialog is not taken by this model "
			    "in this API version";
		else
			invalid_field(v, &f.v[i]);
	}
	findings_done(&f);
}

static void
read_output(struct emusetup *s, const struct json *config)
{
	const struct json *m = schema_get(config, "responseModalities");
	const char *word = json_str(json_at(m, 0));

	/* in recordings the older models send no output without it */
	if (!word)
		s->output = s->family.id == FAMILY_2_0 ? OUTPUT_NOTHING :
		    OUTPUT_AUDIO;
	else
		s->output = strcmp(word, "TEXT") == 0 ? OUTPUT_TEXT :
		    OUTPUT_AUDIO;
}

static bool
is_word(const struct json *o, const char *key, const char *word)
{
	const char *s = json_str(schema_get(o, key));

	return s && strcmp(s, word) == 0;
}

/* Whether it is LOW, not HIGH; without either, the backend's default. */
static bool
low(const struct emusetup *s, const struct json *o, const char *key,
    const char *prefix)
{
	char word[40];

	snprintf(word, sizeof(word), "%s_LOW", prefix);
	if (is_word(o, key, word))
		return true;
	snprintf(word, sizeof(word), "%s_HIGH", prefix);
	return !is_word(o, key, word) && !s->family.vad_high;
}

static int
milliseconds(const struct json *o, const char *key, int def)
{
	int64_t v;

	if (json_int(schema_get(o, key), &v) != 0)
		return def;
	return v < 0 ? 0 : v > 60000 ? 60000 : (int)v;
}

static void
read_realtime(struct emusetup *s, const struct json *config)
{
	const struct json *a = schema_get(config, "automaticActivityDetection");

	s->no_interruption = is_word(config, "activityHandling",
	    "NO_INTERRUPTION");
	s->ear.manual = json_true(schema_get(a, "disabled"));
	s->ear.low_start = low(s, a, "startOfSpeechSensitivity",
	    "START_SENSITIVITY");
	s->ear.low_end = low(s, a, "endOfSpeechSensitivity",
	    "END_SENSITIVITY");
	s->ear.prefix_ms = milliseconds(a, "prefixPaddingMs", EAR_PREFIX_MS);
	s->ear.silence_ms = milliseconds(a, "silenceDurationMs",
	    EAR_SILENCE_MS);
	s->ear.all = is_word(config, "turnCoverage", "TURN_INCLUDES_ALL_INPUT");
}

static void
unknown_handle(struct emu_setup_verdict *v)
{
	v->code = 1008;
	snprintf(v->reason, sizeof(v->reason), "%s",
	    "Requested entity was not found.");
	snprintf(v->why, sizeof(v->why), "%s",
	    "setup.sessionResumption.handle is empty");
}

static void
read_resumption(struct emusetup *s, const struct json *r,
    struct emu_setup_verdict *v)
{
	const char *handle = json_str(schema_get(r, "handle"));

	s->resumption = r != NULL;
	s->transparent = json_true(schema_get(r, "transparent"));
	if (handle && *handle)
		s->handle = mem_str(handle);
	else if (schema_get(r, "handle"))
		unknown_handle(v);
	if (s->transparent && !s->family.transparent)
		invalid(v, "setup.sessionResumption.transparent is not taken "
		    "by this backend");
}

static void
read_compression(struct emusetup *s, const struct json *c,
    struct emu_setup_verdict *v)
{
	const struct json *w = schema_get(c, "slidingWindow");
	int64_t window = s->family.window_tokens;

	if (!c)
		return;
	s->trigger = window / 5 * 4;
	json_int(schema_get(c, "triggerTokens"), &s->trigger);
	s->target = s->trigger / 2;
	json_int(schema_get(w, "targetTokens"), &s->target);
	if (!w || s->trigger < 0 || s->target < 0 || s->target > s->trigger ||
	    (s->family.backend == BACKEND_VERTEX && (s->trigger < WINDOW_MIN ||
	    s->trigger > WINDOW_MAX)))
		invalid(v, "setup.contextWindowCompression: targetTokens is "
		    "over triggerTokens, or triggerTokens is negative or (on "
		    "Vertex AI) not 5000 to 128000");
}

/* Counts the tokens of all text in a Content. */
static int64_t
content_tokens(const struct json *content)
{
	const struct json *p;
	const char *text;
	int64_t n = 0;

	for (p = json_first(schema_get(content, "parts")); p; p = json_next(p))
		if ((text = json_get_str(p, "text", NULL)))
			n += (int64_t)(strlen(text) + 3) / 4;
	return n;
}

void
emu_setup_read(struct emusetup *s, const struct json *setup, enum backend b,
    const char *version, const char *const *models, struct emu_setup_verdict *v)
{
	*s = (struct emusetup){ 0 };
	v->code = 0;
	read_model(s, setup, b, version, models, v);
	if (!v->code)
		read_findings(s, setup, version, v);
	if (!v->code)
		read_resumption(s, schema_get(setup, "sessionResumption"), v);
	if (!v->code)
		read_compression(s,
		    schema_get(setup, "contextWindowCompression"), v);
	if (v->code)
		return;
	read_output(s, schema_get(setup, "generationConfig"));
	read_realtime(s, schema_get(setup, "realtimeInputConfig"));
	s->input_transcript = schema_get(setup, "inputAudioTranscription");
	s->output_transcript = schema_get(setup, "outputAudioTranscription");
	s->history = json_true(schema_get(schema_get(setup, "historyConfig"),
	    "initialHistoryInClientContent"));
	s->unasked = s->family.id == FAMILY_3_8;
	s->activity = json_true(schema_get(setup, "explicitVadSignal")) ||
	    s->family.id == FAMILY_TRANSCRIBE || (s->unasked &&
	    b == BACKEND_GEMINI);
	s->prompt_tokens = content_tokens(schema_get(setup,
	    "systemInstruction"));
	emu_setup_tools(s, schema_get(setup, "tools"));
}

static void
forget_functions(struct emusetup *s)
{
	size_t i;

	for (i = 0; i < s->function_count; i++)
		free(s->functions[i].name);
	free(s->functions);
	s->functions = NULL;
	s->function_count = 0;
}

void
emu_setup_done(struct emusetup *s)
{
	forget_functions(s);
	free(s->handle);
	s->handle = NULL;
}

/* Whether a declaration has this behaviour, in upper or lower case. */
static bool
behaves(const struct json *function, const char *word)
{
	const char *s = json_str(schema_get(function, "behavior"));

	return s != NULL && strcasecmp(s, word) == 0;
}

static void
add_function(struct emusetup *s, const struct json *f)
{
	struct emu_setup_function *to;

	if (s->function_count == FUNCTIONS_MAX ||
	    !json_get_str(f, "name", NULL))
		return;
	s->functions = mem_resize(s->functions, s->function_count + 1,
	    sizeof(*s->functions));
	to = &s->functions[s->function_count++];
	to->name = mem_str(json_get_str(f, "name", NULL));
	to->json_schema = schema_get(f, "parametersJsonSchema") != NULL;
	to->async = s->family.tool_async && !behaves(f, "BLOCKING");
	if (behaves(f, "NON_BLOCKING") &&
	    s->family.tool_behavior != BEHAVIOR_NO)
		to->async = true;
}

int
emu_setup_judge(const struct emusetup *s, const struct json *tools, char *why,
    size_t size)
{
	struct json *setup = json_object();
	struct check c = { &s->family, setup, NULL, NULL };
	struct findings f;
	size_t i;
	int bad = 0;

	findings_init(&f);
	c.out = &f;
	json_set(setup, "tools", json_copy(tools));
	checktool_run(&c);
	for (i = 0; i < f.n && !bad; i++)
		if (f.v[i].fatal) {
			snprintf(why, size, "%.200s: %.200s", f.v[i].path,
			    f.v[i].text);
			bad = -1;
		}
	findings_done(&f);
	json_free(setup);
	return bad;
}

void
emu_setup_tools(struct emusetup *s, const struct json *tools)
{
	const struct json *t, *f;

	forget_functions(s);
	for (t = json_first(tools); t; t = json_next(t))
		for (f = json_first(schema_get(t, "functionDeclarations")); f;
		    f = json_next(f))
			add_function(s, f);
}

const struct emu_setup_function *
emu_setup_function(const struct emusetup *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->function_count; i++)
		if (name && strcmp(s->functions[i].name, name) == 0)
			return &s->functions[i];
	return NULL;
}
