/* JSON as text: compact, pretty, and single string literals. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/utf8.h"

/* The length of what needs no escape in a string literal. */
static size_t
literal(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && s[i] != '"' && s[i] != '\\' &&
	    (unsigned char)s[i] >= 0x20 && (unsigned char)s[i] < 0x7f)
		i++;
	return i;
}

/* Appends the character at s, escaped or repaired; returns its length. */
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
print_number(const struct json *j, struct buf *b)
{
	const char *digits = json_numeral(j);
	double d = json_num(j, 0);
	char text[32];

	if (digits != NULL) {
		buf_str(b, digits);
	} else if (!isfinite(d)) {
		buf_str(b, "null");
	} else {
		snprintf(text, sizeof(text), "%.15g", d);
		if (strtod(text, NULL) < d || strtod(text, NULL) > d)
			snprintf(text, sizeof(text), "%.17g", d);
		buf_str(b, text);
	}
}

/* The newline and indentation of pretty text; depth -1 means compact. */
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
	case JSON_NUMBER: print_number(j, b); return;
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

void
json_tame(struct buf *out, size_t from)
{
	struct buf b;
	size_t i, bad;
	uint32_t c;
	int columns;

	buf_init(&b, out->max);
	for (i = from; i < out->len; ) {
		bad = out->data[i] == '\n' ? 0 :
		    utf8_unsafe(out->data + i, out->len - i);
		if (bad == 0) {
			bad = utf8_char(out->data + i, out->len - i, &columns);
			buf_add(&b, out->data + i, bad);
		} else if (bad == 1 && (unsigned char)out->data[i] >= 0x80) {
			buf_str(&b, "\\ufffd");
		} else {
			c = utf8_point(out->data + i, bad);
			if (c > 0xffff)
				buf_printf(&b, "\\u%04x", 0xd7c0 + (c >> 10));
			buf_printf(&b, "\\u%04x", c > 0xffff ?
			    0xdc00 | (c & 0x3ff) : c);
		}
		i += bad;
	}
	if (!b.failed && !out->failed) {
		out->len = from;
		buf_add(out, b.data, b.len);
	}
	buf_done(&b);
}
