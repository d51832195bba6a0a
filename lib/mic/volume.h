#ifndef MIC_VOLUME_H
#define MIC_VOLUME_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The loudspeaker's volume was turned: the echo is what the filter expects,
 * times a factor.  By that what was played is scaled from then on, so that the
 * filter stays right.  Pure; embedded by its owner, nothing to free.
 */
struct volume {
	double scale;		/* of what was played */
	double both, echo, mic;	/* products, while an echo is wrong */
};

void volume_init(struct volume *);

/* Scales n samples that were played. */
void volume_apply(const struct volume *, int16_t *played, int n);

/* Takes a frame of the microphone and what the filter left of it; wrong: it
 * left more than there was. */
void volume_frame(struct volume *, const int16_t *mic, const int16_t *left,
    int n, bool wrong);

/* Whether a factor explains these wrong frames, by which it scales from now
 * on. */
bool volume_turned(struct volume *);

#endif
