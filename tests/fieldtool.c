/*
 * The leaf fields of a setup by our own table, for the tests: a line each, with
 * the path from `setup` on, "[]" after the name of a list and "{}" after that
 * of a map, the kind of the value, a good value, the backends that take it
 * ("gemini,vertex"), and "live" or "offline".  No message stands inside itself.
 */
#include <stdio.h>
#include <string.h>

#include "proto/fields.h"
#include "proto/fieldtab.h"

enum { DEEP = 24 };

struct level {
	const char *type;
	size_t n;
};

static const struct {
	const char *word, *good;
} kinds[] = {
	[SCHEMA_STRING] = { "string", "\"word\"" },
	[SCHEMA_BYTES] = { "bytes", "\"AAAA\"" },
	[SCHEMA_BOOL] = { "bool", "true" },
	[SCHEMA_INT32] = { "int32", "7" },
	[SCHEMA_INT64] = { "int64", "\"7\"" },
	[SCHEMA_FLOAT] = { "float", "0.5" },
	[SCHEMA_DOUBLE] = { "double", "0.5" },
	[SCHEMA_DURATION] = { "Duration", "\"1.5s\"" },
	[SCHEMA_TIMESTAMP] = { "Timestamp", "\"2026-01-02T03:04:05Z\"" },
	[SCHEMA_STRUCT] = { "Struct", "{\"a\":1}" },
	[SCHEMA_VALUE] = { "Value", "{\"a\":1}" },
	[SCHEMA_ENUM] = { "enum", NULL },
	[SCHEMA_MESSAGE] = { "message", "{}" },
};

static void
leaf(const char *path, const struct field *f, bool gemini, bool vertex,
    bool live)
{
	const char *word, *good = kinds[f->kind].good;

	printf("%s\t%s\t", path, kinds[f->kind].word);
	if (f->kind == SCHEMA_ENUM) {
		word = fieldtab_enum(f->type, f->type_len);
		/* the first one means that nothing is said */
		word += strcspn(word, " ");
		word += *word == ' ';
		printf("\"%.*s\"", (int)strcspn(word, " "), word);
	} else
		fputs(good, stdout);
	printf("\t%s%s%s\t%s\n", gemini ? "gemini" : "", gemini && vertex ?
	    "," : "", vertex ? "vertex" : "", live ? "live" : "offline");
}

static bool
inside(const struct level *v, int deep, const struct field *f)
{
	int i;

	for (i = 0; i < deep; i++)
		if (v[i].n == f->type_len &&
		    strncmp(v[i].type, f->type, v[i].n) == 0)
			return true;
	return deep == DEEP;
}

static void
walk(struct level *v, int deep, const char *path, bool gemini, bool vertex,
    bool live)
{
	struct fields m = fields_of(v[deep - 1].type, v[deep - 1].n);
	const char *at = m.row;
	struct field f;
	char under[1024];
	bool g, x, l;

	if (m.row == NULL || *m.row == '\0')
		return;
	while ((at = fields_next(&m, at, &f)) != NULL) {
		snprintf(under, sizeof(under), "%s%s%.*s%s", path, *path ?
		    "." : "", (int)f.name_len, f.name, f.repeated ? "[]" :
		    f.map ? "{}" : "");
		g = gemini && f.gemini;
		x = vertex && f.vertex;
		l = live && !f.offline;
		if (f.kind != SCHEMA_MESSAGE) {
			leaf(under, &f, g, x, l);
		} else if (!inside(v, deep, &f)) {
			v[deep].type = f.type;
			v[deep].n = f.type_len;
			if (fields_of(f.type, f.type_len).row == NULL ||
			    *fields_of(f.type, f.type_len).row == '\0')
				leaf(under, &f, g, x, l);
			else
				walk(v, deep + 1, under, g, x, l);
		}
	}
}

int
main(void)
{
	static const char root[] = "BidiGenerateContentSetup";
	struct level v[DEEP + 1] = { { root, sizeof(root) - 1 } };

	walk(v, 1, "", true, true, true);
	return 0;
}
