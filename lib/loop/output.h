#ifndef LOOP_OUTPUT_H
#define LOOP_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A descriptor that is written on the loop, from a queue with a ceiling.  A
 * piece added is written whole or, if the reader goes away, not wholly; it is
 * never interleaved with another.  The flags of an inherited descriptor are
 * left alone, others share them: a pipe is opened anew through /proc to be
 * non-blocking, and where that fails at most PIPE_BUF bytes go after each
 * POLLOUT.  Several programs may write one FIFO: pieces up to PIPE_BUF are
 * whole by the kernel's promise, larger ones by a lock, flock(2) on the FIFO.
 * The nameless pipe of a pipeline is taken to have one writer.
 */
struct output;
struct loop;

struct output_ops {
	/* The queue has fallen below half of its ceiling again. */
	void (*room)(void *arg);
	/* The reader is gone (error 0) or writing failed (errno); what was
	 * queued is dropped, further pieces are swallowed.  Called once. */
	void (*broken)(void *arg, int error);
};

/* fd 1 and 2 are not closed by output_close(), all others are.  limit in
 * bytes.  Either op may be NULL. */
struct output *output_fd(struct loop *, int fd, size_t limit,
    const struct output_ops *, void *arg);

/*
 * Opens a path for writing ("-" is standard output).  A FIFO without a reader
 * does not block: pieces are queued until one comes.  A reader of a FIFO that
 * goes away may be followed by another; the next one starts at a piece's
 * beginning.  A regular file is made with mode 0600 and truncated.  NULL with
 * errno.
 */
struct output *output_open(struct loop *, const char *path, size_t limit,
    const struct output_ops *, void *arg);

/* Adds head and body as one piece (either may be empty); -1 where that would
 * pass the ceiling: nothing is added then.  An empty queue takes any piece. */
int output_add(struct output *, const void *head, size_t hn,
    const void *body, size_t bn);

/*
 * Where a write cannot block, writes just before each sleep and asks poll only
 * for what is left: a turn of the loop less for each piece.  The ops are then
 * called from there too, and whoever looks at the queue in a source's want()
 * must have been added to the loop after this output.
 */
void output_eager(struct output *);

/* Writes at once what the descriptor takes now; errors are left to the loop. */
void output_now(struct output *);

/* Bytes queued and not yet written. */
size_t output_queued(const struct output *);

/* Bytes written since it was opened. */
uint64_t output_written(const struct output *);

/* Drops every piece of which nothing has been written yet; the rest of a
 * begun piece stays.  With all true also that rest goes (raw PCM, where a
 * piece has no meaning); keeps the cut even to frame bytes. */
void output_drop(struct output *, bool all, size_t frame);

/* Whether everything was written, or can no longer be. */
bool output_idle(const struct output *);

/* Closes at once; what is queued is lost.  Wait for output_idle() before. */
void output_close(struct output *);

#endif
