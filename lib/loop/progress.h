#ifndef LOOP_PROGRESS_H
#define LOOP_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How far long work has come: a row on a terminal that each second replaces,
 * shown once it has taken PROGRESS_PATIENCE_MS, or a line of JSON a second.
 * The row is gone before any other line of the program's.
 */
struct buf;
struct loop;
struct progress;

enum { PROGRESS_EVERY_MS = 1000, PROGRESS_PATIENCE_MS = 2000 };

struct progress_at {
	int64_t bytes, size;	/* of the input; size 0: not known */
	int64_t ms;		/* of sound; -1: it is not counted in sound */
	int file, files;	/* of several files, the how many-th; or 0 */
};

/* Fills in where the work is, or says that there is nothing to show, or that
 * the terminal is not ready yet. */
enum progress_status { PROGRESS_NONE, PROGRESS_SOON, PROGRESS_KNOWN };
typedef enum progress_status progress_where(void *arg, struct progress_at *);

struct progress *progress_new(struct loop *, bool json, progress_where *,
    void *arg);
/* The row disappears; as JSON a last line says how far it came. */
void progress_end(struct progress *);
void progress_free(struct progress *);

/* One row or line, without its end; after so many ms of work.  Pure. */
void progress_row(struct buf *, const struct progress_at *, int64_t ms);
void progress_json(struct buf *, const struct progress_at *, int64_t ms,
    bool done);

#endif
