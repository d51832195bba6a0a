#ifndef CONV_CHART_H
#define CONV_CHART_H

#include <stddef.h>

/*
 * A timeline drawn: an SVG row for each row of its axis, with the loudness of
 * both sides, the turns, what was cut off, tools, pictures, gaps.  Pure.
 */
struct axis;
struct buf;
struct timeline;

/* One row, as wide as its container.  Turns and marks link to "#iN", N being
 * the item's number, and have the id "cN". */
void chart_row(const struct timeline *, const struct axis *, size_t row,
    struct buf *out);

/* A standalone file: all rows, labelled, in colours that suit light and dark
 * backgrounds. */
void chart_file(const struct timeline *, struct buf *out);

#endif
