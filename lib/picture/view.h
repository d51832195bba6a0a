#ifndef PICTURE_VIEW_H
#define PICTURE_VIEW_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A picture of any layout as planes of 8 bits with chroma of any size, so that
 * what works on it need not know layouts.  Pure.
 */
struct pixels;

struct view {
	int w, h, planes;	/* 3, or 1: grey */
	const unsigned char *p[3];
	int stride[3], pw[3], ph[3];	/* of each plane */
	bool full, interlaced;
};

/* Memory that is used again and only grows; zeroed by its owner at first, its
 * p freed at last. */
struct view_room {
	unsigned char *p;
	size_t cap;
};

/* Room for n bytes; what was there is lost. */
unsigned char *view_room(struct view_room *, size_t n);

/* Planes in memory of their own: luma w x h, chroma smaller by the shifts; and
 * a plane of these to be written. */
void view_lay(struct view *, struct view_room *, int w, int h, int xs, int ys);
unsigned char *view_at(const struct view *, int plane);

/* The view of a picture, partly in its own memory p, of pixels_size() bytes,
 * and in the room; temp is of no more use afterwards. */
void view_pixels(struct view *, struct view_room *room, struct view_room *temp,
    const struct pixels *, const unsigned char *p);

#endif
