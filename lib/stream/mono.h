#ifndef STREAM_MONO_H
#define STREAM_MONO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "sound/pcm.h"

/*
 * The sound of an `audio` record: the one place where its rate, its channels
 * and its length are checked, and where it becomes one channel.  Pure.
 */
struct record;

/* What the header says of the sound, and how long it is. */
struct mono_form {
	int rate, channels;
	size_t frames;
	int64_t us;
};

/* rate is meant where the header has none.  NULL, or what is wrong: no such
 * rate or channels, or half a sample at the end. */
const char *mono_form(struct mono_form *, const struct record *, int rate);

/* Embedded by its owner; over the records of one input, so that what its
 * channels came to can be told at the end (in). */
struct mono {
	struct pcm_in in;
	int pick;		/* of several channels, see sound/pcm.h */
	struct buf mixed;
};

void mono_init(struct mono *, int pick);
void mono_done(struct mono *);

/* The samples of a record whose form is good, s16le: its own payload, or what
 * was mixed of it, until the next call.  NULL where they do not fit. */
const void *mono_mix(struct mono *, const struct mono_form *,
    const struct record *);

#endif
