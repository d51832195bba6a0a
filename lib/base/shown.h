#ifndef BASE_SHOWN_H
#define BASE_SHOWN_H

#include <stddef.h>

/*
 * Formatted lines (records, captions, tables) with text from outside in them,
 * shown on a terminal instead of written to a file.  They keep their form as
 * far as rows allow, cannot control the terminal and never look like a
 * program's own line: the further rows of a long line are indented, as are
 * lines that begin with "gl-".
 */
struct buf;

/* A character that a terminal must not get becomes a JSON escape, or '?'. */
enum shown_how { SHOWN_JSON, SHOWN_MARKS };

/* Appends the lines to out; columns: the terminal's, 0 if unknown. */
void shown_lines(enum shown_how, int columns, const char *s, size_t n,
    struct buf *out);

#endif
