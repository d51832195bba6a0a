/*
 * A job by name.  Options that do not apply to it are refused: they would cost
 * money and change nothing.
 */
#include "dialog/task.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/why.h"

enum {
	HINTS_MAX = 64,
	WORDS_MAX = 1000,	/* of a vocabulary */
	WORD_MAX = 200		/* bytes of a word */
};

static bool
is_task(const struct task *t)
{
	return t->transcribe || t->translate != NULL;
}

int
task_check(const struct task *t, const struct task_beside *b, char *why,
    size_t size)
{
	const struct { bool there; const char *name, *instead; } not[] = {
		{ b->typed, "-t", "it is for speech" },
		{ b->tools, "-T", "its model has no tools" },
		{ b->system, "-s", "its model takes no instruction" },
		{ b->greet, "--greet", "its model only listens" },
		{ b->voice && t->transcribe, "--voice", "nothing is spoken" },
		{ b->language, "--language", t->transcribe ? "what is spoken "
		    "in the recording is told by --hints" :
		    "--translate itself names the language" },
		{ b->modality, "--modality", "it is part of the job" },
		{ b->not_heard && t->transcribe, "--transcripts",
		    "the user's words are all there is" },
	};
	const char *name = t->transcribe ? "--transcribe" : "--translate";
	size_t i;

	if (t->transcribe && t->translate != NULL)
		return why_say(CODE_USAGE, why, size, "--transcribe and "
		    "--translate exclude each other: --translate also writes "
		    "down what was said, with -f json or -f stream");
	if (b->not_heard && (t->nhints > 0 || t->vocabulary != NULL ||
	    t->mode != TASK_MODE_UNSAID))
		return why_say(CODE_USAGE, why, size, "--hints, --vocabulary "
		    "and --mode are about the transcript of the user's speech, "
		    "which --transcripts leaves out");
	for (i = 0; is_task(t) && i < sizeof(not) / sizeof(not[0]); i++)
		if (not[i].there)
			return why_say(CODE_USAGE, why, size, "%s does not go "
			    "with %s: %s", not[i].name, name, not[i].instead);
	return CODE_OK;
}

const char *
task_model(const struct task *t, enum backend backend, char *why, size_t size)
{
	if (size > 0)
		*why = '\0';
	if (!is_task(t))
		return NULL;
	if (backend == BACKEND_VERTEX)
		snprintf(why, size, "%s: no model for it is known on Vertex "
		    "AI: name one by -m, or take -b gemini", t->transcribe ?
		    "--transcribe" : "--translate");
	return backend == BACKEND_VERTEX ? NULL : t->transcribe ?
	    "gemini-3.5-transcribe-live" : "gemini-3.5-live-translate-preview";
}

/* Adds the items of a list, separated by commas or line ends, without the space
 * around them. */
static int
add_items(struct json *list, const char *text, size_t max, const char *name,
    char *why, size_t size)
{
	size_t n, m;

	for (; *text != '\0'; text += n + (text[n] != '\0')) {
		text += strspn(text, " \t\r");
		n = m = strcspn(text, ",\n");
		while (m > 0 && strchr(" \t\r", text[m - 1]) != NULL)
			m--;
		if (m == 0)
			continue;
		if (m > WORD_MAX || json_size(list) == max)
			return why_say(-1, why, size, m > WORD_MAX ? "%s: "
			    "%.40s... is longer than %d bytes: items are "
			    "separated by commas or lines" : "%s: %.40s is one "
			    "more than the %d that are taken", name, text, m >
			    WORD_MAX ? (int)WORD_MAX : (int)max);
		json_add(list, json_stringn(text, m));
	}
	if (json_size(list) > 0)
		return 0;
	return why_say(-1, why, size, "%s: nothing in it", name);
}

struct json *
task_hearing(const struct task *t, char *why, size_t size)
{
	struct json *o = json_object(), *list;
	int bad = 0;
	size_t i;

	list = t->nhints > 0 ? json_set(o, "languageCodes", json_array()) :
	    NULL;
	for (i = 0; i < t->nhints && bad == 0; i++)
		bad = add_items(list, t->hints[i], HINTS_MAX, "--hints", why,
		    size);
	if (bad == 0 && t->vocabulary != NULL)
		bad = add_items(json_set(o, "customVocabulary", json_array()),
		    t->vocabulary, WORDS_MAX, "--vocabulary", why, size);
	if (t->mode != TASK_MODE_UNSAID)
		json_set(o, "mode", json_string(t->mode == TASK_SMART ?
		    "SMART" : "VERBATIM"));
	if (bad == 0)
		return o;
	json_free(o);
	return NULL;
}
