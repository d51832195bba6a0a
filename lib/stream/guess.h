#ifndef STREAM_GUESS_H
#define STREAM_GUESS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether bytes without a header are raw PCM, by their values and by how they
 * would sound.  Pure.
 */
struct guess {
	bool named;		/* a PCM file has to say that it is one */
	bool whole;		/* nothing more will come */
	bool hushed;		/* silence came before */
	int rate;		/* at which they would be played */
};

enum guess_verdict {
	GUESS_MORE,		/* too few bytes to tell */
	GUESS_PCM,
	GUESS_SILENCE,		/* which tells nothing */
	GUESS_NOT		/* why is a sentence */
};

/* GUESS_SILENCE: the first *silent bytes may be played, and what follows them
 * is to be asked about again. */
enum guess_verdict guess_sound(const struct guess *, const unsigned char *p,
    size_t n, size_t *silent, char *why, size_t size);

#endif
