/*
 * A layer between a connection and its user.  A write that TLS has begun must
 * be repeated with the same bytes, so a slow connection shortens a write only
 * when it begins: what was offered to TLS once is offered again in full.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "emulator/host/lame.h"
#include "base/fd.h"
#include "loop/loop.h"
#include "base/mem.h"

enum { SLICE_MS = 20, SINK = 16384 };

struct emuio {
	struct loop *loop;
	struct io in;
	struct timer timer;
	bool stalled;		/* until the timer fires, or for good */
	bool dead;
	int64_t rate;		/* bytes a second, 0: no limit */
	int64_t budget;		/* bytes that may be written now */
	size_t begun;		/* size of a write that must be repeated */
	bool paused;		/* the budget is used up */
};

static ssize_t
read_bytes(void *self, void *p, size_t n)
{
	struct emuio *x = self;
	unsigned char sink[SINK];
	ssize_t r;

	if (x->stalled)
		return IO_AGAIN;
	if (!x->dead)
		return x->in.ops->read(x->in.self, p, n);
	while ((r = x->in.ops->read(x->in.self, sink, sizeof(sink))) > 0)
		;
	return r;
}

static void
refill(void *arg)
{
	struct emuio *x = arg;

	x->stalled = false;
	x->paused = false;
	x->budget = x->rate * SLICE_MS / 1000;
	if (x->budget < 1)
		x->budget = 1;
}

static ssize_t
write_bytes(void *self, const void *p, size_t n)
{
	struct emuio *x = self;
	ssize_t r;

	if (x->dead)
		return (ssize_t)n;
	if (x->stalled || x->paused)
		return IO_AGAIN;
	if (x->rate > 0 && (int64_t)n > x->budget)
		n = (size_t)x->budget;
	if (n < x->begun)
		n = x->begun;
	r = x->in.ops->write(x->in.self, p, n);
	x->begun = r == IO_AGAIN ? n : 0;
	if (x->rate > 0 && r > 0 && (x->budget -= r) <= 0) {
		x->paused = true;
		loop_timer(x->loop, &x->timer, loop_now(x->loop) + SLICE_MS *
		    (1 - x->budget / (x->rate * SLICE_MS / 1000 + 1)));
	}
	return r;
}

static int
want(void *self, bool reading, bool writing, struct pollfd *pfd, int room)
{
	struct emuio *x = self;

	if (x->stalled)
		return 0;
	return x->in.ops->want(x->in.self, reading || x->dead,
	    writing && !x->paused, pfd, room);
}

static const char *
why(void *self)
{
	struct emuio *x = self;

	return x->in.ops->why(x->in.self);
}

static void
close_io(void *self, enum io_how how)
{
	struct emuio *x = self;

	loop_untimer(x->loop, &x->timer);
	x->in.ops->close(x->in.self, x->dead ? IO_RESET : how);
	free(x);
}

static void
shut_io(void *self)
{
	struct emuio *x = self;

	if (!x->dead && x->in.ops->shut)
		x->in.ops->shut(x->in.self);
}

static const struct io_ops ops = {
	.read = read_bytes, .write = write_bytes, .want = want, .why = why,
	.close = close_io, .shut = shut_io
};

struct emuio *
lame_new(struct loop *loop, struct io inner, struct io *outer)
{
	struct emuio *x = mem_alloc(sizeof(*x));

	x->loop = loop;
	x->in = inner;
	x->timer.fire = refill;
	x->timer.arg = x;
	outer->ops = &ops;
	outer->self = x;
	return x;
}

void
lame_stall(struct emuio *x, int64_t until)
{
	x->stalled = true;
	if (until >= 0)
		loop_timer(x->loop, &x->timer, until);
	else
		loop_untimer(x->loop, &x->timer);
}

void
lame_slow(struct emuio *x, int64_t rate)
{
	x->rate = rate;
	if (!x->stalled)
		refill(x);
}

void
lame_dead(struct emuio *x)
{
	x->dead = true;
	x->stalled = false;
}
