#ifndef DIALOG_QUESTION_H
#define DIALOG_QUESTION_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether what stands ready on the descriptor is one question: a regular file
 * of sound, which ends where its speaker has ended.  A pause in it is none for
 * the service to answer in, as it would be in speech that goes on.
 */
bool question_is(int fd);

/* Whether the descriptor is a regular file at all. */
bool question_stored(int fd);

/* The same of named inputs: all are regular files, one at least is sound. */
bool question_named(const char *const *paths, size_t n);

/* A named file that is there whole and begins as no input does, such as a
 * picture: then why it is none.  So nothing is asked without it. */
bool question_foreign(const char *path, char *why, size_t size);

#endif
