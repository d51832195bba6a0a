#ifndef CONV_LOUD_H
#define CONV_LOUD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How loud one side was: peaks of 0 to 255 (full scale), one for each step of
 * time, and where in it there is speech.  Pure; embedded, loud_done() frees.
 */
struct record;

enum {
	LOUD_STEP = 50		/* ms of one value */
};

struct loud {
	uint8_t *peak;
	size_t n, cap;
	int64_t end;		/* where its sound ends so far, ms */
	int64_t rest;		/* and how much later, in ns under a ms */
	bool sound;
};

void loud_done(struct loud *);

/* The sound of a record that lies at ms `at`, or right behind the sound before
 * where that ends there.  False where it is left out: no rate or channels that
 * make sense, or beyond `limit` ms. */
bool loud_add(struct loud *, const struct record *, int def_rate, int64_t at,
    int64_t limit);

/* From ms `at` on it is silent, and the next sound comes there. */
void loud_cut(struct loud *, int64_t at);
/* The same up to ms `to`, where other sound may follow. */
void loud_hush(struct loud *, int64_t from, int64_t to);

/* Which steps from ms `from` up to `to` are speech, by the loudest of them;
 * pauses of less than a fifth of a second are.  An array of *n that the caller
 * frees; NULL where there is no sound. */
bool *loud_speech(const struct loud *, int64_t from, int64_t to, size_t *n);

#endif
