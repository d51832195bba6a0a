/*
 * Everything sent on a connection goes through here, and nothing is sent on a
 * dead one.  Rules only ever enqueue: they are carried out between two steps,
 * so no step has to expect the connection to vanish under it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "emulator/conn.h"
#include "base/mem.h"
#include "proto/server.h"
#include "stream/stream.h"
#include "emulator/talk.h"

enum { TODO_MAX = 20000 };	/* pending actions of rules */

bool
emu_conn_alive(const struct emulator_conn *c)
{
	return c->phase != CONN_DEAD;
}

struct buf *
emu_conn_log(struct emulator_conn *c, const char *type)
{
	struct buf *b = &c->e->line;

	if (!c->e->watch.line)
		return NULL;
	buf_clear(b);
	stream_head(b, type);
	stream_int(b, "t", c->e->now);
	stream_int(b, "conn", c->id);
	if (c->talk)
		stream_int(b, "talk", c->talk->id);
	return b;
}

void
emu_conn_logged(struct emulator_conn *c)
{
	struct buf *b = &c->e->line;

	stream_tail(b, 0);
	if (!b->failed)
		c->e->watch.line(c->e->arg, b->data, b->len);
}

void
emu_conn_send(struct emulator_conn *c, const char *what)
{
	struct buf *b = &c->e->out, *log;

	if (emu_conn_alive(c) && !b->failed && b->len > 0) {
		if ((log = emu_conn_log(c, "sent"))) {
			stream_str(log, "what", what);
			stream_int(log, "size", (int64_t)b->len);
			emu_conn_logged(c);
		}
		c->ops.send(c->arg, b->data, b->len, false);
	}
	buf_clear(b);
}

void
emu_conn_send_text(struct emulator_conn *c, const char *p, size_t n)
{
	struct buf *log;

	if (!emu_conn_alive(c))
		return;
	if ((log = emu_conn_log(c, "sent"))) {
		stream_str(log, "what", "scenario");
		stream_int(log, "size", (int64_t)n);
		emu_conn_logged(c);
	}
	c->ops.send(c->arg, p, n, true);
}

/* The connection is over for the core: its conversation can be resumed. */
static void
let_go(struct emulator_conn *c)
{
	c->phase = CONN_DEAD;
	c->turn.next = -1;
	if (c->talk && c->talk->holder == c)
		talk_release(c->e->talks, c->talk, c->e->now);
	c->talk = NULL;
}

void
emu_conn_tell(struct emulator_conn *c, const char *fmt, ...)
{
	char text[700];
	va_list ap;
	int n;

	if (!c->e->watch.told)
		return;
	n = snprintf(text, sizeof(text), "connection %u ", c->id);
	va_start(ap, fmt);
	vsnprintf(text + n, sizeof(text) - (size_t)n, fmt, ap);
	va_end(ap);
	c->e->watch.told(c->e->arg, text);
}

void
emu_conn_close(struct emulator_conn *c, int code, const char *reason,
    const char *why)
{
	struct buf *log;

	if (!emu_conn_alive(c))
		return;
	if ((log = emu_conn_log(c, "close"))) {
		stream_int(log, "code", code);
		stream_str(log, "reason", reason);
		if (why)
			stream_str(log, "why", why);
		emu_conn_logged(c);
	}
	if (why)
		emu_conn_tell(c, "is closed with %d: %s", code, why);
	let_go(c);
	c->ops.close(c->arg, code, reason);
}

void
emu_conn_invalid(struct emulator_conn *c, const char *why)
{
	emu_conn_close(c, 1007, "Request contains an invalid argument.", why);
}

void
emu_conn_fault(struct emulator_conn *c, enum emulator_fault fault,
    const void *p,
    int64_t n)
{
	if (!emu_conn_alive(c))
		return;
	if (fault <= EMULATOR_HALF_OPEN)
		let_go(c);
	if (c->ops.fault)
		c->ops.fault(c->arg, fault, p, n);
	else if (fault != EMULATOR_PONG && fault != EMULATOR_SLOW)
		c->ops.close(c->arg, 0, "");
}

/* Adds a rule to the list, after those that are due at the same time. */
static void
enqueue(struct emulator_conn *c, const struct rule *r, int64_t at,
    const char *id)
{
	struct todo **p = &c->todo, *t;
	struct buf *log;

	if (c->todo_count == TODO_MAX) {
		if ((log = emu_conn_log(c, "dropped"))) {
			stream_int(log, "line", (int64_t)r->line);
			emu_conn_logged(c);
		}
		return;
	}
	c->todo_count++;
	t = mem_alloc(sizeof(*t));
	while (*p && (*p)->at <= at)
		p = &(*p)->next;
	*t = (struct todo){ .rule = r, .at = at, .next = *p };
	t->id = mem_str(id);
	*p = t;
}

bool
emu_conn_fire(struct emulator_conn *c, enum scenario_on on, const char *text,
    const char *id)
{
	struct scenario_event ev = { .on = on, .conn = c->id, .text = text };
	const struct rule *r;
	bool answers = false;
	size_t pos = 0;
	int64_t after;

	ev.nth = ++c->seen[on];
	if (!scenario_any(c->e->scenario, on))
		return false;
	while ((r = scenario_next(c->e->scenario, &pos, &ev, &c->e->random,
	    &after))) {
		enqueue(c, r, c->e->now + after, id);
		answers |= scenario_answers(r->act);
	}
	return answers;
}

struct todo *
emu_conn_due(struct emulator_conn *c)
{
	struct todo *t = c->todo;

	if (!t || t->at > c->e->now)
		return NULL;
	c->todo = t->next;
	c->todo_count--;
	return t;
}

void
emu_conn_todo_free(struct todo *t)
{
	free(t->id);
	free(t);
}

void
emu_conn_update(struct emulator_conn *c, bool resumable)
{
	const char *handle = NULL;
	int64_t index = -1, all;

	if (!c->set.resumption || !c->talk)
		return;
	if (resumable) {
		/* proto3 omits a zero */
		index = c->settled + c->e->opt.index_base - 1;
		all = c->talk->now.received;
		c->talk->now.received = c->settled_all;
		handle = talk_handle(c->talk, &c->e->random);
		c->talk->now.received = all;
	}
	c->updated = c->received;
	c->update_at = -1;
	proto_server_resumption(handle, resumable,
	    c->set.transparent && index > 0 ? index : -1, &c->e->out);
	emu_conn_send(c, "sessionResumptionUpdate");
}

void
emu_conn_done(struct emulator_conn *c)
{
	struct todo *t;

	let_go(c);
	while ((t = c->todo)) {
		c->todo = t->next;
		emu_conn_todo_free(t);
	}
}
