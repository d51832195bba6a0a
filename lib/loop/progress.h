#ifndef LOOP_PROGRESS_H
#define LOOP_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Progress of long work: a row on a terminal, redrawn each second once the
 * work has taken PROGRESS_PATIENCE_MS, or a line of JSON per second.  The row
 * is removed before any other line of the program.
 */
struct buf;
struct loop;
struct progress;

enum { PROGRESS_EVERY_MS = 1000, PROGRESS_PATIENCE_MS = 2000 };

struct progress_at {
	int64_t bytes, size;	/* of the input; size 0: unknown */
	int64_t ms;		/* of sound; -1: not measured in sound */
	int file, files;	/* which of how many files, or 0 */
};

/* Fills in how far the work is, or returns that there is nothing to show, or
 * that the terminal is not ready yet. */
enum progress_status { PROGRESS_NONE, PROGRESS_SOON, PROGRESS_KNOWN };
typedef enum progress_status progress_where(void *arg, struct progress_at *);

struct progress *progress_new(struct loop *, bool json, progress_where *,
    void *arg);
/* Removes the row; as JSON, writes a last line with how far it came. */
void progress_end(struct progress *);
void progress_free(struct progress *);

/* Append one row or line, without newline, after ms of work.  Pure. */
void progress_row(struct buf *, const struct progress_at *, int64_t ms);
void progress_json(struct buf *, const struct progress_at *, int64_t ms,
    bool done);

#endif
