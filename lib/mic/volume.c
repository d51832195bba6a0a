/*
 * Only turning down is detected: what was played cannot be made louder than
 * full scale, and the filter quickly learns an echo that has become louder.
 */
#include "mic/volume.h"

#include <math.h>
#include <string.h>

#define ALIKE 0.5		/* share of the power that matches the echo */
#define LEAST 0.7		/* a greater factor is not a change */
#define FAINTEST 0.03		/* all factors together: -30 dB */

void
volume_init(struct volume *v)
{
	memset(v, 0, sizeof(*v));
	v->scale = 1;
}

void
volume_apply(const struct volume *v, int16_t *played, int n)
{
	int i;

	for (i = 0; i < n && v->scale < 1; i++)
		played[i] = (int16_t)lrint(played[i] * v->scale);
}

void
volume_frame(struct volume *v, const int16_t *mic, const int16_t *left, int n,
    bool wrong)
{
	double e;
	int i;

	if (!wrong) {
		v->both = v->echo = v->mic = 0;
		return;
	}
	for (i = 0; i < n; i++) {
		e = mic[i] - left[i];
		v->both += mic[i] * e;
		v->echo += e * e;
		v->mic += (double)mic[i] * mic[i];
	}
}

bool
volume_turned(struct volume *v)
{
	double factor;

	if (v->both <= 0 || v->both * v->both < ALIKE * v->mic * v->echo)
		return false;
	factor = v->both / v->echo;
	if (factor > LEAST || v->scale * factor < FAINTEST)
		return false;
	v->scale *= factor;
	return true;
}
