/*
 * Percent-encoding, times, INI files, and outside text made safe to quote.
 */
#include "auth/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/url.h"
#include "base/utf8.h"

/* How many bytes of a secret suffice to recognise it. */
enum { WHOLE_MIN = 6, PART_MIN = 8 };

static bool
unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != 0 && strchr("-._~", c));
}

void
auth_text_escape(struct buf *b, const char *s)
{
	static const char hex[] = "0123456789ABCDEF";
	unsigned char c;

	for (; *s; s++) {
		c = (unsigned char)*s;
		if (unreserved(c)) {
			buf_byte(b, c);
			continue;
		}
		buf_byte(b, '%');
		buf_byte(b, hex[c >> 4]);
		buf_byte(b, hex[c & 15]);
	}
}

void
auth_text_pair(struct buf *b, const char *name, const char *value)
{
	if (!value)
		return;
	if (b->len > 0)
		buf_byte(b, '&');
	auth_text_escape(b, name);
	buf_byte(b, '=');
	auth_text_escape(b, value);
}

void
auth_text_stamp(char *dst, int64_t t, bool basic)
{
	time_t when = (time_t)t;
	struct tm tm;

	if (!gmtime_r(&when, &tm) || strftime(dst, AUTH_STAMP,
	    basic ? "%Y%m%dT%H%M%SZ" : "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		snprintf(dst, AUTH_STAMP, "?");
}

/* Trims white space at both ends of n bytes. */
static const char *
trim(const char *p, size_t *n)
{
	while (*n > 0 && isspace((unsigned char)*p)) {
		p++;
		(*n)--;
	}
	while (*n > 0 && isspace((unsigned char)p[*n - 1]))
		(*n)--;
	return p;
}

/* The value if the line is "key = value", else NULL. */
static const char *
keyed(const char *line, size_t n, const char *key, size_t *vn)
{
	const char *eq = memchr(line, '=', n);
	size_t kn;

	if (!eq)
		return NULL;
	kn = (size_t)(eq - line);
	line = trim(line, &kn);
	if (kn != strlen(key) || memcmp(line, key, kn) != 0)
		return NULL;
	*vn = n - (size_t)(eq + 1 - line);
	return trim(eq + 1, vn);
}

char *
auth_text_ini(const char *p, size_t n, const char *section, const char *key)
{
	const char *end = p + n, *line, *nl, *value;
	size_t ln, vn, sn = strlen(section);
	bool inside = false;

	for (; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (!nl)
			nl = end;
		ln = (size_t)(nl - p);
		line = trim(p, &ln);
		if (ln > 0 && *line == '[')
			inside = ln == sn + 2 && line[ln - 1] == ']' &&
			    memcmp(line + 1, section, sn) == 0;
		else if (inside && (value = keyed(line, ln, key, &vn)) &&
		    vn > 0)
			return mem_copy(value, vn);
	}
	return NULL;
}

/* The byte at s, which may be percent-encoded, and the length of its
 * encoding. */
static char
decoded(const char *s, size_t *n)
{
	int high = *s == '%' ? url_hex(s[1]) : -1;
	int low = high >= 0 ? url_hex(s[2]) : -1;

	*n = low >= 0 ? 3 : 1;
	return (char)(low >= 0 ? high << 4 | low : *s);
}

/* How many bytes at s are the secret, or enough of its beginning to give it
 * away; 0 if it is not there.  Short ones are not looked for: they would remove
 * ordinary words from a sentence. */
static size_t
secret_part(const char *s, const char *secret, bool encoded)
{
	size_t at = 0, n, step = 1;
	char c;

	for (n = 0; secret[n] && s[at]; n++, at += step) {
		c = encoded ? decoded(s + at, &step) : s[at];
		if (c != secret[n])
			break;
	}
	return n >= PART_MIN || (n >= WHOLE_MIN && !secret[n]) ? at : 0;
}

/* The length of the control character or space at s: one byte, or two (U+0080
 * to U+009F); 0 if there is none. */
static size_t
blank(const char *s)
{
	unsigned char c = (unsigned char)*s, next = (unsigned char)s[1];

	if (c == 0xc2 && next >= 0x80 && next < 0xa0)
		return 2;
	return c <= ' ' || c == 0x7f;
}

/* The longest piece of a secret at s, plain or percent-encoded: servers repeat
 * what they got, and truncate it. */
static size_t
secret_at(const char *s, const char *const *secrets)
{
	size_t n, longest = 0;
	int encoded;

	for (; secrets && *secrets; secrets++)
		for (encoded = 0; encoded <= 1; encoded++) {
			n = secret_part(s, *secrets, encoded);
			longest = n > longest ? n : longest;
		}
	return longest;
}

void
auth_text_tame(char *dst, size_t size, const char *src,
    const char *const *secrets)
{
	static const char gone[] = "(left out)";
	size_t n = 0, skip;
	bool space = true;

	while (*src && n + sizeof gone < size) {
		skip = secret_at(src, secrets);
		if (skip > 0) {
			memcpy(dst + n, gone, sizeof gone - 1);
			n += sizeof gone - 1;
			src += skip;
			space = false;
			continue;
		}
		skip = blank(src);
		if (skip == 0)
			dst[n++] = *src;
		else if (!space)
			dst[n++] = ' ';
		space = skip > 0;
		src += skip > 0 ? skip : 1;
	}
	while (n > 0 && dst[n - 1] == ' ')
		n--;
	n = utf8_cut(dst, n);
	dst[n] = '\0';
	if (!utf8_valid(dst, n))
		for (n = 0; dst[n]; n++)
			if ((unsigned char)dst[n] >= 0x80)
				dst[n] = '?';
}

bool
auth_text_safe_url(const char *text)
{
	struct url url;
	char why[80];
	bool safe;

	if (url_parse(&url, text, why, sizeof why) == -1)
		return false;
	safe = strcmp(url.scheme, "https") == 0 ||
	    (strcmp(url.scheme, "http") == 0 && url_loopback(url.host));
	url_done(&url);
	return safe;
}

void
auth_text_line(struct buf *b, const char *fmt, ...)
{
	char line[8192];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	if (n >= (int)sizeof line)
		line[utf8_cut(line, sizeof line - 1)] = '\0';
	log_tame(line);
	buf_printf(b, "%s\n", line);
}
