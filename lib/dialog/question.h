#ifndef DIALOG_QUESTION_H
#define DIALOG_QUESTION_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether the descriptor's input is a single question: a regular file of
 * sound, which ends when its speaker is done.  The service should not answer
 * in its pauses, as it would in ongoing speech.
 */
bool question_is(int fd);

/* Whether the descriptor is a regular file at all. */
bool question_stored(int fd);

/* Likewise for named inputs: all are regular files, at least one is sound. */
bool question_named(const char *const *paths, size_t n);

/* Whether a named regular file begins as no input does, such as a picture: why
 * then says so.  Thus nothing is asked without it. */
bool question_foreign(const char *path, char *why, size_t size);

#endif
