/* The time grid of pictures. */
#include "frames/frameclock.h"

#include <string.h>

void
frameclock_init(struct frameclock *c, double fps, double idle_fps)
{
	memset(c, 0, sizeof(*c));
	c->every = 1000 / fps;
	if (idle_fps > 0)
		c->idle = 1000 / idle_fps;
}

int64_t
frameclock_due(const struct frameclock *c, int64_t now)
{
	return c->begun ? c->next : now;
}

void
frameclock_looked(struct frameclock *c, int64_t now, bool sent)
{
	double steps;

	if (!c->begun || now - c->next > c->every / 4) {
		/* the first one, or late: the grid restarts, so that two are
		 * never closer than the rate allows */
		c->start = now;
		c->begun = true;
	}
	if (sent) {
		c->sent = true;
		c->last = now;
	}
	/* counted from its start, so that 3 a second do not drift */
	steps = (double)(now - c->start) / c->every;
	c->next = c->start + (int64_t)(((double)(int64_t)(steps + 0.5) + 1) *
	    c->every + 0.5);
}

bool
frameclock_idle_due(const struct frameclock *c, int64_t now)
{
	if (!c->sent)
		return true;
	/* a grid of 1000 ms meets one of 3333 at 4000, not at 3000; but the
	 * last one may have been late on the grid, and this one is not */
	return c->idle > 0 && (double)(now - c->last) >= c->idle -
	    c->every / 4 - 1;
}
