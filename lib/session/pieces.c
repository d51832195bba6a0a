/*
 * The block holds [head][bytes] after [head][bytes] from start to end, each
 * head aligned.  A piece taken out in the middle stays as a dead one until
 * those before it have gone or the block is packed.  Adjacent dead ones are
 * merged when first passed: after a piece that stays, such as an utterance's
 * activityStart, there may be thousands.
 */
#include <stdlib.h>
#include <string.h>

#include "session/pieces.h"
#include "base/mem.h"

enum {
	FIRST = 16 << 10,
	KEEP = 64 << 10,	/* what an empty one may hold on to */
	ALIGN = 16
};

struct head {
	struct piece piece;
	size_t step;		/* to the next head */
	bool dead;
};

void
pieces_init(struct pieces *b, size_t max)
{
	memset(b, 0, sizeof(*b));
	b->max = max;
}

void
pieces_done(struct pieces *b)
{
	free(b->block);
	pieces_init(b, b->max);
}

/* A block that grew for once is given back. */
static void
release(struct pieces *b)
{
	if (b->cap <= KEEP)
		return;
	free(b->block);
	b->block = NULL;
	b->cap = 0;
}

void
pieces_clear(struct pieces *b)
{
	release(b);
	b->start = b->end = b->count = b->bytes = 0;
	b->us = b->live_us = 0;
}

static size_t
up(size_t n)
{
	return (n + ALIGN - 1) / ALIGN * ALIGN;
}

static void
get(const struct pieces *b, size_t at, struct head *h)
{
	memcpy(h, b->block + at, sizeof(*h));
}

static void
put(const struct pieces *b, size_t at, const struct head *h)
{
	memcpy(b->block + at, h, sizeof(*h));
}

static void
count(struct pieces *b, const struct piece *p, int sign)
{
	b->count += sign;
	b->bytes += (size_t)sign * p->len;
	b->us += sign * p->us;
	if (p->live)
		b->live_us += sign * p->us;
}

/* Moves all live pieces to the front of the block. */
static void
pack(struct pieces *b)
{
	struct head h;
	size_t at, to = 0;

	for (at = b->start; at < b->end; at += h.step) {
		get(b, at, &h);
		if (h.dead)
			continue;
		memmove(b->block + to, b->block + at, h.step);
		to += h.step;
	}
	b->start = 0;
	b->end = to;
	if (b->cap > KEEP && to < b->cap / 8) {
		b->cap /= 2;
		b->block = mem_resize(b->block, b->cap, 1);
	}
}

/* Room for step bytes at the end; -1 beyond the bound. */
static int
room(struct pieces *b, size_t step)
{
	size_t cap = b->cap > 0 ? b->cap : FIRST;

	if (b->cap - b->end >= step)
		return 0;
	/* Packing moves all bytes, so only once half of the block is free:
	 * then each byte is moved a bounded number of times. */
	if (b->bytes + b->count * sizeof(struct head) + step <= b->cap / 2) {
		pack(b);
		if (b->cap - b->end >= step)
			return 0;
	}
	while (cap - b->end < step && cap < b->max)
		cap = cap > b->max / 2 ? b->max : cap * 2;
	if (cap - b->end < step) {
		if (b->cap > 0)
			pack(b);
		if (cap < b->end || cap - b->end < step)
			return -1;
	}
	if (cap > b->cap) {
		b->block = mem_resize(b->block, cap, 1);
		b->cap = cap;
	}
	return 0;
}

int
pieces_add(struct pieces *b, const struct piece *p)
{
	struct head h;

	if (p->len > b->max)
		return -1;
	memset(&h, 0, sizeof(h));
	h.piece = *p;
	h.step = up(sizeof(h)) + up(p->len);
	if (room(b, h.step) != 0)
		return -1;
	put(b, b->end, &h);
	memcpy(b->block + b->end + up(sizeof(h)), p->data, p->len);
	b->end += h.step;
	count(b, p, 1);
	return 0;
}

/* Frees dead pieces at the front. */
static void
trim(struct pieces *b)
{
	struct head h;

	while (b->start < b->end) {
		get(b, b->start, &h);
		if (!h.dead)
			return;
		b->start += h.step;
	}
	b->start = b->end = 0;
	release(b);
}

static void
bury(struct pieces *b, size_t at)
{
	struct head h;

	get(b, at, &h);
	if (h.dead)
		return;
	h.dead = true;
	put(b, at, &h);
	count(b, &h.piece, -1);
}

bool
pieces_next(const struct pieces *b, size_t *at, struct piece *p)
{
	struct head h, run;
	size_t i = *at, first = 0;	/* the run of dead ones */
	bool in_run = false;

	if (b->count == 0)
		return false;
	if (i == 0)
		i = b->start;
	else {
		get(b, i - 1, &h);
		i = i - 1 + h.step;
	}
	for (; i < b->end; i += h.step) {
		get(b, i, &h);
		if (h.dead && in_run) {
			run.step += h.step;
			put(b, first, &run);
		} else if (h.dead) {
			in_run = true;
			first = i;
			run = h;
		}
		if (h.dead)
			continue;
		*p = h.piece;
		p->data = b->block + i + up(sizeof(h));
		*at = i + 1;
		return true;
	}
	return false;
}

void
pieces_kill(struct pieces *b, size_t at)
{
	bury(b, at - 1);
	if (at - 1 == b->start)
		trim(b);
}

bool
pieces_first(const struct pieces *b, struct piece *p)
{
	size_t at = 0;

	return pieces_next(b, &at, p);
}

void
pieces_pop(struct pieces *b)
{
	struct piece p;
	size_t at = 0;

	if (!pieces_next(b, &at, &p))
		return;
	bury(b, at - 1);
	trim(b);
}
