/* How long answers took: a ring that grows up to a limit. */
#include "session/latency.h"

#include <stdlib.h>

#include "base/mem.h"

enum { FIRST = 16 };

void
latency_done(struct latency *l)
{
	free(l->ms);
	*l = (struct latency){ 0 };
}

void
latency_add(struct latency *l, int64_t ms)
{
	if (ms < 0)
		return;
	if (ms > INT32_MAX)
		ms = INT32_MAX;
	if ((uint64_t)l->count >= l->size && l->size < LATENCY_KEEP) {
		l->size = l->size > 0 ? 2 * l->size : FIRST;
		l->ms = mem_resize(l->ms, l->size, sizeof(*l->ms));
	}
	l->ms[(uint64_t)l->count++ % l->size] = (int32_t)ms;
	l->last = ms;
}

static int
by_size(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

int64_t
latency_rank(const struct latency *l, double p)
{
	size_t n = (uint64_t)l->count < l->size ? (size_t)l->count : l->size;
	size_t i = (size_t)((double)n * p + 0.999999);
	int32_t *v;
	int64_t ms;

	if (n == 0)
		return -1;
	v = mem_copy((const char *)l->ms, n * sizeof(*v));
	qsort(v, n, sizeof(*v), by_size);
	ms = v[i == 0 ? 0 : i > n ? n - 1 : i - 1];
	free(v);
	return ms;
}
