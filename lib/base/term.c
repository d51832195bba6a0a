/*
 * Where the cursor is, and the word before it, which may have to move.
 */
#include "base/term.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

enum { INDENT = 2, NARROW = 16 };

void
term_row(struct term *t, int width)
{
	/* narrower than this nothing can be read, whatever is done */
	t->width = width < NARROW ? 0 : width;
	t->col = t->newlines = t->word_cols = 0;
	t->word_len = 0;
}

void
term_own(struct term *t, const char *s, int columns, struct buf *out)
{
	buf_str(out, s);
	t->col += columns;
	t->word_cols = 0;
	t->word_len = 0;
}

static void
next_row(struct term *t, bool empty, struct buf *out)
{
	buf_str(out, empty ? "\n\n  " : "\n  ");
	t->col = INDENT;
	t->newlines = t->word_cols = 0;
	t->word_len = 0;
}

static bool
full(const struct term *t, int columns)
{
	return t->width > 0 && t->col + columns >= t->width;
}

/* The word that has begun goes to the next row. */
static void
carry(struct term *t, struct buf *out)
{
	size_t n = t->word_len;
	int cols = t->word_cols, i;

	for (i = 0; i < cols; i++)
		buf_byte(out, '\b');
	for (i = 0; i < cols; i++)
		buf_byte(out, ' ');
	next_row(t, false, out);
	buf_add(out, t->word, n);
	t->word_len = n;
	t->word_cols = cols;
	t->col += cols;
}

static void
character(struct term *t, const char *s, size_t n, int columns,
    struct buf *out)
{
	if (t->newlines > 0)
		next_row(t, t->newlines > 1, out);
	if (full(t, columns)) {
		if (t->word_cols > 0 && t->word_len + n <= sizeof(t->word) &&
		    INDENT + t->word_cols + columns < t->width)
			carry(t, out);
		else
			next_row(t, false, out);
	}
	buf_add(out, s, n);
	t->col += columns;
	t->word_cols += columns;
	if (t->word_len + n <= sizeof(t->word)) {
		memcpy(t->word + t->word_len, s, n);
		t->word_len += n;
	} else {
		/* too long to be taken back */
		t->word_len = sizeof(t->word) + 1;
	}
}

static void
space(struct term *t, struct buf *out)
{
	t->word_cols = 0;
	t->word_len = 0;
	if (t->newlines > 0)
		return;
	/* the blanks at the edge are the break itself */
	if (full(t, 1)) {
		t->newlines = 1;
		return;
	}
	buf_byte(out, ' ');
	t->col++;
}

void
term_put(struct term *t, const char *s, size_t n, struct buf *out)
{
	size_t i, len;
	int columns;

	for (i = 0; i < n; i += len) {
		len = 1;
		if (s[i] == '\n') {
			t->newlines++;
			t->word_cols = 0;
			t->word_len = 0;
		} else if (s[i] == ' ' || s[i] == '\t') {
			space(t, out);
		} else if (s[i] == '\r') {
			continue;
		} else if ((len = utf8_unsafe(s + i, n - i)) > 0) {
			character(t, "\xef\xbf\xbd", 3, 1, out);
		} else {
			len = utf8_char(s + i, n - i, &columns);
			character(t, s + i, len, columns, out);
		}
	}
}
