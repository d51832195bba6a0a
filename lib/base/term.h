#ifndef BASE_TERM_H
#define BASE_TERM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Text from outside on its way to a terminal.  Pure.  It cannot control the
 * terminal, show anything but what it is (bidirectional overrides, invisible
 * characters) or begin a row: a row is begun by the program, or is a
 * continuation and indented by two columns.  So nothing that a model, a server
 * or a tool says looks like a program's own line.
 */
struct buf;

enum { TERM_ROW = 4096 };

struct term {
	int width;		/* columns of a row; 0: unknown, no wrapping */
	int col;		/* of the cursor */
	int newlines;		/* seen, not yet written */
	int word_cols;		/* of the word at the end of the row */
	size_t word_at;		/* where it begins in the row */
	bool ideograph;		/* it may end here: Chinese, Japanese */
	size_t row_len;		/* more than fits: it cannot be written again */
	char row[TERM_ROW];	/* its bytes */
};

/* The cursor is at the start of a row of width columns. */
void term_row(struct term *, int width);

/* The terminal is now width columns wide, perhaps in the middle of a row. */
void term_width(struct term *, int width);

/* Appends the program's own text, such as a label, as it is; it takes this
 * many columns (escape sequences take none). */
void term_own(struct term *, const char *s, int columns, struct buf *out);

/*
 * Appends n bytes from outside.  What utf8_unsafe() finds becomes U+FFFD; line
 * breaks start an indented row, with at most one empty row between; a word
 * that would cross the edge is moved to the next row: its row is written again
 * without it, so that nothing depends on the terminal's width of a character
 * that we take to be wider.  Chinese and Japanese are broken between any two
 * characters, but no row begins with a closing mark.  Words may come in
 * pieces.
 */
void term_put(struct term *, const char *s, size_t n, struct buf *out);

#endif
