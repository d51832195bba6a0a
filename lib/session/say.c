/*
 * What the user says: records become pieces, and update what the session knows
 * about the user's side.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "proto/family.h"
#include "proto/schema.h"
#include "session/inner.h"
#include "session/turns.h"
#include "sound/pcm.h"
#include "stream/mono.h"
#include "stream/stream.h"

enum {
	SLICE_MS = 100,		/* sound in one message, at most */
	WHOLE_MAX = 1 << 20,
	WORDS_MAX = 2 << 20,	/* bytes of a header with words in it */
	TURNING_MS = 1000,	/* within which a handle follows its turn */
	CHANGING_MS = 5000	/* a changed setup is waited for so long */
};

/* From byte `from` on; returns how many bytes have been taken in all. */
static size_t
audio(struct session *s, const char *pcm, size_t from, size_t n, int rate,
    bool live)
{
	size_t step = (size_t)rate * SLICE_MS / 1000 * 2, part;

	for (; from < n; from += part) {
		part = n - from < step ? n - from : step;
		if (!chunk_send(s, pcm + from, part, rate, live))
			break;
		/* All but very long records are taken whole, so that those of
		 * other inputs may come in between. */
		s->input.whole = n <= WHOLE_MAX;
	}
	s->input.whole = false;
	return from;
}

/* The user's activity has begun. */
static void
window(struct session *s)
{
	s->activity.ever = true;
	if (s->transcribes)
		s->hearing.utterances = s->hearing.windows;
}

/* The activity has ended: the model answers, unless it may choose not to. */
static void
spoken(struct session *s)
{
	queue_expect(s, s->proactive ? OWED_MAYBE : OWED_SURE);
	watch_asked(s);
}

/* Sound begins without a mark of activity. */
static bool
begin_activity(struct session *s)
{
	struct piece p = { .kind = PIECE_CONTROL };

	buf_clear(&s->msg);
	proto_client_activity(true, &s->msg);
	p.data = s->msg.data;
	p.len = s->msg.len;
	s->hearing.windows++;
	s->activity.on = queue_submit(s, &p);
	if (s->activity.on)
		window(s);
	else
		s->hearing.windows--;
	if (s->activity.on && s->interrupts)
		turn_cut(s);
	return s->activity.on;
}

bool
say_audio(struct session *s, const void *pcm, size_t n, int rate, int flags)
{
	bool again = s->part.got > 0 && pcm == s->part.of && n == s->part.len;
	size_t got;

	if (rate < PCM_RATE_MIN || rate > PCM_RATE_MAX)
		return true;
	if (s->manual && !s->activity.on && flags & SESSION_PLAIN &&
	    !begin_activity(s))
		return false;
	if (flags & SESSION_LIVE && !again && chunk_wants(s, n, rate))
		return chunk_add(s, pcm, n & ~(size_t)1, rate);
	if (!chunk_flush(s))
		return false;
	got = audio(s, pcm, again ? s->part.got : 0, n & ~(size_t)1, rate,
	    flags & SESSION_LIVE);
	if (got == (n & ~(size_t)1)) {
		s->part.got = again ? 0 : s->part.got;
		return true;
	}
	if (got > 0) {
		s->part.got = got;
		s->part.of = pcm;
		s->part.len = n;
	}
	return false;
}

static bool
audio_record(struct session *s, const struct record *r, int flags)
{
	struct mono_form f;
	const char *why = mono_form(&f, r, 16000);
	const void *pcm = why == NULL ? mono_mix(&s->mix, &f, r) : NULL;

	if (pcm == NULL) {
		note_refused(s, "audio", why != NULL ? why : "too long");
		s->end.worst = CODE_DATA;
		return true;
	}
	return say_audio(s, pcm, f.frames * 2, f.rate, flags);
}

/* The text of a text or turn record. */
static void
words(const struct json *head, struct buf *b)
{
	const char *text = json_get_str(head, "text", NULL);
	const struct json *part;

	buf_init(b, WORDS_MAX);
	if (text != NULL)
		buf_str(b, text);
	for (part = json_first(json_get(head, "parts")); part != NULL;
	    part = json_next(part))
		buf_str(b, json_get_str(part, "text", ""));
}

/* Remembers words that were said, whoever said them. */
static void
remember(struct session *s, const struct record *r, const struct buf *b)
{
	bool model = strcmp(json_get_str(r->head, "role", "user"),
	    "model") == 0;
	enum turns_role who = model ? TURNS_MODEL : TURNS_USER;

	turns_close(s->turns, who);
	turns_say(s->turns, who, 0, true, s->now, b->data, b->len);
	turns_close(s->turns, who);
	free(s->echo.typed);
	s->echo.typed = model || b->len == 0 ? NULL : mem_copy(b->data, b->len);
	base_touch(s);
}

static void
played(struct session *s, const struct record *r)
{
	int64_t turn = json_get_int(r->head, "turn", 0);
	int64_t heard = json_get_int(r->head, "ms", -1);

	leave_played(s, r->head);
	if (turn <= 0 || turn > s->answer.number || heard < 0)
		return;
	if (json_true(json_get(r->head, "interrupted")) &&
	    turns_cut(s->turns, (int)turn, heard) == 0)
		base_touch(s);
}

/* A turn is over and a rotation is due, which waits for the next connection or
 * for the handle of that turn: a line sent now would put it off by another
 * turn, and go to a session without the context that came before it.  Until
 * when a line waits; 0: it need not. */
static int64_t
turning(const struct session *s)
{
	int64_t over = s->answer.over_at;

	if (!base_live(s) || !s->rotation.due || s->rotation.forced)
		return 0;
	if (s->rotation.changed)
		return (s->rotation.since > over ? s->rotation.since : over) +
		    CHANGING_MS;
	return s->next != -1 ? over + TURNING_MS : 0;
}

bool
say_busy(const struct session *s)
{
	return s->asks.owed == OWED_SURE || answer_open(&s->answer) ||
	    s->answer.busy ||
	    s->wait.count > 0 || s->now < turning(s);
}

static bool
words_record(struct session *s, const struct record *r, int flags)
{
	bool text = strcmp(r->type, "text") == 0;
	bool complete = text || !json_get(r->head, "complete") ||
	    json_true(json_get(r->head, "complete"));
	bool opening;
	struct proto_out out;
	struct buf b;

	if (text && flags & SESSION_TURNS && say_busy(s)) {
		s->refused.turn = true;
		if (s->now < turning(s) && !base_timer_on(s, TIMER_QUIET))
			base_timer_set(s, TIMER_QUIET, turning(s));
		return false;
	}
	opening = !text && !s->input.begun &&
	    proto_client_opens(s->cfg.family, r->head);
	if (queue_build(s, r, opening, &out) <= 0)
		return true;
	words(r->head, &b);
	if (!queue_messages(s, (struct piece){ .kind = PIECE_TEXT,
	    .typed = b.len > 0, .mute = !complete }, &out)) {
		buf_done(&b);
		return false;
	}
	/* another may follow */
	s->input.begun = !opening;
	remember(s, r, &b);
	buf_done(&b);
	if (complete)
		queue_expect(s, OWED_SURE);
	return true;
}

static bool
activity_record(struct session *s, const struct record *r)
{
	bool start = strcmp(json_get_str(r->head, "state", ""), "start") == 0;
	struct proto_out out;

	if (queue_build(s, r, false, &out) <= 0)
		return true;
	/* This record must not wait for a round trip. */
	if (start && s->manual && s->interrupts)
		turn_cut(s);
	s->hearing.windows += start;
	if (!queue_messages(s, (struct piece){ .kind = PIECE_CONTROL },
	    &out)) {
		s->hearing.windows -= start;
		return false;
	}
	s->activity.on = start;
	if (start)
		window(s);
	else
		spoken(s);
	return true;
}

/* Some models respond to an answer without an open call, others ignore it: the
 * wait for that is short. */
static bool
raw_record(struct session *s, const struct record *r)
{
	const struct json *message = json_get(r->head, "message");
	bool asks = proto_client_asks(message);
	bool tool = tool_raw(s, message, false) > 0;
	bool unasked = !tool && schema_get(message, "toolResponse") != NULL;
	struct proto_out out;

	if (queue_build(s, r, false, &out) <= 0)
		return true;
	if (!queue_messages(s, (struct piece){ .kind = asks && !tool &&
	    !unasked ?
	    PIECE_TEXT : PIECE_CONTROL }, &out))
		return false;
	tool_raw(s, message, true);
	s->asks.hanging |= unasked;
	if (tool)
		watch_calls(s);
	s->answer.tool |= tool && asks;
	if (asks && !unasked)
		queue_expect(s, OWED_SURE);
	return true;
}

static bool
other_record(struct session *s, const struct record *r)
{
	enum piece_kind kind = strcmp(r->type, "image") == 0 ? PIECE_IMAGE :
	    PIECE_CONTROL;
	struct proto_out out;

	if (strcmp(r->type, "interrupt") == 0)
		turn_cut(s);
	if (queue_build(s, r, false, &out) <= 0)
		return true;
	if (!queue_messages(s, (struct piece){ .kind = kind }, &out))
		return false;
	if (strcmp(r->type, "audio_end") == 0)
		s->hearing.open = false;
	return true;
}

/* What a running session cannot change is in the next connection's setup: with
 * its handle, if a resumed session accepts that. */
static bool
context_record(struct session *s, const struct record *r)
{
	const struct family *f = s->cfg.family;
	struct proto_out out;
	int later, built = queue_build(s, r, false, &out);

	if (built < 0)
		return true;
	if (built > 0 && !queue_messages(s, (struct piece){
	    .kind = PIECE_CONTROL }, &out))
		return false;
	context_change(s, r);
	later = clientcontext_later(f, r->head);
	if (later == 0)
		return true;
	note_tell(s, SESSION_INFO, "this model takes no such context in a "
	    "running session: the next connection, at the next pause, is set "
	    "up with it");
	conn_anew(s, f->resume_setup == RESUME_SETUP_NO ||
	    (later & PROTO_LATER_SYSTEM &&
	    f->resume_setup == RESUME_SETUP_BUT_SYSTEM));
	return true;
}

bool
say_record(struct session *s, const struct record *r, int flags)
{
	if (strcmp(r->type, "audio") == 0)
		return audio_record(s, r, flags);
	if (strcmp(r->type, "played") == 0) {
		played(s, r);
		return true;
	}
	if (strcmp(r->type, "hangup") == 0) {
		leave_hangup(s);
		return true;
	}
	if (!proto_client_takes(r->type))
		return true;
	/* what the user said before goes first */
	if (!chunk_flush(s))
		return false;
	if (strcmp(r->type, "text") == 0 || strcmp(r->type, "turn") == 0)
		return words_record(s, r, flags);
	if (strcmp(r->type, "tool_response") == 0)
		return tool_record(s, r);
	if (strcmp(r->type, "activity") == 0)
		return activity_record(s, r);
	if (strcmp(r->type, "raw") == 0)
		return raw_record(s, r);
	if (strcmp(r->type, "context") == 0)
		return context_record(s, r);
	return other_record(s, r);
}

void
say_end(struct session *s)
{
	struct piece p = { .kind = PIECE_CONTROL };
	struct proto_out out = { .b = &s->msg };

	s->input.end_sent = true;
	buf_clear(&s->msg);
	if (s->manual && s->activity.on) {
		s->activity.on = false;
		proto_client_activity(false, &s->msg);
		out.end[out.n++] = s->msg.len;
		spoken(s);
	} else if (!s->manual && s->hearing.open)
		proto_client_audio_end(s->cfg.family, &out);
	if (s->manual && !s->activity.ever && s->totals.audio_in_us > 0)
		note_tell(s, SESSION_WARN, "no activity record came, which "
		    "manual detection needs: the model ignores the "
		    "sound");
	s->hearing.open = false;
	queue_messages(s, p, &out);
	/* pictures alone: the system instruction says what to do with them */
	if (s->asks.shown && s->totals.turns == 0 &&
	    s->totals.audio_in_us == 0 &&
	    !answer_open(&s->answer) && s->asks.owed == OWED_NOTHING)
		queue_nudge(s);
}
