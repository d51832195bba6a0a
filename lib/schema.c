/*
 * The service's verdict on a client message: a walk over the value beside the
 * rows of fields.c.  Its sentences are those of Google's JSON parser, whose
 * paths are snake_case whatever the client wrote.
 */
#include "schema.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fields.h"
#include "json.h"

enum { PATH_MAX_LEN = 512, QUOTE_MAX = 40 };

/* A field as it stands in its row. */
struct token {
	const char *name;
	size_t name_len;
	const char *type;	/* without brackets, still with its dot */
	size_t type_len;
	const char *oneof;	/* NULL outside one */
	size_t oneof_len;
	bool repeated, map, offline, gemini, vertex;
};

struct walk {
	enum backend backend;
	struct findings *out;	/* all faults, or NULL: */
	char *why;		/* ... the first */
	size_t size;
	size_t faults;
	char path[PATH_MAX_LEN];
	size_t len;
};

static const struct {
	const char *name;
	enum schema_type type;
	const char *proto;	/* as the service calls it */
} scalars[] = {
	{ "string", SCHEMA_STRING, "TYPE_STRING" },
	{ "bytes", SCHEMA_BYTES, "TYPE_BYTES" },
	{ "bool", SCHEMA_BOOL, "TYPE_BOOL" },
	{ "int32", SCHEMA_INT32, "TYPE_INT32" },
	{ "int64", SCHEMA_INT64, "TYPE_INT64" },
	{ "float", SCHEMA_FLOAT, "TYPE_FLOAT" },
	{ "double", SCHEMA_DOUBLE, "TYPE_DOUBLE" },
	{ "Duration", SCHEMA_DURATION,
	    "type.googleapis.com/google.protobuf.Duration" },
	{ "Timestamp", SCHEMA_TIMESTAMP,
	    "type.googleapis.com/google.protobuf.Timestamp" },
	{ "Struct", SCHEMA_STRUCT,
	    "type.googleapis.com/google.protobuf.Struct" },
	{ "Value", SCHEMA_VALUE, "type.googleapis.com/google.protobuf.Value" },
};

enum { SCALARS = sizeof(scalars) / sizeof(scalars[0]) };

static void message(struct walk *, const struct json *, const char *, size_t);

/* Reads the next field of a row; NULL at its end, else what follows. */
static const char *
token(const char *p, struct token *t)
{
	const char *end;

	if (*p == '\0')
		return NULL;
	memset(t, 0, sizeof(*t));
	t->gemini = t->vertex = true;
	t->name = p;
	t->name_len = strcspn(p, ":");
	p += t->name_len + 1;
	end = p + strcspn(p, " ");
	t->map = *p == '{';
	p += t->map;
	t->type = p;
	t->type_len = strcspn(p, "[]{}@!| ");
	for (p += t->type_len; p < end; p++)
		if (*p == '[') {
			t->repeated = true;
		} else if (*p == '@') {
			t->gemini = p[1] == 'g';
			t->vertex = p[1] == 'v';
		} else if (*p == '!') {
			t->offline = true;
		} else if (*p == '|') {
			t->oneof = p + 1;
			t->oneof_len = (size_t)(end - p - 1);
			break;
		}
	return *end == ' ' ? end + 1 : end;
}

/* Whether a key is a field's name, in one spelling or the other. */
static bool
same(const char *key, const char *camel, size_t n)
{
	size_t i;

	if (strncmp(key, camel, n) == 0 && key[n] == '\0')
		return true;
	for (i = 0; i < n; i++)
		if (isupper((unsigned char)camel[i])) {
			if (*key++ != '_' || *key++ !=
			    tolower((unsigned char)camel[i]))
				return false;
		} else if (*key++ != camel[i]) {
			return false;
		}
	return *key == '\0';
}

static bool
lookup(const char *row, const char *key, struct token *t)
{
	const char *p = row;

	while (p != NULL && (p = token(p, t)) != NULL)
		if (same(key, t->name, t->name_len))
			return true;
	return false;
}

/* The full name of a field's type: ".X" stands inside the message. */
static size_t
full_type(const struct token *t, const char *in, size_t in_len, char *out,
    size_t size)
{
	bool inner = t->type[0] == '.';
	int n;

	n = snprintf(out, size, "%.*s%.*s", inner ? (int)in_len : 0, in,
	    (int)t->type_len, t->type);
	return n < 0 || (size_t)n >= size ? size - 1 : (size_t)n;
}

static bool
full(const struct walk *w)
{
	return w->out == NULL && w->faults > 0;
}

/* A fault; loc is where it stands, remedy may be NULL. */
static void fault(struct walk *, const char *, const char *, const char *, ...)
    __attribute__((format(printf, 4, 5)));

static void
fault(struct walk *w, const char *loc, const char *remedy, const char *fmt,
    ...)
{
	char text[768];
	va_list ap;

	if (full(w))
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	w->faults++;
	if (w->out != NULL)
		findings_add(w->out, true, loc, remedy, "%s", text);
	else if (w->why != NULL && w->size > 0)
		snprintf(w->why, w->size, "%s", text);
}

/* " at 'a.b'", or nothing for the message itself. */
static const char *
at(const char *path, char *out, size_t size)
{
	if (path[0] == '\0')
		return "";
	snprintf(out, size, " at '%s'", path);
	return out;
}

static void
push(struct walk *w, const char *name, size_t n)
{
	char snake[128];
	int k;

	snprintf(snake, sizeof(snake), "%.*s", (int)n, name);
	schema_snake(snake, snake, sizeof(snake));
	k = snprintf(w->path + w->len, sizeof(w->path) - w->len, "%s%s",
	    w->len ? "." : "", snake);
	w->len += k < 0 ? 0 : (size_t)k;
	if (w->len >= sizeof(w->path))
		w->len = sizeof(w->path) - 1;
}

static void
push_index(struct walk *w, size_t i)
{
	int k;

	k = snprintf(w->path + w->len, sizeof(w->path) - w->len, "[%zu]", i);
	w->len += k < 0 ? 0 : (size_t)k;
	if (w->len >= sizeof(w->path))
		w->len = sizeof(w->path) - 1;
}

static void
pop(struct walk *w, size_t len)
{
	w->len = len;
	w->path[len] = '\0';
}

/* The value as the service quotes it, cut. */
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

/* A value of the wrong kind for a scalar, enum or message type. */
static void
wrong(struct walk *w, const struct json *v, const char *type)
{
	char buffer[PATH_MAX_LEN + 16], text[128];
	const char *where = at(w->path, buffer, sizeof(buffer));

	if (json_type(v) == JSON_OBJECT && strncmp(type, "TYPE_", 5) == 0)
		fault(w, w->path, NULL, "Invalid value%s (%s), Starting an "
		    "object on a scalar field", where, type);
	else if (json_type(v) == JSON_OBJECT || json_type(v) == JSON_ARRAY)
		fault(w, w->path, NULL, "Invalid value%s (%s)", where, type);
	else
		fault(w, w->path, NULL, "Invalid value%s (%s), %s", where,
		    type, quoted(v, text, sizeof(text)));
}

static void
wrong_typed(struct walk *w, const struct json *v, const char *type)
{
	char name[192];

	snprintf(name, sizeof(name), "type.googleapis.com/google.%s.%s",
	    w->backend == BACKEND_GEMINI ? "ai.generativelanguage.v1beta" :
	    "cloud.aiplatform.v1beta1", type);
	wrong(w, v, name);
}

/* Both alphabets, padded or not; sound passes here, so without branches. */
static bool
base64ish(const char *s, size_t n)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"
	    "mnopqrstuvwxyz0123456789+/-_";
	bool good[256] = { false };
	size_t i, bad = 0;

	for (i = 0; i + 1 < sizeof(alphabet); i++)
		good[(unsigned char)alphabet[i]] = true;
	while (n > 0 && s[n - 1] == '=')
		n--;
	for (i = 0; i < n; i++)
		bad += !good[(unsigned char)s[i]];
	return bad == 0 && n % 4 != 1;
}

/* Proto3 JSON takes numbers in quotes, and the three words for floats. */
static bool
numeric(const struct json *v)
{
	const char *s = json_str(v);
	char *end;

	if (json_type(v) == JSON_NUMBER)
		return true;
	if (s == NULL || *s == '\0')
		return false;
	if (strcmp(s, "NaN") == 0 || strcmp(s, "Infinity") == 0 ||
	    strcmp(s, "-Infinity") == 0)
		return true;
	if (!isdigit((unsigned char)*s) && *s != '-')
		return false;
	(void)strtod(s, &end);
	return *end == '\0';
}

static bool
integer(const struct json *v, bool wide)
{
	int64_t i;

	return json_int(v, &i) == 0 &&
	    (wide || (i >= INT32_MIN && i <= INT32_MAX));
}

static bool
duration(const char *s)
{
	size_t n;

	if (s == NULL)
		return false;
	s += *s == '-';
	n = strspn(s, "0123456789");
	if (n == 0 || n > 12)
		return false;
	s += n;
	if (*s == '.') {
		n = strspn(++s, "0123456789");
		if (n == 0 || n > 9)
			return false;
		s += n;
	}
	return strcmp(s, "s") == 0;
}

static bool
boolean(const struct json *v)
{
	const char *s = json_str(v);

	return json_type(v) == JSON_BOOL || (s != NULL &&
	    (strcmp(s, "true") == 0 || strcmp(s, "false") == 0));
}

static bool
fits(enum schema_type type, const struct json *v)
{
	const char *s;
	size_t n;

	switch (type) {
	case SCHEMA_STRING:
		return json_type(v) == JSON_STRING;
	case SCHEMA_BYTES:
		s = json_strn(v, &n);
		return s != NULL && base64ish(s, n);
	case SCHEMA_BOOL:
		return boolean(v);
	case SCHEMA_INT32:
	case SCHEMA_INT64:
		return integer(v, type == SCHEMA_INT64);
	case SCHEMA_FLOAT:
	case SCHEMA_DOUBLE:
		return numeric(v);
	case SCHEMA_DURATION:
		return duration(json_str(v));
	case SCHEMA_TIMESTAMP:
		s = json_str(v);
		return s != NULL && strlen(s) >= 20 && s[4] == '-' &&
		    s[10] == 'T';
	case SCHEMA_STRUCT:
		return json_type(v) == JSON_OBJECT;
	default:
		return true;
	}
}

static bool
in_words(const char *words, const char *s)
{
	size_t n = strlen(s);

	while (words != NULL && *words != '\0') {
		if (strncmp(words, s, n) == 0 &&
		    (words[n] == ' ' || words[n] == '\0') && n > 0)
			return true;
		words += strcspn(words, " ");
		words += *words == ' ';
	}
	return false;
}

/* A list where one value belongs; told at the message around it. */
static void
no_list(struct walk *w, const struct token *t)
{
	char where[PATH_MAX_LEN + 16], parent[PATH_MAX_LEN], *dot;

	snprintf(parent, sizeof(parent), "%s", w->path);
	dot = strrchr(parent, '.');
	*(dot ? dot : parent) = '\0';
	fault(w, w->path, NULL, "Invalid JSON payload received. Unknown name "
	    "\"%.*s\"%s: Proto field is not repeating, cannot start list.",
	    (int)t->name_len, t->name, at(parent, where, sizeof(where)));
}

/* One value of a field: a scalar, a word of an enum, a message. */
static void
single(struct walk *w, const struct json *v, const struct token *t,
    const char *type, size_t n)
{
	const char *words, *s;
	size_t i;

	for (i = 0; i < SCALARS; i++)
		if (strcmp(scalars[i].name, type) == 0) {
			if (json_type(v) == JSON_ARRAY &&
			    scalars[i].type < SCHEMA_STRUCT)
				no_list(w, t);
			else if (!fits(scalars[i].type, v))
				wrong(w, v, scalars[i].proto);
			return;
		}
	if (json_type(v) == JSON_ARRAY) {
		no_list(w, t);
		return;
	}
	words = fields_enum(type, n);
	if (words == NULL) {
		message(w, v, type, n);
		return;
	}
	s = json_str(v);
	if (s != NULL ? !in_words(words, s) : !integer(v, false))
		wrong_typed(w, v, type);
}

static void
values(struct walk *w, const struct json *v, const struct token *t,
    const char *type, size_t n)
{
	const struct json *item;
	size_t i = 0, len;

	if (!t->repeated && !t->map) {
		single(w, v, t, type, n);
		return;
	}
	/* a single value passes for a list of one */
	if (t->repeated && json_type(v) != JSON_ARRAY) {
		single(w, v, t, type, n);
		return;
	}
	if (t->map && json_type(v) != JSON_OBJECT) {
		wrong_typed(w, v, type);
		return;
	}
	for (item = json_first(v); item != NULL && !full(w);
	    item = json_next(item)) {
		len = w->len;
		if (t->map)
			push(w, json_key(item), strlen(json_key(item)));
		else
			push_index(w, i++);
		single(w, item, t, type, n);
		pop(w, len);
	}
}

/* Where an unknown key might belong: the same name spelled otherwise, or a
 * field of a message below. */
static const char *
advice(const char *key, const char *row, const char *in, size_t in_len,
    char *out, size_t size)
{
	const char *p = row, *below;
	struct token t, inner;
	char type[128];
	size_t n;

	while ((p = token(p, &t)) != NULL) {
		if (strlen(key) == t.name_len &&
		    strncasecmp(key, t.name, t.name_len) == 0) {
			snprintf(out, size, "write \"%.*s\"", (int)t.name_len,
			    t.name);
			return out;
		}
		n = full_type(&t, in, in_len, type, sizeof(type));
		below = fields_message(type, n);
		if (below != NULL && lookup(below, key, &inner)) {
			snprintf(out, size, "it belongs inside \"%.*s\"",
			    (int)t.name_len, t.name);
			return out;
		}
	}
	return "leave it out";
}

static void
unknown(struct walk *w, const char *key, const char *row, const char *in,
    size_t in_len)
{
	char where[PATH_MAX_LEN + 16], remedy[128], loc[PATH_MAX_LEN];
	size_t len = w->len;

	push(w, key, strlen(key));
	snprintf(loc, sizeof(loc), "%s", w->path);
	pop(w, len);
	fault(w, loc, w->out ? advice(key, row, in, in_len, remedy,
	    sizeof(remedy)) : NULL, "Invalid JSON payload received. Unknown "
	    "name \"%.80s\"%s: Cannot find field.", key,
	    at(w->path, where, sizeof(where)));
}

/* Whether a member of the same oneof stands before this one. */
static bool
taken(const struct json *object, const struct json *item, const char *row,
    const struct token *t)
{
	const struct json *j;
	struct token o;

	for (j = json_first(object); j != NULL && j != item; j = json_next(j))
		if (json_type(j) != JSON_NULL &&
		    lookup(row, json_key(j), &o) && o.oneof != NULL &&
		    o.name != t->name && o.oneof_len == t->oneof_len &&
		    strncmp(o.oneof, t->oneof, o.oneof_len) == 0)
			return true;
	return false;
}

static void
field(struct walk *w, const struct json *object, const struct json *item,
    const char *row, const char *in, size_t in_len)
{
	char type[128], where[PATH_MAX_LEN + 16];
	struct token t;
	size_t len = w->len, n;

	if (!lookup(row, json_key(item), &t) ||
	    !(w->backend == BACKEND_GEMINI ? t.gemini : t.vertex)) {
		unknown(w, json_key(item), row, in, in_len);
		return;
	}
	if (json_type(item) == JSON_NULL)
		return;
	if (t.oneof != NULL && taken(object, item, row, &t))
		fault(w, w->path, "keep one of them", "Invalid value%s "
		    "(oneof), oneof field '%.*s' is already set. Cannot set "
		    "'%s'", at(w->path, where, sizeof(where)),
		    (int)t.oneof_len, t.oneof, json_key(item));
	push(w, t.name, t.name_len);
	n = full_type(&t, in, in_len, type, sizeof(type));
	if (t.offline)
		fault(w, w->path, "leave it out: the Live API does not have "
		    "it", "Request contains an invalid argument.");
	else
		values(w, item, &t, type, n);
	pop(w, len);
}

static void
message(struct walk *w, const struct json *v, const char *type, size_t n)
{
	const char *row = fields_message(type, n);
	const struct json *item;

	if (json_type(v) != JSON_OBJECT) {
		wrong_typed(w, v, type);
		return;
	}
	for (item = json_first(v); row != NULL && item != NULL && !full(w);
	    item = json_next(item))
		field(w, v, item, row, type, n);
}

int
schema_check(const struct json *v, enum backend backend, char *why,
    size_t size)
{
	static const char root[] = "BidiGenerateContentClientMessage";
	struct walk w = { .backend = backend, .why = why, .size = size };

	if (json_type(v) != JSON_OBJECT)
		fault(&w, "", NULL, "Invalid JSON payload received. Unknown "
		    "name \"\": Root element must be a message.");
	else
		message(&w, v, root, sizeof(root) - 1);
	return w.faults == 0 ? 0 : -1;
}

void
schema_findings(const struct json *v, const char *type, const char *path,
    enum backend backend, struct findings *out)
{
	struct walk w = { .backend = backend, .out = out };

	if (path != NULL && *path != '\0')
		push(&w, path, strlen(path));
	message(&w, v, type, strlen(type));
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

const char *
schema_message(size_t i)
{
	return fields_message_name(i);
}

const char *
schema_enum(size_t i, const char **words)
{
	const char *name = fields_enum_name(i);

	if (words != NULL)
		*words = name ? fields_enum(name, strlen(name)) : NULL;
	return name;
}

static enum schema_type
kind(const char *type, size_t n)
{
	size_t i;

	for (i = 0; i < SCALARS; i++)
		if (strcmp(scalars[i].name, type) == 0)
			return scalars[i].type;
	return fields_enum(type, n) ? SCHEMA_ENUM : SCHEMA_MESSAGE;
}

bool
schema_field(const char *name, size_t i, struct schema_field *f)
{
	const char *p = fields_message(name, strlen(name));
	struct token t;
	size_t n;

	do {
		if (p == NULL || (p = token(p, &t)) == NULL)
			return false;
	} while (i-- > 0);
	n = full_type(&t, name, strlen(name), f->message, sizeof(f->message));
	f->type = kind(f->message, n);
	snprintf(f->name, sizeof(f->name), "%.*s", (int)t.name_len, t.name);
	snprintf(f->oneof, sizeof(f->oneof), "%.*s", (int)t.oneof_len,
	    t.oneof ? t.oneof : "");
	f->repeated = t.repeated;
	f->map = t.map;
	f->gemini = t.gemini;
	f->vertex = t.vertex;
	f->offline = t.offline;
	return true;
}
