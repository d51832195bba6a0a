/*
 * The entry points: upgrades, messages, time.  Connections are in a binary heap
 * by the time at which they need attention, so thousands of idle ones cost
 * nothing.  After each event a connection is settled: rules and steps that are
 * due are carried out, one after another, until none is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/ear.h"
#include "emulator/conn.h"
#include "emulator/hear.h"
#include "emulator/emulator.h"
#include "emulator/rules.h"
#include "emulator/told.h"
#include "emulator/turn.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/url.h"
#include "proto/endpoint.h"
#include "proto/server.h"
#include "stream/stream.h"
#include "emulator/talk.h"

enum {
	OUT_MAX = 64 << 20,
	LOG_MAX = 16 << 20,
	STEPS = 256,		/* on one connection before others get a turn */
	HANDLE_MS = 2 * 60 * 60 * 1000,
	TARGET_MAX = 8192
};

static const struct emulator_watch no_watch;

static void
forget(void *arg, unsigned id)
{
	struct emulator *e = arg;

	if (e->watch.brain_end)
		e->watch.brain_end(e->arg, id);
}

struct emulator *
emulator_new(const struct emulator_options *opt,
    const struct emulator_watch *watch, void *arg)
{
	struct emulator *e = mem_alloc(sizeof(*e));

	e->opt = *opt;
	e->watch = watch ? *watch : no_watch;
	e->arg = arg;
	e->random = opt->seed;
	e->next_conn = 1;
	e->scenario = scenario_new();
	e->talks = talk_store_new(opt->handle_ms ? opt->handle_ms : HANDLE_MS);
	talk_store_forget(e->talks, forget, e);
	e->server[BACKEND_GEMINI] = proto_server_new(BACKEND_GEMINI);
	e->server[BACKEND_VERTEX] = proto_server_new(BACKEND_VERTEX);
	proto_server_strict(e->server[BACKEND_GEMINI], opt->strict_fields);
	proto_server_strict(e->server[BACKEND_VERTEX], opt->strict_fields);
	buf_init(&e->out, OUT_MAX);
	buf_init(&e->line, LOG_MAX);
	return e;
}

void
emulator_free(struct emulator *e)
{
	if (!e)
		return;
	talk_store_free(e->talks);
	scenario_free(e->scenario);
	proto_server_free(e->server[BACKEND_GEMINI]);
	proto_server_free(e->server[BACKEND_VERTEX]);
	buf_done(&e->out);
	buf_done(&e->line);
	free(e->heap);
	free(e);
}

int
emulator_scenario(struct emulator *e, const char *p, size_t n, char *why,
    size_t size)
{
	return scenario_add(e->scenario, p, n, why, size);
}

/* Moves the heap's connection at i up or down to its place. */
static void
place(struct emulator *e, struct emulator_conn *c, size_t i)
{
	e->heap[i] = c;
	c->heap = i;
}

static void
sift(struct emulator *e, size_t i)
{
	struct emulator_conn *c = e->heap[i];
	size_t child;

	while (i > 0 && e->heap[(i - 1) / 2]->due > c->due) {
		place(e, e->heap[(i - 1) / 2], i);
		i = (i - 1) / 2;
	}
	while ((child = 2 * i + 1) < e->count) {
		if (child + 1 < e->count &&
		    e->heap[child + 1]->due < e->heap[child]->due)
			child++;
		if (e->heap[child]->due >= c->due)
			break;
		place(e, e->heap[child], i);
		i = child;
	}
	place(e, c, i);
}

static void
heap_add(struct emulator *e, struct emulator_conn *c)
{
	if (e->count == e->room) {
		e->room = e->room ? 2 * e->room : 16;
		e->heap = mem_resize(e->heap, e->room, sizeof(*e->heap));
	}
	place(e, c, e->count++);
	sift(e, c->heap);
}

static void
heap_remove(struct emulator *e, struct emulator_conn *c)
{
	struct emulator_conn *last = e->heap[--e->count];

	if (last == c)
		return;
	place(e, last, c->heap);
	sift(e, last->heap);
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return b >= 0 && b < a ? b : a;
}

/* Computes when the connection needs attention next. */
static void
reschedule(struct emulator_conn *c)
{
	int64_t due = INT64_MAX;

	if (emu_conn_alive(c)) {
		due = earlier(due, c->turn.next);
		due = earlier(due, c->todo ? c->todo->at : -1);
		due = earlier(due, c->go_away_at);
		due = earlier(due, c->end_at);
		due = earlier(due, c->update_at);
	}
	if (due == c->due)
		return;
	c->due = due;
	sift(c->e, c->heap);
}

static bool
is_due(const struct emulator_conn *c, int64_t at)
{
	return at >= 0 && at <= c->e->now;
}

static void
go_away(struct emulator_conn *c)
{
	proto_server_go_away(c->end_at - c->e->now, &c->e->out);
	emu_conn_send(c, "goAway");
	c->go_away_at = -1;
	emu_conn_fire(c, ON_GO_AWAY, NULL, NULL);
}

/* Sends the periodic resumption update of transparent resumption. */
static void
update(struct emulator_conn *c)
{
	c->update_at = -1;
	if (c->received == c->updated)
		return;
	if (emu_turn_resumable(c))
		emu_conn_update(c, true);
	else
		c->update_at = c->e->now + 100;
}

/* Does one thing that is due; false when nothing is. */
static bool
step(struct emulator_conn *c)
{
	emu_rules_run(c);
	if (!emu_conn_alive(c))
		return false;
	if (c->phase == CONN_SETUP)
		emu_hear_ready(c);
	else if (is_due(c, c->end_at))
		emu_conn_close(c, 1011,
		    "Deadline expired before operation could complete.", NULL);
	else if (is_due(c, c->go_away_at))
		go_away(c);
	else if (is_due(c, c->turn.next))
		emu_turn_step(c);
	else if (is_due(c, c->update_at))
		update(c);
	else
		return c->todo && c->todo->at <= c->e->now;
	return true;
}

static void
settle(struct emulator_conn *c)
{
	int i;

	for (i = 0; i < STEPS && step(c); i++)
		;
	reschedule(c);
}

static const char *
skip(const char *s, const char *word)
{
	size_t n = strlen(word);

	return strncmp(s, word, n) == 0 ? s + n : NULL;
}

/* The value of a member of the query, unescaped; NULL if it is not there. */
static const char *
query(const char *target, const char *name, char *out, size_t size)
{
	const char *p = strchr(target, '?');
	size_t len = strlen(name), n;

	while (p && (strncmp(p + 1, name, len) != 0 || p[1 + len] != '='))
		p = strchr(p + 1, '&');
	if (!p)
		return NULL;
	p += len + 2;
	n = strcspn(p, "&");
	if (n >= size)
		n = size - 1;
	url_unescape(out, p, n, false);
	return out;
}

static bool
in_list(const char *word, const char *const *list)
{
	if (!list)
		return true;
	for (; word && *list; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

/* Which backend and version a path names; -1 if there is none of that. */
static int
read_path(const char *target, struct emulator_conn *c)
{
	static const char *const gemini[] = { "v1beta", "v1alpha", "v1", NULL };
	static const char *const vertex[] = { "v1beta1", "v1", NULL };
	struct endpoint_path p;

	if (endpoint_match(target, &p) == -1 || !in_list(p.version,
	    p.backend == BACKEND_VERTEX ? vertex : gemini))
		return -1;
	c->backend = p.backend;
	c->constrained = p.constrained;
	snprintf(c->version, sizeof(c->version), "%s", p.version);
	return 0;
}

static void
refuse(struct emulator_refusal *r, int status, const char *name,
    const char *message)
{
	r->status = status;
	r->header[0] = '\0';
	snprintf(r->body, sizeof(r->body), "{\n  \"error\": {\n"
	    "    \"code\": %d,\n    \"message\": \"%s\",\n"
	    "    \"status\": \"%s\"\n  }\n}\n",
	    status, message, name);
}

static void
doom(struct emulator_conn *c, int code, const char *reason, const char *why)
{
	c->doom_code = code;
	c->doom = reason;
	c->doom_why = why;
}

static bool
token_good(const struct emulator *e, const char *token)
{
	if (!e->opt.tokens && !e->watch.token)
		return true;
	if (e->opt.tokens && in_list(token, e->opt.tokens))
		return true;
	return token && e->watch.token && e->watch.token(e->arg, token);
}

/* Vertex checks credentials at the upgrade, the Developer API afterwards.  -1
 * if the upgrade is refused. */
static int
admit(struct emulator_conn *c, const struct emulator_request *q,
    struct emulator_refusal *r)
{
	const struct emulator_options *o = &c->e->opt;
	char value[4096];
	const char *token = q->authorization, *key = q->api_key;

	if (c->backend == BACKEND_VERTEX) {
		token = token ? skip(token, "Bearer ") : NULL;
		if ((token || !key) ? token_good(c->e, token) :
		    in_list(key, o->keys))
			return 0;
		refuse(r, 401, "UNAUTHENTICATED", "Request had invalid "
		    "authentication credentials. Expected OAuth 2 access "
		    "token, login cookie or other valid authentication "
		    "credential.");
		return -1;
	}
	if (c->constrained) {
		token = token ? skip(token, "Token ") :
		    query(q->target, "access_token", value, sizeof(value));
		c->token = token ? mem_str(token) : NULL;
		if (!token_good(c->e, token))
			doom(c, 1007, "Request contains an invalid argument.",
			    "the ephemeral token is missing, unknown or over");
	} else {
		if (!key)
			key = query(q->target, "key", value, sizeof(value));
		if (!in_list(key, o->keys))
			doom(c, 1007, "API key not valid. Please pass a valid "
			    "API key.", "the API key is missing or not one of "
			    "--key-file");
	}
	return 0;
}

static const char over[] = "You exceeded your current quota, please check your "
    "plan and billing details.";

/* Checks the scenario, the path, the credentials, the capacity: 0 or -1. */
static int
judge(struct emulator_conn *c, const struct emulator_request *q,
    struct emulator_refusal *r)
{
	struct scenario_event ev = { .on = ON_UPGRADE, .conn = c->id,
	    .nth = 1, .text = q->target };
	const struct rule *rule;
	int64_t after;
	size_t pos = 0;

	rule = scenario_next(c->e->scenario, &pos, &ev, &c->e->random, &after);
	if (rule) {
		refuse(r, (int)json_get_int(rule->args, "status", 503),
		    "UNAVAILABLE", "The service is currently unavailable.");
		snprintf(r->body, sizeof(r->body), "%s",
		    json_get_str(rule->args, "body", r->body));
		snprintf(r->header, sizeof(r->header), "%s",
		    json_get_str(rule->args, "header", ""));
		return -1;
	}
	if (read_path(q->target, c) != 0) {
		refuse(r, 404, "NOT_FOUND", "Not Found");
		return -1;
	}
	if (admit(c, q, r) != 0)
		return -1;
	if (c->e->opt.capacity && c->e->count >= c->e->opt.capacity) {
		if (c->backend == BACKEND_VERTEX) {
			refuse(r, 429, "RESOURCE_EXHAUSTED", "Quota exceeded "
			    "for concurrent sessions.");
			return -1;
		}
		doom(c, 1011, over, "there are as many as --capacity "
		    "allows");
	}
	return 0;
}

static void
log_open(struct emulator_conn *c, const struct emulator_request *q,
    const struct emulator_refusal *r)
{
	char path[TARGET_MAX];
	struct buf *log = emu_conn_log(c, r ? "refused" : "open");

	if (!log)
		return;
	/* without the query: it may hold a key */
	endpoint_tidy(q->target, path, sizeof(path));
	stream_str(log, "path", path);
	if (r)
		stream_int(log, "status", r->status);
	emu_conn_logged(c);
}

struct emulator_conn *
emulator_open(struct emulator *e, const struct emulator_request *q,
    const struct emulator_ops *ops, void *arg, int64_t now,
    struct emulator_refusal *r)
{
	struct emulator_conn *c = mem_alloc(sizeof(*c));

	e->now = now;
	*c = (struct emulator_conn){ .e = e, .id = e->next_conn++, .ops = *ops,
	    .arg = arg, .opened = now, .update_at = -1, .image_at = -1,
	    .go_away_at = -1,
	    .end_at = -1, .due = INT64_MAX };
	c->turn.next = -1;
	if (judge(c, q, r) != 0) {
		log_open(c, q, r);
		free(c->token);
		free(c);
		return NULL;
	}
	log_open(c, q, NULL);
	heap_add(e, c);
	return c;
}

void
emulator_message(struct emulator_conn *c, bool text, const void *p, size_t n,
    int64_t now)
{
	c->e->now = now;
	if (!emu_conn_alive(c))
		return;
	emu_hear_message(c, text, p, n);
	settle(c);
}

void
emulator_room(struct emulator_conn *c, int64_t now)
{
	c->e->now = now;
	if (!emu_conn_alive(c))
		return;
	emu_turn_room(c);
	settle(c);
}

void
emulator_closed(struct emulator_conn *c, int code, const char *reason,
    int64_t now)
{
	struct emulator *e = c->e;
	struct buf *log;

	e->now = now;
	if ((log = emu_conn_log(c, "closed"))) {
		stream_int(log, "code", code);
		stream_str(log, "reason", reason ? reason : "");
		stream_int(log, "received", c->received);
		emu_conn_logged(c);
	}
	emu_conn_done(c);
	emu_turn_done(&c->turn);
	emu_setup_done(&c->set);
	ear_free(c->ear);
	heap_remove(e, c);
	free(c->token);
	free(c);
	talk_store_expire(e->talks, now);
}

int64_t
emulator_deadline(const struct emulator *e)
{
	if (e->count == 0 || e->heap[0]->due == INT64_MAX)
		return -1;
	return e->heap[0]->due;
}

void
emulator_tick(struct emulator *e, int64_t now)
{
	size_t n;

	e->now = now;
	/* a connection still due after its steps must not starve the others */
	for (n = e->count; n > 0 && e->count > 0 && e->heap[0]->due <= now; n--)
		settle(e->heap[0]);
}

void
emulator_brain_record(struct emulator *e, unsigned talk,
    const struct record *r, int64_t now)
{
	struct talk *k = talk_find(e->talks, talk);
	struct emulator_conn *c = k ? k->holder : NULL;

	e->now = now;
	if (!c || c->phase != CONN_LIVE)
		return;
	emu_told_record(c, r);
	settle(c);
}

size_t
emulator_count(const struct emulator *e)
{
	return e->count;
}

size_t
emulator_failed(const struct emulator *e)
{
	return e->failed;
}
