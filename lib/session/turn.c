/*
 * The model's turn, and with it the user's.  The model's turns are numbered
 * from 1; the user's words before an answer get the number that the answer will
 * have.  A turn begins with its first output, and ends with turnComplete, with
 * the loss of the connection or, once everything was said, after some time.
 */
#include "session/inner.h"
#include "session/turns.h"
#include "stream/stream.h"

enum {
	PACE_US = 500000,
	PLAYER_MS = 2000,
	BYTE_US = 20000,	/* no speech is faster than 50 bytes a second */
	SHORT_LEN = 60		/* bytes of transcript worth a suspicion */
};

/* The turn number that words of the user get now. */
int
turn_user(const struct session *s)
{
	return s->answer.number + !answer_open(&s->answer);
}

/* Sound that came faster than it was spoken, as from a file or after a gap, may
 * contain several utterances, which the model answers one by one; otherwise it
 * answers all that it has heard so far. */
static void
count_heard(struct session *s)
{
	int64_t passed = (s->now - s->hearing.live_at) * 1000;
	int64_t sound = s->totals.audio_in_us - s->hearing.live_us;

	if (sound > passed + passed / 2 + PACE_US) {
		if (s->hearing.answered < s->hearing.utterances)
			s->hearing.answered++;
	} else
		s->hearing.answered = s->hearing.utterances;
}

/* When the user last said or typed something. */
static int64_t
spoke_at(const struct session *s)
{
	return s->asks.said_at > s->hearing.loud_at ? s->asks.said_at :
	    s->hearing.loud_at;
}

void
turn_begin(struct session *s)
{
	struct session_answer *a = &s->answer;
	int64_t late = s->now - spoke_at(s);

	if (late > s->asks.slow_ms && late < s->cfg.answer_ms)
		s->asks.slow_ms = late;
	/* work that continues in further turns is for the same question */
	if (!a->busy || s->asks.owed != OWED_NOTHING) {
		a->owed = s->asks.owed == OWED_NOTHING && base_faint(s) ?
		    OWED_MAYBE : s->asks.owed;
		a->gave = a->called = false;
	}
	a->extra = s->heal.extra;
	s->heal.extra = false;
	a->number++;
	a->state = ANSWER_OPEN;
	a->served = true;
	a->generated = a->words = s->asks.hanging = false;
	if (a->play_end > s->leave.until)
		s->leave.until = a->play_end;
	a->began = a->play_end = s->now;
	a->audio_us = 0;
	a->text_len = 0;
	s->index.answered = s->conn[s->cur].sent;
	s->asks.owed = OWED_NOTHING;
	s->asks.given_up = s->asks.cut = s->hearing.faint = false;
	s->hearing.faint_us = 0;
	count_heard(s);
	if (s->asks.replied < s->asks.asked)
		s->asks.replied++;
}

/* The first sign of an answer to what the user said since the last one. */
static void
time_answer(struct session *s)
{
	int64_t spoke = spoke_at(s);

	if (spoke > s->asks.timed_at)
		latency_add(&s->latency, s->now - spoke);
	s->asks.timed_at = spoke;
}

/* The model sends output; false if it belongs to a turn that we cut off. */
bool
turn_output(struct session *s)
{
	struct session_answer *a = &s->answer;

	if (a->state == ANSWER_STALE)
		return false;
	if (!answer_open(a)) {
		time_answer(s);
		turn_begin(s);
	}
	resume_no_echo(s, false);
	if (s->asks.owed == OWED_SURE && a->tool)
		s->asks.owed = OWED_NOTHING;
	a->tool = s->fault.set = false;	/* it was not the end */
	a->last = s->now;
	s->conn[s->cur].spoke = true;
	watch_output(s);
	return true;
}

void
turn_cut(struct session *s)
{
	struct session_answer *a = &s->answer;
	struct buf *b;

	if (a->number == 0 || a->told == a->number ||
	    (!answer_open(a) && s->now > a->play_end + PLAYER_MS))
		return;
	if (answer_open(a))
		a->state = ANSWER_STALE;
	a->told = a->number;
	a->words = false;
	a->play_end = s->leave.until = s->now;
	s->totals.interruptions++;
	turns_close(s->turns, TURNS_MODEL);
	b = note(s, "interrupted");
	stream_int(b, "turn", a->number);
	stream_bool(b, "local", 1);
	note_end(s, "interrupted", a->number);
}

bool
turn_said(struct session *s)
{
	const struct session_answer *a = &s->answer;
	const struct call *k;

	if (!answer_open(a) || !a->generated || a->tool)
		return false;
	/* Some models send this after a call too, and continue. */
	for (k = s->calls.v; k < s->calls.v + CALLS_MAX; k++)
		if (k->number != 0 && !k->answered && k->turn == a->number)
			return false;
	return true;
}

static void
length(struct session *s)
{
	const struct session_answer *a = &s->answer;

	if (answer_cut(a) || a->text_len < SHORT_LEN || a->audio_us <= 0 ||
	    a->audio_us >= (int64_t)a->text_len * BYTE_US) {
		s->heal.shorts = 0;
		return;
	}
	if (s->heal.shorts++ == 0 && s->asks.owed == OWED_NOTHING &&
	    base_live(s)) {
		note_stalled(s, "short", a->audio_us / 1000, "nudge");
		queue_nudge(s);
		s->heal.extra = true;
	} else
		note_stalled(s, "short", a->audio_us / 1000, "none");
}

/* After the record of turnComplete. */
void
turn_done(struct session *s, bool silent)
{
	struct session_answer *a = &s->answer;

	length(s);
	a->state = a->state == ANSWER_CUT_TWICE ? ANSWER_PHANTOM :
	    ANSWER_NONE;
	a->words = a->tool = false;
	if (silent && !a->busy)
		s->asks.owed = OWED_NOTHING;
	s->hearing.words = false;
	s->hearing.speech_at = 0;
	s->answer.over_at = s->now;
	s->gap.continued = false;
	s->retry.once = 0;
	s->handle.turns_after++;
	s->totals.turns++;
	turns_close(s->turns, TURNS_MODEL);
	turns_close(s->turns, TURNS_USER);
	queue_answered(s);
	watch_done(s);
	s->saved.dirty = true;
	base_flush(s);
}

void
turn_over(struct session *s)
{
	struct buf *b = note(s, "turn_complete");

	stream_int(b, "turn", s->answer.number);
	stream_bool(b, "assumed", 1);
	note_end(s, "turn_complete", s->answer.number);
	turn_done(s, false);
}

void
turn_lost(struct session *s)
{
	struct session_answer *a = &s->answer;
	struct buf *b;

	if (turn_said(s))
		turn_over(s);
	if (a->state == ANSWER_OPEN) {
		b = note(s, "turn_complete");
		stream_int(b, "turn", a->number);
		stream_bool(b, "lost", 1);
		note_end(s, "turn_complete", a->number);
	}
	a->state = ANSWER_NONE;
	a->busy = a->words = a->tool = false;
	turns_close(s->turns, TURNS_MODEL);
	turns_close(s->turns, TURNS_USER);
}
