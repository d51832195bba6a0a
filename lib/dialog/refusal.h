#ifndef DIALOG_REFUSAL_H
#define DIALOG_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Tool calls that nobody can answer, and the error each gets instead, so that
 * the model does not wait forever.  Pure.
 */
struct json;
struct record;
struct refusals;

enum { REFUSALS_MAX = 1024 };	/* waiting; any more get no answer */

struct refusals *refusal_new(void);
void refusal_free(struct refusals *);

/* Adds a call by its tool_call record's header line; setup declares the
 * functions.  With unknown_only, calls of declared ones are left to others:
 * returns false. */
bool refusal_add(struct refusals *, const struct json *setup,
    const char *head, size_t n, bool unknown_only);

/* Adds a call of a declared function that nobody will answer any more. */
void refusal_late(struct refusals *, const char *id, const char *name);

/* The answer to the oldest call, a tool_response record, valid until
 * refusal_drop(); false if there is none. */
bool refusal_next(struct refusals *, struct record *);

/* That one was accepted. */
void refusal_drop(struct refusals *);

#endif
