#ifndef BASE_SHOWN_H
#define BASE_SHOWN_H

#include <stddef.h>

/*
 * Lines of a format (records, captions, tables) that a terminal gets instead of
 * a file, with text from outside in them.  They keep their form as far as rows
 * allow; none is an order to the terminal, and none looks like a line of a
 * program's: a row that a long line goes on in is indented, and so is a line
 * that begins with "gl-".
 */
struct buf;

/* How JSON writes a character that a terminal must not get, or '?'. */
enum shown_how { SHOWN_JSON, SHOWN_MARKS };

/* columns: of the terminal, 0 unknown. */
void shown_lines(enum shown_how, int columns, const char *s, size_t n,
    struct buf *out);

#endif
