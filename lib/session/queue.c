/*
 * The path of a piece.  While the connection is live and has room, it goes
 * straight to the wire, with a copy in `sent` until the service surely has it;
 * otherwise it waits in `wait`, in order.  At the limit, sound from a
 * microphone is dropped, the oldest first; all else holds the writer back.
 */

#include "base/log.h"
#include "session/inner.h"
#include "session/turns.h"
#include "stream/stream.h"

enum {
	SETTLED_MS = 2000,	/* after which the service has a message */
	MARGIN_MS = 250,	/* of sound under way when a handle comes */
	SPEECH_MS = 60,		/* anything shorter is a click */
	ONSET_MS = 300		/* of an utterance not recognised yet */
};

bool
queue_full(const struct session *s)
{
	return s->ops.queued(s->arg, s->cur) >= s->cfg.socket_max;
}

void
queue_expect(struct session *s, enum owed owed)
{
	if (owed > s->asks.owed)
		s->asks.owed = owed;
	s->heal.extra = false;
	s->asks.said_at = s->now;
	base_timer_off(s, TIMER_LINGER);
	if (owed == OWED_SURE)
		watch_asked(s);
}

int64_t
queue_keeps(const struct session *s)
{
	int64_t keep = s->cfg.lookback_ms, since;

	if (s->hearing.speech_at == 0)
		return keep;
	since = s->now - s->hearing.speech_at + MARGIN_MS;
	if (since > s->cfg.live_ms)
		since = s->cfg.live_ms;
	return since > keep ? since : keep;
}

/* Keeps a copy of what went out, and drops the oldest sound over the limits. */
static void
keep(struct session *s, const struct piece *p)
{
	size_t at = 0, bound = s->keep_max;
	bool live = p->live && !s->cfg.transparent;
	struct piece old;

	if (p->kind == PIECE_IMAGE || (p->kind == PIECE_AUDIO &&
	    s->cfg.lookback_ms <= 0))
		return;
	while ((live && s->sent.us > queue_keeps(s) * 1000) ||
	    s->sent.bytes + p->len > bound) {
		while (pieces_next(&s->sent, &at, &old))
			if (old.kind == PIECE_AUDIO)
				break;
		if (at == 0 || old.kind != PIECE_AUDIO)
			break;
		if (old.loud)
			s->hearing.trimmed_us += old.us;
		pieces_kill(&s->sent, at);
	}
	pieces_add(&s->sent, p);
}

/* Speech comes in utterances; the pauses between them end a turn. */
static void
listen(struct session *s, const struct piece *p)
{
	int64_t before = s->hearing.speech_us;

	if (s->manual && !s->activity.ever)
		return;		/* the service ignores it */
	s->hearing.faint_us += p->faint ? p->us : 0;
	s->hearing.faint |= s->hearing.faint_us >= SPEECH_MS * 1000;
	if (!p->loud) {
		s->hearing.quiet_us += p->us;
		if (s->hearing.quiet_us >= s->hearing.pause_us)
			s->hearing.speech_us = 0;
		if (s->hearing.quiet_us > s->cfg.live_ms * 1000)
			s->hearing.speech_at = 0;	/* it gets no answer */
		return;
	}
	if (s->hearing.speech_at == 0)
		s->hearing.speech_at = s->now;
	s->hearing.speech_us += p->us;
	if (before < SPEECH_MS * 1000 &&
	    s->hearing.speech_us >= SPEECH_MS * 1000 &&
	    !(s->transcribes && s->manual))
		s->hearing.utterances++;
	s->hearing.quiet_us = 0;
	s->conn[s->cur].loud = true;
	s->hearing.loud_at = s->now;
	if (s->asks.owed == OWED_NOTHING &&
	    s->hearing.speech_us >= SPEECH_MS * 1000)
		queue_expect(s, OWED_MAYBE);
}

/* Whether a turn of its own may answer this: a text, or the answer to a call
 * whose turn did not wait for it. */
static bool
has_turn(struct session *s, const struct piece *p)
{
	const struct call *k;

	if (p->mute || p->kind != PIECE_TOOL)
		return p->kind == PIECE_TEXT && !p->mute;
	k = calls_number(&s->calls, p->call);
	return k != NULL && !(answer_open(&s->answer) &&
	    k->turn == s->answer.number);
}

/* What wants an answer goes out. */
static void
ask(struct session *s)
{
	/* what is still unanswered was answered together with another */
	if (s->asks.owed == OWED_NOTHING && !answer_open(&s->answer) &&
	    !s->answer.busy &&
	    s->now > s->answer.over_at + s->cfg.linger_ms)
		s->asks.replied = s->asks.asked;
	s->asks.asked++;
}

/* Sends one piece. */
static void
transmit(struct session *s, struct piece *p)
{
	struct session_conn *l = &s->conn[s->cur];

	p->at = s->now;
	p->index = ++l->sent;
	if (p->kind == PIECE_AUDIO) {
		buf_clear(&s->msg);
		proto_client_audio(s->cfg.family, p->rate, p->data, p->len,
		    &s->msg);
		s->ops.send(s->arg, s->cur, s->msg.data, s->msg.len);
		note_shape_audio(s);
		s->totals.audio_in_us += p->us;
		s->hearing.open = true;
		listen(s, p);
		if (!s->manual)
			p->segment = s->hearing.utterances;
	} else {
		s->ops.send(s->arg, s->cur, p->data, p->len);
		note_shape(s, p->data, p->len);
		if (has_turn(s, p))
			ask(s);
		s->asks.shown |= p->kind == PIECE_IMAGE;
	}
	keep(s, p);
}

void
queue_now(struct session *s, const char *p, size_t n)
{
	s->conn[s->cur].sent++;
	s->input.begun = true;
	s->ops.send(s->arg, s->cur, p, n);
	note_shape(s, p, n);
}

void
queue_nudge(struct session *s)
{
	if (s->transcribes)
		return;		/* what it said, the user said */
	buf_clear(&s->msg);
	proto_client_start(s->cfg.family, NULL, &s->msg);
	queue_now(s, s->msg.data, s->msg.len);
	s->asks.owed = OWED_SURE;
	watch_asked(s);
}

/* Drops live sound beyond its limit, the oldest first. */
static void
drop_old(struct session *s)
{
	int64_t lost = 0;
	struct piece p;
	size_t at = 0;

	while (s->wait.live_us > s->cfg.live_ms * 1000 &&
	    pieces_next(&s->wait, &at, &p))
		if (p.live) {
			lost += p.us;
			pieces_kill(&s->wait, at);
		}
	if (lost == 0)
		return;
	if (s->gap.open) {
		s->gap.lost_us += lost;
		return;
	}
	s->totals.lost_ms += (lost + 500) / 1000;
	note_lost(s, lost);
}

static void
queue_image(struct session *s)
{
	struct piece p;
	size_t at = 0;

	while (pieces_next(&s->wait, &at, &p))
		if (p.kind == PIECE_IMAGE) {
			pieces_kill(&s->wait, at);
			s->totals.images_dropped++;
			s->gap.images++;
		}
}

static bool
queue_straight(const struct session *s)
{
	return base_live(s) && s->wait.count == 0 && !queue_full(s);
}

/* While nothing waits something must always be accepted, or one large piece
 * would block everything for ever. */
static bool
queue_may_wait(struct session *s, bool control, size_t len)
{
	size_t bound = control ? 2 * s->cfg.hold_max : s->cfg.hold_max;

	if (s->wait.count == 0 || s->input.whole)
		return true;
	if (!control && base_live(s))
		return false;
	return s->wait.bytes + len <= bound;
}

static bool
queue_refuse(struct session *s)
{
	s->refused.room = true;
	s->refused.bytes = s->wait.bytes;
	return false;
}

bool
queue_submit(struct session *s, struct piece *p)
{
	p->at = s->now;
	s->input.begun = true;
	p->segment = s->manual ? s->hearing.windows : s->hearing.utterances;
	if (queue_straight(s)) {
		transmit(s, p);
		return true;
	}
	if (!p->live && !queue_may_wait(s, p->kind != PIECE_AUDIO, p->len))
		return queue_refuse(s);
	if (pieces_add(&s->wait, p) != 0)
		return queue_refuse(s);
	if (p->live)
		drop_old(s);
	return true;
}

bool
queue_room(const struct session *s)
{
	return queue_straight(s) || s->wait.bytes < s->refused.bytes;
}

void
queue_piece(struct session *s, enum piece_kind kind, uint64_t call,
    const char *data, size_t n)
{
	struct piece p = { .kind = kind, .call = call, .data = data,
	    .len = n };

	/* nobody could offer it again, so it may exceed the limit */
	s->input.whole = true;
	if (!queue_submit(s, &p))
		note_tell(s, SESSION_ERROR, "too much waits: a message to the "
		    "service could not be kept");
	s->input.whole = false;
}

/* Makes pieces like this one of a record's messages, built in s->msg. */
bool
queue_messages(struct session *s, struct piece p, const struct proto_out *out)
{
	size_t from = 0;
	int i;

	if (!queue_straight(s) && p.kind == PIECE_IMAGE)
		queue_image(s);
	if (!queue_straight(s) && !queue_may_wait(s, true, s->msg.len))
		return queue_refuse(s);
	for (i = 0; i < out->n; i++) {
		p.data = s->msg.data + from;
		p.len = out->end[i] - from;
		p.typed &= i == 0;
		from = out->end[i];
		if (queue_submit(s, &p))
			continue;
		if (i == 0)
			return false;
		note_refused(s, "input", "too long to be kept");
		return true;
	}
	return true;
}

/* Builds the messages: 1, 0 if there are none, -1 if it was refused. */
int
queue_build(struct session *s, const struct record *r, bool opening,
    struct proto_out *out)
{
	int flags = (s->manual ? PROTO_MANUAL : 0) |
	    (opening ? PROTO_OPENING : 0);
	char why[512];

	out->b = &s->msg;
	if (proto_client_record(s->cfg.family, flags, r, out, why,
	    sizeof(why)) >= 0)
		return out->n > 0;
	note_refused(s, r->type, why);
	s->end.worst = CODE_DATA;
	return -1;
}

/* Whether the model answers this. */
static bool
asks(const struct piece *p)
{
	return (p->kind == PIECE_TEXT || p->kind == PIECE_TOOL) && !p->mute;
}

void
queue_flush(struct session *s)
{
	struct piece p;

	while (base_live(s) && pieces_first(&s->wait, &p) &&
	    !queue_full(s)) {
		transmit(s, &p);
		if (asks(&p))
			queue_expect(s, OWED_SURE);
		pieces_pop(&s->wait);
	}
}

/* The service surely has it. */
static void
forget(struct session *s, size_t at, const struct piece *p)
{
	struct call *k;

	if (p->kind == PIECE_TOOL) {
		k = calls_number(&s->calls, p->call);
		if (k != NULL && k->answered)
			calls_remove(&s->calls, k);
	}
	if (p->typed)
		turns_told(s->turns);
	pieces_kill(&s->sent, at);
}

/* What was transcribed is not resent. */
static void
drop_transcribed(struct session *s)
{
	int64_t till = s->hearing.answered, us = 0;
	struct piece p;
	size_t at = 0;

	while (pieces_next(&s->sent, &at, &p) && p.segment <= till)
		us += p.us;
	/* its last part may contain the onset of the next one */
	if (!s->manual)
		us -= ONSET_MS * 1000;
	for (at = 0; pieces_next(&s->sent, &at, &p) && p.segment <= till;) {
		us -= p.us;
		if (us >= 0 || p.kind != PIECE_AUDIO)
			forget(s, at, &p);
	}
}

void
queue_covered(struct session *s)
{
	struct piece p;
	size_t at = 0;
	bool have;

	/* a handle may cover part of an utterance, of unknown length */
	if (s->transcribes)
		return;
	s->hearing.trimmed_us = s->hearing.speech_at = 0;
	while (pieces_next(&s->sent, &at, &p)) {
		if (p.kind == PIECE_AUDIO)
			have = p.at + MARGIN_MS <= s->now;
		else
			have = p.at + SETTLED_MS <= s->now;
		if (have)
			forget(s, at, &p);
	}
}

void
queue_answered(struct session *s)
{
	struct piece p;
	size_t at = 0;
	int64_t till;

	if (s->transcribes) {
		drop_transcribed(s);
		return;
	}
	if (!s->index.used)
		s->hearing.trimmed_us = 0;
	while (pieces_next(&s->sent, &at, &p)) {
		/* of sound and the like the indexes tell more */
		if (s->index.used && p.kind != PIECE_TEXT &&
		    p.kind != PIECE_TOOL)
			continue;
		till = p.kind == PIECE_TOOL ? s->answer.last :
		    s->answer.began;
		if (p.at + s->rtt.ms <= till)
			forget(s, at, &p);
	}
}

void
queue_confirmed(struct session *s, uint64_t index)
{
	struct piece p;
	size_t at = 0;

	s->hearing.trimmed_us = 0;
	while (pieces_next(&s->sent, &at, &p) && p.index <= index)
		forget(s, at, &p);
}

/* Whether a piece that was sent has to go out again. */
static bool
again(struct session *s, const struct piece *p, bool resumed)
{
	struct call *k;

	if (p->kind == PIECE_IMAGE)
		return false;
	/* after a 1007, a fresh session gets only the words */
	if (s->gap.silent && (resumed || p->kind != PIECE_TEXT ||
	    !(p->typed || p->call > 0)))
		return false;
	if (s->transcribes)
		return true;	/* what was transcribed is not kept */
	if (p->kind == PIECE_TOOL) {
		k = calls_number(&s->calls, p->call);
		return k != NULL && !k->orphan;
	}
	/* What led to a call whose answer comes as a remark is not asked
	 * again. */
	if (p->at <= s->orphan_at)
		return false;
	if (p->kind == PIECE_AUDIO && p->live && !s->index.used &&
	    p->at < (resumed ? s->gap.from : s->gap.sound ?
	    s->gap.from_fresh : INT64_MAX))
		return false;
	/* A fresh session is given the history, which contains this. */
	return resumed || s->answer.number == 0 ||
	    p->at + s->rtt.ms > s->answer.began;
}

bool
queue_asks(const struct session *s)
{
	struct piece p;
	size_t at = 0;

	while (pieces_next(&s->wait, &at, &p))
		if (asks(&p))
			return true;
	return false;
}

void
queue_told(struct session *s)
{
	struct piece p;
	size_t at = 0;

	while (pieces_next(&s->sent, &at, &p))
		if (p.typed && !again(s, &p, false))
			forget(s, at, &p);
}

struct regain {
	struct pieces to;
	bool resumed;
	int64_t us, count;
	int64_t lost;		/* speech that is in neither session */
};

/* A tool's answer, or the remark that replaces it. */
static bool
is_tool(const struct piece *p)
{
	return p->kind == PIECE_TOOL || (p->kind == PIECE_TEXT && p->call > 0);
}

/* A raw message after which the connection was closed with 1007. */
static void
refused(struct session *s, const struct piece *p)
{
	if (p->mute)
		return;
	note_refused(s, "raw", "the service closed the connection after it");
	s->end.worst = CODE_DATA;
	s->asks.lost++;
}

/* Adds what must go out again: only tools' answers, or all else. */
static void
gather(struct session *s, struct regain *g, bool tools)
{
	struct piece p;
	size_t at = 0;

	while (pieces_next(&s->sent, &at, &p)) {
		if (is_tool(&p) != tools)
			continue;
		if (!again(s, &p, g->resumed)) {
			if (p.typed)
				turns_told(s->turns);
			else if (s->gap.silent && p.kind == PIECE_TEXT)
				refused(s, &p);
			if (p.kind == PIECE_AUDIO && p.loud &&
			    (g->resumed || (p.at > s->answer.began &&
			    p.at > s->hearing.words_at)))
				g->lost += p.us;
			continue;
		}
		if (p.kind == PIECE_AUDIO) {
			g->us += p.us;
			s->gap.spoken |= p.loud;
		} else
			g->count++;
		pieces_add(&g->to, &p);
	}
}

/* Adds what has waited: only tools' answers, or all else. */
static void
gather_wait(struct session *s, struct regain *g, bool tools)
{
	struct call *k;
	struct piece p;
	size_t at = 0;

	while (pieces_next(&s->wait, &at, &p)) {
		if (is_tool(&p) != tools)
			continue;
		k = p.kind == PIECE_TOOL ? calls_number(&s->calls, p.call) :
		    NULL;
		if (k == NULL || !k->orphan)
			pieces_add(&g->to, &p);
	}
}

void
queue_again(struct session *s, bool resumed, int64_t *us, int64_t *count)
{
	struct regain g = { .resumed = resumed };

	pieces_init(&g.to, s->wait.max + s->sent.max);
	/* what goes again is counted again */
	if (s->transcribes && !s->manual) {
		s->hearing.utterances = s->hearing.answered;
		s->hearing.speech_us = 0;
	}
	gather(s, &g, true);
	gather_wait(s, &g, true);
	gather(s, &g, false);
	gather_wait(s, &g, false);
	pieces_clear(&s->sent);
	g.to.max = s->wait.max;
	pieces_done(&s->wait);
	s->wait = g.to;
	*us = g.us;
	*count = g.count;
	/* What was sent and is not covered by a handle is lost with the
	 * connection, unless a fresh session gets it in words. */
	if (resumed || s->gap.sound)
		s->gap.lost_us += g.lost + s->hearing.trimmed_us;
	s->hearing.trimmed_us = 0;
}
