#ifndef PICTURE_PNM_H
#define PICTURE_PNM_H

#include <stddef.h>

#include "picture/pixels.h"

/*
 * Parses the header of a binary PGM or PPM (P5, P6), or of a grey or RGB PAM
 * (P7) with or without alpha, which is shown on white.  Pure.
 */
enum { PNM_HEAD_MAX = 4096 };

enum pnm_status {
	PNM_MORE,		/* the header does not end within n bytes */
	PNM_HEAD,
	PNM_BIG,		/* a header, but the picture exceeds a limit:
				 * *body bytes follow (-1: too many to
				 * count) */
	PNM_KIND,		/* a PAM of colours or channels that are not
				 * read; *body as above */
	PNM_BAD
};

/* p begins with 'P' and a digit.  used is the header's length. */
enum pnm_status pnm_head(struct pixels *, const char *p, size_t n,
    size_t *used, int64_t *body);

#endif
