#ifndef PICTURE_AREA_H
#define PICTURE_AREA_H

#include <stddef.h>

/*
 * A plane of bytes made smaller: each pixel is the mean of the area that it
 * covers, parts of pixels included.  Pure; the memory that it works in is kept
 * by its owner, who zeroes it at first and calls area_done() at last.
 */
struct area {
	unsigned *sums, *weights;
	int *from;
	size_t n_sums, n_weights, n_from;
};

/* From sw x sh to dw x dh, neither larger. */
void area_scale(struct area *, const unsigned char *src, int sstride, int sw,
    int sh, unsigned char *dst, int dstride, int dw, int dh);

void area_done(struct area *);

#endif
