#ifndef PICTURE_CHANGE_H
#define PICTURE_CHANGE_H

#include <stddef.h>

/*
 * How much of a picture differs from one that was kept.  Pure; embedded by its
 * owner, who zeroes it and calls change_done() at last.
 */
struct picture;

struct change {
	unsigned char *kept;
	size_t cap;
	int width, height;	/* 0: none is kept */
};

void change_keep(struct change *, const struct picture *);

/*
 * Per cent of the blocks of 8 by 8 pixels of which some differ visibly: in the
 * mean by more than 3 steps of 255 in brightness or colour, or a pixel by more
 * than 40.  100 where no picture of this size is kept.
 */
double change_percent(const struct change *, const struct picture *);

void change_done(struct change *);

#endif
