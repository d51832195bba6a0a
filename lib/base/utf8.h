#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the bytes are UTF-8 by RFC 3629: shortest forms, no surrogates, at
 * most U+10FFFF. */
bool utf8_valid(const void *p, size_t n);

/*
 * The same for a text that comes in pieces: state is 0 at its beginning and
 * again wherever a character ends.  False at the first byte that cannot be,
 * however the text goes on.
 */
bool utf8_feed(unsigned *state, const void *p, size_t n);

/* How many of the first n bytes are whole characters: cuts a text at a limit
 * without breaking one.  Invalid bytes count as characters. */
size_t utf8_cut(const char *p, size_t n);

#endif
