/*
 * Intakes in turn.  `next` is who is asked first; it moves behind whoever gave
 * a record, so that none of them can keep the others waiting.
 */
#include "merge.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "intake.h"

struct entry {
	struct intake *src;
	void *tag;
	bool broken;
};

struct merge {
	struct entry *list;
	size_t n;
	size_t next;
};

struct merge *
merge_new(void)
{
	return mem_alloc(sizeof(struct merge));
}

void
merge_free(struct merge *m)
{
	if (m == NULL)
		return;
	free(m->list);
	free(m);
}

void
merge_add(struct merge *m, struct intake *src, void *tag)
{
	m->list = mem_resize(m->list, m->n + 1, sizeof(*m->list));
	m->list[m->n++] = (struct entry){ .src = src, .tag = tag };
}

void
merge_remove(struct merge *m, struct intake *src)
{
	size_t i;

	for (i = 0; i < m->n && m->list[i].src != src; i++)
		;
	if (i == m->n)
		return;
	m->n--;
	memmove(m->list + i, m->list + i + 1, (m->n - i) * sizeof(*m->list));
	if (m->next > i)
		m->next--;
}

enum stream_status
merge_next(struct merge *m, struct record *rec, struct intake **src, void **tag)
{
	enum stream_status st;
	struct entry *e;
	size_t i;

	for (i = 0; i < m->n; i++) {
		if (m->next >= m->n)
			m->next = 0;
		e = &m->list[m->next++];
		st = e->broken ? STREAM_MORE : intake_next(e->src, rec);
		if (st == STREAM_MORE)
			continue;
		e->broken = st == STREAM_BAD;
		*src = e->src;
		*tag = e->tag;
		return st;
	}
	return STREAM_MORE;
}
