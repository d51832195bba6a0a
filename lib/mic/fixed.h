#ifndef MIC_FIXED_H
#define MIC_FIXED_H

#include <stdint.h>

/*
 * A filter that does not learn: what a room's response, once given, makes of
 * what is played.  Pure.
 */
struct fixed;

/* Frames have this many samples; a response has at most length of them. */
struct fixed *fixed_new(int samples, int length);
void fixed_free(struct fixed *);

/* Takes over a response of n samples, each times scale. */
void fixed_set(struct fixed *, const int32_t *response, int n, double scale);

/* Takes a frame of what was played. */
void fixed_played(struct fixed *, const int16_t *played);
/* The echo during that frame. */
void fixed_echo(struct fixed *, float *echo);

#endif
