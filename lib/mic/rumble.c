/* The bilinear transform of the analogue filter. */
#include "mic/rumble.h"

#include <math.h>
#include <string.h>

#define CORNER 60.0		/* Hz */

void
rumble_init(struct rumble *r, int rate)
{
	double k = tan(acos(-1) * CORNER / rate), d = 1 + sqrt(2) * k + k * k;

	memset(r, 0, sizeof(*r));
	r->b = 1 / d;
	r->a1 = 2 * (k * k - 1) / d;
	r->a2 = (1 - sqrt(2) * k + k * k) / d;
}

int16_t
rumble_next(struct rumble *r, int16_t x)
{
	double y = r->b * (x - 2 * r->x1 + r->x2) - r->a1 * r->y1 -
	    r->a2 * r->y2;

	r->x2 = r->x1;
	r->x1 = x;
	r->y2 = r->y1;
	r->y1 = y;
	return (int16_t)lrint(fmax(fmin(y, 32767), -32768));
}
