#ifndef MIC_SUPPRESS_H
#define MIC_SUPPRESS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What the linear filter leaves of an echo is turned down, unless somebody
 * speaks near the microphone: then the sound goes through.  Adds a delay of
 * suppress_delay() samples (half a frame).  Pure.
 */
struct suppress;

/* Frames of so many samples, an even number and at most 960. */
struct suppress *suppress_new(int rate, int samples);
void suppress_free(struct suppress *);
int suppress_delay(const struct suppress *);

/* What seemed to be somebody was none. */
void suppress_calm(struct suppress *);

/* What was heard in a frame; powers are on the scale of 1 for full scale. */
struct suppress_heard {
	double mic;		/* of the microphone */
	double echo;		/* what the filter found to be echo */
	double left;		/* what it left */
	double leak;		/* of that, what still goes with the echo */
	double near_score;
	bool near;		/* somebody speaks */
	bool moved;		/* the filter takes out what is not there */
};

/* The microphone's frame, what the filter left of it, and whether the
 * loudspeaker can be heard in it; gives the frame of one delay before. */
void suppress_run(struct suppress *, const int16_t *mic, const int16_t *left,
    bool far, int16_t *out, struct suppress_heard *);

#endif
