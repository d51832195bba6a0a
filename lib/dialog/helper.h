#ifndef DIALOG_HELPER_H
#define DIALOG_HELPER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * gl-tool, run beside the conversation: it gets what the session says, and its
 * output is one more input.  It stays in the process group, so that it may ask
 * on the terminal and gets Ctrl-C as it would in a pipeline.
 */
struct helper;
struct loop;

/* It has ended before it was told to: an exit code of log.h and a sentence. */
typedef void helper_died(void *arg, int code, const char *why);

/* argv is gl-tool's command; *out is where its records come from, the caller's
 * to close.  NULL with errno. */
struct helper *helper_start(struct loop *, const char *const *argv, int *out,
    helper_died *, void *arg);

/* A record of the session's, payload left out: dropped where it is no news for
 * tools. */
void helper_record(struct helper *, const char *type, const char *line,
    size_t n);

/* Whether it runs, and will answer. */
bool helper_answers(const struct helper *);

/* The conversation is over: what is queued is written, then its input ends.  To
 * be called again until helper_over(). */
void helper_end(struct helper *);
bool helper_over(const struct helper *);

/* Kills it, where it still runs. */
void helper_free(struct helper *);

#endif
