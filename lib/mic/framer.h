#ifndef MIC_FRAMER_H
#define MIC_FRAMER_H

#include <stdint.h>

/*
 * A capture's sound as frames of one length at the rate that is wanted, with
 * their times: `t` counts samples (the device's clock) and what was lost
 * between them, `at` is when the first sample was captured.  Pure.
 */
struct framer;

/* Frames of so many samples at a rate; t is in ms, at in us. */
struct framer *framer_new(int rate, int samples, void (*frame)(void *arg,
    int64_t t, int64_t at, const int16_t *p, int n), void *arg);
void framer_free(struct framer *);

/* Sound at a rate, whose first sample was captured at `at`. */
void framer_add(struct framer *, int from, int64_t at, const int16_t *p,
    int n);
/* So much is missing before the next sample. */
void framer_gap(struct framer *, int64_t us);
/* What is left goes out, in a shorter frame. */
void framer_end(struct framer *);

/* The time behind the last frame, in ms. */
int64_t framer_t(const struct framer *);

#endif
