/*
 * The service's verdict on a client message: walks through the value along the
 * rows of fieldtab.c.  The sentences are those of Google's JSON parser, whose
 * paths are snake_case whatever the client wrote.
 */
#include "proto/schema.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "proto/advice.h"
#include "proto/fields.h"
#include "proto/fieldtab.h"
#include "proto/scalar.h"
#include "base/json.h"

enum {
	PATH_LEN = 512,
	QUOTE_MAX = 40,
	WAY_MAX = 2 * JSON_DEPTH + 2
};

/* A step of the way down: a field, or an element of the one before. */
struct step {
	const char *name;	/* NULL for an element */
	size_t n;		/* length of the name; or its index */
};

struct walk {
	enum backend backend;
	bool strict;		/* an unknown field is a fault */
	struct findings *out;	/* all faults, or NULL: */
	char *why;		/* ... the first */
	size_t size;
	size_t faults;
	const struct fields *here;	/* the message being walked ... */
	const struct fields *around;	/* ... and the one that holds it */
	struct step way[WAY_MAX];
	size_t len;
};

static void message(struct walk *, const struct json *, const struct fields *);

static bool
full(const struct walk *w)
{
	return w->out == NULL && w->faults > 0;
}

/* The first len steps as the service writes a path: snake_case. */
static void
path(const struct walk *w, size_t len, char *out, size_t size)
{
	const struct step *s;
	char name[128];
	size_t i, n = 0;
	int k;

	out[0] = '\0';
	for (i = 0; i < len && i < WAY_MAX && n < size; i++) {
		s = &w->way[i];
		if (s->name != NULL) {
			snprintf(name, sizeof(name), "%.*s", (int)s->n,
			    s->name);
			schema_snake(name, name, sizeof(name));
			k = snprintf(out + n, size - n, "%s%s", n ? "." : "",
			    name);
		} else {
			k = snprintf(out + n, size - n, "[%zu]", s->n);
		}
		n += k < 0 ? 0 : (size_t)k;
	}
}

/* " at 'a.b'", or nothing for the message itself. */
static const char *
at(const struct walk *w, size_t len, char *out, size_t size)
{
	char where[PATH_LEN];

	path(w, len, where, sizeof(where));
	snprintf(out, size, where[0] ? " at '%s'" : "%s", where);
	return out;
}

/* A fault at the current place; remedy may be NULL. */
static void fault(struct walk *, const char *, const char *, ...)
    __attribute__((format(printf, 3, 4)));

static void
fault(struct walk *w, const char *remedy, const char *fmt, ...)
{
	char text[768], loc[PATH_LEN];
	va_list ap;

	if (full(w))
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	w->faults++;
	path(w, w->len, loc, sizeof(loc));
	if (w->out != NULL)
		findings_add(w->out, true, loc, remedy, "%s", text);
	else if (w->why != NULL && w->size > 0)
		snprintf(w->why, w->size, "%s", text);
}

static void
push(struct walk *w, const char *name, size_t n)
{
	if (w->len < WAY_MAX) {
		w->way[w->len].name = name;
		w->way[w->len].n = n;
	}
	w->len++;
}

/* The value, truncated, as the service quotes it. */
static const char *
quoted(const struct json *v, char *out, size_t size)
{
	size_t n;
	const char *s = json_strn(v, &n);

	if (s != NULL)
		snprintf(out, size, "\"%.*s%s\"", n > QUOTE_MAX ? QUOTE_MAX :
		    (int)n, s, n > QUOTE_MAX ? "..." : "");
	else if (json_type(v) == JSON_NUMBER)
		snprintf(out, size, "%.17g", json_num(v, 0));
	else
		snprintf(out, size, "%s", json_true(v) ? "true" : "false");
	return out;
}

/* A value of the wrong kind; n bytes of type, preceded by package for the name
 * of an enum or a message. */
static void
wrong(struct walk *w, const struct json *v, const char *package,
    const char *type, size_t n)
{
	char buffer[PATH_LEN + 16], text[128];
	const char *where = at(w, w->len, buffer, sizeof(buffer));

	if (json_type(v) == JSON_OBJECT && strncmp(type, "TYPE_", 5) == 0)
		fault(w, NULL, "Invalid value%s (%.*s), Starting an object on "
		    "a scalar field", where, (int)n, type);
	else if (json_type(v) == JSON_OBJECT || json_type(v) == JSON_ARRAY)
		fault(w, NULL, "Invalid value%s (%s%.*s)", where, package,
		    (int)n, type);
	else
		fault(w, NULL, "Invalid value%s (%s%.*s), %s", where, package,
		    (int)n, type, quoted(v, text, sizeof(text)));
}

static void
wrong_typed(struct walk *w, const struct json *v, const char *type, size_t n)
{
	wrong(w, v, w->backend == BACKEND_GEMINI ?
	    "type.googleapis.com/google.ai.generativelanguage.v1beta." :
	    "type.googleapis.com/google.cloud.aiplatform.v1beta1.", type, n);
}

/* A list where a single value belongs; reported for the enclosing message. */
static void
no_list(struct walk *w, const struct field *f)
{
	char where[PATH_LEN + 16];
	size_t above = w->len;

	/* an element is reported as its list */
	while (above > 1 && above <= WAY_MAX && !w->way[above - 1].name)
		above--;
	fault(w, NULL, "Invalid JSON payload received. Unknown name "
	    "\"%.*s\"%s: Proto field is not repeating, cannot start list.",
	    (int)f->name_len, f->name, at(w, above - 1, where,
	    sizeof(where)));
}

/* A word of an enum, or its number.  One in capitals that is not in the tables
 * may be newer than they are, except for the types of a function's schema, of
 * which there are no others. */
static void
word(struct walk *w, const struct json *v, const struct field *f)
{
	const char *s = json_str(v);
	char loc[PATH_LEN];

	if (s != NULL ? fields_word(f, s) : scalar_integer(v, false))
		return;
	if (w->out == NULL || s == NULL || *s == '\0' ||
	    (f->type_len == 4 && strncmp(f->type, "Type", 4) == 0) || strspn(s,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != strlen(s)) {
		wrong_typed(w, v, f->type, f->type_len);
		return;
	}
	path(w, w->len, loc, sizeof(loc));
	findings_add(w->out, false, loc, NULL, "%.80s is not known to this "
	    "version: if the service does not know it either, it closes with "
	    "1007", s);
}

/* One value of a field: a scalar, a word of an enum, a message. */
static void
single(struct walk *w, const struct json *v, const struct field *f)
{
	struct fields m;
	const char *proto;

	if (f->kind < SCHEMA_STRUCT || f->kind >= SCHEMA_ENUM) {
		if (json_type(v) == JSON_ARRAY) {
			no_list(w, f);
			return;
		}
	}
	if (f->kind == SCHEMA_MESSAGE) {
		m = fields_of(f->type, f->type_len);
		message(w, v, &m);
	} else if (f->kind == SCHEMA_ENUM) {
		word(w, v, f);
	} else if (!scalar_fits(f->kind, v)) {
		proto = fields_proto(f->kind);
		wrong(w, v, "", proto, strlen(proto));
	}
}

static void
values(struct walk *w, const struct json *v, const struct field *f)
{
	const struct json *item;
	size_t i = 0;

	/* a single value counts as a list of one */
	if ((!f->repeated && !f->map) ||
	    (f->repeated && json_type(v) != JSON_ARRAY)) {
		single(w, v, f);
		return;
	}
	if (f->map && json_type(v) != JSON_OBJECT) {
		wrong_typed(w, v, f->type, f->type_len);
		return;
	}
	for (item = json_first(v); item != NULL && !full(w);
	    item = json_next(item)) {
		if (f->map)
			push(w, json_key(item), strlen(json_key(item)));
		else
			push(w, NULL, i++);
		single(w, item, f);
		w->len--;
	}
}

/* A key that is not in the tables: they may be older than the service. */
static void
unknown(struct walk *w, const char *key, const struct fields *m)
{
	char where[PATH_LEN + 16], remedy[256], loc[PATH_LEN];
	bool named = w->len > 0 && w->len <= WAY_MAX && w->way[w->len - 1].name;
	struct advice_place place = { w->backend, m, w->around,
	    named ? w->way[w->len - 1].name : "this list",
	    named ? w->way[w->len - 1].n : strlen("this list") };

	push(w, key, strlen(key));
	if (w->out != NULL) {
		path(w, w->len, loc, sizeof(loc));
		w->len--;
		advice_key(&place, key, remedy, sizeof(remedy));
		findings_add(w->out, false, loc, remedy, "\"%.80s\" is "
		    "not known to this version: if the service does not know "
		    "it either, it closes with 1007", key);
		return;
	}
	if (w->strict)
		fault(w, NULL, "Invalid JSON payload received. Unknown name "
		    "\"%.80s\"%s: Cannot find field.", key,
		    at(w, w->len - 1, where, sizeof(where)));
	w->len--;
}

/* A field that only the other backend has. */
static void
elsewhere(struct walk *w, const char *key)
{
	char where[PATH_LEN + 16];

	push(w, key, strlen(key));
	fault(w, advice_elsewhere(w->backend), "Invalid JSON payload received. "
	    "Unknown name \"%.80s\"%s: Cannot find field.", key,
	    at(w, w->len - 1, where, sizeof(where)));
	w->len--;
}

/* Whether a member of the same oneof precedes this one. */
static bool
taken(const struct json *object, const struct json *item,
    const struct fields *m, const struct field *f)
{
	const struct json *j;
	struct field o;

	for (j = json_first(object); j != NULL && j != item; j = json_next(j))
		if (json_type(j) != JSON_NULL &&
		    fields_find(m, json_key(j), &o) && o.oneof != NULL &&
		    o.name != f->name && o.oneof_len == f->oneof_len &&
		    strncmp(o.oneof, f->oneof, o.oneof_len) == 0)
			return true;
	return false;
}

static void
member(struct walk *w, const struct json *object, const struct json *item,
    const struct fields *m)
{
	char where[PATH_LEN + 16];
	struct field f;

	if (!fields_find(m, json_key(item), &f)) {
		unknown(w, json_key(item), m);
		return;
	}
	if (!(w->backend == BACKEND_GEMINI ? f.gemini : f.vertex)) {
		elsewhere(w, json_key(item));
		return;
	}
	if (json_type(item) == JSON_NULL)
		return;
	if (f.oneof != NULL && taken(object, item, m, &f))
		fault(w, "keep one of them", "Invalid value%s (oneof), oneof "
		    "field '%.*s' is already set. Cannot set '%s'",
		    at(w, w->len, where, sizeof(where)), (int)f.oneof_len,
		    f.oneof, json_key(item));
	push(w, f.name, f.name_len);
	if (f.offline)
		fault(w, "leave it out: the Live API does not have it",
		    "Request contains an invalid argument.");
	else
		values(w, item, &f);
	w->len--;
}

static void
message(struct walk *w, const struct json *v, const struct fields *m)
{
	const struct fields *around = w->around, *here = w->here;
	const struct json *item;

	if (json_type(v) != JSON_OBJECT) {
		wrong_typed(w, v, m->name, m->n);
		return;
	}
	w->around = here;
	w->here = m;
	for (item = json_first(v); m->row != NULL && item != NULL && !full(w);
	    item = json_next(item))
		member(w, v, item, m);
	w->around = around;
	w->here = here;
}

int
schema_check(const struct json *v, enum backend backend, bool strict,
    char *why, size_t size)
{
	static const char root[] = "BidiGenerateContentClientMessage";
	struct walk w = { .backend = backend, .strict = strict, .why = why,
	    .size = size };
	struct fields m = fields_of(root, sizeof(root) - 1);

	if (json_type(v) != JSON_OBJECT)
		fault(&w, NULL, "Invalid JSON payload received. Unknown name "
		    "\"\": Root element must be a message.");
	else
		message(&w, v, &m);
	return w.faults == 0 ? 0 : -1;
}

void
schema_findings(const struct json *v, const char *type, const char *where,
    enum backend backend, struct findings *out)
{
	struct walk w = { .backend = backend, .out = out };
	struct fields m = fields_of(type, strlen(type));

	if (where != NULL && *where != '\0')
		push(&w, where, strlen(where));
	message(&w, v, &m);
}

void
schema_snake(const char *camel, char *out, size_t size)
{
	char text[128];
	size_t n = 0;

	for (; *camel != '\0' && n + 3 < sizeof(text); camel++) {
		if (isupper((unsigned char)*camel))
			text[n++] = '_';
		text[n++] = (char)tolower((unsigned char)*camel);
	}
	text[n] = '\0';
	snprintf(out, size, "%s", text);
}

struct json *
schema_get(const struct json *object, const char *camel)
{
	struct json *found = json_get(object, camel);
	char snake[128];

	if (found != NULL)
		return found;
	schema_snake(camel, snake, sizeof(snake));
	return strcmp(snake, camel) == 0 ? NULL : json_get(object, snake);
}
