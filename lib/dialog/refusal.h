#ifndef DIALOG_REFUSAL_H
#define DIALOG_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Tool calls that nobody can answer, and the error that each gets instead, so
 * that the model does not wait for ever.  Pure.
 */
struct json;
struct record;
struct refusals;

enum { REFUSALS_MAX = 1024 };	/* waiting; more are left without an answer */

struct refusals *refusal_new(void);
void refusal_free(struct refusals *);

/* A tool_call record's header line; setup tells the functions that are
 * declared.  With unknown_only calls of those are left to others, and false
 * comes back. */
bool refusal_add(struct refusals *, const struct json *setup,
    const char *head, size_t n, bool unknown_only);

/* A call of a declared function that nobody will answer any more. */
void refusal_late(struct refusals *, const char *id, const char *name);

/* The answer to the oldest call, a tool_response record, valid until
 * refusal_drop(); false where there is none. */
bool refusal_next(struct refusals *, struct record *);

/* That one is taken. */
void refusal_drop(struct refusals *);

#endif
