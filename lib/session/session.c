/*
 * The conversation's frame: birth and death, the entry points of events, the
 * timers, the ceilings, the state file.  Each event sets `now`, does its work
 * and ends in settle(), which does whatever has become possible; so no order of
 * events needs a path of its own.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/family.h"
#include "base/log.h"
#include "base/mem.h"
#include "session/inner.h"
#include "session/state.h"
#include "stream/stream.h"
#include "session/turns.h"

enum {
	MESSAGE_MAX = 96 << 20,		/* a client message being built */
	HEAD_MAX = 80 << 20,		/* a record's header */
	MEDIA_MAX = 64 << 20,
	SAVE_MS = 250			/* between two writings of the state */
};

void
session_defaults(struct session_config *c)
{
	memset(c, 0, sizeof(*c));
	c->resume = true;
	c->dial_ms = 30000;
	c->setup_ms = 15000;
	c->life_ms = 0;
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
}

static bool
is_off(const struct json *setup, const char *path)
{
	return json_true(json_path(setup, path));
}

/* What the setup decides about the conversation. */
static void
read_setup(struct session *s)
{
	const struct json *setup = s->setup;
	const char *word;
	bool extra = json_true(json_path(setup, "proactivity.proactiveAudio"));

	s->manual = is_off(setup,
	    "realtimeInputConfig.automaticActivityDetection.disabled");
	word = json_get_str(json_get(setup, "realtimeInputConfig"),
	    "activityHandling", "");
	s->interrupts = strcmp(word, "NO_INTERRUPTION") != 0;
	s->proactive = s->cfg.family->proactive == FEATURE_ALWAYS || extra;
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
	s->loud_at = s->said_at = s->words_at = INT64_MIN / 2;
	pieces_init(&s->wait, 3 * cfg->hold_max + (1 << 20));
	pieces_init(&s->sent, 3 * cfg->hold_max + (1 << 20));
	calls_init(&s->calls);
	s->turns = turns_new(cfg->history_tokens);
	s->proto = proto_new();
	buf_init(&s->msg, MESSAGE_MAX);
	buf_init(&s->head, HEAD_MAX);
	buf_init(&s->media, MEDIA_MAX);
	buf_init(&s->mix, MEDIA_MAX);
	return s;
}

void
session_free(struct session *s)
{
	if (s == NULL)
		return;
	json_free(s->setup);
	free(s->greet);
	free(s->handle);
	free(s->typed);
	resume_no_echo(s, true);
	resume_no_echo(s, false);
	pieces_done(&s->wait);
	pieces_done(&s->sent);
	calls_done(&s->calls);
	turns_free(s->turns);
	proto_free(s->proto);
	buf_done(&s->msg);
	buf_done(&s->head);
	buf_done(&s->media);
	buf_done(&s->mix);
	free(s);
}

void
timer_set(struct session *s, enum timer t, int64_t at)
{
	/* Never in the past: a timer that fires takes at least a
	 * millisecond, whatever was asked of it. */
	s->timers[t] = at > s->now ? at : s->now + 1;
}

void
timer_off(struct session *s, enum timer t)
{
	s->timers[t] = INT64_MAX;
}

bool
timer_on(const struct session *s, enum timer t)
{
	return s->timers[t] != INT64_MAX;
}

uint64_t
draw(struct session *s, uint64_t n)
{
	uint64_t x = s->random += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	x ^= x >> 31;
	return n > 0 ? x % n : 0;
}

static bool
over(const struct session *s)
{
	return s->mode == MODE_END || s->mode == MODE_DONE;
}

/* All connections are gone: the last words. */
static void
done(struct session *s)
{
	int i;

	for (i = 0; i < TIMER_COUNT; i++)
		timer_off(s, i);
	s->mode = MODE_DONE;
	note_close_words(s);
	state_flush(s);
	if (s->end_code == CODE_OK && s->state_error)
		s->end_code = CODE_IO;
	note_end_record(s);
	s->ops.done(s->arg, s->end_code);
}

/* The tools whose answers come too late. */
static void
tell_open(struct session *s)
{
	const struct call *k;

	for (k = s->calls.v; k < s->calls.v + CALLS_MAX; k++)
		if (k->number > 0 && !k->answered)
			tell(s, SESSION_WARN, "the call of tool %s was not "
			    "answered", k->name);
}

void
finish(struct session *s, int code, const char *reason)
{
	int i;

	if (over(s))
		return;
	if (code != CODE_OK && code < CODE_SIGNAL)
		tell_open(s);
	s->end_code = code == CODE_OK ? s->worst : code;
	snprintf(s->end_why, sizeof(s->end_why), "%s", reason);
	for (i = 0; i < TIMER_COUNT; i++)
		timer_off(s, i);
	s->mode = MODE_END;
	if (s->next != -1) {
		s->ops.drop(s->arg, s->next);
		s->link[s->next].phase = LINK_FREE;
		s->next = -1;
	}
	if (s->cur == -1)
		return;
	switch (s->link[s->cur].phase) {
	case LINK_SETUP: case LINK_LIVE: case LINK_OPEN:
		s->ops.hangup(s->arg, s->cur, 1000, "");
		s->link[s->cur].phase = LINK_CLOSING;
		timer_set(s, TIMER_CLOSE, s->now + s->cfg.close_ms);
		return;
	case LINK_CLOSING:
		timer_set(s, TIMER_CLOSE, s->now + s->cfg.close_ms);
		return;
	default:
		link_drop_all(s);
	}
}

/* Whether the model still has something to do or to say. */
static bool
pending(const struct session *s)
{
	return s->answer.open || s->answer.busy || s->wait.count > 0 ||
	    s->owed == OWED_SURE;
}

/* Whether one more answer may come though none is owed for sure: to a second
 * utterance or text, or instead of what was cut. */
static bool
more_may_come(const struct session *s)
{
	return s->owed != OWED_NOTHING || s->heard < s->utterances ||
	    s->replied < s->asked || s->answer.hanging;
}

/* How long one more answer is waited for, that may or may not come: twice what
 * the slowest one took so far. */
static int64_t
patience(const struct session *s)
{
	int64_t ms = s->owed == OWED_NOTHING ? s->cfg.linger_ms :
	    s->cfg.answer_ms;

	if (ms < 2 * s->slow_ms)
		ms = 2 * s->slow_ms;
	return ms < s->cfg.answer_ms ? ms : s->cfg.answer_ms;
}

/* After the end of the input: is all said? */
static void
settle_end(struct session *s)
{
	if (!s->input_ended || s->mode != MODE_LIVE)
		return;
	if (!s->end_sent && s->wait.count == 0 && s->calls.open == 0)
		send_end(s);
	if (s->calls.open > 0 || pending(s)) {
		timer_off(s, TIMER_LINGER);
		return;
	}
	if (!more_may_come(s))
		finish(s, CODE_OK, "finished");
	else if (!timer_on(s, TIMER_LINGER))
		timer_set(s, TIMER_LINGER, s->now + patience(s));
}

static void
limits(struct session *s)
{
	const struct session_config *c = &s->cfg;

	if (c->max_tokens > 0 && s->totals.tokens >= c->max_tokens) {
		tell(s, SESSION_WARN, "%" PRId64 " tokens were used: stopping",
		    s->totals.tokens);
		finish(s, CODE_CEILING, "max_tokens");
	} else if (c->max_turns > 0 && s->totals.turns >= c->max_turns) {
		tell(s, SESSION_WARN, "the model has answered %" PRId64
		    " times: stopping", s->totals.turns);
		finish(s, CODE_CEILING, "max_turns");
	}
}

/* Says once that refused input may be offered again. */
static void
settle_room(struct session *s)
{
	bool room = (s->refused && send_room(s)) ||
	    (s->refused_turn && !send_busy(s));

	if (!room)
		return;
	s->refused = s->refused_turn = false;
	if (s->ops.room != NULL)
		s->ops.room(s->arg);
}

void
settle(struct session *s)
{
	if (s->mode == MODE_LIVE) {
		send_flush(s);
		settle_end(s);
	}
	if (s->mode == MODE_LIVE)
		limits(s);
	if (s->mode == MODE_LIVE)
		link_rotate(s);
	if (s->mode == MODE_END && s->cur == -1)
		done(s);
	else
		settle_room(s);
}

/* A handle that the user put into the setup is the first one. */
static void
given_handle(struct session *s)
{
	const char *handle = json_get_str(json_get(s->setup,
	    "sessionResumption"), "handle", "");

	if (s->handle != NULL || !s->cfg.resume || *handle == '\0')
		return;
	s->handle = mem_str(handle);
	s->handle_at = s->now;
}

void
session_start(struct session *s, int64_t now)
{
	s->now = s->t0 = now;
	s->saved_at = now - SAVE_MS;
	state_take(s);
	given_handle(s);
	if (s->cfg.max_ms > 0)
		timer_set(s, TIMER_MAX, now + s->cfg.max_ms);
	link_start(s);
	settle(s);
}

void
session_message(struct session *s, int64_t now, int conn, const char *p,
    size_t n)
{
	s->now = now;
	/* A connection opened ahead has nothing to say before its setup. */
	if (conn == s->cur && s->mode != MODE_DONE)
		recv_message(s, p, n);
	settle(s);
}

const struct json *
session_setup(const struct session *s)
{
	return s->setup;
}

bool
session_hungry(const struct session *s)
{
	if (over(s) || s->wait.bytes >= s->cfg.hold_max)
		return false;
	return s->mode != MODE_LIVE || (s->wait.count == 0 && !send_full(s));
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

void
session_input_end(struct session *s, int64_t now)
{
	s->now = now;
	s->input_ended = true;
	settle(s);
}

void
session_spoil(struct session *s, int64_t now, int code, const char *why)
{
	struct buf *b;

	s->now = now;
	if (s->mode == MODE_DONE)
		return;
	if (s->worst == CODE_OK)
		s->worst = code;
	b = note(s, "error");
	stream_str(b, "class", "input");
	stream_str(b, "reason", why);
	stream_int(b, "exit", code);
	note_end(s, "error", 0);
}

void
session_hold(struct session *s, int64_t now, bool held)
{
	s->now = now;
	if (s->held && !held) {
		/* What comes now was kept back by us. */
		s->held = false;
		if (timer_on(s, TIMER_ANSWER))
			watch_again(s, TIMER_ANSWER);
		if (timer_on(s, TIMER_STALL))
			watch_again(s, TIMER_STALL);
		if (timer_on(s, TIMER_DEAF))
			watch_again(s, TIMER_DEAF);
	}
	s->held = held;
	settle(s);
}

void
session_stop(struct session *s, int64_t now, int code, const char *reason)
{
	s->now = now;
	finish(s, code, reason);
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
fire(struct session *s, enum timer t)
{
	switch (t) {
	case TIMER_ANSWER: case TIMER_STALL: case TIMER_DEAF:
		watch_timer(s, t);
		return;
	case TIMER_LINGER:
		finish(s, CODE_OK, "finished");
		return;
	case TIMER_MAX:
		tell(s, SESSION_WARN, "the time given has passed: stopping");
		finish(s, CODE_CEILING, "max_time");
		return;
	case TIMER_SAVE:
		state_flush(s);
		return;
	default:
		link_timer(s, t);
	}
}

void
session_tick(struct session *s, int64_t now)
{
	int i;

	s->now = now;
	for (i = 0; i < TIMER_COUNT; i++)
		if (s->timers[i] <= now) {
			timer_off(s, i);
			fire(s, i);
		}
	settle(s);
}

void
session_status(const struct session *s, struct buf *b)
{
	static const char *const modes[] = { "new", "dialling", "setup",
	    "live", "switching", "waiting", "ending", "done" };

	buf_printf(b, "%s, %s, turn %d%s, %zu tool calls open, %zu bytes "
	    "waiting, connection %" PRId64 ", %" PRId64 " reconnects",
	    modes[s->mode], classify_phase(link_now(s)), s->answer.number,
	    s->answer.open ? " (the model speaks)" : "", s->calls.open,
	    s->wait.bytes, s->totals.connections, s->totals.reconnects);
}

void
state_touch(struct session *s)
{
	if (s->cfg.state == NULL)
		return;
	s->dirty = true;
	if (s->now - s->saved_at >= SAVE_MS)
		state_flush(s);
	else if (!timer_on(s, TIMER_SAVE))
		timer_set(s, TIMER_SAVE, s->saved_at + SAVE_MS);
}

void
state_flush(struct session *s)
{
	struct json *o;
	int error;

	timer_off(s, TIMER_SAVE);
	if (s->cfg.state == NULL || !s->dirty)
		return;
	s->saved_at = s->now;
	o = json_object();
	json_set(o, "model", json_copy(json_get(s->setup, "model")));
	if (s->handle != NULL) {
		json_set(o, "handle", json_string(s->handle));
		json_set(o, "handle_at", json_integer(s->handle_wall));
		json_set(o, "turns_after", json_integer(s->turns_after));
	}
	json_set(o, "turn", json_integer(s->answer.number));
	json_set(o, "turns", turns_save(s->turns));
	error = state_put(s->cfg.state, o) == 0 ? 0 : errno;
	if (error != 0 && error != s->state_error)
		tell(s, SESSION_ERROR, "%s: the state cannot be written: %s",
		    state_path(s->cfg.state), strerror(error));
	s->state_error = error;
	/* tried again with the next change, and at the end */
	s->dirty = error != 0;
}

void
state_take(struct session *s)
{
	const struct json *o;
	const char *handle, *model = json_get_str(s->setup, "model", "");
	int64_t age, turn;

	if (s->cfg.state == NULL || (o = state_get(s->cfg.state)) == NULL)
		return;
	turns_load(s->turns, json_get(o, "turns"));
	turn = json_get_int(o, "turn", 0);
	if (turn > 0 && turn < 1 << 30)
		s->answer.number = (int)turn;
	handle = json_get_str(o, "handle", NULL);
	s->handle_wall = json_get_int(o, "handle_at", 0);
	age = state_now() - s->handle_wall;
	if (handle == NULL || *handle == '\0' || !s->cfg.resume ||
	    age < 0 || age > s->cfg.family->handle_s ||
	    strcmp(json_get_str(o, "model", ""), model) != 0)
		return;
	s->handle = mem_str(handle);
	s->handle_at = s->now;
	s->turns_after = (int)json_get_int(o, "turns_after", 0);
}
