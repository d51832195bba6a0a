#ifndef MIC_SEEK_H
#define MIC_SEEK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Finds an echo again whose place in time has moved, a device that was started
 * anew for example: by what the filter learnt before.  Pure.
 */
struct seek;

struct seek *seek_new(int rate);
void seek_free(struct seek *);

/* Frames of the microphone as they come, of which the last half second is kept;
 * seek_clear() forgets them. */
void seek_frame(struct seek *, const int16_t *mic, int n);
void seek_clear(struct seek *);
/* What is kept, of n samples. */
const int16_t *seek_kept(const struct seek *, int *n);

/* Where what was played meanwhile belongs, as many samples; and whether there
 * is half a second of it in which enough sounds. */
int16_t *seek_played(struct seek *);
bool seek_full(const struct seek *);

/*
 * Looks for the echo by the room's answer as the filter has it, of n samples.
 * False where it is not found; or seconds by which it comes later.
 */
bool seek_find(struct seek *, const int32_t *response, int n, double *later);

#endif
