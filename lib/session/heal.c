/*
 * What happens when a watchdog fires: a `stalled` record says what was found,
 * and the next remedy is tried: a nudge, then a fresh session that is given the
 * history, then the end.  After a turn in which the model says something, the
 * remedies start over.
 */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "proto/family.h"
#include "session/inner.h"

static void
give_up(struct session *s, const char *why, int64_t ms)
{
	note_stalled(s, why, ms, "end");
	note_tell(s, SESSION_ERROR, "the model does not answer, nor does a new "
	    "session: giving up");
	base_finish(s, CODE_TEMPFAIL, "stalled");
}

static void
remedy(struct session *s, const char *why, int64_t ms, bool fresh)
{
	if (fresh && s->heal.nudges == 0)
		s->heal.nudges = 1;
	switch (s->heal.nudges++) {
	case 0:
		note_stalled(s, why, ms, "nudge");
		queue_nudge(s);
		break;
	case 1:
		note_stalled(s, why, ms, "fresh");
		note_tell(s, SESSION_WARN, "the model has fallen silent (%s): "
		    "a new session is begun", why);
		conn_refresh(s, why);
		break;
	default:
		give_up(s, why, ms);
	}
}

static void
no_answer(struct session *s)
{
	if (s->asks.owed == OWED_SURE || !s->proactive) {
		remedy(s, "no_answer", s->now - s->asks.said_at, false);
		return;
	}
	/* Such a model may choose to be silent. */
	note_stalled(s, "no_answer", s->now - s->asks.said_at, "none");
	s->asks.owed = OWED_NOTHING;
	s->asks.given_up = true;
	s->hearing.faint = false;
}

static void
stalled(struct session *s)
{
	if (!answer_open(&s->answer))
		remedy(s, "stall", s->now - s->answer.busy_at, true);
	else if (s->answer.generated || s->answer.state == ANSWER_STALE)
		turn_over(s);
	else
		remedy(s, "stall", s->now - s->answer.last, true);
}

/* Whether the same question may get an answer next time: not if the service
 * objects to the question or to the answer. */
static bool
may_help(const char *reason)
{
	static const char *const words[] = { "INPUT", "SAFETY", "PROHIBITED",
	    "BLOCKLIST", "IMAGE" };
	size_t i;

	for (i = 0; reason != NULL && i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(reason, words[i]) != NULL)
			return false;
	return true;
}

/* Whether an answer that ended in this way is incomplete; words that came later
 * are unknown. */
static bool
is_broken(const char *reason)
{
	return strstr(reason, "REJECTED") || strstr(reason, "MALFORMED") ||
	    strstr(reason, "SAFETY") || strstr(reason, "PROHIBITED") ||
	    strstr(reason, "BLOCKLIST") || strstr(reason, "MAX_REGENERATION");
}

/* The answer was empty.  If the speech may not have been a question, there is
 * no nudge while its speaker may continue. */
static void
empty(struct session *s, const char *reason)
{
	bool sure = s->answer.owed == OWED_SURE;
	bool wants = reason != NULL && strcmp(reason, "NEED_MORE_INPUT") == 0;
	char word[80] = "";

	if (reason != NULL)
		snprintf(word, sizeof(word), " (%.70s)", reason);
	if (may_help(reason) && s->heal.nudges == 0 && base_live(s) &&
	    s->asks.owed == OWED_NOTHING && (sure || (s->input.ended &&
	    !s->proactive)) && s->cfg.family->seed != SEED_NO) {
		s->heal.nudges++;
		note_empty(s, reason, "nudge");
		note_tell(s, SESSION_WARN, "the model gave an empty answer%s: "
		    "it is asked once more", word);
		queue_nudge(s);
		return;
	}
	s->heal.nudges = 0;
	note_empty(s, reason, "none");
	note_tell(s, sure || reason != NULL ? SESSION_WARN : SESSION_INFO,
	    wants ? "the model waits for more to be said%s" :
	    "the model gave an empty answer%s", word);
	if ((sure || reason != NULL) && !wants)
		s->asks.lost++;
	else
		s->asks.given_up = true;
}

void
heal_turn(struct session *s, const char *reason)
{
	const struct session_answer *a = &s->answer;

	if (a->busy || s->transcribes)
		return;
	if (a->gave || a->called) {
		if (reason == NULL || strcmp(reason, "NEED_MORE_INPUT") == 0)
			return;
		note_tell(s, SESSION_WARN, "the service ended the answer: "
		    "%.80s", reason);
		if (a->owed != OWED_NOTHING && is_broken(reason))
			s->asks.lost++;
	} else if (a->owed != OWED_NOTHING && !a->extra)
		empty(s, reason);
}

void
heal_timer(struct session *s, enum timer_id t)
{
	if (!base_live(s))
		return;
	/* while waiting for us or for a tool, check again later */
	if (s->heal.held || (s->calls.open > 0 && t != TIMER_DEAF)) {
		watch_again(s, t);
		return;
	}
	switch (t) {
	case TIMER_ANSWER:
		if (s->answer.busy &&
		    s->now < s->answer.busy_at + s->cfg.busy_ms)
			base_timer_set(s, t,
			    s->answer.busy_at + s->cfg.busy_ms);
		else
			no_answer(s);
		break;
	case TIMER_STALL:
		if (answer_open(&s->answer) || s->answer.busy)
			stalled(s);
		break;
	default:
		remedy(s, "deaf", s->cfg.deaf_ms, true);
	}
}
