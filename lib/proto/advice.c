/*
 * Where a key that a message does not have might belong: another spelling of
 * the same name, a message below, the one around it.  A field that only the
 * other backend has is never suggested.
 */
#include "proto/advice.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>

enum {
	DEPTH_MAX = 5,		/* messages below that are looked into */
	LOCATION_LEN = 160
};

const char *
advice_elsewhere(enum backend b)
{
	return b == BACKEND_GEMINI ? "it is a field of Vertex AI, not of the "
	    "Gemini Developer API: leave it out, or -b vertex" :
	    "it is a field of the Gemini Developer API, not of Vertex AI: "
	    "leave it out, or -b gemini";
}

/* Whether two keys differ only in case and underscores. */
static bool
alike(const char *key, const struct field *f)
{
	const char *p = f->name, *end = p + f->name_len;

	for (; *key != '\0'; key++) {
		if (*key == '_')
			continue;
		if (p == end || tolower((unsigned char)*key) !=
		    tolower((unsigned char)*p))
			return false;
		p++;
	}
	return p == end;
}

static bool
here(enum backend b, const struct field *f)
{
	return b == BACKEND_GEMINI ? f->gemini : f->vertex;
}

/* The key, in whatever spelling, among the fields of a message. */
static bool
spelled(const struct fields *m, const char *key, struct field *out)
{
	const char *p = m->row;

	while ((p = fields_next(m, p, out)) != NULL)
		if (alike(key, out))
			return true;
	return false;
}

/* Finds a message this many steps below that has the key, and adds the path to
 * it to `at`, from n on.  Messages contain each other, hence the limit. */
static bool
below(const struct fields *m, const char *key, int steps, char *at, size_t n,
    struct field *found)
{
	const char *p = m->row;
	struct fields inner;
	struct field f;
	int k;

	while ((p = fields_next(m, p, &f)) != NULL) {
		if (f.kind != SCHEMA_MESSAGE || f.offline)
			continue;
		k = snprintf(at + n, LOCATION_LEN - n, "%s%.*s", n ? "." : "",
		    (int)f.name_len, f.name);
		if (k < 0 || (size_t)k >= LOCATION_LEN - n)
			continue;
		inner = fields_of(f.type, f.type_len);
		if (steps > 1 ? below(&inner, key, steps - 1, at,
		    n + (size_t)k, found) : spelled(&inner, key, found))
			return true;
	}
	return false;
}

void
advice_key(const struct advice_place *p, const char *key, char *out,
    size_t size)
{
	char at[LOCATION_LEN] = "";
	struct field f;
	int steps;

	if (spelled(p->here, key, &f)) {
		if (here(p->backend, &f))
			snprintf(out, size, "write \"%.*s\"",
			    (int)f.name_len, f.name);
		else
			snprintf(out, size, "%s",
			    advice_elsewhere(p->backend));
		return;
	}
	if (below(p->here, key, 1, at, 0, &f) && here(p->backend, &f)) {
		snprintf(out, size, "it belongs inside \"%s\"", at);
		return;
	}
	if (p->around != NULL && spelled(p->around, key, &f)) {
		if (here(p->backend, &f))
			snprintf(out, size, "it belongs one level up, beside "
			    "\"%.*s\"", (int)p->n, p->name);
		else
			snprintf(out, size, "%s",
			    advice_elsewhere(p->backend));
		return;
	}
	for (steps = 1; steps <= DEPTH_MAX; steps++)
		if (below(p->here, key, steps, at, 0, &f)) {
			if (here(p->backend, &f))
				snprintf(out, size, "it belongs inside \"%s\"",
				    at);
			else
				snprintf(out, size, "%s",
				    advice_elsewhere(p->backend));
			return;
		}
	snprintf(out, size, "leave it out unless the service documents it");
}
