/*
 * Where the cursor is, and the row up to it, whose last word may have to move
 * down.
 */
#include "base/term.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

enum { INDENT = 2, NARROW = 16 };

static void
end_word(struct term *t)
{
	t->word_cols = 0;
	t->word_at = t->row_len;
	t->ideograph = false;
}

/* Bytes of the row. */
static void
emit(struct term *t, const char *s, size_t n, struct buf *out)
{
	buf_add(out, s, n);
	if (t->row_len > TERM_ROW || n > TERM_ROW - t->row_len) {
		t->row_len = TERM_ROW + 1;
		return;
	}
	memcpy(t->row + t->row_len, s, n);
	t->row_len += n;
}

void
term_width(struct term *t, int width)
{
	/* anything narrower is unreadable in any case */
	width = width < NARROW ? 0 : width;
	if (width == t->width)
		return;
	t->width = width;
	/* how the terminal reflows the row cannot be known */
	t->row_len = TERM_ROW + 1;
	end_word(t);
}

void
term_row(struct term *t, int width)
{
	term_width(t, width);
	t->col = t->newlines = 0;
	t->row_len = 0;
	end_word(t);
}

void
term_own(struct term *t, const char *s, int columns, struct buf *out)
{
	emit(t, s, strlen(s), out);
	t->col += columns;
	end_word(t);
}

static void
next_row(struct term *t, bool empty, struct buf *out)
{
	buf_str(out, empty ? "\n\n" : "\n");
	t->row_len = 0;
	emit(t, "  ", INDENT, out);
	t->col = INDENT;
	t->newlines = 0;
	end_word(t);
}

static bool
full(const struct term *t, int columns)
{
	return t->width > 0 && t->col + columns >= t->width;
}

/* Moves the unfinished word to the next row. */
static void
carry(struct term *t, struct buf *out)
{
	char word[TERM_ROW];
	size_t n = t->row_len - t->word_at;
	int cols = t->word_cols;
	bool ideograph = t->ideograph;

	memcpy(word, t->row + t->word_at, n);
	buf_byte(out, '\r');
	buf_add(out, t->row, t->word_at);
	buf_printf(out, "%*s", cols, "");
	next_row(t, false, out);
	emit(t, word, n, out);
	t->word_cols = cols;
	t->ideograph = ideograph;
	t->col += cols;
}

/* Wide characters between which a line may break: not Korean, nor marks that
 * close what precedes them. */
static bool
breaks_before(const char *s, size_t n, int columns)
{
	static const uint32_t closing[] = { 0x3001, 0x3002, 0x3005, 0x3009,
	    0x300b, 0x300d, 0x300f, 0x3011, 0x3015, 0x3017, 0x301c, 0x30fb,
	    0x30fc, 0xff01, 0xff05, 0xff09, 0xff0c, 0xff0e, 0xff1a, 0xff1b,
	    0xff1f, 0xff3d, 0xff5d };
	uint32_t c = columns == 2 ? utf8_point(s, n) : 0;
	size_t i;

	if (columns < 2 || (c >= 0x1100 && c < 0x1200) ||
	    (c >= 0xac00 && c < 0xd7b0))
		return false;
	for (i = 0; i < sizeof(closing) / sizeof(closing[0]); i++)
		if (c == closing[i])
			return false;
	return true;
}

/* Whether a word ends here without a space. */
static void
boundary(struct term *t, const char *s, size_t n, int columns)
{
	bool breaks = breaks_before(s, n, columns);

	if (breaks || (t->ideograph && columns == 1 &&
	    strchr(".,;:!?)]}", *s) == NULL))
		end_word(t);
	t->ideograph = breaks || (t->ideograph && columns != 1);
}

static void
character(struct term *t, const char *s, size_t n, int columns,
    struct buf *out)
{
	bool ideograph;

	if (t->newlines > 0)
		next_row(t, t->newlines > 1, out);
	boundary(t, s, n, columns);
	ideograph = t->ideograph;
	if (full(t, columns)) {
		if (t->word_cols > 0 && t->row_len <= TERM_ROW &&
		    INDENT + t->word_cols + columns < t->width)
			carry(t, out);
		else
			next_row(t, false, out);
	}
	emit(t, s, n, out);
	t->col += columns;
	t->word_cols += columns;
	t->ideograph = ideograph;
}

static void
space(struct term *t, struct buf *out)
{
	end_word(t);
	if (t->newlines > 0)
		return;
	/* blanks at the edge are the line break itself, as are those in a row
	 * that cannot be rewritten */
	if (full(t, 1) || (t->width > 0 && t->row_len > TERM_ROW)) {
		t->newlines = 1;
		return;
	}
	emit(t, " ", 1, out);
	t->col++;
	end_word(t);
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
			end_word(t);
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
