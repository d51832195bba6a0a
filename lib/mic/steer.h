#ifndef MIC_STEER_H
#define MIC_STEER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How far the echo has moved from what the filter learnt, measured in the
 * sound itself: to within microseconds, while the devices' stamps err by
 * milliseconds.  From this, how to correct the line in time.  Pure; embedded
 * by its owner, nothing to free.
 */
struct steer {
	double rate;
	double num, den;	/* of the recent lag */
	double lag;		/* s by which the echo is later than assumed */
};

void steer_init(struct steer *, int rate);

/*
 * Takes a microphone frame and what the filter left of it; trust: it is the
 * loudspeaker alone, and mostly explained.  Returns by how many seconds to
 * read what was played later from now on, and what to add to the speed.
 */
void steer_frame(struct steer *, const int16_t *mic, const int16_t *left,
    int n, bool trust, double *shift, double *skew);

#endif
