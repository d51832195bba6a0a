#ifndef CONV_WAVOUT_H
#define CONV_WAVOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sound/wav.h"

/*
 * The header of a WAV file written front to back: first one saying "until the
 * end of the input"; in a regular file it is corrected at the end, even after
 * a failure.  Embedded by its owner.
 */
struct wavout {
	const char *path;	/* NULL: standard output */
	off_t start;		/* of the header in the file; -1: a pipe */
	size_t head;		/* its bytes */
	int rate, channels;
};

/* Call once the output is open. large: over 4 GiB may come, so the header gets
 * room for that (RF64) if it can be corrected later. */
void wavout_init(struct wavout *, const char *path, bool large);

/* Makes the first header; returns its number of bytes. */
size_t wavout_head(struct wavout *, unsigned char head[WAV_HEAD_LONG], int rate,
    int channels);

/* Corrects the header before the output is closed: how much sound there is or,
 * if writing `failed`, how much reached the file.  0, or -1 with errno.
 * *over: there is more than the header can say. */
int wavout_mend(const struct wavout *, uint64_t bytes, bool failed, bool *over);

#endif
