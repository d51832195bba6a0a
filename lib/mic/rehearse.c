#include "mic/rehearse.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	KEPT_MS = 1500,
	EVERY_MS = 500
};

#define LOUD 1000.0		/* mean square from which something is played */

struct rehearse {
	int samples, most, every;
	int16_t *mic, *played;
	int have;		/* frames; most: it is over */
};

struct rehearse *
rehearse_new(int rate, int samples)
{
	struct rehearse *r = mem_alloc(sizeof(*r));
	size_t n;

	r->samples = samples;
	r->most = KEPT_MS * (rate / 1000) / samples;
	r->every = EVERY_MS * (rate / 1000) / samples;
	n = (size_t)samples * (size_t)r->most;
	r->mic = mem_resize(NULL, n, sizeof(*r->mic));
	r->played = mem_resize(NULL, n, sizeof(*r->played));
	return r;
}

void
rehearse_free(struct rehearse *r)
{
	if (r == NULL)
		return;
	free(r->mic);
	free(r->played);
	free(r);
}

void
rehearse_clear(struct rehearse *r)
{
	r->have = 0;
}

void
rehearse_end(struct rehearse *r)
{
	r->have = r->most;
}

static bool
loud(const int16_t *p, int n)
{
	double sum = 0;
	int i;

	for (i = 0; i < n; i++)
		sum += (double)p[i] * p[i];
	return sum >= LOUD * n;
}

bool
rehearse_frame(struct rehearse *r, const int16_t *mic, const int16_t *played)
{
	size_t n = (size_t)r->samples, at = n * (size_t)r->have;

	if (r->have >= r->most || (r->have == 0 && !loud(played, r->samples)))
		return false;
	memcpy(r->mic + at, mic, n * sizeof(*mic));
	memcpy(r->played + at, played, n * sizeof(*played));
	return ++r->have % r->every == 0;
}

bool
rehearse_kept(const struct rehearse *r, int number, const int16_t **mic,
    const int16_t **played)
{
	size_t at = (size_t)r->samples * (size_t)number;

	*mic = r->mic + at;
	*played = r->played + at;
	return number < r->have;
}
