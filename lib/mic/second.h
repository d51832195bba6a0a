#ifndef MIC_SECOND_H
#define MIC_SECOND_H

#include <stdint.h>

/*
 * The second stage of the echo canceller: WebRTC's, at its low suppression,
 * for what the first one leaves.  `make APM=1` builds it from mic/apm.cc; else
 * mic/second.c takes its place, and there is none.  Pure.
 */
struct second;

/* NULL where there is none, or at a rate that it cannot do. */
struct second *second_new(int rate, int samples);
void second_free(struct second *);

/* The delay of what comes out, in samples. */
int second_delay(const struct second *);

/* Takes a frame of what was played, and in place what the first stage made of
 * the microphone's. */
void second_run(struct second *, const int16_t *played, int16_t *left);

#endif
