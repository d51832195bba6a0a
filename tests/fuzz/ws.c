/*
 * A server of ours against bytes of a client, beside a reference that reads
 * RFC 6455 as simply as it can: the same messages, and what comes back are
 * unmasked frames whose pongs are the pings and which end in one close frame.
 * Then wsout over a connection that stutters: a client's masked frames say what
 * was sent.  The first byte is the size of the bites, the second what is sent.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/utf8.h"
#include "loop/loop.h"
#include "net/httphead.h"
#include "net/ws.h"
#include "net/wsout.h"
#include "../wire.h"

enum { CEILING = 2000, SENT_MAX = 1 << 20, WAIT_MS = 5000 };

/* What wsout writes on, instead of a socket. */
struct paper {
	struct buf out;
	size_t bite;
	unsigned turn;
};

struct end {
	struct loop *loop;
	struct buf got;
	bool over;
};

/* What the reference makes of the client's bytes. */
struct reference {
	struct buf messages, pongs;
	struct buf part;
	bool text, open, failed, closed;
};

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Takes a bite, and now and then nothing. */
static ssize_t
paper_write(void *self, const void *p, size_t n)
{
	struct paper *w = self;

	n = n > w->bite ? w->bite : n;
	if (w->turn++ % 3 == 2)
		return IO_AGAIN;
	buf_add(&w->out, p, n);
	return (ssize_t)n;
}

static const struct io_ops paper_ops = { .write = paper_write };

static void
on_message(void *arg, bool text, char *p, size_t n)
{
	struct end *e = arg;

	assert(!e->over && n <= CEILING && p[n] == '\0');
	assert(!text || utf8_valid(p, n));
	buf_byte(&e->got, text ? 't' : 'b');
	buf_add(&e->got, &n, sizeof(n));
	buf_add(&e->got, p, n);
}

static void
on_end(void *arg, const struct ws_end *end)
{
	struct end *e = arg;

	assert(!e->over && end->why[0] != '\0');
	e->over = true;
	loop_stop(e->loop, 0);
}

static void
on_time(void *arg)
{
	(void)arg;
	abort();
}

static bool
close_fits(const uint8_t *p, size_t n)
{
	int code = n >= 2 ? p[0] << 8 | p[1] : 0;

	return n == 0 || (n >= 2 && ((code >= 1000 && code <= 1014 &&
	    code != 1004 && code != 1005 && code != 1006) ||
	    (code >= 3000 && code <= 4999)) &&
	    utf8_valid((const char *)p + 2, n - 2));
}

/* A whole frame of the client; p is its payload, unmasked. */
static void
refer(struct reference *r, uint8_t first, const uint8_t *p, size_t n)
{
	int opcode = first & 15;
	bool fin = first >> 7;

	if (opcode == 8) {
		r->closed = close_fits(p, n);
		r->failed = !r->closed;
		return;
	}
	if (opcode == 9) {
		buf_byte(&r->pongs, (char)n);
		buf_add(&r->pongs, p, n);
	}
	if (opcode >= 8)
		return;
	if (opcode != 0)
		r->text = opcode == 1;
	r->open = !fin;
	buf_add(&r->part, p, n);
	if (r->part.len > CEILING)
		r->failed = true;
	if (!fin || r->failed)
		return;
	if (r->text && !utf8_valid(r->part.data, r->part.len)) {
		r->failed = true;
		return;
	}
	buf_byte(&r->messages, r->text ? 't' : 'b');
	buf_add(&r->messages, &r->part.len, sizeof(r->part.len));
	buf_add(&r->messages, r->part.data, r->part.len);
	buf_clear(&r->part);
}

/* How long the header of a frame is and its payload; 0: not all is there. */
static size_t
head(const uint8_t *p, size_t n, uint64_t *len, bool *odd)
{
	size_t k = 2, i;

	if (n < 2)
		return 0;
	*len = p[1] & 127;
	k += *len == 126 ? 2 : *len == 127 ? 8 : 0;
	k += p[1] & 128 ? 4 : 0;
	if (n < k)
		return 0;
	*odd = false;
	if (*len == 126) {
		*len = (uint64_t)p[2] << 8 | p[3];
		*odd = *len < 126;
	} else if (*len == 127) {
		for (*len = 0, i = 2; i < 10; i++)
			*len = *len << 8 | p[i];
		*odd = *len < 65536 || *len >> 63;
	}
	return k;
}

static void
read_client(struct reference *r, const uint8_t *p, size_t n)
{
	uint8_t *text;
	uint64_t len;
	size_t k, i;
	bool odd;
	int opcode;

	while (!r->failed && !r->closed && (k = head(p, n, &len, &odd)) > 0) {
		opcode = p[0] & 15;
		if (odd || (p[0] & 0x70) || !(p[1] & 128) ||
		    (opcode > 2 && opcode < 8) || opcode > 10 ||
		    (opcode >= 8 && (len > 125 || !(p[0] >> 7))) ||
		    (opcode == 0 && !r->open) ||
		    ((opcode == 1 || opcode == 2) && r->open)) {
			r->failed = true;
			return;
		}
		if (n - k < len)
			return;
		text = malloc((size_t)len + 1);
		for (i = 0; i < len; i++)
			text[i] = p[k + i] ^ p[k - 4 + i % 4];
		refer(r, p[0], text, (size_t)len);
		free(text);
		p += k + len;
		n -= k + (size_t)len;
	}
}

/* What a server sends: only pongs, and a close frame last.  A client that leaves
 * without one may find the last frame cut. */
static void
check_server(const struct reference *r, const uint8_t *p, size_t n)
{
	size_t k, at = 0;
	uint64_t len;
	bool odd, closed = false;

	while ((k = head(p, n, &len, &odd)) > 0) {
		assert(!odd && !(p[1] & 128) && p[0] >> 4 == 8);
		assert(!closed);
		if (n - k < len && !r->closed)
			return;
		assert(n - k >= len);
		closed = (p[0] & 15) == 8;
		assert(closed || (p[0] & 15) == 10);
		/* of several pings one may be answered, a later one */
		while (!closed && (at >= r->pongs.len ||
		    (unsigned char)r->pongs.data[at] != len ||
		    memcmp(r->pongs.data + at + 1, p + k, len) != 0)) {
			assert(at < r->pongs.len);
			at += 1 + (unsigned char)r->pongs.data[at];
		}
		assert(!closed || close_fits(p + k, len));
		p += k + len;
		n -= k + (size_t)len;
	}
	assert(!r->closed || (n == 0 && closed));
}

static void
serve(const uint8_t *p, size_t n, size_t bite)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: "
	    "websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
	static const struct ws_ops ops = { .message = on_message,
		.end = on_end };
	static const struct ws_opts opts = { .max_message = CEILING,
		.close_ms = 50 };
	struct httphead *h = httphead_new(HTTPHEAD_REQUEST);
	struct reference r = { 0 };
	struct end e = { .loop = loop_new() };
	struct timer timer = { .fire = on_time };
	struct wire w = { .bite = bite, .whole = true };
	struct io io = { &wire_ops, &w };
	struct ws *ws;
	struct buf back;
	char *end;
	size_t used, room;
	int fds[2];
	ssize_t k;

	buf_init(&r.messages, SENT_MAX);
	buf_init(&r.pongs, SENT_MAX);
	buf_init(&r.part, SENT_MAX);
	buf_init(&e.got, SENT_MAX);
	buf_init(&back, SENT_MAX);
	read_client(&r, p, n);
	assert(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	fd_nonblock(fds[0]);
	fd_nonblock(fds[1]);
	k = n > 0 ? write(fds[1], p, n) : 0;
	assert(k == (ssize_t)n);
	shutdown(fds[1], SHUT_WR);
	httphead_feed(h, request, sizeof(request) - 1, &used);
	w.fd = fds[0];
	ws = ws_server(e.loop, io, h, NULL, 0, &opts, &ops, &e);
	loop_timer(e.loop, &timer, clock_ms() + WAIT_MS);
	loop_run(e.loop);
	loop_untimer(e.loop, &timer);
	assert(e.over);
	ws_free(ws);
	assert(e.got.len == r.messages.len && (e.got.len == 0 ||
	    memcmp(e.got.data, r.messages.data, e.got.len) == 0));
	do {
		(void)buf_room(&back, 4096);
		room = 4096;
		k = read(fds[1], back.data + back.len, room);
		if (k > 0)
			buf_added(&back, (size_t)k);
	} while (k > 0);
	buf_str(&back, "");
	end = back.data != NULL ? strstr(back.data, "\r\n\r\n") : NULL;
	if (end != NULL)
		check_server(&r, (uint8_t *)end + 4, back.len -
		    (size_t)(end + 4 - back.data));
	close(fds[1]);
	httphead_free(h);
	loop_free(e.loop);
	buf_done(&r.messages);
	buf_done(&r.pongs);
	buf_done(&r.part);
	buf_done(&e.got);
	buf_done(&back);
}

/* Queues pieces of the bytes as messages and control frames, and reads back
 * what goes out. */
static void
send_all(const uint8_t *p, size_t n, size_t bite, unsigned how)
{
	struct buf want;
	struct reference r = { 0 };
	struct paper w = { .bite = bite };
	struct wsout *o = wsout_new((struct io){ &paper_ops, &w }, true);
	size_t k;

	buf_init(&w.out, SENT_MAX);
	buf_init(&want, SENT_MAX);
	buf_init(&r.messages, SENT_MAX);
	buf_init(&r.pongs, SENT_MAX);
	buf_init(&r.part, SENT_MAX);
	for (; n > 0; p += k, n -= k, how = how * 1103515245 + 12345) {
		k = how >> 16 & 255;
		k = k < n ? k : n;
		if (how >> 28 == 0) {
			wsout_ping(o, p, k < 125 ? k : 125);
		} else if (wsout_message(o, false, p, k) == 0) {
			buf_byte(&want, 'b');
			buf_add(&want, &k, sizeof(k));
			buf_add(&want, p, k);
		}
		if (how >> 24 & 1)
			wsout_unblock(o);
		wsout_pump(o);
		k = k > 0 ? k : 1;
	}
	wsout_close(o, 1000, "done");
	for (k = 0; k < SENT_MAX && !wsout_closed(o); k++) {
		wsout_unblock(o);
		wsout_pump(o);
	}
	assert(wsout_closed(o) && wsout_queued(o) == 0);
	read_client(&r, (const uint8_t *)w.out.data, w.out.len);
	assert(r.closed && !r.failed);
	assert(r.messages.len == want.len && (want.len == 0 ||
	    memcmp(r.messages.data, want.data, want.len) == 0));
	wsout_free(o);
	buf_done(&w.out);
	buf_done(&want);
	buf_done(&r.messages);
	buf_done(&r.pongs);
	buf_done(&r.part);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	if (n < 2 || n > 60000)
		return 0;
	serve(p + 2, n - 2, (size_t)p[0] + 1);
	send_all(p + 2, n - 2, (size_t)p[0] + 1, p[1] * 2654435761u);
	return 0;
}
