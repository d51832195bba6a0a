#ifndef PICTURE_IMAGE_H
#define PICTURE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "picture/jpegread.h"
#include "picture/pixels.h"

/*
 * Pictures decoded, cut, scaled, turned and written as JPEG.  Nothing here
 * knows of files or time.
 */
struct image;

enum {
	IMAGE_SIDE_MAX = 4096,		/* of a result */
	IMAGE_PIXELS_MAX = 256 << 20,	/* of a JPEG that is decoded */
	IMAGE_PROGRESSIVE_MAX = 64 << 20,	/* which is held whole */
	IMAGE_QUALITY_MIN = 5
};

struct image_rect {
	int x, y, w, h;
};

struct image_want {
	int width, height;	/* to fit into, at most; never made larger */
	struct image_rect crop;	/* of the picture as it came; w 0: all */
	int orientation;	/* EXIF's 1 to 8; 0: 1 */
	int turn;		/* quarters clockwise, besides */
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

/* Of the last JPEG that was decoded; where it is damaged, image_why() says
 * how. */
enum jpegread_state image_state(const struct image *);

/* 0, or -1: see image_why(). */
int image_pixels(struct image *, const struct pixels *, const void *p,
    size_t n, const struct image_want *, struct picture *);
int image_jpeg(struct image *, const void *p, size_t n,
    const struct image_want *, struct picture *);
int image_png(struct image *, const void *p, size_t n,
    const struct image_want *, struct picture *);

/*
 * As JPEG of at most max bytes, at the quality or as far below it as needed;
 * progressive takes a tenth of the bytes away, and 2 ms.
 * The bytes are valid until the next call.  The quality that was used, or -1
 * where even the lowest one takes more.
 */
int image_encode(struct image *, const struct picture *, int quality,
    bool progressive, size_t max, const unsigned char **p, size_t *n);

/* Means of Y, U and V, as red, green and blue. */
void image_mean(const struct picture *, int rgb[3]);

/* One sentence on the last failure; never NULL. */
const char *image_why(const struct image *);

#endif
