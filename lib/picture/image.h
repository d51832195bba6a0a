#ifndef PICTURE_IMAGE_H
#define PICTURE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "picture/jpegread.h"
#include "picture/pixels.h"

/*
 * Decodes, crops, scales and rotates pictures, and writes them as JPEG.
 * Nothing here knows about files or time.
 */
struct image;

enum {
	IMAGE_SIDE_MAX = 4096,		/* of a result */
	IMAGE_PIXELS_MAX = 256 << 20,	/* of a JPEG to decode */
	IMAGE_PROGRESSIVE_MAX = 64 << 20,	/* held in memory whole */
	IMAGE_QUALITY_MIN = 5
};

struct image_rect {
	int x, y, w, h;
};

struct image_want {
	int width, height;	/* bounds to fit into; never enlarged */
	struct image_rect crop;	/* of the original picture; w 0: all */
	int orientation;	/* EXIF's 1 to 8; 0: 1 */
	int turn;		/* further quarter turns clockwise */
};

/* A result: 4:2:0, range 0 to 255, as JPEG has it.  The planes are valid until
 * the next result of the same image. */
struct picture {
	int width, height;
	unsigned char *plane[3];
	int stride[3];
};

struct image *image_new(void);
void image_free(struct image *);

/* The state of the last JPEG decoded; if damaged, image_why() says how. */
enum jpegread_state image_state(const struct image *);

/* 0, or -1: see image_why(). */
int image_pixels(struct image *, const struct pixels *, const void *p,
    size_t n, const struct image_want *, struct picture *);
int image_jpeg(struct image *, const void *p, size_t n,
    const struct image_want *, struct picture *);
int image_png(struct image *, const void *p, size_t n,
    const struct image_want *, struct picture *);

/*
 * Encodes a JPEG of at most max bytes, at the given quality or as far below it
 * as needed; progressive saves a tenth of the bytes and costs 2 ms.  The bytes
 * are valid until the next call.  Returns the quality used, or -1 if even the
 * lowest needs more than max bytes.
 */
int image_encode(struct image *, const struct picture *, int quality,
    bool progressive, size_t max, const unsigned char **p, size_t *n);

/* The mean colour, from the means of Y, U and V, as red, green and blue. */
void image_mean(const struct picture *, int rgb[3]);

/* One sentence on the last failure; never NULL. */
const char *image_why(const struct image *);

#endif
