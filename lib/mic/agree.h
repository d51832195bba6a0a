#ifndef MIC_AGREE_H
#define MIC_AGREE_H

#include <stdint.h>

/*
 * Whether the echo that the filter expects is in the microphone's sound at all.
 * A voice near by leaves it there; an echo that suddenly comes earlier or later
 * does not, since a device, a sound server or the room has lost a piece of
 * sound.  Both leave the filter with something loud and unexplained.  Pure.
 */
struct agree;

enum agreed {
	AGREED,			/* the echo is where it is expected */
	AGREED_DOUBTED,		/* something began, and it is not known yet */
	AGREED_HARDLY,		/* it is likelier not to be there */
	AGREED_ELSEWHERE	/* it is somewhat later or earlier */
};

struct agree *agree_new(int rate, int samples);
void agree_free(struct agree *);

/* Begins anew, for instance behind a change of the time line. */
void agree_clear(struct agree *);

/* Takes a microphone frame, the echo expected in it, in the same unit, and what
 * the filter left of it. */
enum agreed agree_frame(struct agree *, const int16_t *mic,
    const float *expected, const int16_t *left);

#endif
