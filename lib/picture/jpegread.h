#ifndef PICTURE_JPEGREAD_H
#define PICTURE_JPEGREAD_H

#include <stddef.h>

/*
 * Decodes JPEGs, including those that a camera damaged slightly.  Pure.
 */
struct jpegread;
struct view;
struct view_room;

enum {
	JPEGREAD_MISSING_MAX = 75,	/* per cent; fails beyond it */
	JPEGREAD_SCANS_MAX = 100,	/* encoders make about ten */
	JPEGREAD_JUNK = 16	/* bytes before a marker that do no harm */
};

/* The state of a decoded JPEG. If libjpeg warns of surplus bytes, the picture
 * is complete all the same. */
enum jpegread_state {
	JPEGREAD_CLEAN,		/* it can be passed on as it is */
	JPEGREAD_SPOTTED,	/* complete, but others may reject it */
	JPEGREAD_DAMAGED	/* part is missing or wrong: jpegread_why() */
};

struct jpegread *jpegread_new(void);
void jpegread_free(struct jpegread *);

/* Reads the header; the bytes must stay valid until decoded. 0, or -1: see
 * jpegread_why(). */
int jpegread_begin(struct jpegread *, const void *p, size_t n, int *w, int *h);

/* Decodes into a view of w x h pixels: the header's size, scaled in a way that
 * libjpeg supports. planes holds the planes; rgb is used for pictures not made
 * of Y, U and V. 0, or -1: see jpegread_why(). */
int jpegread_decode(struct jpegread *, int w, int h, struct view_room *planes,
    struct view_room *rgb, struct view *);

enum jpegread_state jpegread_state(const struct jpegread *);

/* A few words on the last failure or damage; never NULL. */
const char *jpegread_why(const struct jpegread *);

#endif
