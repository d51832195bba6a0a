#ifndef MIC_SUPPRESS_H
#define MIC_SUPPRESS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Attenuates what the linear filter leaves of an echo, unless somebody speaks
 * near the microphone: then the sound passes.  Adds a delay of
 * suppress_delay() samples (half a frame).  Pure.
 */
struct suppress;

/* Frames of this many samples, an even number of at most 960. */
struct suppress *suppress_new(int rate, int samples);
void suppress_free(struct suppress *);
int suppress_delay(const struct suppress *);

/* What seemed to be somebody speaking was not. */
void suppress_calm(struct suppress *);

/* What was heard in a frame; powers are relative to 1 at full scale. */
struct suppress_heard {
	double mic;		/* of the microphone */
	double echo;		/* what the filter found to be echo */
	double left;		/* what it left over */
	double leak;		/* of that, what still follows the echo */
	double near_score;
	bool near;		/* somebody speaks */
	bool moved;		/* the filter removes what is not there */
};

/* Takes the microphone's frame, what the filter left of it, whether the
 * loudspeaker can be heard in it, and whether the echo is explained and where
 * it is expected; out is the frame one delay earlier. */
void suppress_run(struct suppress *, const int16_t *mic, const int16_t *left,
    bool far, bool explained, int16_t *out, struct suppress_heard *);

#endif
