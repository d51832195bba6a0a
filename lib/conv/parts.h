#ifndef CONV_PARTS_H
#define CONV_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Which part of a text stands where in the user's sound: each transcript with
 * its own place, and each word where the service gives offsets of words.  Pure.
 */
struct loud;
struct record;
struct spread_word;
struct when;

struct part {
	size_t at, len;		/* bytes of the text */
	int64_t at_ms, to_ms;	/* of the input; to_ms -1: not known */
};

struct parts {
	struct part *v;
	size_t n;
	bool unknown;		/* a part of the text has no place */
};

void parts_done(struct parts *);

/* A transcript has become the bytes of a text from `at` to `end`. */
void parts_add(struct parts *, const struct record *, const char *text,
    size_t at, size_t end);

/* The words of the text with their times, as spread(); NULL where the pieces
 * do not tell. */
struct spread_word *parts_words(const struct parts *, const char *text,
    const struct when *, const struct loud *, size_t *count);

#endif
