/*
 * The conversation's public functions.  Each event sets `now`, does its work
 * and ends in settle(), which does whatever has become possible; so no order of
 * events needs a path of its own.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "proto/family.h"
#include "session/inner.h"
#include "session/turns.h"
#include "stream/stream.h"

enum {
	MESSAGE_MAX = 96 << 20,		/* a client message being built */
	HEAD_MAX = 80 << 20,		/* a record's header */
	MEDIA_MAX = 64 << 20,
	GUESS_MAX = 1 << 20,		/* of interim words */
	AHEAD = 16,			/* times as much of a recording is kept
					 * for words that come late */
	REASON_LEN = 1000,		/* of a failure, in a sentence */
	PAUSE_MS = 600,			/* between two utterances */
	SILENCE_MS = 800		/* the service's default for that */
};

void
session_defaults(struct session_config *c)
{
	memset(c, 0, sizeof(*c));
	c->resume = true;
	/* 30 s for a token, 10 s each for TLS and the upgrade, all of which
	 * report being late themselves */
	c->dial_ms = 51000;
	c->setup_ms = 15000;
	c->ahead_ms = 30000;
	c->close_ms = 1000;
	c->answer_ms = 20000;
	c->stall_ms = 20000;
	c->busy_ms = 120000;
	c->deaf_ms = 8000;
	c->linger_ms = 3000;
	c->lookback_ms = 3000;
	c->live_ms = 20000;	/* a dead connection is noticed in 15 s */
	c->backoff_ms = 500;
	c->backoff_max_ms = 30000;
	c->stable_ms = 10000;
	c->retries = 5;
	c->hold_max = 4 << 20;
	c->socket_max = 256 << 10;
	c->history_tokens = 16000;
	c->chunk_ms = 20;
}

/* What the setup determines about the conversation. */
static void
read_setup(struct session *s)
{
	const struct json *setup = s->setup;
	const char *word;
	bool extra = json_true(json_path(setup, "proactivity.proactiveAudio"));

	s->manual = json_true(json_path(setup,
	    "realtimeInputConfig.automaticActivityDetection.disabled"));
	word = json_get_str(json_get(setup, "realtimeInputConfig"),
	    "activityHandling", "");
	s->interrupts = strcmp(word, "NO_INTERRUPTION") != 0;
	s->transcribes = s->cfg.family->idle == IDLE_GENERATION;
	s->proactive = s->cfg.family->proactive == FEATURE_ALWAYS || extra ||
	    s->transcribes;
	word = json_str(json_at(json_path(setup,
	    "generationConfig.responseModalities"), 0));
	s->spoken = word == NULL || strcmp(word, "AUDIO") == 0;
	s->hearing.pause_us = PAUSE_MS * 1000;
	if (s->transcribes)
		s->hearing.pause_us = 1000 * json_get_int(json_path(setup,
		    "realtimeInputConfig.automaticActivityDetection"),
		    "silenceDurationMs", SILENCE_MS);
}

struct session *
session_new(const struct session_config *cfg, const struct session_ops *ops,
    void *arg)
{
	struct session *s = mem_alloc(sizeof(*s));
	int i;

	s->cfg = *cfg;
	s->ops = *ops;
	s->arg = arg;
	s->setup = cfg->setup != NULL ? json_copy(cfg->setup) : json_object();
	s->cfg.setup = NULL;
	s->greet = mem_str(cfg->greet);
	s->random = cfg->seed * 2 + 1;
	s->orphan_at = INT64_MIN;
	read_setup(s);
	for (i = 0; i < TIMER_COUNT; i++)
		s->timers[i] = INT64_MAX;
	s->cur = s->next = -1;
	s->hearing.loud_at = s->asks.said_at = s->hearing.words_at =
	    s->asks.timed_at = INT64_MIN / 2;
	pieces_init(&s->wait, 3 * cfg->hold_max + (1 << 20));
	s->keep_max = (s->transcribes ? AHEAD : 1) * cfg->hold_max;
	pieces_init(&s->sent, 3 * s->keep_max + (1 << 20));
	calls_init(&s->calls);
	s->turns = turns_new(cfg->history_tokens);
	s->proto = proto_new();
	buf_init(&s->msg, MESSAGE_MAX);
	buf_init(&s->head, HEAD_MAX);
	buf_init(&s->media, MEDIA_MAX);
	buf_init(&s->chunk.sound, MEDIA_MAX);
	mono_init(&s->mix, PCM_MIX);
	buf_init(&s->hearing.guess, GUESS_MAX);
	return s;
}

void
session_free(struct session *s)
{
	if (s == NULL)
		return;
	json_free(s->setup);
	json_free(s->context.before);
	free(s->greet);
	free(s->handle.text);
	free(s->echo.typed);
	resume_no_echo(s, true);
	resume_no_echo(s, false);
	pieces_done(&s->wait);
	pieces_done(&s->sent);
	calls_done(&s->calls);
	latency_done(&s->latency);
	turns_free(s->turns);
	proto_free(s->proto);
	buf_done(&s->msg);
	buf_done(&s->head);
	buf_done(&s->media);
	buf_done(&s->chunk.sound);
	mono_done(&s->mix);
	buf_done(&s->hearing.guess);
	free(s);
}

/* Whether the model still has something to do or to say. */
static bool
pending(const struct session *s)
{
	return answer_open(&s->answer) || s->answer.busy || s->wait.count > 0 ||
	    s->asks.owed == OWED_SURE;
}

/* Whether one more answer may come though none is certain: to a second
 * utterance or text, or in place of one that was cut off. */
static bool
more_may_come(const struct session *s)
{
	return s->asks.owed != OWED_NOTHING ||
	    s->hearing.answered < s->hearing.utterances ||
	    s->asks.replied < s->asks.asked || s->asks.hanging ||
	    s->hearing.faint;
}

/* How long to wait for one more answer that may or may not come: twice as long
 * as the slowest one took. */
static int64_t
patience(const struct session *s)
{
	int64_t ms = s->asks.owed == OWED_NOTHING && !base_faint(s) ?
	    s->cfg.linger_ms : s->cfg.answer_ms;

	if (ms < 2 * s->asks.slow_ms)
		ms = 2 * s->asks.slow_ms;
	return ms < s->cfg.answer_ms ? ms : s->cfg.answer_ms;
}

/* After the end of the input: finishes once everything was said. */
static void
settle_end(struct session *s)
{
	if (!s->input.ended || !base_live(s) || leave_on(s))
		return;
	if (!s->input.end_sent && s->wait.count == 0 && s->calls.open == 0)
		say_end(s);
	/* a watchdog that waits for an answer will act if none comes */
	if (s->calls.open > 0 || pending(s) ||
	    (s->asks.owed != OWED_NOTHING && base_timer_on(s, TIMER_ANSWER))) {
		base_timer_off(s, TIMER_LINGER);
		return;
	}
	if (!more_may_come(s))
		base_finished(s);
	else if (!base_timer_on(s, TIMER_LINGER))
		base_timer_set(s, TIMER_LINGER, s->now + patience(s));
}

static void
limits(struct session *s)
{
	const struct session_config *c = &s->cfg;
	int64_t tokens = tokens_sum(&s->tokens).total;

	if (c->max_tokens > 0 && tokens >= c->max_tokens) {
		note_tell(s, SESSION_WARN, "%" PRId64 " tokens were used: "
		    "stopping", tokens);
		base_finish(s, CODE_CEILING, "max_tokens");
	} else if (c->max_turns > 0 && s->totals.turns >= c->max_turns) {
		note_tell(s, SESSION_WARN, "the model has answered %" PRId64
		    " times: stopping", s->totals.turns);
		base_finish(s, CODE_CEILING, "max_turns");
	} else
		leave_costly(s);
}

static bool
hungry(const struct session *s)
{
	if (base_over(s) || s->wait.bytes >= s->cfg.hold_max)
		return false;
	return !base_live(s) || (s->wait.count == 0 && !queue_full(s));
}

/* Reports once that refused input may be offered again. */
static void
settle_room(struct session *s)
{
	bool room = (s->refused.room && queue_room(s)) ||
	    (s->refused.turn && !say_busy(s)) ||
	    (s->refused.hungry && hungry(s));

	if (!room)
		return;
	s->refused.room = s->refused.turn = s->refused.hungry = false;
	if (s->ops.room != NULL)
		s->ops.room(s->arg);
}

/* All connections are gone: the last words. */
static void
done(struct session *s)
{
	int i;

	for (i = 0; i < TIMER_COUNT; i++)
		base_timer_off(s, i);
	s->mode = MODE_DONE;
	hear_promote(s);
	note_close_words(s);
	base_flush(s);
	if (s->end.code == CODE_OK && s->ops.save != NULL && s->saved.dirty)
		s->end.code = CODE_IO;
	note_end_record(s);
	s->ops.done(s->arg, s->end.code);
}

static void
settle(struct session *s)
{
	if (base_live(s)) {
		queue_flush(s);
		settle_end(s);
	}
	if (base_live(s))
		limits(s);
	if (base_live(s))
		conn_rotate(s);
	leave_settle(s);
	if (s->mode == MODE_END && s->cur == -1)
		done(s);
	else
		settle_room(s);
}

/* A handle that the user put into the setup is used first. */
static void
given_handle(struct session *s)
{
	const char *handle = json_get_str(json_get(s->setup,
	    "sessionResumption"), "handle", "");

	if (s->handle.text != NULL || !s->cfg.resume || *handle == '\0')
		return;
	s->handle.text = mem_str(handle);
	s->handle.at = s->now;
}

void
session_start(struct session *s, int64_t now)
{
	s->now = s->t0 = now;
	base_take(s);
	given_handle(s);
	s->input.begun = s->handle.text != NULL || turns_count(s->turns) > 0;
	if (s->cfg.max_ms > 0)
		base_timer_set(s, TIMER_MAX, now + s->cfg.max_ms);
	leave_watch(s);
	conn_start(s);
	settle(s);
}

void
session_message(struct session *s, int64_t now, int conn, const char *p,
    size_t n)
{
	s->now = now;
	/* A connection opened ahead has nothing to say before its setup. */
	if (conn == s->cur && s->mode != MODE_DONE)
		hear_message(s, p, n);
	settle(s);
}

void
session_connected(struct session *s, int64_t now, int conn)
{
	s->now = now;
	if (s->conn[conn].phase == CONN_DIAL) {
		base_timer_off(s, conn == 0 ? TIMER_DIAL0 : TIMER_DIAL1);
		s->conn[conn].phase = CONN_OPEN;
		base_trip(s, now - s->conn[conn].dial_at, 3);
		if (conn == s->cur)
			resume_setup(s, conn);
	}
	settle(s);
}

void
session_retry_after(struct session *s, int64_t ms)
{
	s->retry.after_ms = ms;
}

void
session_refused(struct session *s, int64_t now, int conn, int http,
    const char *body, size_t n, int code, const char *why)
{
	struct failure f;
	char text[REASON_LEN];

	s->now = now;
	memset(&s->said, 0, sizeof(s->said));
	if (http > 0) {
		classify_http(&f, http, body, n);
		said_body(&s->said, body, n);
		if (s->retry.after_ms == 0)
			s->retry.after_ms = s->said.retry_ms;
	} else
		classify_dial(&f, code);
	snprintf(text, sizeof(text), "%s%s%s", why, *s->said.text != '\0' ?
	    ": " : "", s->said.text);
	if (s->conn[conn].phase == CONN_DIAL)
		conn_failed(s, conn, &f, http, text);
	settle(s);
}

/* A refusal of what was sent last, which crossed our own close. */
static void
crossed(struct session *s, int conn, int code, const char *reason)
{
	struct failure f;

	if (s->mode != MODE_END || s->end.code != CODE_OK || code != 1007)
		return;
	classify_close(&f, code, reason, NULL, base_phase(s),
	    s->conn[conn].resumed, s->answer.served);
	note_error(s, &f, code, reason, base_phase(s));
	note_tell(s, SESSION_ERROR, "%s (%d%s%s)", f.advice, code,
	    *reason != '\0' ? " " : "", s->said.text);
	memcpy(s->end.said, s->said.text, sizeof(s->end.said));
	s->end.code = f.code;
	snprintf(s->end.why, sizeof(s->end.why), "%s", classify_name(f.class));
}

/* A connection that ends without a reason after an error message ends because
 * of that error. */
static void
told_before(struct session *s, int conn, struct failure *f)
{
	if (!s->fault.set || s->fault.conn != conn)
		return;
	s->said = s->fault.said;
	s->fault.set = false;
	classify_said(f, s->said.code, s->said.status, s->said.text,
	    base_phase(s), s->conn[conn].resumed, s->answer.served);
	s->retry.after_ms = s->said.retry_ms;
}

void
session_closed(struct session *s, int64_t now, int conn, int code,
    const char *reason, const char *why)
{
	struct failure f;
	char text[REASON_LEN];

	s->now = now;
	if (reason == NULL)
		reason = "";
	said_reason(&s->said, reason);
	if (s->conn[conn].phase == CONN_CLOSING) {
		crossed(s, conn, code, reason);
		conn_gone(s, conn);
	} else if (s->conn[conn].phase != CONN_FREE) {
		classify_close(&f, code, reason, why, base_phase(s),
		    s->conn[conn].resumed, s->answer.served);
		if (*reason == '\0')
			told_before(s, conn, &f);
		reason = s->said.text;
		snprintf(text, sizeof(text), "%d%s%s", code,
		    *reason != '\0' || why != NULL ? " " : "",
		    *reason != '\0' ? reason : why != NULL ? why : "");
		conn_failed(s, conn, &f, code, text);
	}
	settle(s);
}

bool
session_leaving(const struct session *s)
{
	return leave_on(s);
}

struct json *
session_state(const struct session *s)
{
	return base_state(s);
}

const struct json *
session_setup(const struct session *s)
{
	return s->setup;
}

bool
session_hungry(struct session *s)
{
	bool yes = hungry(s);

	s->refused.hungry |= !yes;
	return yes;
}

bool
session_open_call(const struct session *s, size_t *at, const char **id,
    const char **name)
{
	const struct call *k;

	while (*at < CALLS_MAX) {
		k = &s->calls.v[(*at)++];
		if (k->number == 0 || k->answered)
			continue;
		*id = *k->id != '\0' ? k->id : NULL;
		*name = k->name;
		return true;
	}
	return false;
}

bool
session_record(struct session *s, int64_t now, const struct record *r,
    int flags)
{
	bool taken;

	s->now = now;
	taken = base_over(s) || (leave_on(s) &&
	    strcmp(r->type, "played") != 0) || say_record(s, r, flags);
	settle(s);
	return taken;
}

bool
session_audio(struct session *s, int64_t now, const void *pcm, size_t n,
    int rate, int flags)
{
	bool taken;

	s->now = now;
	taken = base_over(s) || leave_on(s) ||
	    say_audio(s, pcm, n, rate, flags);
	settle(s);
	return taken;
}

void
session_input_end(struct session *s, int64_t now)
{
	s->now = now;
	s->input.ended = true;
	s->input.whole = true;
	(void)chunk_flush(s);
	s->input.whole = false;
	settle(s);
}

void
session_spoil(struct session *s, int64_t now, int code, const char *why)
{
	struct buf *b;

	s->now = now;
	if (s->mode == MODE_DONE)
		return;
	if (s->end.worst == CODE_OK)
		s->end.worst = code;
	b = note(s, "error");
	stream_str(b, "class", "input");
	stream_str(b, "reason", why);
	stream_int(b, "exit", code);
	note_end(s, "error", 0);
	settle(s);
}

void
session_hold(struct session *s, int64_t now, bool held)
{
	int t;

	s->now = now;
	/* what comes now was held back by us */
	for (t = TIMER_ANSWER; s->heal.held && !held && t <= TIMER_DEAF; t++)
		if (base_timer_on(s, t))
			watch_again(s, t);
	s->heal.held = held;
	settle(s);
}

void
session_stop(struct session *s, int64_t now, int code, const char *reason)
{
	s->now = now;
	base_finish(s, code, reason);
	settle(s);
}

int64_t
session_deadline(const struct session *s)
{
	int64_t at = INT64_MAX;
	int i;

	for (i = 0; i < TIMER_COUNT; i++)
		if (s->timers[i] < at)
			at = s->timers[i];
	return at;
}

static void
fire(struct session *s, enum timer_id t)
{
	switch (t) {
	case TIMER_ANSWER: case TIMER_STALL: case TIMER_DEAF:
		heal_timer(s, t);
		return;
	case TIMER_LINGER:
		/* a watchdog may have asked again at the same moment */
		if (s->calls.open == 0 && !pending(s))
			base_finished(s);
		return;
	case TIMER_MAX:
		note_tell(s, SESSION_WARN, "the time given has passed: "
		    "stopping");
		base_finish(s, CODE_CEILING, "max_time");
		return;
	case TIMER_CALLS:
		tool_timer(s);
		return;
	case TIMER_CHUNK:
		(void)chunk_flush(s);
		return;
	case TIMER_LEAVE:
		leave_timer(s);
		return;
	case TIMER_SAVE:
		base_flush(s);
		return;
	default:
		conn_timer(s, t);
	}
}

void
session_tick(struct session *s, int64_t now)
{
	int i;

	s->now = now;
	for (i = 0; i < TIMER_COUNT; i++)
		if (s->timers[i] <= now) {
			base_timer_off(s, i);
			fire(s, i);
		}
	settle(s);
}

/* For people: the mode, or what is being done about the connection. */
static const char *
mode_name(const struct session *s)
{
	static const char *const modes[] = { [MODE_NEW] = "new",
	    [MODE_END] = "ending", [MODE_DONE] = "done" };
	static const char *const phases[] = { "waiting", "dialling",
	    "dialling", "setup", "live", "switching" };

	if (s->mode != MODE_RUN)
		return modes[s->mode];
	return phases[s->cur == -1 ? CONN_FREE : s->conn[s->cur].phase];
}

void
session_figures(const struct session *s, struct buf *b, int *conn)
{
	stream_str(b, "state", mode_name(s));
	stream_str(b, "phase", classify_phase(base_phase(s)));
	stream_int(b, "turn", s->answer.number);
	if (s->latency.count > 0)
		stream_int(b, "latency_ms", s->latency.last);
	else
		buf_str(b, ",\"latency_ms\":null");
	stream_int(b, "waiting_bytes", (int64_t)s->wait.bytes);
	stream_int(b, "waiting_ms", s->wait.live_us / 1000);
	stream_int(b, "tools_open", (int64_t)s->calls.open);
	note_totals(s, b);
	cost_members(s, b);
	*conn = base_live(s) ? s->cur : -1;
}

void
session_status(const struct session *s, struct buf *b)
{
	buf_printf(b, "%s, %s, turn %d%s, %zu tool calls open, %zu bytes "
	    "waiting, connection %" PRId64 ", %" PRId64 " reconnects",
	    mode_name(s), classify_phase(base_phase(s)), s->answer.number,
	    answer_open(&s->answer) ? " (the model speaks)" : "",
	    s->calls.open, s->wait.bytes, s->totals.connections,
	    s->totals.reconnects);
}
