#ifndef MIC_ECHO_H
#define MIC_ECHO_H

#include <stdint.h>

/*
 * The linear part of an echo: a filter, speexdsp's, learns how the loudspeaker
 * reaches the microphone and takes that out.  Adds no delay.  Pure.
 */
struct echo;

/* Frames of so many samples; the filter covers tail_ms. */
struct echo *echo_new(int rate, int samples, int tail_ms);
void echo_free(struct echo *);

/* One frame of the microphone and of what the loudspeaker played then. */
void echo_run(struct echo *, const int16_t *mic, const int16_t *played,
    int16_t *out);

/* What was learnt is forgotten. */
void echo_reset(struct echo *);

/* The room's answer as it was learnt, of n samples; in no unit. */
const int32_t *echo_response(struct echo *, int *n);

/* Where in the tail most of the echo arrives, in ms; -1 while unknown. */
double echo_delay(struct echo *);

#endif
