#ifndef MIC_REHEARSE_H
#define MIC_REHEARSE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The first sound that a filter learns from, to be heard by it several times:
 * so it has converged after two thirds as much sound.  Not more often: it would
 * learn the noise in it by heart.  Pure.
 */
struct rehearse;

struct rehearse *rehearse_new(int rate, int samples);
void rehearse_free(struct rehearse *);

/* Begins anew, with a filter that knows nothing. */
void rehearse_clear(struct rehearse *);
/* The filter knows enough. */
void rehearse_end(struct rehearse *);

/* Keeps a frame, from the first on in which something is played; true if all
 * that is kept is to be heard once more. */
bool rehearse_frame(struct rehearse *, const int16_t *mic,
    const int16_t *played);

/* The kept frame of a number, from 0 on; false if there is none. */
bool rehearse_kept(const struct rehearse *, int number, const int16_t **mic,
    const int16_t **played);

#endif
