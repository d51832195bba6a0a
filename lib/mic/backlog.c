/*
 * A list of pieces.  A gap is a piece that has no text yet: it still grows
 * while it is next to the sound that is dropped, and is written when its turn
 * comes.
 */
#include "mic/backlog.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "stream/stream.h"

enum backlog_kind { SOUND, CONTROL, GAP };

struct backlog_piece {
	struct backlog_piece *next;
	enum backlog_kind kind;
	int64_t t, us;
	const char *reason;	/* of a gap */
	size_t n;
	unsigned char data[];
};

struct backlog {
	struct backlog_piece *first, **last;
	int64_t limit_us, waiting_us, dropped_us;
	int controls;
	bool bare;
	struct buf text;	/* of the gap that was given last */
};

static const char reader[] = "reader";

struct backlog *
backlog_new(int64_t limit_ms, bool bare)
{
	struct backlog *b = mem_alloc(sizeof(*b));

	b->last = &b->first;
	b->limit_us = limit_ms * 1000;
	b->bare = bare;
	buf_init(&b->text, 1024);
	return b;
}

void
backlog_free(struct backlog *b)
{
	struct backlog_piece *p;

	if (b == NULL)
		return;
	while ((p = b->first) != NULL) {
		b->first = p->next;
		free(p);
	}
	buf_done(&b->text);
	free(b);
}

static struct backlog_piece *
add(struct backlog *b, enum backlog_kind kind, int64_t t, int64_t us,
    const void *head, size_t hn, const void *body, size_t bn)
{
	struct backlog_piece *p = mem_resize(NULL, 1, sizeof(*p) + hn + bn);

	p->next = NULL;
	p->kind = kind;
	p->t = t;
	p->us = us;
	p->reason = NULL;
	p->n = hn + bn;
	if (hn > 0)
		memcpy(p->data, head, hn);
	if (bn > 0)
		memcpy(p->data + hn, body, bn);
	*b->last = p;
	b->last = &p->next;
	return p;
}

/* The oldest sound becomes a gap, or part of the one before it. */
static void
drop_oldest(struct backlog *b)
{
	struct backlog_piece **at, *p, *before = NULL;

	for (at = &b->first; (p = *at) != NULL && p->kind != SOUND;
	    at = &p->next)
		before = p;
	if (p == NULL)
		return;
	b->waiting_us -= p->us;
	b->dropped_us += p->us;
	if (!b->bare && (before == NULL || before->kind != GAP ||
	    before->reason != reader)) {
		p->kind = GAP;
		p->reason = reader;
		p->n = 0;
		return;
	}
	if (!b->bare)
		before->us += p->us;
	*at = p->next;
	if (p->next == NULL)
		b->last = at;
	free(p);
}

void
backlog_sound(struct backlog *b, int64_t t, int64_t us, const void *head,
    size_t hn, const void *body, size_t bn)
{
	add(b, SOUND, t, us, head, hn, body, bn);
	b->waiting_us += us;
	while (b->waiting_us > b->limit_us && b->waiting_us > us)
		drop_oldest(b);
}

int
backlog_control(struct backlog *b, const void *head, size_t hn)
{
	if (b->controls == BACKLOG_CONTROLS)
		return -1;
	b->controls++;
	add(b, CONTROL, 0, 0, head, hn, NULL, 0);
	return 0;
}

void
backlog_gap(struct backlog *b, int64_t t, int64_t us, const char *reason)
{
	if (b->bare)
		return;
	add(b, GAP, t, us, NULL, 0, NULL, 0)->reason = reason;
}

const void *
backlog_peek(struct backlog *b, size_t *n)
{
	struct backlog_piece *p = b->first;

	if (p == NULL)
		return NULL;
	if (p->kind != GAP) {
		*n = p->n;
		return p->data;
	}
	buf_clear(&b->text);
	stream_head(&b->text, "lost");
	stream_int(&b->text, "t", p->t);
	stream_int(&b->text, "ms", p->us / 1000);
	stream_str(&b->text, "reason", p->reason);
	stream_tail(&b->text, 0);
	*n = b->text.len;
	return b->text.data;
}

void
backlog_take(struct backlog *b)
{
	struct backlog_piece *p = b->first;

	if (p == NULL)
		return;
	if (p->kind == SOUND)
		b->waiting_us -= p->us;
	else if (p->kind == CONTROL)
		b->controls--;
	b->first = p->next;
	if (b->first == NULL)
		b->last = &b->first;
	free(p);
}

int64_t
backlog_waiting(const struct backlog *b)
{
	return b->waiting_us / 1000;
}

int64_t
backlog_dropped(const struct backlog *b)
{
	return b->dropped_us / 1000;
}
