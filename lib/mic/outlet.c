/*
 * Pieces move from the backlog to the output as far as the reader takes them; a
 * gap too, which grows as long as it stays behind.
 */
#include "mic/outlet.h"

#include <stdlib.h>

#include "mic/backlog.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "loop/output.h"

enum { MAX = 4096 };		/* bytes: half of it is on its way, a piece
				 * that is about to be fits into the rest */

struct outlet {
	const struct outlet_ops *ops;
	void *arg;
	int64_t limit_ms;
	struct backlog *backlog;
	struct output *out;
};

static void
push(struct outlet *o)
{
	const void *p;
	size_t n;

	while (output_queued(o->out) < MAX / 2 &&
	    (p = backlog_peek(o->backlog, &n)) != NULL) {
		(void)output_add(o->out, p, n, NULL, 0);
		backlog_take(o->backlog);
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
	o->limit_ms = limit_ms;
	o->backlog = backlog_new(limit_ms, bare);
	o->out = output_fd(loop, fd, MAX, &output_ops, o);
	return o;
}

void
outlet_free(struct outlet *o)
{
	if (o == NULL)
		return;
	backlog_free(o->backlog);
	output_close(o->out);
	free(o);
}

void
outlet_sound(struct outlet *o, int64_t t, int64_t us, const void *head,
    size_t hn, const void *body, size_t bn)
{
	backlog_sound(o->backlog, t, us, head, hn, body, bn);
	push(o);
}

int
outlet_control(struct outlet *o, const void *head, size_t hn)
{
	int r = backlog_control(o->backlog, head, hn);

	push(o);
	return r;
}

void
outlet_gap(struct outlet *o, int64_t t, int64_t us, const char *reason)
{
	backlog_gap(o->backlog, t, us, reason);
	push(o);
}

bool
outlet_half(const struct outlet *o)
{
	int64_t waiting = backlog_waiting(o->backlog);

	return waiting > 0 && waiting >= o->limit_ms / 2;
}

bool
outlet_idle(const struct outlet *o)
{
	size_t n;

	return output_idle(o->out) && backlog_peek(o->backlog, &n) == NULL;
}

int64_t
outlet_dropped(const struct outlet *o)
{
	return backlog_dropped(o->backlog);
}
