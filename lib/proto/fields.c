/* Reads the rows of fieldtab.c. */
#include "proto/fields.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "proto/fieldtab.h"

static const struct {
	const char *name;
	enum schema_type kind;
	const char *proto;	/* the service's name for it */
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

struct fields
fields_of(const char *name, size_t n)
{
	struct fields f = { name, n, fieldtab_message(name, n) };

	return f;
}

/* What follows the type's name, up to end. */
static void
marks(const char *p, const char *end, struct field *f)
{
	for (; p < end; p++)
		if (*p == '[') {
			f->repeated = true;
		} else if (*p == '@') {
			f->gemini = p[1] == 'g';
			f->vertex = p[1] == 'v';
		} else if (*p == '!') {
			f->offline = true;
		} else if (*p == '|') {
			f->oneof = p + 1;
			f->oneof_len = (size_t)(end - p - 1);
			return;
		}
}

/* A type that begins with a dot is nested in the message. */
static void
complete(const struct fields *m, struct field *f)
{
	int n;

	if (f->type[0] != '.')
		return;
	n = snprintf(f->inner, sizeof(f->inner), "%.*s%.*s", (int)m->n,
	    m->name, (int)f->type_len, f->type);
	f->type = f->inner;
	f->type_len = n < 0 ? 0 : (size_t)n;
}

static enum schema_type
kind(const struct field *f)
{
	size_t i;

	for (i = 0; i < SCALARS; i++)
		if (strncmp(scalars[i].name, f->type, f->type_len) == 0 &&
		    scalars[i].name[f->type_len] == '\0')
			return scalars[i].kind;
	return fieldtab_enum(f->type, f->type_len) ? SCHEMA_ENUM :
	    SCHEMA_MESSAGE;
}

/* Reads the field at p without looking up its type. */
static const char *
outline(const char *p, struct field *f)
{
	const char *end;

	f->gemini = f->vertex = true;
	f->repeated = f->offline = false;
	f->oneof = NULL;
	f->oneof_len = 0;
	f->name = p;
	f->name_len = strcspn(p, ":");
	p += f->name_len + 1;
	end = p + strcspn(p, " ");
	f->map = *p == '{';
	p += f->map;
	f->type = p;
	f->type_len = strcspn(p, "[]{}@!| ");
	marks(p + f->type_len, end, f);
	return *end == ' ' ? end + 1 : end;
}

const char *
fields_next(const struct fields *m, const char *at, struct field *f)
{
	if (at == NULL || *at == '\0')
		return NULL;
	at = outline(at, f);
	complete(m, f);
	f->kind = kind(f);
	return at;
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

bool
fields_find(const struct fields *m, const char *key, struct field *f)
{
	const char *p = m->row, *at;

	while (p != NULL && *p != '\0') {
		at = p;
		if (same(key, p, strcspn(p, ":")))
			return fields_next(m, at, f) != NULL;
		p += strcspn(p, " ");
		p += *p == ' ';
	}
	return false;
}

const char *
fields_proto(enum schema_type k)
{
	size_t i;

	for (i = 0; i < SCALARS; i++)
		if (scalars[i].kind == k)
			return scalars[i].proto;
	return "";
}

static bool
is_type(const struct field *f, const char *name)
{
	return f->type_len == strlen(name) &&
	    strncmp(f->type, name, f->type_len) == 0;
}

bool
fields_word(const struct field *f, const char *word)
{
	const char *words = fieldtab_enum(f->type, f->type_len);
	bool any_case = is_type(f, "Type") ||
	    is_type(f, "FunctionDeclaration.Behavior");
	size_t n = strlen(word), len;

	while (words != NULL && *words != '\0') {
		len = strcspn(words, " ");
		if (n > 0 && len == n &&
		    (any_case ? strncasecmp(words, word, n) :
		    strncmp(words, word, n)) == 0)
			return true;
		words += len;
		words += *words == ' ';
	}
	return false;
}
