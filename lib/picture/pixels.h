#ifndef PICTURE_PIXELS_H
#define PICTURE_PIXELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How a picture without compression lies in memory, and how many bytes that
 * takes.  Pure.
 */
enum {
	PIXELS_BYTES_MAX = 64 << 20,	/* of one picture */
	PIXELS_SIDE_MAX = 65535
};

enum pixels_layout {
	PIXELS_NONE,
	PIXELS_PLANAR,		/* Y, U, V one after the other, or Y alone */
	PIXELS_SEMI,		/* Y, then U and V in turns (NV12, NV16) */
	PIXELS_YUYV, PIXELS_UYVY,
	PIXELS_RGB565,		/* two bytes, the lower one first */
	PIXELS_RGB24,		/* R first in memory */
	PIXELS_BGR24,
	PIXELS_RGB32,		/* R, G, B and a byte that is left out */
	PIXELS_BGR32,
	PIXELS_XRGB32,		/* that byte, R, G, B */
	PIXELS_XBGR32
};

struct pixels {
	enum pixels_layout layout;
	int width, height;
	int planes;		/* PLANAR: 1, 3, or 4 (the last is left out) */
	int xs, ys;		/* chroma is smaller by these powers of two */
	int depth;		/* bits; above 8 two bytes a sample */
	bool big_endian;
	int top;		/* greatest sample where it is no power of two
				 * less one (PNM's maxval), else 0 */
	bool swapped;		/* V before U */
	bool full;		/* range 0 to 255, not 16 to 235 */
	int stride;		/* bytes of a row of the first plane; 0: no
				 * padding */
	int sar_num, sar_den;	/* shape of a pixel; 0: square */
	bool interlaced;
	bool apart;		/* two fields, one behind the other; the first
				 * is used, and its pixels have a shape */
};

/* The layout of a name as ffmpeg or V4L2 has it (yuv420p, nv12, YUYV...);
 * sides are left alone.  -1 where there is none. */
int pixels_named(struct pixels *, const char *name);

/* Each name of pixels_named(), from 0 on, then NULL. */
const char *pixels_name(size_t i);

/* Width of a chroma plane, and its height. */
int pixels_chroma_width(const struct pixels *);
int pixels_chroma_height(const struct pixels *);

/* Bytes of a row of chroma: of one plane, or of SEMI's both in turns. */
size_t pixels_chroma_stride(const struct pixels *);

/* Bytes of a row of the first plane. */
size_t pixels_stride(const struct pixels *);

/* Bytes of a picture; -1 where its sides are none or it takes more than
 * PIXELS_BYTES_MAX. */
int64_t pixels_size(const struct pixels *);

#endif
