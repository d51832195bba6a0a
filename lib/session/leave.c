/*
 * Ends that are not failures: nobody has spoken for long, someone hangs up, or
 * it has cost enough.  After a hangup what was said is played to its end first.
 */
#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "session/inner.h"

enum { HEAR_MS = 5000 };	/* how late a player may be */

/* When somebody spoke last. */
static int64_t
spoken_at(const struct session *s)
{
	int64_t v[] = { s->t0, s->hearing.loud_at, s->hearing.words_at,
		s->asks.said_at, s->answer.last, s->answer.play_end,
		s->answer.over_at, s->leave.until };
	int64_t at = s->t0;
	size_t i;

	if (!base_live(s) || s->calls.open > 0 || answer_open(&s->answer) ||
	    s->asks.owed == OWED_SURE)
		return s->now;
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		at = v[i] > at ? v[i] : at;
	return at;
}

void
leave_watch(struct session *s)
{
	if (s->cfg.idle_ms > 0)
		base_timer_set(s, TIMER_LEAVE, spoken_at(s) + s->cfg.idle_ms);
}

void
leave_timer(struct session *s)
{
	if (s->leave.on)
		return;		/* settle() takes care of it */
	if (s->now < spoken_at(s) + s->cfg.idle_ms) {
		leave_watch(s);
		return;
	}
	note_tell(s, SESSION_WARN, "nobody has spoken for %" PRId64 " s: "
	    "stopping", s->cfg.idle_ms / 1000);
	base_finish(s, CODE_CEILING, "idle");
}

bool
leave_on(const struct session *s)
{
	return s->leave.on;
}

void
leave_hangup(struct session *s)
{
	if (s->leave.on || base_over(s))
		return;
	s->leave.on = true;
	s->leave.at = s->now;
	watch_off(s);
	note_tell(s, SESSION_INFO, "hanging up, once what was said is heard");
}

void
leave_called(struct session *s, const char *name)
{
	const struct json *t, *f;

	if (strcmp(name, "hangup") != 0)
		return;
	for (t = json_first(json_get(s->setup, "tools")); t != NULL;
	    t = json_next(t))
		for (f = json_first(json_get(t, "functionDeclarations"));
		    f != NULL; f = json_next(f))
			if (strcmp(json_get_str(f, "name", ""), name) == 0)
				leave_hangup(s);
}

void
leave_played(struct session *s, const struct json *head)
{
	s->leave.player = true;
	if (json_get(head, "interrupted") != NULL)
		s->leave.heard = (int)json_get_int(head, "turn", 0);
}

/* When the last words will have been heard, as far as is known. */
static int64_t
heard_at(const struct session *s)
{
	const struct session_answer *a = &s->answer;
	bool open = answer_open(a);
	int64_t at = s->leave.at;

	/* a model that waits for a tool's answer says no more */
	if (open && a->last + s->cfg.linger_ms > at)
		at = a->last + s->cfg.linger_ms;
	else if (!open && s->asks.owed == OWED_SURE &&
	    s->asks.said_at + s->cfg.answer_ms > at)
		return s->asks.said_at + s->cfg.answer_ms;
	if (a->number == 0 || !s->spoken ||
	    (s->leave.player && s->leave.heard >= a->number))
		return at;
	if (a->play_end > at)
		at = a->play_end;
	if (s->leave.until > at)
		at = s->leave.until;
	return s->leave.player && a->audio_us > 0 ? at + HEAR_MS : at;
}

void
leave_settle(struct session *s)
{
	int64_t at;

	if (!s->leave.on || base_over(s))
		return;
	at = heard_at(s);
	if (s->now < at)
		base_timer_set(s, TIMER_LEAVE, at);
	else
		base_finish(s, CODE_OK, "hangup");
}

/* The service counts afterwards: what an answer cost is known when it is over,
 * and may be above the ceiling. */
void
leave_costly(struct session *s)
{
	int64_t used = tokens_sum(&s->tokens).total;
	double cost;

	if (s->cfg.max_cost <= 0 || used == s->priced)
		return;
	s->priced = used;
	if (!cost_now(s, &cost)) {
		note_tell(s, SESSION_ERROR, "tokens were used of a kind that "
		    "has no price for %s, so their cost has no ceiling: give "
		    "it \"other\" in the file of --prices",
		    json_get_str(s->setup, "model", ""));
		base_finish(s, CODE_CONFIG, "no_price");
	} else if (cost >= s->cfg.max_cost) {
		note_tell(s, SESSION_WARN, "%.8g %s were spent: stopping",
		    cost, json_get_str(s->cfg.prices, "currency", "of cost"));
		base_finish(s, CODE_CEILING, "max_cost");
	}
}
