/*
 * What the user says: records become pieces, and change what the session knows
 * of the user's side.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "sound/pcm.h"
#include "proto/schema.h"
#include "session/inner.h"
#include "stream/stream.h"
#include "session/turns.h"

enum {
	SLICE_MS = 100,		/* sound in one message, at most */
	WHOLE_MAX = 1 << 20,
	WORDS_MAX = 2 << 20,	/* bytes of a header with words in it */
	TURNING_MS = 1000,	/* a handle comes so long after its turn */
	LOUD = 400,		/* a sample that may be speech: -38 dBFS */
	STRIDE = 16		/* samples from one that is looked at to the
				 * next */
};

static bool
is_loud(const unsigned char *pcm, size_t samples)
{
	size_t i, hits = 0;
	int v;

	for (i = 0; i < samples; i += STRIDE) {
		v = pcm_get(pcm + 2 * i);
		hits += v > LOUD || v < -LOUD;
	}
	return hits * STRIDE * 16 > samples;
}

static bool
slice(struct session *s, const char *pcm, size_t n, int rate, bool live)
{
	struct piece p = {
		.kind = PIECE_AUDIO, .live = live, .rate = rate,
		.us = (int64_t)(n / 2) * 1000000 / rate,
		.data = pcm, .len = n,
	};

	p.loud = is_loud((const unsigned char *)pcm, n / 2);
	return send_submit(s, &p);
}

/* From byte `from` on; how many bytes were taken in all. */
static size_t
audio(struct session *s, const char *pcm, size_t from, size_t n, int rate,
    bool live)
{
	size_t step = (size_t)rate * SLICE_MS / 1000 * 2, part;

	for (; from < n; from += part) {
		part = n - from < step ? n - from : step;
		if (!slice(s, pcm + from, part, rate, live))
			break;
		/* All but very long records are taken as a whole, so that
		 * another input's may come in between. */
		s->whole = n <= WHOLE_MAX;
	}
	s->whole = false;
	return from;
}

/* Plain sound begins, which nobody else says. */
static bool
begin_activity(struct session *s)
{
	struct piece p = { .kind = PIECE_CONTROL };

	buf_clear(&s->msg);
	protoclient_activity(true, &s->msg);
	p.data = s->msg.data;
	p.len = s->msg.len;
	s->activity = s->acted = send_submit(s, &p);
	if (s->activity && s->interrupts)
		turn_cut(s);
	return s->activity;
}

bool
session_audio(struct session *s, int64_t now, const void *pcm, size_t n,
    int rate, int flags)
{
	bool again = s->part > 0 && pcm == s->part_of && n == s->part_len;
	size_t got;

	s->now = now;
	if (s->mode >= MODE_END)
		return true;
	if (rate < PCM_RATE_MIN || rate > PCM_RATE_MAX)
		return true;
	if (s->manual && !s->activity && flags & SESSION_PLAIN &&
	    !begin_activity(s))
		return false;
	got = audio(s, pcm, again ? s->part : 0, n & ~(size_t)1, rate,
	    flags & SESSION_LIVE);
	if (got == (n & ~(size_t)1)) {
		s->part = again ? 0 : s->part;
		return true;
	}
	if (got > 0) {
		s->part = got;
		s->part_of = pcm;
		s->part_len = n;
	}
	return false;
}

static bool
audio_record(struct session *s, const struct record *r, int flags)
{
	int64_t rate = json_get_int(r->head, "rate", 16000);
	int64_t channels = json_get_int(r->head, "channels", 1);
	const void *pcm = r->payload;
	size_t n = r->payload_len;
	struct pcm_in in;

	if (rate < PCM_RATE_MIN || rate > PCM_RATE_MAX || channels < 1 ||
	    channels > PCM_CHANNELS_MAX) {
		note_refused(s, "audio", "no such rate or channels");
		s->worst = CODE_DATA;
		return true;
	}
	if (channels > 1) {
		buf_clear(&s->mix);
		pcm_in_init(&in, PCM_S16, (int)channels);
		pcm_in_add(&in, pcm, n, &s->mix);
		pcm = s->mix.data;
		n = s->mix.len;
	}
	return session_audio(s, s->now, pcm, n, (int)rate, flags);
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

/* Remembers what was said in words, in whosever name. */
static void
remember(struct session *s, const struct record *r, const struct buf *b)
{
	bool model = strcmp(json_get_str(r->head, "role", "user"),
	    "model") == 0;
	enum turns_role who = model ? TURNS_MODEL : TURNS_USER;

	turns_close(s->turns, who);
	turns_say(s->turns, who, 0, true, s->now, b->data, b->len);
	turns_close(s->turns, who);
	free(s->typed);
	s->typed = model || b->len == 0 ? NULL : mem_copy(b->data, b->len);
	state_touch(s);
}

/* Later connections are set up with what the context has become. */
static void
recall(struct session *s, const struct record *r)
{
	const struct json *system = json_get(r->head, "system");
	const struct json *tools = json_get(r->head, "tools");
	struct json *c, *part;

	if (json_type(system) == JSON_STRING) {
		c = json_object();
		part = json_add(json_set(c, "parts", json_array()),
		    json_object());
		json_set(part, "text", json_copy(system));
		json_set(s->setup, "systemInstruction", c);
	} else if (json_type(system) == JSON_OBJECT)
		json_set(s->setup, "systemInstruction", json_copy(system));
	if (json_type(tools) == JSON_ARRAY)
		json_set(s->setup, "tools", json_size(tools) > 0 ?
		    json_copy(tools) : NULL);
}

static void
played(struct session *s, const struct record *r)
{
	int64_t turn = json_get_int(r->head, "turn", 0);
	int64_t heard = json_get_int(r->head, "ms", -1);

	if (turn <= 0 || turn > s->answer.number || heard < 0)
		return;
	if (json_true(json_get(r->head, "interrupted")) &&
	    turns_cut(s->turns, (int)turn, heard) == 0)
		state_touch(s);
}

/* An orphan's answer goes out as words of the user. */
static void
remark(struct session *s, struct call *k)
{
	char *text = calls_remark(k, turns_last(s->turns, TURNS_USER, 0));

	buf_clear(&s->msg);
	protoclient_text(s->cfg.family, text, strlen(text), &s->msg);
	send_piece(s, PIECE_TEXT, k->number, s->msg.data, s->msg.len);
	expect(s, OWED_SURE);
	free(text);
}

static struct call *
answered(struct session *s, const struct record *r, bool *stop)
{
	const char *id = json_get_str(r->head, "id", NULL);
	const char *name = json_get_str(r->head, "name", NULL);
	struct call *k = calls_find(&s->calls, id, name);
	char why[256];

	*stop = k == NULL || k->answered;
	if (k == NULL)
		snprintf(why, sizeof(why), "the answer of tool %s came for no "
		    "open call", name != NULL ? name : id != NULL ? id : "?");
	else if (k->answered)
		snprintf(why, sizeof(why), "the call of tool %s was answered "
		    "before", k->name);
	if (*stop)
		note_unasked(s, why);
	return k;
}

/* The messages of a record, built in s->msg, as pieces like this one. */
static bool
submit_all(struct session *s, struct piece p, const struct proto_out *out)
{
	size_t from = 0;
	int i;

	if (!send_straight(s) && p.kind == PIECE_IMAGE)
		send_image(s);
	if (!send_straight(s) && !send_may_wait(s, true, s->msg.len))
		return send_refuse(s);
	for (i = 0; i < out->n; i++) {
		p.data = s->msg.data + from;
		p.len = out->end[i] - from;
		p.typed &= i == 0;
		from = out->end[i];
		if (send_submit(s, &p))
			continue;
		if (i == 0)
			return false;
		note_refused(s, "input", "too long to be kept");
		return true;
	}
	return true;
}

/* Builds the messages: 1, 0 where there are none, -1 where it was refused. */
static int
build(struct session *s, const struct record *r, struct proto_out *out)
{
	char why[256];

	out->b = &s->msg;
	if (protoclient_record(s->cfg.family, s->manual, r, out, why,
	    sizeof(why)) >= 0)
		return out->n > 0;
	note_refused(s, r->type, why);
	s->worst = CODE_DATA;
	return -1;
}

/* The last part of an answer as the whole of it; NULL where it is that
 * already.  The head is the caller's to free. */
static struct json *
whole_answer(const struct call *k, const struct record *r)
{
	const struct json *last = json_get(r->head, "response");
	struct json *head;

	if (k->parts == NULL)
		return NULL;
	head = json_copy(r->head);
	json_set(head, "response", calls_whole(k, last));
	/* an empty last part asks for silence about itself only */
	if (json_size(last) == 0)
		json_set(head, "scheduling", NULL);
	return head;
}

/* An answer for good: r is the whole of it.  False where there is no room. */
static bool
tool_answer(struct session *s, struct call *k, const struct record *r,
    bool more)
{
	const struct json *response = json_get(r->head, "response");
	bool mute = strcmp(json_get_str(r->head, "scheduling", ""),
	    "SILENT") == 0;
	struct proto_out out;

	if (!k->orphan) {
		if (build(s, r, &out) <= 0)
			return true;
		if (!submit_all(s, (struct piece){ .kind = PIECE_TOOL,
		    .call = k->number, .mute = mute }, &out))
			return false;
	}
	if (!more) {
		calls_answer(&s->calls, k, response);
		turns_tool(s->turns, k->turn, k->name, NULL, response);
		state_touch(s);
	}
	if (k->orphan)
		remark(s, k);
	else if (!mute) {
		s->answer.tool = true;
		expect(s, OWED_SURE);
	} else
		watch_calls(s);
	return true;
}

static bool
tool_record(struct session *s, const struct record *r)
{
	bool more = json_true(json_get(r->head, "willContinue")) ||
	    json_true(json_get(r->head, "will_continue")), taken, stop;
	struct record whole = *r;
	struct json *head;
	struct call *k;

	k = answered(s, r, &stop);
	if (stop)
		return true;
	/* without willContinue the first part would end the call */
	if (more && (k->orphan || !s->cfg.family->tool_continue)) {
		if (calls_part(k, json_get(r->head, "response"),
		    r->line_len) == -1)
			tell(s, SESSION_WARN, "a part of the answer of tool "
			    "%s is left out: over 512 KiB in all", k->name);
		return true;
	}
	head = whole_answer(k, r);
	if (head != NULL)
		whole.head = head;
	taken = tool_answer(s, k, &whole, more);
	json_free(head);
	return taken;
}

/* A turn is over and a rotation is due, which waits for the next connection or
 * for the handle of that turn: a line sent now would put it off by another
 * turn. */
static bool
turning(const struct session *s)
{
	return s->mode == MODE_LIVE && s->rotate && !s->forced &&
	    s->next != -1 && s->now < s->over_at + TURNING_MS;
}

bool
send_busy(const struct session *s)
{
	return s->owed == OWED_SURE || s->answer.open || s->answer.busy ||
	    s->wait.count > 0 || turning(s);
}

static bool
words_record(struct session *s, const struct record *r, int flags)
{
	bool text = strcmp(r->type, "text") == 0;
	bool complete = text || !json_get(r->head, "complete") ||
	    json_true(json_get(r->head, "complete"));
	struct proto_out out;
	struct buf b;

	if (text && flags & SESSION_TURNS && send_busy(s)) {
		s->refused_turn = true;
		if (turning(s) && !timer_on(s, TIMER_QUIET))
			timer_set(s, TIMER_QUIET, s->over_at + TURNING_MS);
		return false;
	}
	if (build(s, r, &out) <= 0)
		return true;
	words(r->head, &b);
	if (!submit_all(s, (struct piece){ .kind = PIECE_TEXT,
	    .typed = b.len > 0, .mute = !complete }, &out)) {
		buf_done(&b);
		return false;
	}
	remember(s, r, &b);
	buf_done(&b);
	if (complete)
		expect(s, OWED_SURE);
	return true;
}

static bool
activity_record(struct session *s, const struct record *r)
{
	bool start = strcmp(json_get_str(r->head, "state", ""), "start") == 0;
	struct proto_out out;

	if (build(s, r, &out) <= 0)
		return true;
	/* The news must not wait for a round trip. */
	if (start && s->manual && s->interrupts)
		turn_cut(s);
	if (!submit_all(s, (struct piece){ .kind = PIECE_CONTROL }, &out))
		return false;
	s->activity = start;
	s->acted |= start;
	if (!start)
		expect(s, OWED_SURE);
	return true;
}

/* How many open calls a raw message answers; they are closed, or only
 * counted. */
static size_t
raw_answers(struct session *s, const struct json *message, bool close)
{
	const struct json *list = schema_get(schema_get(message,
	    "toolResponse"), "functionResponses"), *j;
	struct call *k;
	size_t n = 0;

	for (j = json_first(list); j != NULL; j = json_next(j)) {
		k = calls_find(&s->calls, json_get_str(j, "id", NULL),
		    json_get_str(j, "name", NULL));
		if (k == NULL || k->answered)
			continue;
		n++;
		if (close && !json_true(schema_get(j, "willContinue")))
			calls_remove(&s->calls, k);
	}
	return n;
}

/* An answer to no open call is answered by some models, and ignored by others:
 * that is waited for a little only. */
static bool
raw_record(struct session *s, const struct record *r)
{
	const struct json *message = json_get(r->head, "message");
	bool asks = protoclient_asks(message);
	bool tool = raw_answers(s, message, false) > 0;
	bool unasked = !tool && schema_get(message, "toolResponse") != NULL;
	struct proto_out out;

	if (build(s, r, &out) <= 0)
		return true;
	if (!submit_all(s, (struct piece){ .kind = asks && !tool && !unasked ?
	    PIECE_TEXT : PIECE_CONTROL }, &out))
		return false;
	raw_answers(s, message, true);
	s->answer.hanging |= unasked;
	if (tool)
		watch_calls(s);
	s->answer.tool |= tool && asks;
	if (asks && !unasked)
		expect(s, OWED_SURE);
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
	if (build(s, r, &out) <= 0)
		return true;
	if (!submit_all(s, (struct piece){ .kind = kind }, &out))
		return false;
	if (strcmp(r->type, "context") == 0)
		recall(s, r);
	if (strcmp(r->type, "audio_end") == 0)
		s->audio_open = false;
	return true;
}

static bool
take(struct session *s, const struct record *r, int flags)
{
	if (strcmp(r->type, "audio") == 0)
		return audio_record(s, r, flags);
	if (strcmp(r->type, "played") == 0) {
		played(s, r);
		return true;
	}
	if (!protoclient_takes(r->type))
		return true;
	if (strcmp(r->type, "text") == 0 || strcmp(r->type, "turn") == 0)
		return words_record(s, r, flags);
	if (strcmp(r->type, "tool_response") == 0)
		return tool_record(s, r);
	if (strcmp(r->type, "activity") == 0)
		return activity_record(s, r);
	if (strcmp(r->type, "raw") == 0)
		return raw_record(s, r);
	return other_record(s, r);
}

bool
session_record(struct session *s, int64_t now, const struct record *r,
    int flags)
{
	bool taken;

	s->now = now;
	taken = s->mode >= MODE_END || take(s, r, flags);
	settle(s);
	return taken;
}

void
send_no_call(struct session *s, const char *id, const char *name)
{
	struct json *head = json_object();
	struct record r = { .type = "tool_response", .head = head };
	struct proto_out out;

	tell(s, SESSION_WARN, "%d tool calls are open: one more, of %s, gets "
	    "an error", CALLS_MAX, name);
	if (id == NULL && s->cfg.family->tool_ids == TOOL_IDS_NEEDED) {
		json_free(head);	/* none that it would be known by */
		return;
	}
	if (id != NULL)
		json_set(head, "id", json_string(id));
	json_set(head, "name", json_string(name));
	json_set_path(head, "response.error",
	    json_string("too many calls are open"));
	if (build(s, &r, &out) > 0)
		send_piece(s, PIECE_CONTROL, 0, s->msg.data, s->msg.len);
	json_free(head);
}

void
send_end(struct session *s)
{
	struct piece p = { .kind = PIECE_CONTROL };

	s->end_sent = true;
	buf_clear(&s->msg);
	if (s->manual && s->activity) {
		s->activity = false;
		protoclient_activity(false, &s->msg);
		expect(s, OWED_SURE);
	} else if (!s->manual && s->audio_open)
		protoclient_audio_end(s->cfg.family, &s->msg);
	if (s->manual && !s->acted && s->totals.audio_in_us > 0)
		tell(s, SESSION_WARN, "no activity record came, which manual "
		    "detection wants: the model takes no notice of the sound");
	s->audio_open = false;
	p.data = s->msg.data;
	p.len = s->msg.len;
	if (p.len > 0)
		send_submit(s, &p);
	/* pictures alone: what is to be said of them the system instruction
	 * tells */
	if (s->shown && s->totals.turns == 0 && s->totals.audio_in_us == 0 &&
	    !s->answer.open && s->owed == OWED_NOTHING)
		watch_nudge(s);
}

void
send_orphans(struct session *s, bool resumed)
{
	struct call *k;

	s->orphan_at = INT64_MIN;
	for (k = s->calls.v; k < s->calls.v + CALLS_MAX; k++) {
		if (k->number == 0 || k->orphan ||
		    (resumed && k->handle < s->handles))
			continue;
		k->orphan = true;
		if (k->at > s->orphan_at)
			s->orphan_at = k->at;
		if (k->answered)
			remark(s, k);
	}
}
