/*
 * What the service says.  The model's turns are numbered from 1; the user's
 * words before an answer carry the number that the answer will have.  A turn
 * begins with its first output, and ends with turnComplete, with the loss of
 * the connection, or, once all was said, by the clock.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/family.h"
#include "session/inner.h"
#include "stream/stream.h"
#include "session/turns.h"

enum {
	PACE_US = 500000,
	PLAYER_MS = 2000,
	LATE_MS = 3000,		/* words that come after their turn's end */
	CUT_MS = 500		/* the same after it was cut */
};

/* The number that words of the user carry now. */
static int
user_turn(const struct session *s)
{
	return s->answer.number + !s->answer.open;
}

/* Sound that came faster than it was spoken, as from a file or after a gap, may
 * hold several utterances that the model answers one by one; else it answers
 * what it has heard so far. */
static void
count_heard(struct session *s)
{
	int64_t passed = (s->now - s->live_at) * 1000;
	int64_t sound = s->totals.audio_in_us - s->live_us;

	if (sound > passed + passed / 2 + PACE_US) {
		if (s->heard < s->utterances)
			s->heard++;
	} else
		s->heard = s->utterances;
}

static void
begin(struct session *s)
{
	struct answer *a = &s->answer;
	int64_t since = s->said_at > s->loud_at ? s->said_at : s->loud_at;
	int64_t late = s->now - since;

	if (late > s->slow_ms && late < s->cfg.answer_ms)
		s->slow_ms = late;
	a->number++;
	a->open = true;
	a->cut = a->phantom = a->generated = a->words = a->hanging = false;
	a->began = a->play_end = s->now;
	a->audio_us = 0;
	a->text_len = 0;
	a->tokens = a->tokens_in = a->tokens_out = 0;
	s->answered_index = s->link[s->cur].sent;
	s->owed = OWED_NOTHING;
	count_heard(s);
	if (s->replied < s->asked)
		s->replied++;
}

/* The model gives something; false where it is of a turn cut by us. */
static bool
output(struct session *s)
{
	struct answer *a = &s->answer;

	if (a->stale)
		return false;
	if (!a->open)
		begin(s);
	resume_no_echo(s, false);
	if (s->owed == OWED_SURE && a->tool)
		s->owed = OWED_NOTHING;
	a->tool = false;
	a->last = s->now;
	s->link[s->cur].spoke = true;
	watch_output(s);
	return true;
}

static void
heard(struct session *s, const struct proto_event *e)
{
	const char *typed = s->typed;
	size_t n = e->len;
	const char *p = e->text;

	if (!e->interim && resume_echo(s, true, p, n)) {
		if (s->again_heard)
			watch_heard(s);
		return;
	}
	note_event(s, "transcript", e, user_turn(s), NULL, 0);
	if (e->interim)
		return;
	s->input_words = !e->flag;
	s->words_at = s->now;
	/* What was typed comes back as if it had been heard. */
	if (typed != NULL && n > 0 && n <= strlen(typed) &&
	    memcmp(typed, p, n) == 0) {
		memmove(s->typed, typed + n, strlen(typed + n) + 1);
		return;
	}
	turns_say(s->turns, TURNS_USER, user_turn(s), false, s->now, p, n);
	if (n > 0)
		watch_heard(s);
}

/* Whether words of the model that come between turns belong to the last one:
 * its end has not come, or nothing was said since that they could answer. */
static bool
belated(const struct session *s)
{
	const struct answer *a = &s->answer;

	if (a->open || a->number == 0)
		return false;
	if (a->cut && s->now < a->play_end + CUT_MS)
		return true;
	return !a->cut && (!a->busy && s->owed == OWED_NOTHING &&
	    s->heard >= s->utterances && s->replied >= s->asked &&
	    s->now < s->over_at + LATE_MS);
}

static void
transcript(struct session *s, const struct proto_event *e)
{
	struct answer *a = &s->answer;
	bool late = belated(s);

	if (e->user) {
		heard(s, e);
		return;
	}
	if (!a->open && resume_echo(s, false, e->text, e->len))
		return;
	if (late && !a->stale && e->len > 0) {
		note_event(s, "transcript", e, a->number, NULL, 0);
		/* of what was cut nobody heard the end */
		if (!a->cut)
			turns_say(s->turns, TURNS_MODEL, a->number, false,
			    s->now, e->text, e->len);
		turns_close(s->turns, TURNS_MODEL);
		return;
	}
	if (a->stale || (e->len == 0 && !a->open) || !output(s))
		return;
	note_event(s, "transcript", e, a->number, NULL, 0);
	a->words = !e->flag;
	a->text_len += e->len;
	turns_say(s->turns, TURNS_MODEL, a->number, false, s->now, e->text,
	    e->len);
}

static void
text(struct session *s, const struct proto_event *e)
{
	if (!output(s))
		return;
	note_event(s, "text", e, s->answer.number, NULL, 0);
	if (!e->thought)
		turns_say(s->turns, TURNS_MODEL, s->answer.number, false,
		    s->now, e->text, e->len);
}

static void
audio(struct session *s, const struct proto_event *e)
{
	struct answer *a = &s->answer;
	ssize_t n;
	char *p;
	int64_t us;

	if (!output(s))
		return;
	buf_clear(&s->media);
	p = buf_room(&s->media, proto_media_room(e));
	if (p == NULL || (n = proto_media(e, p)) < 0) {
		tell(s, SESSION_WARN, "a piece of sound could not be read");
		return;
	}
	us = e->rate > 0 ? (int64_t)n / 2 * 1000000 / e->rate : 0;
	if (a->play_end < s->now)
		a->play_end = s->now;
	a->play_us += us;
	a->play_end += a->play_us / 1000;
	a->play_us %= 1000;
	a->audio_us += us;
	s->totals.audio_out_us += us;
	turns_audio(s->turns, a->number, us / 1000);
	watch_output(s);
	note_event(s, "audio", e, a->number, p, (size_t)n);
}

static void
blob(struct session *s, const struct proto_event *e)
{
	ssize_t n;
	char *p;

	if (!output(s))
		return;
	buf_clear(&s->media);
	p = buf_room(&s->media, proto_media_room(e));
	if (p != NULL && (n = proto_media(e, p)) >= 0)
		note_event(s, "blob", e, s->answer.number, p, (size_t)n);
	else
		tell(s, SESSION_WARN, "inline data could not be read");
}

static void
tool_call(struct session *s, const struct proto_event *e)
{
	struct call *k;

	s->answer.stale = false;	/* a new step of the model */
	output(s);
	k = calls_add(&s->calls, e->id, e->name, e->json);
	if (k == NULL) {
		send_no_call(s, e->id, e->name);
		return;
	}
	k->turn = s->answer.number;
	k->handle = s->handles;
	k->at = s->now;
	s->totals.tool_calls++;
	watch_output(s);
	note_event(s, "tool_call", e, s->answer.number, NULL, 0);
}

static void
cancel(struct session *s, const struct proto_event *e)
{
	const struct json *id;
	struct call *k;

	for (id = json_first(e->json); id != NULL; id = json_next(id)) {
		k = calls_find(&s->calls, json_str(id), NULL);
		if (k == NULL || k->answered)
			continue;
		calls_remove(&s->calls, k);
	}
	watch_calls(s);
	note_event(s, "tool_cancel", e, s->answer.number, NULL, 0);
}

static void
interrupted(struct session *s, const struct proto_event *e)
{
	struct answer *a = &s->answer;
	bool told = a->told == a->number && (a->stale || !a->open);

	if (a->open || a->stale)
		a->cut = true;
	else
		a->phantom = true;
	a->open = a->stale = a->words = false;
	a->hanging = !told;
	a->play_end = s->now;
	turns_close(s->turns, TURNS_MODEL);
	turns_close(s->turns, TURNS_USER);
	watch_done(s);
	if (told)
		return;		/* we said so before the service did */
	a->told = a->number;
	s->totals.interruptions++;
	note_event(s, "interrupted", e, a->number, NULL, 0);
}

void
turn_cut(struct session *s)
{
	struct answer *a = &s->answer;
	struct buf *b;

	if (a->number == 0 || a->told == a->number ||
	    (!a->open && s->now > a->play_end + PLAYER_MS))
		return;
	a->stale = a->open;
	a->told = a->number;
	a->words = false;
	a->play_end = s->now;
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
	const struct answer *a = &s->answer;
	const struct call *k;

	if (!a->open || !a->generated || a->tool)
		return false;
	/* After a call some models say so as well, and go on. */
	for (k = s->calls.v; k < s->calls.v + CALLS_MAX; k++)
		if (k->number != 0 && !k->answered && k->turn == a->number)
			return false;
	return true;
}

void
turn_lost(struct session *s)
{
	struct answer *a = &s->answer;
	struct buf *b;

	if (turn_said(s))
		turn_over(s);
	if (a->open && !a->stale) {
		b = note(s, "turn_complete");
		stream_int(b, "turn", a->number);
		stream_bool(b, "lost", 1);
		note_end(s, "turn_complete", a->number);
	}
	a->open = a->stale = a->cut = a->busy = a->words = a->tool = false;
	a->phantom = false;
	turns_close(s->turns, TURNS_MODEL);
	turns_close(s->turns, TURNS_USER);
}

/* After the record of turnComplete. */
static void
complete(struct session *s, bool silent)
{
	struct answer *a = &s->answer;

	watch_length(s);
	a->open = a->cut = a->stale = a->words = a->tool = false;
	if (silent && !a->busy)
		s->owed = OWED_NOTHING;
	s->input_words = false;
	s->speech_at = 0;
	s->served = true;
	s->over_at = s->now;
	s->gap.continued = false;
	s->once = 0;
	s->turns_after++;
	s->totals.turns++;
	turns_close(s->turns, TURNS_MODEL);
	turns_close(s->turns, TURNS_USER);
	send_answered(s);
	watch_done(s);
	s->dirty = true;
	state_flush(s);
}

static void
set_busy(struct session *s, const struct proto_event *e)
{
	s->answer.busy = e->id != NULL && strcmp(e->id, "IN_PROGRESS") == 0;
	s->answer.busy_at = s->now;
}

static void
turn_complete(struct session *s, const struct proto_event *e)
{
	struct answer *a = &s->answer;
	bool silent = !a->open && !a->cut, phantom = a->phantom;
	bool hanging = a->hanging;
	int64_t heard = s->heard, replied = s->replied;
	enum owed owed = s->owed;

	if (s->cfg.family->idle == IDLE_INTERACTION)
		set_busy(s, e);
	if (silent) {
		begin(s);	/* a turn of which nothing was to be heard */
		a->audio_us = 0;
	}
	/* One that was cut before it began is no answer to anything. */
	if (silent && phantom) {
		s->owed = owed;
		s->heard = heard;
		s->replied = replied;
		a->hanging = hanging;
		silent = false;
	}
	note_event(s, "turn_complete", e, a->number, NULL, 0);
	complete(s, silent);
}

void
turn_over(struct session *s)
{
	struct buf *b = note(s, "turn_complete");

	stream_int(b, "turn", s->answer.number);
	stream_bool(b, "assumed", 1);
	note_end(s, "turn_complete", s->answer.number);
	complete(s, false);
}

/* Counts come in pieces within a turn; the largest is the turn's. */
static void
grow(int64_t *total, int64_t *seen, int64_t now)
{
	if (now <= *seen)
		return;
	*total += now - *seen;
	*seen = now;
}

static void
usage(struct session *s, const struct proto_event *e)
{
	const struct proto_usage *u = &e->usage;
	struct answer *a = &s->answer;

	grow(&s->totals.tokens, &a->tokens, u->total);
	grow(&s->totals.tokens_in, &a->tokens_in, u->prompt);
	grow(&s->totals.tokens_out, &a->tokens_out, u->response);
	note_event(s, "usage", e, a->number, NULL, 0);
}

static void
ready(struct session *s, const struct proto_event *e)
{
	if (s->link[s->cur].phase != LINK_SETUP)
		return;
	if (s->totals.connections == 0)
		note_event(s, "ready", e, 0, NULL, 0);
	resume_ready(s);
}

static void
fault(struct session *s, const struct proto_event *e)
{
	int n = e->len < 300 ? (int)e->len : 300;

	note_event(s, "error", e, 0, NULL, 0);
	tell(s, SESSION_WARN, "the service reports an error: %.*s",
	    e->text != NULL ? n : 1, e->text != NULL ? e->text : "?");
}

/* What is passed on, with what it means for the state. */
static void
pass(struct session *s, const struct proto_event *e)
{
	int turn = s->answer.number;

	switch (e->kind) {
	case PROTO_GO_AWAY:
		note_event(s, "go_away", e, 0, NULL, 0);
		link_goaway(s, e->ms);
		break;
	case PROTO_RESUMPTION:
		note_event(s, "resumption", e, 0, NULL, 0);
		resume_handle(s, e);
		break;
	case PROTO_VOICE_ACTIVITY:
		note_event(s, "voice_activity", e, user_turn(s), NULL, 0);
		if (e->flag)
			watch_heard(s);
		break;
	case PROTO_GROUNDING:
		note_event(s, "grounding", e, turn, NULL, 0);
		break;
	case PROTO_URL_CONTEXT:
		note_event(s, "url_context", e, turn, NULL, 0);
		break;
	case PROTO_WAITING:
		s->owed = OWED_NOTHING;
		watch_done(s);
		note_event(s, "waiting", e, turn, NULL, 0);
		break;
	case PROTO_GENERATION_COMPLETE:
		s->answer.generated = true;
		watch_output(s);
		note_event(s, "generation_complete", e, turn, NULL, 0);
		break;
	case PROTO_INTERACTION:
		set_busy(s, e);
		watch_busy(s);
		break;
	case PROTO_ERROR:
		fault(s, e);
		break;
	default:
		note_event(s, "raw", e, turn, NULL, 0);
	}
}

static void
event(struct session *s, const struct proto_event *e)
{
	switch (e->kind) {
	case PROTO_READY: ready(s, e); break;
	case PROTO_TRANSCRIPT: transcript(s, e); break;
	case PROTO_AUDIO: audio(s, e); break;
	case PROTO_BLOB: blob(s, e); break;
	case PROTO_TEXT: text(s, e); break;
	case PROTO_CONTENT:
		if (output(s))
			note_event(s, "content", e, s->answer.number, NULL, 0);
		break;
	case PROTO_TOOL_CALL: tool_call(s, e); break;
	case PROTO_TOOL_CANCEL: cancel(s, e); break;
	case PROTO_INTERRUPTED: interrupted(s, e); break;
	case PROTO_TURN_COMPLETE: turn_complete(s, e); break;
	case PROTO_USAGE: usage(s, e); break;
	default: pass(s, e);
	}
}

void
recv_message(struct session *s, const char *p, size_t n)
{
	struct failure f;
	int conn = s->cur, count, i;

	count = proto_parse(s->proto, p, n);
	if (count < 0) {
		classify_close(&f, 1002, "", NULL, link_now(s), false, true);
		s->ops.drop(s->arg, conn);
		if (s->link[conn].phase == LINK_CLOSING)
			link_gone(s, conn);
		else
			link_failed(s, conn, &f, 1002, proto_why(s->proto));
		return;
	}
	for (i = 0; i < count && s->cur == conn; i++)
		event(s, proto_event(s->proto, (size_t)i));
}
