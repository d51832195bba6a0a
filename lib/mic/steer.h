#ifndef MIC_STEER_H
#define MIC_STEER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How far the echo has moved against what the filter has learnt, seen in the
 * sound itself: to some microseconds, where the devices' stamps err by
 * milliseconds.  From it, how the line in time is to be corrected.  Pure;
 * embedded by its owner, nothing to free.
 */
struct steer {
	double rate;
	double num, den;	/* of the lag, over the last moments */
	double lag;		/* s that the echo comes later than believed */
};

void steer_init(struct steer *, int rate);

/*
 * A frame of the microphone and what the filter left of it; trust: it is the
 * loudspeaker's alone, and mostly explained.  Gives by how many seconds what
 * was played is to be read later from now on, and what to add to the speed.
 */
void steer_frame(struct steer *, const int16_t *mic, const int16_t *left,
    int n, bool trust, double *shift, double *skew);

#endif
