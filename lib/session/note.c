/*
 * The session's own records and sentences, and the shapes of the last messages,
 * which are shown when the service refuses one.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/utf8.h"
#include "session/inner.h"
#include "stream/stream.h"

enum { TEXT_MAX = 128 << 10 };	/* of one record, before escapes */

void
note_tell(struct session *s, enum session_level level, const char *fmt, ...)
{
	char text[1600];	/* all that goes into one is shorter */
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_tame(text);
	s->ops.tell(s->arg, level, text);
}

struct buf *
note(struct session *s, const char *type)
{
	buf_clear(&s->head);
	stream_head(&s->head, type);
	stream_int(&s->head, "t", s->now - s->t0);
	return &s->head;
}

/* The header is complete. */
static void
give(struct session *s, struct session_out out)
{
	if (s->head.failed || s->head.len == 0)
		return;
	out.head = s->head.data;
	out.head_len = s->head.len;
	s->ops.record(s->arg, &out);
}

void
note_end(struct session *s, const char *type, int turn)
{
	stream_tail(&s->head, 0);
	give(s, (struct session_out){ .type = type, .turn = turn });
}

bool
note_fits(struct session *s, const struct proto_event *e)
{
	buf_clear(&s->head);
	proto_record(e, INT_MAX, INT64_MAX, STREAM_PAYLOAD_MAX, &s->head);
	return !s->head.failed && s->head.len <= STREAM_HEAD_MAX;
}

/* A record of something too long for a header: its value becomes the payload,
 * or is left out. */
static void
large_event(struct session *s, const char *type, const struct proto_event *e,
    struct session_out out)
{
	struct buf value, *b = note(s, type);

	if (out.turn > 0)
		stream_int(b, "turn", out.turn);
	buf_init(&value, STREAM_PAYLOAD_MAX);
	if (out.body == NULL && e->json != NULL)
		json_print(e->json, &value);
	if (!value.failed && value.len > 0) {
		stream_str(b, "mime", "application/json");
		out.body = value.data;
		out.body_len = value.len;
	} else {
		stream_bool(b, "cut", true);
		note_tell(s, SESSION_WARN, "a record %s would be over 1 MiB: "
		    "what it says is left out", type);
	}
	if (out.rate > 0)
		stream_int(b, "rate", out.rate);
	stream_tail(b, out.body_len);
	give(s, out);
	buf_done(&value);
}

static void
one_event(struct session *s, const char *type, const struct proto_event *e,
    struct session_out out)
{
	buf_clear(&s->head);
	proto_record(e, out.turn, s->now - s->t0, out.body_len, &s->head);
	if (s->head.failed || s->head.len > STREAM_HEAD_MAX)
		large_event(s, type, e, out);
	else
		give(s, out);
}

void
note_event(struct session *s, const char *type, const struct proto_event *e,
    int turn, const void *body, size_t n)
{
	struct session_out out = { .type = type, .turn = turn, .body = body,
	    .body_len = n, .rate = e->rate };
	struct proto_event rest = *e, piece;

	while ((e->kind == PROTO_TRANSCRIPT || e->kind == PROTO_TEXT) &&
	    rest.len > TEXT_MAX) {
		piece = rest;
		piece.len = utf8_cut(rest.text, TEXT_MAX);
		if (piece.len == 0)
			piece.len = TEXT_MAX;
		piece.flag = false;
		piece.json = NULL;
		one_event(s, type, &piece, out);
		rest.text += piece.len;
		rest.len -= piece.len;
	}
	one_event(s, type, &rest, out);
}

void
note_reconnecting(struct session *s)
{
	struct buf *b = note(s, "reconnecting");

	stream_str(b, "reason", s->gap.why);
	note_end(s, "reconnecting", 0);
	note_tell(s, SESSION_INFO, "leaving the connection: %s", s->gap.why);
}

static int64_t
ms(int64_t us)
{
	return (us + 500) / 1000;
}

void
note_reconnected(struct session *s, bool resumed, int64_t resent_us,
    int64_t resent, size_t turns)
{
	struct buf *b = note(s, "reconnected");

	stream_int(b, "gap_ms", s->now - s->gap.since);
	stream_bool(b, "resumed", resumed);
	stream_str(b, "reason", s->gap.why);
	stream_int(b, "resent_ms", ms(resent_us));
	stream_int(b, "resent", resent);
	stream_int(b, "lost_ms", ms(s->gap.lost_us));
	if (s->gap.images > 0)
		stream_int(b, "images_lost", s->gap.images);
	if (!resumed)
		stream_int(b, "turns", (int64_t)turns);
	note_end(s, "reconnected", 0);
}

void
note_stalled(struct session *s, const char *why, int64_t after,
    const char *remedy)
{
	struct buf *b = note(s, "stalled");

	stream_str(b, "reason", why);
	stream_int(b, "ms", after);
	if (answer_open(&s->answer))
		stream_int(b, "turn", s->answer.number);
	stream_str(b, "remedy", remedy);
	s->totals.stalls++;
	note_end(s, "stalled", answer_open(&s->answer) ? s->answer.number : 0);
}

void
note_call(struct session *s, const struct call *k)
{
	struct buf *b = note(s, "tool_waiting");

	if (*k->id != '\0')
		stream_str(b, "id", k->id);
	stream_str(b, "name", k->name);
	stream_int(b, "ms", s->now - k->at);
	note_end(s, "tool_waiting", 0);
}

void
note_empty(struct session *s, const char *why, const char *remedy)
{
	struct buf *b = note(s, "stalled");

	stream_str(b, "reason", "empty");
	if (why != NULL)
		stream_str(b, "why", why);
	stream_int(b, "ms", s->now - s->asks.said_at);
	stream_int(b, "turn", s->answer.number);
	stream_str(b, "remedy", remedy);
	s->totals.stalls++;
	note_end(s, "stalled", s->answer.number);
}

void
note_error(struct session *s, const struct failure *f, int code,
    const char *reason, enum phase phase)
{
	struct buf *b = note(s, "error");

	stream_str(b, "class", classify_name(f->class));
	stream_str(b, "phase", classify_phase(phase));
	if (code > 0)
		stream_int(b, code < 1000 ? "status" : "code", code);
	stream_str(b, "reason", reason);
	if (*s->said.text != '\0')
		stream_str(b, "message", s->said.text);
	stream_str(b, "advice", f->advice);
	stream_int(b, "exit", f->code);
	note_end(s, "error", 0);
}

static void
left_out(struct session *s, enum session_level level, const char *type,
    const char *why)
{
	struct buf *b = note(s, "error");

	stream_str(b, "class", "input");
	stream_str(b, "record", type);
	stream_str(b, "reason", why);
	note_end(s, "error", 0);
	note_tell(s, level, "%s record left out: %s", type, why);
}

void
note_refused(struct session *s, const char *type, const char *why)
{
	left_out(s, SESSION_ERROR, type, why);
}

void
note_unasked(struct session *s, const char *why)
{
	left_out(s, SESSION_WARN, "tool_response", why);
}

void
note_lost(struct session *s, int64_t us)
{
	struct buf *b = note(s, "lost");

	stream_int(b, "ms", ms(us));
	note_end(s, "lost", 0);
}

static void
totals(const struct session *s, struct buf *b)
{
	const struct totals *t = &s->totals;
	struct tokens_count k = tokens_sum(&s->tokens);

	buf_printf(b, ",\"totals\":{\"ms\":%" PRId64 ",\"turns\":%" PRId64
	    ",\"audio_in_ms\":%" PRId64 ",\"audio_out_ms\":%" PRId64
	    ",\"tool_calls\":%" PRId64 ",\"interruptions\":%" PRId64,
	    s->now - s->t0, t->turns, ms(t->audio_in_us),
	    ms(t->audio_out_us), t->tool_calls, t->interruptions);
	buf_printf(b, ",\"tokens\":{\"in\":%" PRId64 ",\"out\":%" PRId64
	    ",\"total\":%" PRId64 "}", k.prompt, k.response, k.total);
	buf_printf(b, ",\"connections\":%" PRId64 ",\"reconnects\":%" PRId64
	    ",\"resumed\":%" PRId64 ",\"gap_ms\":%" PRId64
	    ",\"lost_ms\":%" PRId64 ",\"resent_ms\":%" PRId64
	    ",\"resent\":%" PRId64 ",\"stalls\":%" PRId64
	    ",\"images_lost\":%" PRId64 ",\"unanswered\":%" PRId64 "}",
	    t->connections, t->reconnects, t->resumed, t->gap_ms, t->lost_ms,
	    t->resent_ms, t->resent, t->stalls, t->images_dropped,
	    s->end.unanswered > s->asks.lost ? s->end.unanswered :
	    s->asks.lost);
}

static void
latencies(const struct session *s, struct buf *b)
{
	const struct latency *l = &s->latency;

	if (l->count > 0)
		buf_printf(b, ",\"latency\":{\"answers\":%" PRId64
		    ",\"p50_ms\":%" PRId64 ",\"p95_ms\":%" PRId64
		    ",\"max_ms\":%" PRId64 "}", l->count,
		    latency_rank(l, 0.5), latency_rank(l, 0.95),
		    latency_rank(l, 1));
}

void
note_totals(const struct session *s, struct buf *b)
{
	totals(s, b);
	latencies(s, b);
}

void
note_end_record(struct session *s)
{
	const struct totals *t = &s->totals;
	struct buf *b = note(s, "end");

	stream_str(b, "reason", s->end.why);
	stream_int(b, "exit", s->end.code);
	if (*s->end.said != '\0')
		stream_str(b, "message", s->end.said);
	stream_int(b, "tries", s->retry.tries);
	stream_int(b, "waited_ms", s->retry.waited_ms);
	note_totals(s, b);
	cost_members(s, b);
	note_end(s, "end", 0);
	note_tell(s, SESSION_INFO, "%s: %" PRId64 " turns, %" PRId64 " ms of "
	    "sound sent, %" PRId64 " ms received, %" PRId64 " tokens, %" PRId64
	    " connections in %" PRId64 " ms", s->end.why, t->turns,
	    ms(t->audio_in_us), ms(t->audio_out_us),
	    tokens_sum(&s->tokens).total,
	    t->connections, s->now - s->t0);
}

static void
close_words(struct session *s, const char *role, int turn)
{
	struct buf *b = note(s, "transcript");

	stream_str(b, "role", role);
	stream_str(b, "text", "");
	stream_bool(b, "finished", 1);
	stream_int(b, "turn", turn);
	note_end(s, "transcript", turn);
}

void
note_close_words(struct session *s)
{
	if (s->hearing.words)
		close_words(s, "user",
		    s->answer.number + !answer_open(&s->answer));
	if (s->answer.words)
		close_words(s, "model", s->answer.number);
	s->hearing.words = s->answer.words = false;
}

static char *
shape_place(struct session *s)
{
	char *p = s->shapes.text[s->shapes.count++ % SHAPES];

	p[0] = '\0';
	s->shapes.run = 0;
	return p;
}

/*
 * The message without its values: "clientContent{turns[{role,parts[{text}]}],
 * turnComplete}" with the length of long strings.
 */
void
note_shape(struct session *s, const char *message, size_t n)
{
	char *p = shape_place(s);
	size_t i, used = 0, from;
	bool key;

	for (i = 0; i < n && used + 24 < SHAPE_LEN; i++) {
		if (message[i] != '"') {
			if (strchr("{}[],", message[i]) != NULL)
				p[used++] = message[i];
			continue;
		}
		for (from = ++i; i < n && message[i] != '"'; i++)
			if (message[i] == '\\')
				i++;
		key = i + 1 < n && message[i + 1] == ':';
		if (key && i - from < 40 && used + i - from + 8 < SHAPE_LEN) {
			memcpy(p + used, message + from, i - from);
			used += i - from;
		} else if (!key)
			used += (size_t)snprintf(p + used, SHAPE_LEN - used,
			    "(%zu)", i - from);
	}
	p[used] = '\0';
}

void
note_shape_audio(struct session *s)
{
	uint64_t run = s->shapes.run;
	char *p = run > 0 ? s->shapes.text[(s->shapes.count - 1) % SHAPES] :
	    shape_place(s);

	s->shapes.run = run + 1;
	if (run == 0)
		snprintf(p, SHAPE_LEN, "realtimeInput audio");
}

void
note_shapes(struct session *s)
{
	unsigned i = s->shapes.count > SHAPES ? s->shapes.count - SHAPES : 0;

	note_tell(s, SESSION_INFO, "the last messages sent, oldest first:");
	for (; i < s->shapes.count; i++)
		note_tell(s, SESSION_INFO, "    %s%s",
		    s->shapes.text[i % SHAPES],
		    i + 1 == s->shapes.count &&
		    s->shapes.run > 1 ? ", many" : "");
}
