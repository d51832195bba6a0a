/*
 * A WebSocket connection: the upgrade (wsup.c), frames in decoded by wslay
 * and judged by wsin.c, frames out by wsout.c, and here the phases from the
 * upgrade to the closing handshake.
 *
 * What was queued in a turn of the loop is written just before it sleeps.  No
 * function that the owner calls calls the owner back; the ops are only called
 * from the loop.
 */
#include "net/ws.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/fd.h"
#include "net/httphead.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "net/wsup.h"
#include "net/wsin.h"
#include "net/wsout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wslay/wslay.h>

enum {
	BITE = 65536,		/* bytes read in one turn of the loop: few
				 * enough to stay in the processor's cache */
	FRAME_COST = 16,	/* added for each frame, even an empty one */
	LOW_WATER = 65536,
	UPGRADE_MS = 10000,
	CLOSE_MS = 2000,
	REQUEST_MAX = 65536
};

enum ws_phase {
	UPGRADING,	/* the client waits for the answer */
	OPEN,
	DRAINING,	/* a close frame came or the peer failed: reads on
			 * until the end */
	OVER		/* the connection is closed */
};

struct ws {
	struct loop *loop;
	struct source *source;
	struct io io;
	const struct ws_ops *ops;
	void *arg;
	struct ws_opts opts;
	bool server;
	enum ws_phase phase;
	int busy;		/* depth of calls from the loop */
	bool freed;
	bool paused;
	struct timer deadline;	/* of the upgrade, of the close */
	struct timer kick;	/* work that poll cannot see */

	struct wsup_dial *dial;
	wslay_frame_context_ptr frame;
	struct wsin in;
	bool again, ended;	/* what the last read returned */
	char *early;		/* came with the head */
	size_t early_len, early_off;

	struct wsout *out;
	bool above;		/* above low water, or a send has failed */

	bool failing;		/* the peer broke the rules */
	bool shut;		/* and our direction was shut down */
	bool got_close;
	bool ours;
	int code;
	char reason[WS_REASON_MAX + 1];
	char why[512];
	struct ws_stats stats;
};

static void
kick(struct ws *ws)
{
	loop_timer(ws->loop, &ws->kick, loop_now(ws->loop));
}

static void
set_deadline(struct ws *ws, int ms)
{
	loop_timer(ws->loop, &ws->deadline, loop_now(ws->loop) + ms);
}

static void
set_why(struct ws *ws, const char *text)
{
	if (!*ws->why)
		snprintf(ws->why, sizeof(ws->why), "%s", text);
}

/* --- what the owner calls --- */

int
ws_send(struct ws *ws, bool text, const void *p, size_t n)
{
	size_t max = ws->opts.max_queue;

	if (ws->phase != OPEN)
		return -1;
	if (n > max || wsout_queued(ws->out) > max - n) {
		ws->above = true;
		return -1;
	}
	if (wsout_message(ws->out, text, p, n) == -1)
		return -1;
	ws->stats.messages_out++;
	ws->stats.bytes_out += n;
	if (wsout_queued(ws->out) > ws->opts.low_water)
		ws->above = true;
	return 0;
}

int
ws_raw(struct ws *ws, const void *p, size_t n)
{
	return ws->phase == OPEN ? wsout_raw(ws->out, p, n) : -1;
}

int
ws_ping(struct ws *ws, const void *p, size_t n)
{
	return ws->phase == OPEN ? wsout_ping(ws->out, p, n) : -1;
}

int
ws_pong(struct ws *ws, const void *p, size_t n)
{
	return ws->phase == OPEN ? wsout_pong(ws->out, p, n) : -1;
}

void
ws_close(struct ws *ws, int code, const char *reason)
{
	if (ws->phase == UPGRADING) {
		/* there is nobody to send a close frame to */
		set_why(ws, "closed before the upgrade was answered");
		ws->ours = ws->ended = true;
		kick(ws);
	} else if (ws->phase == OPEN &&
	    wsout_close(ws->out, code, reason ? reason : "") == 0) {
		ws->ours = true;
		set_deadline(ws, ws->opts.close_ms);
	}
}

size_t
ws_queued(const struct ws *ws)
{
	return wsout_queued(ws->out);
}

int64_t
ws_round_trip(const struct ws *ws)
{
	return io_round_trip(&ws->io);
}

void
ws_pause(struct ws *ws)
{
	ws->paused = true;
}

void
ws_resume(struct ws *ws)
{
	if (!ws->paused)
		return;
	ws->paused = false;
	/* wslay or TLS may hold bytes, unseen by poll */
	if (ws->phase == OPEN)
		kick(ws);
}

const struct ws_stats *
ws_stats(const struct ws *ws)
{
	return &ws->stats;
}

/* --- the end --- */

static void
release(struct ws *ws, enum io_how how)
{
	if (ws->phase == OVER)
		return;
	ws->phase = OVER;
	loop_remove(ws->loop, ws->source);
	loop_untimer(ws->loop, &ws->deadline);
	loop_untimer(ws->loop, &ws->kick);
	ws->io.ops->close(ws->io.self, how);
}

static void
destroy(struct ws *ws)
{
	wslay_frame_context_free(ws->frame);
	wsin_done(&ws->in);
	wsout_free(ws->out);
	wsup_dial_free(ws->dial);
	free(ws->early);
	free(ws);
}

void
ws_drop(struct ws *ws, enum io_how how)
{
	if (!ws)
		return;
	release(ws, how);
	ws->freed = true;
	if (!ws->busy)
		destroy(ws);
}

void
ws_free(struct ws *ws)
{
	ws_drop(ws, IO_CLOSE);
}

static void
finish(struct ws *ws, enum ws_how how)
{
	struct ws_end end = { .how = how, .code = ws->code,
	    .reason = ws->reason, .ours = ws->ours, .why = ws->why,
	    .clean = ws->got_close && wsout_closed(ws->out) };

	if (how == WS_LOST)
		end.code = 1006;
	if (how == WS_REFUSED && wsup_dial_head(ws->dial)) {
		end.head = wsup_dial_head(ws->dial);
		end.status = httphead_code(end.head);
		end.body = wsup_dial_body(ws->dial, &end.body_len);
	}
	release(ws, IO_CLOSE);
	if (ws->ops->end)
		ws->ops->end(ws->arg, &end);
}

/* The connection has ended: judges how. */
static void
finish_ended(struct ws *ws)
{
	if (ws->phase == UPGRADING &&
	    wsup_dial_end(ws->dial) == WSUP_DIAL_REFUSED) {
		set_why(ws, wsup_dial_why(ws->dial));
		finish(ws, WS_REFUSED);
	} else if (ws->failing) {
		finish(ws, WS_FAILED);
	} else if (ws->got_close) {
		finish(ws, WS_CLOSED);
	} else {
		set_why(ws, ws->phase == UPGRADING ? "the connection ended "
		    "before the upgrade was answered" :
		    "the connection ended without a close frame");
		finish(ws, WS_LOST);
	}
}

static void
late(struct ws *ws)
{
	/* what the peer sent before is read once the owner resumes */
	if (ws->phase == OPEN && ws->paused && !ws->ours) {
		set_deadline(ws, ws->opts.close_ms);
		return;
	}
	if (ws->phase == UPGRADING && wsup_dial_end(ws->dial) == WSUP_DIAL_MORE)
		snprintf(ws->why, sizeof(ws->why), "the server did not answer "
		    "the WebSocket upgrade within %g s",
		    ws->opts.upgrade_ms / 1000.0);
	else if (ws->phase == OPEN && !wsout_broken(ws->out))
		snprintf(ws->why, sizeof(ws->why), "no close frame came back "
		    "within %g s", ws->opts.close_ms / 1000.0);
	finish_ended(ws);
}

/* Sends the reason, and reads no more frames. */
static void
fail(struct ws *ws, int code, const char *why)
{
	ws->phase = DRAINING;
	ws->failing = true;
	ws->code = code;
	snprintf(ws->why, sizeof(ws->why), "the peer broke the WebSocket "
	    "protocol: %s", why);
	wsout_drop(ws->out);
	wsout_close(ws->out, code, why);
	set_deadline(ws, ws->opts.close_ms);
}

/* --- the way in --- */

static ssize_t
read_early(struct ws *ws, void *p, size_t n)
{
	if (n > ws->early_len - ws->early_off)
		n = ws->early_len - ws->early_off;
	memcpy(p, ws->early + ws->early_off, n);
	ws->early_off += n;
	if (ws->early_off == ws->early_len) {
		free(ws->early);
		ws->early = NULL;
	}
	return (ssize_t)n;
}

static ssize_t
read_some(struct ws *ws, void *p, size_t n)
{
	ssize_t r;

	if (ws->early)
		return read_early(ws, p, n);
	r = ws->io.ops->read(ws->io.self, p, n);
	ws->again = r == IO_AGAIN;
	if (r > 0) {
		ws->stats.last_in = loop_now(ws->loop);
	} else if (!ws->again) {
		ws->ended = true;
		if (r == IO_ERROR)
			set_why(ws, ws->io.ops->why(ws->io.self));
	}
	return r;
}

static ssize_t
on_recv(uint8_t *p, size_t n, int flags, void *arg)
{
	ssize_t r = read_some(arg, p, n);

	(void)flags;
	return r > 0 ? r : -1;
}

static void
keep_early(struct ws *ws, const void *p, size_t n)
{
	if (n == 0)
		return;
	ws->early = mem_copy(p, n);
	ws->early_len = n;
	ws->early_off = 0;
}

static void
got_ping(struct ws *ws)
{
	if (!ws->opts.hold_pong)
		wsout_pong(ws->out, ws->in.control, ws->in.control_len);
	else if (ws->ops->ping)
		ws->ops->ping(ws->arg, ws->in.control, ws->in.control_len);
}

static void
got_close(struct ws *ws)
{
	ws->got_close = true;
	ws->phase = DRAINING;
	ws->code = ws->in.code;
	snprintf(ws->reason, sizeof(ws->reason), "%s",
	    (const char *)ws->in.control + 2);
	snprintf(ws->why, sizeof(ws->why), "the peer closed the connection "
	    "with code %d%s%s", ws->code, *ws->reason ? ": " : "", ws->reason);
	if (wsout_closing(ws->out))
		return;
	wsout_drop(ws->out);
	wsout_close(ws->out, ws->code, "");
	set_deadline(ws, ws->opts.close_ms);
}

static void
got_message(struct ws *ws)
{
	ws->stats.messages_in++;
	ws->stats.bytes_in += ws->in.len;
	if (ws->ops->message)
		ws->ops->message(ws->arg, ws->in.text, ws->in.data,
		    ws->in.len);
	wsin_next(&ws->in);
}

static void
got(struct ws *ws, enum wsin_event event)
{
	switch (event) {
	case WSIN_GOT_MESSAGE:
		got_message(ws);
		break;
	case WSIN_GOT_PING:
		got_ping(ws);
		break;
	case WSIN_GOT_PONG:
		if (ws->ops->pong)
			ws->ops->pong(ws->arg, ws->in.control,
			    ws->in.control_len);
		break;
	case WSIN_GOT_CLOSE:
		got_close(ws);
		break;
	case WSIN_BAD:
		fail(ws, ws->in.code, ws->in.why);
		break;
	case WSIN_MORE:
		break;
	}
}

/* Reads frames, until there are no more or the bite is used up. */
static void
read_frames(struct ws *ws)
{
	struct wslay_frame_iocb iocb;
	struct wsin_frame f;
	size_t eaten = 0;
	ssize_t r;

	while (ws->phase == OPEN && !ws->paused && eaten < BITE) {
		r = wslay_frame_recv(ws->frame, &iocb);
		if (r == WSLAY_ERR_WANT_READ) {
			/* perhaps only a part of a header has come */
			if (ws->again || ws->ended)
				return;
			continue;
		}
		if (r < 0) {
			fail(ws, 1002, "a frame's header is malformed");
			return;
		}
		f.fin = iocb.fin;
		f.masked = iocb.mask;
		f.rsv = iocb.rsv;
		f.opcode = iocb.opcode;
		f.length = iocb.payload_length;
		eaten += iocb.data_length + FRAME_COST;
		got(ws, wsin_take(&ws->in, &f, iocb.data, iocb.data_length));
	}
	if (ws->phase == OPEN && !ws->paused)
		kick(ws);
}

static void
read_rest(struct ws *ws)
{
	char bytes[4096];
	size_t eaten = 0;
	ssize_t r;

	while (eaten < BITE) {
		r = read_some(ws, bytes, sizeof(bytes));
		if (r <= 0)
			return;
		eaten += (size_t)r;
	}
	kick(ws);
}

static void
read_answer(struct ws *ws)
{
	char bytes[4096];
	size_t used;
	ssize_t r;

	while (ws->phase == UPGRADING) {
		r = read_some(ws, bytes, sizeof(bytes));
		if (r <= 0)
			return;
		switch (wsup_dial_feed(ws->dial, bytes, (size_t)r, &used)) {
		case WSUP_DIAL_MORE:
			break;
		case WSUP_DIAL_REFUSED:
			finish_ended(ws);
			break;
		case WSUP_DIAL_UP:
			loop_untimer(ws->loop, &ws->deadline);
			wsout_secret(ws->out, false);
			keep_early(ws, bytes + used, (size_t)r - used);
			ws->phase = OPEN;
			if (ws->ops->open)
				ws->ops->open(ws->arg);
			break;
		}
	}
}

/* --- the loop --- */

/* Whether nothing more has to be read or written. */
static bool
is_through(const struct ws *ws)
{
	if (ws->ended)
		return true;
	/* a server ends the connection, a client waits for that */
	return ws->phase == DRAINING && ws->server && !ws->failing &&
	    wsout_closed(ws->out);
}

static bool
has_room(const struct ws *ws)
{
	return ws->phase == OPEN && ws->above && !wsout_broken(ws->out) &&
	    wsout_queued(ws->out) <= ws->opts.low_water;
}

/* The server ends the connection (RFC 6455 7.1.1), even when it fails it; but
 * what the client still sends is read, since a reset could overtake the close
 * frame. */
static void
half_close(struct ws *ws)
{
	if (!ws->server || !ws->failing || ws->shut ||
	    !wsout_closed(ws->out) || ws->io.ops->shut == NULL)
		return;
	ws->shut = true;
	ws->io.ops->shut(ws->io.self);
}

/* A failed write is not the end while there is something to read: it may be the
 * peer's close frame. */
static void
write_on(struct ws *ws)
{
	if (wsout_broken(ws->out))
		return;
	wsout_pump(ws->out);
	half_close(ws);
	if (!wsout_broken(ws->out))
		return;
	set_why(ws, ws->io.ops->why(ws->io.self));
	kick(ws);
	if (!ws->deadline.armed)
		set_deadline(ws, ws->opts.close_ms);
}

static void
step(void *arg)
{
	struct ws *ws = arg;

	ws->busy++;
	if (ws->phase == UPGRADING && !ws->ended)
		read_answer(ws);
	if (ws->phase == OPEN && !ws->ended)
		read_frames(ws);
	if (ws->phase == DRAINING && !ws->ended)
		read_rest(ws);
	if (ws->phase != OVER)
		write_on(ws);
	if (ws->phase != OVER && is_through(ws))
		finish_ended(ws);
	if (has_room(ws)) {
		ws->above = false;
		if (ws->ops->room)
			ws->ops->room(ws->arg);
	}
	if (--ws->busy == 0 && ws->freed)
		destroy(ws);
}

static void
on_deadline(void *arg)
{
	struct ws *ws = arg;

	ws->busy++;
	late(ws);
	if (--ws->busy == 0 && ws->freed)
		destroy(ws);
}

static int
want(void *arg, struct pollfd *pfd, int room)
{
	struct ws *ws = arg;
	bool reading;

	if (ws->phase == OVER)
		return 0;
	write_on(ws);
	/* only a step can report these */
	if (has_room(ws) || is_through(ws))
		kick(ws);
	reading = !ws->ended && !(ws->paused && ws->phase == OPEN);
	return ws->io.ops->want(ws->io.self, reading, wsout_wants(ws->out),
	    pfd, room);
}

static void
ready(void *arg, const struct pollfd *pfd, int n)
{
	struct ws *ws = arg;

	(void)pfd;
	(void)n;
	wsout_unblock(ws->out);
	step(ws);
}

static const struct source_ops source_ops = { want, ready };

static void
set_defaults(struct ws_opts *o)
{
	if (!o->max_message)
		o->max_message = WS_MESSAGE_MAX;
	if (!o->max_queue)
		o->max_queue = WS_QUEUE_MAX;
	if (!o->low_water)
		o->low_water = LOW_WATER;
	if (!o->upgrade_ms)
		o->upgrade_ms = UPGRADE_MS;
	if (!o->close_ms)
		o->close_ms = CLOSE_MS;
}

static struct ws *
new(struct loop *loop, struct io io, const struct ws_opts *o,
    const struct ws_ops *ops, void *arg, bool server)
{
	static const struct wslay_frame_callbacks callbacks = {
		NULL, on_recv, NULL
	};
	struct ws *ws = mem_alloc(sizeof(*ws));

	ws->loop = loop;
	ws->io = io;
	ws->ops = ops;
	ws->arg = arg;
	ws->opts = *o;
	set_defaults(&ws->opts);
	ws->server = server;
	ws->kick.fire = step;
	ws->kick.arg = ws;
	ws->deadline.fire = on_deadline;
	ws->deadline.arg = ws;
	ws->stats.last_in = loop_now(loop);
	wsin_init(&ws->in, server, ws->opts.max_message);
	ws->out = wsout_new(io, !server);
	if (wslay_frame_context_init(&ws->frame, &callbacks, ws) != 0)
		log_die(CODE_TEMPFAIL, "out of memory");
	ws->source = loop_add(loop, &source_ops, ws);
	return ws;
}

/* The most that the request can take; small, since all of it is wiped. */
static size_t
request_room(const struct ws_opts *o)
{
	size_t n = 1024 + strlen(o->authority) + strlen(o->target), i;

	for (i = 0; o->headers && o->headers[i]; i++)
		n += strlen(o->headers[i]) + 2;
	return n < REQUEST_MAX ? n : REQUEST_MAX;
}

struct ws *
ws_client(struct loop *loop, struct io io, const struct ws_opts *o,
    const struct ws_ops *ops, void *arg)
{
	struct ws *ws = new(loop, io, o, ops, arg, false);
	unsigned char random[16];
	struct buf request;

	crypt_random(random, sizeof(random));
	ws->dial = wsup_dial_new(random, WS_BODY_MAX);
	buf_init(&request, REQUEST_MAX);
	/* it may hold a token: without growing it leaves no copy */
	buf_room(&request, request_room(o));
	wsout_secret(ws->out, true);
	if (wsup_dial_request(ws->dial, &request, o->authority, o->target,
	    o->headers) == 0 &&
	    wsout_bytes(ws->out, request.data, request.len) == 0) {
		set_deadline(ws, ws->opts.upgrade_ms);
	} else {
		set_why(ws, "the upgrade cannot be asked for with these "
		    "headers");
		ws->ended = true;
		kick(ws);
	}
	buf_wipe(&request);
	return ws;
}

struct ws *
ws_server(struct loop *loop, struct io io, const struct httphead *request,
    const void *rest, size_t n, const struct ws_opts *o,
    const struct ws_ops *ops, void *arg)
{
	struct ws *ws = new(loop, io, o, ops, arg, true);
	struct buf response;

	buf_init(&response, REQUEST_MAX);
	wsup_response(&response, request);
	wsout_bytes(ws->out, response.data, response.len);
	buf_done(&response);
	ws->phase = OPEN;
	keep_early(ws, rest, n);
	kick(ws);
	return ws;
}
