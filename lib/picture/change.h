#ifndef PICTURE_CHANGE_H
#define PICTURE_CHANGE_H

#include <stddef.h>

/*
 * How much of a picture differs from one kept earlier.  Pure; embedded by its
 * owner, who zeroes it first and calls change_done() last.
 */
struct picture;

struct change {
	unsigned char *kept;
	size_t cap;
	int width, height;	/* 0: none is kept */
};

void change_keep(struct change *, const struct picture *);

/*
 * The percentage of 8 by 8 pixel blocks that differ visibly: by more than 3
 * steps of 255 in mean brightness or colour, or by more than 40 in one pixel.
 * 100 if no picture of this size is kept.
 */
double change_percent(const struct change *, const struct picture *);

void change_done(struct change *);

#endif
