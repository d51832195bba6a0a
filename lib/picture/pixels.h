#ifndef PICTURE_PIXELS_H
#define PICTURE_PIXELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The layout of an uncompressed picture in memory, and its size in bytes.
 * Pure.
 */
enum {
	PIXELS_BYTES_MAX = 64 << 20,	/* of one picture */
	PIXELS_SIDE_MAX = 65535
};

enum pixels_layout {
	PIXELS_NONE,
	PIXELS_PLANAR,		/* Y, U, V in sequence, or Y alone */
	PIXELS_SEMI,		/* Y, then U and V interleaved (NV12, NV16) */
	PIXELS_YUYV, PIXELS_UYVY,
	PIXELS_RGB565,		/* two bytes, low byte first */
	PIXELS_RGB24,		/* R first in memory */
	PIXELS_BGR24,
	PIXELS_RGB32,		/* R, G, B and an ignored byte */
	PIXELS_BGR32,
	PIXELS_XRGB32,		/* that byte, R, G, B */
	PIXELS_XBGR32,
	PIXELS_GREYA		/* grey and alpha; of PAM only */
};

struct pixels {
	enum pixels_layout layout;
	int width, height;
	int planes;		/* PLANAR: 1, 3, or 4 (the last is ignored) */
	int xs, ys;		/* chroma is smaller by these powers of two */
	int depth;		/* bits; above 8, two bytes per sample */
	bool big_endian;
	int top;		/* largest sample if not a power of two less
				 * one (PNM's maxval), else 0 */
	bool swapped;		/* V before U */
	bool alpha;		/* RGB32's last byte: shown on white */
	bool full;		/* range 0 to 255, not 16 to 235 */
	int stride;		/* bytes of a row of the first plane; 0: no
				 * padding */
	int sar_num, sar_den;	/* shape of a pixel; 0: square */
	bool interlaced;
	bool apart;		/* two fields, one behind the other; the first
				 * is used, and its pixels have a shape */
};

/* Looks up a layout by its ffmpeg or V4L2 name (yuv420p, nv12, YUYV...); width
 * and height are left alone. 0, or -1 if unknown. */
int pixels_named(struct pixels *, const char *name);

/* The i-th name that pixels_named() knows, from 0; NULL after the last. */
const char *pixels_name(size_t i);

/* Width of a chroma plane, and its height. */
int pixels_chroma_width(const struct pixels *);
int pixels_chroma_height(const struct pixels *);

/* Bytes of a chroma row: of one plane, or of SEMI's interleaved two. */
size_t pixels_chroma_stride(const struct pixels *);

/* Bytes of a row of the first plane. */
size_t pixels_stride(const struct pixels *);

/* Bytes of a picture; -1 if its width or height is invalid or it exceeds
 * PIXELS_BYTES_MAX. */
int64_t pixels_size(const struct pixels *);

#endif
