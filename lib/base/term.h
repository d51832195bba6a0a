#ifndef BASE_TERM_H
#define BASE_TERM_H

#include <stddef.h>

/*
 * Text from outside on its way to a terminal, pure.  It cannot give the
 * terminal orders, cannot show something else than is there (bidirectional
 * overrides, invisible characters), and cannot begin a row: a row is begun by
 * the program, or is a continuation and indented by two columns.  So nothing
 * that a model, a server or a tool says looks like a line of a program's.
 */
struct buf;

enum { TERM_WORD = 256 };

struct term {
	int width;		/* columns of a row; 0: unknown, no wrapping */
	int col;		/* of the cursor */
	int newlines;		/* seen, not yet written */
	int word_cols;		/* of the word at the end of the row */
	size_t word_len;	/* in bytes */
	char word[TERM_WORD];
};

/* The cursor stands at the start of a row of so many columns. */
void term_row(struct term *, int width);

/* Text of the program's own, such as a label: as it is, and so many columns
 * wide (escape sequences have none). */
void term_own(struct term *, const char *s, int columns, struct buf *out);

/*
 * Appends n bytes from outside.  What utf8_unsafe() finds becomes U+FFFD; line
 * breaks become the start of an indented row, at most one empty row between;
 * a word that would cross the edge is taken back and begins the next row.
 * Words may come in pieces.
 */
void term_put(struct term *, const char *s, size_t n, struct buf *out);

#endif
