#ifndef SESSION_STATE_H
#define SESSION_STATE_H

#include <stddef.h>
#include <stdint.h>

/*
 * The file of gl-session --state: one JSON object of mode 0600, replaced
 * durably at each saving and locked (by a lock file beside it, NAME.lock)
 * as long as it is open.  This module keeps the object and the file; what
 * stands in it is the session's.
 */
struct json;
struct state;

enum { STATE_MAX = 16 << 20 };

/*
 * Opens the file, which need not exist.  NULL with a sentence in why, and the
 * CODE_ that fits in *code: another gl-session holds it (75), it cannot be
 * read or locked (74), is none of ours (65) or no regular file (78).
 */
struct state *state_open(const char *path, int *code, char *why, size_t size);
void state_close(struct state *);	/* NULL allowed; does not save */

/* The file, where a link leads to. */
const char *state_path(const struct state *);

/* What stood in the file, or was saved last; NULL where there is nothing. */
const struct json *state_get(const struct state *);

/* Replaces the file's object, which then belongs to the state; adds "gl" and
 * "saved" (the time).  0 or -1 with errno. */
int state_put(struct state *, struct json *object);

/* Seconds since the epoch, for the ages of handles. */
int64_t state_now(void);

#endif
