#ifndef MIC_ECHO_H
#define MIC_ECHO_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The linear part of an echo: speexdsp's filter learns how the loudspeaker
 * reaches the microphone and subtracts that.  What it has learnt is kept while
 * it is good, against a voice near by that would spoil it.  Adds no delay.
 * Pure.
 */
struct echo;

enum echo_trust {
	ECHO_LEARN,		/* nothing is known to be good */
	ECHO_GOOD,		/* the echo is explained */
	ECHO_NEAR		/* the same, and somebody may speak near by */
};

/* Frames have this many samples; the filter covers tail_ms. */
struct echo *echo_new(int rate, int samples, int tail_ms);
void echo_free(struct echo *);

/* One frame each of microphone and loudspeaker; out gets what is left. */
void echo_run(struct echo *, const int16_t *mic, const int16_t *played,
    enum echo_trust, int16_t *out);

/* The echo in the last frame by what is kept, as the microphone's samples; NULL
 * while nothing is. */
const float *echo_kept(const struct echo *);

/* Forgets what was learnt. */
void echo_reset(struct echo *);

/* The room's response, *n samples, in arbitrary units: what is kept, else what
 * was learnt so far. */
const int32_t *echo_response(struct echo *, int *n);

/* Where in the tail most of the echo arrives, in ms; -1 while unknown. */
double echo_delay(struct echo *);

#endif
