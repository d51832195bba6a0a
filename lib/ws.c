/*
 * A WebSocket connection.  wslay codes the frames, wsin.c judges them, here
 * are the upgrade, the queue and the closing handshake.
 *
 * Everything goes out through one fixed buffer, written to the connection just
 * before the loop sleeps or when it is full: many small messages become one
 * write, and a write that TLS wants repeated finds its bytes where they were.
 * What the buffer does not take waits in a list.  Nothing that the owner calls
 * calls the owner back; the ops are called from the loop only.
 */
#include "ws.h"
#include "buf.h"
#include "crypt.h"
#include "fd.h"
#include "httpbody.h"
#include "httphead.h"
#include "log.h"
#include "loop.h"
#include "mem.h"
#include "utf8.h"
#include "wsin.h"
#include "wsup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wslay/wslay.h>

enum {
	OUT_SIZE = 65536,
	HEADER_MAX = 14,	/* of a frame */
	BITE = 262144,		/* bytes read in one turn of the loop */
	LOW_WATER = 65536,
	UPGRADE_MS = 10000,
	CLOSE_MS = 2000,
	FAILED_MS = 500,	/* a server's wait for a client that it failed */
	INTERIM_MAX = 8		/* answers 1xx before the 101 */
};

enum phase {
	UPGRADING,	/* the client waits for the 101 */
	REFUSING,	/* and gets a body instead */
	OPEN,
	DRAINING,	/* the last word has been said: reads until the end */
	OVER		/* the connection is closed */
};

/* A message that waits, or what is left of it. */
struct pending {
	struct pending *next;
	bool text, raw;
	bool begun;		/* its header has gone out */
	size_t total;		/* payload of the message */
	size_t len;		/* bytes here, of them */
	size_t off;		/* gone out */
	char data[];
};

/* A control frame that waits; a newer one takes its place. */
struct control {
	bool set;
	size_t len;
	unsigned char data[WSIN_CONTROL_MAX];
};

struct ws {
	struct loop *loop;
	struct source *source;
	struct io io;
	const struct ws_ops *ops;
	void *arg;
	struct ws_opts opts;
	wslay_frame_context_ptr frame;
	bool server;
	enum phase phase;
	int busy;		/* depth of calls from the loop */
	bool freed;
	bool paused;
	struct timer deadline;	/* of the upgrade, of the close */
	struct timer kick;	/* work that poll cannot see */

	struct wsin in;
	bool again, ended;	/* what the last read came to */
	char *early;		/* came with the head */
	size_t early_len, early_off;

	unsigned char *out;
	size_t out_start, out_end;
	bool blocked;		/* the connection takes nothing now */
	bool broken;		/* and never will */
	struct pending *head, **tail;
	size_t waiting;		/* bytes in the list */
	bool above;		/* over the low water, or a send has failed */
	struct control ping, pong, close;
	bool close_sent;
	bool failing;
	bool got_close;
	bool ours;
	struct crypt_pool pool;

	char key[WSUP_KEY_LEN + 1];
	struct httphead *answer;
	struct httpbody body;
	int interim;

	int code;
	char reason[WS_REASON_MAX + 1];
	char why[512];
	struct ws_stats stats;
};

/* --- the way out --- */

static size_t
buffered(const struct ws *ws)
{
	return ws->out_end - ws->out_start;
}

static void
set_broken(struct ws *ws)
{
	if (!*ws->why)
		snprintf(ws->why, sizeof(ws->why), "%s",
		    ws->io.ops->why(ws->io.self));
	ws->broken = true;
	ws->out_start = ws->out_end = 0;
}

/* Writes what the connection takes.  The rest stays where it is. */
static void
flush(struct ws *ws)
{
	ssize_t r;

	while (!ws->blocked && !ws->broken && ws->out_start < ws->out_end) {
		r = ws->io.ops->write(ws->io.self, ws->out + ws->out_start,
		    buffered(ws));
		if (r > 0)
			ws->out_start += (size_t)r;
		else if (r == IO_AGAIN)
			ws->blocked = true;
		else
			set_broken(ws);
	}
	if (ws->out_start < ws->out_end)
		return;
	/* the request may hold a token */
	if (ws->phase == UPGRADING)
		mem_wipe(ws->out, ws->out_end);
	ws->out_start = ws->out_end = 0;
}

/* Room in the buffer, if need be after writing. */
static size_t
out_room(struct ws *ws, size_t n)
{
	if (OUT_SIZE - ws->out_end < n)
		flush(ws);
	return ws->broken ? 0 : OUT_SIZE - ws->out_end;
}

static size_t
out_put(struct ws *ws, const void *p, size_t n)
{
	size_t room = out_room(ws, n);

	if (n > room)
		n = room;
	memcpy(ws->out + ws->out_end, p, n);
	ws->out_end += n;
	return n;
}

static ssize_t
on_send(const uint8_t *p, size_t n, int flags, void *arg)
{
	size_t put = out_put(arg, p, n);

	(void)flags;
	return put > 0 ? (ssize_t)put : -1;
}

static int
on_mask(uint8_t *p, size_t n, void *arg)
{
	struct ws *ws = arg;

	crypt_pool_take(&ws->pool, p, n);
	return 0;
}

/* As much of a frame as there is room for, in order from byte off of its
 * payload; its header with the first call.  How many bytes went. */
static size_t
put_frame(struct ws *ws, int opcode, size_t total, const void *p, size_t n)
{
	struct wslay_frame_iocb iocb = { .fin = 1, .opcode = (uint8_t)opcode,
	    .payload_length = total, .mask = !ws->server, .data = p,
	    .data_length = n };
	ssize_t r = wslay_frame_send(ws->frame, &iocb);

	return r > 0 ? (size_t)r : 0;
}

/* A control frame goes whole or not at all. */
static bool
put_control(struct ws *ws, int opcode, struct control *c)
{
	if (out_room(ws, HEADER_MAX + c->len) < HEADER_MAX + c->len)
		return false;
	put_frame(ws, opcode, c->len, c->data, c->len);
	c->set = false;
	return true;
}

static void
drop_pending(struct ws *ws, struct pending *p)
{
	ws->waiting -= p->len - p->off;
	free(p);
}

/* Forgets the messages of which nothing has gone out. */
static void
drop_waiting(struct ws *ws)
{
	struct pending *p, **at = &ws->head;

	if (*at && (*at)->begun)
		at = &(*at)->next;
	while ((p = *at) != NULL) {
		*at = p->next;
		drop_pending(ws, p);
	}
	ws->tail = at;
}

/* The first of the list, as far as it goes; whether it is through. */
static bool
put_pending(struct ws *ws)
{
	struct pending *p = ws->head;
	size_t n;

	if (!p->begun && !p->raw && out_room(ws, HEADER_MAX) < HEADER_MAX)
		return false;
	if (p->raw)
		n = out_put(ws, p->data + p->off, p->len - p->off);
	else
		n = put_frame(ws, p->text ? WSIN_TEXT : WSIN_BINARY, p->total,
		    p->data + p->off, p->len - p->off);
	p->begun = true;
	p->off += n;
	ws->waiting -= n;
	if (p->off < p->len)
		return false;
	ws->head = p->next;
	if (!ws->head)
		ws->tail = &ws->head;
	free(p);
	return true;
}

/* Moves what waits into the buffer: control frames first, but never into the
 * middle of a message; the close frame last. */
static void
fill(struct ws *ws)
{
	while (!ws->broken) {
		if (ws->head && ws->head->begun) {
			if (!put_pending(ws))
				return;
			continue;
		}
		if (ws->close_sent)
			return;
		if (ws->pong.set && !put_control(ws, WSIN_PONG, &ws->pong))
			return;
		if (ws->ping.set && !put_control(ws, WSIN_PING, &ws->ping))
			return;
		if (!ws->head)
			break;
		if (!put_pending(ws))
			return;
	}
	if (!ws->broken && ws->close.set &&
	    put_control(ws, WSIN_CLOSE, &ws->close))
		ws->close_sent = true;
}

/* Sends all that the connection takes now. */
static void
pump_out(struct ws *ws)
{
	do {
		fill(ws);
		flush(ws);
	} while (!ws->blocked && !ws->broken && ws->head);
}

static void
kick(struct ws *ws)
{
	loop_timer(ws->loop, &ws->kick, loop_now(ws->loop));
}

static void
append(struct ws *ws, const char *p, size_t n, size_t total, bool text,
    bool raw, bool begun)
{
	struct pending *m = mem_alloc(sizeof(*m) + n);

	memcpy(m->data, p, n);
	m->text = text;
	m->raw = raw;
	m->begun = begun;
	m->total = total;
	m->len = n;
	*ws->tail = m;
	ws->tail = &m->next;
	ws->waiting += n;
}

static bool
may_send(const struct ws *ws)
{
	return ws->phase == OPEN && !ws->close.set && !ws->close_sent &&
	    !ws->broken;
}

int
ws_send(struct ws *ws, bool text, const void *p, size_t n)
{
	size_t gone;

	if (!may_send(ws))
		return -1;
	if (n > ws->opts.max_queue || ws_queued(ws) > ws->opts.max_queue - n) {
		ws->above = true;
		return -1;
	}
	if (ws->head || ws->pong.set || ws->ping.set ||
	    out_room(ws, HEADER_MAX) < HEADER_MAX) {
		append(ws, p, n, n, text, false, false);
	} else {
		gone = put_frame(ws, text ? WSIN_TEXT : WSIN_BINARY, n, p, n);
		if (gone < n)
			append(ws, (const char *)p + gone, n - gone, n, text,
			    false, true);
	}
	ws->stats.messages_out++;
	ws->stats.bytes_out += n;
	if (ws_queued(ws) > ws->opts.low_water)
		ws->above = true;
	return 0;
}

int
ws_raw(struct ws *ws, const void *p, size_t n)
{
	if (ws->phase != OPEN || ws->broken)
		return -1;
	append(ws, p, n, n, false, true, false);
	return 0;
}

static int
send_control(struct ws *ws, struct control *c, const void *p, size_t n)
{
	if (!may_send(ws) || c->set || n > WSIN_CONTROL_MAX)
		return -1;
	memcpy(c->data, p, n);
	c->len = n;
	c->set = true;
	fill(ws);
	return 0;
}

int
ws_ping(struct ws *ws, const void *p, size_t n)
{
	return send_control(ws, &ws->ping, p, n);
}

int
ws_pong(struct ws *ws, const void *p, size_t n)
{
	return send_control(ws, &ws->pong, p, n);
}

static void
set_close(struct ws *ws, int code, const char *reason)
{
	size_t n = strlen(reason);

	ws->close.set = true;
	ws->close.len = 0;
	if (code == 1005 || code == 0)
		return;
	if (n > WS_REASON_MAX)
		n = utf8_cut(reason, WS_REASON_MAX);
	ws->close.data[0] = (unsigned char)(code >> 8);
	ws->close.data[1] = (unsigned char)code;
	memcpy(ws->close.data + 2, reason, n);
	ws->close.len = n + 2;
}

static void
set_deadline(struct ws *ws, int ms)
{
	loop_timer(ws->loop, &ws->deadline, loop_now(ws->loop) + ms);
}

void
ws_close(struct ws *ws, int code, const char *reason)
{
	if (ws->phase == UPGRADING || ws->phase == REFUSING) {
		/* nobody to say good-bye to */
		snprintf(ws->why, sizeof(ws->why), "closed before the upgrade "
		    "was answered");
		ws->ours = ws->broken = ws->ended = true;
		kick(ws);
		return;
	}
	if (!may_send(ws))
		return;
	ws->ours = true;
	set_close(ws, code, reason ? reason : "");
	set_deadline(ws, ws->opts.close_ms);
}

size_t
ws_queued(const struct ws *ws)
{
	return ws->waiting + buffered(ws);
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
	struct pending *p;

	while ((p = ws->head) != NULL) {
		ws->head = p->next;
		free(p);
	}
	wslay_frame_context_free(ws->frame);
	wsin_done(&ws->in);
	httphead_free(ws->answer);
	httpbody_done(&ws->body);
	mem_wipe(ws->out, OUT_SIZE);
	free(ws->out);
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
	    .clean = ws->got_close && ws->close_sent && buffered(ws) == 0 &&
	    !ws->broken };

	if (how == WS_LOST)
		end.code = 1006;
	if (how == WS_REFUSED && ws->answer) {
		end.status = httphead_code(ws->answer);
		end.head = ws->answer;
		end.body = ws->body.data.data ? ws->body.data.data : "";
		end.body_len = ws->body.data.len;
	}
	release(ws, IO_CLOSE);
	if (ws->ops->end)
		ws->ops->end(ws->arg, &end);
}

/* The connection has ended or broken: what does that make of it? */
static void
finish_ended(struct ws *ws)
{
	if (ws->got_close || ws->failing) {
		finish(ws, ws->failing ? WS_FAILED : WS_CLOSED);
		return;
	}
	if (!*ws->why)
		snprintf(ws->why, sizeof(ws->why), ws->phase == UPGRADING ?
		    "the connection ended before the upgrade was answered" :
		    "the connection ended without a close frame");
	finish(ws, WS_LOST);
}

static void
on_deadline(void *arg)
{
	struct ws *ws = arg;

	if (ws->phase == REFUSING) {
		finish(ws, WS_REFUSED);
		return;
	}
	if (ws->phase == UPGRADING)
		snprintf(ws->why, sizeof(ws->why), "the server did not answer "
		    "the WebSocket upgrade within %g s",
		    ws->opts.upgrade_ms / 1000.0);
	else if (!ws->got_close && !ws->failing)
		snprintf(ws->why, sizeof(ws->why), "no close frame came back "
		    "within %g s", ws->opts.close_ms / 1000.0);
	finish_ended(ws);
}

/* The peer broke the rules: say so, and read no more frames. */
static void
fail(struct ws *ws, int code, const char *why)
{
	int ms = ws->opts.close_ms;

	if (ws->server && ms > FAILED_MS)
		ms = FAILED_MS;
	ws->phase = DRAINING;
	ws->failing = true;
	ws->code = code;
	snprintf(ws->why, sizeof(ws->why), "the peer broke the WebSocket "
	    "protocol: %s", why);
	drop_waiting(ws);
	ws->ping.set = ws->pong.set = false;
	if (!ws->close_sent)
		set_close(ws, code, why);
	set_deadline(ws, ms);
}

/* --- the way in --- */

static ssize_t
read_some(struct ws *ws, void *p, size_t n)
{
	ssize_t r;

	if (ws->early) {
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
	r = ws->io.ops->read(ws->io.self, p, n);
	ws->again = r == IO_AGAIN;
	if (r > 0) {
		ws->stats.last_in = loop_now(ws->loop);
	} else if (!ws->again) {
		ws->ended = true;
		if (r == IO_ERROR && !*ws->why)
			snprintf(ws->why, sizeof(ws->why), "%s",
			    ws->io.ops->why(ws->io.self));
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
	if (ws->opts.hold_pong) {
		if (ws->ops->ping)
			ws->ops->ping(ws->arg, ws->in.control,
			    ws->in.control_len);
		return;
	}
	/* one that still waits is overtaken: the newest counts */
	ws->pong.set = false;
	send_control(ws, &ws->pong, ws->in.control, ws->in.control_len);
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
	if (ws->close_sent || ws->close.set)
		return;
	drop_waiting(ws);
	set_close(ws, ws->code, "");
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

/* Frames, until nothing more is there or the bite is eaten. */
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
			/* a piece of a header may just have come */
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
		eaten += iocb.data_length + HEADER_MAX;
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

/* --- the upgrade --- */

static void
upgraded(struct ws *ws)
{
	loop_untimer(ws->loop, &ws->deadline);
	httphead_free(ws->answer);
	ws->answer = NULL;
	ws->phase = OPEN;
	kick(ws);
	if (ws->ops->open)
		ws->ops->open(ws->arg);
}

/* The answer's head is whole; n bytes follow it. */
static void
answered(struct ws *ws, const char *rest, size_t n)
{
	int code = httphead_code(ws->answer);
	size_t used;

	if (code < 200 && code != 101 && ws->interim++ < INTERIM_MAX) {
		httphead_free(ws->answer);
		ws->answer = httphead_new(HTTPHEAD_RESPONSE);
		keep_early(ws, rest, n);
		return;
	}
	if (wsup_check_response(ws->answer, ws->key, ws->why,
	    sizeof(ws->why)) == 0) {
		keep_early(ws, rest, n);
		upgraded(ws);
		return;
	}
	httpbody_init(&ws->body, ws->answer, HTTPHEAD_RESPONSE, WS_BODY_MAX);
	ws->phase = REFUSING;
	if (httpbody_feed(&ws->body, rest, n, &used) != HTTPHEAD_MORE)
		finish(ws, WS_REFUSED);
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
		switch (httphead_feed(ws->answer, bytes, (size_t)r, &used)) {
		case HTTPHEAD_DONE:
			answered(ws, bytes + used, (size_t)r - used);
			break;
		case HTTPHEAD_BAD:
			snprintf(ws->why, sizeof(ws->why), "the server does "
			    "not speak HTTP/1.1: %s",
			    httphead_why(ws->answer));
			httphead_free(ws->answer);
			ws->answer = NULL;
			finish(ws, WS_REFUSED);
			break;
		case HTTPHEAD_MORE:
			break;
		}
	}
}

static void
read_body(struct ws *ws)
{
	char bytes[4096];
	size_t used;
	ssize_t r;

	while (ws->phase == REFUSING) {
		r = read_some(ws, bytes, sizeof(bytes));
		if (r == IO_AGAIN)
			return;
		if (r <= 0 || httpbody_feed(&ws->body, bytes, (size_t)r,
		    &used) != HTTPHEAD_MORE)
			finish(ws, WS_REFUSED);
	}
}

/* --- the loop --- */

static void
read_all(struct ws *ws)
{
	if (ws->phase == UPGRADING)
		read_answer(ws);
	if (ws->phase == REFUSING)
		read_body(ws);
	if (ws->phase == OPEN && !ws->ended)
		read_frames(ws);
	if (ws->phase == DRAINING && !ws->ended)
		read_rest(ws);
}

/* Whether the last byte that mattered has come and gone. */
static bool
is_through(const struct ws *ws)
{
	if (ws->ended)
		return true;
	/* a server ends the connection, a client waits for that */
	return ws->phase == DRAINING && ws->server && ws->got_close &&
	    !ws->failing && ws->close_sent && buffered(ws) == 0;
}

/* A write that failed is not the end as long as there is something to read:
 * the peer's close frame may lie there. */
static void
step(struct ws *ws)
{
	ws->busy++;
	if (!ws->ended)
		read_all(ws);
	if (ws->phase != OVER && !ws->broken)
		pump_out(ws);
	if (ws->phase != OVER && ws->broken && ws->phase != UPGRADING &&
	    !ws->deadline.armed)
		set_deadline(ws, ws->opts.close_ms);
	if (ws->phase != OVER && is_through(ws))
		finish_ended(ws);
	if (ws->phase == OPEN && ws->above && !ws->broken &&
	    ws_queued(ws) <= ws->opts.low_water) {
		ws->above = false;
		if (ws->ops->room)
			ws->ops->room(ws->arg);
	}
	if (--ws->busy == 0 && ws->freed)
		destroy(ws);
}

static void
on_kick(void *arg)
{
	step(arg);
}

static void
on_late(void *arg)
{
	struct ws *ws = arg;

	ws->busy++;
	on_deadline(ws);
	if (--ws->busy == 0 && ws->freed)
		destroy(ws);
}

static int
want(void *arg, struct pollfd *pfd, int room)
{
	struct ws *ws = arg;
	bool was_broken = ws->broken, reading;

	if (ws->phase == OVER)
		return 0;
	pump_out(ws);
	/* news that only a step can tell */
	if (ws->broken != was_broken || (ws->phase == OPEN && ws->above &&
	    ws_queued(ws) <= ws->opts.low_water) || is_through(ws))
		kick(ws);
	reading = !ws->ended && !(ws->paused && ws->phase == OPEN);
	return ws->io.ops->want(ws->io.self, reading, buffered(ws) > 0, pfd,
	    room);
}

static void
ready(void *arg, const struct pollfd *pfd, int n)
{
	struct ws *ws = arg;

	(void)pfd;
	(void)n;
	ws->blocked = false;
	step(ws);
}

static const struct source_ops source_ops = { want, ready };

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
	/* bytes may lie in wslay or TLS, where poll does not see them */
	if (ws->phase == OPEN)
		kick(ws);
}

const struct ws_stats *
ws_stats(const struct ws *ws)
{
	return &ws->stats;
}

static struct ws *
new(struct loop *loop, struct io io, const struct ws_opts *o,
    const struct ws_ops *ops, void *arg, bool server)
{
	static const struct wslay_frame_callbacks callbacks = {
		on_send, on_recv, on_mask
	};
	struct ws *ws = mem_alloc(sizeof(*ws));

	ws->loop = loop;
	ws->io = io;
	ws->ops = ops;
	ws->arg = arg;
	ws->opts = *o;
	ws->server = server;
	if (!ws->opts.max_message)
		ws->opts.max_message = WS_MESSAGE_MAX;
	if (!ws->opts.max_queue)
		ws->opts.max_queue = WS_QUEUE_MAX;
	if (!ws->opts.low_water)
		ws->opts.low_water = LOW_WATER;
	if (!ws->opts.upgrade_ms)
		ws->opts.upgrade_ms = UPGRADE_MS;
	if (!ws->opts.close_ms)
		ws->opts.close_ms = CLOSE_MS;
	ws->out = mem_alloc(OUT_SIZE);
	ws->tail = &ws->head;
	ws->kick.fire = on_kick;
	ws->kick.arg = ws;
	ws->deadline.fire = on_late;
	ws->deadline.arg = ws;
	ws->stats.last_in = loop_now(loop);
	wsin_init(&ws->in, server, ws->opts.max_message);
	if (wslay_frame_context_init(&ws->frame, &callbacks, ws) != 0)
		log_die(CODE_TEMPFAIL, "out of memory");
	ws->source = loop_add(loop, &source_ops, ws);
	return ws;
}

struct ws *
ws_client(struct loop *loop, struct io io, const struct ws_opts *o,
    const struct ws_ops *ops, void *arg)
{
	struct ws *ws = new(loop, io, o, ops, arg, false);
	unsigned char random[16];
	struct buf request;

	crypt_random(random, sizeof(random));
	wsup_key(ws->key, random);
	ws->answer = httphead_new(HTTPHEAD_RESPONSE);
	buf_init(&request, OUT_SIZE);
	if (wsup_request(&request, o->authority, o->target, ws->key,
	    o->headers) == 0) {
		out_put(ws, request.data, request.len);
		set_deadline(ws, ws->opts.upgrade_ms);
	} else {
		snprintf(ws->why, sizeof(ws->why), "the upgrade cannot be "
		    "asked for with these headers");
		ws->broken = ws->ended = true;
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

	buf_init(&response, OUT_SIZE);
	wsup_response(&response, request);
	out_put(ws, response.data, response.len);
	buf_done(&response);
	ws->phase = OPEN;
	keep_early(ws, rest, n);
	kick(ws);
	return ws;
}
