/* Lists of what is known, from the tables that --check reads. */
#include "dialog/known.h"

#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "proto/family.h"

static bool
holds(const struct json *served, const char *name)
{
	const struct json *j;

	for (j = json_first(served); j != NULL; j = json_next(j))
		if (strcmp(json_str(j), name) == 0)
			return true;
	return false;
}

/* Prints a model: name, backends, output, lifetime of a connection, context
 * window, shutdown date, and whether the service has it. */
static void
model(const char *name, bool gemini, bool vertex, const struct json *served,
    struct buf *b)
{
	const char *gone = checkmodel_gone(name);
	const char *stays = checkmodel_stays(name);
	struct family f;

	family_init(&f, name, gemini ? BACKEND_GEMINI : BACKEND_VERTEX);
	buf_printf(b, "%s\t%s\t%s\t%d min a connection\t%d tokens\t",
	    name, !vertex ? "gemini" : gemini ? "gemini,vertex" : "vertex",
	    f.id == FAMILY_TRANSCRIBE ? "text" : f.text_modality ?
	    "audio,text" : "audio", f.connection_s / 60, f.window_tokens);
	if (gone != NULL)
		buf_printf(b, "shut down %s", gone);
	else if (stays != NULL)
		buf_printf(b, "not before %s (vertex)", stays);
	else
		buf_str(b, "no end announced");
	buf_printf(b, "\t%s\n", served == NULL || !gemini ? "not asked" :
	    holds(served, name) ? "served" : "not served");
}

/* Prints the models that are newer than this version. */
static void
unknown(const struct json *served, struct buf *b)
{
	const struct json *j;
	const char *name;
	bool gemini, vertex, known;
	size_t i;

	for (j = json_first(served); j != NULL; j = json_next(j)) {
		known = false;
		for (i = 0; (name = checkmodel_name(i, &gemini, &vertex)) !=
		    NULL; i++)
			known |= strcmp(json_str(j), name) == 0;
		if (!known)
			buf_printf(b, "%.128s\tgemini\t-\t-\t-\t-\tserved, "
			    "not known here\n", json_str(j));
	}
}

void
known_list(enum known_what what, const struct json *served, struct buf *b)
{
	bool gemini, vertex;
	const char *name;
	size_t i;

	for (i = 0; what == KNOWN_MODELS &&
	    (name = checkmodel_name(i, &gemini, &vertex)) != NULL; i++)
		model(name, gemini, vertex, served, b);
	if (what == KNOWN_MODELS)
		unknown(served, b);
	for (i = 0; what == KNOWN_VOICES &&
	    (name = checkmodel_voice(i)) != NULL; i++)
		buf_printf(b, "%s\n", name);
	for (i = 0; what == KNOWN_LANGUAGES &&
	    (name = checkmodel_language(i)) != NULL; i++)
		buf_printf(b, "%s\n", name);
}
