#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the bytes are UTF-8 by RFC 3629: shortest forms, no surrogates, at
 * most U+10FFFF. */
bool utf8_valid(const void *p, size_t n);

/*
 * The same for text in pieces: state is 0 at its beginning and again after
 * each whole character.  False at the first byte that cannot be valid, however
 * the text goes on.
 */
bool utf8_feed(unsigned *state, const void *p, size_t n);

/* How many of the first n bytes are whole characters: cuts a text at a limit
 * without breaking one.  Invalid bytes count as characters. */
size_t utf8_cut(const char *p, size_t n);

/* The length of the character at p, of which n > 0 bytes are there, and the
 * columns it takes on a terminal (0 to 2; the wider guess when in doubt).  A
 * byte that is not UTF-8 is a character of its own. */
size_t utf8_char(const char *p, size_t n, int *columns);

/* The code point of a valid character of len bytes. */
uint32_t utf8_point(const char *p, size_t len);

/*
 * The length of what must not reach a terminal at p, 0 if all is well: control
 * characters (also U+0080 to U+009F), bytes that are not UTF-8, and characters
 * that hide or reorder others (bidirectional embeddings, overrides and
 * isolates, zero-width space, line separators, tags).
 */
size_t utf8_unsafe(const char *p, size_t n);

#endif
