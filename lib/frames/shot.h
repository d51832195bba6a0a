#ifndef FRAMES_SHOT_H
#define FRAMES_SHOT_H

#include <stdbool.h>
#include <stddef.h>

#include "picture/image.h"
#include "picture/pictures.h"

/*
 * From a picture as it came to one that can be sent: looked at, compared with
 * the last one sent, and made a JPEG of only if it goes.  No files, no time.
 */
struct shot;

struct shot_opts {
	struct image_want want;
	int quality;
	size_t max;		/* bytes of a picture */
	double changed;		/* per cent; at most so much is no news */
	bool progressive;	/* JPEG in scans, for fewer bytes */
	bool png;		/* a small PNG goes as it is */
	bool exif;		/* turn as EXIF says */
	bool anew;		/* encode also what could go as it is */
};

enum shot_status {
	SHOT_NEW,
	SHOT_SAME,		/* nothing to see that was not sent before */
	SHOT_DAMAGED,		/* it would do, if no better one comes:
				 * shot_why(), and picture_data.last */
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

/* The picture must stay as it is until the next look. */
enum shot_status shot_look(struct shot *, const struct picture_data *);

/* What was looked at, as it is to be sent; remembered as the last one sent.
 * -1: see shot_why(). */
int shot_make(struct shot *, struct shot_made *);

/* How much of what was looked at differs, in per cent. */
double shot_changed(const struct shot *);

const char *shot_why(const struct shot *);

#endif
