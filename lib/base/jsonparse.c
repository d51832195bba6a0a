/*
 * The parser of json.h, as strict as RFC 8259: cJSON's own accepts what that
 * forbids, turns long integers into doubles and copies media.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { MEDIA_MIN = 256 };

struct parser {
	const char *start, *at, *end;
	const char *under;	/* the top-level key that may hold media */
	bool inside;		/* we are inside it */
	int depth;
	long values;
	const char *bad;	/* what is wrong at `at` */
};

static struct json *value(struct parser *, bool media);

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

/* What follows "\u": one character or a surrogate pair; NUL and lone
 * surrogates become U+FFFD.  Moves `at` past it. */
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

/* The length of the plain bytes at `at`, up to a quote, a backslash or a
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

/* The rest of a string after its opening quote, decoded, on the heap. */
static char *
string(struct parser *p)
{
	const char *close;
	char *text, *d;
	size_t n;

	/* decoding never makes text longer (\uXXXX gives at most 3 bytes) */
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

static struct json *
string_value(struct parser *p, bool media)
{
	const char *s = p->at;
	const char *close = media ? json_media_end(s, p->end) : NULL;
	char *text;

	if (close != NULL) {
		p->at = close + 1;
		return json_media(s, (size_t)(close - s));
	}
	text = string(p);
	return text == NULL ? NULL : json_taken(text);
}

static const char *
digits(const char *s, const char *end)
{
	while (s < end && isdigit((unsigned char)*s))
		s++;
	return s;
}

static struct json *
number(struct parser *p)
{
	const char *start = p->at, *s = start, *t;

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
	if (t - start >= JSON_DIGITS)
		return bad(p, "number too long");
	p->at = t;
	return json_digits(start, (size_t)(t - start));
}

static struct json *
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
		return i == 0 ? json_null() : json_bool(i == 2);
	}
	return bad(p, "not a JSON value");
}

/* Reads `"key":`; the key is on the heap. */
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

static bool
member(struct parser *p, struct json *object)
{
	struct json *v;
	char *key;

	key = member_key(p);
	if (key == NULL)
		return false;
	if (p->depth == 1 && p->under != NULL)
		p->inside = strcmp(key, p->under) == 0;
	v = value(p, p->inside && strcmp(key, "data") == 0);
	if (v == NULL) {
		free(key);
		return false;
	}
	json_append(object, key, v);
	return true;
}

static bool
element(struct parser *p, struct json *array)
{
	struct json *v = value(p, false);

	if (v != NULL)
		json_add(array, v);
	return v != NULL;
}

static struct json *
container(struct parser *p, struct json *j, char close)
{
	if (++p->depth > JSON_DEPTH) {
		bad(p, "nested too deep");
		goto fail;
	}
	if (take(p, close))
		goto done;
	do {
		if (!(close == '}' ? member(p, j) : element(p, j)))
			goto fail;
	} while (take(p, ','));
	if (!take(p, close)) {
		bad(p, close == '}' ? "',' or '}' expected" :
		    "',' or ']' expected");
		goto fail;
	}
done:
	p->depth--;
	return j;
fail:
	json_free(j);
	return NULL;
}

static struct json *
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
		return container(p, json_object(), '}');
	case '[':
		p->at++;
		return container(p, json_array(), ']');
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
	struct json *root;

	root = value(&p, false);
	if (root != NULL) {
		space(&p);
		if (p.at == p.end)
			return root;
		bad(&p, "something after the value");
		json_free(root);
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
