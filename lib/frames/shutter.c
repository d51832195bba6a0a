/*
 * Every turn of the loop decides whether the waiting picture is sent.  Time is
 * the loop's or, if the source has a frame rate and its pace is kept, the
 * source's.
 */
#include "frames/shutter.h"

#include <stdlib.h>

#include "base/clock.h"
#include "frames/darkroom.h"
#include "frames/frameclock.h"
#include "loop/loop.h"
#include "base/mem.h"

enum { RETRY_MS = 10 };

struct shutter {
	struct loop *loop;
	struct source *source;
	const struct shutter_ops *ops;
	void *arg;
	struct supply *supply;
	struct darkroom *darkroom;
	int64_t t, stamp;	/* of the picture in the darkroom */
	struct frameclock clock;
	struct timer timer;
	int64_t count, started, first, next_ask;
	bool on_speech, away, speaking, stopped;
	unsigned long sent, same, missed;
};

bool
shutter_allowed(const struct shutter *s)
{
	return !s->away && (!s->on_speech || s->speaking);
}

static bool
all_sent(const struct shutter *s)
{
	return s->count > 0 && s->sent >= (unsigned long)s->count;
}

static bool
timed(const struct shutter *s)
{
	return supply_pace(s->supply) >= SUPPLY_REAL;
}

static void
done_with(struct shutter *s)
{
	supply_taken(s->supply);
	loop_soon(s->loop);
}

/* Has the waiting picture examined; t is its time on the frame clock. */
static void
show(struct shutter *s, int64_t t, int64_t stamp)
{
	s->t = t;
	s->stamp = stamp;
	supply_lend(s->supply);
	darkroom_develop(s->darkroom, supply_waiting(s->supply),
	    frameclock_idle_due(&s->clock, t));
}

/* The picture is sent, held back or rejected. */
static void
developed(void *arg, enum shot_status st, double changed, const char *why,
    const struct shot_made *m)
{
	struct shutter *s = arg;

	if (s->stopped)
		return;
	loop_soon(s->loop);
	if (st == SHOT_DAMAGED) {
		supply_damaged(s->supply, why);
		return;
	}
	if (st == SHOT_BAD) {
		supply_reject(s->supply, why);
		return;
	}
	if (m != NULL) {
		s->sent++;
		s->ops->picture(s->arg, m, s->stamp, changed);
	} else {
		s->same++;
	}
	frameclock_looked(&s->clock, s->t, m != NULL);
	done_with(s);
}

/* When the waiting picture is due, in clock_ms(). */
static int64_t
due(struct shutter *s, int64_t now)
{
	switch (supply_pace(s->supply)) {
	case SUPPLY_FAST:
		return now;
	case SUPPLY_REAL:
		if (s->first == 0)
			s->first = now - supply_time(s->supply);
		return s->first + supply_time(s->supply);
	default:
		return frameclock_due(&s->clock, now);
	}
}

/* None is waiting: asks for one in time. */
static void
ask(struct shutter *s, int64_t now)
{
	int64_t at = frameclock_due(&s->clock, now);

	/* a command that failed is no reason to run it sooner */
	at = at > s->next_ask ? at : s->next_ask;
	if (!shutter_allowed(s))
		return;
	if (at > now)
		loop_timer(s->loop, &s->timer, at);
	else if (supply_ask(s->supply))
		s->next_ask = now + (int64_t)s->clock.every;
}

/* Does what is due now; sets the timer if it is too early. */
static void
consider(struct shutter *s, int64_t now)
{
	int64_t at, stamp;

	if (darkroom_busy(s->darkroom))
		return;
	if (supply_waiting(s->supply) == NULL) {
		ask(s, now);
		return;
	}
	at = due(s, now);
	if (at > now) {
		loop_timer(s->loop, &s->timer, at);
	} else if (!shutter_allowed(s)) {
		if (!timed(s))
			return;
		s->missed++;		/* its time has passed */
		done_with(s);
	} else if (!s->ops->room(s->arg)) {
		loop_timer(s->loop, &s->timer, now + RETRY_MS);
	} else {
		stamp = supply_pace(s->supply) == SUPPLY_FAST ?
		    supply_time(s->supply) : now - s->started;
		show(s, timed(s) ? stamp : now, stamp);
	}
}

static int
watch(void *arg, struct pollfd *pfd, int room)
{
	struct shutter *s = arg;

	(void)pfd;
	(void)room;
	if (!s->stopped && !all_sent(s))
		consider(s, loop_now(s->loop));
	return 0;
}

static const struct source_ops source_ops = { watch, NULL };

struct shutter *
shutter_open(struct loop *loop, const struct shutter_opts *o,
    const struct shutter_ops *ops, void *arg, char *why, size_t size)
{
	static const struct darkroom_ops darkroom_ops = { developed };
	struct shutter *s = mem_alloc(sizeof(*s));
	struct supply_opts from = o->from;

	from.fps = o->fps;
	s->loop = loop;
	s->ops = ops;
	s->arg = arg;
	s->supply = supply_open(loop, &from, &ops->supply, arg, why, size);
	if (s->supply == NULL) {
		free(s);
		return NULL;
	}
	s->darkroom = darkroom_open(loop, &o->how, &darkroom_ops, s);
	frameclock_init(&s->clock, o->fps, o->idle_fps < o->fps ?
	    o->idle_fps : o->fps);
	s->count = o->count;
	s->on_speech = o->on_speech;
	s->started = clock_ms();
	s->source = loop_add(loop, &source_ops, s);
	return s;
}

void
shutter_close(struct shutter *s)
{
	if (s == NULL)
		return;
	loop_remove(s->loop, s->source);
	loop_untimer(s->loop, &s->timer);
	supply_close(s->supply);
	darkroom_close(s->darkroom);
	free(s);
}

void
shutter_stop(struct shutter *s)
{
	s->stopped = true;
	supply_stop(s->supply);
}

void
shutter_kill(struct shutter *s)
{
	supply_kill(s->supply);
}

bool
shutter_busy(const struct shutter *s)
{
	return supply_state(s->supply).busy;
}

bool
shutter_looking(const struct shutter *s)
{
	return darkroom_busy(s->darkroom);
}

void
shutter_away(struct shutter *s, bool away)
{
	bool back = s->away && !away;

	s->away = away;
	loop_soon(s->loop);
	/* it shows what was long ago; the next one is on its way */
	if (back && !darkroom_busy(s->darkroom) &&
	    supply_waiting(s->supply) != NULL &&
	    supply_pace(s->supply) == SUPPLY_LIVE && loop_now(s->loop) -
	    supply_state(s->supply).since > SHUTTER_LATE_MS) {
		s->missed++;
		supply_taken(s->supply);
	}
}

void
shutter_speaking(struct shutter *s, bool speaking)
{
	if (s->speaking != speaking)
		loop_soon(s->loop);
	s->speaking = speaking;
}

bool
shutter_over(const struct shutter *s, bool told)
{
	struct supply_state from = supply_state(s->supply);
	bool shut = !told && !shutter_allowed(s);

	return all_sent(s) || (shut && (from.finite || from.drained)) ||
	    (from.over && (supply_waiting(s->supply) == NULL || shut));
}

bool
shutter_finite(const struct shutter *s)
{
	return supply_state(s->supply).finite;
}

bool
shutter_first(const struct shutter *s)
{
	struct supply_state from = supply_state(s->supply);

	return from.finite && s->sent + s->same + from.bad == 0 &&
	    !s->stopped && shutter_allowed(s) && !shutter_over(s, true);
}

struct shutter_counts
shutter_counts(const struct shutter *s)
{
	struct supply_state from = supply_state(s->supply);
	struct shutter_counts n = { .came = from.came, .sent = s->sent,
	    .same = s->same, .missed = s->missed, .bad = from.bad };

	if (from.camera != NULL) {
		n.lost = camera_lost(from.camera);
		n.damaged = camera_damaged(from.camera);
	}
	return n;
}
