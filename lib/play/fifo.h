#ifndef PLAY_FIFO_H
#define PLAY_FIFO_H

#include <stddef.h>

/*
 * A ring of bytes of fixed size, allocated once.  A window is contiguous: the
 * readable bytes up to the wrap; after taking it ask again for the rest.
 */
struct fifo {
	unsigned char *data;
	size_t size;
	size_t start;
	size_t used;
};

void fifo_init(struct fifo *, size_t size);
void fifo_done(struct fifo *);

/* The bytes to read next, up to the wrap; then take those used. */
const void *fifo_rwin(const struct fifo *, size_t *n);
void fifo_take(struct fifo *, size_t n);

/* Adds up to n bytes, returns how many fitted. */
size_t fifo_put(struct fifo *, const void *p, size_t n);

void fifo_clear(struct fifo *);

#endif
