#ifndef PICTURE_Y4M_H
#define PICTURE_Y4M_H

#include <stddef.h>

#include "picture/pixels.h"

/* The header of a YUV4MPEG2 stream, without its newline.  Pure. */
enum { Y4M_HEAD_MAX = 1024 };

struct y4m {
	struct pixels pixels;
	int rate_num, rate_den;	/* frames per second; 0 if not given */
};

/* 0, or -1 with why. */
int y4m_head(struct y4m *, const char *p, size_t n, char *why, size_t size);

#endif
