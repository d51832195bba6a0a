/*
 * The connections of a conversation.  At most two exist: cur, which carries it,
 * and next, opened ahead as far as the upgrade.  The service fails a session
 * with two holders, so cur is closed, and its close answered or given up,
 * before the setup goes out on next.  Whatever ends a connection opens a gap;
 * the next one that is live closes it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "proto/family.h"
#include "base/log.h"
#include "session/inner.h"
#include "session/turns.h"

enum {
	QUIET_MS = 700,		/* the user makes a pause */
	LAG_MS = 1500,		/* words come so long after the sound */
	UNSURE_MS = 4000,	/* what may have been speech gets no answer */
	LATER_MS = 30000,	/* a quota's wait, half of it by chance */
	LIFE_MIN_MS = 1000,
	BAD_RESUMES = 3,
	BUSY_MS = 10,		/* of what looks like a trip */
	GOAWAY_MS = 10000,	/* time left where the service does not say */
	DAY_MS = 24 * 3600 * 1000
};

static int64_t
min(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t
backoff(struct session *s, int n)
{
	int64_t base = s->cfg.backoff_ms, max = s->cfg.backoff_max_ms;

	while (n-- > 1 && base < max)
		base *= 2;
	base = min(base, max);
	/* between half of it and all, so that many sessions that were lost
	 * together do not come back together */
	return base / 2 + (int64_t)draw(s, (uint64_t)(base / 2 + 1));
}

enum phase
link_now(const struct session *s)
{
	const struct link *l = s->cur != -1 ? &s->link[s->cur] : NULL;

	if (l == NULL || l->phase == LINK_DIAL || l->phase == LINK_OPEN)
		return PHASE_DIAL;
	if (l->phase == LINK_SETUP)
		return PHASE_SETUP;
	if (l->away)
		return PHASE_AWAY;
	if (s->calls.open > 0)
		return PHASE_TOOL;
	return s->answer.open || s->owed == OWED_SURE ? PHASE_TURN :
	    PHASE_IDLE;
}

static void
dial(struct session *s, int conn)
{
	memset(&s->link[conn], 0, sizeof(s->link[conn]));
	s->link[conn].phase = LINK_DIAL;
	s->link[conn].dial_at = s->now;
	timer_set(s, conn == 0 ? TIMER_DIAL0 : TIMER_DIAL1,
	    s->now + s->cfg.dial_ms);
	s->ops.dial(s->arg, conn);
}

void
link_trip(struct session *s, int64_t ms, int trips)
{
	/* By a clock of whole milliseconds it may be one less than measured,
	 * and a busy machine makes it look longer than it is; what was
	 * answered must not count as lost, and be asked again. */
	ms = ms > 0 ? (ms - 1) / trips : 0;
	ms = ms / 2 > BUSY_MS ? ms / 2 - BUSY_MS : 0;
	if (!s->trip_known || ms < s->trip_ms)
		s->trip_ms = ms;
	s->trip_known = true;
}

/* The place that is not cur. */
static int
other(const struct session *s)
{
	return s->cur == 0 ? 1 : 0;
}

static void
dial_ahead(struct session *s)
{
	if (s->next != -1)
		return;
	s->next = other(s);
	dial(s, s->next);
}

/* Goes on with the connection opened ahead, or with a new one. */
static void
follow(struct session *s)
{
	if (s->next == -1) {
		s->cur = 0;
		s->mode = MODE_DIAL;
		dial(s, s->cur);
		return;
	}
	s->cur = s->next;
	s->next = -1;
	if (s->link[s->cur].phase == LINK_OPEN)
		resume_setup(s, s->cur);
	else
		s->mode = MODE_DIAL;
}

void
link_start(struct session *s)
{
	follow(s);
}

static void
clear_rotation(struct session *s)
{
	s->rotate = s->forced = false;
	timer_off(s, TIMER_AHEAD);
	timer_off(s, TIMER_ROTATE);
	timer_off(s, TIMER_QUIET);
	timer_off(s, TIMER_STABLE);
}

static void
open_gap(struct session *s, const char *why)
{
	clear_rotation(s);
	watch_off(s);
	if (s->gap.open || s->totals.connections == 0)
		return;
	memset(&s->gap, 0, sizeof(s->gap));
	s->gap.open = true;
	s->gap.since = s->now;
	s->gap.continued = s->answer.busy || (s->answer.open &&
	    !turn_said(s));
	snprintf(s->gap.why, sizeof(s->gap.why), "%s", why);
	s->gap.from = s->gap.from_fresh = s->now - send_keeps(s);
	/* Speech that the service has put into words is in the history; what
	 * it has not, or what is still being spoken, must go out as sound. */
	if (s->words_at - LAG_MS > s->gap.from_fresh)
		s->gap.from_fresh = s->words_at - LAG_MS;
	s->gap.sound = s->now - s->loud_at < QUIET_MS ||
	    s->loud_at > s->words_at;
	note_close_words(s);
	turn_lost(s);
	turns_repeat(s->turns);
	note_reconnecting(s);
}

/* Closes cur in order; what follows waits for its end. */
static void
leave(struct session *s, const char *why)
{
	open_gap(s, why);
	s->mode = MODE_SWITCH;
	s->link[s->cur].phase = LINK_CLOSING;
	timer_set(s, TIMER_CLOSE, s->now + s->cfg.close_ms);
	s->ops.hangup(s->arg, s->cur, 1000, "");
}

void
link_refresh(struct session *s, const char *why)
{
	resume_forget(s);
	leave(s, why);
	s->gap.continued = s->gap.leaving = true;	/* all is owed again */
	dial_ahead(s);
}

/* Whether cur can be left with nothing lost. */
static bool
safe(struct session *s)
{
	const struct link *l = &s->link[s->cur];
	int64_t quiet = s->loud_at + (s->owed == OWED_MAYBE ? UNSURE_MS :
	    QUIET_MS);

	if (s->answer.open || s->answer.busy || s->calls.open > 0 ||
	    s->owed == OWED_SURE || (s->manual && s->activity))
		return false;
	if (s->cfg.resume && s->handles > 0 && !(l->fresh && s->resumable &&
	    s->turns_after == 0))
		return false;
	if (!s->manual && s->now < quiet) {
		timer_set(s, TIMER_QUIET, quiet);
		return false;
	}
	return true;
}

void
link_rotate(struct session *s)
{
	struct link *l = &s->link[s->cur];

	if (!s->rotate)
		return;
	if (s->next == -1) {
		if (!timer_on(s, TIMER_AHEAD))
			dial_ahead(s);
		return;
	}
	if (s->link[s->next].phase != LINK_OPEN || (!s->forced && !safe(s)))
		return;
	/* A handle that came before this connection would lose what was said
	 * on it. */
	if (s->cfg.resume && !l->fresh)
		resume_forget(s);
	leave(s, l->away ? "goAway" : "age");
}

void
link_goaway(struct session *s, int64_t left)
{
	struct link *l = &s->link[s->cur];
	int64_t wait = 0, at;

	left = left < 0 ? GOAWAY_MS : min(left, DAY_MS);
	at = s->now + left - min(2000, left / 4);
	if (l->away) {		/* once more: with less time, perhaps */
		timer_set(s, TIMER_ROTATE, min(at, s->timers[TIMER_ROTATE]));
		return;
	}
	l->away = true;
	if (s->now - l->live_at < s->cfg.stable_ms)
		wait = backoff(s, ++s->fails);	/* a service that only ever
						 * says so */
	s->rotate = true;
	timer_off(s, TIMER_AHEAD);
	if (wait > 0)
		timer_set(s, TIMER_AHEAD, s->now + wait);
	if (at < s->now + wait)
		at = s->now + wait;
	timer_set(s, TIMER_ROTATE, min(at, s->timers[TIMER_ROTATE]));
}

/* How long a connection lives, 0 for ever; and how early the next one is
 * opened, which must leave something of that life. */
static int64_t
life(const struct session *s, int64_t *before)
{
	int64_t ms = s->cfg.life_ms > 0 ? s->cfg.life_ms :
	    (int64_t)s->cfg.family->connection_s * 1000;

	if (ms > 0 && ms < LIFE_MIN_MS)
		ms = LIFE_MIN_MS;
	*before = s->cfg.ahead_ms < ms ? s->cfg.ahead_ms : ms / 2;
	return ms;
}

void
link_plan(struct session *s)
{
	int64_t before, ms = life(s, &before);

	if (ms > 0)
		timer_set(s, TIMER_AHEAD, s->link[s->cur].live_at + ms -
		    before);
}

/* The time has come at which the next connection is opened. */
static void
ahead(struct session *s)
{
	int64_t before, ms = life(s, &before);

	if (s->mode != MODE_LIVE)
		return;
	if (!s->rotate)
		timer_set(s, TIMER_ROTATE, s->link[s->cur].live_at + ms -
		    min(1000, before / 4));
	s->rotate = true;
	dial_ahead(s);
}

/* The end of all, for cause. */
static void
give_up(struct session *s, const struct failure *f, int code,
    const char *reason, enum phase phase)
{
	note_error(s, f, code, reason, phase);
	tell(s, SESSION_ERROR, "%s (%s, in phase %s)", f->advice, reason,
	    classify_phase(phase));
	finish(s, f->code, classify_name(f->class));
}

/* Whether and when to try again; -1: not. */
static int64_t
delay(struct session *s, const struct failure *f, bool live)
{
	int64_t wait;

	if (f->remedy == REMEDY_STOP || s->fails > s->cfg.retries)
		return -1;
	if (s->totals.connections == 0 && f->class != FAILURE_OVERLOAD &&
	    f->class != FAILURE_SERVER && f->class != FAILURE_HANDLE &&
	    f->class != FAILURE_AGE)
		return -1;
	wait = s->fails <= 1 && live && f->class != FAILURE_HOLDER ? 0 :
	    backoff(s, s->fails);
	if (f->remedy == REMEDY_LATER)
		wait = LATER_MS / 2 + (int64_t)draw(s, LATER_MS);
	if (f->remedy == REMEDY_ONCE) {
		/* first with the handle, then without, then not */
		if (s->once == 1)
			resume_forget(s);
		if (s->once++ > 1)
			return -1;
		if (s->once > 1)
			wait = backoff(s, s->once);
	}
	return wait;
}

/* cur is lost: what was said, what now. */
static void
lost(struct session *s, int conn, struct failure *f, int code,
    const char *reason, enum phase phase)
{
	bool live = phase != PHASE_DIAL && phase != PHASE_SETUP;
	int64_t wait;

	timer_off(s, TIMER_SETUP);
	timer_off(s, TIMER_CLOSE);
	s->cur = -1;
	s->fails++;
	if (s->totals.connections == 0 && f->class == FAILURE_NETWORK &&
	    f->code == CODE_TEMPFAIL)
		f->code = CODE_UNAVAILABLE;
	/* A handle that only ever fails is as good as none. */
	if (f->class == FAILURE_HANDLE || (phase == PHASE_SETUP &&
	    s->link[conn].resumed && ++s->bad_resumes >= BAD_RESUMES))
		resume_forget(s);
	if (s->input_ended && s->end_sent && f->class == FAILURE_NORMAL &&
	    s->owed != OWED_SURE && !s->answer.open && !s->answer.busy) {
		finish(s, CODE_OK, "finished");
		return;
	}
	open_gap(s, reason);
	if (f->silent) {
		s->gap.silent = true;
		shape_tell(s);
	}
	wait = delay(s, f, live);
	if (wait < 0) {
		give_up(s, f, code, reason, phase);
		return;
	}
	tell(s, s->totals.connections == 0 || f->class != FAILURE_AGE ?
	    SESSION_WARN : SESSION_INFO, "%s: %s (%s); trying again in %"
	    PRId64 " ms", classify_name(f->class), reason,
	    classify_phase(phase), wait);
	if (wait == 0) {
		follow(s);
		return;
	}
	s->mode = MODE_WAIT;
	timer_set(s, TIMER_RETRY, s->now + wait);
}

void
link_failed(struct session *s, int conn, const struct failure *f, int code,
    const char *reason)
{
	enum phase phase = link_now(s);
	struct failure copy = *f;

	timer_off(s, conn == 0 ? TIMER_DIAL0 : TIMER_DIAL1);
	s->link[conn].phase = LINK_FREE;
	if (conn == s->next) {
		s->next = -1;
		s->dials++;
		tell(s, SESSION_INFO, "the next connection could not be "
		    "opened ahead: %s", reason);
		if (s->mode == MODE_LIVE)
			timer_set(s, TIMER_AHEAD, s->now +
			    backoff(s, s->dials + 1));
	} else if (conn == s->cur)
		lost(s, conn, &copy, code, reason, phase);
}

/* A connection ended that we had closed. */
void
link_gone(struct session *s, int conn)
{
	s->link[conn].phase = LINK_FREE;
	if (conn != s->cur)
		return;
	timer_off(s, TIMER_CLOSE);
	s->cur = -1;
	if (s->mode != MODE_SWITCH)
		return;
	/* The model may have begun to speak while the close was under way. */
	s->gap.continued |= s->answer.busy || (s->answer.open &&
	    !turn_said(s));
	note_close_words(s);
	turn_lost(s);
	watch_off(s);
	follow(s);
}

void
link_drop_all(struct session *s)
{
	int i;

	for (i = 0; i < 2; i++)
		if (s->link[i].phase != LINK_FREE) {
			s->link[i].phase = LINK_FREE;
			s->ops.drop(s->arg, i);
		}
	s->cur = s->next = -1;
}

void
session_connected(struct session *s, int64_t now, int conn)
{
	s->now = now;
	if (s->link[conn].phase == LINK_DIAL) {
		timer_off(s, conn == 0 ? TIMER_DIAL0 : TIMER_DIAL1);
		s->link[conn].phase = LINK_OPEN;
		link_trip(s, now - s->link[conn].dial_at, 3);
		if (conn == s->cur)
			resume_setup(s, conn);
	}
	settle(s);
}

void
session_refused(struct session *s, int64_t now, int conn, int http,
    const char *body, size_t n, int code, const char *why)
{
	struct failure f;

	s->now = now;
	if (http > 0)
		classify_http(&f, http, body, n);
	else
		classify_dial(&f, code);
	if (s->link[conn].phase == LINK_DIAL)
		link_failed(s, conn, &f, http, why);
	settle(s);
}

/* A refusal that met our own close on its way: of what was sent last. */
static void
crossed(struct session *s, int conn, int code, const char *reason)
{
	struct failure f;

	if (s->mode != MODE_END || s->end_code != CODE_OK || code != 1007)
		return;
	classify_close(&f, code, reason, NULL, link_now(s),
	    s->link[conn].resumed, s->served);
	note_error(s, &f, code, reason, link_now(s));
	tell(s, SESSION_ERROR, "%s (%d %s)", f.advice, code, reason);
	s->end_code = f.code;
	snprintf(s->end_why, sizeof(s->end_why), "%s", classify_name(f.class));
}

void
session_closed(struct session *s, int64_t now, int conn, int code,
    const char *reason, const char *why)
{
	struct failure f;
	char text[400];

	s->now = now;
	if (reason == NULL)
		reason = "";
	if (s->link[conn].phase == LINK_CLOSING) {
		crossed(s, conn, code, reason);
		link_gone(s, conn);
	} else if (s->link[conn].phase != LINK_FREE) {
		classify_close(&f, code, reason, why, link_now(s),
		    s->link[conn].resumed, s->served);
		snprintf(text, sizeof(text), "%d%s%s", code,
		    *reason != '\0' || why != NULL ? " " : "",
		    *reason != '\0' ? reason : why != NULL ? why : "");
		link_failed(s, conn, &f, code, text);
	}
	settle(s);
}

static void
late(struct session *s, int conn, enum failure_class class, const char *why)
{
	struct failure f;

	classify_dial(&f, CODE_UNAVAILABLE);
	f.class = class;
	s->ops.drop(s->arg, conn);
	link_failed(s, conn, &f, 0, why);
}

void
link_timer(struct session *s, enum timer t)
{
	switch (t) {
	case TIMER_DIAL0: case TIMER_DIAL1:
		late(s, t == TIMER_DIAL1, FAILURE_NETWORK,
		    "no connection within the time given");
		break;
	case TIMER_SETUP:
		late(s, s->cur, FAILURE_SERVER, "no answer to the setup");
		break;
	case TIMER_CLOSE:
		s->ops.drop(s->arg, s->cur);
		link_gone(s, s->cur);
		break;
	case TIMER_RETRY:
		follow(s);
		break;
	case TIMER_STABLE:
		s->fails = 0;
		break;
	case TIMER_AHEAD:
		ahead(s);
		break;
	case TIMER_ROTATE:
		s->forced = true;
		break;
	default:
		break;	/* TIMER_QUIET: settle() looks again */
	}
}
