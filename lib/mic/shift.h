#ifndef MIC_SHIFT_H
#define MIC_SHIFT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Whether the filter takes the right echo away at the wrong time: shifted, it
 * explains the last 40 ms of sound, which it does with nothing that somebody
 * says.  So a move is seen at once where nobody speaks, and one by a fifth of a
 * millisecond as well as one by 45.  Pure.
 */
struct shift;

struct shift *shift_new(int rate, int samples);
void shift_free(struct shift *);

/* What came so far does not belong to what comes. */
void shift_clear(struct shift *);

/* Takes a microphone frame and what the filter left of it. */
void shift_frame(struct shift *, const int16_t *mic, const int16_t *left);

/* Whether that is so now. */
bool shift_seen(struct shift *);

#endif
