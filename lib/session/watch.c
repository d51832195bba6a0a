/*
 * Sets and cancels the watchdogs.  Each is one timer, and heal.c knows what to
 * do when it fires.  A sign of life from the model cancels those that wait for
 * one.
 */
#include "session/inner.h"

void
watch_asked(struct session *s)
{
	if (base_live(s))
		base_timer_set(s, TIMER_ANSWER, s->now + s->cfg.answer_ms);
}

void
watch_heard(struct session *s)
{
	struct session_conn *l = &s->conn[s->cur];

	/* After a resume, old words are repeated: without sound, they are not
	 * new. */
	if (answer_open(&s->answer) || !base_live(s) || !l->loud)
		return;
	if (s->asks.owed == OWED_NOTHING)
		s->asks.owed = OWED_MAYBE;
	base_timer_set(s, TIMER_ANSWER, s->now + s->cfg.answer_ms);
	/* Only armed by the first words: else each rotation in a silence would
	 * be a false alarm. */
	if (l->resumed && !l->spoke && !base_timer_on(s, TIMER_DEAF))
		base_timer_set(s, TIMER_DEAF, s->now + s->cfg.deaf_ms);
}

void
watch_output(struct session *s)
{
	int64_t from = s->answer.play_end > s->now ? s->answer.play_end :
	    s->now;

	base_timer_off(s, TIMER_ANSWER);
	base_timer_off(s, TIMER_DEAF);
	if (answer_open(&s->answer) && s->calls.open == 0 && base_live(s))
		base_timer_set(s, TIMER_STALL, from + s->cfg.stall_ms);
	else
		base_timer_off(s, TIMER_STALL);
}

void
watch_done(struct session *s)
{
	base_timer_off(s, TIMER_STALL);
	base_timer_off(s, TIMER_DEAF);
	if (s->answer.gave)
		s->heal.nudges = 0;
	if (s->asks.owed != OWED_SURE)
		base_timer_off(s, TIMER_ANSWER);
	watch_busy(s);		/* it may have said that more is to come */
}

void
watch_again(struct session *s, enum timer_id t)
{
	const struct session_config *c = &s->cfg;
	int64_t ms = t == TIMER_ANSWER ? c->answer_ms : t == TIMER_DEAF ?
	    c->deaf_ms : answer_open(&s->answer) ||
	    !s->answer.busy ? c->stall_ms :
	    c->busy_ms;

	base_timer_set(s, t, s->now + ms);
}

void
watch_calls(struct session *s)
{
	if (s->calls.open > 0 || !base_live(s))
		return;
	if (base_timer_on(s, TIMER_ANSWER))
		watch_again(s, TIMER_ANSWER);
	else if (answer_open(&s->answer) || s->answer.busy)
		watch_again(s, TIMER_STALL);
}

void
watch_busy(struct session *s)
{
	if (answer_open(&s->answer) || !base_live(s))
		return;
	if (s->answer.busy)
		watch_again(s, TIMER_STALL);
	else
		base_timer_off(s, TIMER_STALL);
}

void
watch_off(struct session *s)
{
	base_timer_off(s, TIMER_ANSWER);
	base_timer_off(s, TIMER_STALL);
	base_timer_off(s, TIMER_DEAF);
	base_timer_off(s, TIMER_LINGER);
}
