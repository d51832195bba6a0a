/*
 * Percent-encoding, times, INI files, and outside text made fit for a sentence.
 */
#include "auth/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/url.h"
#include "base/utf8.h"

/* What is recognised of a secret, in bytes: all of it, or its beginning. */
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

/* Exactly n digits at s, as a number; -1 otherwise. */
static int
digits(const char *s, int n)
{
	int i, v = 0;

	for (i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		v = v * 10 + (s[i] - '0');
	}
	return v;
}

/* Days from 1970-01-01 to a date of the Gregorian calendar; years are counted
 * from March so that the leap day is the last. */
static int64_t
days(int y, int m, int d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = y / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

/* The offset at the end of a time, in seconds: Z, +hh:mm or -hh:mm. */
static int
offset(const char *s, int *seconds)
{
	int h, m;

	*seconds = 0;
	if ((*s == 'Z' || *s == 'z') && s[1] == '\0')
		return 0;
	if ((*s != '+' && *s != '-') || strlen(s) != 6 || s[3] != ':')
		return -1;
	h = digits(s + 1, 2);
	m = digits(s + 4, 2);
	if (h < 0 || h > 23 || m < 0 || m > 59)
		return -1;
	*seconds = (h * 3600 + m * 60) * (*s == '-' ? -1 : 1);
	return 0;
}

int
auth_text_time(const char *s, int64_t *t)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd";
	int y, mon, d, h, m, sec, off, i;

	for (i = 0; form[i]; i++)
		if (form[i] == 'd' ? digits(s + i, 1) < 0 :
		    toupper((unsigned char)s[i]) != form[i])
			return -1;
	y = digits(s, 4);
	mon = digits(s + 5, 2);
	d = digits(s + 8, 2);
	h = digits(s + 11, 2);
	m = digits(s + 14, 2);
	sec = digits(s + 17, 2);
	if (mon < 1 || mon > 12 || d < 1 || d > 31 || h > 23 || m > 59 ||
	    sec > 60)
		return -1;
	s += 19;
	if (*s == '.') {
		if (digits(++s, 1) < 0)
			return -1;
		while (digits(s, 1) >= 0)
			s++;
	}
	if (offset(s, &off) == -1)
		return -1;
	*t = days(y, mon, d) * 86400 + h * 3600 + m * 60 + sec - off;
	return 0;
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

/* The white space at both ends of n bytes goes. */
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

/* The byte that begins at s, which may be percent-encoded, and the bytes that
 * it takes there. */
static char
decoded(const char *s, size_t *n)
{
	int high = *s == '%' ? url_hex(s[1]) : -1;
	int low = high >= 0 ? url_hex(s[2]) : -1;

	*n = low >= 0 ? 3 : 1;
	return (char)(low >= 0 ? high << 4 | low : *s);
}

/* How many bytes at s are the secret, or as much of its beginning as tells
 * something; 0 where it is not there.  Short ones are not looked for: they
 * would take ordinary words out of a sentence. */
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

/* The length of the control character or space at s, of one byte or (U+0080 to
 * U+009F) of two; 0 where there is none. */
static size_t
blank(const char *s)
{
	unsigned char c = (unsigned char)*s, next = (unsigned char)s[1];

	if (c == 0xc2 && next >= 0x80 && next < 0xa0)
		return 2;
	return c <= ' ' || c == 0x7f;
}

/* The longest piece of a secret that begins at s, as it is or
 * percent-encoded: peers repeat what they got, and cut it. */
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
