#ifndef CONV_LOUD_H
#define CONV_LOUD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How loud one side was: peaks from 0 to 255 (full scale), one per time step,
 * and where there is speech.  Pure; embedded, loud_done() frees.
 */
struct record;

enum {
	LOUD_STEP = 50		/* ms per value */
};

struct loud {
	uint8_t *peak;
	size_t n, cap;
	int64_t end;		/* where its sound ends so far, in ms */
	int64_t rest;		/* and the ns beyond that, under a ms */
	bool sound;
};

void loud_done(struct loud *);

/* Adds a record's sound at ms `at`, or right after the previous sound if that
 * ends there.  False if it is left out: rate or channels make no sense, or it
 * is beyond `limit` ms. */
bool loud_add(struct loud *, const struct record *, int def_rate, int64_t at,
    int64_t limit);

/* Silences everything from ms `at` on; the next sound comes there. */
void loud_cut(struct loud *, int64_t at);
/* Likewise from ms `from` up to `to`, which other sound may follow. */
void loud_hush(struct loud *, int64_t from, int64_t to);

/* Which steps from ms `from` up to `to` are speech, judged by the loudest;
 * pauses under a fifth of a second count.  An array of *n that the caller
 * frees; NULL if there is no sound. */
bool *loud_speech(const struct loud *, int64_t from, int64_t to, size_t *n);

#endif
