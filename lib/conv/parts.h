#ifndef CONV_PARTS_H
#define CONV_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Which part of a text is where in the user's sound: each transcript has its
 * own place, and each word if the service gives word offsets.  Pure.
 */
struct loud;
struct record;
struct spread_word;
struct when;

struct parts_piece {
	size_t at, len;		/* bytes of the text */
	int64_t at_ms, to_ms;	/* of the input; to_ms -1: unknown */
};

struct parts {
	struct parts_piece *v;
	size_t n;
	bool unknown;		/* a part of the text has no place */
};

void parts_done(struct parts *);

/* Adds a transcript that became bytes `at` to `end` of the text. */
void parts_add(struct parts *, const struct record *, const char *text,
    size_t at, size_t end);

/* The words of the text with their times, as spread(); NULL if the parts do
 * not tell. */
struct spread_word *parts_words(const struct parts *, const char *text,
    const struct when *, const struct loud *, size_t *count);

#endif
