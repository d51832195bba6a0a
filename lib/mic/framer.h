#ifndef MIC_FRAMER_H
#define MIC_FRAMER_H

#include <stdint.h>

/*
 * Captured sound as frames of one length at the requested rate, with times:
 * `t` counts samples (the device's clock) and what was lost between them, `at`
 * is when the first sample was captured.  Pure.
 */
struct framer;

/* Frames of this many samples at this rate; t is in ms, at in us. */
struct framer *framer_new(int rate, int samples, void (*frame)(void *arg,
    int64_t t, int64_t at, const int16_t *p, int n), void *arg);
void framer_free(struct framer *);

/* Adds sound at rate `from` whose first sample was captured at `at`. */
void framer_add(struct framer *, int from, int64_t at, const int16_t *p,
    int n);
/* This much is missing before the next sample. */
void framer_gap(struct framer *, int64_t us);
/* Emits what is left, in a shorter frame. */
void framer_end(struct framer *);

/* The time at the end of the last frame, in ms. */
int64_t framer_t(const struct framer *);

#endif
