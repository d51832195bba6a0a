/*
 * The ground floor of the tower: the timers, the state of the conversation and
 * of its connection, the beginning of the end, and the saved state that a later
 * run takes up.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "proto/family.h"
#include "session/inner.h"
#include "session/turns.h"

enum {
	BUSY_MS = 10,		/* to subtract from a measured round trip */
	LIFE_MIN_MS = 1000,
	SAVE_MS = 250		/* between two saves of the state */
};

void
base_timer_set(struct session *s, enum timer_id t, int64_t at)
{
	/* Never in the past: a timer takes at least a millisecond to fire,
	 * whatever was requested. */
	s->timers[t] = at > s->now ? at : s->now + 1;
}

void
base_timer_off(struct session *s, enum timer_id t)
{
	s->timers[t] = INT64_MAX;
}

bool
base_timer_on(const struct session *s, enum timer_id t)
{
	return s->timers[t] != INT64_MAX;
}

uint64_t
base_draw(struct session *s, uint64_t n)
{
	uint64_t x = s->random += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	x ^= x >> 31;
	return n > 0 ? x % n : 0;
}

bool
base_over(const struct session *s)
{
	return s->mode >= MODE_END;
}

enum phase
base_phase(const struct session *s)
{
	const struct session_conn *l = s->cur != -1 ? &s->conn[s->cur] : NULL;

	if (l == NULL || l->phase == CONN_DIAL || l->phase == CONN_OPEN)
		return PHASE_DIAL;
	if (l->phase == CONN_SETUP)
		return PHASE_SETUP;
	if (l->away)
		return PHASE_AWAY;
	if (s->calls.open > 0)
		return PHASE_TOOL;
	return answer_open(&s->answer) ||
	    s->asks.owed == OWED_SURE ? PHASE_TURN :
	    PHASE_IDLE;
}

void
base_trip(struct session *s, int64_t ms, int trips)
{
	/* With a clock of whole milliseconds the real value may be one less
	 * than measured, and a busy machine makes it look longer; what was
	 * answered must not count as lost and be asked again. */
	ms = ms > 0 ? (ms - 1) / trips : 0;
	ms = ms / 2 > BUSY_MS ? ms / 2 - BUSY_MS : 0;
	if (!s->rtt.known || ms < s->rtt.ms)
		s->rtt.ms = ms;
	s->rtt.known = true;
}

/* How long a connection lives, 0 for ever; and how early the next one is
 * opened, which must leave some of that life. */
int64_t
base_life(const struct session *s, int64_t *before)
{
	int64_t ms = s->cfg.life_ms > 0 ? s->cfg.life_ms :
	    (int64_t)s->cfg.family->connection_s * 1000;

	if (ms > 0 && ms < LIFE_MIN_MS)
		ms = LIFE_MIN_MS;
	*before = s->cfg.ahead_ms < ms ? s->cfg.ahead_ms : ms / 2;
	return ms;
}

void
base_plan(struct session *s)
{
	int64_t before, ms = base_life(s, &before);

	if (ms > 0)
		base_timer_set(s, TIMER_AHEAD, s->conn[s->cur].live_at + ms -
		    before);
}

static void
base_drop_all(struct session *s)
{
	int i;

	for (i = 0; i < 2; i++)
		if (s->conn[i].phase != CONN_FREE) {
			s->conn[i].phase = CONN_FREE;
			s->ops.drop(s->arg, i);
		}
	s->cur = s->next = -1;
}

/* The tools whose answers come too late. */
static void
tell_open(struct session *s)
{
	const struct call *k;

	for (k = s->calls.v; k < s->calls.v + CALLS_MAX; k++)
		if (k->number > 0 && !k->answered)
			note_tell(s, SESSION_WARN, "the call of tool %s was "
			    "not answered", k->name);
}

void
base_finish(struct session *s, int code, const char *reason)
{
	int i;

	if (base_over(s))
		return;
	if (code != CODE_OK && code < CODE_SIGNAL)
		tell_open(s);
	s->end.code = code == CODE_OK ? s->end.worst : code;
	snprintf(s->end.why, sizeof(s->end.why), "%s", reason);
	for (i = 0; i < TIMER_COUNT; i++)
		base_timer_off(s, i);
	s->mode = MODE_END;
	if (s->next != -1) {
		s->ops.drop(s->arg, s->next);
		s->conn[s->next].phase = CONN_FREE;
		s->next = -1;
	}
	if (s->cur == -1)
		return;
	switch (s->conn[s->cur].phase) {
	case CONN_SETUP: case CONN_LIVE: case CONN_OPEN:
		s->ops.hangup(s->arg, s->cur, 1000, "");
		s->conn[s->cur].phase = CONN_CLOSING;
		base_timer_set(s, TIMER_CLOSE, s->now + s->cfg.close_ms);
		return;
	case CONN_CLOSING:
		base_timer_set(s, TIMER_CLOSE, s->now + s->cfg.close_ms);
		return;
	default:
		base_drop_all(s);
	}
}

bool
base_faint(const struct session *s)
{
	return s->hearing.faint && s->totals.turns == 0 &&
	    s->asks.asked == 0 && s->hearing.utterances == 0;
}

void
base_finished(struct session *s)
{
	bool last = s->asks.owed != OWED_NOTHING || s->asks.given_up ||
	    s->asks.cut || base_faint(s);

	if (!last && s->asks.lost == 0) {
		base_finish(s, CODE_OK, "finished");
		return;
	}
	s->end.unanswered = s->asks.lost + last;
	if (s->end.unanswered > 1)
		note_tell(s, SESSION_ERROR, "%" PRId64 " questions got no "
		    "answer", s->end.unanswered);
	else
		note_tell(s, SESSION_ERROR, "%s%s", last ?
		    "nobody answered what was said last" :
		    "a question got no answer, or not all of it",
		    base_faint(s) ? " (its sound is faint)" : "");
	/* trying again does not mend a broken input */
	base_finish(s, s->end.worst != CODE_OK ? s->end.worst : CODE_TEMPFAIL,
	    "unanswered");
}

int64_t
base_date(const struct session *s)
{
	return s->ops.date != NULL ? s->ops.date(s->arg) : 0;
}

struct json *
base_state(const struct session *s)
{
	struct json *o = json_object();

	json_set(o, "model", json_copy(json_get(s->setup, "model")));
	if (s->handle.text != NULL) {
		json_set(o, "handle", json_string(s->handle.text));
		json_set(o, "handle_at", json_integer(s->handle.wall));
		json_set(o, "turns_after", json_integer(s->handle.turns_after));
	}
	json_set(o, "turn", json_integer(s->answer.number));
	json_set(o, "turns", turns_save(s->turns));
	return o;
}

void
base_flush(struct session *s)
{
	base_timer_off(s, TIMER_SAVE);
	if (s->ops.save == NULL || !s->saved.dirty)
		return;
	s->saved.at = s->now;
	/* otherwise retried at the next change, and at the end */
	s->saved.dirty = !s->ops.save(s->arg, base_state(s));
}

void
base_touch(struct session *s)
{
	if (s->ops.save == NULL)
		return;
	s->saved.dirty = true;
	if (s->now - s->saved.at >= SAVE_MS)
		base_flush(s);
	else if (!base_timer_on(s, TIMER_SAVE))
		base_timer_set(s, TIMER_SAVE, s->saved.at + SAVE_MS);
}

void
base_take(struct session *s)
{
	const struct json *o = s->cfg.state;
	const char *handle, *model = json_get_str(s->setup, "model", "");
	int64_t age, turn;

	s->saved.at = s->now - SAVE_MS;
	s->cfg.state = NULL;	/* from now on save() may replace it */
	if (o == NULL)
		return;
	turns_load(s->turns, json_get(o, "turns"));
	turn = json_get_int(o, "turn", 0);
	if (turn > 0 && turn < 1 << 30)
		s->answer.number = (int)turn;
	handle = json_get_str(o, "handle", NULL);
	s->handle.wall = json_get_int(o, "handle_at", 0);
	age = base_date(s) - s->handle.wall;
	if (handle == NULL || *handle == '\0' || !s->cfg.resume ||
	    age < 0 || age > s->cfg.family->handle_s ||
	    strcmp(json_get_str(o, "model", ""), model) != 0)
		return;
	s->handle.text = mem_str(handle);
	s->handle.at = s->now;
	s->handle.turns_after = (int)json_get_int(o, "turns_after", 0);
}
