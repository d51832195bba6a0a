/*
 * Sound is pulled: a frame that is due takes from the open record, and that
 * from the input; so nothing is read far ahead of its time.  With `fill` it is
 * pushed: what arrives waits in `pending` until it is due.
 */
#include "mic/tape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "mic/framer.h"
#include "loop/input.h"
#include "base/json.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "sound/pace.h"
#include "sound/pcm.h"
#include "stream/mono.h"

enum {
	BITE = 960,		/* samples for the framer at once */
	AHEAD = 16 << 20,	/* bytes pending at most, with `fill` */
	STOOD_S = 1		/* this late, the process was stopped */
};

struct tape {
	struct loop *loop;
	struct tape_opts o;
	const struct tape_ops *ops;
	void *arg;
	struct input *input;
	struct intake *intake;
	struct framer *framer;
	struct timer tick;
	struct pace pace;
	struct mono mono;		/* of a record with several channels */
	const unsigned char *p;		/* what is left of the open record */
	size_t left;			/* in samples */
	int from;			/* its rate */
	struct buf pending;		/* samples for the next frames */
	size_t used;			/* bytes of it that were delivered */
	int64_t given;			/* samples delivered */
	int64_t paced;			/* of them, since the pace began */
	double taken;			/* samples read, at the output's rate */
	double anchor;			/* of them, at the last stamp */
	int64_t anchor_us;		/* that stamp; -1: none */
	bool ended, flushed, over;
	bool gone;			/* a FIFO's last writer has left */
	bool held;			/* the framer may hold a part */
	bool silent;			/* the current frame is only filled */
	int64_t dead;			/* turns up to here were interrupted */
	int code;
	char why[600];
};

static void
keep(void *arg, int64_t t, int64_t at, const int16_t *p, int n)
{
	struct tape *a = arg;

	(void)t;
	(void)at;
	(void)buf_add(&a->pending, p, (size_t)n * sizeof(*p));
}

/* Bytes waiting in pending. */
static size_t
waiting(const struct tape *a)
{
	return a->pending.len - a->used;
}

static void
drop(struct tape *a, size_t n)
{
	a->used += n;
	if (a->used < a->pending.len / 2)
		return;
	buf_drop(&a->pending, a->used);
	a->used = 0;
}

static void
renew_framer(struct tape *a)
{
	framer_free(a->framer);
	a->framer = framer_new(a->o.rate, a->o.samples, keep, a);
	a->held = false;
}

static void
bad(struct tape *a, int code, const char *why)
{
	if (a->code != CODE_OK)
		return;
	a->code = code;
	snprintf(a->why, sizeof(a->why), "%s: %s",
	    strcmp(a->o.path, "-") == 0 ? "standard input" : a->o.path, why);
}

/* Drops what was read ahead of an interrupted turn. */
static void
interrupted(struct tape *a, int64_t turn)
{
	a->dead = turn;
	a->left = 0;
	drop(a, waiting(a));
	renew_framer(a);
}

static void
open_record(struct tape *a, const struct record *r)
{
	struct mono_form f;
	const char *why;
	int64_t turn = json_get_int(r->head, "turn", 0);

	if (a->o.fill && strcmp(r->type, "start") == 0)
		a->dead = 0;
	if (a->o.fill && strcmp(r->type, "interrupted") == 0)
		interrupted(a, turn);
	if (strcmp(r->type, "audio") != 0 || (turn > 0 && turn <= a->dead))
		return;
	why = mono_form(&f, r, a->o.rate);
	if (why != NULL)
		bad(a, CODE_DATA, f.rate == 0 && !f.file ? "sound with an "
		    "impossible rate or number of channels" : why);
	a->p = f.rate > 0 ? mono_mix(&a->mono, &f, r) : NULL;
	if (a->p == NULL)
		return;
	a->left = f.frames;
	a->from = f.rate;
	if (json_get_int(r->head, "ns", -1) >= 0) {
		a->anchor = a->taken;
		a->anchor_us = json_get_int(r->head, "ns", 0) / 1000;
	}
}

static void
make_intake(struct tape *a)
{
	a->o.form.mend = input_survives(a->input) && !a->o.once;
	a->intake = intake_new(&a->o.form);
}

static void
lost(struct tape *a, const char *what)
{
	char text[600];

	snprintf(text, sizeof(text), "%s: %s", what, intake_why(a->intake));
	a->ops->warn(a->arg, text);
}

/* What a FIFO's last writer left incomplete must not run into the next
 * writer's. */
static bool
begin_anew(struct tape *a)
{
	a->gone = false;
	if (intake_cut(a->intake) == -1)
		lost(a, "a writer left something half done, which is dropped");
	memset(&a->mono.in, 0, sizeof(a->mono.in));
	a->dead = 0;
	intake_free(a->intake);
	make_intake(a);
	return false;
}

/* Moves part of the open record, or the next record, on; false if there is
 * nothing. */
static bool
advance(struct tape *a)
{
	int16_t bite[BITE];
	struct record r;
	size_t n = a->left < BITE ? a->left : BITE;
	char text[200];
	const char *why;

	if (n > 0) {
		memcpy(bite, a->p, n * 2);
		a->p += n * 2;
		a->left -= n;
		framer_add(a->framer, a->from, 0, bite, (int)n);
		a->taken += (double)n * a->o.rate / a->from;
		a->held = true;
		return true;
	}
	switch (intake_next(a->intake, &r)) {
	case STREAM_RECORD:
		open_record(a, &r);
		return true;
	case STREAM_BAD:
		bad(a, CODE_DATA, intake_why(a->intake));
		a->ended = true;
		break;
	case STREAM_LOST:
		lost(a, "damaged");
		return true;
	case STREAM_MORE:
		break;
	}
	if (a->gone && !a->ended)
		return begin_anew(a);
	if (!a->ended || a->flushed)
		return false;
	if (a->code == CODE_OK &&
	    ((why = intake_advice(a->intake, text, sizeof(text))) != NULL ||
	    (why = pcm_in_advice(&a->mono.in, text, sizeof(text))) != NULL))
		a->ops->warn(a->arg, why);
	if (a->code == CODE_OK && intake_cut(a->intake) == -1)
		bad(a, CODE_DATA, intake_why(a->intake));
	a->flushed = true;
	framer_end(a->framer);
	return true;
}

/* The samples of the next frame: a whole one, or at the end the rest. */
static int
next_frame(struct tape *a)
{
	size_t whole = (size_t)a->o.samples * 2;

	while (waiting(a) < whole && advance(a))
		;
	if (waiting(a) >= whole)
		return a->o.samples;
	return a->flushed ? (int)(waiting(a) / 2) : 0;
}

/* The stream time of the next frame, which is `at` on the clock. */
static int64_t
time_of(const struct tape *a, int64_t at)
{
	if (a->o.stamped && a->anchor_us >= 0)
		return a->anchor_us + (int64_t)(((double)a->given -
		    a->anchor) * 1e6 / a->o.rate);
	if (a->o.from_0)
		return a->given * 1000000 / a->o.rate;
	return at;
}

static void
give(struct tape *a, int n, int64_t at)
{
	at = time_of(a, at);
	a->ops->frame(a->arg, a->given * 1000 / a->o.rate, at,
	    (void *)(a->pending.data + a->used), n);
	drop(a, (size_t)n * 2);
	a->given += n;
	a->paced += n;
}

static void
finish(struct tape *a)
{
	if (a->over)
		return;
	a->over = true;
	loop_untimer(a->loop, &a->tick);
	a->ops->over(a->arg, a->code, a->why);
}

/* The samples of the next frame, which is due: those available, padded with
 * silence; 0 at the end. */
static int
fill_frame(struct tape *a)
{
	size_t whole = (size_t)a->o.samples * 2;
	char *p;

	if (waiting(a) < whole && a->held && !a->flushed) {
		framer_end(a->framer);
		renew_framer(a);
	}
	if (waiting(a) < whole && a->flushed)
		return (int)(waiting(a) / 2);
	a->silent = waiting(a) == 0;
	p = buf_room(&a->pending, whole);
	if (p != NULL && waiting(a) < whole) {
		memset(p, 0, whole - waiting(a));
		buf_added(&a->pending, whole - waiting(a));
	}
	return a->o.samples;
}

/* As run(), but without pauses in the sound. */
static void
run_filled(struct tape *a)
{
	int64_t now = clock_us(), passed;
	int n;

	while (!a->over) {
		while (waiting(a) < AHEAD && advance(a))
			;
		passed = pace_frames(&a->pace, now);
		if (!a->pace.running ||
		    passed - a->paced > (int64_t)(a->pace.rate * STOOD_S)) {
			pace_start(&a->pace, now);
			a->paced = 0;
			passed = 0;
		}
		if (a->flushed && waiting(a) == 0) {
			finish(a);
			return;
		}
		if (passed < a->paced + a->o.samples) {
			loop_timer(a->loop, &a->tick, pace_when(&a->pace,
			    a->paced + a->o.samples) / 1000 + 1);
			return;
		}
		if ((n = fill_frame(a)) > 0)
			give(a, n, pace_when(&a->pace, a->paced));
		a->silent = false;
	}
}

/* Delivers the frames whose last sample has been "captured" by now. */
static void
run(struct tape *a)
{
	int64_t now = clock_us(), at;
	int n;

	if (a->o.fill) {
		run_filled(a);
		return;
	}
	while (!a->over && (n = next_frame(a)) > 0) {
		if (a->o.pace <= 0) {
			if (a->ops->full(a->arg, time_of(a, now)))
				return;
			give(a, n, now);
			continue;
		}
		if (!a->pace.running) {
			pace_start(&a->pace, now);
			a->paced = 0;
		}
		if (pace_frames(&a->pace, now) < a->paced + n) {
			loop_timer(a->loop, &a->tick, pace_when(&a->pace,
			    a->paced + n) / 1000 + 1);
			return;
		}
		at = pace_when(&a->pace, a->paced);
		if (a->ops->full(a->arg, time_of(a, at)))
			return;
		give(a, n, at);
	}
	if (a->flushed)
		finish(a);
	else
		/* the writer is late: the pace restarts with its next sound */
		pace_stop(&a->pace);
}

static void
tick(void *arg)
{
	run(arg);
}

void
tape_resume(struct tape *a)
{
	run(a);
}

bool
tape_silent(const struct tape *a)
{
	return a->silent;
}

static void *
window(void *arg, size_t *n)
{
	struct tape *a = arg;

	size_t most = a->o.fill ? AHEAD : (size_t)a->o.samples * 2;

	if (a->over || a->ended || a->gone || a->left > 0 ||
	    waiting(a) >= most)
		return NULL;
	return intake_window(a->intake, n);
}

static void
filled(void *arg, size_t n)
{
	struct tape *a = arg;

	intake_filled(a->intake, n);
	run(a);
}

static void
end(void *arg, int error)
{
	struct tape *a = arg;

	if (error)
		bad(a, CODE_IO, log_reason(error));
	a->ended = true;
	intake_ended(a->intake);
	run(a);
}

static void
gone(void *arg)
{
	struct tape *a = arg;

	if (a->over || a->ended)
		return;
	a->gone = true;
	a->ended = a->o.once;
	intake_ended(a->intake);
	run(a);
}

static const struct input_ops input_ops = { window, filled, end, gone };

struct tape *
tape_new(struct loop *loop, const struct tape_opts *o,
    const struct tape_ops *ops, void *arg)
{
	struct tape *a = mem_alloc(sizeof(*a));

	a->loop = loop;
	a->o = *o;
	a->ops = ops;
	a->arg = arg;
	a->anchor_us = -1;
	a->input = input_open(loop, o->path, &input_ops, a);
	if (a->input == NULL) {
		free(a);
		return NULL;
	}
	make_intake(a);
	renew_framer(a);
	a->tick.fire = tick;
	a->tick.arg = a;
	if (o->fill)
		loop_timer(loop, &a->tick, clock_ms());
	pace_init(&a->pace, o->rate * (o->pace > 0 ? o->pace : 1));
	buf_init(&a->pending, 64 << 20);
	mono_init(&a->mono, o->form.pick);
	return a;
}

void
tape_free(struct tape *a)
{
	if (a == NULL)
		return;
	loop_untimer(a->loop, &a->tick);
	input_close(a->input);
	intake_free(a->intake);
	framer_free(a->framer);
	buf_done(&a->pending);
	mono_done(&a->mono);
	free(a);
}
