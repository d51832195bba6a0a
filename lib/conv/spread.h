#ifndef CONV_SPREAD_H
#define CONV_SPREAD_H

#include <stddef.h>
#include <stdint.h>

/*
 * When each word of a text was said.  The words are laid over the speech of
 * their time by their length, pauses left out; a sentence that begins near the
 * end of a pause begins there.  Pure.
 */
struct loud;

struct spread_word {
	size_t at, len;		/* bytes of the text */
	int64_t from, to;	/* ms */
};

/* The words of n bytes, said from one time to another; loud may be NULL.  An
 * array of *count that the caller frees; NULL where there are none. */
struct spread_word *spread(const char *text, size_t n, int64_t from,
    int64_t to, const struct loud *, size_t *count);

#endif
