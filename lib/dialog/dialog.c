/*
 * The session's actions become calls of link, sink and feed, and their events
 * become the session's.  An action may not call back into the session; what has
 * to follow one is left to settle(), which runs before each sleep.
 */
#include "dialog/inner.h"

#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/confine.h"
#include "base/log.h"
#include "proto/family.h"
#include "dialog/about.h"
#include "dialog/job.h"
#include "dialog/statefile.h"
#include "dialog/token.h"
#include "stream/stream.h"

enum {
	LEAVE_MS = 2000,	/* to end after a signal, or without a reader */
	STATUS_MAX = 4096
};

void
dialog_tell(struct dialog *t, enum session_level level, const char *fmt, ...)
{
	char text[DIALOG_TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (t->sink)
		sink_pause_captions(t->sink);
	t->o->tell(level, text);
}

static void
tell(void *arg, enum session_level level, const char *text)
{
	dialog_tell(arg, level, "%s", text);
}

/* The session's actions. */

/* Outputs a record of the session, with what is known only here: its position
 * in the user's sound; the date and description of the session. */
static void
record(void *arg, const struct session_out *given)
{
	struct dialog *t = arg;
	struct session_out copy = *given, *out = &copy;
	int64_t now = loop_now(t->loop);

	buf_clear(&t->more);
	position_members(&t->position, out->type, out->head, out->head_len,
	    now - t->zero, &t->more);
	if (strcmp(out->type, "ready") == 0)
		about_members(&t->more, session_setup(t->session),
		    family_backend_name(t->o->session.family->backend),
		    clock_wall_ms());
	if (t->more.len > 0) {
		buf_clear(&t->line);
		about_splice(&t->line, out->head, out->head_len,
		    t->more.data);
		out->head = t->line.data;
		out->head_len = t->line.len;
	}
	sink_record(t->sink, out);
	if (t->stats && strcmp(out->type, "audio") == 0)
		stats_sound(t->stats, false, out->body, out->body_len / 2);
	recording_record(t->recording, out->type, out->head, out->head_len,
	    out->body, out->body_len, now);
	if (t->o->job)
		job_record(t->o->job, out->type, out->head, out->head_len);
	helper_record(t->helper, out->type, out->head, out->head_len);
	if (strcmp(out->type, "tool_call") == 0)
		orphans_note(t, out);
	person_record(t->person, out->type, out->head, out->head_len);
}

static void
tell_person(void *arg, const char *text)
{
	dialog_tell(arg, SESSION_WARN, "%s", text);
}

static void
room(void *arg)
{
	struct dialog *t = arg;

	t->pump = true;
}

static bool
save(void *arg, struct json *state)
{
	struct dialog *t = arg;
	char why[DIALOG_TEXT];
	bool saved = statefile_put(t->o->state, state, why, sizeof(why));

	if (*why)
		dialog_tell(t, SESSION_ERROR, "%s", why);
	return saved;
}

static int64_t
date(void *arg)
{
	(void)arg;
	return clock_wall();
}

static void
done(void *arg, int code)
{
	struct dialog *t = arg;

	t->done = true;
	if (!t->signalled)
		t->code = code;
}

static const struct session_ops session_ops = {
	.dial = wires_dial, .send = wires_send, .hangup = wires_hangup,
	.drop = wires_drop, .queued = wires_queued, .record = record,
	.tell = tell, .room = room, .done = done
};

static struct session *
make_session(struct dialog *t)
{
	struct session_config cfg = t->o->session;
	struct session_ops ops = session_ops;

	ops.date = date;	/* /save uses it too */
	if (t->o->state) {
		cfg.state = statefile_get(t->o->state);
		ops.save = save;
	}
	return session_new(&cfg, &ops, t);
}

/* Ends early: takes no more input, and limits the time for the rest. */
static void
leave(struct dialog *t, int code, const char *reason)
{
	if (t->leaving || t->done)
		return;
	t->leaving = true;
	feed_stop(t->feed);
	loop_timer(t->loop, &t->leave, loop_now(t->loop) + LEAVE_MS);
	session_stop(t->session, loop_now(t->loop), code, reason);
}

static void
on_leave(void *arg)
{
	struct dialog *t = arg;

	loop_stop(t->loop, t->code);
}

static void
on_signal(void *arg, int signo)
{
	struct dialog *t = arg;
	bool again = t->signalled;

	t->signalled = true;
	t->code = CODE_SIGNAL + signo;
	/* Ctrl-C also ends the reader; that is not a second signal */
	if (again || t->done)
		loop_stop(t->loop, t->code);
	else
		leave(t, t->code, "signal");
}

static void
on_status(void *arg, int signo)
{
	struct dialog *t = arg;
	struct buf b;

	(void)signo;
	buf_init(&b, STATUS_MAX);
	session_status(t->session, &b);
	if (b.len)
		dialog_tell(t, SESSION_ERROR, "%s", b.data);
	buf_done(&b);
}

static void
on_broken(void *arg, int error)
{
	struct dialog *t = arg;

	if (error) {
		dialog_tell(t, SESSION_ERROR, "%s: %s", t->o->sink.name ?
		    t->o->sink.name : "standard output", log_reason(error));
		t->bad = CODE_IO;
	}
	leave(t, error ? CODE_IO : CODE_OK, "output");
}

static const struct sink_ops sink_ops = { on_broken };

/* Before each sleep. */

static void
on_tick(void *arg)
{
	struct dialog *t = arg;

	session_tick(t->session, loop_now(t->loop));
}

static void
set_tick(struct dialog *t)
{
	int64_t at = session_deadline(t->session);

	if (at == INT64_MAX)
		loop_untimer(t->loop, &t->tick);
	else if (!t->tick.armed || t->tick.at != at)
		loop_timer(t->loop, &t->tick, at);
}

/* The conversation is over: writes what is left.  Waits only a little for a
 * trace that nobody reads. */
static void
wind_up(struct dialog *t)
{
	if (!t->ended) {
		t->ended = true;
		progress_end(t->progress);
		stats_end(t->stats);
		feed_stop(t->feed);
		sink_end(t->sink);
		loop_soon(t->loop);	/* to write what that added */
	}
	helper_end(t->helper);
	if (!sink_idle(t->sink))
		return;
	if (helper_over(t->helper) && keeping_idle(t))
		loop_stop(t->loop, t->code);
	else if (!t->leave.armed)
		loop_timer(t->loop, &t->leave,
		    loop_now(t->loop) + LEAVE_MS);
}

static int
settle(void *arg, struct pollfd *pfd, int room_left)
{
	struct dialog *t = arg;

	(void)pfd;
	(void)room_left;
	if (t->held != sink_full(t->sink)) {
		wires_hold(t, !t->held);
		t->pump |= !t->held;
		loop_soon(t->loop);
	}
	if (!t->done)
		orphans_settle(t);
	if (t->pump && !t->done) {
		t->pump = false;
		feed_pump(t->feed);
		loop_soon(t->loop);
	}
	set_tick(t);
	if (t->done)
		wind_up(t);
	return 0;
}

static const struct source_ops hook_ops = { settle, NULL };

/* Writes the first record to the output and the recording. */
static void
begin(struct dialog *t)
{
	struct session_out out = { .type = "start" };
	struct buf start;

	buf_init(&start, STREAM_HEAD_MAX);
	buf_clear(&t->more);
	about_members(&t->more, session_setup(t->session),
	    family_backend_name(t->o->session.family->backend),
	    clock_wall_ms());
	buf_clear(&t->line);
	stream_start(&start, t->o->program);
	about_splice(&t->line, start.data, start.len, t->more.data);
	buf_done(&start);
	out.head = t->line.data;
	out.head_len = t->line.len;
	sink_record(t->sink, &out);
	if (t->recording)
		recording_start(t->recording, out.head, out.head_len);
}

/* Confines the process, unless it has to run programs, which would be confined
 * too. */
static void
shut(struct dialog *t)
{
	if (t->o->tool_command != NULL || token_runs(t->o->link.token))
		t->o->tell(SESSION_DEBUG, "not confined: it runs programs");
	else if (confine_self(CONFINE_EXEC, NULL, NULL) == -1)
		t->o->tell(SESSION_INFO, "not confined: this kernel or "
		    "container has no seccomp");
}

static void
catch_signals(struct dialog *t)
{
	t->tick.fire = on_tick;
	t->leave.fire = on_leave;
	t->tick.arg = t->leave.arg = t;
	loop_ends(t->loop, on_signal, t);
	loop_signal(t->loop, SIGUSR1, on_status, t);
}

static void
free_all(struct dialog *t)
{
	if (t->hook)
		loop_remove(t->loop, t->hook);
	loop_untimer(t->loop, &t->tick);
	loop_untimer(t->loop, &t->leave);
	wires_free(t);
	progress_free(t->progress);
	stats_close(t->stats);
	person_free(t->person);
	refusal_free(t->refusals);
	session_free(t->session);
	helper_free(t->helper);
	feed_free(t->feed);
	sink_free(t->sink);
	trace_close(t->trace);
	recording_close(t->recording);
	buf_done(&t->more);
	buf_done(&t->line);
}

int
dialog_run(struct loop *loop, const struct dialog_opts *o)
{
	struct dialog t = { .o = o, .loop = loop };
	int code;

	wires_init(&t);
	buf_init(&t.more, STREAM_HEAD_MAX);
	buf_init(&t.line, 2 * STREAM_HEAD_MAX);
	t.zero = loop_now(loop);
	t.refusals = refusal_new();
	code = inputs_open(&t);
	if (!code)
		code = keeping_open(&t);
	if (!code) {
		t.sink = sink_new(loop, &o->sink, &sink_ops, &t);
		t.session = make_session(&t);
		catch_signals(&t);
		t.hook = loop_add(loop, &hook_ops, &t);
		if (o->progress)
			t.progress = progress_new(loop, o->progress_json,
			    inputs_where,
			    &t);
		t.person = person_new(loop, &o->person, session_setup(
		    t.session), tell_person, &t);
		begin(&t);
		shut(&t);
		t.zero = loop_now(loop);
		session_start(t.session, t.zero);
		code = loop_run(loop);
		if (code == CODE_OK)
			code = t.bad;
		code = keeping_end(&t, code);
	}
	free_all(&t);
	return code;
}
