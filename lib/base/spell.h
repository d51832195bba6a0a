#ifndef BASE_SPELL_H
#define BASE_SPELL_H

#include <stddef.h>

enum { SPELL_MAX = 40, SPELL_FAR = 1000 };

/*
 * How many letters must be added, left out, replaced or swapped with their
 * neighbour to make one word of the other; SPELL_FAR where either is longer
 * than SPELL_MAX.
 */
size_t spell_distance(const char *a, size_t na, const char *b, size_t nb);

/* Up to what distance a word of n letters may be a slip of the keyboard. */
size_t spell_slip(size_t n);

#endif
