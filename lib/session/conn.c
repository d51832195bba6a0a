/*
 * The connections of a conversation.  There are at most two: cur, which carries
 * it, and next, opened ahead as far as the upgrade.  The service ends a session
 * that two connections hold, so cur is closed, and its close answered or given
 * up, before the setup goes out on next.  Whatever ends a connection opens a
 * gap; the next live one closes it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "proto/family.h"
#include "base/log.h"
#include "session/inner.h"
#include "session/turns.h"

enum {
	QUIET_MS = 700,		/* a pause of the user's */
	LAG_MS = 1500,		/* of a transcript behind its sound */
	UNSURE_MS = 4000,	/* then possible speech gets no answer */
	LATER_MS = 30000,	/* the wait for a quota, half of it random */
	FIRST_MS = 1000,	/* before the second try to begin */
	AFTER_MS = 600000,	/* the longest requested wait that is kept */
	BAD_RESUMES = 3,
	HANDLE_MS = 2000,	/* within which a handle follows its turn */
	GOAWAY_MS = 10000,	/* time left if the service does not say */
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
	/* between half of it and all, so that many sessions lost together do
	 * not come back together */
	return base / 2 + (int64_t)base_draw(s, (uint64_t)(base / 2 + 1));
}

static void
dial(struct session *s, int conn)
{
	memset(&s->conn[conn], 0, sizeof(s->conn[conn]));
	s->conn[conn].phase = CONN_DIAL;
	s->conn[conn].dial_at = s->now;
	s->retry.tries += s->totals.connections == 0;
	base_timer_set(s, conn == 0 ? TIMER_DIAL0 : TIMER_DIAL1,
	    s->now + s->cfg.dial_ms);
	s->ops.dial(s->arg, conn);
}

/* The slot that is not cur. */
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

/* Continues on the connection opened ahead, or on a new one. */
static void
follow(struct session *s)
{
	if (s->next == -1) {
		s->cur = 0;
		dial(s, s->cur);
		return;
	}
	s->cur = s->next;
	s->next = -1;
	if (s->conn[s->cur].phase == CONN_OPEN)
		resume_setup(s, s->cur);
}

void
conn_start(struct session *s)
{
	s->mode = MODE_RUN;
	follow(s);
}

static void
clear_rotation(struct session *s)
{
	/* a handle would bring back what the session was set up with */
	if (s->rotation.anew)
		resume_forget(s);
	s->rotation.due = s->rotation.forced = s->rotation.anew = false;
	s->rotation.changed = false;
	base_timer_off(s, TIMER_AHEAD);
	base_timer_off(s, TIMER_ROTATE);
	base_timer_off(s, TIMER_QUIET);
	base_timer_off(s, TIMER_STABLE);
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
	s->gap.continued = s->answer.busy || (answer_open(&s->answer) &&
	    !turn_said(s));
	snprintf(s->gap.why, sizeof(s->gap.why), "%s", why);
	s->gap.from = s->gap.from_fresh = s->now - queue_keeps(s);
	/* Speech that the service has transcribed is in the history; other
	 * speech, or what is still being spoken, must go out as sound. */
	if (s->hearing.words_at - LAG_MS > s->gap.from_fresh)
		s->gap.from_fresh = s->hearing.words_at - LAG_MS;
	s->gap.sound = s->now - s->hearing.loud_at < QUIET_MS ||
	    s->hearing.loud_at > s->hearing.words_at;
	note_close_words(s);
	turn_lost(s);
	turns_repeat(s->turns);
	note_reconnecting(s);
}

/* Closes cur properly; what follows waits for its end. */
static void
leave(struct session *s, const char *why)
{
	open_gap(s, why);
	s->conn[s->cur].phase = CONN_CLOSING;
	base_timer_set(s, TIMER_CLOSE, s->now + s->cfg.close_ms);
	s->ops.hangup(s->arg, s->cur, 1000, "");
}

void
conn_refresh(struct session *s, const char *why)
{
	resume_forget(s);
	leave(s, why);
	s->gap.continued = s->gap.leaving = true;
	dial_ahead(s);
}

/* For a recording that is only transcribed, pauses are in the sound, which goes
 * out faster than it was spoken: whether all of it has come back as words. */
static bool
paused(const struct session *s)
{
	return s->transcribes && s->hearing.answered >= s->hearing.utterances &&
	    s->hearing.quiet_us >= s->hearing.pause_us;
}

/* Whether there is a handle that covers all that was said, or none is needed:
 * a changed setup waits only a little, then the history will do. */
static bool
resumable(struct session *s)
{
	int64_t until = s->rotation.since > s->answer.over_at ?
	    s->rotation.since : s->answer.over_at;

	if (!s->cfg.resume || s->rotation.anew || s->handle.count == 0 ||
	    (s->conn[s->cur].fresh && s->handle.good &&
	    s->handle.turns_after == 0))
		return true;
	if (!s->rotation.changed || s->conn[s->cur].away)
		return false;
	if (s->now >= until + HANDLE_MS)
		return true;
	base_timer_set(s, TIMER_QUIET, until + HANDLE_MS);
	return false;
}

/* Whether cur can be left without losing anything. */
static bool
safe(struct session *s)
{
	int64_t quiet = s->hearing.loud_at + (s->asks.owed == OWED_MAYBE ?
	    UNSURE_MS : QUIET_MS);

	if (answer_open(&s->answer) || s->answer.busy || s->calls.open > 0 ||
	    s->asks.owed == OWED_SURE || (s->manual && s->activity.on))
		return false;
	if (!resumable(s))
		return false;
	if (!s->manual && s->now < quiet && !paused(s)) {
		base_timer_set(s, TIMER_QUIET, quiet);
		return false;
	}
	return true;
}

void
conn_rotate(struct session *s)
{
	struct session_conn *l = &s->conn[s->cur];
	bool anew, changed;

	if (!s->rotation.due)
		return;
	if (s->next == -1) {
		if (!base_timer_on(s, TIMER_AHEAD))
			dial_ahead(s);
		return;
	}
	if (s->conn[s->next].phase != CONN_OPEN || (!s->rotation.forced &&
	    !safe(s)))
		return;
	/* A handle from before this connection would lose what was said on
	 * it. */
	if (s->cfg.resume && !l->fresh)
		resume_forget(s);
	anew = s->rotation.anew;
	changed = anew || s->rotation.changed;
	leave(s, changed ? "context" : l->away ? "goAway" : "age");
	s->gap.leaving = anew;
}

void
conn_anew(struct session *s, bool fresh)
{
	enum conn_phase phase = s->cur != -1 ? s->conn[s->cur].phase :
	    CONN_FREE;

	if (phase != CONN_SETUP && phase != CONN_LIVE) {
		if (fresh)
			resume_forget(s);
		return;		/* the next setup uses it */
	}
	s->rotation.due = s->rotation.changed = true;
	s->rotation.anew |= fresh;
	s->rotation.since = s->now;
	base_timer_off(s, TIMER_AHEAD);
}

void
conn_goaway(struct session *s, int64_t left)
{
	struct session_conn *l = &s->conn[s->cur];
	int64_t wait = 0, at;

	left = left < 0 ? GOAWAY_MS : min(left, DAY_MS);
	at = s->now + left - min(2000, left / 4);
	if (l->away) {		/* again, perhaps with less time */
		base_timer_set(s, TIMER_ROTATE, min(at,
		    s->timers[TIMER_ROTATE]));
		return;
	}
	l->away = true;
	if (s->now - l->live_at < s->cfg.stable_ms) {
		/* a service that only ever says so */
		l->failed = true;
		wait = backoff(s, ++s->retry.fails);
	}
	s->rotation.due = true;
	base_timer_off(s, TIMER_AHEAD);
	if (wait > 0)
		base_timer_set(s, TIMER_AHEAD, s->now + wait);
	if (at < s->now + wait)
		at = s->now + wait;
	base_timer_set(s, TIMER_ROTATE, min(at, s->timers[TIMER_ROTATE]));
}

/* It is time to open the next connection. */
static void
ahead(struct session *s)
{
	int64_t before, ms = base_life(s, &before);

	if (!base_live(s))
		return;
	if (!s->rotation.due)
		base_timer_set(s, TIMER_ROTATE, s->conn[s->cur].live_at + ms -
		    min(1000, before / 4));
	s->rotation.due = true;
	dial_ahead(s);
}

/* Ends the conversation because of a failure. */
static void
give_up(struct session *s, const struct failure *f, int code,
    const char *reason, enum phase phase)
{
	note_error(s, f, code, reason, phase);
	note_tell(s, SESSION_ERROR, "%s (%s, in phase %s)", f->advice, reason,
	    classify_phase(phase));
	memcpy(s->end.said, s->said.text, sizeof(s->end.said));
	base_finish(s, f->code, classify_name(f->class));
}

/* The wait before the next try to begin, under --retry; -1: no time is left.
 * Half of it is random, so that many refused together do not come back
 * together. */
static int64_t
queue_up(struct session *s)
{
	int64_t left = s->t0 + s->cfg.wait_ms - s->now, wait = FIRST_MS;
	int64_t asked = s->retry.after_ms;
	int i;

	for (i = 1; i < s->retry.fails && wait < s->cfg.backoff_max_ms; i++)
		wait *= 2;
	wait = min(wait, s->cfg.backoff_max_ms);
	wait = wait / 2 + (int64_t)base_draw(s, (uint64_t)(wait / 2 + 1));
	if (asked > 0)
		/* never before the time that the service named */
		wait = asked + (int64_t)base_draw(s, (uint64_t)(asked / 4 + 1));
	if (left <= 0 || asked > left)
		return -1;
	wait = min(wait, left);
	s->retry.waited_ms += wait;
	return wait;
}

/* A wait requested by the service is kept, within reason. */
static int64_t
asked(struct session *s, int64_t wait)
{
	int64_t ms = min(s->retry.after_ms, AFTER_MS);

	s->retry.after_ms = 0;
	return ms <= 0 || wait >= ms ? wait :
	    ms + (int64_t)base_draw(s, (uint64_t)(ms / 4 + 1));
}

/* When to try again; -1: never. */
static int64_t
delay(struct session *s, const struct failure *f, bool live)
{
	int64_t wait;

	if (s->cfg.wait_ms > 0 && s->totals.connections == 0 &&
	    (f->class == FAILURE_QUOTA || f->class == FAILURE_OVERLOAD))
		return queue_up(s);
	if (f->remedy == REMEDY_STOP || s->retry.fails >= s->cfg.retries)
		return -1;
	if (s->totals.connections == 0 && f->class != FAILURE_OVERLOAD &&
	    f->class != FAILURE_SERVER && f->class != FAILURE_HANDLE &&
	    f->class != FAILURE_AGE)
		return -1;
	wait = s->retry.fails <= 1 && live && f->class != FAILURE_HOLDER ? 0 :
	    backoff(s, s->retry.fails);
	if (f->remedy == REMEDY_LATER)
		wait = LATER_MS / 2 + (int64_t)base_draw(s, LATER_MS);
	if (f->remedy == REMEDY_ONCE) {
		/* first with the handle, then without, then not at all */
		if (s->retry.once == 1)
			resume_forget(s);
		if (s->retry.once++ > 1)
			return -1;
		if (s->retry.once > 1)
			wait = backoff(s, s->retry.once);
	}
	return asked(s, wait);
}

/* A changed setup was refused: if perhaps only for a resumed session, a fresh
 * one gets it; otherwise the setup before it is used again. */
static void
refused(struct session *s, const struct session_conn *l, struct failure *f,
    const char *reason)
{
	if (!context_pending(s, l) || (f->class != FAILURE_SETUP &&
	    f->class != FAILURE_HANDLE))
		return;
	if (l->resumed)
		resume_forget(s);
	else
		context_undo(s, reason);
	f->class = FAILURE_HANDLE;
	f->remedy = REMEDY_FRESH;
	f->code = CODE_TEMPFAIL;
	f->silent = false;
}

/* cur is lost: reports it and decides what to do. */
static void
lost(struct session *s, int conn, struct failure *f, int code,
    const char *reason, enum phase phase)
{
	bool live = phase != PHASE_DIAL && phase != PHASE_SETUP;
	int64_t wait;

	base_timer_off(s, TIMER_SETUP);
	base_timer_off(s, TIMER_CLOSE);
	s->cur = -1;
	if (phase == PHASE_SETUP)
		refused(s, &s->conn[conn], f, reason);
	if (!s->conn[conn].failed)	/* else its goAway was counted */
		s->retry.fails++;
	if (s->totals.connections == 0 && f->class == FAILURE_NETWORK &&
	    f->code == CODE_TEMPFAIL)
		f->code = CODE_UNAVAILABLE;
	/* A handle that always fails is as good as none. */
	if (f->class == FAILURE_HANDLE || (phase == PHASE_SETUP &&
	    s->conn[conn].resumed && ++s->retry.resumes >= BAD_RESUMES))
		resume_forget(s);
	if (s->input.ended && s->input.end_sent && f->class == FAILURE_NORMAL &&
	    s->asks.owed != OWED_SURE && !answer_open(&s->answer) &&
	    !s->answer.busy) {
		base_finished(s);
		return;
	}
	open_gap(s, reason);
	if (f->silent) {
		s->gap.silent = true;
		/* Do not ask again in a session that may contain what was
		 * refused. */
		if (s->gap.continued || s->asks.owed == OWED_SURE ||
		    calls_any(&s->calls))
			resume_forget(s);
		if (f->class == FAILURE_MESSAGE || f->class == FAILURE_SETUP)
			note_shapes(s);
	}
	wait = delay(s, f, live);
	s->retry.after_ms = 0;
	if (wait < 0) {
		give_up(s, f, code, reason, phase);
		return;
	}
	note_tell(s, s->totals.connections == 0 || f->class != FAILURE_AGE ?
	    SESSION_WARN : SESSION_INFO, "%s: %s (%s); trying again in %"
	    PRId64 " ms", classify_name(f->class), reason,
	    classify_phase(phase), wait);
	if (wait == 0) {
		follow(s);
		return;
	}
	base_timer_set(s, TIMER_RETRY, s->now + wait);
}

void
conn_failed(struct session *s, int conn, const struct failure *f, int code,
    const char *reason)
{
	enum phase phase = base_phase(s);
	struct failure copy = *f;

	base_timer_off(s, conn == 0 ? TIMER_DIAL0 : TIMER_DIAL1);
	s->conn[conn].phase = CONN_FREE;
	if (conn == s->next) {
		s->next = -1;
		s->rotation.dials++;
		note_tell(s, SESSION_INFO, "the next connection could not be "
		    "opened ahead: %s", reason);
		if (base_live(s))
			base_timer_set(s, TIMER_AHEAD, s->now + asked(s,
			    backoff(s, s->rotation.dials + 1)));
	} else if (conn == s->cur)
		lost(s, conn, &copy, code, reason, phase);
}

/* A connection that we had closed has ended. */
void
conn_gone(struct session *s, int conn)
{
	s->conn[conn].phase = CONN_FREE;
	if (conn != s->cur)
		return;
	base_timer_off(s, TIMER_CLOSE);
	s->cur = -1;
	if (base_over(s))
		return;
	/* The model may have begun to speak while the close was under way. */
	s->gap.continued |= s->answer.busy || (answer_open(&s->answer) &&
	    !turn_said(s));
	note_close_words(s);
	turn_lost(s);
	watch_off(s);
	follow(s);
}

static void
late(struct session *s, int conn, enum failure_class class, const char *why)
{
	struct failure f;

	memset(&s->said, 0, sizeof(s->said));
	classify_dial(&f, CODE_UNAVAILABLE);
	f.class = class;
	s->ops.drop(s->arg, conn);
	conn_failed(s, conn, &f, 0, why);
}

void
conn_timer(struct session *s, enum timer_id t)
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
		conn_gone(s, s->cur);
		break;
	case TIMER_RETRY:
		follow(s);
		break;
	case TIMER_STABLE:
		s->retry.fails = 0;
		break;
	case TIMER_AHEAD:
		ahead(s);
		break;
	case TIMER_ROTATE:
		s->rotation.forced = true;
		break;
	default:
		break;	/* TIMER_QUIET: settle() checks again */
	}
}
