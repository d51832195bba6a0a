#include "base/shown.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/term.h"
#include "base/utf8.h"

static void
escape(struct buf *b, const char *p, size_t n)
{
	uint32_t c = utf8_valid(p, n) ? utf8_point(p, n) : 0xfffd;

	if (c < 0x10000)
		buf_printf(b, "\\u%04x", (unsigned)c);
	else
		buf_printf(b, "\\u%04x\\u%04x",
		    (unsigned)(0xd7c0 + (c >> 10)),
		    (unsigned)(0xdc00 + (c & 0x3ff)));
}

static void
tame(enum shown_how how, const char *s, size_t n, struct buf *out)
{
	size_t i, len, bad;
	int columns;

	for (i = 0; i < n; i += len) {
		len = utf8_char(s + i, n - i, &columns);
		bad = s[i] == '\t' ? 0 : utf8_unsafe(s + i, n - i);
		if (s[i] == '\t' && how == SHOWN_JSON)
			buf_byte(out, ' ');
		else if (bad == 0)
			buf_add(out, s + i, len);
		else if (how == SHOWN_JSON)
			escape(out, s + i, bad);
		else
			buf_byte(out, '?');
	}
}

/* The line's first character is ours, or its indentation is. */
static void
one(int columns, const char *s, size_t n, struct buf *out)
{
	char first[8] = "  ";
	int wide = 2;
	size_t len = 0;
	struct term t;

	if (n > 0 && *s == '\t') {
		first[1] = '\0';	/* a blank, like any other tab */
		wide = 1;
		len = 1;
	} else if (n < 3 || memcmp(s, "gl-", 3) != 0) {
		len = n > 0 ? utf8_char(s, n, &wide) : 0;
		memcpy(first, s, len);
		first[len] = '\0';
	}
	term_row(&t, columns);
	if (n > 0)
		term_own(&t, first, wide, out);
	term_put(&t, s + len, n - len, out);
}

void
shown_lines(enum shown_how how, int columns, const char *s, size_t n,
    struct buf *out)
{
	struct buf line;
	const char *nl;
	size_t len;

	buf_init(&line, n * 6 + 6);
	for (; n > 0 && !out->failed; s += len + 1, n -= len + 1) {
		nl = memchr(s, '\n', n);
		len = nl != NULL ? (size_t)(nl - s) : n;
		buf_clear(&line);
		tame(how, s, len, &line);
		one(columns, line.data, line.len, out);
		if (nl == NULL)
			break;
		buf_byte(out, '\n');
	}
	buf_done(&line);
}
