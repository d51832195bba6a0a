/*
 * The connections of a session, at most two: passes what arrives on them to the
 * session, and what the session sends to them.
 */
#include "dialog/inner.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "dialog/adc.h"

enum {
	AHEAD = 2		/* messages read from a new connection even if
				 * the output is full: it has to be set up */
};

static void
on_open(void *arg)
{
	struct dialog_conn *s = arg;
	int64_t now = loop_now(s->dialog->loop);

	s->dialog->connected = true;
	trace_event(s->dialog->trace, now, s->conn, "open", 0, NULL);
	session_connected(s->dialog->session, now, s->conn);
}

static void
on_refused(void *arg, int http, const char *body, size_t n, int code,
    const char *why)
{
	struct dialog_conn *s = arg;
	struct link *old = s->link;
	int64_t now = loop_now(s->dialog->loop);
	char lack[DIALOG_TEXT];

	/* gl-auth is still looking; but without credentials here, and without
	 * a network to ask for the machine's, they are what is missing */
	if (code == CODE_UNAVAILABLE && s->dialog->o->gl_auth &&
	    !s->dialog->connected && !adc_found(false, lack, sizeof(lack))) {
		code = CODE_CONFIG;
		why = lack;
	}
	trace_event(s->dialog->trace, now, s->conn, "refused",
	    http ? http : code, why);
	/* the session may dial again into this slot */
	s->link = NULL;
	session_retry_after(s->dialog->session, link_retry_after(old));
	session_refused(s->dialog->session, now, s->conn, http, body, n, code,
	    why);
	link_free(old);
}

static void
on_closed(void *arg, int code, const char *reason, const char *why)
{
	struct dialog_conn *s = arg;
	struct link *old = s->link;
	int64_t now = loop_now(s->dialog->loop);

	trace_event(s->dialog->trace, now, s->conn, "closed", code,
	    reason && *reason ? reason : why);
	s->link = NULL;
	session_closed(s->dialog->session, now, s->conn, code, reason, why);
	link_free(old);
}

void
wires_hold(struct dialog *t, bool held)
{
	int i;

	if (held == t->held)
		return;
	t->held = held;
	for (i = 0; i < DIALOG_CONNS; i++) {
		if (t->sides[i].link && held &&
		    t->sides[i].messages == AHEAD)
			link_pause(t->sides[i].link);
		else if (t->sides[i].link)
			link_resume(t->sides[i].link);
	}
	session_hold(t->session, loop_now(t->loop), held);
}

static void
on_message(void *arg, char *p, size_t n)
{
	struct dialog_conn *s = arg;
	struct dialog *t = s->dialog;
	int64_t now = loop_now(t->loop);

	trace_message(t->trace, now, s->conn, false, p, n);
	session_message(t->session, now, s->conn, p, n);
	if (s->messages < AHEAD)
		s->messages++;
	if (!t->held && sink_full(t->sink))
		wires_hold(t, true);
	else if (t->held && s->link && s->messages == AHEAD)
		link_pause(s->link);
}

static void
on_room(void *arg)
{
	struct dialog *t = ((struct dialog_conn *)arg)->dialog;

	/* first what waits in the session, then the inputs it held back */
	session_tick(t->session, loop_now(t->loop));
	t->pump = true;
}

static const struct link_ops link_ops = {
	on_open, on_refused, on_message, on_closed, on_room
};

void
wires_dial(void *arg, int conn)
{
	struct dialog *t = arg;
	struct dialog_conn *s = &t->sides[conn];
	char where[512];

	/* a gateway's query may hold a secret */
	snprintf(where, sizeof(where), "%.*s",
	    (int)strcspn(t->o->link.url, "?"), t->o->link.url);
	trace_event(t->trace, loop_now(t->loop), conn, "dial", 0, where);
	dialog_tell(t, SESSION_INFO, "connecting to %s", where);
	s->messages = 0;
	s->link = link_open(t->loop, &t->o->link, &link_ops, s);
}

void
wires_send(void *arg, int conn, const char *p, size_t n)
{
	struct dialog *t = arg;

	trace_message(t->trace, loop_now(t->loop), conn, true, p, n);
	if (t->sides[conn].link)
		link_send(t->sides[conn].link, p, n);
}

void
wires_hangup(void *arg, int conn, int code, const char *reason)
{
	struct dialog *t = arg;

	trace_event(t->trace, loop_now(t->loop), conn, "close", code, reason);
	if (t->sides[conn].link)
		link_close(t->sides[conn].link, code, reason);
}

void
wires_drop(void *arg, int conn)
{
	struct dialog *t = arg;

	trace_event(t->trace, loop_now(t->loop), conn, "drop", 0, NULL);
	link_free(t->sides[conn].link);
	t->sides[conn].link = NULL;
}

size_t
wires_queued(void *arg, int conn)
{
	struct dialog *t = arg;

	return t->sides[conn].link ? link_queued(t->sides[conn].link) : 0;
}

void
wires_init(struct dialog *t)
{
	int i;

	for (i = 0; i < DIALOG_CONNS; i++) {
		t->sides[i].dialog = t;
		t->sides[i].conn = i;
	}
}

void
wires_free(struct dialog *t)
{
	int i;

	for (i = 0; i < DIALOG_CONNS; i++)
		link_free(t->sides[i].link);
}
