#include "frames/ticks.h"

#include <math.h>

static int64_t
wanted(const struct ticks *t)
{
	return (int64_t)(floor((double)t->next * t->rate / t->fps + 1e-6));
}

bool
ticks_early(const struct ticks *t, int64_t number)
{
	return number < wanted(t);
}

int64_t
ticks_step(struct ticks *t, int64_t number)
{
	int64_t next = (int64_t)ceil(((double)number + 1 - 1e-6) * t->fps /
	    t->rate);

	/* not tick by tick: a header may claim one picture in years */
	t->next = next > t->next ? next : t->next;
	while (wanted(t) <= number)
		t->next++;
	return wanted(t) - number - 1;
}
