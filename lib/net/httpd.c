/*
 * One connection of an HTTP server: a request is read whole and given to the
 * owner, and the next is read once the answer has gone out.  As in ws.c, no
 * function that the owner calls calls the owner back.
 */
#include "net/httpd.h"
#include "base/buf.h"
#include "base/fd.h"
#include "net/httpbody.h"
#include "net/httphead.h"
#include "loop/loop.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	OUT_MAX = 8 << 20,	/* an answer */
	IN_SIZE = 16384,
	QUIET_MS = 30000	/* for a request to come, an answer to go */
};

enum httpd_state {
	HEAD,		/* of a request */
	BODY,
	ASKED,		/* the owner's turn */
	ANSWERED,	/* the answer goes out */
	OVER
};

struct httpd {
	struct loop *loop;
	struct source *source;
	struct io io;
	const struct httpd_ops *ops;
	void *arg;
	struct timer quiet;
	struct timer kick;
	enum httpd_state state;
	struct httphead *head;
	struct httpbody body;
	char in[IN_SIZE];	/* what came and is not used yet */
	size_t in_start, in_end;
	struct buf out;
	size_t written;
	bool last;		/* close after this answer */
	bool blocked;
	bool ended;		/* nothing more comes or goes */
	bool taken;
	int busy;
	bool freed;
};

static void
again(struct httpd *h)
{
	loop_timer(h->loop, &h->quiet, loop_now(h->loop) + QUIET_MS);
	httphead_free(h->head);
	httpbody_done(&h->body);
	h->head = httphead_new(HTTPHEAD_REQUEST);
	memset(&h->body, 0, sizeof(h->body));
	buf_clear(&h->out);
	h->written = 0;
	h->state = HEAD;
}

static void
release(struct httpd *h, enum io_how how)
{
	if (h->state == OVER)
		return;
	h->state = OVER;
	loop_remove(h->loop, h->source);
	loop_untimer(h->loop, &h->quiet);
	loop_untimer(h->loop, &h->kick);
	if (!h->taken)
		h->io.ops->close(h->io.self, how);
}

static void
destroy(struct httpd *h)
{
	httphead_free(h->head);
	httpbody_done(&h->body);
	buf_wipe(&h->out);
	mem_wipe(h->in, sizeof(h->in));
	free(h);
}

void
httpd_close(struct httpd *h, enum io_how how)
{
	if (!h)
		return;
	release(h, how);
	h->freed = true;
	if (!h->busy)
		destroy(h);
}

void
httpd_answer(struct httpd *h, int status, const char *type,
    const char *const *headers, const void *body, size_t n)
{
	bool no_body = status == 204 || status == 304;

	if (h->state == OVER || h->state == ANSWERED)
		return;
	buf_printf(&h->out, "HTTP/1.1 %d %s\r\n", status,
	    httphead_phrase(status));
	if (type && !no_body)
		buf_printf(&h->out, "Content-Type: %s\r\n", type);
	if (!no_body)
		buf_printf(&h->out, "Content-Length: %zu\r\n", n);
	for (; headers && *headers; headers++)
		buf_printf(&h->out, "%s\r\n", *headers);
	buf_printf(&h->out, "%s\r\n", h->last ? "Connection: close\r\n" : "");
	if (!no_body && (h->state != ASKED ||
	    strcmp(httphead_method(h->head), "HEAD") != 0))
		buf_add(&h->out, body, n);
	h->state = ANSWERED;
	h->ended = h->out.failed;
	loop_timer(h->loop, &h->kick, loop_now(h->loop));
}

/* The request cannot be read further. */
static void
refuse(struct httpd *h, int status, const char *why)
{
	h->last = true;
	httpd_answer(h, status, "text/plain", NULL, why, strlen(why));
}

static void
ask(struct httpd *h)
{
	h->state = ASKED;
	h->last = httphead_minor(h->head) < 1 ||
	    httphead_token(h->head, "Connection", "close");
	h->ops->request(h->arg, h, h->head,
	    h->body.data.data ? h->body.data.data : "", h->body.data.len);
}

/* Works through the bytes at hand. */
static void
parse(struct httpd *h)
{
	enum httphead_status status = HTTPHEAD_MORE;
	size_t used = 0;

	if (h->state == HEAD) {
		status = httphead_feed(h->head, h->in + h->in_start,
		    h->in_end - h->in_start, &used);
		h->in_start += used;
		if (status == HTTPHEAD_BAD)
			refuse(h, 400, httphead_why(h->head));
		if (status != HTTPHEAD_DONE)
			return;
		h->state = BODY;
		httpbody_init(&h->body, h->head, HTTPHEAD_REQUEST,
		    HTTPD_BODY_MAX);
		if (httphead_token(h->head, "Expect", "100-continue"))
			buf_str(&h->out, "HTTP/1.1 100 Continue\r\n\r\n");
	}
	if (h->state != BODY)
		return;
	status = httpbody_feed(&h->body, h->in + h->in_start,
	    h->in_end - h->in_start, &used);
	h->in_start += used;
	if (status == HTTPHEAD_BAD)
		refuse(h, h->body.data.len >= HTTPD_BODY_MAX ? 413 : 400,
		    h->body.why);
	else if (status == HTTPHEAD_DONE)
		ask(h);
}

static void
read_on(struct httpd *h)
{
	ssize_t r;

	while (h->state == HEAD || h->state == BODY) {
		if (h->in_start == h->in_end) {
			r = h->io.ops->read(h->io.self, h->in, IN_SIZE);
			if (r == IO_AGAIN)
				return;
			if (r <= 0) {
				h->ended = true;
				return;
			}
			h->in_start = 0;
			h->in_end = (size_t)r;
		}
		parse(h);
	}
}

static void
flush(struct httpd *h)
{
	ssize_t r;

	while (!h->blocked && !h->ended && h->written < h->out.len) {
		r = h->io.ops->write(h->io.self, h->out.data + h->written,
		    h->out.len - h->written);
		if (r > 0)
			h->written += (size_t)r;
		else if (r == IO_AGAIN)
			h->blocked = true;
		else
			h->ended = true;
	}
}

static void
step(struct httpd *h)
{
	h->busy++;
	do {
		read_on(h);
		if (h->state != OVER)
			flush(h);
		if (h->state != ANSWERED || h->written < h->out.len)
			break;
		h->ended = h->last;
		again(h);
		/* TLS may hold the next request, unseen by poll */
	} while (!h->ended);
	if (h->state != OVER && h->ended) {
		release(h, IO_CLOSE);
		h->freed = true;
		if (h->ops->end)
			h->ops->end(h->arg, h);
	}
	if (--h->busy == 0 && h->freed)
		destroy(h);
}

static void
on_kick(void *arg)
{
	step(arg);
}

static void
on_quiet(void *arg)
{
	struct httpd *h = arg;

	/* the owner may take its time */
	if (h->state == ASKED)
		return;
	h->ended = true;
	step(h);
}

static int
want(void *arg, struct pollfd *pfd, int room)
{
	struct httpd *h = arg;

	if (h->state == OVER)
		return 0;
	return h->io.ops->want(h->io.self, h->state == HEAD ||
	    h->state == BODY, h->written < h->out.len, pfd, room);
}

static void
ready(void *arg, const struct pollfd *pfd, int n)
{
	struct httpd *h = arg;

	(void)pfd;
	(void)n;
	h->blocked = false;
	step(h);
}

static const struct source_ops source_ops = { want, ready };

struct httpd *
httpd_open(struct loop *loop, struct io io, const struct httpd_ops *ops,
    void *arg)
{
	struct httpd *h = mem_alloc(sizeof(*h));

	h->loop = loop;
	h->io = io;
	h->ops = ops;
	h->arg = arg;
	h->quiet.fire = on_quiet;
	h->quiet.arg = h;
	h->kick.fire = on_kick;
	h->kick.arg = h;
	buf_init(&h->out, OUT_MAX);
	again(h);
	h->source = loop_add(loop, &source_ops, h);
	return h;
}

struct io
httpd_take(struct httpd *h, const void **rest, size_t *n)
{
	h->taken = true;
	*rest = h->in + h->in_start;
	*n = h->in_end - h->in_start;
	h->in_start = h->in_end;
	return h->io;
}
