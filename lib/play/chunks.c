/*
 * A list, with the sums that its owner needs constantly.
 */
#include "play/chunks.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
chunks_init(struct chunks *q)
{
	memset(q, 0, sizeof(*q));
	q->last = &q->first;
}

void
chunks_done(struct chunks *q)
{
	struct chunk *c;

	while ((c = q->first) != NULL) {
		q->first = c->next;
		free(c);
	}
}

static int64_t
us(const struct chunk *c, size_t samples)
{
	return (int64_t)samples * 1000000 / c->rate;
}

bool
chunks_add(struct chunks *q, int64_t turn, int rate, const void *pcm,
    size_t samples)
{
	struct chunk *c = mem_resize(NULL, 1, sizeof(*c) + samples * 2);
	bool alone = q->sent == NULL;

	c->next = NULL;
	c->turn = turn;
	c->rate = rate;
	c->samples = samples;
	memcpy(c->pcm, pcm, samples * 2);
	if (alone)
		q->sent = c;
	*q->last = c;
	q->last = &c->next;
	q->bytes += sizeof(*c) + samples * 2;
	q->unsent_us += us(c, samples);
	return alone;
}

void
chunks_send(struct chunks *q, size_t n)
{
	struct chunk *c = q->sent;

	q->done += n;
	q->unsent_us -= us(c, n);
	if (q->done == c->samples) {
		q->sent = c->next;
		q->done = 0;
		if (c->next == NULL)
			q->unsent_us = 0;
	}
}

size_t
chunks_hear(struct chunks *q, size_t n)
{
	struct chunk *c = q->first;
	size_t left = c->samples - q->heard;

	if (n < left) {
		q->heard += n;
		return n;
	}
	q->first = c->next;
	q->heard = 0;
	if (q->first == NULL)
		q->last = &q->first;
	q->bytes -= sizeof(*c) + c->samples * 2;
	free(c);
	return left;
}

void
chunks_rewind(struct chunks *q)
{
	q->sent = q->first;
	q->done = q->heard;
}

void
chunks_drop(struct chunks *q, struct chunk **at)
{
	struct chunk *c = *at;

	if (c == q->first)
		q->heard = 0;
	if (c == q->sent) {
		q->sent = c->next;
		q->done = 0;
	}
	*at = c->next;
	if (c->next == NULL)
		q->last = at;
	q->bytes -= sizeof(*c) + c->samples * 2;
	free(c);
}

void
chunks_settle(struct chunks *q)
{
	struct chunk *c = q->sent;

	q->unsent_us = c == NULL ? 0 : -us(c, q->done);
	for (; c != NULL; c = c->next)
		q->unsent_us += us(c, c->samples);
}
