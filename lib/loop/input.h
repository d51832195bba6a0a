#ifndef LOOP_INPUT_H
#define LOOP_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A descriptor read on the loop, straight into the consumer's memory.  The
 * flags of an inherited descriptor are left alone: one read per poll.
 */
struct input;
struct loop;

struct input_ops {
	/* Where to read to, and how much; NULL while nothing is wanted (which
	 * holds back the writer). */
	void *(*window)(void *arg, size_t *n);
	/* n bytes were read. */
	void (*filled)(void *arg, size_t n);
	/* Nothing more will come; error is 0 or an errno.  Called once. */
	void (*end)(void *arg, int error);
	/* The last writer of a FIFO is gone; what follows is from another.
	 * May be NULL. */
	void (*gone)(void *arg);
};

/* Reads an open descriptor; input_close() closes it unless it is 0. */
struct input *input_fd(struct loop *, int fd, const struct input_ops *,
    void *arg);

/*
 * Opens a path ("-" is standard input).  A FIFO is opened so that it neither
 * blocks now nor ends when its last writer leaves, unless it is one of
 * /dev/fd.  A writer arriving before the last one has left is not told apart
 * from it.  NULL with errno.
 */
struct input *input_open(struct loop *, const char *path,
    const struct input_ops *, void *arg);

void input_close(struct input *);

/* Whether it is a FIFO that stays open without writers. */
bool input_survives(const struct input *);

/* Whether it is a regular file. */
bool input_is_file(const struct input *);
/* The bytes of a regular file read so far, and its size; false for anything
 * else. */
bool input_progress(const struct input *, int64_t *at, int64_t *size);
/* Whether it is a character device: a terminal, /dev/null. */
bool input_is_device(const struct input *);

#endif
