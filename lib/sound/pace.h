#ifndef SOUND_PACE_H
#define SOUND_PACE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A clock of frames: how far a device would be by now.  Pure; times are
 * microseconds.  Embedded by its owner.
 */
struct pace {
	double rate;		/* frames a second */
	int64_t start;
	bool running;
};

void pace_init(struct pace *, double rate);
/* Frame 0 is at us. */
void pace_start(struct pace *, int64_t us);
void pace_stop(struct pace *);
/* Whole frames that have passed at us; 0 while stopped. */
int64_t pace_frames(const struct pace *, int64_t us);
/* When so many frames will have passed. */
int64_t pace_when(const struct pace *, int64_t frames);

#endif
