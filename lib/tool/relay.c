/*
 * The two paths through gl-tool.  An end record, a broken output and
 * relay_leave() mean that nobody waits for answers: then open calls are
 * cancelled.  At any other end, even of damaged input, they are finished first.
 */
#include "tool/relay.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/shown.h"
#include "loop/input.h"
#include "loop/loop.h"
#include "loop/output.h"
#include "stream/stream.h"
#include "tool/caller.h"

enum {
	OUT_HOLD = 4 << 20,		/* queued: no more is read */
	OUT_MAX = OUT_HOLD + STREAM_WINDOW_MAX,
	ANSWERS_MAX = 64 << 20,		/* queued for the session */
	SHOWN = 8,			/* times longer, on a terminal */
	SHOWN_MAX = SHOWN << 20,	/* of a record there */
	STALL_MS = 2000,		/* for unread answers at the end */
	LEAVE_MS = 1500,
	POLL_MS = 10,
	LOOK_MS = 2 * POLL_MS		/* at most, between two looks */
};

struct relay {
	struct loop *loop;
	struct caller *caller;
	const char *path;		/* of the answers, or NULL */
	bool terminal;
	const struct relay_ops *ops;
	void *arg;
	struct stream_reader *reader;
	struct input *in;
	struct output *out, *answers;	/* the same without a path */
	bool ended, nobody;		/* nobody waits for answers */
	bool started, followed;		/* a start record came; another one */
	int64_t deadline;		/* after a signal; else 0 */
	int code;
	size_t queued;			/* answers, when last looked at */
	int64_t looked, stalled;	/* when that was; ms without a change */
	bool dropping;			/* answers, which was reported */
	struct buf newest;		/* the record that waits, if any */
	uint64_t newest_at;		/* the last one ends there */
	struct timer end, wait;
};

static void __attribute__((format(printf, 3, 4)))
tell(struct relay *r, int level, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	r->ops->told(r->arg, level, text);
}

/* A record on a terminal. */
static int
show(struct relay *r, const char *line, size_t n)
{
	struct buf rows;
	int left;

	buf_init(&rows, SHOWN_MAX);
	shown_lines(SHOWN_JSON, fd_columns(1), line, n, &rows);
	left = rows.failed ? -1 :
	    output_add(r->out, rows.data, rows.len, NULL, 0);
	buf_done(&rows);
	return left;
}

static int
put_answer(struct relay *r, const char *line, size_t n)
{
	if (r->terminal && r->answers == r->out)
		return show(r, line, n);
	return output_add(r->answers, line, n, NULL, 0);
}

/* Answers go after what is queued; without a reader they are dropped. */
void
relay_answer(struct relay *r, const char *line, size_t n)
{
	if (put_answer(r, line, n) == 0 || r->dropping)
		return;
	r->dropping = true;
	tell(r, 0, "nobody reads the answers: they are dropped");
}

static void
answers_room(void *arg)
{
	struct relay *r = arg;

	r->dropping = false;
}

/* Queues the newest record once the one before it is written: a slow reader
 * should find answers, and not outdated records. */
static void
put_newest(void *arg)
{
	struct relay *r = arg;
	struct output *o = r->answers;

	if (r->newest.len == 0)
		return;
	if ((!output_idle(o) && output_written(o) < r->newest_at) ||
	    put_answer(r, r->newest.data, r->newest.len) == -1) {
		loop_timer(r->loop, &r->wait, loop_now(r->loop) + POLL_MS);
		return;
	}
	r->newest_at = output_written(o) + output_queued(o);
	buf_clear(&r->newest);
}

void
relay_newest(struct relay *r, const char *line, size_t n)
{
	buf_clear(&r->newest);
	buf_add(&r->newest, line, n);
	put_newest(r);
}

/* Whether the answers are written, or nobody reads them.  The time in which
 * this program was stopped, or did not get a processor, is not the reader's. */
static bool
answers_done(struct relay *r)
{
	size_t n = output_queued(r->answers);
	int64_t now = loop_now(r->loop), passed = now - r->looked;

	if (output_idle(r->answers))
		return r->nobody || r->newest.len == 0;
	r->stalled += passed < LOOK_MS ? passed : LOOK_MS;
	r->looked = now;
	if (n != r->queued)
		r->stalled = 0;
	r->queued = n;
	if (r->stalled < STALL_MS)
		return false;
	tell(r, 0, "nobody reads the answers: %zu bytes of them are lost", n);
	return true;
}

void
relay_check(struct relay *r)
{
	if (!r->ended)
		return;
	/* what was begun is finished, if that does not take long */
	if ((r->deadline > 0 && loop_now(r->loop) >= r->deadline) ||
	    (caller_open(r->caller) == 0 && output_idle(r->out) &&
	    answers_done(r)))
		r->ops->over(r->arg, r->code);
	else
		loop_timer(r->loop, &r->end, loop_now(r->loop) + POLL_MS);
}

static void
on_end(void *arg)
{
	relay_check(arg);
}

/* The conversation is over: nobody wants the answers of open calls. */
static void
forget_calls(struct relay *r)
{
	if (caller_open(r->caller) > 0)
		tell(r, 1, "the conversation ended with %zu calls open",
		    caller_open(r->caller));
	caller_cancel_all(r->caller);
	if (r->answers != r->out)
		output_drop(r->answers, true, 1);
}

/* Nothing more is read: open calls are finished first, if anybody waits. */
static void
finish(struct relay *r, int code)
{
	if (r->deadline > 0)
		return;		/* the deadline is already set */
	r->code = r->code != 0 ? r->code : code;
	r->ended = true;
	if (r->nobody)
		forget_calls(r);
	relay_check(r);
}

void
relay_leave(struct relay *r)
{
	r->nobody = r->ended = true;
	forget_calls(r);
	r->deadline = loop_now(r->loop) + LEAVE_MS;
	relay_check(r);
}

/* Nobody reads the stream or the answers any more. */
static void
cut_off(struct relay *r, const char *name, int error)
{
	if (error != 0)
		tell(r, -1, "%s: %s", name, log_reason(error));
	r->nobody = true;
	finish(r, error != 0 ? CODE_IO : 0);
}

static void
out_broken(void *arg, int error)
{
	cut_off(arg, "standard output", error);
}

/* One reader has gone; the others keep the stream. */
static void
answers_broken(void *arg, int error)
{
	struct relay *r = arg;

	if (error != 0)
		cut_off(r, r->path, error);
}

static void *
window(void *arg, size_t *n)
{
	struct relay *r = arg;

	if (r->ended || output_queued(r->out) > OUT_HOLD)
		return NULL;
	return stream_window(r->reader, n);
}

static void
bad_input(struct relay *r, int code, const char *why)
{
	tell(r, -1, "standard input: %s", why);
	finish(r, code);
}

static void
filled(void *arg, size_t n)
{
	struct relay *r = arg;
	struct record rec;
	enum stream_status s;

	stream_filled(r->reader, n);
	while ((s = stream_next(r->reader, &rec)) == STREAM_RECORD) {
		if (r->terminal && rec.payload_len > 0) {
			tell(r, -1, "sound is not for a terminal: pipe the "
			    "stream into gl-play");
			finish(r, CODE_USAGE);
			return;
		}
		/* there is always room for what one window completes */
		if ((r->terminal ? show(r, rec.line, rec.line_len) :
		    output_add(r->out, rec.line, rec.line_len, rec.payload,
		    rec.payload_len)) == -1) {
			cut_off(r, "standard output", ENOBUFS);
			return;
		}
		if (!r->followed && strcmp(rec.type, "start") == 0)
			r->started = true;
		else
			r->followed = true;
		caller_record(r->caller, &rec);
		if (r->ops->words && (strcmp(rec.type, "transcript") == 0 ||
		    strcmp(rec.type, "text") == 0))
			r->ops->words(r->arg);
		if (strcmp(rec.type, "end") == 0)
			r->nobody = true;
	}
	if (s == STREAM_BAD)
		bad_input(r, CODE_DATA, stream_why(r->reader));
}

/* After a stream was read to its end: whether there was anything to do. */
static void
whole(struct relay *r)
{
	if (!r->followed)
		tell(r, 0, "standard input: %s", r->started ?
		    "nothing follows its start record" : "it is empty");
	finish(r, 0);
}

static void
ended(void *arg, int error)
{
	struct relay *r = arg;

	if (error != 0)
		bad_input(r, CODE_IO, log_reason(error));
	else if (stream_end(r->reader) == -1)
		bad_input(r, CODE_DATA, stream_why(r->reader));
	else
		whole(r);
}

struct relay *
relay_open(struct loop *loop, struct caller *caller, const char *answers,
    bool terminal, const struct relay_ops *ops, void *arg)
{
	static const struct input_ops in_ops = { window, filled, ended, NULL };
	static const struct output_ops out_ops = { answers_room, out_broken };
	static const struct output_ops answers_ops = { answers_room,
	    answers_broken };
	struct relay *r = mem_alloc(sizeof(*r));

	r->loop = loop;
	r->caller = caller;
	r->path = answers;
	r->terminal = terminal;
	r->ops = ops;
	r->arg = arg;
	r->end.fire = on_end;
	r->wait.fire = put_newest;
	r->end.arg = r->wait.arg = r;
	buf_init(&r->newest, STREAM_HEAD_MAX);
	r->out = output_fd(loop, 1, terminal ? SHOWN * OUT_MAX : OUT_MAX,
	    &out_ops, r);
	r->answers = answers == NULL ? r->out : output_open(loop, answers,
	    ANSWERS_MAX, &answers_ops, r);
	if (r->answers == NULL) {
		output_close(r->out);
		free(r);
		return NULL;
	}
	r->reader = stream_reader_new();
	r->in = input_fd(loop, 0, &in_ops, r);
	return r;
}

void
relay_close(struct relay *r)
{
	loop_untimer(r->loop, &r->end);
	loop_untimer(r->loop, &r->wait);
	buf_done(&r->newest);
	input_close(r->in);
	stream_reader_free(r->reader);
	if (r->answers != r->out)
		output_close(r->answers);
	output_close(r->out);
	free(r);
}
