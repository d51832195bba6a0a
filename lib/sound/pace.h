#ifndef SOUND_PACE_H
#define SOUND_PACE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A frame clock: how far a device would have got by now.  Pure; times are in
 * microseconds.  Embedded by its owner.
 */
struct pace {
	double rate;		/* frames per second */
	int64_t start;
	bool running;
};

void pace_init(struct pace *, double rate);
/* Starts the clock, with frame 0 at us. */
void pace_start(struct pace *, int64_t us);
void pace_stop(struct pace *);
/* Whole frames passed by time us; 0 while stopped. */
int64_t pace_frames(const struct pace *, int64_t us);
/* The time when this many frames will have passed. */
int64_t pace_when(const struct pace *, int64_t frames);

#endif
