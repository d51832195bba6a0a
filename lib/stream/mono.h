#ifndef STREAM_MONO_H
#define STREAM_MONO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "sound/pcm.h"

/*
 * The sound of an `audio` record: the one place where its rate, its channels
 * and its length are checked, and where it is mixed to one channel.  Pure.
 */
struct record;

/* What the header says about the sound, and how long it is. */
struct mono_form {
	int rate, channels;
	size_t frames;
	int64_t us;
	bool file;		/* it is no sound by its header or first
				 * bytes */
};

/* rate applies if the header has none.  NULL, or what is wrong: no such rate
 * or channels, a file instead of samples, or half a sample at the end. */
const char *mono_form(struct mono_form *, const struct record *, int rate);

/* The same of what is said to be samples, whatever it looks like. */
const char *mono_bare(struct mono_form *, const struct record *, int rate);

/* Embedded by its owner; kept for all records of one input, so that `in` can
 * tell at the end how its channels turned out. */
struct mono {
	struct pcm_in in;
	int pick;		/* of several channels, see sound/pcm.h */
	struct buf mixed;
};

void mono_init(struct mono *, int pick);
void mono_done(struct mono *);

/* The s16le samples of a record whose form is good: its own payload, or a mix
 * of it that lasts until the next call.  NULL if they do not fit. */
const void *mono_mix(struct mono *, const struct mono_form *,
    const struct record *);

#endif
