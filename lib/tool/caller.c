/*
 * Calls under way.  Each is in one state at a time: waiting for its turn, being
 * asked about, running, or ending after a cancellation.  The ledger has those
 * that still owe an answer; a cancelled one stays here until its processes are
 * gone.
 */
#include "tool/caller.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "tool/ledger.h"
#include "tool/mcp.h"
#include "base/mem.h"
#include "tool/names.h"
#include "base/path.h"
#include "tool/ration.h"
#include "tool/response.h"
#include "tool/result.h"
#include "loop/run.h"
#include "stream/stream.h"
#include "tool/box.h"
#include "base/utf8.h"

enum { CONFIRM_MS = 120000, ENV_MAX = 256, ID_MAX = 64 << 10 };

enum call_state { ASKING, WAITING, RUNNING, ENDING };

struct work {
	struct caller *caller;
	struct ledger_call *call;	/* NULL once answered or cancelled */
	enum call_state state;
	unsigned long serial;
	char *name, *id, *args, *path, *remote;
	struct mcp *mcp;
	struct run *run;		/* of the tool, or of the question */
	int64_t timeout_ms, came;
	char scheduling[16];
	bool nonblocking, ack;
	bool continued;			/* parts of the answer went out */
	bool placed;			/* counts towards --jobs until its
					 * processes are gone */
	struct work *next;
};

struct caller {
	struct loop *loop;
	struct caller_opts o;
	const struct toolbox *box;
	const struct caller_ops *ops;
	void *arg;
	struct ledger *ledger;
	struct ration ration;
	struct work *works;
	size_t n, running;
};

static void start_waiting(struct caller *);

static void
tell(struct caller *c, int level, const char *name, const char *what)
{
	char text[512];

	snprintf(text, sizeof(text), "%.200s: %s", name, what);
	c->ops->told(c->arg, level, text);
}

/* A line of the log. */
static void
write_log(struct caller *c, const struct work *w, const char *event,
    const char *key, const struct json *value)
{
	const struct response_event e = { .event = event, .name = w->name,
	    .id = w->id, .serial = w->serial, .came_ms = w->came, .key = key,
	    .value = value };
	struct buf b;

	if (c->ops->log == NULL)
		return;
	response_log(&b, &e);
	if (!b.failed)
		c->ops->log(c->arg, b.data, b.len);
	buf_done(&b);
}

/* Sends an answer in the form that make() gives it. */
static void
put(struct caller *c, const struct response *r,
    void (*make)(struct buf *, const struct response *))
{
	struct buf b;

	make(&b, r);
	if (!b.failed)
		c->ops->answer(c->arg, b.data, b.len);
	buf_done(&b);
}

static void
work_free(struct work *w)
{
	struct caller *c = w->caller;
	struct work **at;

	for (at = &c->works; *at != w; at = &(*at)->next)
		;
	*at = w->next;
	c->n--;
	if (w->call != NULL)
		ledger_close(c->ledger, w->call);
	if (w->placed)
		c->running--;
	free(w->name);
	free(w->id);
	free(w->args);
	free(w->path);
	free(w->remote);
	free(w);
	if (c->n == 0 && c->ops->idle != NULL)
		c->ops->idle(c->arg);
}

/* The call is over: its answer goes out unless it was cancelled. */
static void
finish(struct work *w, const struct json *response, const struct json *parts)
{
	const struct response r = { .id = w->id, .name = w->name,
	    .response = response, .parts = parts,
	    .scheduling = w->scheduling };
	struct caller *c = w->caller;

	write_log(c, w, "answer", "response", response);
	/* a call acknowledged at once has its result in a turn of its own */
	put(c, &r, w->ack ? response_turn : response_record);
	work_free(w);
	start_waiting(c);
}

static void
fail(struct work *w, const char *why)
{
	struct json *e = result_error(why);

	finish(w, e, NULL);
	json_free(e);
}

/* A line of a NON_BLOCKING tool: a part of its answer. */
static void
on_line(void *arg, const char *p, size_t n)
{
	struct work *w = arg;
	struct response r = { .id = w->id, .name = w->name,
	    .scheduling = w->scheduling, .more = true };
	struct json *j;

	if (w->state != RUNNING || result_trim(p, n) == 0)
		return;
	w->continued = true;
	j = result_printed(p, n);
	write_log(w->caller, w, "part", "response", j);
	r.response = j;
	put(w->caller, &r, response_record);
	json_free(j);
}

static void
on_done(void *arg, const struct run_end *e)
{
	struct work *w = arg;
	struct caller *c = w->caller;
	struct json *j;

	w->run = NULL;
	if (w->state == ENDING) {
		if (e->out_len > 0)
			tell(c, 1, w->name,
			    "an answer after its cancellation was dropped");
		work_free(w);
		start_waiting(c);
		return;
	}
	if (w->continued && e->how == RUN_EXITED && e->code == 0 &&
	    result_trim(e->out, e->out_len) == 0) {
		/* this ends the call without speech */
		snprintf(w->scheduling, sizeof(w->scheduling), "SILENT");
		j = json_object();
	} else {
		j = result_run(e, w->timeout_ms, c->o.out_max);
	}
	finish(w, j, NULL);
	json_free(j);
}

void
caller_mcp_result(struct caller *c, void *call, const char *error,
    const struct json *response, const struct json *parts)
{
	struct work *w = call;

	(void)c;
	if (error != NULL)
		fail(w, error);
	else
		finish(w, response, parts);
}

/* The tool's environment: the base, and two variables of the call's own. */
static int
start_program(struct work *w)
{
	static const struct run_ops plain = { NULL, on_done };
	static const struct run_ops parts = { on_line, on_done };
	const struct caller_opts *o = &w->caller->o;
	const char *argv[] = { w->path, NULL }, *env[ENV_MAX + 3];
	struct run_opts r = { .proc = { .argv = argv, .env = env,
	    .dir = o->dir, .n_limits = o->n_limits,
	    .sandbox = o->sandbox } };
	char *name = mem_printf("GL_TOOL_NAME=%s", w->name);
	char *id = mem_printf("GL_CALL_ID=%s", w->id ? w->id : "");
	size_t n = 0;

	memcpy(r.proc.limits, o->limits, sizeof(r.proc.limits));
	while (n < ENV_MAX && o->env[n] != NULL) {
		env[n] = o->env[n];
		n++;
	}
	env[n++] = name;
	env[n++] = id;
	env[n] = NULL;
	r.input = w->args;
	r.input_len = strlen(w->args);
	r.timeout_ms = w->timeout_ms;
	r.grace_ms = o->grace_ms;
	r.out_max = o->out_max;
	r.err_max = RESULT_ERR_MAX + 4;
	w->run = run_start(w->caller->loop, &r,
	    w->nonblocking ? &parts : &plain, w);
	free(name);
	free(id);
	return w->run == NULL ? -1 : 0;
}

static int
start_mcp(struct work *w)
{
	struct json *args = json_parse(w->args, strlen(w->args), NULL, 0);
	int r = mcp_call(w->mcp, w->remote, args, w, w->timeout_ms);

	json_free(args);
	return r;
}

static void
start(struct work *w)
{
	struct caller *c = w->caller;
	char why[256];

	w->state = RUNNING;
	w->placed = true;
	c->running++;
	if (w->mcp != NULL) {
		if (start_mcp(w) == -1)
			fail(w, "the MCP server of this tool is not running");
	} else if (start_program(w) == -1) {
		snprintf(why, sizeof(why), "cannot run the tool: %s",
		    strerror(errno));
		fail(w, why);
	}
}

static void
start_waiting(struct caller *c)
{
	struct work *w, *first;

	while (c->running < c->o.jobs) {
		/* the list has the newest first */
		first = NULL;
		for (w = c->works; w != NULL; w = w->next)
			if (w->state == WAITING)
				first = w;
		if (first == NULL)
			return;
		start(first);
	}
}

static void
accept_call(struct work *w)
{
	struct response r = { .id = w->id, .name = w->name };
	struct json *j;

	w->state = WAITING;
	if (w->ack) {
		j = json_object();
		json_set(j, "result", json_string("The work goes on; its "
		    "result will follow by itself."));
		r.response = j;
		put(w->caller, &r, response_record);
		json_free(j);
	}
	start_waiting(w->caller);
}

static void
decided(struct work *w, bool yes)
{
	if (w->state == ENDING)
		work_free(w);
	else if (yes)
		accept_call(w);
	else
		fail(w, "the user does not allow this call");
}

static void
program_decided(void *arg, const struct run_end *e)
{
	struct work *w = arg;

	w->run = NULL;
	decided(w, e->how == RUN_EXITED && e->code == 0);
}

void
caller_decide(struct caller *c, unsigned long serial, bool yes)
{
	struct work *w;

	for (w = c->works; w != NULL; w = w->next)
		if (w->serial == serial && w->state == ASKING) {
			decided(w, yes);
			return;
		}
}

void
caller_unasked(struct caller *c, unsigned long serial, const char *why)
{
	struct work *w;
	char text[256];

	for (w = c->works; w != NULL; w = w->next)
		if (w->serial == serial && w->state == ASKING) {
			snprintf(text, sizeof(text),
			    "the user could not be asked: %s", why);
			fail(w, text);
			return;
		}
}

static void
ask_first(struct work *w)
{
	static const struct run_ops ops = { NULL, program_decided };
	struct caller *c = w->caller;
	const char *argv[] = { c->o.confirm_program, w->name, NULL };
	struct run_opts r = { .proc = { .argv = argv }, .input = w->args,
	    .input_len = strlen(w->args), .timeout_ms = CONFIRM_MS,
	    .grace_ms = c->o.grace_ms, .out_max = 4096, .err_max = 4096 };

	w->state = ASKING;
	if (c->o.confirm_program == NULL) {
		c->ops->ask(c->arg, w->serial, w->name, w->args);
		return;
	}
	w->run = run_start(c->loop, &r, &ops, w);
	if (w->run == NULL) {
		tell(c, 0, c->o.confirm_program, strerror(errno));
		fail(w, "the user could not be asked");
	}
}

/* Cancels a call: it gets no answer any more, and its processes end. */
static void
cancel(struct work *w)
{
	struct caller *c = w->caller;
	enum call_state was = w->state;

	if (was == ENDING)
		return;
	write_log(c, w, "cancel", NULL, NULL);
	ledger_close(c->ledger, w->call);
	w->call = NULL;
	w->state = ENDING;
	if (w->run != NULL) {
		run_cancel(w->run);
		return;
	}
	if (was == RUNNING && w->mcp != NULL)
		mcp_cancel(w->mcp, w);
	else if (was == ASKING)
		c->ops->unask(c->arg, w->serial);
	work_free(w);
}

/* Answers a call that was not accepted; reported at a level as log_info's. */
static void
refuse(struct caller *c, int level, const char *id, const char *name,
    const char *why)
{
	struct json *e = result_error(why);
	char known[DECL_NAME_MAX * 2 + 1], *same = mem_str(id);
	const struct response r = { .id = id, .name = known, .response = e };
	struct work w = { .name = known, .id = same, .came = clock_ms() };
	size_t n = strlen(name);

	/* the id identifies the call; a name may be very long */
	if (n >= sizeof(known))
		n = utf8_cut(name, sizeof(known) - 1);
	memcpy(known, name, n);
	known[n] = '\0';
	write_log(c, &w, "refuse", "response", e);
	put(c, &r, response_record);
	json_free(e);
	free(same);
	tell(c, level, known, why);
}

/* Above the turn's ration.  The model gets an answer, so that it does not wait;
 * the user hears of the first, and of the number at the end of the turn. */
static void
left_out(struct caller *c, const char *id, const char *name)
{
	char why[128];

	snprintf(why, sizeof(why), "not run: more than %zu calls in one turn "
	    "(--max-calls)", c->ration.max);
	refuse(c, ration_over(&c->ration) > 1, id, name, why);
}

static void
new_turn(struct caller *c, const char *type)
{
	size_t n = ration_record(&c->ration, type);
	char text[128];

	if (n == 0)
		return;
	snprintf(text, sizeof(text), "calls in this turn: %zu, not run: %zu "
	    "(--max-calls %zu)", c->ration.max + n, n, c->ration.max);
	c->ops->told(c->arg, 0, text);
}

static struct work *
work_new(struct caller *c, const struct tool *t, struct ledger_call *call,
    const struct json *args)
{
	struct work *w = mem_alloc(sizeof(*w));
	struct buf b;

	w->caller = c;
	w->call = call;
	call->work = w;
	w->serial = call->serial;
	w->name = mem_str(call->name);
	w->id = mem_str(call->id);
	/* it is looked up after entering its working folder */
	w->path = c->o.dir != NULL && t->path != NULL ?
	    path_absolute(t->path) : mem_str(t->path);
	w->mcp = t->owner;
	w->remote = mem_str(t->remote);
	w->timeout_ms = t->decl.timeout_ms ? t->decl.timeout_ms :
	    c->o.timeout_ms;
	memcpy(w->scheduling, t->decl.scheduling, sizeof(w->scheduling));
	w->nonblocking = t->decl.nonblocking;
	w->ack = t->decl.ack || names_have(c->o.ack, w->name);
	w->came = clock_ms();
	buf_init(&b, STREAM_HEAD_MAX * 2);
	json_print(args, &b);
	buf_byte(&b, '\n');
	w->args = buf_take(&b, NULL);
	w->next = c->works;
	c->works = w;
	c->n++;
	return w;
}

static void
tool_call(struct caller *c, const struct json *head)
{
	const char *name = json_get_str(head, "name", NULL);
	const char *id = json_get_str(head, "id", NULL);
	struct json *args = json_get(head, "args"), *none = NULL;
	struct ledger_call *call, *old;
	const struct tool *t;
	struct work *w;

	if (name == NULL) {
		tell(c, 0, "tool_call", "without a name: not answered");
		return;
	}
	if (id == NULL && json_type(json_get(head, "id")) > JSON_NULL) {
		tell(c, 0, name, "an id that is not a string: not answered");
		return;
	}
	if (id != NULL && strlen(id) > ID_MAX) {
		tell(c, 0, "tool_call", "an id over 64 KiB: not answered");
		return;
	}
	t = box_find(c->box, name);
	if (t == NULL) {
		if (!c->o.pass_unknown)
			refuse(c, 0, id, name, "no such tool");
		return;
	}
	/* an open call may be reported again */
	if ((id == NULL || ledger_find(c->ledger, id) == NULL) &&
	    !ration_take(&c->ration)) {
		left_out(c, id, name);
		return;
	}
	if (args == NULL || json_type(args) == JSON_NULL)
		args = none = json_object();
	if (json_type(args) != JSON_OBJECT) {
		refuse(c, 0, id, name, "the arguments are not an object");
		return;
	}
	switch (ledger_open(c->ledger, id, name, args, &call, &old)) {
	case LEDGER_REPEAT:
		tell(c, 1, name, "an open call came twice");
		break;
	case LEDGER_FULL:
		refuse(c, 0, id, name, "too many open calls");
		break;
	case LEDGER_REUSED:
		tell(c, 0, name, "the id of an open call is used again; the "
		    "older call was abandoned");
		cancel(old->work);
		/* FALLTHROUGH */
	case LEDGER_NEW:
		w = work_new(c, t, call, args);
		write_log(c, w, "call", "args", args);
		if (t->decl.confirm || names_mean(c->o.confirm, t))
			ask_first(w);
		else
			accept_call(w);
		start_waiting(c);	/* in place of the older one */
		break;
	}
	json_free(none);
}

static void
tool_cancel(struct caller *c, const struct json *head)
{
	const struct json *i = json_first(json_get(head, "ids"));
	struct ledger_call *call;

	for (; i != NULL; i = json_next(i)) {
		if (json_str(i) == NULL)
			continue;
		call = ledger_find(c->ledger, json_str(i));
		if (call != NULL)
			cancel(call->work);
	}
	start_waiting(c);
}

void
caller_record(struct caller *c, const struct record *r)
{
	if (strcmp(r->type, "tool_call") == 0)
		tool_call(c, r->head);
	else if (strcmp(r->type, "tool_cancel") == 0)
		tool_cancel(c, r->head);
	else
		new_turn(c, r->type);
}

struct caller *
caller_new(struct loop *loop, const struct caller_opts *o,
    const struct toolbox *box, const struct caller_ops *ops, void *arg)
{
	struct caller *c = mem_alloc(sizeof(*c));

	c->loop = loop;
	c->o = *o;
	c->ration.max = o->max_calls;
	c->box = box;
	c->ops = ops;
	c->arg = arg;
	c->ledger = ledger_new();
	return c;
}

void
caller_free(struct caller *c)
{
	new_turn(c, "end");
	ledger_free(c->ledger);
	free(c);
}

void
caller_cancel_all(struct caller *c)
{
	struct ledger_call *call;

	while ((call = ledger_first(c->ledger)) != NULL)
		cancel(call->work);
}

size_t
caller_open(const struct caller *c)
{
	return c->n;
}

size_t
caller_groups(const struct caller *c, pid_t *groups, size_t max)
{
	const struct work *w;
	size_t n = 0;

	for (w = c->works; w != NULL && n < max; w = w->next)
		if (w->run != NULL)
			groups[n++] = run_group(w->run);
	return n;
}

void
caller_kill(const struct caller *c)
{
	const struct work *w;

	for (w = c->works; w != NULL; w = w->next)
		if (w->run != NULL)
			proc_kill(run_group(w->run), SIGKILL);
}
