#ifndef DIALOG_ABOUT_H
#define DIALOG_ABOUT_H

#include <stddef.h>
#include <stdint.h>

/*
 * What describes a session in the records `start` and `ready`: the wall-clock
 * time, and model, backend, voice, language and a hash of instruction and
 * tools, as far as the setup says.  Pure.
 */
struct buf;
struct json;

/* Appends the members to an open header. */
void about_members(struct buf *head, const struct json *setup,
    const char *backend, int64_t wall_ms);

/* Writes a header line with the members in `more`, which begins with a comma,
 * added before its closing brace. n includes the newline. */
void about_splice(struct buf *out, const char *head, size_t n,
    const char *more);

#endif
