#ifndef PICTURE_PICTURES_H
#define PICTURE_PICTURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "picture/pixels.h"

/*
 * Splits a stream of pictures of any kind: Y4M, PGM, PPM and PAM, JPEG (with
 * text or garbage between allowed), PNG, or raw video.  Damaged data are
 * skipped up to the next picture.  Pure: bytes in, pictures out.
 */
struct pictures;

enum pictures_kind {
	PICTURES_UNKNOWN, PICTURES_Y4M, PICTURES_PNM, PICTURES_JPEG,
	PICTURES_PNG, PICTURES_RAW
};

enum pictures_status {
	PICTURES_MORE,		/* no complete picture yet: read on */
	PICTURES_FRAME,		/* a picture was given */
	PICTURES_BAD		/* something was skipped, see pictures_why();
				 * call again */
};

/* A picture in its original form. */
struct picture_data {
	enum pictures_kind kind;
	struct pixels pixels;		/* unset for JPEG and PNG */
	const unsigned char *p;
	size_t n;
	int64_t index;			/* from 0, counting those that were
					 * skipped */
	bool last;			/* no better one will come; set by its
					 * owner */
};

/* Memory used by pictures_keep(); its owner zeroes it first and frees data
 * last. */
struct picture_kept {
	unsigned char *data;
	size_t cap;
};

/* raw is NULL, or the layout of raw video with sides that have a size. */
struct pictures *pictures_new(const struct pixels *raw);
void pictures_free(struct pictures *);

/* Where to put the next bytes and how many fit; then how many were put
 * there. */
void *pictures_window(struct pictures *, size_t *n);
void pictures_filled(struct pictures *, size_t n);

/* The picture is valid until the next call on these pictures or, after
 * pictures_keep(), until the next such call with the same memory. */
enum pictures_status pictures_next(struct pictures *, struct picture_data *);
void pictures_keep(struct pictures *, struct picture_kept *);

/* Whether the input is sound or a stream by its first bytes: then there will be
 * no pictures in it. */
bool pictures_foreign(const struct pictures *);

/* Whether not one byte has come yet. */
bool pictures_empty(const struct pictures *);

/* Skips the next n pictures; those of Y4M and raw video are not even
 * collected. */
void pictures_skip(struct pictures *, int64_t n);

/* At the end of input: whether a JPEG without an end is left, which may lack
 * nothing else; returns it. */
bool pictures_rest(struct pictures *, struct picture_data *);

/* At the end of input: 0, or -1 if it ended within a picture or had none; see
 * pictures_why(), which is empty if that was already reported. */
int pictures_end(struct pictures *);

/* The first picture in these bytes, which are all of the input; false: see
 * pictures_why(). */
bool pictures_first(struct pictures *, const char *p, size_t n,
    struct picture_data *);

const char *pictures_why(const struct pictures *);
/* Frames per second as stated by the stream; 0 if not stated. */
double pictures_rate(const struct pictures *);

#endif
