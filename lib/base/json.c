/*
 * JSON values: cJSON's tree with a parser and a printer of our own.  Two marks
 * on cJSON nodes, seen only here: a number with a valuestring prints as that
 * text; a MEDIA string is not ours to free, is not zero-terminated, and has its
 * length in valuedouble.
 */
#include "base/json.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { MEDIA = 1 << 12, FEW = 32 };

static cJSON *
node(const struct json *j)
{
	return (cJSON *)(void *)(uintptr_t)j;
}

static struct json *
json(cJSON *n)
{
	return (struct json *)(void *)n;
}

static cJSON *
made(cJSON *n)
{
	/* cJSON returns NULL only if out of memory */
	return n ? n : mem_resize(NULL, (size_t)-1, 2);
}

void
json_free(struct json *j)
{
	cJSON_Delete(node(j));
}

/* Parsing limits the depth to JSON_DEPTH. */
static void
wipe(cJSON *n)
{
	for (; n; n = n->next) {
		if (n->valuestring && !(n->type & MEDIA))
			mem_wipe(n->valuestring, strlen(n->valuestring));
		wipe(n->child);
	}
}

void
json_wipe(struct json *j)
{
	wipe(node(j));
	cJSON_Delete(node(j));
}

struct json *
json_copy(const struct json *j)
{
	const cJSON *from = node(j), *c;
	cJSON *to, *item;

	if (from == NULL)
		return NULL;
	to = made(cJSON_CreateNull());
	to->type = from->type & ~(cJSON_IsReference | MEDIA);
	to->valuedouble = from->valuedouble;
	to->valueint = from->valueint;
	if (from->type & MEDIA)
		to->valuestring = mem_copy(from->valuestring,
		    (size_t)from->valuedouble);
	else
		to->valuestring = mem_str(from->valuestring);
	for (c = from->child; c != NULL; c = c->next) {
		item = node(json_copy(json((cJSON *)(uintptr_t)c)));
		item->string = mem_str(c->string);
		cJSON_AddItemToArray(to, item);
	}
	return json(to);
}

enum json_type
json_type(const struct json *j)
{
	if (j == NULL)
		return JSON_NONE;
	switch (node(j)->type & 0xff) {
	case cJSON_True: case cJSON_False: return JSON_BOOL;
	case cJSON_Number: return JSON_NUMBER;
	case cJSON_String: return JSON_STRING;
	case cJSON_Array: return JSON_ARRAY;
	case cJSON_Object: return JSON_OBJECT;
	default: return JSON_NULL;
	}
}

/* Of equal keys the last counts, so the search goes on to the end. */
struct json *
json_get(const struct json *object, const char *key)
{
	cJSON *c, *found = NULL;

	if (json_type(object) != JSON_OBJECT)
		return NULL;
	for (c = node(object)->child; c != NULL; c = c->next)
		if (strcmp(c->string, key) == 0)
			found = c;
	return json(found);
}

struct json *
json_path(const struct json *j, const char *path)
{
	struct json *at = json(node(j));
	char key[128];
	size_t n;

	while (at != NULL && *path != '\0') {
		n = strcspn(path, ".");
		if (n >= sizeof(key))
			return NULL;
		memcpy(key, path, n);
		key[n] = '\0';
		at = json_get(at, key);
		path += n + (path[n] == '.');
	}
	return at;
}

size_t
json_size(const struct json *j)
{
	return j == NULL ? 0 : (size_t)cJSON_GetArraySize(node(j));
}

struct json *
json_at(const struct json *array, size_t i)
{
	struct json *j = json_first(array);

	while (j != NULL && i-- > 0)
		j = json_next(j);
	return j;
}

struct json *
json_first(const struct json *j)
{
	return j == NULL ? NULL : json(node(j)->child);
}

struct json *
json_next(const struct json *j)
{
	return j == NULL ? NULL : json(node(j)->next);
}

const char *
json_key(const struct json *j)
{
	return j == NULL ? NULL : node(j)->string;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The same by sorting, for objects so large that comparing each with each would
 * take too long. */
static const char *
repeated_of_many(const struct json *object)
{
	size_t n = 0, i, size = json_size(object);
	const char **keys = mem_resize(NULL, size, sizeof(*keys)), *found;
	const struct json *c;

	for (c = json_first(object); c != NULL; c = json_next(c))
		keys[n++] = json_key(c);
	qsort(keys, n, sizeof(*keys), by_text);
	for (i = 1; i < n && strcmp(keys[i - 1], keys[i]) != 0; i++)
		;
	found = i < n ? keys[i] : NULL;
	free(keys);
	return found;
}

const char *
json_repeated(const struct json *object)
{
	const struct json *c, *d;

	if (json_type(object) != JSON_OBJECT)
		return NULL;
	if (json_size(object) > FEW)
		return repeated_of_many(object);
	for (c = json_first(object); c != NULL; c = json_next(c))
		for (d = json_next(c); d != NULL; d = json_next(d))
			if (strcmp(json_key(c), json_key(d)) == 0)
				return json_key(c);
	return NULL;
}

const char *
json_str(const struct json *j)
{
	if (json_type(j) != JSON_STRING || (node(j)->type & MEDIA))
		return NULL;
	return node(j)->valuestring;
}

const char *
json_strn(const struct json *j, size_t *n)
{
	if (json_type(j) != JSON_STRING)
		return NULL;
	*n = node(j)->type & MEDIA ? (size_t)node(j)->valuedouble :
	    strlen(node(j)->valuestring);
	return node(j)->valuestring;
}

const char *
json_get_str(const struct json *object, const char *key, const char *def)
{
	const char *s = json_str(json_get(object, key));

	return s ? s : def;
}

bool
json_true(const struct json *j)
{
	return j != NULL && (node(j)->type & 0xff) == cJSON_True;
}

static int
text_int(const char *s, int64_t *v)
{
	char *end;
	long long n;

	if (!isdigit((unsigned char)s[*s == '-']))
		return -1;
	errno = 0;
	n = strtoll(s, &end, 10);
	if (errno != 0 || *end != '\0')
		return -1;
	*v = n;
	return 0;
}

int
json_int(const struct json *j, int64_t *v)
{
	double d;

	if (json_str(j) != NULL)
		return text_int(json_str(j), v);
	if (json_type(j) != JSON_NUMBER)
		return -1;
	if (node(j)->valuestring != NULL &&
	    text_int(node(j)->valuestring, v) == 0)
		return 0;
	d = node(j)->valuedouble;
	if (!(d >= -9007199254740992.0 && d <= 9007199254740992.0) ||
	    floor(d) < d)
		return -1;
	*v = (int64_t)d;
	return 0;
}

int64_t
json_get_int(const struct json *object, const char *key, int64_t def)
{
	int64_t v;

	return json_int(json_get(object, key), &v) == 0 ? v : def;
}

const char *
json_numeral(const struct json *j)
{
	return json_type(j) == JSON_NUMBER ? node(j)->valuestring : NULL;
}

double
json_num(const struct json *j, double def)
{
	return json_type(j) == JSON_NUMBER ? node(j)->valuedouble : def;
}

struct json *
json_object(void)
{
	return json(made(cJSON_CreateObject()));
}

struct json *
json_array(void)
{
	return json(made(cJSON_CreateArray()));
}

struct json *
json_string(const char *s)
{
	return json_stringn(s, strlen(s));
}

struct json *
json_stringn(const char *s, size_t n)
{
	struct buf b;
	struct json *j;

	if (utf8_valid(s, n) && memchr(s, '\0', n) == NULL)
		return json_taken(mem_copy(s, n));
	buf_init(&b, n * 6 + 2);
	json_quote(&b, s, n);
	j = json_parse(b.data, b.len, NULL, 0);
	buf_done(&b);
	return j;
}

struct json *
json_taken(char *text)
{
	cJSON *n = made(cJSON_CreateNull());

	n->type = cJSON_String;
	n->valuestring = text;
	return json(n);
}

struct json *
json_media(const char *s, size_t n)
{
	cJSON *c = made(cJSON_CreateNull());

	c->type = cJSON_String | cJSON_IsReference | MEDIA;
	c->valuestring = (char *)(uintptr_t)s;
	c->valuedouble = (double)n;
	return json(c);
}

struct json *
json_digits(const char *s, size_t n)
{
	char text[JSON_DIGITS];
	cJSON *c;

	memcpy(text, s, n);
	text[n] = '\0';
	c = made(cJSON_CreateNumber(strtod(text, NULL)));
	if (n > 15)
		c->valuestring = mem_copy(text, n);
	return json(c);
}

struct json *
json_integer(int64_t v)
{
	cJSON *n = made(cJSON_CreateNumber((double)v));

	if (v > 999999999999999 || v < -999999999999999)
		n->valuestring = mem_printf("%lld", (long long)v);
	return json(n);
}

struct json *
json_bool(bool v)
{
	return json(made(cJSON_CreateBool(v)));
}

struct json *
json_null(void)
{
	return json(made(cJSON_CreateNull()));
}

/* The member that counts; those of the same key before it go. */
static cJSON *
sole(struct json *object, const char *key)
{
	cJSON *last = node(json_get(object, key)), *c, *next;

	for (c = last ? node(object)->child : NULL; c != last; c = next) {
		next = c->next;
		if (strcmp(c->string, key) == 0)
			cJSON_Delete(cJSON_DetachItemViaPointer(node(object),
			    c));
	}
	return last;
}

struct json *
json_set(struct json *object, const char *key, struct json *v)
{
	cJSON *old = sole(object, key);

	if (v == NULL) {
		if (old != NULL)
			cJSON_Delete(cJSON_DetachItemViaPointer(node(object),
			    old));
		return NULL;
	}
	free(node(v)->string);
	node(v)->string = mem_str(key);
	if (old != NULL)
		cJSON_ReplaceItemViaPointer(node(object), old, node(v));
	else
		cJSON_AddItemToArray(node(object), node(v));
	return v;
}

struct json *
json_set_path(struct json *object, const char *path, struct json *v)
{
	struct json *next;
	char key[128];
	size_t n;

	for (;;) {
		n = strcspn(path, ".");
		if (path[n] == '\0')
			return json_set(object, path, v);
		if (n >= sizeof(key))
			n = sizeof(key) - 1;
		memcpy(key, path, n);
		key[n] = '\0';
		next = json_get(object, key);
		if (json_type(next) != JSON_OBJECT)
			next = json_set(object, key, json_object());
		object = next;
		path += strcspn(path, ".") + 1;
	}
}

struct json *
json_add(struct json *array, struct json *v)
{
	cJSON_AddItemToArray(node(array), node(v));
	return v;
}

void
json_append(struct json *object, char *key, struct json *v)
{
	node(v)->string = key;
	cJSON_AddItemToArray(node(object), node(v));
}

struct json *
json_detach(struct json *object, const char *key)
{
	cJSON *c = sole(object, key);

	if (c == NULL)
		return NULL;
	return json(cJSON_DetachItemViaPointer(node(object), c));
}

void
json_merge(struct json *dst, const struct json *src)
{
	const struct json *s;
	struct json *d;

	for (s = json_first(src); s != NULL; s = json_next(s)) {
		d = json_get(dst, json_key(s));
		if (json_type(s) == JSON_NULL) {
			json_set(dst, json_key(s), NULL);
		} else if (json_type(s) == JSON_OBJECT) {
			if (json_type(d) != JSON_OBJECT)
				d = json_set(dst, json_key(s), json_object());
			json_merge(d, s);
		} else {
			json_set(dst, json_key(s), json_copy(s));
		}
	}
}

bool
json_equal(const struct json *a, const struct json *b)
{
	return cJSON_Compare(node(a), node(b), 1);
}
