/*
 * An echo y that comes later by t leaves y(now - t) - y(now), which is -t times
 * the slope of y.  So the part of what is left that goes with the slope of the
 * filter's echo is the lag.  The filter follows the echo by itself, with a
 * second or so of delay; what is seen here is how far it is behind.  A loop of
 * second order makes that zero: the speed takes up a steady drift.
 */
#include "mic/steer.h"

#include <math.h>
#include <string.h>

#define FORGET_S 0.25		/* over which a lag is measured */
#define PLACE 2.0		/* of the lag, taken back in a second */
#define SPEED 1.0		/* of it, into the speed, in a second */
#define MOST 60e-6		/* s: farther off the slope tells little */
#define FAINT 1e5		/* of slopes' squares, in one sample */

void
steer_init(struct steer *s, int rate)
{
	memset(s, 0, sizeof(*s));
	s->rate = rate;
}

void
steer_frame(struct steer *s, const int16_t *mic, const int16_t *left, int n,
    bool trust, double *shift, double *skew)
{
	double dt = n / s->rate, keep = exp(-dt / FORGET_S), slope;
	int i;

	*shift = *skew = 0;
	s->num *= keep;
	s->den *= keep;
	if (!trust)
		return;
	for (i = 1; i < n - 1; i++) {
		slope = ((mic[i + 1] - left[i + 1]) -
		    (mic[i - 1] - left[i - 1])) / 2.0;
		s->num -= left[i] * slope;
		s->den += slope * slope;
	}
	if (s->den < FAINT * n)
		return;
	s->lag = s->num / s->den / s->rate;
	s->lag = fmin(fmax(s->lag, -MOST), MOST);
	*shift = -PLACE * s->lag * dt;
	*skew = -SPEED * s->lag * dt;
}
