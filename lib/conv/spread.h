#ifndef CONV_SPREAD_H
#define CONV_SPREAD_H

#include <stddef.h>
#include <stdint.h>

/*
 * When each word of a text was said.  Words are spread over the speech in
 * their time by length, leaving out pauses; a sentence that begins near the
 * end of a pause begins there.  Pure.
 */
struct loud;

struct spread_word {
	size_t at, len;		/* bytes of the text */
	int64_t from, to;	/* ms */
};

/* The words in n bytes of text, said between these times; loud may be NULL.
 * An array of *count that the caller frees; NULL if there are none. */
struct spread_word *spread(const char *text, size_t n, int64_t from,
    int64_t to, const struct loud *, size_t *count);

#endif
