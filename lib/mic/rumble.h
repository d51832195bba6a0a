#ifndef MIC_RUMBLE_H
#define MIC_RUMBLE_H

#include <stdint.h>

/*
 * Removes what is too low to be heard, such as the constant offset of a cheap
 * microphone: a high-pass filter of second order (Butterworth) at 60 Hz. Pure.
 */
struct rumble {
	double b, a1, a2;	/* its coefficients */
	double x1, x2, y1, y2;	/* the last samples in and out */
};

void rumble_init(struct rumble *, int rate);
/* The next sample, without what is so low. */
int16_t rumble_next(struct rumble *, int16_t);

#endif
