/*
 * What carries a conversation from one connection to the next: the setup with
 * the handle, or else the history; what goes out again after it; and the
 * service's index of what it has received.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "proto/family.h"
#include "base/mem.h"
#include "session/inner.h"
#include "session/turns.h"

enum {
	SEED_MS = 2000,		/* after which a history was taken in */
	ECHO_MS = 10000		/* for which old transcripts are repeated */
};

void
resume_forget(struct session *s)
{
	free(s->handle.text);
	s->handle.text = NULL;
	s->handle.wall = 0;
	s->handle.turns_after = 0;
	s->handle.good = false;
	base_touch(s);
}

/* Whether to resume the session rather than begin with the history: a handle
 * loses what was said after it. */
static bool
use_handle(const struct session *s)
{
	if (s->handle.text == NULL || !s->cfg.resume)
		return false;
	if ((s->now - s->handle.at) / 1000 >= s->cfg.family->handle_s)
		return false;
	return s->handle.turns_after == 0 || turns_count(s->turns) == 0 ||
	    s->cfg.family->seed == SEED_NO;
}

/* The user's last words that are sent again as sound. */
static int64_t
heard_since(const struct session *s)
{
	if (!s->gap.open || s->gap.silent || !s->gap.sound)
		return INT64_MAX;
	return s->gap.from_fresh;
}

void
resume_setup(struct session *s, int conn)
{
	struct session_conn *l = &s->conn[conn];
	struct json *o = json_copy(s->setup), *r, *turns = NULL;

	s->cur = conn;
	l->phase = CONN_SETUP;
	l->setup_at = s->now;
	l->resumed = use_handle(s);
	context_sent(s, l);
	if (s->cfg.resume) {
		r = json_get(o, "sessionResumption");
		if (json_type(r) != JSON_OBJECT)
			r = json_set(o, "sessionResumption", json_object());
		json_set(r, "handle", l->resumed ? json_string(s->handle.text) :
		    NULL);
		if (s->cfg.transparent)
			json_set(r, "transparent", json_bool(true));
	}
	if (!l->resumed)
		queue_told(s);
	if (!l->resumed && s->cfg.family->seed != SEED_NO)
		turns = turns_contents(s->turns, false, heard_since(s));
	l->seeded = turns != NULL;
	if (l->seeded && s->cfg.family->seed == SEED_HISTORY)
		json_set_path(o, "historyConfig."
		    "initialHistoryInClientContent", json_bool(true));
	json_free(turns);
	buf_clear(&s->msg);
	proto_client_setup(o, &s->msg);
	json_free(o);
	base_timer_set(s, TIMER_SETUP, s->now + s->cfg.setup_ms);
	note_shape(s, s->msg.data, s->msg.len);
	s->ops.send(s->arg, conn, s->msg.data, s->msg.len);
}

/* Brings a fresh session up to date; counts the turns that it was given. */
static size_t
seed(struct session *s, bool owed)
{
	struct json *turns, *last, *c;
	bool history = s->cfg.family->seed == SEED_HISTORY;
	bool answer = owed;
	size_t n;

	turns = turns_contents(s->turns, false, heard_since(s));
	n = json_size(turns);
	last = n > 0 ? json_at(turns, n - 1) : NULL;
	if (last != NULL && s->gap.open && !queue_asks(s) &&
	    strcmp(json_get_str(last, "role", ""), "user") == 0 &&
	    turns_unanswered(s->turns))
		answer = true;
	if (last != NULL && s->cfg.family->seed_user_end &&
	    strcmp(json_get_str(last, "role", ""), "model") == 0) {
		c = json_add(turns, json_object());
		json_set(c, "role", json_string("user"));
		last = json_add(json_set(c, "parts", json_array()),
		    json_object());
		json_set(last, "text", json_string(" "));
	}
	buf_clear(&s->msg);
	proto_client_content(turns, history || answer, &s->msg);
	json_free(turns);
	queue_now(s, s->msg.data, s->msg.len);
	if (history && answer) {
		buf_clear(&s->msg);
		proto_client_start(s->cfg.family, NULL, &s->msg);
		queue_now(s, s->msg.data, s->msg.len);
	}
	if (answer)
		queue_expect(s, OWED_SURE);
	return n;
}

/* A spoken question older than the sound that is kept is asked again in
 * words. */
static void
ask_again(struct session *s)
{
	const char *asked = turns_last(s->turns, TURNS_USER, 0);

	if (asked == NULL || s->gap.silent || s->transcribes)
		return;
	buf_clear(&s->msg);
	proto_client_text(s->cfg.family, asked, strlen(asked), &s->msg);
	queue_piece(s, PIECE_TEXT, 0, s->msg.data, s->msg.len);
	queue_expect(s, OWED_SURE);
}

static const char *
past_blanks(const char *p)
{
	return p + strspn(p, " ");
}

void
resume_no_echo(struct session *s, bool user)
{
	int i;

	for (i = 0; i < ECHOES; i++) {
		free(s->echo.words[user][i]);
		s->echo.words[user][i] = NULL;
	}
}

/* The last words of both, which the service may repeat. */
static void
await_echo(struct session *s, bool sound)
{
	int i;

	resume_no_echo(s, true);
	resume_no_echo(s, false);
	for (i = 0; i < ECHOES; i++) {
		s->echo.words[0][i] = mem_str(turns_last(s->turns, TURNS_MODEL,
		    i));
		s->echo.words[1][i] = mem_str(turns_last(s->turns, TURNS_USER,
		    i));
	}
	s->echo.sound = sound;
}

bool
resume_echo(struct session *s, bool user, const char *p, size_t n)
{
	bool found = false;
	char *words;
	const char *from;
	int i;

	for (; n > 0 && *p == ' '; n--)
		p++;
	if (n == 0 || s->now - s->conn[s->cur].live_at > ECHO_MS)
		return false;
	for (i = 0; i < ECHOES; i++) {
		words = s->echo.words[user][i];
		if (words == NULL)
			continue;
		from = past_blanks(words);
		if (strlen(from) >= n && memcmp(from, p, n) == 0) {
			found = true;
			memmove(words, from + n, strlen(from + n) + 1);
		} else {
			free(words);
			s->echo.words[user][i] = NULL;
		}
	}
	return found;
}

static void
close_gap(struct session *s, struct session_conn *l)
{
	int64_t us, count;
	bool owed = s->gap.continued;
	size_t turns = 0;

	tool_orphans(s, l->resumed);
	queue_again(s, l->resumed, &us, &count);
	if (l->resumed)
		await_echo(s, us > 0);
	/* sound, and what else was lost with a 1007, will not be answered */
	if (s->gap.silent && !owed && !queue_asks(s)) {
		s->asks.given_up |= s->asks.owed != OWED_NOTHING;
		s->asks.owed = OWED_NOTHING;
	}
	if (l->seeded)
		turns = seed(s, owed && !queue_asks(s));
	else if (!queue_asks(s) && !s->gap.spoken) {
		if (owed)
			ask_again(s);
		else if (s->asks.owed == OWED_SURE)
			queue_nudge(s);
	}
	s->totals.reconnects++;
	s->totals.resumed += l->resumed;
	s->totals.gap_ms += s->now - s->gap.since;
	s->totals.resent_ms += (us + 500) / 1000;
	s->totals.resent += count;
	s->totals.lost_ms += (s->gap.lost_us + 500) / 1000;
	note_reconnected(s, l->resumed, us, count, turns);
	note_tell(s, SESSION_INFO, "reconnected after %" PRId64 " ms (%s)",
	    s->now - s->gap.since, l->resumed ? "resumed" : "new session");
	s->gap.open = false;
}

static void
greet(struct session *s)
{
	if (s->transcribes) {
		note_tell(s, SESSION_WARN, "this model only transcribes: a "
		    "greeting would have no answer, and is left out");
		return;
	}
	buf_clear(&s->msg);
	proto_client_start(s->cfg.family, s->greet, &s->msg);
	queue_piece(s, PIECE_TEXT, 0, s->msg.data, s->msg.len);
	queue_expect(s, OWED_SURE);
}

void
resume_ready(struct session *s)
{
	struct session_conn *l = &s->conn[s->cur];
	bool first = s->totals.connections == 0;

	l->live_at = s->now;
	context_accepted(s, l);
	base_trip(s, s->now - l->setup_at, 1);
	l->sent = 0;
	s->asks.asked = s->asks.replied = 0;
	s->rotation.dials = s->retry.resumes = 0;
	s->index.confirmed = 0;
	s->index.off = s->index.sure ? s->index.base : 0;
	s->index.used = s->cfg.transparent;
	s->totals.connections++;
	base_timer_off(s, TIMER_SETUP);
	base_timer_set(s, TIMER_STABLE, s->now + s->cfg.stable_ms);
	base_plan(s);
	if (first)
		note_tell(s, SESSION_INFO, "set up after %" PRId64 " ms (%s)",
		    s->now - s->t0, l->resumed ? "resumed" : "a new session");
	if (!first)
		close_gap(s, l);
	else if (l->seeded)
		seed(s, false);
	if (first && s->greet != NULL)
		greet(s);
	/* Until now all went into the queue, after what is sent again. */
	l->phase = CONN_LIVE;
	s->hearing.live_at = s->now;
	s->hearing.live_us = s->totals.audio_in_us;
	if (s->asks.owed == OWED_SURE)
		watch_asked(s);
}

/*
 * What the service's index of the last consumed message says about ours.  Of
 * two interpretations, the one that confirms less is used until an answered
 * message shows that the service counts from 0; so a wrong guess only sends
 * something twice.
 */
static void
index_came(struct session *s, int64_t index)
{
	int64_t sent = (int64_t)s->conn[s->cur].sent;
	int64_t known;

	if (index - s->index.off > sent) {
		/* at -1 it is now sure to be 0; else it counts from somewhere
		 * else, and only what follows is known */
		s->index.sure = s->index.off == -1 && index <= sent;
		s->index.base = 0;
		s->index.off = s->index.sure ? 0 : index;
		s->index.zeros = 0;
	} else if (!s->index.sure && s->index.off == 0 && sent > 0 &&
	    index == sent - 1 && s->index.answered == (uint64_t)sent &&
	    s->index.zero_at != (uint64_t)sent && !answer_open(&s->answer)) {
		s->index.zero_at = (uint64_t)sent;
		if (++s->index.zeros >= 2) {
			s->index.sure = true;
			s->index.base = s->index.off = -1;
		}
	}
	known = index - s->index.off;
	if (known > (int64_t)s->index.confirmed)
		s->index.confirmed = (uint64_t)known;
	if (s->index.confirmed > 0)
		queue_confirmed(s, s->index.confirmed);
}

void
resume_handle(struct session *s, const struct proto_event *e)
{
	struct session_conn *l = &s->conn[s->cur];

	if (s->gap.open && s->gap.leaving)
		return;
	s->handle.good = e->flag && e->id != NULL && *e->id != '\0';
	if (!s->handle.good)
		return;		/* the one before remains valid */
	free(s->handle.text);
	s->handle.text = mem_str(e->id);
	s->handle.at = s->now;
	s->handle.wall = base_date(s);
	s->handle.count++;
	/* One that comes with setupComplete may lack the history that was
	 * sent after it. */
	s->handle.turns_after = l->seeded && s->now < l->live_at + SEED_MS &&
	    s->answer.began < l->live_at;
	l->fresh = true;
	if (!s->cfg.transparent)
		queue_covered(s);
	else if (e->index >= 0)
		index_came(s, e->index);
	base_touch(s);
}
