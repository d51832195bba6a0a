/*
 * An echo y that comes later by t leaves y(now - t) - y(now), which is -t times
 * the slope of y.  So the lag is the residual's projection on the slope of the
 * filter's echo.  The filter follows the echo by itself, about a second late;
 * what is measured here is how far it is behind.  A second-order loop makes
 * that zero: its speed absorbs a steady drift.
 */
#include "mic/steer.h"

#include <math.h>
#include <string.h>

#define FORGET_S 0.25		/* over which a lag is measured */
#define PLACE 2.0		/* the loop's gain for the lag, per second */
#define SPEED 1.0		/* and for the speed, per second */
#define MOST 60e-6		/* s: beyond it the slope says little */
#define FAINT 2e3		/* least mean square of the slope */

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
