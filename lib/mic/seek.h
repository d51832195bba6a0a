#ifndef MIC_SEEK_H
#define MIC_SEEK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Finds an echo again that has moved in time, for instance after a device
 * restart, by what the filter had learnt before.  Pure.
 */
struct seek;

/* Frames have this many samples. */
struct seek *seek_new(int rate, int samples);
void seek_free(struct seek *);

/* Takes the microphone's frames, keeping the last half second in whole ones;
 * seek_clear() forgets them. */
void seek_frame(struct seek *, const int16_t *mic, int n);
void seek_clear(struct seek *);
/* What is kept, *n samples. */
const int16_t *seek_kept(const struct seek *, int *n);

/* Where to put what was played meanwhile, as many samples. */
int16_t *seek_played(struct seek *);
/* Whether there is half a second of it with enough sound; or a fifth, that was
 * not searched for 60 ms. */
bool seek_full(const struct seek *);
bool seek_soon(const struct seek *);

/*
 * Looks for the echo by the room's response as the filter learnt it, n
 * samples.  In less than half a second only an echo like no other sound is
 * taken.  False if it is not found; else *later is its delay in seconds.
 */
bool seek_find(struct seek *, const int32_t *response, int n, double *later);

#endif
