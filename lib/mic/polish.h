#ifndef MIC_POLISH_H
#define MIC_POLISH_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Steady noise is turned down, and the voice brought to one loudness, by
 * speexdsp's preprocessor.  Adds the delay of a frame.  Pure.
 */
struct polish;

struct polish *polish_new(int rate, int samples, bool denoise, bool agc);
void polish_free(struct polish *);

/* At most a frame, which is followed by silence where it is shorter; gives a
 * whole one. */
const int16_t *polish_run(struct polish *, const int16_t *p, int n);

#endif
