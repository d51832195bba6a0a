#ifndef BASE_TERM_H
#define BASE_TERM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Text from outside on its way to a terminal, pure.  It cannot give the
 * terminal orders, cannot show something else than is there (bidirectional
 * overrides, invisible characters), and cannot begin a row: a row is begun by
 * the program, or is a continuation and indented by two columns.  So nothing
 * that a model, a server or a tool says looks like a line of a program's.
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

/* The cursor stands at the start of a row of so many columns. */
void term_row(struct term *, int width);

/* The terminal has so many columns now, perhaps in the middle of a row. */
void term_width(struct term *, int width);

/* Text of the program's own, such as a label: as it is, and so many columns
 * wide (escape sequences have none). */
void term_own(struct term *, const char *s, int columns, struct buf *out);

/*
 * Appends n bytes from outside.  What utf8_unsafe() finds becomes U+FFFD; line
 * breaks become the start of an indented row, at most one empty row between;
 * a word that would cross the edge is taken back and begins the next row: the
 * row is written again without it, so that nothing depends on how wide the
 * terminal takes a character to be that we take for wider.  A
 * row of Chinese or Japanese is broken between any two characters, but none
 * begins with a closing mark.
 * Words may come in pieces.
 */
void term_put(struct term *, const char *s, size_t n, struct buf *out);

#endif
