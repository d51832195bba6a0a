#ifndef LOOP_OUTPUT_H
#define LOOP_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A descriptor written on the loop, from a bounded queue.  Each piece is
 * written whole, unless the reader goes away, and never interleaved with
 * another.  The flags of an inherited descriptor are left alone, since others
 * share them: a pipe is reopened through /proc to be non-blocking, and if that
 * fails at most PIPE_BUF bytes are written per POLLOUT.  Several programs may
 * write one FIFO: the kernel keeps pieces up to PIPE_BUF whole, a lock
 * (flock(2) on the FIFO) larger ones.  The nameless pipe of a pipeline is
 * assumed to have one writer.
 */
struct output;
struct loop;

struct output_ops {
	/* The queue has fallen below half its limit again. */
	void (*room)(void *arg);
	/* The reader is gone (error 0) or writing failed (errno); what was
	 * queued is dropped, further pieces are swallowed.  Called once. */
	void (*broken)(void *arg, int error);
};

/* output_close() closes fd unless it is 1 or 2. limit is in bytes.  Either op
 * may be NULL. */
struct output *output_fd(struct loop *, int fd, size_t limit,
    const struct output_ops *, void *arg);

/*
 * Opens a path for writing ("-" is standard output).  A FIFO without a reader
 * does not block: pieces are queued until one comes.  Another reader may
 * follow when a FIFO's reader leaves; it starts at the beginning of a piece.
 * A regular file is created with mode 0600 or truncated.  NULL with errno.
 */
struct output *output_open(struct loop *, const char *path, size_t limit,
    const struct output_ops *, void *arg);

/* Adds head and body as one piece (either may be empty): 0, or -1 if that
 * would exceed the limit: nothing is added.  An empty queue takes any. */
int output_add(struct output *, const void *head, size_t hn,
    const void *body, size_t bn);

/*
 * If writes cannot block, writes just before each sleep and polls only for
 * what is left, saving a turn of the loop per piece.  The ops are then called
 * from there too, and a source whose want() looks at the queue must have been
 * added to the loop after this output.
 */
void output_eager(struct output *);

/* Writes what the descriptor accepts now; errors are left to the loop. */
void output_now(struct output *);

/* Bytes queued but not yet written. */
size_t output_queued(const struct output *);

/* Bytes written since it was opened. */
uint64_t output_written(const struct output *);

/* Drops every piece not yet begun; the rest of a begun piece stays.  If all is
 * true that is dropped too (raw PCM, where pieces have no meaning), cutting at
 * a multiple of frame bytes. */
void output_drop(struct output *, bool all, size_t frame);

/* Whether everything was written or no longer can be. */
bool output_idle(const struct output *);

/* What became of the pieces; of no output (NULL): nothing is amiss. */
struct output_fate {
	int error;		/* why writing failed, as an errno, or 0 */
	bool lost;		/* pieces over the limit were not taken */
	bool idle;		/* output_idle() */
};
struct output_fate output_fate(const struct output *);

/* Closes at once; what is queued is lost.  Wait for output_idle() first. */
void output_close(struct output *);

#endif
