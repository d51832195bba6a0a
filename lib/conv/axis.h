#ifndef CONV_AXIS_H
#define CONV_AXIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The horizontal axis of a call's chart: time with long silences folded, cut
 * into rows of equal length.  Pure; embedded, axis_done() frees.
 */
struct timeline;

enum {
	AXIS_ROW = 300000,	/* ms per row, at most */
	AXIS_FOLD = 4000	/* width of a folded silence */
};

/* A stretch of the call, drawn to scale or folded as a whole. */
struct axis_part {
	int64_t from, to;	/* of the call */
	int64_t x;		/* where it begins */
	bool fold;
};

struct axis {
	struct axis_part *parts;
	size_t nparts;
	int64_t length;		/* of all of it, folded */
	int64_t row;		/* of one row */
	size_t rows;
};

void axis_init(struct axis *, const struct timeline *);
void axis_done(struct axis *);

/* The position of a time, and the time at a position. */
int64_t axis_x(const struct axis *, int64_t t);
int64_t axis_t(const struct axis *, int64_t x);

#endif
