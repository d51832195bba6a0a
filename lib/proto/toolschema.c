/*
 * The API's Schema is a subset of OpenAPI 3.0: types in capitals, one type and
 * `nullable` instead of a list, enums of texts, no references.  What it cannot
 * express is left out, which makes a schema laxer but never wrong.
 */
#include "proto/toolschema.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "proto/schema.h"

enum { DEPTH_MAX = 12, LOST_MAX = 12, WORD_MAX = 32, NODES_MAX = 2000 };

/* One conversion: the root for references, and what was left out. */
struct conversion {
	const struct json *root;
	size_t nodes;
	char lost[LOST_MAX][WORD_MAX];
	size_t count;
};

static struct json *convert(struct conversion *, const struct json *,
    int depth);

static void
lose(struct conversion *w, const char *word)
{
	size_t i;

	for (i = 0; i < w->count; i++)
		if (strcmp(w->lost[i], word) == 0)
			return;
	if (w->count < LOST_MAX)
		snprintf(w->lost[w->count++], WORD_MAX, "%.31s", word);
}

static bool
one_of(const char *word, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

/* "#/$defs/a/b" within the schema; NULL for another reference. */
static const struct json *
refer(const struct conversion *w, const char *ref)
{
	const struct json *j = w->root;
	char name[128];
	size_t n;

	if (*ref++ != '#')
		return NULL;
	while (*ref == '/' && j != NULL) {
		n = strcspn(++ref, "/");
		if (n >= sizeof(name))
			return NULL;
		memcpy(name, ref, n);
		name[n] = '\0';
		j = json_get(j, name);
		ref += n;
	}
	return *ref == '\0' ? j : NULL;
}

static void
put_type(struct json *out, const char *word)
{
	char upper[16];
	size_t i;

	for (i = 0; word[i] != '\0' && i + 1 < sizeof(upper); i++)
		upper[i] = (char)toupper((unsigned char)word[i]);
	upper[i] = '\0';
	json_set(out, "type", json_string(upper));
}

/* A list of types: the only one that is not null, or a choice of several. */
static void
types(struct json *out, const struct json *list)
{
	struct json *any = NULL, *one;
	const struct json *j;
	const char *first = NULL, *s;

	for (j = json_first(list); j != NULL; j = json_next(j)) {
		if ((s = json_str(j)) == NULL)
			continue;
		if (strcmp(s, "null") == 0) {
			json_set(out, "nullable", json_bool(true));
			continue;
		}
		if (first != NULL && any == NULL) {
			any = json_array();
			put_type(json_add(any, json_object()), first);
		}
		if (any != NULL) {
			one = json_add(any, json_object());
			put_type(one, s);
		}
		first = s;
	}
	if (any != NULL)
		json_set(out, "anyOf", any);
	else if (first != NULL)
		put_type(out, first);
}

/* The type of values for which none is stated; "" if they differ. */
static const char *
type_of(const struct json *v)
{
	int64_t i;

	switch (json_type(v)) {
	case JSON_STRING: return "string";
	case JSON_BOOL: return "boolean";
	case JSON_NUMBER: return json_int(v, &i) == 0 ? "integer" : "number";
	case JSON_OBJECT: return "object";
	default: return "";
	}
}

/* A list that cannot be an enum still gives the type of its values. */
static void
guess(struct json *out, const struct json *list)
{
	const struct json *j;
	const char *type = NULL, *one;

	for (j = json_first(list); j != NULL; j = json_next(j)) {
		one = type_of(j);
		if (json_type(j) == JSON_NULL)
			continue;
		if (type == NULL)
			type = one;
		else if (strcmp(type, one) != 0)
			type = json_type(j) == JSON_NUMBER && (*type == 'i' ||
			    *type == 'n') ? "number" : "";
	}
	if (type != NULL && *type != '\0' && json_get(out, "type") == NULL)
		put_type(out, type);
}

/* Only texts can be listed; null among them makes it nullable. */
static void
words(struct conversion *w, struct json *out, const struct json *list)
{
	struct json *to = json_array();
	const struct json *j;

	for (j = json_first(list); j != NULL; j = json_next(j))
		if (json_type(j) == JSON_STRING)
			json_add(to, json_copy(j));
		else if (json_type(j) == JSON_NULL)
			json_set(out, "nullable", json_bool(true));
		else
			break;
	if (j == NULL && json_size(to) > 0) {
		json_set(out, "enum", to);
		if (json_get(out, "type") == NULL)
			put_type(out, "string");
		return;
	}
	lose(w, "enum");
	guess(out, list);
	json_free(to);
}

/* A choice, without the null in it. */
static void
choice(struct conversion *w, struct json *out, const struct json *list,
    int depth)
{
	struct json *any = json_array(), *one;
	const struct json *j;

	for (j = json_first(list); j != NULL; j = json_next(j))
		if (strcmp(json_get_str(j, "type", ""), "null") == 0)
			json_set(out, "nullable", json_bool(true));
		else if ((one = convert(w, j, depth + 1)) != NULL)
			json_add(any, one);
	if (json_size(any) > 0)
		json_set(out, "anyOf", any);
	else
		json_free(any);
}

/* A member named by several schemas is merged. */
static void
join(struct json *to, const struct json *from)
{
	const struct json *j, *k;

	for (j = json_first(from); j != NULL; j = json_next(j)) {
		if (json_type(to) == JSON_OBJECT) {
			if (json_get(to, json_key(j)) == NULL)
				json_set(to, json_key(j), json_copy(j));
			continue;
		}
		for (k = json_first(to); k != NULL; k = json_next(k))
			if (json_str(k) && json_str(j) &&
			    strcmp(json_str(k), json_str(j)) == 0)
				break;
		if (k == NULL)
			json_add(to, json_copy(j));
	}
}

static void
properties(struct conversion *w, struct json *out, const struct json *list,
    int depth)
{
	struct json *to = json_object(), *one;
	const struct json *j;

	for (j = json_first(list); j != NULL; j = json_next(j))
		if ((one = convert(w, j, depth + 1)) != NULL)
			json_set(to, json_key(j), one);
	join(to, json_get(out, "properties"));
	json_set(out, "properties", to);
}

/* Adds all members of another schema that are not there yet. */
static void
merge(struct conversion *w, struct json *out, const struct json *from,
    int depth)
{
	struct json *other = convert(w, from, depth + 1);
	const struct json *j;

	for (j = json_first(other); j != NULL; j = json_next(j))
		if (json_get(out, json_key(j)) == NULL)
			json_set(out, json_key(j), json_copy(j));
		else if (strcmp(json_key(j), "properties") == 0 ||
		    strcmp(json_key(j), "required") == 0)
			join(json_get(out, json_key(j)), j);
	json_free(other);
}

/* One keyword. */
static void
keyword(struct conversion *w, struct json *out, const struct json *j, int depth)
{
	static const char *const same[] = { "title", "description", "nullable",
	    "required", "minimum", "maximum", "minItems", "maxItems",
	    "minLength", "maxLength", "minProperties", "maxProperties",
	    "pattern", "default", "example", "propertyOrdering", NULL };
	static const char *const silent[] = { "$schema", "$id", "$defs",
	    "definitions", "$comment", "$anchor", NULL };
	static const char *const formats[] = { "enum", "date-time", "int32",
	    "int64", "float", "double", NULL };
	const char *key = json_key(j), *s = json_str(j);
	const struct json *to;

	if (strcmp(key, "type") == 0 && json_type(j) == JSON_ARRAY)
		types(out, j);
	else if (strcmp(key, "type") == 0 && s != NULL)
		put_type(out, s);
	else if (strcmp(key, "enum") == 0)
		words(w, out, j);
	else if (strcmp(key, "const") == 0 && s != NULL)
		json_add(json_set(out, "enum", json_array()), json_copy(j));
	else if (strcmp(key, "const") == 0) {
		lose(w, key);
		if (json_get(out, "type") == NULL && *type_of(j) != '\0')
			put_type(out, type_of(j));
	} else if (strcmp(key, "properties") == 0)
		properties(w, out, j, depth);
	else if (strcmp(key, "items") == 0 && json_type(j) == JSON_OBJECT)
		json_set(out, "items", convert(w, j, depth + 1));
	else if ((strcmp(key, "anyOf") == 0 || strcmp(key, "oneOf") == 0) &&
	    json_type(j) == JSON_ARRAY)
		choice(w, out, j, depth);
	else if (strcmp(key, "allOf") == 0 && json_type(j) == JSON_ARRAY)
		for (to = json_first(j); to != NULL; to = json_next(to))
			merge(w, out, to, depth);
	else if (strcmp(key, "$ref") == 0 && s != NULL &&
	    (to = refer(w, s)) != NULL)
		merge(w, out, to, depth);
	else if (strcmp(key, "format") == 0 && s != NULL &&
	    one_of(s, formats))
		json_set(out, key, json_copy(j));
	else if (one_of(key, same))
		json_set(out, key, json_copy(j));
	else if (!one_of(key, silent))
		lose(w, key);
}

/* Limited in depth and in the number of schemas: references may multiply, or
 * refer to themselves. */
static struct json *
convert(struct conversion *w, const struct json *schema, int depth)
{
	struct json *out = json_object();
	const struct json *j;

	if (depth > DEPTH_MAX || w->nodes++ > NODES_MAX) {
		lose(w, "what is nested too deep");
		put_type(out, "object");
		return out;
	}
	for (j = json_first(schema); json_type(schema) == JSON_OBJECT &&
	    j != NULL; j = json_next(j))
		keyword(w, out, j, depth);
	if (json_get(out, "type") == NULL && json_get(out, "anyOf") == NULL)
		put_type(out, json_get(out, "properties") || depth == 0 ?
		    "object" : json_get(out, "items") ? "array" : "string");
	/* the service refuses an array without items */
	if (strcmp(json_get_str(out, "type", ""), "ARRAY") == 0 &&
	    json_get(out, "items") == NULL) {
		lose(w, "items of any type");
		put_type(json_set(out, "items", json_object()), "string");
	}
	return out;
}

static void
report(const struct conversion *w, const char *name, struct buf *lost)
{
	size_t i;

	if (lost == NULL || w->count == 0)
		return;
	buf_str(lost, name);
	for (i = 0; i < w->count; i++) {
		buf_str(lost, i == 0 ? ": " : ", ");
		buf_str(lost, w->lost[i]);
	}
	buf_str(lost, "\n");
}

static bool
function(struct json *f, struct buf *lost)
{
	const struct json *from = schema_get(f, "parametersJsonSchema");
	struct conversion w = { .root = from };

	if (json_type(from) != JSON_OBJECT ||
	    schema_get(f, "parameters") != NULL)
		return false;
	json_set(f, "parameters", convert(&w, from, 0));
	json_set(f, "parametersJsonSchema", NULL);
	json_set(f, "parameters_json_schema", NULL);
	report(&w, json_get_str(f, "name", "?"), lost);
	return true;
}

size_t
toolschema_convert(struct json *tools, struct buf *lost)
{
	struct json *t, *list;
	size_t i, k, n = 0;

	for (i = 0; i < json_size(tools); i++) {
		t = json_at(tools, i);
		list = schema_get(t, "functionDeclarations");
		for (k = 0; json_type(list) == JSON_ARRAY &&
		    k < json_size(list); k++)
			n += function(json_at(list, k), lost);
	}
	return n;
}
