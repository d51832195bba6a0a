#ifndef CONV_CHART_H
#define CONV_CHART_H

#include <stddef.h>

/*
 * The drawing of a timeline: a row of SVG for each piece of its axis, with the
 * loudness of both sides, the turns, what was cut off, tools, pictures, gaps.
 * Pure.
 */
struct axis;
struct buf;
struct timeline;

/* One row, as wide as what it stands in.  Turns and marks are links to
 * "#iN", the item's number, and have the id "cN". */
void chart_row(const struct timeline *, const struct axis *, size_t row,
    struct buf *out);

/* The file of its own: all rows, with names, in colours that fit both light
 * and dark paper. */
void chart_file(const struct timeline *, struct buf *out);

#endif
