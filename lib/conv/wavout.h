#ifndef CONV_WAVOUT_H
#define CONV_WAVOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sound/wav.h"

/*
 * The header of a WAV file that is written front to end: first one that says
 * "until the end of the input", and where it stands in a regular file, the true
 * one at the end, also after a failure.  Embedded by its owner.
 */
struct wavout {
	const char *path;	/* NULL: standard output */
	off_t start;		/* of the header in the file; -1: a pipe */
	size_t head;		/* its bytes */
	int rate, channels;
};

/* The output is open.  large: over 4 GiB may come, for which the header gets
 * room (RF64), if it can be mended. */
void wavout_init(struct wavout *, const char *path, bool large);

/* The first header: how many bytes of it. */
size_t wavout_head(struct wavout *, unsigned char head[WAV_HEAD_LONG], int rate,
    int channels);

/* The output is written, but not closed: says how much sound there is, or as
 * far as it reached the file, where that `failed`.  0, or -1 with errno.
 * *over: there is more than the header can say. */
int wavout_mend(const struct wavout *, uint64_t bytes, bool failed, bool *over);

#endif
