#ifndef FRAMES_SHOT_H
#define FRAMES_SHOT_H

#include <stdbool.h>
#include <stddef.h>

#include "picture/image.h"
#include "picture/pictures.h"

/*
 * Turns an incoming picture into one to send: looks at it, compares it with
 * the last one sent, and makes a JPEG only if it is sent.  No files, no time.
 */
struct shot;

struct shot_opts {
	struct image_want want;
	int quality;
	size_t max;		/* bytes of a picture */
	double changed;		/* per cent; up to this is nothing new */
	bool progressive;	/* progressive JPEG, for fewer bytes */
	bool png;		/* a small PNG is sent unchanged */
	bool exif;		/* rotate as EXIF says */
	bool anew;		/* re-encode even what could go unchanged */
};

enum shot_status {
	SHOT_NEW,
	SHOT_SAME,		/* shows nothing new since the last one sent */
	SHOT_DAMAGED,		/* usable if no better one comes: see
				 * shot_why() and picture_data.last */
	SHOT_BAD		/* see shot_why() */
};

struct shot_made {
	const unsigned char *p;
	size_t n;
	const char *mime;
	int width, height;
	int quality;		/* 0: untouched */
};

struct shot *shot_new(const struct shot_opts *);
void shot_free(struct shot *);

/* Looks at a picture, which must stay unchanged until the next look. */
enum shot_status shot_look(struct shot *, const struct picture_data *);

/* Makes what was looked at ready to be sent, and remembers it as the last one
 * sent.  0, or -1: see shot_why(). */
int shot_make(struct shot *, struct shot_made *);

/* How much of what was looked at has changed, in per cent. */
double shot_changed(const struct shot *);

const char *shot_why(const struct shot *);

#endif
