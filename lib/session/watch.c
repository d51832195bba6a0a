/*
 * The watchdogs.  Each is one timer; what it finds is told as a `stalled`
 * record and met with the next remedy: a nudge, a fresh session that is told
 * the history, the end.  A sign of life of the model takes them back to the
 * first.
 */
#include "proto/family.h"
#include "base/log.h"
#include "session/inner.h"

enum {
	BYTE_US = 20000,	/* no speech is faster than 50 bytes a second */
	SHORT_LEN = 60		/* bytes of transcript worth a suspicion */
};

void
watch_asked(struct session *s)
{
	if (s->mode == MODE_LIVE)
		timer_set(s, TIMER_ANSWER, s->now + s->cfg.answer_ms);
}

void
watch_heard(struct session *s)
{
	struct link *l = &s->link[s->cur];

	/* After a resume, words from before come again: no sound, no new
	 * words. */
	if (s->answer.open || s->mode != MODE_LIVE || !l->loud)
		return;
	if (s->owed == OWED_NOTHING)
		s->owed = OWED_MAYBE;
	timer_set(s, TIMER_ANSWER, s->now + s->cfg.answer_ms);
	/* Armed by the first words only: else each rotation in a silence
	 * would be a false alarm. */
	if (l->resumed && !l->spoke && !timer_on(s, TIMER_DEAF))
		timer_set(s, TIMER_DEAF, s->now + s->cfg.deaf_ms);
}

void
watch_output(struct session *s)
{
	int64_t from = s->answer.play_end > s->now ? s->answer.play_end :
	    s->now;

	timer_off(s, TIMER_ANSWER);
	timer_off(s, TIMER_DEAF);
	if (s->answer.open && s->calls.open == 0 && s->mode == MODE_LIVE)
		timer_set(s, TIMER_STALL, from + s->cfg.stall_ms);
	else
		timer_off(s, TIMER_STALL);
}

void
watch_done(struct session *s)
{
	timer_off(s, TIMER_STALL);
	timer_off(s, TIMER_DEAF);
	if (s->answer.audio_us > 0 || s->answer.text_len > 0)
		s->nudges = 0;
	if (s->owed != OWED_SURE)
		timer_off(s, TIMER_ANSWER);
	watch_busy(s);		/* it may have said that more is to come */
}

void
watch_again(struct session *s, enum timer t)
{
	const struct session_config *c = &s->cfg;
	int64_t ms = t == TIMER_ANSWER ? c->answer_ms : t == TIMER_DEAF ?
	    c->deaf_ms : s->answer.open || !s->answer.busy ? c->stall_ms :
	    c->busy_ms;

	timer_set(s, t, s->now + ms);
}

void
watch_calls(struct session *s)
{
	if (s->calls.open > 0 || s->mode != MODE_LIVE)
		return;
	if (timer_on(s, TIMER_ANSWER))
		watch_again(s, TIMER_ANSWER);
	else if (s->answer.open || s->answer.busy)
		watch_again(s, TIMER_STALL);
}

void
watch_busy(struct session *s)
{
	if (s->answer.open || s->mode != MODE_LIVE)
		return;
	if (s->answer.busy)
		watch_again(s, TIMER_STALL);
	else
		timer_off(s, TIMER_STALL);
}

void
watch_off(struct session *s)
{
	timer_off(s, TIMER_ANSWER);
	timer_off(s, TIMER_STALL);
	timer_off(s, TIMER_DEAF);
	timer_off(s, TIMER_LINGER);
}

void
watch_nudge(struct session *s)
{
	buf_clear(&s->msg);
	protoclient_start(s->cfg.family, NULL, &s->msg);
	send_now(s, s->msg.data, s->msg.len);
	s->owed = OWED_SURE;
	watch_asked(s);
}

void
watch_length(struct session *s)
{
	const struct answer *a = &s->answer;

	if (a->cut || a->text_len < SHORT_LEN || a->audio_us <= 0 ||
	    a->audio_us >= (int64_t)a->text_len * BYTE_US) {
		s->shorts = 0;
		return;
	}
	if (s->shorts++ == 0 && s->owed == OWED_NOTHING) {
		note_stalled(s, "short", a->audio_us / 1000, "nudge");
		watch_nudge(s);
	} else
		note_stalled(s, "short", a->audio_us / 1000, "none");
}

static void
give_up(struct session *s, const char *why, int64_t ms)
{
	note_stalled(s, why, ms, "end");
	tell(s, SESSION_ERROR, "the model does not answer, nor does a new "
	    "session: giving up");
	finish(s, CODE_TEMPFAIL, "stalled");
}

static void
remedy(struct session *s, const char *why, int64_t ms, bool fresh)
{
	if (fresh && s->nudges == 0)
		s->nudges = 1;
	switch (s->nudges++) {
	case 0:
		note_stalled(s, why, ms, "nudge");
		watch_nudge(s);
		break;
	case 1:
		note_stalled(s, why, ms, "fresh");
		tell(s, SESSION_WARN, "the model has fallen silent (%s): a "
		    "new session is begun", why);
		link_refresh(s, why);
		break;
	default:
		give_up(s, why, ms);
	}
}

static void
no_answer(struct session *s)
{
	if (s->owed == OWED_SURE || !s->proactive) {
		remedy(s, "no_answer", s->now - s->said_at, false);
		return;
	}
	/* Such a model may well keep silent. */
	note_stalled(s, "no_answer", s->now - s->said_at, "none");
	s->owed = OWED_NOTHING;
}

static void
stalled(struct session *s)
{
	if (!s->answer.open)
		remedy(s, "stall", s->now - s->answer.busy_at, true);
	else if (s->answer.generated || s->answer.stale)
		turn_over(s);
	else
		remedy(s, "stall", s->now - s->answer.last, true);
}

void
watch_timer(struct session *s, enum timer t)
{
	if (s->mode != MODE_LIVE)
		return;
	/* what waits for us, or for a tool, is looked at again */
	if (s->held || (s->calls.open > 0 && t != TIMER_DEAF)) {
		watch_again(s, t);
		return;
	}
	switch (t) {
	case TIMER_ANSWER:
		if (s->answer.busy &&
		    s->now < s->answer.busy_at + s->cfg.busy_ms)
			timer_set(s, t, s->answer.busy_at + s->cfg.busy_ms);
		else
			no_answer(s);
		break;
	case TIMER_STALL:
		if (s->answer.open || s->answer.busy)
			stalled(s);
		break;
	default:
		remedy(s, "deaf", s->cfg.deaf_ms, true);
	}
}
