/*
 * JSON values: cJSON's tree under a strict parser and printer of our own,
 * since cJSON's parser takes what RFC 8259 forbids, turns long integers into
 * doubles and copies media.  Two marks on cJSON nodes, seen only here: a
 * number with a valuestring prints as that text; a MEDIA string is not ours,
 * not zero-terminated, and has its length in valuedouble.
 */
#include "json.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "utf8.h"

enum { MEDIA = 1 << 12, MEDIA_MIN = 256, NUMBER_MAX = 128 };

struct parser {
	const char *start, *at, *end;
	const char *under;	/* media may stand in this top-level key */
	bool inside;		/* ... which is where we are */
	int depth;
	long values;
	const char *bad;	/* what is wrong at `at` */
};

static cJSON *value(struct parser *, bool media);

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
	/* cJSON returns NULL only where memory is out */
	return n ? n : mem_resize(NULL, (size_t)-1, 2);
}

static void *
bad(struct parser *p, const char *what)
{
	if (p->bad == NULL)
		p->bad = what;
	return NULL;
}

const char *
json_space(const char *s, const char *end)
{
	while (s < end && (*s == ' ' || *s == '\t' || *s == '\n' ||
	    *s == '\r'))
		s++;
	return s;
}

static void
space(struct parser *p)
{
	p->at = json_space(p->at, p->end);
}

static bool
take(struct parser *p, char c)
{
	space(p);
	if (p->at == p->end || *p->at != c)
		return false;
	p->at++;
	return true;
}

/* Four hexadecimal digits at s, or -1. */
static long
hex4(const char *s, const char *end)
{
	long v = 0;
	int i;

	if (end - s < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		if (!isxdigit((unsigned char)s[i]))
			return -1;
		v = v * 16 + (isdigit((unsigned char)s[i]) ? s[i] - '0' :
		    (s[i] | 32) - 'a' + 10);
	}
	return v;
}

static char *
put_utf8(char *d, long c)
{
	if (c < 0x80) {
		*d++ = (char)c;
	} else if (c < 0x800) {
		*d++ = (char)(0xc0 | c >> 6);
		*d++ = (char)(0x80 | (c & 63));
	} else if (c < 0x10000) {
		*d++ = (char)(0xe0 | c >> 12);
		*d++ = (char)(0x80 | (c >> 6 & 63));
		*d++ = (char)(0x80 | (c & 63));
	} else {
		*d++ = (char)(0xf0 | c >> 18);
		*d++ = (char)(0x80 | (c >> 12 & 63));
		*d++ = (char)(0x80 | (c >> 6 & 63));
		*d++ = (char)(0x80 | (c & 63));
	}
	return d;
}

/* What stands after "\u": one character, or a pair; NUL and half pairs become
 * U+FFFD.  Moves at behind it. */
static char *
unicode(struct parser *p, char *d)
{
	long c, low;

	c = hex4(p->at, p->end);
	if (c == -1)
		return bad(p, "bad \\u escape");
	p->at += 4;
	if (c >= 0xd800 && c < 0xdc00 && p->end - p->at >= 6 &&
	    p->at[0] == '\\' && p->at[1] == 'u') {
		low = hex4(p->at + 2, p->end);
		if (low >= 0xdc00 && low < 0xe000) {
			p->at += 6;
			return put_utf8(d, 0x10000 + ((c - 0xd800) << 10) +
			    (low - 0xdc00));
		}
	}
	if (c == 0 || (c >= 0xd800 && c < 0xe000))
		c = 0xfffd;
	return put_utf8(d, c);
}

static char *
escape(struct parser *p, char *d)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *f;

	if (++p->at == p->end)
		return bad(p, "string without end");
	if (*p->at == 'u') {
		p->at++;
		return unicode(p, d);
	}
	f = memchr(from, *p->at, sizeof(from) - 1);
	if (f == NULL)
		return bad(p, "bad escape");
	p->at++;
	*d++ = to[f - from];
	return d;
}

/* The length of the plain bytes at `at`: up to a quote, a backslash or a
 * control character. */
static size_t
plain(const struct parser *p)
{
	const char *s = p->at;

	while (s < p->end && *s != '"' && *s != '\\' &&
	    (unsigned char)*s >= 0x20)
		s++;
	return (size_t)(s - p->at);
}

/* The string whose opening quote was taken, decoded, on the heap. */
static char *
string(struct parser *p)
{
	const char *close;
	char *text, *d;
	size_t n;

	/* no escape makes text longer (\u of two bytes gives at most three) */
	for (close = p->at; close < p->end && *close != '"'; close++)
		if (*close == '\\')
			close++;
	if (close >= p->end)
		return bad(p, "string without end");
	d = text = mem_resize(NULL, (size_t)(close - p->at) + 1, 1);
	for (;;) {
		n = plain(p);
		if (!utf8_valid(p->at, n)) {
			bad(p, "invalid UTF-8");
			break;
		}
		memcpy(d, p->at, n);
		d += n;
		p->at += n;
		if (*p->at == '"') {
			p->at++;
			*d = '\0';
			return text;
		}
		if (*p->at != '\\') {
			bad(p, "control character in a string");
			break;
		}
		if ((d = escape(p, d)) == NULL)
			break;
	}
	free(text);
	return NULL;
}

const char *
json_media_end(const char *s, const char *end)
{
	const char *close = memchr(s, '"', (size_t)(end - s));

	if (close == NULL || close - s < MEDIA_MIN ||
	    memchr(s, '\\', (size_t)(close - s)) != NULL)
		return NULL;
	return close;
}

/* The media string whose opening quote was taken, or NULL. */
static cJSON *
media_string(struct parser *p)
{
	const char *close = json_media_end(p->at, p->end);
	cJSON *n;

	if (close == NULL)
		return NULL;
	n = made(cJSON_CreateNull());
	n->type = cJSON_String | cJSON_IsReference | MEDIA;
	n->valuestring = (char *)(uintptr_t)p->at;
	n->valuedouble = (double)(close - p->at);
	p->at = close + 1;
	return n;
}

static cJSON *
string_value(struct parser *p, bool media)
{
	char *text;
	cJSON *n;

	if (media && (n = media_string(p)) != NULL)
		return n;
	text = string(p);
	if (text == NULL)
		return NULL;
	n = made(cJSON_CreateNull());
	n->type = cJSON_String;
	n->valuestring = text;
	return n;
}

static const char *
digits(const char *s, const char *end)
{
	while (s < end && isdigit((unsigned char)*s))
		s++;
	return s;
}

static cJSON *
number(struct parser *p)
{
	const char *s = p->at, *t;
	char text[NUMBER_MAX];
	size_t n;
	cJSON *j;

	if (s < p->end && *s == '-')
		s++;
	t = digits(s, p->end);
	if (t == s || (*s == '0' && t - s > 1))
		return bad(p, "bad number");
	if (t < p->end && *t == '.') {
		s = t + 1;
		if ((t = digits(s, p->end)) == s)
			return bad(p, "bad number");
	}
	if (t < p->end && (*t | 32) == 'e') {
		s = t + 1;
		if (s < p->end && (*s == '+' || *s == '-'))
			s++;
		if ((t = digits(s, p->end)) == s)
			return bad(p, "bad number");
	}
	n = (size_t)(t - p->at);
	if (n >= sizeof(text))
		return bad(p, "number too long");
	memcpy(text, p->at, n);
	text[n] = '\0';
	j = made(cJSON_CreateNumber(strtod(text, NULL)));
	if (n > 15)
		j->valuestring = mem_copy(text, n);
	p->at = t;
	return j;
}

static cJSON *
word(struct parser *p)
{
	static const char *const words[] = { "null", "false", "true" };
	size_t i, n;

	for (i = 0; i < 3; i++) {
		n = strlen(words[i]);
		if ((size_t)(p->end - p->at) < n ||
		    memcmp(p->at, words[i], n) != 0)
			continue;
		p->at += n;
		return made(i == 0 ? cJSON_CreateNull() :
		    cJSON_CreateBool(i == 2));
	}
	return bad(p, "not a JSON value");
}

/* Reads `"key":` into a node's name. */
static char *
member_key(struct parser *p)
{
	char *key;

	if (!take(p, '"'))
		return bad(p, "a key in quotes expected");
	key = string(p);
	if (key != NULL && !take(p, ':')) {
		free(key);
		return bad(p, "':' expected");
	}
	return key;
}

static cJSON *
member(struct parser *p)
{
	char *key;
	cJSON *n;

	key = member_key(p);
	if (key == NULL)
		return NULL;
	if (p->depth == 1 && p->under != NULL)
		p->inside = strcmp(key, p->under) == 0;
	n = value(p, p->inside && strcmp(key, "data") == 0);
	if (n == NULL) {
		free(key);
		return NULL;
	}
	n->string = key;
	return n;
}

static cJSON *
container(struct parser *p, cJSON *n, char close)
{
	cJSON *item;

	if (++p->depth > JSON_DEPTH) {
		bad(p, "nested too deep");
		goto fail;
	}
	if (take(p, close))
		goto done;
	do {
		item = close == '}' ? member(p) : value(p, false);
		if (item == NULL)
			goto fail;
		cJSON_AddItemToArray(n, item);
	} while (take(p, ','));
	if (!take(p, close)) {
		bad(p, close == '}' ? "',' or '}' expected" :
		    "',' or ']' expected");
		goto fail;
	}
done:
	p->depth--;
	return n;
fail:
	cJSON_Delete(n);
	return NULL;
}

static cJSON *
value(struct parser *p, bool media)
{
	space(p);
	if (p->at == p->end)
		return bad(p, "a value expected");
	if (++p->values > JSON_VALUES)
		return bad(p, "too many values");
	switch (*p->at) {
	case '{':
		p->at++;
		return container(p, made(cJSON_CreateObject()), '}');
	case '[':
		p->at++;
		return container(p, made(cJSON_CreateArray()), ']');
	case '"':
		p->at++;
		return string_value(p, media);
	case '-': case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		return number(p);
	default:
		return word(p);
	}
}

struct json *
json_parse_media(const char *s, size_t n, const char *under, char *why,
    size_t size)
{
	struct parser p = { .start = s, .at = s, .end = s + n,
	    .under = under };
	cJSON *root;

	root = value(&p, false);
	if (root != NULL) {
		space(&p);
		if (p.at == p.end)
			return json(root);
		bad(&p, "something after the value");
		cJSON_Delete(root);
	}
	if (why != NULL && size > 0)
		snprintf(why, size, "%s at byte %zu", p.bad,
		    (size_t)(p.at - p.start));
	return NULL;
}

struct json *
json_parse(const char *s, size_t n, char *why, size_t size)
{
	return json_parse_media(s, n, NULL, why, size);
}

void
json_free(struct json *j)
{
	cJSON_Delete(node(j));
}

/* Depth is bounded by JSON_DEPTH at parsing. */
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

	if (utf8_valid(s, n) && memchr(s, '\0', n) == NULL) {
		cJSON *c = made(cJSON_CreateNull());

		c->type = cJSON_String;
		c->valuestring = mem_copy(s, n);
		return json(c);
	}
	buf_init(&b, n * 6 + 2);
	json_quote(&b, s, n);
	j = json_parse(b.data, b.len, NULL, 0);
	buf_done(&b);
	return j;
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
json_number(double v)
{
	return json(made(cJSON_CreateNumber(v)));
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

struct json *
json_set(struct json *object, const char *key, struct json *v)
{
	cJSON *old = node(json_get(object, key));

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

struct json *
json_detach(struct json *object, const char *key)
{
	struct json *j = json_get(object, key);

	if (j == NULL)
		return NULL;
	return json(cJSON_DetachItemViaPointer(node(object), node(j)));
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

/* The length of what can stand in a string literal as it is. */
static size_t
literal(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && s[i] != '"' && s[i] != '\\' &&
	    (unsigned char)s[i] >= 0x20 && (unsigned char)s[i] < 0x7f)
		i++;
	return i;
}

/* Appends the character at s, escaped or mended; returns its bytes. */
static size_t
quote_one(struct buf *b, const char *s, size_t n)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *f = memchr(from, *s, sizeof(from) - 1);
	size_t len;

	if (f != NULL) {
		buf_printf(b, "\\%c", to[f - from]);
		return 1;
	}
	if ((unsigned char)*s < 0x80) {
		if (*s == '\0')
			buf_str(b, "\\ufffd");
		else
			buf_printf(b, *s == 0x7f ? "%c" : "\\u%04x", *s);
		return 1;
	}
	for (len = 2; len <= 4 && len <= n; len++)
		if (utf8_valid(s, len)) {
			buf_add(b, s, len);
			return len;
		}
	buf_str(b, "\xef\xbf\xbd");
	return 1;
}

void
json_quote(struct buf *b, const char *s, size_t n)
{
	size_t len;

	buf_byte(b, '"');
	while (n > 0) {
		len = literal(s, n);
		buf_add(b, s, len);
		s += len;
		n -= len;
		if (n > 0) {
			len = quote_one(b, s, n);
			s += len;
			n -= len;
		}
	}
	buf_byte(b, '"');
}

static void
print_number(const cJSON *n, struct buf *b)
{
	double d = n->valuedouble;
	char text[32];

	if (n->valuestring != NULL) {
		buf_str(b, n->valuestring);
	} else if (!isfinite(d)) {
		buf_str(b, "null");
	} else {
		snprintf(text, sizeof(text), "%.15g", d);
		if (strtod(text, NULL) < d || strtod(text, NULL) > d)
			snprintf(text, sizeof(text), "%.17g", d);
		buf_str(b, text);
	}
}

/* A newline and the indent of pretty text; depth -1 is compact. */
static void
newline(struct buf *b, int depth)
{
	if (depth < 0)
		return;
	buf_byte(b, '\n');
	while (depth-- > 0)
		buf_add(b, "  ", 2);
}

static void
print(const struct json *j, struct buf *b, int depth)
{
	bool object = json_type(j) == JSON_OBJECT;
	int inner = depth < 0 ? -1 : depth + 1;
	const struct json *c;
	const char *s;
	size_t n;

	switch (json_type(j)) {
	case JSON_NONE: case JSON_NULL: buf_str(b, "null"); return;
	case JSON_BOOL: buf_str(b, json_true(j) ? "true" : "false"); return;
	case JSON_NUMBER: print_number(node(j), b); return;
	case JSON_STRING:
		s = json_strn(j, &n);
		json_quote(b, s, n);
		return;
	default: break;
	}
	buf_byte(b, object ? '{' : '[');
	for (c = json_first(j); c != NULL; c = json_next(c)) {
		newline(b, inner);
		if (object) {
			json_quote(b, json_key(c), strlen(json_key(c)));
			buf_str(b, inner < 0 ? ":" : ": ");
		}
		print(c, b, inner);
		if (json_next(c) != NULL)
			buf_byte(b, ',');
	}
	if (json_first(j) != NULL)
		newline(b, depth);
	buf_byte(b, object ? '}' : ']');
}

void
json_print(const struct json *j, struct buf *b)
{
	print(j, b, -1);
}

void
json_pretty(const struct json *j, struct buf *b)
{
	print(j, b, 0);
}
