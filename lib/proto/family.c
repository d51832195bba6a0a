/*
 * The table of differences between backends and families of models.  Each fact
 * not settled by a first-hand source is in QUIRKS.md under the name that it has
 * here.
 */
#include "proto/family.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/why.h"

enum { BACKENDS = 2, NUMBER_LIMIT = 100000000 };

/* One switch: its words, the first meaning 0; a digit per family for each
 * backend. */
struct toggle {
	const char *name;
	size_t offset;
	const char *words;
	const char *def[BACKENDS];
	const char *about;
};

#define AT(member) offsetof(struct family, member)

/* Columns: unknown, 2.0, 2.5, 3.1, 3.8, 3.8 thinking, translate,
 * transcribe. */
static const struct toggle toggles[] = {
	{ "text-modality", AT(text_modality), "no yes",
	    { "11000001", "11000001" },
	    "TEXT in responseModalities" },
	{ "thinking", AT(thinking), "none budget level any",
	    { "30120233", "30120233" },
	    "what thinkingConfig may hold" },
	{ "thinking-minimal", AT(thinking_minimal), "no yes",
	    { "10010011", "10010011" },
	    "thinkingLevel MINIMAL" },
	{ "affective", AT(affective), "no v1alpha yes always",
	    { "20100000", "20200000" },
	    "enableAffectiveDialog" },
	{ "proactive", AT(proactive), "no v1alpha yes always",
	    { "20103300", "20203300" },
	    "proactivity.proactiveAudio" },
	{ "history-config", AT(history_config), "no yes",
	    { "11111111", "00000000" },
	    "setup.historyConfig" },
	{ "transparent", AT(transparent), "no yes",
	    { "00000000", "11111111" },
	    "transparent session resumption" },
	{ "explicit-vad", AT(explicit_vad), "no yes",
	    { "00000000", "11111111" },
	    "setup.explicitVadSignal" },
	{ "av-coverage", AT(av_coverage), "no yes",
	    { "10111111", "00000000" },
	    "turnCoverage TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO" },
	{ "manual-coverage", AT(manual_coverage), "default all-input",
	    { "10011111", "10011111" },
	    "turnCoverage asked for with manual activity" },
	{ "search-functions", AT(search_functions), "no yes",
	    { "11011111", "11011111" },
	    "googleSearch and functions in one session" },
	{ "translation", AT(translation), "no yes",
	    { "10000010", "10000010" },
	    "generationConfig.translationConfig" },
	{ "client-content", AT(client_content), "never seed any",
	    { "22212200", "22212200" },
	    "when clientContent is taken" },
	{ "roles", AT(roles), "no yes",
	    { "10011111", "10011111" },
	    "every turn needs a role" },
	{ "text", AT(text), "realtime clientContent none",
	    { "01101102", "11111102" },
	    "how typed text goes out" },
	{ "seed", AT(seed), "no turns history",
	    { "11122200", "11111100" },
	    "how earlier turns are given to a fresh session" },
	{ "seed-user-end", AT(seed_user_end), "no yes",
	    { "11100000", "11111100" },
	    "the earlier turns must end with the user" },
	{ "speak-first", AT(start), "complete text",
	    { "00010011", "00000011" },
	    "what makes the model speak without new input" },
	{ "context", AT(context), "no update system model none",
	    { "14401100", "13331100" },
	    "a new system instruction: contextUpdate, or a turn of this role" },
	{ "resume-setup", AT(resume_setup), "no but-instruction all",
	    { "11111111", "11111111" },
	    "what of a changed setup a resumed session takes" },
	{ "carrier", AT(carrier), "fields mediaChunks",
	    { "00000000", "00000000" },
	    "where realtimeInput carries sound and pictures" },
	{ "audio-end", AT(audio_end), "flag silence both",
	    { "20002202", "11111111" },
	    "the end of the user's sound: audioStreamEnd, silence, or "
	    "silence and then the flag" },
	{ "interrupt", AT(interrupt), "clientContent local",
	    { "00010011", "00010011" },
	    "how an answer is cut by hand" },
	{ "tool-behavior", AT(tool_behavior), "no both non-blocking",
	    { "11101200", "00000000" },
	    "`behavior` in function declarations" },
	{ "tool-default", AT(tool_async), "blocking non-blocking",
	    { "10001100", "10001100" },
	    "what functions are without `behavior`" },
	{ "tool-scheduling", AT(tool_scheduling), "no yes",
	    { "11101000", "00000000" },
	    "`scheduling` in tool answers" },
	{ "tool-continue", AT(tool_continue), "no yes",
	    { "11101000", "00000000" },
	    "`willContinue` in tool answers" },
	{ "tool-ids", AT(tool_ids), "required optional omit",
	    { "00000000", "11111111" },
	    "ids in tool answers" },
	{ "tool-schema", AT(tool_schema), "json parameters",
	    { "01100100", "01100100" },
	    "parametersJsonSchema of functions: as it is, or converted" },
	{ "idle", AT(idle), "turnComplete interactionStatus "
	    "generationComplete",
	    { "00000102", "00000102" },
	    "what says that the model is idle" },
	{ "audio-text", AT(audio_text), "thought speech",
	    { "00000000", "00000000" },
	    "text without a mark where the modality is AUDIO" },
	{ "vad-default", AT(vad_high), "low high",
	    { "11111111", "00000000" },
	    "sensitivity of activity detection where setup does not say" },
};

/* Numbers: a value per family for each backend. */
struct number {
	const char *name;
	size_t offset;
	int def[BACKENDS][FAMILY_COUNT];
	const char *about;
};

static const struct number numbers[] = {
	{ "connection-life", AT(connection_s),
	    { { 600, 600, 600, 600, 3480, 3480, 600, 600 },
	      { 600, 600, 600, 600, 600, 600, 600, 600 } },
	    "seconds a connection lives" },
	{ "handle-life", AT(handle_s),
	    { { 7200, 7200, 7200, 7200, 7200, 7200, 7200, 7200 },
	      { 86400, 86400, 86400, 86400, 86400, 86400, 86400, 86400 } },
	    "seconds a resumption handle lives after its session" },
	{ "window", AT(window_tokens),
	    { { 131072, 32768, 131072, 131072, 131072, 131072, 131072,
	      131072 },
	      { 131072, 32768, 131072, 131072, 131072, 131072, 131072,
	      131072 } },
	    "tokens in the context window" },
};

enum {
	TOGGLES = sizeof(toggles) / sizeof(toggles[0]),
	NUMBERS = sizeof(numbers) / sizeof(numbers[0])
};

static const char *const names[FAMILY_COUNT] = { "unknown", "2.0", "2.5",
	"3.1", "3.8", "3.8-extended-thinking", "translate", "transcribe" };

static int *
member(struct family *f, size_t offset)
{
	return (int *)(void *)((char *)f + offset);
}

static int
value(const struct family *f, size_t offset)
{
	return *(const int *)(const void *)((const char *)f + offset);
}

static bool
has(const char *s, const char *part)
{
	return strstr(s, part) != NULL;
}

/* By the known names and by what they have in common, so that a dated variant
 * is put into its family. */
static enum family_id
classify(const char *name)
{
	if (has(name, "translate"))
		return FAMILY_TRANSLATE;
	if (has(name, "transcribe"))
		return FAMILY_TRANSCRIBE;
	if (has(name, "-3.8-"))
		return has(name, "extended-thinking") ? FAMILY_3_8_THINKING :
		    FAMILY_3_8;
	if (has(name, "-3.1-"))
		return FAMILY_3_1;
	if (has(name, "native-audio"))
		return FAMILY_2_5;
	if (has(name, "-2.0-") || has(name, "-2.5-"))
		return FAMILY_2_0;
	return FAMILY_UNKNOWN;
}

void
family_init(struct family *f, const char *model, enum backend backend)
{
	const char *slash = model ? strrchr(model, '/') : NULL;
	size_t i;

	memset(f, 0, sizeof(*f));
	f->backend = backend;
	f->id = model ? classify(slash ? slash + 1 : model) : FAMILY_UNKNOWN;
	for (i = 0; i < TOGGLES; i++)
		*member(f, toggles[i].offset) =
		    toggles[i].def[backend][f->id] - '0';
	for (i = 0; i < NUMBERS; i++)
		*member(f, numbers[i].offset) =
		    numbers[i].def[backend][f->id];
}

const char *
family_name(const struct family *f)
{
	return names[f->id];
}

const char *
family_backend_name(enum backend b)
{
	return b == BACKEND_GEMINI ? "gemini" : "vertex";
}

/* The i-th word of a list, its length in n; NULL beyond the last. */
static const char *
nth(const char *words, int i, size_t *n)
{
	for (;; i--) {
		*n = strcspn(words, " ");
		if (*n == 0)
			return NULL;
		if (i == 0)
			return words;
		words += *n;
		words += *words == ' ';
	}
}

static int
set_toggle(struct family *f, const struct toggle *t, const char *word,
    char *why, size_t size)
{
	const char *w;
	size_t n;
	int i;

	for (i = 0; (w = nth(t->words, i, &n)) != NULL; i++)
		if (strlen(word) == n && memcmp(w, word, n) == 0) {
			*member(f, t->offset) = i;
			return 0;
		}
	return why_say(-1, why, size, "%s: '%s' is none of: %s", t->name, word,
	    t->words);
}

static int
set_number(struct family *f, const struct number *k, const char *text,
    char *why, size_t size)
{
	char *end;
	long v;

	errno = 0;
	v = strtol(text, &end, 10);
	if (errno != 0 || !isdigit((unsigned char)*text) || *end != '\0' ||
	    v < 1 || v > NUMBER_LIMIT)
		return why_say(-1, why, size, "%s: '%s' is not a number from 1 "
		    "to %d", k->name, text, NUMBER_LIMIT);
	*member(f, k->offset) = (int)v;
	return 0;
}

int
family_override(struct family *f, const char *text, char *why, size_t size)
{
	const char *eq = strchr(text, '=');
	size_t i, n = eq ? (size_t)(eq - text) : strlen(text);

	for (i = 0; eq != NULL && i < TOGGLES; i++)
		if (strlen(toggles[i].name) == n &&
		    memcmp(toggles[i].name, text, n) == 0)
			return set_toggle(f, &toggles[i], eq + 1, why, size);
	for (i = 0; eq != NULL && i < NUMBERS; i++)
		if (strlen(numbers[i].name) == n &&
		    memcmp(numbers[i].name, text, n) == 0)
			return set_number(f, &numbers[i], eq + 1, why, size);
	if (eq == NULL)
		snprintf(why, size, "'%s' is not of the form NAME=VALUE",
		    text);
	else
		snprintf(why, size, "there is no quirk '%.*s'", (int)n, text);
	return -1;
}

bool
family_switch(const struct family *f, size_t i, char *text, size_t size,
    const char **words, const char **about)
{
	const struct number *k;
	const char *w;
	size_t n;

	if (i >= TOGGLES + NUMBERS)
		return false;
	if (i < TOGGLES) {
		w = nth(toggles[i].words, value(f, toggles[i].offset), &n);
		if (text != NULL)
			snprintf(text, size, "%s=%.*s", toggles[i].name,
			    w ? (int)n : 0, w ? w : "");
		if (words != NULL)
			*words = toggles[i].words;
		if (about != NULL)
			*about = toggles[i].about;
		return true;
	}
	k = &numbers[i - TOGGLES];
	if (text != NULL)
		snprintf(text, size, "%s=%d", k->name, value(f, k->offset));
	if (words != NULL)
		*words = "a number";
	if (about != NULL)
		*about = k->about;
	return true;
}
