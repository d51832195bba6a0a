/*
 * Requests one after the other on one connection: httpd has as many as the pure
 * reader of heads and bodies, with the same bodies, and answers each.  The
 * first byte is the size of the bites.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fd.h"
#include "loop/loop.h"
#include "net/httpbody.h"
#include "net/httpd.h"
#include "net/httphead.h"
#include "../wire.h"

enum { WAIT_MS = 5000, SEEN_MAX = 1 << 20 };

struct host {
	struct loop *loop;
	struct wire wire;
	struct buf seen;
	bool over;
};

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
request(void *arg, struct httpd *d, const struct httphead *head,
    const char *body, size_t n)
{
	struct host *h = arg;

	buf_str(&h->seen, httphead_method(head));
	buf_str(&h->seen, httphead_target(head));
	buf_add(&h->seen, body, n);
	httpd_answer(d, 200, "text/plain", NULL, "ok\n", 3);
}

static void
end(void *arg, struct httpd *d)
{
	struct host *h = arg;

	(void)d;
	assert(!h->over);
	h->over = true;
	loop_stop(h->loop, 0);
}

static void
on_time(void *arg)
{
	(void)arg;
	abort();
}

/* How much of the bytes one request is; 0: none, or no whole one. */
static size_t
one(const uint8_t *p, size_t n, struct buf *seen)
{
	struct httphead *h = httphead_new(HTTPHEAD_REQUEST);
	enum httphead_status st;
	struct httpbody b;
	size_t used = 0, more = 0;

	st = httphead_feed(h, p, n, &used);
	if (st == HTTPHEAD_DONE) {
		httpbody_init(&b, h, HTTPHEAD_REQUEST, HTTPD_BODY_MAX);
		st = httpbody_feed(&b, p, 0, &more);
		if (st == HTTPHEAD_MORE)
			st = httpbody_feed(&b, p + used, n - used, &more);
		if (st == HTTPHEAD_DONE) {
			buf_str(seen, httphead_method(h));
			buf_str(seen, httphead_target(h));
			buf_add(seen, b.data.data, b.data.len);
		}
		httpbody_done(&b);
	}
	httphead_free(h);
	return st == HTTPHEAD_DONE ? used + more : 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct httpd_ops ops = { request, end };
	struct host h = { .loop = loop_new(), .wire.whole = true };
	struct timer timer = { .fire = on_time };
	struct buf want;
	size_t k;
	int fds[2];

	if (n < 1 || n > 60000) {
		loop_free(h.loop);
		return 0;
	}
	buf_init(&h.seen, SEEN_MAX);
	buf_init(&want, SEEN_MAX);
	h.wire.bite = (size_t)p[0] + 1;
	assert(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	fd_nonblock(fds[0]);
	fd_nonblock(fds[1]);
	k = (size_t)(n > 1 ? write(fds[1], p + 1, n - 1) : 0);
	assert(k == n - 1);
	shutdown(fds[1], SHUT_WR);
	h.wire.fd = fds[0];
	httpd_open(h.loop, (struct io){ &wire_ops, &h.wire }, &ops, &h);
	loop_timer(h.loop, &timer, clock_ms() + WAIT_MS);
	loop_run(h.loop);
	loop_untimer(h.loop, &timer);
	assert(h.over);
	for (p++, n--; n > 0 && (k = one(p, n, &want)) > 0; p += k, n -= k)
		if (want.len >= h.seen.len)
			k = n;	/* the connection may end before */
	assert(want.len >= h.seen.len && (h.seen.len == 0 ||
	    memcmp(want.data, h.seen.data, h.seen.len) == 0));
	close(fds[1]);
	loop_free(h.loop);
	buf_done(&h.seen);
	buf_done(&want);
	return 0;
}
