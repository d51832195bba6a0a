#ifndef PICTURE_VIEW_H
#define PICTURE_VIEW_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Presents a picture of any layout as 8-bit planes with chroma of any size, so
 * that code working on it need not know layouts.  Pure.
 */
struct pixels;

struct view {
	int w, h, planes;	/* 3, or 1: grey */
	const unsigned char *p[3];
	int stride[3], pw[3], ph[3];	/* of each plane */
	bool full, interlaced;
};

/* Reusable memory that only grows; its owner zeroes it first and frees p
 * last. */
struct view_room {
	unsigned char *p;
	size_t cap;
};

/* Room for n bytes; earlier contents are lost. */
unsigned char *view_room(struct view_room *, size_t n);

/* Lays out planes in the room: luma w x h, chroma smaller by the shifts xs and
 * ys; view_at() returns such a plane for writing. */
void view_lay(struct view *, struct view_room *, int w, int h, int xs, int ys);
unsigned char *view_at(const struct view *, int plane);

/* Makes the view of a picture, partly in its own memory p, of pixels_size()
 * bytes, and partly in the room; temp is not needed afterwards. */
void view_pixels(struct view *, struct view_room *room, struct view_room *temp,
    const struct pixels *, const unsigned char *p);

#endif
