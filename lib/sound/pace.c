/*
 * Counts frames by the clock, for files read at a microphone's pace and for a
 * loudspeaker that does not exist.
 */
#include "sound/pace.h"

#include <math.h>

void
pace_init(struct pace *p, double rate)
{
	p->rate = rate;
	p->start = 0;
	p->running = false;
}

void
pace_start(struct pace *p, int64_t us)
{
	p->start = us;
	p->running = true;
}

void
pace_stop(struct pace *p)
{
	p->running = false;
}

int64_t
pace_frames(const struct pace *p, int64_t us)
{
	if (!p->running || us <= p->start)
		return 0;
	return (int64_t)((double)(us - p->start) * p->rate / 1e6);
}

int64_t
pace_when(const struct pace *p, int64_t frames)
{
	return p->start + (int64_t)ceil((double)frames * 1e6 / p->rate);
}
