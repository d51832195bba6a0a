#ifndef PICTURE_PICTURES_H
#define PICTURE_PICTURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "picture/pixels.h"

/*
 * A stream of pictures of any kind, taken apart: Y4M, PGM, PPM and PAM, JPEG
 * (also with text or garbage between), PNG, or raw video.  What is damaged is
 * stepped over up to the next picture.  Pure: bytes in, pictures out.
 */
struct pictures;

enum pictures_kind {
	PICTURES_UNKNOWN, PICTURES_Y4M, PICTURES_PNM, PICTURES_JPEG,
	PICTURES_PNG, PICTURES_RAW
};

enum pictures_status {
	PICTURES_MORE,		/* no whole picture yet: read on */
	PICTURES_FRAME,		/* a picture was given */
	PICTURES_BAD		/* something was left out, see pictures_why();
				 * to be called again */
};

/* A picture as it came. */
struct picture_data {
	enum pictures_kind kind;
	struct pixels pixels;		/* not of JPEG and PNG */
	const unsigned char *p;
	size_t n;
	int64_t index;			/* of it, from 0, also over those that
					 * were skipped */
	bool last;			/* no better one will come: its owner
					 * says so */
};

/* Memory that pictures_keep() hands out; zeroed by its owner at first, and
 * its data freed at last. */
struct picture_kept {
	unsigned char *data;
	size_t cap;
};

/* raw is NULL, or the layout of raw video with sides that have a size. */
struct pictures *pictures_new(const struct pixels *raw);
void pictures_free(struct pictures *);

/* Where the next bytes are to be put and how many fit, and how many were. */
void *pictures_window(struct pictures *, size_t *n);
void pictures_filled(struct pictures *, size_t n);

/* The picture is valid until the next call on these pictures, or, after
 * pictures_keep(), until the next one with the same memory. */
enum pictures_status pictures_next(struct pictures *, struct picture_data *);
void pictures_keep(struct pictures *, struct picture_kept *);

/* The next n pictures are not wanted: those of Y4M and raw video are not even
 * gathered. */
void pictures_skip(struct pictures *, int64_t n);

/* At the end of input: whether a JPEG stands there that has no end, which may
 * lack nothing else; it is given. */
bool pictures_rest(struct pictures *, struct picture_data *);

/* At the end of input: 0, or -1 where it ended inside of a picture or had
 * none; see pictures_why(), which is empty where that is known already. */
int pictures_end(struct pictures *);

const char *pictures_why(const struct pictures *);
/* Frames a second that the stream tells; 0 where it does not. */
double pictures_rate(const struct pictures *);

#endif
