#ifndef PICTURE_JPEGREAD_H
#define PICTURE_JPEGREAD_H

#include <stddef.h>

/*
 * A JPEG decoded, also one that a camera has damaged a little.  Pure.
 */
struct jpegread;
struct view;
struct view_room;

enum {
	JPEGREAD_MISSING_MAX = 75,	/* per cent; beyond, it is refused */
	JPEGREAD_SCANS_MAX = 100,	/* encoders make about ten */
	JPEGREAD_JUNK = 16	/* bytes before a marker that harm nothing */
};

/* What there is to say of one that was decoded.  Where libjpeg warns of bytes
 * too many, the picture is whole all the same. */
enum jpegread_state {
	JPEGREAD_CLEAN,		/* it can go on as it is */
	JPEGREAD_SPOTTED,	/* whole, but others may take offence at it */
	JPEGREAD_DAMAGED	/* some is missing or wrong: jpegread_why() */
};

struct jpegread *jpegread_new(void);
void jpegread_free(struct jpegread *);

/* Looks at its header; the bytes must stay until it is decoded.  -1: see
 * jpegread_why(). */
int jpegread_begin(struct jpegread *, const void *p, size_t n, int *w, int *h);

/* Into a view of w x h pixels, which is the size of the header, scaled as
 * libjpeg can.  The planes lie in the first memory; the second serves those
 * that are not made of Y, U and V.  -1: see jpegread_why(). */
int jpegread_decode(struct jpegread *, int w, int h, struct view_room *planes,
    struct view_room *rgb, struct view *);

enum jpegread_state jpegread_state(const struct jpegread *);

/* A few words on the last failure or damage; never NULL. */
const char *jpegread_why(const struct jpegread *);

#endif
