/*
 * The connections of a conversation.  At most two exist: cur, which carries it,
 * and next, opened ahead as far as the upgrade.  The service fails a session
 * with two holders, so cur is closed, and its close answered or given up,
 * before the setup goes out on next.  Whatever ends a connection opens a gap;
 * the next one that is live closes it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "family.h"
#include "log.h"
#include "mem.h"
#include "session_core.h"
#include "state.h"
#include "turns.h"

enum {
	QUIET_MS = 700,		/* the user makes a pause */
	UNSURE_MS = 4000,	/* what may have been speech gets no answer */
	LATER_MS = 30000,	/* a quota's wait, half of it by chance */
	LIFE_MIN_MS = 1000,
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
	timer_set(s, conn == 0 ? TIMER_DIAL0 : TIMER_DIAL1,
	    s->now + s->cfg.dial_ms);
	s->ops.dial(s->arg, conn);
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

static void
drop_handle(struct session *s)
{
	free(s->handle);
	s->handle = NULL;
	s->handle_wall = 0;
	s->turns_after = 0;
	s->resumable = false;
	state_touch(s);
}

/* Whether the session is to be resumed, rather than begun with the history: a
 * handle loses what was said after it. */
static bool
use_handle(const struct session *s)
{
	if (s->handle == NULL || !s->cfg.resume)
		return false;
	if ((s->now - s->handle_at) / 1000 >= s->cfg.family->handle_s)
		return false;
	return s->turns_after == 0 || turns_count(s->turns) == 0 ||
	    s->cfg.family->seed == SEED_NO;
}

/* The trailing words of the user that come again as sound. */
static int64_t
heard_since(const struct session *s)
{
	if (!s->gap.open || s->gap.silent ||
	    s->gap.since - s->loud_at > QUIET_MS)
		return INT64_MAX;
	return s->gap.since - s->cfg.lookback_ms;
}

static void
setup(struct session *s, int conn)
{
	struct link *l = &s->link[conn];
	struct json *o = json_copy(s->setup), *r, *turns = NULL;

	s->cur = conn;
	s->mode = MODE_SETUP;
	l->phase = LINK_SETUP;
	l->resumed = use_handle(s);
	if (s->cfg.resume) {
		r = json_get(o, "sessionResumption");
		if (json_type(r) != JSON_OBJECT)
			r = json_set(o, "sessionResumption", json_object());
		json_set(r, "handle", l->resumed ? json_string(s->handle) :
		    NULL);
		if (s->cfg.transparent)
			json_set(r, "transparent", json_bool(true));
	}
	if (!l->resumed && s->cfg.family->seed != SEED_NO)
		turns = turns_contents(s->turns, false, heard_since(s));
	l->seeded = turns != NULL;
	if (l->seeded && s->cfg.family->seed == SEED_HISTORY)
		json_set_path(o, "historyConfig."
		    "initialHistoryInClientContent", json_bool(true));
	json_free(turns);
	buf_clear(&s->msg);
	protoclient_setup(o, &s->msg);
	json_free(o);
	timer_set(s, TIMER_SETUP, s->now + s->cfg.setup_ms);
	shape_add(s, s->msg.data, s->msg.len);
	s->ops.send(s->arg, conn, s->msg.data, s->msg.len);
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
		setup(s, s->cur);
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
	s->gap.continued = s->answer.open;
	snprintf(s->gap.why, sizeof(s->gap.why), "%s", why);
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
	drop_handle(s);
	leave(s, why);
	s->gap.continued = true;	/* whatever it was, it is owed */
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
		drop_handle(s);
	leave(s, l->away ? "goAway" : "age");
}

void
link_goaway(struct session *s, int64_t left)
{
	struct link *l = &s->link[s->cur];
	int64_t wait = 0, at;

	if (l->away)
		return;
	l->away = true;
	left = left < 0 ? GOAWAY_MS : min(left, DAY_MS);
	at = s->now + left - min(2000, left / 4);
	if (s->now - l->live_at < s->cfg.stable_ms)
		wait = backoff(s, ++s->fails);	/* a service that only ever
						 * says so */
	s->rotate = true;
	if (wait > 0)
		timer_set(s, TIMER_AHEAD, s->now + wait);
	if (at < s->now + wait)
		at = s->now + wait;
	timer_set(s, TIMER_ROTATE, min(at, s->timers[TIMER_ROTATE]));
}

static void
plan_rotation(struct session *s, struct link *l)
{
	int64_t life = s->cfg.life_ms > 0 ? s->cfg.life_ms :
	    (int64_t)s->cfg.family->connection_s * 1000;

	if (life <= 0)
		return;
	if (life < LIFE_MIN_MS)
		life = LIFE_MIN_MS;
	timer_set(s, TIMER_AHEAD, l->live_at + life -
	    min(s->cfg.ahead_ms, life / 2));
}

/* The time has come at which the next connection is opened. */
static void
ahead(struct session *s)
{
	struct link *l = &s->link[s->cur];
	int64_t life = s->cfg.life_ms > 0 ? s->cfg.life_ms :
	    (int64_t)s->cfg.family->connection_s * 1000;

	if (s->mode != MODE_LIVE)
		return;
	if (!s->rotate)
		timer_set(s, TIMER_ROTATE, l->live_at + life - min(1000,
		    min(s->cfg.ahead_ms, life / 2) / 4));
	s->rotate = true;
	dial_ahead(s);
}

/* Brings a fresh session up to date; counts the turns it was told. */
static size_t
seed(struct session *s, bool owed)
{
	struct json *turns, *last, *c;
	bool history = s->cfg.family->seed == SEED_HISTORY;
	bool answer = owed;
	size_t n;

	turns = turns_contents(s->turns, false, heard_since(s));
	n = json_size(turns);
	last = n > 0 ? json_at(turns, n - 1) : NULL;
	if (last != NULL && s->gap.open &&
	    strcmp(json_get_str(last, "role", ""), "user") == 0 &&
	    turns_unanswered(s->turns))
		answer = true;
	if (last != NULL && s->cfg.family->seed_user_end &&
	    strcmp(json_get_str(last, "role", ""), "model") == 0) {
		c = json_add(turns, json_object());
		json_set(c, "role", json_string("user"));
		last = json_add(json_set(c, "parts", json_array()),
		    json_object());
		json_set(last, "text", json_string(" "));
	}
	buf_clear(&s->msg);
	protoclient_content(turns, history || answer, &s->msg);
	json_free(turns);
	send_now(s, s->msg.data, s->msg.len);
	if (history && answer) {
		buf_clear(&s->msg);
		protoclient_start(s->cfg.family, NULL, &s->msg);
		send_now(s, s->msg.data, s->msg.len);
	}
	if (answer)
		expect(s, OWED_SURE);
	return n;
}

/* What was asked by voice, longer ago than the sound is kept, is asked again
 * in words. */
static void
ask_again(struct session *s)
{
	const char *asked = turns_asked(s->turns);

	if (asked == NULL || s->gap.silent)
		return;
	buf_clear(&s->msg);
	protoclient_text(s->cfg.family, asked, strlen(asked), &s->msg);
	send_piece(s, PIECE_TEXT, 0, s->msg.data, s->msg.len);
	expect(s, OWED_SURE);
}

static void
close_gap(struct session *s, struct link *l)
{
	int64_t from = s->gap.since - s->cfg.lookback_ms, us, count;
	bool owed = s->gap.continued;
	size_t turns = 0;

	send_orphans(s, l->resumed);
	send_again(s, l->resumed, from, &us, &count);
	if (l->seeded)
		turns = seed(s, owed);
	else if (owed && us == 0 && count == 0)
		ask_again(s);
	s->totals.reconnects++;
	s->totals.resumed += l->resumed;
	s->totals.gap_ms += s->now - s->gap.since;
	s->totals.resent_ms += (us + 500) / 1000;
	s->totals.resent += count;
	s->gap.lost_us += s->trimmed_us;
	s->trimmed_us = 0;
	note_reconnected(s, l->resumed, us, count, turns);
	tell(s, SESSION_INFO, "reconnected after %" PRId64 " ms (%s)",
	    s->now - s->gap.since, l->resumed ? "resumed" : "new session");
	s->gap.open = false;
}

static void
greet(struct session *s)
{
	buf_clear(&s->msg);
	protoclient_start(s->cfg.family, s->greet, &s->msg);
	send_piece(s, PIECE_TEXT, 0, s->msg.data, s->msg.len);
	expect(s, OWED_SURE);
}

void
link_ready(struct session *s)
{
	struct link *l = &s->link[s->cur];
	bool first = s->totals.connections == 0;

	l->phase = LINK_LIVE;
	l->live_at = s->now;
	l->sent = 0;
	s->mode = MODE_LIVE;
	s->dials = 0;
	s->confirmed = 0;
	s->index_off = s->index_sure ? s->index_base : 0;
	s->was_transparent = s->cfg.transparent;
	s->totals.connections++;
	timer_off(s, TIMER_SETUP);
	timer_set(s, TIMER_STABLE, s->now + s->cfg.stable_ms);
	plan_rotation(s, l);
	if (!first)
		close_gap(s, l);
	else if (l->seeded)
		seed(s, false);
	if (first && s->greet != NULL)
		greet(s);
	if (s->owed == OWED_SURE)
		watch_asked(s);
}

/*
 * What the service's index of the last consumed message says about ours.  Of
 * two readings the one is taken that confirms less, until an answered message
 * shows that the service counts from 0; so a wrong guess sends twice.
 */
static void
index_came(struct session *s, int64_t index)
{
	int64_t sent = (int64_t)s->link[s->cur].sent;
	int64_t known;

	if (index - s->index_off > sent) {
		/* at -1 it now is sure to be 0; else it counts from
		 * somewhere else: nothing is known but what follows */
		s->index_sure = s->index_off == -1 && index <= sent;
		s->index_base = 0;
		s->index_off = s->index_sure ? 0 : index;
		s->index_zero = 0;
	} else if (!s->index_sure && s->index_off == 0 && sent > 0 &&
	    index == sent - 1 && s->answered_index == (uint64_t)sent &&
	    s->zero_seen != (uint64_t)sent && !s->answer.open) {
		s->zero_seen = (uint64_t)sent;
		if (++s->index_zero >= 2) {
			s->index_sure = true;
			s->index_base = s->index_off = -1;
		}
	}
	known = index - s->index_off;
	if (known > (int64_t)s->confirmed)
		s->confirmed = (uint64_t)known;
	if (s->confirmed > 0)
		send_confirmed(s, s->confirmed);
}

void
link_handle(struct session *s, const struct proto_event *e)
{
	s->resumable = e->flag && e->id != NULL && *e->id != '\0';
	if (!s->resumable)
		return;		/* the one before stays good */
	free(s->handle);
	s->handle = mem_str(e->id);
	s->handle_at = s->now;
	s->handle_wall = s->cfg.state != NULL ? state_now() : 0;
	s->handles++;
	s->turns_after = 0;
	s->link[s->cur].fresh = true;
	if (!s->cfg.transparent)
		send_covered(s);
	else if (e->index >= 0)
		index_came(s, e->index);
	state_touch(s);
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
			drop_handle(s);
		if (s->once++ > 1)
			return -1;
		if (s->once > 1)
			wait = backoff(s, s->once);
	}
	return wait;
}

/* cur is lost: what was said, what now. */
static void
lost(struct session *s, struct failure *f, int code, const char *reason,
    enum phase phase)
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
	if (f->class == FAILURE_HANDLE)
		drop_handle(s);
	if (s->input_ended && s->end_sent && f->class == FAILURE_NORMAL &&
	    s->owed != OWED_SURE && !s->answer.open) {
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
		lost(s, &copy, code, reason, phase);
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
	s->gap.continued |= s->answer.open;
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
		if (conn == s->cur)
			setup(s, conn);
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

void
session_closed(struct session *s, int64_t now, int conn, int code,
    const char *reason, const char *why)
{
	struct failure f;
	char text[400];

	s->now = now;
	if (reason == NULL)
		reason = "";
	if (s->link[conn].phase == LINK_CLOSING)
		link_gone(s, conn);
	else if (s->link[conn].phase != LINK_FREE) {
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
