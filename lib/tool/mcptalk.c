/*
 * Our requests have numbers; those of tools/call are in a list until their
 * answer, a time limit, a cancellation or the server's end settles them.
 */
#include "tool/mcptalk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "loop/loop.h"
#include "tool/mcptool.h"
#include "tool/rpc.h"

enum { PAGES = 64, TOOLS = 4096, LIST_MS = 1000 };

struct request {
	int64_t number, token;	/* token: of its progress */
	bool as_task;
	char *task;		/* once it is known */
	void *call;
	struct timer limit;
	int64_t timeout_ms, latest;	/* of the limit with progress */
	struct mcptalk *talk;
	struct request *next;
};

struct mcptalk {
	struct loop *loop;
	const struct mcptalk_ops *ops;
	void *arg;
	struct buf line;
	struct json *list;	/* tools, while pages come, */
	size_t list_size;	/* of so many bytes */
	struct json *tasks;	/* names that are called as tasks */
	struct request *requests;
	size_t n_requests;
	int64_t next_number;
	int64_t pending;	/* number of initialize or tools/list, or 0 */
	bool initialized;
	bool dirty;		/* the list has changed since we asked */
	bool noisy;		/* its output was not all JSON; reported */
	bool closed;
	int pages;
	struct timer timer;	/* answer to pending */
	struct timer again;	/* the next tools/list */
	int64_t listed;		/* when the last one was begun */
};

static void on_limit(void *);

/* Sends {"jsonrpc", "id"?, "method", "params"?}; takes params. */
static int
send_message(struct mcptalk *m, int64_t number, const char *method,
    struct json *params)
{
	struct buf b;
	int r;

	buf_init(&b, MCP_LINE_MAX);
	rpc_call(&b, number, method, params);
	r = b.failed ? -1 : m->ops->send(m->arg, &b);
	buf_done(&b);
	return r;
}

static void
ask(struct mcptalk *m, const char *method, struct json *params)
{
	if (m->closed) {
		json_free(params);
		return;
	}
	m->pending = ++m->next_number;
	send_message(m, m->pending, method, params);
	loop_timer(m->loop, &m->timer, clock_ms() + MCP_INIT_MS);
}

static void
ask_tools(struct mcptalk *m, const char *cursor)
{
	struct json *params = json_object();

	if (cursor != NULL)
		json_set(params, "cursor", json_string(cursor));
	m->pages = cursor != NULL ? m->pages + 1 : 0;
	if (cursor == NULL) {
		m->dirty = false;
		m->listed = clock_ms();
	}
	ask(m, "tools/list", params);
}

static void
on_again(void *arg)
{
	ask_tools(arg, NULL);
}

/* The list has changed: it is requested, but not all the time, whatever the
 * server says. */
static void
changed(struct mcptalk *m)
{
	m->dirty = true;
	/* otherwise when the pending answer has come */
	if (m->initialized && m->pending == 0 && !m->again.armed)
		loop_timer(m->loop, &m->again, m->listed + LIST_MS);
}

static void
initialize(struct mcptalk *m)
{
	struct json *p = json_object(), *info;

	json_set(p, "protocolVersion", json_string("2025-11-25"));
	json_set(p, "capabilities", json_object());
	info = json_set(p, "clientInfo", json_object());
	json_set(info, "name", json_string("gl-tool"));
	json_set(info, "version", json_string(GL_VERSION));
	ask(m, "initialize", p);
}

/* Takes a request out of the list and frees it; returns its call. */
static void *
settle(struct mcptalk *m, struct request *q)
{
	struct request **at;
	void *call = q->call;

	for (at = &m->requests; *at != q; at = &(*at)->next)
		;
	*at = q->next;
	m->n_requests--;
	loop_untimer(m->loop, &q->limit);
	free(q->task);
	free(q);
	return call;
}

static void
fail(struct mcptalk *m, struct request *q, const char *error)
{
	struct mcptool_result r = { .error = error };
	void *call = settle(m, q);

	m->ops->result(m->arg, call, &r);
}

static void
cancel_task(struct mcptalk *m, const char *id)
{
	send_message(m, ++m->next_number, "tasks/cancel",
	    mcptool_task_params(id));
}

/* Tells the server that nobody is waiting any more. */
static void
withdraw(struct mcptalk *m, const struct request *q, const char *reason)
{
	struct json *p;

	if (q->task != NULL) {
		cancel_task(m, q->task);
		return;
	}
	p = json_object();
	json_set(p, "requestId", json_integer(q->number));
	json_set(p, "reason", json_string(reason));
	send_message(m, 0, "notifications/cancelled", p);
}

/* A task was begun: its result is requested, and comes when it has ended. */
static void
await_task(struct mcptalk *m, struct request *q, const char *id)
{
	q->task = mem_str(id);
	q->number = ++m->next_number;
	if (send_message(m, q->number, "tasks/result",
	    mcptool_task_params(id)) == -1)
		fail(m, q, "the MCP server does not read");
}

static void
call_answered(struct mcptalk *m, struct request *q, const struct json *message)
{
	const char *id = mcptool_task_id(message);
	const struct json *error = json_get(message, "error");
	struct mcptool_result r;
	char text[1024];
	void *call;

	if (q->as_task && q->task == NULL && id != NULL) {
		await_task(m, q, id);
		return;
	}
	if (error != NULL) {
		mcptool_why(json_get_str(error, "message", NULL), text,
		    sizeof(text));
		fail(m, q, text);
		return;
	}
	mcptool_answer(json_get(message, "result"), &r, text, sizeof(text));
	call = settle(m, q);
	m->ops->result(m->arg, call, &r);
	json_free(r.response);
	json_free(r.parts);
}

/* The server is unusable: reported once, and nothing more is requested. */
static void
refuse(struct mcptalk *m, const char *text)
{
	mcptalk_close(m);
	m->ops->told(m->arg, MCP_GONE, text);
	m->ops->give_up(m->arg, true);
}

/* So is one without a valid answer to initialize or tools/list. */
static void
refuse_answer(struct mcptalk *m, const char *why)
{
	char text[256];

	snprintf(text, sizeof(text), "its answer to %s cannot be used: %s",
	    m->initialized ? "tools/list" : "initialize", why);
	refuse(m, text);
}

/* A page of tools/list, n bytes of text. */
static void
page(struct mcptalk *m, const struct json *result, size_t n)
{
	const struct json *t = json_get(result, "tools");
	const char *cursor = json_get_str(result, "nextCursor", NULL);

	if (json_type(t) != JSON_ARRAY) {
		refuse_answer(m, "it has no list \"tools\"");
		return;
	}
	if (m->list == NULL) {
		m->list_size = 0;
		m->list = json_array();
		json_free(m->tasks);
		m->tasks = json_object();
	}
	m->list_size += n;
	if (m->list_size > MCP_LINE_MAX) {
		refuse_answer(m, "its pages are over 16 MiB");
		return;
	}
	for (t = json_first(t); t != NULL && json_size(m->list) < TOOLS;
	    t = json_next(t)) {
		json_add(m->list, json_copy(t));
		if (mcptool_task_needed(t))
			json_set(m->tasks, json_get_str(t, "name", ""),
			    json_bool(true));
	}
	if (cursor != NULL && t == NULL && m->pages < PAGES) {
		ask_tools(m, cursor);
		return;
	}
	m->ops->tools(m->arg, m->list);
	json_free(m->list);
	m->list = NULL;
	if (m->dirty)
		changed(m);
}

/* The answer to initialize or to a page of tools/list, n bytes of text. */
static void
pending_answered(struct mcptalk *m, const struct json *message, size_t n)
{
	const struct json *result = json_get(message, "result");

	m->pending = 0;
	loop_untimer(m->loop, &m->timer);
	if (json_get(message, "error") != NULL) {
		refuse(m, json_get_str(json_get(message, "error"), "message",
		    "it refuses to begin"));
	} else if (result == NULL) {
		refuse_answer(m, "it has neither a result nor an error");
	} else if (json_type(result) != JSON_OBJECT) {
		refuse_answer(m, "its result is not an object");
	} else if (m->initialized) {
		page(m, result, n);
	} else {
		m->initialized = true;
		send_message(m, 0, "notifications/initialized", NULL);
		ask_tools(m, NULL);
	}
}

/* A request from the server: ping is answered, nothing else is offered. */
static void
server_request(struct mcptalk *m, const struct json *message,
    const char *method)
{
	const struct json *id = json_get(message, "id");
	struct buf b;

	buf_init(&b, MCP_LINE_MAX);
	if (strcmp(method, "ping") == 0)
		rpc_result(&b, id, json_object());
	else
		rpc_error(&b, id, RPC_NO_METHOD, "not offered");
	if (!b.failed)
		m->ops->send(m->arg, &b);
	buf_done(&b);
}

static struct request *
find(struct mcptalk *m, int64_t number)
{
	struct request *q;

	for (q = m->requests; q != NULL; q = q->next)
		if (q->number == number)
			break;
	return q;
}

/* Our ids and tokens are numbers, so a string is none of them. */
static bool
ours(const struct json *j, int64_t *number)
{
	return json_type(j) == JSON_NUMBER && json_int(j, number) == 0;
}

/* A sign of life: the time limit starts again, within bounds. */
static void
progress(struct mcptalk *m, const struct json *p)
{
	int64_t number, at;
	struct request *q;
	char text[400];

	if (!ours(json_get(p, "progressToken"), &number))
		return;
	for (q = m->requests; q != NULL && q->token != number; q = q->next)
		;
	if (q == NULL)
		return;
	at = clock_ms() + q->timeout_ms;
	if (q->timeout_ms > 0)
		loop_timer(m->loop, &q->limit, at < q->latest ? at : q->latest);
	snprintf(text, sizeof(text), "progress %g of %g %s",
	    json_num(json_get(p, "progress"), 0),
	    json_num(json_get(p, "total"), 0), json_get_str(p, "message", ""));
	m->ops->told(m->arg, MCP_NOTE, text);
}

static void
notification(struct mcptalk *m, const char *method, const struct json *params)
{
	if (strcmp(method, "notifications/progress") == 0)
		progress(m, params);
	else if (strcmp(method, "notifications/tools/list_changed") == 0)
		changed(m);
}

/* A line that is not a valid message: if it is a pending answer it fails that
 * request, and otherwise it is noise. */
static void
no_message(struct mcptalk *m, const char *p, size_t n, const char *why)
{
	struct request *q = NULL;
	int64_t number = 0;
	char text[200];

	if (rpc_answers(p, n, &number))
		q = find(m, number);
	if (q != NULL) {
		snprintf(text, sizeof(text), "the MCP server's answer cannot "
		    "be used: %s", why);
		fail(m, q, text);
	} else if (number > 0 && number == m->pending) {
		refuse_answer(m, why);
	} else if (!m->noisy) {
		m->ops->told(m->arg, MCP_TROUBLE, "a line that is not JSON on "
		    "its output");
		m->noisy = true;
	}
}

static void
one_message(struct mcptalk *m, const char *p, size_t n)
{
	char why[128];
	struct json *j = json_parse(p, n, why, sizeof(why));
	const char *method = json_get_str(j, "method", NULL);
	struct request *q;
	int64_t number;

	if (j == NULL) {
		no_message(m, p, n, why);
	} else if (method != NULL && json_get(j, "id") != NULL) {
		server_request(m, j, method);
	} else if (method != NULL) {
		notification(m, method, json_get(j, "params"));
	} else if (ours(json_get(j, "id"), &number) &&
	    number > 0 && number <= m->next_number) {
		q = find(m, number);
		if (q != NULL)
			call_answered(m, q, j);
		else if (number == m->pending)
			pending_answered(m, j, n);
		else if (mcptool_task_id(
		    j) != NULL)	/* of a cancelled call */
			cancel_task(m, mcptool_task_id(j));
	}
	json_free(j);
}

/* An answer may have come while we were stopped. */
static void
on_limit(void *arg)
{
	struct request *q = arg;
	struct mcptalk *m = q->talk;
	int64_t number = q->number;

	m->ops->read(m->arg);
	q = find(m, number);
	if (q == NULL)
		return;
	withdraw(m, q, "time limit");
	fail(m, q, "no answer within the time limit");
}

/* No answer to initialize or tools/list. */
static void
on_timer(void *arg)
{
	struct mcptalk *m = arg;

	mcptalk_close(m);
	m->ops->told(m->arg, MCP_TROUBLE, "no answer within 30 s");
	m->ops->give_up(m->arg, false);
}

struct mcptalk *
mcptalk_new(struct loop *loop, const struct mcptalk_ops *ops, void *arg)
{
	struct mcptalk *m = mem_alloc(sizeof(*m));

	m->loop = loop;
	m->ops = ops;
	m->arg = arg;
	m->timer.fire = on_timer;
	m->again.fire = on_again;
	m->timer.arg = m->again.arg = m;
	buf_init(&m->line, MCP_LINE_MAX);
	initialize(m);
	return m;
}

void
mcptalk_free(struct mcptalk *m)
{
	if (m == NULL)
		return;
	mcptalk_drop(m);
	buf_done(&m->line);
	json_free(m->list);
	json_free(m->tasks);
	free(m);
}

int
mcptalk_feed(struct mcptalk *m, const char *p, size_t n)
{
	size_t before = m->line.len, at = 0, from;
	const char *nl;

	buf_add(&m->line, p, n);
	if (m->line.failed) {
		if (m->pending != 0)
			refuse_answer(m, "it is over 16 MiB");
		else
			m->ops->told(m->arg, MCP_TROUBLE, "a message over 16 "
			    "MiB");
		return -1;
	}
	for (from = before; (nl = memchr(m->line.data + from, '\n',
	    m->line.len - from)) != NULL; from = at) {
		if (nl > m->line.data + at)
			one_message(m, m->line.data + at,
			    (size_t)(nl - m->line.data) - at);
		at = (size_t)(nl - m->line.data) + 1;
	}
	buf_drop(&m->line, at);
	return 0;
}

void
mcptalk_close(struct mcptalk *m)
{
	m->closed = true;
	/* a late answer must not start anything */
	m->pending = 0;
	loop_untimer(m->loop, &m->timer);
	loop_untimer(m->loop, &m->again);
}

void
mcptalk_drop(struct mcptalk *m)
{
	mcptalk_close(m);
	while (m->requests != NULL)
		settle(m, m->requests);
}

void
mcptalk_fail(struct mcptalk *m, const char *error)
{
	while (m->requests != NULL)
		fail(m, m->requests, error);
}

int
mcptalk_call(struct mcptalk *m, const char *tool, const struct json *args,
    void *call, int64_t timeout_ms)
{
	struct json *p;
	struct request *q;

	if (!m->initialized || m->n_requests >= MCP_CALLS)
		return -1;
	p = json_object();
	json_set(p, "name", json_string(tool));
	json_set(p, "arguments", args ? json_copy(args) : json_object());
	json_set(json_set(p, "_meta", json_object()), "progressToken",
	    json_integer(m->next_number + 1));
	q = mem_alloc(sizeof(*q));
	q->talk = m;
	q->call = call;
	q->number = q->token = ++m->next_number;
	q->as_task = json_get(m->tasks, tool) != NULL;
	if (q->as_task)
		json_set(p, "task", json_object());
	if (send_message(m, q->number, "tools/call", p) == -1) {
		free(q);
		return -1;
	}
	q->limit.fire = on_limit;
	q->limit.arg = q;
	q->timeout_ms = timeout_ms;
	q->latest = clock_ms() + timeout_ms * MCP_LONGER;
	if (timeout_ms > 0)
		loop_timer(m->loop, &q->limit, clock_ms() + timeout_ms);
	q->next = m->requests;
	m->requests = q;
	m->n_requests++;
	return 0;
}

void
mcptalk_cancel(struct mcptalk *m, void *call)
{
	struct request *q;

	for (q = m->requests; q != NULL; q = q->next)
		if (q->call == call)
			break;
	if (q == NULL)
		return;
	withdraw(m, q, "cancelled by the model");
	settle(m, q);
}
