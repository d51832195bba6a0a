/* Escapes and times. */
#include "conv/html.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

/* Whether neither HTML nor XML (SVG) has this character, or it is none. */
static bool
nowhere(const char *s, size_t n)
{
	uint32_t c;

	if ((unsigned char)*s < 0x80 || !utf8_valid(s, n))
		return true;
	c = utf8_point(s, n);
	return c < 0xa0 || c == 0xfffe || c == 0xffff;
}

void
html_text(struct buf *b, const char *s, size_t n)
{
	size_t i, len;
	unsigned char c;

	for (i = 0; i < n; i += len) {
		c = (unsigned char)s[i];
		len = 1;
		if (c == '&')
			buf_str(b, "&amp;");
		else if (c == '<')
			buf_str(b, "&lt;");
		else if (c == '>')
			buf_str(b, "&gt;");
		else if (c == '"')
			buf_str(b, "&quot;");
		else if (c == '\'')
			buf_str(b, "&#39;");
		else if (c == '\n' || c == '\t' || (c >= ' ' && c < 0x7f))
			buf_byte(b, c);
		else {
			while (i + len < n && len < 4 &&
			    ((unsigned char)s[i + len] & 0xc0) == 0x80)
				len++;
			if (nowhere(s + i, len))
				buf_str(b, "\xef\xbf\xbd");
			else
				buf_add(b, s + i, len);
		}
	}
}

void
html_str(struct buf *b, const char *s)
{
	html_text(b, s, strlen(s));
}

void
html_moment(struct buf *b, int64_t ms)
{
	int64_t s = ms > 0 ? ms / 1000 : 0;

	if (s >= 3600)
		buf_printf(b, "%" PRId64 ":%02d:%02d", s / 3600,
		    (int)(s / 60 % 60), (int)(s % 60));
	else
		buf_printf(b, "%" PRId64 ":%02d", s / 60, (int)(s % 60));
}

void
html_exact(struct buf *b, int64_t ms)
{
	html_moment(b, ms);
	buf_printf(b, ".%d", ms > 0 ? (int)(ms / 100 % 10) : 0);
}

void
html_length(struct buf *b, int64_t ms)
{
	int64_t s = (ms + 500) / 1000;

	if (ms < 10000)
		buf_printf(b, "%.1f s", (double)(ms > 0 ? ms : 0) / 1000);
	else if (s < 60)
		buf_printf(b, "%" PRId64 " s", s);
	else if (s < 3600)
		buf_printf(b, "%" PRId64 " min %d s", s / 60, (int)(s % 60));
	else
		buf_printf(b, "%" PRId64 " h %d min", s / 3600,
		    (int)(s / 60 % 60));
}

void
html_count(struct buf *b, int64_t n)
{
	if (n >= 1000) {
		html_count(b, n / 1000);
		buf_printf(b, ",%03d", (int)(n % 1000));
	} else
		buf_printf(b, "%d", (int)n);
}

void
html_data(struct buf *b, const char *mime, const void *p, size_t n)
{
	buf_printf(b, "data:%s;base64,", mime);
	base64_add(b, p, n);
}

char *
html_address(const char *page, const char *sound)
{
	const char *a = strrchr(page, '/'), *b = strrchr(sound, '/');
	size_t n = a != NULL ? (size_t)(a - page) + 1 : 0;
	char *url = mem_alloc(strlen(sound) * 3 + 3), *to = url;
	static const char *const hex = "0123456789ABCDEF";

	if (n == (b != NULL ? (size_t)(b - sound) + 1 : 0) &&
	    memcmp(page, sound, n) == 0)
		sound += n;
	if (strchr(sound, ':') != NULL && *sound != '/')
		to += snprintf(to, 3, "./");
	for (; *sound != '\0'; sound++) {
		if (strchr("/._-~:", *sound) != NULL ||
		    (*sound >= '0' && *sound <= '9') ||
		    (*sound >= 'a' && *sound <= 'z') ||
		    (*sound >= 'A' && *sound <= 'Z')) {
			*to++ = *sound;
			continue;
		}
		*to++ = '%';
		*to++ = hex[(unsigned char)*sound >> 4];
		*to++ = hex[(unsigned char)*sound & 15];
	}
	return url;
}
