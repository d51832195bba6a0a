#ifndef DIALOG_HELPER_H
#define DIALOG_HELPER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * gl-tool, run alongside the conversation: it gets the session's records, and
 * its output is one more input.  It stays in the process group, so it can ask
 * on the terminal and gets Ctrl-C as in a pipeline.
 */
struct helper;
struct loop;

/* It ended before it was told to: an exit code of log.h and a sentence. */
typedef void helper_died(void *arg, int code, const char *why);

/* argv is gl-tool's command; its records come from *out, which the caller
 * closes.  NULL with errno. */
struct helper *helper_start(struct loop *, const char *const *argv, int *out,
    helper_died *, void *arg);

/* Passes on a record of the session, without payload: dropped if of no
 * interest to tools. */
void helper_record(struct helper *, const char *type, const char *line,
    size_t n);

/* Whether it is running and will answer. */
bool helper_answers(const struct helper *);

/* The conversation is over: writes what is queued, then ends its input.  Call
 * again until helper_over(). */
void helper_end(struct helper *);
bool helper_over(const struct helper *);

/* Kills it if it is still running. */
void helper_free(struct helper *);

#endif
