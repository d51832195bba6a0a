#ifndef DIALOG_STATEFILE_H
#define DIALOG_STATEFILE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The file of gl-session --state: one JSON object, mode 0600, replaced durably
 * at each save and locked (by a lock file beside it, NAME.lock) while open.
 * This module keeps the object and the file; the object's contents are up to
 * the session.
 */
struct json;
struct statefile;

enum { STATEFILE_MAX = 16 << 20 };

/*
 * Opens the file, which need not exist.  NULL with a sentence in why and a
 * CODE_ in *code: another gl-session holds it (75), or it cannot be read or
 * locked (74), is not ours (65) or not a regular file (78).
 */
struct statefile *statefile_open(const char *path, int *code, char *why,
    size_t size);
/* NULL allowed; does not save. */
void statefile_close(struct statefile *);

/* What the file contained, or was saved last; NULL if nothing. */
const struct json *statefile_get(const struct statefile *);

/* Replaces the file's object by one that the state then owns, adding "gl" and
 * "saved" (the time).  False if it could not be written: why is a sentence, or
 * empty if the last attempt failed for the same reason. */
bool statefile_put(struct statefile *, struct json *object, char *why,
    size_t size);

#endif
