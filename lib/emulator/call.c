/*
 * Open calls are in the order in which they were made, by which answers without
 * an id are matched.  The newest closed calls are remembered, to distinguish a
 * second or late answer from one that nobody asked for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "emulator/brain.h"
#include "emulator/call.h"
#include "emulator/conn.h"
#include "base/json.h"
#include "base/mem.h"
#include "proto/server.h"
#include "stream/stream.h"
#include "emulator/talk.h"

enum { CLOSED_MAX = 4096 };

bool
emu_call_blocking(const struct emuturn *t)
{
	const struct emucall *k;

	for (k = t->calls; k; k = k->next)
		if (!k->async)
			return true;
	return false;
}

bool
emu_call_open(const struct emuturn *t)
{
	return t->calls != NULL;
}

static void
free_call(struct emucall *k)
{
	json_free(k->expect);
	free(k->name);
	free(k);
}

static void
free_list(struct emucall *k)
{
	struct emucall *next;

	for (; k; k = next) {
		next = k->next;
		free_call(k);
	}
}

void
emu_call_done(struct emuturn *t)
{
	free_list(t->calls);
	free_list(t->closed);
	t->calls = t->closed = NULL;
	t->closed_count = 0;
}

/* Makes an id in the form that the model's family uses. */
static void
new_id(struct emulator_conn *c, char *id, size_t size)
{
	uint64_t r = scenario_random(&c->e->random);
	unsigned long long n = c->turn.call_ids++;

	if (c->backend == BACKEND_VERTEX)
		snprintf(id, size, "%08x-%04x-4000-8000-%012llx",
		    (unsigned)(r >> 32), (unsigned)(r & 0xffff), n);
	else if (c->set.family.id <= FAMILY_2_5)
		snprintf(id, size, "function-call-%llu",
		    (unsigned long long)(r >> 8) + n);
	else
		snprintf(id, size, "call_%llu",
		    (unsigned long long)(r >> 32) * 100000 + n);
}

/* Makes one call: its object for the message. */
static struct json *
make_one(struct emulator_conn *c, const struct json *call, bool ids)
{
	const struct emu_setup_function *f;
	struct emucall **p = &c->turn.calls, *k = mem_alloc(sizeof(*k));
	const char *number = json_get_str(call, "number", NULL);
	struct json *o = json_object(), *args;

	while (*p)
		p = &(*p)->next;
	*p = k;
	k->name = mem_str(json_get_str(call, "name", ""));
	k->expect = json_copy(json_get(call, "expect"));
	f = emu_setup_function(&c->set, k->name);
	k->async = f ? f->async : c->set.family.tool_async;
	args = c->e->opt.ignore_json_schema && f && f->json_schema ?
	    json_object() : json_copy(json_get(call, "args"));
	if (number)
		json_set(args ? args : (args = json_object()), number,
		    json_integer((int64_t)c->turn.call_ids));
	if (ids)
		new_id(c, k->id, sizeof(k->id));
	else
		c->turn.call_ids++;
	json_set(o, "name", json_string(k->name));
	if (args)
		json_set(o, "args", args);
	if (ids)
		json_set(o, "id", json_string(k->id));
	return o;
}

static void
log_calls(struct emulator_conn *c, const struct json *calls)
{
	struct buf *log = emu_conn_log(c, "call");

	if (!log)
		return;
	stream_json(log, "calls", calls);
	emu_conn_logged(c);
}

bool
emu_call_make(struct emulator_conn *c, const struct json *rule)
{
	const struct json *k, *list = json_get(rule, "calls");
	const struct json *ids = json_get(rule, "ids");
	int64_t i, count = json_get_int(rule, "count", 1);
	struct json *calls = json_array();
	bool with = json_type(ids) != JSON_BOOL || json_true(ids);

	for (i = 0; i < count; i++)
		for (k = json_first(list); k; k = json_next(k))
			json_add(calls, make_one(c, k, with));
	log_calls(c, calls);
	proto_server_tool_call(calls, &c->e->out);
	emu_conn_send(c, "toolCall");
	if (c->backend == BACKEND_VERTEX && c->set.family.id <= FAMILY_2_5) {
		/* as recorded */
		proto_server_generation_complete(&c->e->out);
		emu_conn_send(c, "generationComplete");
	}
	for (k = json_first(calls); k; k = json_next(k))
		emu_conn_fire(c, ON_CALL, json_get_str(k, "name", ""),
		    json_get_str(k, "id", ""));
	json_free(calls);
	return emu_call_blocking(&c->turn);
}

/* Takes a call off the list of open ones. */
static void
close_call(struct emuturn *t, struct emucall **p)
{
	struct emucall *k = *p, **last;

	*p = k->next;
	json_free(k->expect);
	k->expect = NULL;
	k->next = t->closed;
	t->closed = k;
	if (++t->closed_count < 2 * CLOSED_MAX)
		return;
	/* forget the older half */
	for (last = &t->closed; t->closed_count > CLOSED_MAX;
	    t->closed_count--)
		last = &(*last)->next;
	free_list(*last);
	*last = NULL;
	for (t->closed_count = 0, k = t->closed; k; k = k->next)
		t->closed_count++;
}

/* The open call that an answer is for: by its id, else by name and order. */
static struct emucall **
find(struct emuturn *t, const char *id, const char *name)
{
	struct emucall **p;

	for (p = &t->calls; *p; p = &(*p)->next) {
		if (id ? strcmp((*p)->id, id) == 0 :
		    !name || !*name || strcmp((*p)->name, name) == 0)
			return p;
	}
	return NULL;
}

static bool
was_closed(const struct emuturn *t, const char *id)
{
	const struct emucall *k;

	for (k = t->closed; k; k = k->next)
		if (id && strcmp(k->id, id) == 0)
			return true;
	return false;
}

static void
failed(struct emulator_conn *c, const struct emucall *k,
    const struct json *response)
{
	struct buf want, got;

	c->e->failed++;
	buf_init(&want, 1 << 20);
	buf_init(&got, 1 << 20);
	json_print(k->expect, &want);
	json_print(response, &got);
	emu_conn_tell(c, "got a wrong answer of %s: %.250s wanted, %.250s got",
	    k->name, want.data, got.data);
	buf_done(&want);
	buf_done(&got);
}

/* Checks that the response has every expected member. */
static void
check(struct emulator_conn *c, const struct emucall *k,
    const struct json *response)
{
	const struct json *m;
	struct buf *log;
	bool good = true;

	if (!k->expect)
		return;
	for (m = json_first(k->expect); m; m = json_next(m))
		good &= json_equal(json_get(response, json_key(m)), m);
	if (!good)
		failed(c, k, response);
	if (!(log = emu_conn_log(c, "check")))
		return;
	stream_bool(log, "ok", good);
	stream_str(log, "name", k->name);
	stream_json(log, "wanted", k->expect);
	stream_json(log, "got", response);
	emu_conn_logged(c);
}

static void
log_answer(struct emulator_conn *c, const struct client_event *ev,
    const struct json *response, const char *state)
{
	struct buf *log = emu_conn_log(c, "response");

	if (!log)
		return;
	if (ev->id)
		stream_str(log, "id", ev->id);
	if (ev->name)
		stream_str(log, "name", ev->name);
	stream_str(log, "state", state);
	if (response)
		stream_json(log, "response", response);
	emu_conn_logged(c);
}

static enum emu_call_result
scheduled(const struct client_event *ev)
{
	if (ev->scheduling && strcmp(ev->scheduling, "SILENT") == 0)
		return EMUCALL_SILENT;
	if (ev->scheduling && strcmp(ev->scheduling, "INTERRUPT") == 0)
		return EMUCALL_INTERRUPT;
	return EMUCALL_WHEN_IDLE;
}

/* An answer that belongs to no open call. */
static enum emu_call_result
unasked(struct emulator_conn *c, const struct client_event *ev,
    const struct json *response)
{
	bool closed = was_closed(&c->turn, ev->id);

	log_answer(c, ev, response, closed ? "late" : "unknown");
	/* in recordings Vertex answers these with speech */
	return closed || c->backend == BACKEND_GEMINI ? EMUCALL_IGNORED :
	    EMUCALL_WHEN_IDLE;
}

enum emu_call_result
emu_call_answer(struct emulator_conn *c, const struct client_event *ev,
    struct buf *text)
{
	struct emuturn *t = &c->turn;
	struct json *response = json_get(ev->json, "response");
	struct emucall **p, *k;
	bool async;

	if (!ev->id && c->set.family.tool_ids == TOOL_IDS_NEEDED) {
		emu_conn_invalid(c, "an answer to a call without its id");
		return EMUCALL_IGNORED;
	}
	if (response)
		json_print(response, text);
	talk_add(c->talk, TALK_TEXT, talk_text_tokens(text->len));
	emu_brain_response(c, ev, response);
	p = find(t, ev->id, ev->name);
	if (!p)
		return unasked(c, ev, response);
	k = *p;
	async = k->async;
	check(c, k, response);
	if (async && ev->flag && !c->e->opt.abandon_continue) {
		log_answer(c, ev, response, "more");
		return scheduled(ev);
	}
	log_answer(c, ev, response, "answered");
	close_call(t, p);
	if (async)
		return scheduled(ev);
	return emu_call_blocking(t) ? EMUCALL_MORE : EMUCALL_ALL;
}

void
emu_call_cancel(struct emulator_conn *c, const char *id)
{
	struct emuturn *t = &c->turn;
	struct emucall **p = &t->calls;
	struct json *ids = json_array();
	struct buf *log;

	while (*p) {
		if (id ? strcmp((*p)->id, id) != 0 : !(*p)->id[0]) {
			p = &(*p)->next;
			continue;
		}
		json_add(ids, json_string((*p)->id));
		close_call(t, p);
	}
	if (json_size(ids) > 0) {
		if ((log = emu_conn_log(c, "cancel"))) {
			stream_json(log, "ids", ids);
			emu_conn_logged(c);
		}
		proto_server_tool_cancel(ids, &c->e->out);
		emu_conn_send(c, "toolCallCancellation");
	}
	json_free(ids);
}
