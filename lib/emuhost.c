/*
 * The core's time is the loop's, counted from the start and multiplied by the
 * speed.  The core calls the connection's ops in the middle of its own work:
 * what ends a connection there is only noted, and told to the core by the
 * reaper on the next turn of the loop.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "emuhost.h"
#include "emuio.h"
#include "emuprog.h"
#include "emuweb.h"
#include "fd.h"
#include "httpd.h"
#include "httphead.h"
#include "listen.h"
#include "loop.h"
#include "mem.h"
#include "output.h"
#include "ws.h"
#include "wsup.h"

enum {
	LOG_QUEUE = 256 << 20,
	STOP_MS = 1000,
	GOING_AWAY = 1001,
	PING_MAX = 125
};

/* A connection: first HTTP, then WebSocket; or only a sink. */
struct host_conn {
	struct emuhost *host;
	struct emuio *x;
	struct httpd *httpd;
	struct ws *ws;
	struct emulator_conn *core;
	struct io io;		/* of the sink */
	struct source *sink;
	int64_t pong_ms;	/* late by that; -1: never */
	struct timer pong;
	char ping[PING_MAX];
	size_t ping_len;
	bool gone;		/* to be reaped */
	struct host_conn *next, **link;
};

struct emuhost {
	struct loop *loop;
	struct listener *listener;
	struct emulator *core;
	struct host_conn *conns;
	struct timer timer;	/* the core's deadline */
	struct timer reaper;
	struct timer patience;	/* while stopping */
	struct output *log;
	struct emuprog *prog;
	struct emuweb *web;
	const char *audio_dir;
	int64_t start;		/* in microseconds */
	double speed;
	void (*done)(void *arg);
	void *done_arg;
};

static int64_t
core_now(const struct emuhost *h)
{
	return (int64_t)((double)(clock_us() - h->start) / 1000 * h->speed);
}

/* Has the core called when it wants to be. */
static void
rearm(struct emuhost *h)
{
	int64_t at = emulator_deadline(h->core);

	if (at < 0) {
		loop_untimer(h->loop, &h->timer);
		return;
	}
	/* rounded up: too early would be once more too early */
	loop_timer(h->loop, &h->timer, (h->start +
	    (int64_t)((double)at / h->speed * 1000) + 999) / 1000);
}

static void
tick(void *arg)
{
	struct emuhost *h = arg;

	emulator_tick(h->core, core_now(h));
	rearm(h);
}

static void
finish(struct emuhost *h)
{
	void (*done)(void *) = h->done;

	if (!done || h->conns || (h->log && !output_idle(h->log)))
		return;
	h->done = NULL;
	done(h->done_arg);
}

static void
free_conn(struct host_conn *hc)
{
	struct emuhost *h = hc->host;

	loop_untimer(h->loop, &hc->pong);
	if (hc->sink) {
		loop_remove(h->loop, hc->sink);
		hc->io.ops->close(hc->io.self, IO_RESET);
	}
	*hc->link = hc->next;
	if (hc->next)
		hc->next->link = hc->link;
	free(hc);
	finish(h);
}

static void
reap(void *arg)
{
	struct emuhost *h = arg;
	struct host_conn *hc, *next;

	for (hc = h->conns; hc; hc = next) {
		next = hc->next;
		if (!hc->gone)
			continue;
		if (hc->core)
			emulator_closed(hc->core, 1006, "", core_now(h));
		free_conn(hc);
	}
	rearm(h);
	finish(h);
}

/* The socket is gone by our doing: within the core's work. */
static void
cut(struct host_conn *hc, enum io_how how)
{
	struct emuhost *h = hc->host;

	ws_drop(hc->ws, how);
	hc->ws = NULL;
	hc->gone = true;
	loop_timer(h->loop, &h->reaper, loop_now(h->loop));
}

static void
core_send(void *arg, const void *p, size_t n, bool text)
{
	struct host_conn *hc = arg;

	if (hc->ws && ws_send(hc->ws, text, p, n) != 0)
		cut(hc, IO_RESET);
}

static void
core_close(void *arg, int code, const char *reason)
{
	struct host_conn *hc = arg;

	if (hc->ws)
		ws_close(hc->ws, code, reason);
}

static void
core_fault(void *arg, enum emulator_fault fault, const void *p, int64_t n)
{
	struct host_conn *hc = arg;
	struct emuhost *h = hc->host;

	if (!hc->ws)
		return;
	switch (fault) {
	case EMULATOR_DROP: cut(hc, IO_DROP); break;
	case EMULATOR_RESET: cut(hc, IO_RESET); break;
	case EMULATOR_HALF_OPEN: emuio_dead(hc->x); break;
	case EMULATOR_STALL:
		emuio_stall(hc->x, n > 0 ? loop_now(h->loop) +
		    (int64_t)((double)n / h->speed) : -1);
		break;
	case EMULATOR_SLOW: emuio_slow(hc->x, n); break;
	case EMULATOR_PONG: hc->pong_ms = n; break;
	case EMULATOR_GARBAGE: ws_raw(hc->ws, p, (size_t)n); break;
	}
}

static size_t
core_queued(void *arg)
{
	struct host_conn *hc = arg;

	return hc->ws ? ws_queued(hc->ws) : 0;
}

static const struct emulator_ops core_ops = {
	.send = core_send, .close = core_close, .fault = core_fault,
	.queued = core_queued
};

static void
ws_message(void *arg, bool text, char *p, size_t n)
{
	struct host_conn *hc = arg;

	emulator_message(hc->core, text, p, n, core_now(hc->host));
	rearm(hc->host);
}

static void
pong(void *arg)
{
	struct host_conn *hc = arg;

	if (hc->ws)
		ws_pong(hc->ws, hc->ping, hc->ping_len);
}

/* The newest ping is answered, as late as the scenario wants it. */
static void
ws_ping_came(void *arg, const void *p, size_t n)
{
	struct host_conn *hc = arg;
	struct loop *loop = hc->host->loop;

	if (n > PING_MAX || hc->pong_ms < 0)
		return;
	memcpy(hc->ping, p, n);
	hc->ping_len = n;
	if (hc->pong_ms == 0)
		pong(hc);
	else
		loop_timer(loop, &hc->pong, loop_now(loop) +
		    (int64_t)((double)hc->pong_ms / hc->host->speed));
}

static void
ws_room(void *arg)
{
	struct host_conn *hc = arg;

	emulator_room(hc->core, core_now(hc->host));
	rearm(hc->host);
}

static void
ws_over(void *arg, const struct ws_end *end)
{
	struct host_conn *hc = arg;
	struct emuhost *h = hc->host;

	emulator_closed(hc->core, end->how == WS_LOST ? 1006 : end->code,
	    end->reason, core_now(h));
	ws_free(hc->ws);
	hc->ws = NULL;
	hc->core = NULL;
	free_conn(hc);
	rearm(h);
}

static const struct ws_ops socket_ops = {
	.message = ws_message, .ping = ws_ping_came, .room = ws_room,
	.end = ws_over
};

static int
sink_want(void *arg, struct pollfd *pfd, int room)
{
	struct host_conn *hc = arg;

	return hc->io.ops->want(hc->io.self, true, false, pfd, room);
}

/* What comes is not looked at; its end is. */
static void
sink_ready(void *arg, const struct pollfd *pfd, int n)
{
	struct host_conn *hc = arg;
	char byte;
	ssize_t r;

	(void)pfd;
	(void)n;
	r = hc->io.ops->read(hc->io.self, &byte, 1);
	if (r == IO_END || r == IO_ERROR)
		free_conn(hc);
}

/* An upgrade that is never answered. */
static void
swallow(struct host_conn *hc, struct httpd *d)
{
	static const struct source_ops ops = { sink_want, sink_ready };
	const void *rest;
	size_t n;

	hc->io = httpd_take(d, &rest, &n);
	httpd_close(d, IO_CLOSE);
	hc->httpd = NULL;
	emuio_dead(hc->x);
	hc->sink = loop_add(hc->host->loop, &ops, hc);
}

static void
refuse(struct host_conn *hc, struct httpd *d,
    const struct emulator_refusal *r)
{
	const char *headers[] = { r->header[0] ? r->header : NULL, NULL };

	if (r->status > 0) {
		httpd_answer(d, r->status, "application/json", headers,
		    r->body, strlen(r->body));
	} else if (r->status == 0) {
		swallow(hc, d);
	} else {
		httpd_close(d, IO_DROP);
		free_conn(hc);
	}
}

static void
upgrade(struct host_conn *hc, struct httpd *d, const struct httphead *head)
{
	struct emulator_request q = { .target = httphead_target(head),
	    .authorization = httphead_get(head, "Authorization"),
	    .api_key = httphead_get(head, "x-goog-api-key") };
	struct ws_opts opts = { .hold_pong = true };
	struct emulator_refusal r;
	const void *rest;
	struct io io;
	size_t n;

	hc->core = emulator_open(hc->host->core, &q, &core_ops, hc,
	    core_now(hc->host), &r);
	if (!hc->core) {
		refuse(hc, d, &r);
		return;
	}
	io = httpd_take(d, &rest, &n);
	hc->ws = ws_server(hc->host->loop, io, head, rest, n, &opts,
	    &socket_ops, hc);
	httpd_close(d, IO_CLOSE);
	hc->httpd = NULL;
	rearm(hc->host);
}

static void
plain_request(struct host_conn *hc, struct httpd *d,
    const struct httphead *head, const char *body, size_t n)
{
	switch (emuweb_request(hc->host->web, d, head, body, n)) {
	case EMUAUTH_ANSWER:
		break;
	case EMUAUTH_NEVER:
		swallow(hc, d);
		break;
	case EMUAUTH_DROP:
		httpd_close(d, IO_DROP);
		free_conn(hc);
	}
}

static void
http_request(void *arg, struct httpd *d, const struct httphead *head,
    const char *body, size_t n)
{
	struct host_conn *hc = arg;
	char why[200];
	int status;

	if (!wsup_asked(head)) {
		plain_request(hc, d, head, body, n);
		return;
	}
	status = wsup_check_request(head, why, sizeof(why));
	if (status != 0)
		httpd_answer(d, status, "text/plain", NULL, why, strlen(why));
	else
		upgrade(hc, d, head);
}

static void
http_end(void *arg, struct httpd *d)
{
	struct host_conn *hc = arg;

	emuweb_forget(hc->host->web, d);
	free_conn(hc);
}

static const struct httpd_ops http_ops = {
	.request = http_request, .end = http_end
};

static void
accepted(void *arg, struct io io, const char *peer)
{
	struct emuhost *h = arg;
	struct host_conn *hc = mem_alloc(sizeof(*hc));
	struct io outer;

	(void)peer;
	hc->host = h;
	hc->pong.fire = pong;
	hc->pong.arg = hc;
	hc->next = h->conns;
	hc->link = &h->conns;
	if (h->conns)
		h->conns->link = &hc->next;
	h->conns = hc;
	hc->x = emuio_new(h->loop, io, &outer);
	hc->httpd = httpd_open(h->loop, outer, &http_ops, hc);
}

static void
log_line(void *arg, const char *p, size_t n)
{
	struct emuhost *h = arg;

	output_add(h->log, p, n, NULL, 0);
}

static void
log_gone(void *arg, int error)
{
	struct emuhost *h = arg;

	(void)error;
	if (h->done)
		loop_timer(h->loop, &h->reaper, loop_now(h->loop));
}

static void
log_room(void *arg)
{
	log_gone(arg, 0);
}

/* Sound as it was heard, one file for each rate of a conversation. */
static void
keep_audio(void *arg, unsigned talk, int rate, const void *pcm, size_t n)
{
	struct emuhost *h = arg;
	char *path = mem_printf("%s/talk-%u-%d.pcm", h->audio_dir, talk, rate);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (fd >= 0) {
		fd_write_all(fd, pcm, n);
		close(fd);
	}
	free(path);
}

static void
brain(void *arg, unsigned talk, const char *head, size_t hn,
    const void *payload, size_t pn)
{
	struct emuhost *h = arg;

	emuprog_tell(h->prog, talk, head, hn, payload, pn);
}

static void
brain_end(void *arg, unsigned talk)
{
	struct emuhost *h = arg;

	if (h->prog)
		emuprog_end(h->prog, talk);
}

static void
brain_said(void *arg, unsigned talk, const struct record *r)
{
	struct emuhost *h = arg;

	emulator_brain_record(h->core, talk, r, core_now(h));
	rearm(h);
}

static bool
token_good(void *arg, const char *token)
{
	struct emuhost *h = arg;

	return emuweb_token(h->web, token);
}

static struct emulator *
new_core(struct emuhost *h, const struct emuhost_opts *o)
{
	struct emulator_watch w = { .line = h->log ? log_line : NULL,
	    .heard = o->audio_dir ? keep_audio : NULL,
	    .brain = h->prog ? brain : NULL, .brain_end = brain_end,
	    .token = o->auth ? token_good : NULL };

	return emulator_new(&o->emulator, &w, h);
}

struct emuhost *
emuhost_open(struct loop *loop, const struct emuhost_opts *o, char *why,
    size_t size)
{
	static const struct output_ops log_ops = { .room = log_room,
	    .broken = log_gone };
	struct listen_opts l = { .host = o->host, .port = o->port,
	    .cert = o->cert, .key = o->key };
	struct emuhost *h = mem_alloc(sizeof(*h));

	h->loop = loop;
	h->start = clock_us();
	h->speed = o->speed > 0 ? o->speed : 1;
	h->audio_dir = o->audio_dir;
	h->timer.fire = tick;
	h->reaper.fire = reap;
	h->timer.arg = h->reaper.arg = h;
	if (o->log) {
		h->log = output_open(loop, o->log, LOG_QUEUE, &log_ops, h);
		if (!h->log) {
			snprintf(why, size, "%s: %s", o->log, strerror(errno));
			free(h);
			return NULL;
		}
	}
	if (o->brain && !(h->prog = emuprog_new(loop, o->brain, brain_said,
	    h))) {
		snprintf(why, size, "'%s' is no command", o->brain);
		emuhost_free(h);
		return NULL;
	}
	h->web = emuweb_new(loop, o->auth, o->auth_len, why, size);
	if (!h->web) {
		emuhost_free(h);
		return NULL;
	}
	h->core = new_core(h, o);
	h->listener = listen_open(loop, &l, accepted, h, why, size);
	if (!h->listener) {
		emuhost_free(h);
		return NULL;
	}
	return h;
}

struct emulator *
emuhost_core(struct emuhost *h)
{
	return h->core;
}

int
emuhost_port(const struct emuhost *h)
{
	return listen_port(h->listener);
}

/* A connection's end that nobody waits for. */
static void
abandon(struct host_conn *hc)
{
	struct emuhost *h = hc->host;

	if (hc->httpd) {
		emuweb_forget(h->web, hc->httpd);
		httpd_close(hc->httpd, IO_DROP);
	}
	if (hc->ws)
		ws_drop(hc->ws, IO_DROP);
	if (hc->core)
		emulator_closed(hc->core, 1006, "", core_now(h));
	free_conn(hc);
}

static void
lose_patience(void *arg)
{
	struct emuhost *h = arg;
	void (*done)(void *) = h->done;

	while (h->conns)
		abandon(h->conns);
	if (done && h->done == done) {
		h->done = NULL;
		done(h->done_arg);
	}
}

void
emuhost_stop(struct emuhost *h, void (*done)(void *arg), void *arg)
{
	struct host_conn *hc, *next;

	listen_close(h->listener);
	h->listener = NULL;
	for (hc = h->conns; hc; hc = next) {
		next = hc->next;
		if (hc->ws)
			ws_close(hc->ws, GOING_AWAY, "");
		else
			abandon(hc);
	}
	h->done = done;
	h->done_arg = arg;
	h->patience.fire = lose_patience;
	h->patience.arg = h;
	loop_timer(h->loop, &h->patience, loop_now(h->loop) + STOP_MS);
	/* not from within the caller */
	loop_timer(h->loop, &h->reaper, loop_now(h->loop));
}

void
emuhost_free(struct emuhost *h)
{
	h->done = NULL;
	while (h->conns)
		abandon(h->conns);
	if (h->listener)
		listen_close(h->listener);
	emulator_free(h->core);
	emuprog_free(h->prog);
	emuweb_free(h->web);
	loop_untimer(h->loop, &h->timer);
	loop_untimer(h->loop, &h->reaper);
	loop_untimer(h->loop, &h->patience);
	if (h->log)
		output_close(h->log);
	free(h);
}
