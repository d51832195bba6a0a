#ifndef DIALOG_ABOUT_H
#define DIALOG_ABOUT_H

#include <stddef.h>
#include <stdint.h>

/*
 * What a session is, for the records `start` and `ready`: the time on the wall,
 * and model, backend, voice, language and a hash of instruction and tools, as
 * far as the setup says.  Pure.
 */
struct buf;
struct json;

enum { ABOUT_TIME = 25 };

/* Ms since 1970 as RFC 3339, in UTC. */
void about_time(char text[ABOUT_TIME], int64_t wall_ms);

/* Appends the members to a header that is open. */
void about_members(struct buf *head, const struct json *setup,
    const char *backend, int64_t wall_ms);

/* A header line with more members before its closing brace: those of `more`,
 * which begin with a comma.  n is with the newline. */
void about_splice(struct buf *out, const char *head, size_t n,
    const char *more);

#endif
