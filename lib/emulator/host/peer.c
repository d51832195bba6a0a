/*
 * The core calls the connection's ops in the middle of its own work: the end of
 * a connection there is only noted, and a timer reports it to the core on the
 * next turn of the loop.
 */
#include <stdlib.h>
#include <string.h>

#include "emulator/host/lame.h"
#include "emulator/emulator.h"
#include "emulator/host/peer.h"
#include "emulator/host/web.h"
#include "base/fd.h"
#include "net/httpd.h"
#include "net/httphead.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "net/ws.h"
#include "net/wsup.h"

enum { GOING_AWAY = 1001, PING_MAX = 125 };

struct emupeer {
	struct peer_host *host;
	struct emuio *x;
	struct httpd *httpd;
	struct ws *ws;
	struct emulator_conn *core;
	struct io io;		/* of the sink */
	struct source *sink;
	int64_t pong_ms;	/* delay of pongs; -1: never */
	struct timer pong;
	char ping[PING_MAX];
	size_t ping_len;
	struct timer reaper;	/* frees it after a cut */
	struct emupeer *next, **link;
};

static void
destroy(struct emupeer *p)
{
	struct peer_host *h = p->host;

	loop_untimer(h->loop, &p->pong);
	loop_untimer(h->loop, &p->reaper);
	if (p->sink) {
		loop_remove(h->loop, p->sink);
		p->io.ops->close(p->io.self, IO_RESET);
	}
	*p->link = p->next;
	if (p->next)
		p->next->link = p->link;
	free(p);
}

/* Frees a connection without closing it properly. */
static void
abandon(void *arg)
{
	struct emupeer *p = arg;
	struct peer_host *h = p->host;

	if (p->httpd) {
		web_forget(h->web, p->httpd);
		httpd_close(p->httpd, IO_DROP);
	}
	if (p->ws)
		ws_drop(p->ws, IO_DROP);
	if (p->core)
		emulator_closed(p->core, 1006, "", h->now(h));
	destroy(p);
	h->stirred(h);
}

/* Drops the socket ourselves, within the core's work. */
static void
cut(struct emupeer *p, enum io_how how)
{
	struct loop *loop = p->host->loop;

	ws_drop(p->ws, how);
	p->ws = NULL;
	loop_timer(loop, &p->reaper, loop_now(loop));
}

static void
core_send(void *arg, const void *data, size_t n, bool text)
{
	struct emupeer *p = arg;

	if (p->ws && ws_send(p->ws, text, data, n) != 0)
		cut(p, IO_RESET);
}

static void
core_close(void *arg, int code, const char *reason)
{
	struct emupeer *p = arg;

	if (p->ws)
		ws_close(p->ws, code, reason);
}

static void
core_fault(void *arg, enum emulator_fault fault, const void *data, int64_t n)
{
	struct emupeer *p = arg;
	struct peer_host *h = p->host;

	if (!p->ws)
		return;
	switch (fault) {
	case EMULATOR_DROP: cut(p, IO_DROP); break;
	case EMULATOR_RESET: cut(p, IO_RESET); break;
	case EMULATOR_HALF_OPEN: lame_dead(p->x); break;
	case EMULATOR_STALL:
		lame_stall(p->x, n > 0 ? loop_now(h->loop) +
		    (int64_t)((double)n / h->speed) : -1);
		break;
	case EMULATOR_SLOW: lame_slow(p->x, n); break;
	case EMULATOR_PONG: p->pong_ms = n; break;
	case EMULATOR_GARBAGE: ws_raw(p->ws, data, (size_t)n); break;
	}
}

static size_t
core_queued(void *arg)
{
	struct emupeer *p = arg;

	return p->ws ? ws_queued(p->ws) : 0;
}

static const struct emulator_ops core_ops = {
	.send = core_send, .close = core_close, .fault = core_fault,
	.queued = core_queued
};

static void
message(void *arg, bool text, char *data, size_t n)
{
	struct emupeer *p = arg;

	emulator_message(p->core, text, data, n, p->host->now(p->host));
	p->host->stirred(p->host);
}

static void
pong(void *arg)
{
	struct emupeer *p = arg;

	if (p->ws)
		ws_pong(p->ws, p->ping, p->ping_len);
}

/* Answers the newest ping, as late as the scenario says. */
static void
ping(void *arg, const void *data, size_t n)
{
	struct emupeer *p = arg;
	struct loop *loop = p->host->loop;

	if (n > PING_MAX || p->pong_ms < 0)
		return;
	memcpy(p->ping, data, n);
	p->ping_len = n;
	if (p->pong_ms == 0)
		pong(p);
	else
		loop_timer(loop, &p->pong, loop_now(loop) +
		    (int64_t)((double)p->pong_ms / p->host->speed));
}

static void
room(void *arg)
{
	struct emupeer *p = arg;

	emulator_room(p->core, p->host->now(p->host));
	p->host->stirred(p->host);
}

static void
over(void *arg, const struct ws_end *end)
{
	struct emupeer *p = arg;
	struct peer_host *h = p->host;

	emulator_closed(p->core, end->how == WS_LOST ? 1006 : end->code,
	    end->reason, h->now(h));
	ws_free(p->ws);
	p->ws = NULL;
	p->core = NULL;
	destroy(p);
	h->stirred(h);
}

static const struct ws_ops socket_ops = {
	.message = message, .ping = ping, .room = room, .end = over
};

static int
sink_want(void *arg, struct pollfd *pfd, int n)
{
	struct emupeer *p = arg;

	return p->io.ops->want(p->io.self, true, false, pfd, n);
}

/* Ignores what arrives, except for its end. */
static void
sink_ready(void *arg, const struct pollfd *pfd, int n)
{
	struct emupeer *p = arg;
	char byte;
	ssize_t r;

	(void)pfd;
	(void)n;
	r = p->io.ops->read(p->io.self, &byte, 1);
	if (r == IO_END || r == IO_ERROR)
		destroy(p);
}

/* Takes over a request that is never answered. */
static void
swallow(struct emupeer *p)
{
	static const struct source_ops ops = { sink_want, sink_ready };
	const void *rest;
	size_t n;

	p->io = httpd_take(p->httpd, &rest, &n);
	httpd_close(p->httpd, IO_CLOSE);
	p->httpd = NULL;
	lame_dead(p->x);
	p->sink = loop_add(p->host->loop, &ops, p);
}

static void
hang_up(struct emupeer *p)
{
	httpd_close(p->httpd, IO_DROP);
	p->httpd = NULL;
	destroy(p);
}

static void
refuse(struct emupeer *p, const struct emulator_refusal *r)
{
	const char *headers[] = { r->header[0] ? r->header : NULL, NULL };

	if (r->status > 0)
		httpd_answer(p->httpd, r->status, "application/json", headers,
		    r->body, strlen(r->body));
	else if (r->status == 0)
		swallow(p);
	else
		hang_up(p);
}

static void
upgrade(struct emupeer *p, const struct httphead *head)
{
	struct peer_host *h = p->host;
	struct emulator_request q = { .target = httphead_target(head),
	    .authorization = httphead_get(head, "Authorization"),
	    .api_key = httphead_get(head, "x-goog-api-key") };
	struct ws_opts opts = { .hold_pong = true };
	struct emulator_refusal r;
	const void *rest;
	struct io io;
	size_t n;

	p->core = emulator_open(h->core, &q, &core_ops, p, h->now(h), &r);
	if (!p->core) {
		refuse(p, &r);
		return;
	}
	io = httpd_take(p->httpd, &rest, &n);
	p->ws = ws_server(h->loop, io, head, rest, n, &opts, &socket_ops, p);
	httpd_close(p->httpd, IO_CLOSE);
	p->httpd = NULL;
	h->stirred(h);
}

static void
plain_request(struct emupeer *p, const struct httphead *head,
    const char *body, size_t n)
{
	switch (web_request(p->host->web, p->httpd, head, body, n)) {
	case EMUAUTH_ANSWER: break;
	case EMUAUTH_NEVER: swallow(p); break;
	case EMUAUTH_DROP: hang_up(p); break;
	}
}

static void
request(void *arg, struct httpd *d, const struct httphead *head,
    const char *body, size_t n)
{
	struct emupeer *p = arg;
	const char *no = guest_refused(&p->host->guest, head);
	char why[200];
	int status;

	if (no != NULL) {
		httpd_answer(d, 403, "text/plain", NULL, no, strlen(no));
		return;
	}
	if (!wsup_asked(head)) {
		plain_request(arg, head, body, n);
		return;
	}
	status = wsup_check_request(head, why, sizeof(why));
	if (status != 0)
		httpd_answer(d, status, "text/plain", NULL, why, strlen(why));
	else
		upgrade(arg, head);
}

static void
end(void *arg, struct httpd *d)
{
	struct emupeer *p = arg;

	web_forget(p->host->web, d);
	p->httpd = NULL;
	destroy(p);
}

static const struct httpd_ops http_ops = { .request = request, .end = end };

void
peer_open(struct peer_host *h, struct io io)
{
	struct emupeer *p = mem_alloc(sizeof(*p));
	struct io outer;

	p->host = h;
	p->pong.fire = pong;
	p->reaper.fire = abandon;
	p->pong.arg = p->reaper.arg = p;
	p->next = h->peers;
	p->link = &h->peers;
	if (h->peers)
		h->peers->link = &p->next;
	h->peers = p;
	p->x = lame_new(h->loop, io, &outer);
	p->httpd = httpd_open(h->loop, outer, &http_ops, p);
}

void
peer_close_all(struct peer_host *h)
{
	struct emupeer *p, *next;

	for (p = h->peers; p; p = next) {
		next = p->next;
		if (p->ws)
			ws_close(p->ws, GOING_AWAY, "");
		else
			abandon(p);
	}
}

void
peer_drop_all(struct peer_host *h)
{
	while (h->peers)
		abandon(h->peers);
}
