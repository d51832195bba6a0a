/*
 * The session's actions become calls of link, sink and feed, and their events
 * the session's.  An action may not call back into the session; what has to
 * follow one is left to settle(), which runs before each sleep.
 */
#include "dialog/dialog.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "loop/loop.h"
#include "loop/progress.h"
#include "base/mem.h"
#include "proto/client.h"
#include "proto/family.h"
#include "dialog/about.h"
#include "dialog/position.h"
#include "dialog/job.h"
#include "dialog/refusal.h"
#include "dialog/statefile.h"
#include "stream/stream.h"
#include "dialog/trace.h"

enum {
	CONNS = 2,
	AHEAD = 2,		/* messages read of a new connection even while
				 * the output is full: it has to be set up */
	LEAVE_MS = 2000,	/* after a signal, or without a reader */
	STATUS_MAX = 4096,
	SENTENCE = 4096 + 400	/* with a file's name in it */
};

struct dialog_conn {
	struct dialog *dialog;
	int conn;
	struct link *link;
	int messages;		/* that have come on it, up to AHEAD */
};

struct dialog {
	const struct dialog_opts *o;
	struct loop *loop;
	struct source *hook;
	struct session *session;
	struct dialog_conn sides[CONNS];
	struct feed *feed;
	struct sink *sink;
	struct trace *trace;
	struct recording *recording;
	struct position position;	/* in the user's sound */
	int64_t zero;			/* of the records' "t" */
	struct buf more, line;		/* members for a record; and that */
	struct timer tick, leave;
	struct progress *progress;
	struct refusals *refusals;
	bool pump;		/* the session has room again */
	bool held;		/* the output is full */
	bool alone;		/* no input can answer calls any more */
	bool leaving;		/* a signal came, or the reader left */
	bool done;
	bool ended;		/* and so are inputs and output */
	int code;		/* of the session */
	int bad;		/* code of an output that failed */
	bool refused;		/* a call was, and that was reported */
};

static void
tell(void *arg, enum session_level level, const char *text)
{
	struct dialog *t = arg;

	if (t->sink)
		sink_pause_captions(t->sink);
	t->o->tell(level, text);
}

/* Connections. */

static void
on_open(void *arg)
{
	struct dialog_conn *s = arg;
	int64_t now = loop_now(s->dialog->loop);

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

	trace_event(s->dialog->trace, now, s->conn, "refused",
	    http ? http : code, why);
	/* the session may dial into this very slot */
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

/* Reads no more messages while the output is full. */
static void
hold(struct dialog *t, bool held)
{
	int i;

	if (held == t->held)
		return;
	t->held = held;
	for (i = 0; i < CONNS; i++) {
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
		hold(t, true);
	else if (t->held && s->link && s->messages == AHEAD)
		link_pause(s->link);
}

static void
on_room(void *arg)
{
	struct dialog *t = ((struct dialog_conn *)arg)->dialog;

	/* first what waits in the session, then what it keeps waiting */
	session_tick(t->session, loop_now(t->loop));
	t->pump = true;
}

static const struct link_ops link_ops = {
	on_open, on_refused, on_message, on_closed, on_room
};

/* The session's actions. */

static void
dial(void *arg, int conn)
{
	struct dialog *t = arg;
	struct dialog_conn *s = &t->sides[conn];
	char text[512];

	/* a gateway's query may hold a secret */
	snprintf(text, sizeof(text), "connecting to %.*s",
	    (int)strcspn(t->o->link.url, "?"), t->o->link.url);
	trace_event(t->trace, loop_now(t->loop), conn, "dial", 0,
	    text + strlen("connecting to "));
	tell(t, SESSION_INFO, text);
	s->messages = 0;
	s->link = link_open(t->loop, &t->o->link, &link_ops, s);
}

static void
send_message(void *arg, int conn, const char *p, size_t n)
{
	struct dialog *t = arg;

	trace_message(t->trace, loop_now(t->loop), conn, true, p, n);
	if (t->sides[conn].link)
		link_send(t->sides[conn].link, p, n);
}

static void
hangup(void *arg, int conn, int code, const char *reason)
{
	struct dialog *t = arg;

	trace_event(t->trace, loop_now(t->loop), conn, "close", code, reason);
	if (t->sides[conn].link)
		link_close(t->sides[conn].link, code, reason);
}

static void
drop(void *arg, int conn)
{
	struct dialog *t = arg;

	trace_event(t->trace, loop_now(t->loop), conn, "drop", 0, NULL);
	link_free(t->sides[conn].link);
	t->sides[conn].link = NULL;
}

static size_t
queued(void *arg, int conn)
{
	struct dialog *t = arg;

	return t->sides[conn].link ? link_queued(t->sides[conn].link) : 0;
}

/* A call that no input can bring an answer to is to be refused, lest the model
 * wait for ever.  A stream on standard input may answer what was declared; by
 * -i gl-tool or its like answers, and refuses by itself. */
static void
note_call(struct dialog *t, const struct session_out *out)
{
	bool answers = feed_answers(t->feed);

	if (answers && t->o->ninputs > 0)
		return;
	if (refusal_add(t->refusals, session_setup(t->session), out->head,
	    out->head_len, answers)) {
		if (!t->refused)
			tell(t, SESSION_WARN, answers ? "a call of a function "
			    "that is not declared (-T) gets an error" :
			    "a tool's call gets an error: no input is there "
			    "that could answer it (-i, which gl-tool -o "
			    "writes)");
		t->refused = true;
	} else
		tell(t, SESSION_WARN, "the model waits for a tool's answer, "
		    "which only standard input can bring: no other input is "
		    "there (-i)");
}

/* A record of the session's, with what is known only here: its place in the
 * user's sound; when and what the session is. */
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
	recording_record(t->recording, out->type, out->head, out->head_len,
	    out->body, out->body_len, now);
	if (t->o->job)
		job_record(t->o->job, out->type, out->head, out->head_len);
	if (strcmp(out->type, "tool_call") == 0)
		note_call(t, out);
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
	char why[SENTENCE];
	bool saved = statefile_put(t->o->state, state, why, sizeof(why));

	log_tame(why);
	if (*why)
		tell(t, SESSION_ERROR, why);
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
	t->code = code;
}

static const struct session_ops session_ops = {
	.dial = dial, .send = send_message, .hangup = hangup, .drop = drop,
	.queued = queued, .record = record, .tell = tell, .room = room,
	.done = done
};

static struct session *
make_session(struct dialog *t)
{
	struct session_config cfg = t->o->session;
	struct session_ops ops = session_ops;

	if (t->o->state) {
		cfg.state = statefile_get(t->o->state);
		ops.save = save;
		ops.date = date;
	}
	return session_new(&cfg, &ops, t);
}

/* Ending early: no more input, and a limit on what is left to do. */
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

	t->code = CODE_SIGNAL + signo;
	if (t->leaving || t->done)
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
		tell(t, SESSION_ERROR, b.data);
	buf_done(&b);
}

static void
on_broken(void *arg, int error)
{
	struct dialog *t = arg;
	char text[SENTENCE];

	if (error) {
		snprintf(text, sizeof(text), "%s: %s", t->o->sink.name ?
		    t->o->sink.name : "standard output", strerror(error));
		tell(t, SESSION_ERROR, text);
		t->bad = CODE_IO;
	}
	leave(t, error ? CODE_IO : CODE_OK, "output");
}

static const struct sink_ops sink_ops = { on_broken };

/* Inputs. */

/* The session took a record of the user's. */
static void
note_user(struct dialog *t, const struct record *r)
{
	recording_user(t->recording, r, loop_now(t->loop) - t->zero,
	    position_ms(&t->position));
}

/* A record that is neither the service's nor ours goes on to the reader. */
static bool
pass(struct dialog *t, const struct record *r)
{
	struct session_out out = {
		.type = r->type, .head = r->line, .head_len = r->line_len,
		.body = r->payload, .body_len = r->payload_len
	};

	if (sink_full(t->sink))
		return false;
	sink_record(t->sink, &out);
	note_user(t, r);
	return true;
}

static int
input_flags(const struct dialog *t, int how)
{
	return (how & FEED_LIVE ? SESSION_LIVE : 0) |
	    (how & FEED_PLAIN ? SESSION_PLAIN : 0) |
	    (how & FEED_LINE && !t->o->typed ? SESSION_TURNS : 0);
}

static bool
take(void *arg, const struct record *r, int how)
{
	struct dialog *t = arg;

	/* what a loudspeaker plays, 48 kB a second, is for a canceller */
	if (strcmp(r->type, "reference") == 0)
		return true;
	if (!proto_client_takes(r->type) && strcmp(r->type, "played") != 0)
		return pass(t, r);
	if (!session_record(t->session, loop_now(t->loop), r,
	    input_flags(t, how)))
		return false;
	note_user(t, r);
	return true;
}

static bool
take_audio(void *arg, const void *pcm, size_t n, int rate, int how)
{
	struct dialog *t = arg;

	if (!session_audio(t->session, loop_now(t->loop), pcm, n, rate,
	    input_flags(t, how)))
		return false;
	recording_sound(t->recording, pcm, n, rate, loop_now(t->loop) -
	    t->zero, position_ms(&t->position));
	position_sound(&t->position, n / 2, rate);
	return true;
}

static bool
hungry(void *arg)
{
	struct dialog *t = arg;

	return !t->done && session_hungry(t->session);
}

static void
input_end(void *arg)
{
	struct dialog *t = arg;

	session_input_end(t->session, loop_now(t->loop));
}

static void
input_warn(void *arg, const char *name, const char *why)
{
	struct dialog *t = arg;
	char text[SENTENCE];

	snprintf(text, sizeof(text), "%s: %s", name, why);
	tell(t, SESSION_WARN, text);
}

/* An error for batches that ask for one; else a sentence and a record. */
static void
input_silent(void *arg, const char *name, const char *why)
{
	struct dialog *t = arg;
	char text[SENTENCE];
	struct buf b;
	struct session_out out = { .type = "silent" };

	snprintf(text, sizeof(text), "%s: nothing was said: %s", name,
	    why);
	if (t->o->require_speech) {
		tell(t, SESSION_ERROR, text);
		session_spoil(t->session, loop_now(t->loop), CODE_DATA, text);
		return;
	}
	tell(t, SESSION_WARN, text);
	buf_init(&b, 4096);
	stream_head(&b, "silent");
	stream_str(&b, "input", name);
	stream_str(&b, "why", why);
	stream_tail(&b, 0);
	out.head = b.data;
	out.head_len = b.len;
	sink_record(t->sink, &out);
	buf_done(&b);
}

static void
input_bad(void *arg, const char *name, int code, const char *why)
{
	struct dialog *t = arg;
	char text[SENTENCE];

	snprintf(text, sizeof(text), "%s: %s", name, why);
	tell(t, SESSION_ERROR, text);
	session_spoil(t->session, loop_now(t->loop), code, text);
}

/* Where in the input the session is.  Sound that waits in the session counts
 * as sent. */
static enum progress_status
where(void *arg, struct progress_at *at)
{
	struct dialog *t = arg;
	bool file = feed_progress(t->feed, &at->bytes, &at->size);

	if (position_ms(&t->position) > 0)
		at->ms = position_ms(&t->position);
	if (t->o->progress_json)
		return PROGRESS_KNOWN;
	return !file ? PROGRESS_NONE : sink_pause_captions(t->sink) ?
	    PROGRESS_KNOWN : PROGRESS_SOON;
}

static const struct feed_ops feed_ops = {
	take, take_audio, hungry, input_end, input_warn, input_silent, input_bad
};

/* Before each sleep. */

/* The last input that could answer has ended: so nobody will. */
static void
refuse_open(struct dialog *t)
{
	const char *id, *name;
	char text[SENTENCE];
	size_t at = 0;

	t->alone = true;
	while (session_open_call(t->session, &at, &id, &name)) {
		snprintf(text, sizeof(text), "the call of tool %.128s gets an "
		    "error: all inputs that could answer it have ended", name);
		log_tame(text);
		tell(t, SESSION_WARN, text);
		refusal_late(t->refusals, id, name);
		loop_soon(t->loop);
	}
}

/* Answers the calls that nobody else can answer. */
static void
refuse_calls(struct dialog *t)
{
	struct record r;

	while (refusal_next(t->refusals, &r) &&
	    session_record(t->session, loop_now(t->loop), &r, 0)) {
		note_user(t, &r);
		refusal_drop(t->refusals);
		loop_soon(t->loop);
	}
	if (!t->alone && !refusal_next(t->refusals, &r) &&
	    !feed_answers(t->feed))
		refuse_open(t);
}

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

/* The conversation is over: writes what is left.  A trace that nobody reads is
 * waited for a little only. */
static void
wind_up(struct dialog *t)
{
	if (!t->ended) {
		t->ended = true;
		progress_end(t->progress);
		feed_stop(t->feed);
		sink_end(t->sink);
		loop_soon(t->loop);	/* what that has added */
	}
	if (!sink_idle(t->sink))
		return;
	if (trace_idle(t->trace) && recording_idle(t->recording))
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
		hold(t, !t->held);
		t->pump |= !t->held;
		loop_soon(t->loop);
	}
	if (!t->done)
		refuse_calls(t);
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

static void
ready(void *arg, const struct pollfd *pfd, int n)
{
	(void)arg;
	(void)pfd;
	(void)n;
}

static const struct source_ops hook_ops = { settle, ready };

static int
open_inputs(struct dialog *t)
{
	char text[SENTENCE];
	size_t i;

	t->feed = feed_new(t->loop, &t->o->feed, &feed_ops, t);
	for (i = 0; i < t->o->ninputs; i++)
		if (feed_add(t->feed, t->o->inputs[i]) < 0) {
			snprintf(text, sizeof(text), "%s: %s",
			    t->o->inputs[i], strerror(errno));
			t->o->tell(SESSION_ERROR, text);
			return CODE_NOINPUT;
		}
	if (t->o->standard)
		feed_stdin(t->feed, t->o->form);
	return CODE_OK;
}

static int
trace_failed(struct dialog *t, int error)
{
	char text[SENTENCE];

	snprintf(text, sizeof(text), "%s: %s", t->o->trace,
	    log_reason(error));
	t->o->tell(SESSION_ERROR, text);
	return CODE_IO;
}

static int
open_trace(struct dialog *t)
{
	if (!t->o->trace)
		return CODE_OK;
	t->trace = trace_open(t->loop, t->o->trace, loop_now(t->loop));
	return t->trace ? CODE_OK : trace_failed(t, errno);
}

/* A trace that is not whole was still asked for: the code says so where
 * nothing worse does. */
static int
end_trace(struct dialog *t, int code)
{
	int error = trace_error(t->trace);

	if (error) {
		error = trace_failed(t, error);
		return code == CODE_OK ? error : code;
	}
	if (trace_lost(t->trace) || !trace_idle(t->trace))
		tell(t, SESSION_WARN, "--trace: some lines were lost, since "
		    "nobody read them in time");
	return code;
}

static int
recording_failed(struct dialog *t, const char *why)
{
	t->o->tell(SESSION_ERROR, why);
	return CODE_IO;
}

static int
open_recording(struct dialog *t)
{
	char why[SENTENCE];
	int64_t cut;

	if (!t->o->recording.path)
		return CODE_OK;
	t->recording = recording_open(t->loop, &t->o->recording,
	    loop_now(t->loop), &cut, why, sizeof(why));
	if (!t->recording)
		return recording_failed(t, why);
	if (cut > 0) {
		snprintf(why, sizeof(why), "%s: the last record was not "
		    "whole and was taken off", t->o->recording.path);
		t->o->tell(SESSION_WARN, why);
	}
	return CODE_OK;
}

/* The same for a recording. */
static int
end_recording(struct dialog *t, int code)
{
	int error = recording_error(t->recording);
	char why[SENTENCE];

	if (error) {
		snprintf(why, sizeof(why), "%s: %s", t->o->recording.path,
		    log_reason(error));
		recording_failed(t, why);
		return code == CODE_OK ? CODE_IO : code;
	}
	if (recording_lost(t->recording) || !recording_idle(t->recording))
		tell(t, SESSION_WARN, "--record: some records were lost, "
		    "since the disk was too slow");
	return code;
}

/* The first record, of output and recording. */
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

static void
catch_signals(struct dialog *t)
{
	t->tick.fire = on_tick;
	t->leave.fire = on_leave;
	t->tick.arg = t->leave.arg = t;
	loop_signal(t->loop, SIGINT, on_signal, t);
	loop_signal(t->loop, SIGTERM, on_signal, t);
	loop_signal(t->loop, SIGHUP, on_signal, t);
	loop_signal(t->loop, SIGUSR1, on_status, t);
}

static void
free_all(struct dialog *t)
{
	int i;

	if (t->hook)
		loop_remove(t->loop, t->hook);
	loop_untimer(t->loop, &t->tick);
	loop_untimer(t->loop, &t->leave);
	for (i = 0; i < CONNS; i++)
		link_free(t->sides[i].link);
	progress_free(t->progress);
	refusal_free(t->refusals);
	session_free(t->session);
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
	int code, i;

	for (i = 0; i < CONNS; i++) {
		t.sides[i].dialog = &t;
		t.sides[i].conn = i;
	}
	buf_init(&t.more, STREAM_HEAD_MAX);
	buf_init(&t.line, 2 * STREAM_HEAD_MAX);
	t.zero = loop_now(loop);
	t.refusals = refusal_new();
	code = open_inputs(&t);
	if (!code)
		code = open_trace(&t);
	if (!code)
		code = open_recording(&t);
	if (!code) {
		t.sink = sink_new(loop, &o->sink, &sink_ops, &t);
		t.session = make_session(&t);
		catch_signals(&t);
		t.hook = loop_add(loop, &hook_ops, &t);
		if (o->progress)
			t.progress = progress_new(loop, o->progress_json, where,
			    &t);
		begin(&t);
		t.zero = loop_now(loop);
		session_start(t.session, t.zero);
		code = loop_run(loop);
		if (code == CODE_OK)
			code = t.bad;
		code = end_trace(&t, code);
		code = end_recording(&t, code);
	}
	free_all(&t);
	return code;
}
