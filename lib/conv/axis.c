/* Seconds in which something happens, and what lies between them. */
#include "conv/axis.h"

#include <stdlib.h>

#include "base/mem.h"
#include "conv/timeline.h"

enum {
	QUIET_S = 20,		/* a longer silence is folded */
	AROUND_S = 2,		/* and begins so much later */
	SHORTEST = 10000	/* ms of a row */
};

static void
busy(bool *s, size_t n, int64_t zero, int64_t from, int64_t to)
{
	int64_t a = (from - zero) / 1000 - AROUND_S;
	int64_t b = (to - zero) / 1000 + AROUND_S;

	for (a = a > 0 ? a : 0; a <= b && a < (int64_t)n; a++)
		s[a] = true;
}

static void
listen(bool *s, size_t n, int64_t zero, const struct loud *k)
{
	size_t many, i, j;
	bool *is = loud_speech(k, 0, k->end, &many);

	for (i = 0; is != NULL && i < many; i = j + 1) {
		for (j = i; j < many && is[j]; j++)
			;
		if (j > i)
			busy(s, n, zero, (int64_t)i * LOUD_STEP, (int64_t)j *
			    LOUD_STEP);
	}
	free(is);
}

static void
part(struct axis *a, int64_t from, int64_t to, bool fold)
{
	struct axis_part *p;

	a->parts = mem_grow(a->parts, a->nparts, sizeof(*a->parts));
	p = &a->parts[a->nparts++];
	*p = (struct axis_part){ .from = from, .to = to, .x = a->length,
	    .fold = fold };
	a->length += fold ? AXIS_FOLD : to - from;
}

void
axis_init(struct axis *a, const struct timeline *l)
{
	size_t n = (size_t)((l->end - l->zero) / 1000) + 1, i, j, begun = 0;
	bool *s = mem_alloc(n);

	*a = (struct axis){ 0 };
	for (i = 0; i < l->nitems; i++)
		busy(s, n, l->zero, l->items[i].from, l->items[i].to);
	for (i = 0; i < l->nspans; i++)
		busy(s, n, l->zero, l->spans[i].from, l->spans[i].cut >= 0 ?
		    l->spans[i].cut : l->spans[i].to);
	listen(s, n, l->zero, &l->lane[0]);
	listen(s, n, l->zero, &l->lane[1]);
	for (i = 0; i < n; i = j + 1) {
		for (j = i; j < n && !s[j]; j++)
			;
		if (j - i <= QUIET_S)
			continue;
		if (i > begun)
			part(a, l->zero + (int64_t)begun * 1000, l->zero +
			    (int64_t)i * 1000, false);
		part(a, l->zero + (int64_t)i * 1000, j < n ? l->zero +
		    (int64_t)j * 1000 : l->end, true);
		begun = j;
	}
	if (begun < n)
		part(a, l->zero + (int64_t)begun * 1000, l->end > l->zero +
		    (int64_t)begun * 1000 ? l->end : l->zero + (int64_t)begun *
		    1000 + 1, false);
	free(s);
	a->row = a->length < SHORTEST ? SHORTEST : a->length < AXIS_ROW ?
	    a->length : AXIS_ROW;
	a->rows = (size_t)((a->length + a->row - 1) / a->row);
	if (a->rows == 0)
		a->rows = 1;
}

void
axis_done(struct axis *a)
{
	free(a->parts);
	a->parts = NULL;
}

int64_t
axis_x(const struct axis *a, int64_t t)
{
	size_t lo = 0, hi = a->nparts, mid;
	const struct axis_part *p;

	while (lo + 1 < hi) {
		mid = lo + (hi - lo) / 2;
		if (a->parts[mid].from <= t)
			lo = mid;
		else
			hi = mid;
	}
	if (a->nparts == 0)
		return 0;
	p = &a->parts[lo];
	t = t < p->from ? p->from : t > p->to ? p->to : t;
	if (p->fold)
		return p->x + (t - p->from) * AXIS_FOLD / (p->to - p->from);
	return p->x + t - p->from;
}

int64_t
axis_t(const struct axis *a, int64_t x)
{
	const struct axis_part *p;
	size_t i;

	for (i = a->nparts; i > 1 && a->parts[i - 1].x > x; i--)
		;
	if (i == 0)
		return 0;
	p = &a->parts[i - 1];
	if (p->fold)
		return p->from + (x - p->x) * (p->to - p->from) / AXIS_FOLD;
	return p->from + x - p->x;
}
