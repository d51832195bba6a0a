#ifndef PICTURE_AREA_H
#define PICTURE_AREA_H

#include <stddef.h>

/*
 * Shrinks a plane of bytes: each pixel becomes the mean of the area it covers,
 * fractions of pixels included.  Pure; the owner keeps the working memory,
 * zeroes it first and calls area_done() last.
 */
struct area {
	unsigned *sums, *weights;
	int *from;
	size_t n_sums, n_weights, n_from;
};

/* Scales sw x sh to dw x dh, which must not be larger. */
void area_scale(struct area *, const unsigned char *src, int sstride, int sw,
    int sh, unsigned char *dst, int dstride, int dw, int dh);

void area_done(struct area *);

#endif
