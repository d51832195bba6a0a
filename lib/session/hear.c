/*
 * What the service says: each event of a message becomes a record, and updates
 * what the session knows about the turn, the calls and the connection.
 */
#include <string.h>

#include "base/log.h"
#include "proto/family.h"
#include "session/inner.h"
#include "session/turns.h"
#include "stream/stream.h"

enum {
	LATE_MS = 3000,		/* words that come after their turn's end */
	CUT_MS = 500,		/* the same after it was cut */
	HANDLE_MAX = 64 << 10
};

/* Words of a model that only transcribes: never an echo. */
static void
told(struct session *s, const struct proto_event *e)
{
	note_event(s, "transcript", e, turn_user(s), NULL, 0);
	if (e->len == 0)
		return;
	s->answer.served = true;
	buf_clear(&s->hearing.guess);
	if (e->interim)
		buf_add(&s->hearing.guess, e->text, e->len);
	else
		turns_say(s->turns, TURNS_USER, turn_user(s), false, s->now,
		    e->text, e->len);
}

void
hear_promote(struct session *s)
{
	struct buf *b, *words = &s->hearing.guess;

	if (words->len == 0 || words->failed)
		return;
	b = note(s, "transcript");
	stream_str(b, "role", "user");
	stream_strn(b, "text", words->data, words->len);
	stream_bool(b, "promoted", true);
	note_end(s, "transcript", turn_user(s));
	turns_say(s->turns, TURNS_USER, turn_user(s), false, s->now,
	    words->data, words->len);
	buf_clear(words);
}

/* An utterance has been transcribed, which completes the turn. */
static void
transcribed(struct session *s, const struct proto_event *e)
{
	hear_promote(s);
	turn_begin(s);
	s->conn[s->cur].spoke = true;
	note_event(s, "generation_complete", e, s->answer.number, NULL, 0);
	turn_over(s);
}

static void
heard(struct session *s, const struct proto_event *e)
{
	const char *typed = s->echo.typed;
	size_t n = e->len;
	const char *p = e->text;

	if (s->transcribes) {
		told(s, e);
		return;
	}
	if (!e->interim && resume_echo(s, true, p, n)) {
		if (s->echo.sound)
			watch_heard(s);
		return;
	}
	note_event(s, "transcript", e, turn_user(s), NULL, 0);
	if (e->interim)
		return;
	s->hearing.words = !e->flag;
	s->hearing.words_at = s->now;
	/* Typed text comes back as if it had been heard. */
	if (typed != NULL && n > 0 && n <= strlen(typed) &&
	    memcmp(typed, p, n) == 0) {
		memmove(s->echo.typed, typed + n, strlen(typed + n) + 1);
		return;
	}
	turns_say(s->turns, TURNS_USER, turn_user(s), false, s->now, p, n);
	if (n > 0)
		watch_heard(s);
}

/* Whether words of the model between turns belong to the last one: its end has
 * not come, or nothing was said since that they could answer. */
static bool
belated(const struct session *s)
{
	const struct session_answer *a = &s->answer;

	if (answer_open(a) || a->number == 0)
		return false;
	if (answer_cut(a) && s->now < a->play_end + CUT_MS)
		return true;
	return !answer_cut(a) && (!a->busy && s->asks.owed == OWED_NOTHING &&
	    s->hearing.answered >= s->hearing.utterances &&
	    s->asks.replied >= s->asks.asked &&
	    s->now < s->answer.over_at + LATE_MS);
}

static void
transcript(struct session *s, const struct proto_event *e)
{
	struct session_answer *a = &s->answer;
	bool late = belated(s);

	if (e->user) {
		heard(s, e);
		return;
	}
	if (!answer_open(a) && resume_echo(s, false, e->text, e->len))
		return;
	if (late && a->state != ANSWER_STALE && e->len > 0) {
		note_event(s, "transcript", e, a->number, NULL, 0);
		/* nobody heard the end of what was cut off */
		if (!answer_cut(a))
			turns_say(s->turns, TURNS_MODEL, a->number, false,
			    s->now, e->text, e->len);
		turns_close(s->turns, TURNS_MODEL);
		return;
	}
	/* empty, as it comes between a tool's answer and the speech */
	if (e->len == 0 && !answer_open(a)) {
		note_event(s, "transcript", e, a->number, NULL, 0);
		return;
	}
	if (a->state == ANSWER_STALE || !turn_output(s))
		return;
	note_event(s, "transcript", e, a->number, NULL, 0);
	a->words = !e->flag;
	a->gave |= e->len > 0;
	a->text_len += e->len;
	turns_say(s->turns, TURNS_MODEL, a->number, false, s->now, e->text,
	    e->len);
}

/* If the model speaks, unmarked text is its thoughts. */
static void
text(struct session *s, const struct proto_event *from)
{
	struct proto_event copy = *from, *e = &copy;

	if (!turn_output(s))
		return;
	if (s->spoken && !s->cfg.family->audio_text)
		e->thought = true;
	note_event(s, "text", e, s->answer.number, NULL, 0);
	s->answer.gave |= !e->thought && e->len > 0;
	if (!e->thought)
		turns_say(s->turns, TURNS_MODEL, s->answer.number, false,
		    s->now, e->text, e->len);
}

static void
audio(struct session *s, const struct proto_event *e)
{
	struct session_answer *a = &s->answer;
	ssize_t n;
	char *p;
	int64_t us;

	if (!turn_output(s))
		return;
	buf_clear(&s->media);
	p = buf_room(&s->media, proto_media_room(e));
	if (p == NULL || (n = proto_media(e, p)) < 0) {
		note_tell(s, SESSION_WARN, "a piece of sound could not be "
		    "read");
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
	a->gave |= n > 0;
	turns_audio(s->turns, a->number, us / 1000);
	watch_output(s);
	note_event(s, "audio", e, a->number, p, (size_t)n);
}

static void
blob(struct session *s, const struct proto_event *e)
{
	ssize_t n;
	char *p;

	if (!turn_output(s))
		return;
	buf_clear(&s->media);
	p = buf_room(&s->media, proto_media_room(e));
	s->answer.gave = true;
	if (p != NULL && (n = proto_media(e, p)) >= 0)
		note_event(s, "blob", e, s->answer.number, p, (size_t)n);
	else
		note_tell(s, SESSION_WARN, "inline data could not be read");
}

/* Code that the model ran, or meant to, is not an answer by itself. */
static void
content(struct session *s, const struct proto_event *e)
{
	if (!turn_output(s))
		return;
	s->answer.gave |= json_get(e->json, "executableCode") == NULL &&
	    json_get(e->json, "codeExecutionResult") == NULL;
	note_event(s, "content", e, s->answer.number, NULL, 0);
}

static void
tool_call(struct session *s, const struct proto_event *e)
{
	struct call *k;

	if (s->answer.state == ANSWER_STALE)
		s->answer.state = ANSWER_OPEN;	/* a new step of the model */
	turn_output(s);
	s->answer.called = true;
	if (!note_fits(s, e)) {
		tool_refuse(s, e->id, e->name, "the call is over 1 MiB");
		return;
	}
	k = calls_add(&s->calls, e->id, e->name, e->json);
	if (k == NULL) {
		tool_refuse(s, e->id, e->name, "too many calls are open");
		return;
	}
	tool_called(s, k);
	watch_output(s);
	leave_called(s, k->name);
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
	struct session_answer *a = &s->answer;
	bool told = a->told == a->number && a->state != ANSWER_OPEN;

	/* what the user said to interrupt is not a question left open */
	s->asks.cut |= a->state == ANSWER_OPEN && !told &&
	    s->asks.said_at <= a->began && s->hearing.loud_at <= a->began;
	if (answer_open(a))
		a->state = ANSWER_CUT;
	else
		a->state = answer_cut(a) ? ANSWER_CUT_TWICE : ANSWER_PHANTOM;
	a->words = false;
	s->asks.hanging = !told;
	a->play_end = s->leave.until = s->now;
	turns_close(s->turns, TURNS_MODEL);
	turns_close(s->turns, TURNS_USER);
	watch_done(s);
	if (told)
		return;		/* we reported it before the service did */
	a->told = a->number;
	s->totals.interruptions++;
	note_event(s, "interrupted", e, a->number, NULL, 0);
}

static void
set_busy(struct session *s, const struct proto_event *e)
{
	s->answer.busy = e->id != NULL && strcmp(e->id, "IN_PROGRESS") == 0;
	s->answer.busy_at = s->now;
}

static void
completed(struct session *s, const struct proto_event *e)
{
	struct session_answer *a = &s->answer;
	bool phantom = a->state == ANSWER_PHANTOM;
	bool silent = phantom || a->state == ANSWER_NONE;
	bool whole = a->state == ANSWER_NONE || a->state == ANSWER_OPEN;
	bool hanging = s->asks.hanging, given_up = s->asks.given_up;
	bool cut = s->asks.cut;
	int64_t heard = s->hearing.answered, replied = s->asks.replied;
	enum owed owed = s->asks.owed;

	if (s->transcribes) {
		/* one comes before the service ends the session */
		note_event(s, "turn_complete", e, a->number, NULL, 0);
		return;
	}
	if (s->cfg.family->idle == IDLE_INTERACTION)
		set_busy(s, e);
	if (silent) {
		turn_begin(s);	/* a turn without anything to hear */
		a->audio_us = 0;
		s->asks.given_up = given_up;
		s->asks.cut = cut;
	}
	/* One that was cut off before it began does not answer anything. */
	if (silent && phantom) {
		s->asks.owed = owed;
		s->hearing.answered = heard;
		s->asks.replied = replied;
		s->asks.hanging = hanging;
		silent = false;
	}
	note_event(s, "turn_complete", e, a->number, NULL, 0);
	turn_done(s, silent);
	if (whole)
		heal_turn(s, e->name);
}

static void
usage(struct session *s, const struct proto_event *e)
{
	tokens_metadata(&s->tokens, s->answer.number, e->json);
	note_event(s, "usage", e, s->answer.number, NULL, 0);
}

/* A setupComplete that is not the first. */
static void
later(struct session *s, const struct proto_event *e)
{
	static const char *const known[] = { "sessionId",
	    "voiceConsentSignature" };
	struct json *message = json_object(), *o;
	struct proto_event raw = { .kind = PROTO_RAW, .json = message };
	size_t i;

	o = json_set(message, "setupComplete", json_object());
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (json_get(e->json, known[i]) != NULL)
			json_set(o, known[i],
			    json_copy(json_get(e->json, known[i])));
	if (json_size(o) > 0)
		note_event(s, "raw", &raw, 0, NULL, 0);
	json_free(message);
}

static void
ready(struct session *s, const struct proto_event *e)
{
	bool due = s->conn[s->cur].phase == CONN_SETUP;

	if (due && s->totals.connections == 0)
		note_event(s, "ready", e, 0, NULL, 0);
	else
		later(s, e);
	if (due)
		resume_ready(s);
}

static void
fault(struct session *s, const struct proto_event *e)
{
	note_event(s, "error", e, 0, NULL, 0);
	said_error(&s->fault.said, e->json);
	s->fault.conn = s->cur;
	s->fault.set = true;
	note_tell(s, SESSION_WARN, "the service reports an error: %s",
	    *s->fault.said.text != '\0' ? s->fault.said.text : "?");
}

/* A handle goes into every setup and into the state file, so its length is
 * limited.  It never goes into a stream: whoever has it and a key has the
 * conversation. */
static void
resumption(struct session *s, const struct proto_event *e)
{
	struct proto_event kept = *e, told;

	if (e->id != NULL && strlen(e->id) > HANDLE_MAX) {
		note_tell(s, SESSION_WARN, "a handle of %zu bytes is left out: "
		    "over 64 KiB", strlen(e->id));
		kept.id = NULL;
		kept.flag = false;
	}
	told = kept;
	told.id = NULL;
	note_event(s, "resumption", &told, 0, NULL, 0);
	resume_handle(s, &kept);
}

/* What is passed on, and what it means for the state. */
static void
pass(struct session *s, const struct proto_event *e)
{
	int turn = s->answer.number;

	switch (e->kind) {
	case PROTO_GO_AWAY:
		note_event(s, "go_away", e, 0, NULL, 0);
		conn_goaway(s, e->ms);
		break;
	case PROTO_RESUMPTION:
		resumption(s, e);
		break;
	case PROTO_VOICE_ACTIVITY:
		note_event(s, "voice_activity", e, turn_user(s), NULL, 0);
		if (e->flag && s->transcribes)
			queue_expect(s, OWED_MAYBE);
		else if (e->flag)
			watch_heard(s);
		break;
	case PROTO_GROUNDING:
		note_event(s, "grounding", e, turn, NULL, 0);
		break;
	case PROTO_URL_CONTEXT:
		note_event(s, "url_context", e, turn, NULL, 0);
		break;
	case PROTO_WAITING:
		if (!answer_open(&s->answer) || !s->answer.gave)
			s->asks.given_up |= s->asks.owed != OWED_NOTHING;
		s->asks.owed = OWED_NOTHING;
		watch_done(s);
		note_event(s, "waiting", e, turn, NULL, 0);
		break;
	case PROTO_GENERATION_COMPLETE:
		if (s->transcribes) {
			transcribed(s, e);
			break;
		}
		s->answer.generated = true;
		watch_output(s);
		note_event(s, "generation_complete", e, turn, NULL, 0);
		break;
	case PROTO_INTERACTION:
		if (e->id != NULL)
			set_busy(s, e);
		watch_busy(s);
		note_event(s, "interaction", e, turn, NULL, 0);
		break;
	case PROTO_ERROR:
		fault(s, e);
		break;
	default:
		note_event(s, "raw", e, turn, NULL, 0);
	}
}

/* Over a ceiling, nothing more is passed on but the cost, however long the
 * service takes to close. */
static bool
beyond(const struct session *s, enum proto_kind kind)
{
	return base_over(s) && s->end.code == CODE_CEILING &&
	    kind != PROTO_USAGE && kind != PROTO_RESUMPTION &&
	    kind != PROTO_ERROR;
}

static void
event(struct session *s, const struct proto_event *e)
{
	if (beyond(s, e->kind))
		return;
	switch (e->kind) {
	case PROTO_READY: ready(s, e); break;
	case PROTO_TRANSCRIPT: transcript(s, e); break;
	case PROTO_AUDIO: audio(s, e); break;
	case PROTO_BLOB: blob(s, e); break;
	case PROTO_TEXT: text(s, e); break;
	case PROTO_CONTENT: content(s, e); break;
	case PROTO_TOOL_CALL: tool_call(s, e); break;
	case PROTO_TOOL_CANCEL: cancel(s, e); break;
	case PROTO_INTERRUPTED: interrupted(s, e); break;
	case PROTO_TURN_COMPLETE: completed(s, e); break;
	case PROTO_USAGE: usage(s, e); break;
	default: pass(s, e);
	}
}

void
hear_message(struct session *s, const char *p, size_t n)
{
	struct failure f;
	int conn = s->cur, count, i;

	count = proto_parse(s->proto, p, n);
	if (count < 0) {
		memset(&s->said, 0, sizeof(s->said));
		classify_close(&f, 1002, "", NULL, base_phase(s), false, true);
		s->ops.drop(s->arg, conn);
		if (s->conn[conn].phase == CONN_CLOSING)
			conn_gone(s, conn);
		else
			conn_failed(s, conn, &f, 1002, proto_why(s->proto));
		return;
	}
	for (i = 0; i < count && s->cur == conn; i++)
		event(s, proto_event(s->proto, (size_t)i));
}
