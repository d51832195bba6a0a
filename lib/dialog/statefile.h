#ifndef DIALOG_STATEFILE_H
#define DIALOG_STATEFILE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The file of gl-session --state: one JSON object of mode 0600, replaced
 * durably at each saving and locked (by a lock file beside it, NAME.lock)
 * as long as it is open.  This module keeps the object and the file; what
 * stands in the object is up to the session.
 */
struct json;
struct statefile;

enum { STATEFILE_MAX = 16 << 20 };

/*
 * Opens the file, which need not exist.  NULL with a sentence in why, and the
 * CODE_ that fits in *code: another gl-session holds it (75), it cannot be
 * read or locked (74), is none of ours (65) or no regular file (78).
 */
struct statefile *statefile_open(const char *path, int *code, char *why,
    size_t size);
/* NULL allowed; does not save. */
void statefile_close(struct statefile *);

/* What stood in the file, or was saved last; NULL where there is nothing. */
const struct json *statefile_get(const struct statefile *);

/* Replaces the file's object, which then belongs to the state; adds "gl" and
 * "saved" (the time).  False: it could not be written.  Then why is a sentence,
 * or empty if the last attempt failed for the same reason. */
bool statefile_put(struct statefile *, struct json *object, char *why,
    size_t size);

#endif
