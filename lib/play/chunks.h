#ifndef PLAY_CHUNKS_H
#define PLAY_CHUNKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The sound of a play queue in the order of its coming.  Two places move
 * through it: `sent`, up to which it went to the device, and `heard`, behind
 * which chunks are freed.
 */
struct chunk {
	struct chunk *next;
	int64_t turn;
	int rate;
	size_t samples;
	unsigned char pcm[];
};

struct chunks {
	struct chunk *first, **last;
	struct chunk *sent;	/* the next to be sent; NULL: none is left */
	size_t done;		/* samples of it that were */
	size_t heard;		/* samples of the first chunk */
	size_t bytes;		/* in the list, with its overhead */
	int64_t unsent_us;
};

/* The struct must stay where it is. */
void chunks_init(struct chunks *);
void chunks_done(struct chunks *);

/* Appends a copy; true if nothing else waits to be sent. */
bool chunks_add(struct chunks *, int64_t turn, int rate, const void *pcm,
    size_t samples);
/* Moves `sent` over n samples of its chunk. */
void chunks_send(struct chunks *, size_t n);
/* Moves `heard` over at most n samples of the first chunk, which is freed at
 * its end; returns how many. */
size_t chunks_hear(struct chunks *, size_t n);
/* Everything not heard is to be sent (again). */
void chunks_rewind(struct chunks *);
/* Frees the chunk at *at, one of the list's links, and closes the gap; call
 * chunks_settle() after the last. */
void chunks_drop(struct chunks *, struct chunk **at);
void chunks_settle(struct chunks *);

#endif
