/*
 * A list of pieces in front of an output; they move on as the reader takes
 * them.  A gap is a piece without text at first: it grows while the sound next
 * to it is dropped, and its text is made when its turn comes.
 */
#include "mic/outlet.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "loop/loop.h"
#include "loop/output.h"
#include "stream/stream.h"

enum { MAX = 4096 };		/* bytes: up to half are queued, and the next
				 * piece fits into the rest */

enum outlet_kind { SOUND, CONTROL, GAP };

struct outlet_piece {
	struct outlet_piece *next;
	enum outlet_kind kind;
	int64_t t, us;
	const char *reason;	/* of a gap */
	size_t n;
	unsigned char data[];
};

struct outlet {
	const struct outlet_ops *ops;
	void *arg;
	struct output *out;
	struct outlet_piece *first, **last;
	int64_t limit_us, waiting_us, dropped_us;
	int controls;
	bool bare;
	struct buf text;	/* of the gap returned last */
};

static const char reader[] = "reader";

static struct outlet_piece *
add(struct outlet *o, enum outlet_kind kind, int64_t t, int64_t us,
    const void *head, size_t hn, const void *body, size_t bn)
{
	struct outlet_piece *p = mem_resize(NULL, 1, sizeof(*p) + hn + bn);

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
	*o->last = p;
	o->last = &p->next;
	return p;
}

/* The oldest sound becomes a gap, or part of the one before it. */
static void
drop_oldest(struct outlet *o)
{
	struct outlet_piece **at, *p, *before = NULL;

	for (at = &o->first; (p = *at) != NULL && p->kind != SOUND;
	    at = &p->next)
		before = p;
	if (p == NULL)
		return;
	o->waiting_us -= p->us;
	o->dropped_us += p->us;
	if (!o->bare && (before == NULL || before->kind != GAP ||
	    before->reason != reader)) {
		p->kind = GAP;
		p->reason = reader;
		p->n = 0;
		return;
	}
	if (!o->bare)
		before->us += p->us;
	*at = p->next;
	if (p->next == NULL)
		o->last = at;
	free(p);
}

/* The oldest piece, valid until the next call; NULL if there is none. */
static const void *
peek(struct outlet *o, size_t *n)
{
	struct outlet_piece *p = o->first;

	if (p == NULL)
		return NULL;
	if (p->kind != GAP) {
		*n = p->n;
		return p->data;
	}
	buf_clear(&o->text);
	stream_head(&o->text, "lost");
	stream_int(&o->text, "t", p->t);
	stream_int(&o->text, "ms", p->us / 1000);
	stream_str(&o->text, "reason", p->reason);
	stream_tail(&o->text, 0);
	*n = o->text.len;
	return o->text.data;
}

static void
take(struct outlet *o)
{
	struct outlet_piece *p = o->first;

	if (p == NULL)
		return;
	if (p->kind == SOUND)
		o->waiting_us -= p->us;
	else if (p->kind == CONTROL)
		o->controls--;
	o->first = p->next;
	if (o->first == NULL)
		o->last = &o->first;
	free(p);
}

static void
push(struct outlet *o)
{
	const void *p;
	size_t n;

	while (output_queued(o->out) < MAX / 2 && (p = peek(o, &n)) != NULL) {
		(void)output_add(o->out, p, n, NULL, 0);
		take(o);
	}
}

static void
room(void *arg)
{
	struct outlet *o = arg;

	push(o);
	o->ops->room(o->arg);
}

static void
broken(void *arg, int error)
{
	struct outlet *o = arg;

	o->ops->broken(o->arg, error);
}

static const struct output_ops output_ops = { room, broken };

struct outlet *
outlet_new(struct loop *loop, int fd, int64_t limit_ms, bool bare,
    const struct outlet_ops *ops, void *arg)
{
	struct outlet *o = mem_alloc(sizeof(*o));

	o->ops = ops;
	o->arg = arg;
	o->last = &o->first;
	o->limit_us = limit_ms * 1000;
	o->bare = bare;
	buf_init(&o->text, 1024);
	o->out = output_fd(loop, fd, MAX, &output_ops, o);
	return o;
}

void
outlet_free(struct outlet *o)
{
	struct outlet_piece *p;

	if (o == NULL)
		return;
	while ((p = o->first) != NULL) {
		o->first = p->next;
		free(p);
	}
	buf_done(&o->text);
	output_close(o->out);
	free(o);
}

void
outlet_sound(struct outlet *o, int64_t t, int64_t us, const void *head,
    size_t hn, const void *body, size_t bn)
{
	add(o, SOUND, t, us, head, hn, body, bn);
	o->waiting_us += us;
	while (o->waiting_us > o->limit_us && o->waiting_us > us)
		drop_oldest(o);
	push(o);
}

int
outlet_control(struct outlet *o, const void *head, size_t hn)
{
	if (o->controls == OUTLET_CONTROLS)
		return -1;
	o->controls++;
	add(o, CONTROL, 0, 0, head, hn, NULL, 0);
	push(o);
	return 0;
}

void
outlet_gap(struct outlet *o, int64_t t, int64_t us, const char *reason)
{
	if (o->bare)
		return;
	add(o, GAP, t, us, NULL, 0, NULL, 0)->reason = reason;
	push(o);
}

bool
outlet_half(const struct outlet *o)
{
	return o->waiting_us > 0 && o->waiting_us >= o->limit_us / 2;
}

bool
outlet_idle(const struct outlet *o)
{
	return output_idle(o->out) && o->first == NULL;
}

int64_t
outlet_dropped(const struct outlet *o)
{
	return o->dropped_us / 1000;
}
