#ifndef DIALOG_TRACE_H
#define DIALOG_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop/output.h"

/*
 * What went over the wire, for people and bug reports: a file of JSON lines,
 * mode 0600, with times and both directions.  Resumption handles are removed;
 * credentials never get here.
 */
struct loop;
struct trace;

enum { TRACE_QUEUE_MAX = 64 << 20 };

/* NULL with errno.  The ops are those of its output; times count from now. */
struct trace *trace_open(struct loop *, const char *path,
    const struct output_ops *, void *arg, int64_t now);
/* What is queued is lost: wait until trace_fate() is idle. */
void trace_close(struct trace *);

/* Traces a message on connection conn, to the service or from it. */
void trace_message(struct trace *, int64_t now, int conn, bool out,
    const char *p, size_t n);

/* Traces another event on it: "dial", "open", "refused", "closed"; code and
 * text are left out if 0 or NULL. */
void trace_event(struct trace *, int64_t now, int conn, const char *what,
    int code, const char *text);

/* What became of the lines; of no trace (NULL): nothing is amiss. */
struct output_fate trace_fate(const struct trace *);

#endif
