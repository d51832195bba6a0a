#ifndef PLAY_SHADOW_H
#define PLAY_SHADOW_H

#include <stdint.h>

#include "play/fifo.h"

/*
 * What the device holds and nobody has heard yet, kept for a recorder, which
 * writes only what was heard.  Without a recorder all of it does nothing.
 */
struct recorder;

struct shadow {
	struct fifo held;
	struct recorder *recorder;	/* the caller's; NULL: none, or it
					 * failed */
	int rate;
};

/* For a device of so many frames; zero it before the first time. */
void shadow_fit(struct shadow *, int rate, int frames);
void shadow_done(struct shadow *);

/* The last `level` frames are still to be heard, all before them were.  0, or
 * -1 with errno if they cannot be recorded: nothing is from then on. */
int shadow_heard(struct shadow *, int64_t level);
/* n frames were given to the device; as shadow_heard(). */
int shadow_add(struct shadow *, const int16_t *p, int n);
/* The device lost what it held. */
void shadow_clear(struct shadow *);

#endif
