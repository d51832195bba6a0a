#ifndef MIC_POLISH_H
#define MIC_POLISH_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Reduces steady noise and evens out the voice's loudness, with speexdsp's
 * preprocessor.  Adds a delay of one frame.  Pure.
 */
struct polish;

struct polish *polish_new(int rate, int samples, bool denoise, bool agc);
void polish_free(struct polish *);

/* Takes at most a frame, padding a shorter one with silence; returns a whole
 * one. */
const int16_t *polish_run(struct polish *, const int16_t *p, int n);

#endif
