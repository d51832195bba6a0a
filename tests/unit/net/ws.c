/* ws: a client and a server of ours over a pair of sockets on one loop, with
 * slow and broken connections, pauses, queues and every way to end. */
#include "net/ws.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../tap.h"
#include "../../wire.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fd.h"
#include "net/httphead.h"
#include "loop/loop.h"
#include "base/mem.h"

struct side {
	struct ws *ws;
	struct wire wire;
	int opened, messages, pongs, pings, rooms, ends;
	struct buf got;
	bool echo, pause, free_in_message, close_in_message;
	enum ws_how how;
	int code;
	bool clean, ours;
	char reason[200];
	char why[300];
	struct loop *loop;
};

struct pair {
	struct loop *loop;
	struct side client, server;
	struct timer timer;
	const char *until;	/* what the test waits for */
};

static void
on_open(void *arg)
{
	struct side *s = arg;

	s->opened++;
}

static void
on_message(void *arg, bool text, char *p, size_t n)
{
	struct side *s = arg;

	s->messages++;
	buf_add(&s->got, p, n);
	if (p[n] != '\0')
		printf("# no zero byte behind a message\n");
	p[0] ^= 0;
	if (s->echo)
		ws_send(s->ws, text, p, n);
	if (s->pause)
		ws_pause(s->ws);
	if (s->close_in_message)
		ws_close(s->ws, 1001, "enough");
	if (s->free_in_message) {
		ws_free(s->ws);
		s->ws = NULL;
		loop_stop(s->loop, 0);
	}
}

static void
on_pong(void *arg, const void *p, size_t n)
{
	struct side *s = arg;

	s->pongs++;
	buf_add(&s->got, p, n);
}

static void
on_ping(void *arg, const void *p, size_t n)
{
	struct side *s = arg;

	s->pings++;
	ws_pong(s->ws, p, n);
}

static void
on_room(void *arg)
{
	struct side *s = arg;

	s->rooms++;
	loop_stop(s->loop, 1);
}

static void
on_end(void *arg, const struct ws_end *e)
{
	struct side *s = arg;

	s->ends++;
	s->how = e->how;
	s->code = e->code;
	s->clean = e->clean;
	s->ours = e->ours;
	snprintf(s->reason, sizeof(s->reason), "%s", e->reason);
	snprintf(s->why, sizeof(s->why), "%s", e->why);
}

static const struct ws_ops ops = { .open = on_open, .message = on_message,
    .pong = on_pong, .ping = on_ping, .room = on_room, .end = on_end };

static void
on_time(void *arg)
{
	struct pair *p = arg;

	loop_stop(p->loop, 99);
}

/* Lets the loop run for some turns. */
static int
run(struct pair *p, int ms)
{
	int code;

	p->timer.fire = on_time;
	p->timer.arg = p;
	loop_timer(p->loop, &p->timer, clock_ms() + ms);
	code = loop_run(p->loop);
	loop_untimer(p->loop, &p->timer);
	return code;
}

/* Until a counter reaches a number, at most 5 s. */
static bool
until(struct pair *p, const int *count, int wanted)
{
	int i;

	for (i = 0; i < 5000 && *count < wanted; i++)
		run(p, 1);
	return *count >= wanted;
}

/* Connects both by reading the client's request as a server would. */
static void
connect_pair(struct pair *p, size_t bite, const struct ws_opts *co,
    const struct ws_opts *so)
{
	static const struct ws_opts none = { .authority = "h", .target = "/" };
	struct httphead *head = httphead_new(HTTPHEAD_REQUEST);
	struct io c = { &wire_ops, &p->client.wire },
	    s = { &wire_ops, &p->server.wire };
	char text[4096];
	size_t used = 0;
	ssize_t n;
	int fds[2];

	memset(&p->client, 0, sizeof(p->client));
	memset(&p->server, 0, sizeof(p->server));
	p->client.loop = p->server.loop = p->loop;
	buf_init(&p->client.got, 64 << 20);
	buf_init(&p->server.got, 64 << 20);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == -1)
		return;
	fd_nonblock(fds[0]);
	fd_nonblock(fds[1]);
	p->client.wire.fd = fds[0];
	p->client.wire.bite = bite;
	p->server.wire.fd = fds[1];
	p->server.wire.bite = bite;
	p->client.ws = ws_client(p->loop, c, co ? co : &none, &ops, &p->client);
	do {
		run(p, 1);
		n = fd_read(fds[1], text, sizeof(text));
	} while (n < 0 || httphead_feed(head, text, (size_t)n, &used) ==
	    HTTPHEAD_MORE);
	p->server.ws = ws_server(p->loop, s, head, text + used,
	    (size_t)n - used, so ? so : &none, &ops, &p->server);
	httphead_free(head);
	until(p, &p->client.opened, 1);
}

static void
done(struct pair *p)
{
	ws_free(p->client.ws);
	ws_free(p->server.ws);
	buf_done(&p->client.got);
	buf_done(&p->server.got);
	run(p, 1);
}

static void
pattern(char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = (char)(i * 7 + i / 251);
}

/* Messages of many sizes both ways. */
static void
test_echo(struct pair *p, size_t bite, size_t big)
{
	size_t sizes[] = { 0, 1, 125, 126, 65535, 65536, 70000, big }, i,
	    total = 0;
	char *data = mem_alloc(big);

	pattern(data, big);
	connect_pair(p, bite, NULL, NULL);
	p->server.echo = true;
	for (i = 0; i < 8; i++) {
		ws_send(p->client.ws, false, data, sizes[i]);
		total += sizes[i];
	}
	ok(until(p, &p->client.messages, 8) && p->client.got.len == total &&
	    memcmp(p->client.got.data + total - big, data, big) == 0,
	    bite ? "messages come back in small bites" :
	    "messages come back");
	is_int(p->client.wire.bad_retries + p->server.wire.bad_retries, 0,
	    "writes are repeated as they were");
	is_int((long long)ws_queued(p->client.ws), 0, "nothing is queued");
	is_int((long long)ws_stats(p->client.ws)->bytes_out, (long long)total,
	    "counted");
	free(data);
	done(p);
}

static void
test_close(struct pair *p)
{
	char longest[300];

	memset(longest, 'x', 299);
	memcpy(longest + 122, "\xc3\xa4", 2);
	longest[299] = '\0';
	connect_pair(p, 0, NULL, NULL);
	ws_send(p->client.ws, true, "bye", 3);
	ws_close(p->client.ws, 4000, longest);
	is_int(ws_send(p->client.ws, true, "late", 4), -1,
	    "nothing is sent after a close");
	ok(until(p, &p->client.ends, 1) && until(p, &p->server.ends, 1),
	    "the client closes");
	ok(p->server.messages == 1 && p->server.how == WS_CLOSED &&
	    p->server.code == 4000 && p->server.clean && !p->server.ours &&
	    strlen(p->server.reason) == 122,
	    "the server heard all of it, the reason cut at a character");
	ok(p->client.how == WS_CLOSED && p->client.code == 4000 &&
	    p->client.clean && p->client.ours, "the client got its echo");
	done(p);

	connect_pair(p, 0, NULL, NULL);
	p->client.close_in_message = true;
	ws_send(p->server.ws, true, "a", 1);
	ok(until(p, &p->server.ends, 1) && p->server.code == 1001 &&
	    strcmp(p->server.reason, "enough") == 0,
	    "a close from within a message");
	done(p);

	connect_pair(p, 0, NULL, NULL);
	ws_close(p->server.ws, 1011, "trouble");
	ok(until(p, &p->client.ends, 1) && p->client.code == 1011 &&
	    strcmp(p->client.reason, "trouble") == 0 && p->client.clean &&
	    !p->client.ours, "the server closes");
	done(p);

	connect_pair(p, 0, NULL, NULL);
	ws_close(p->client.ws, 0, NULL);
	ok(until(p, &p->server.ends, 1) && p->server.code == 1005,
	    "a close without code");
	done(p);
}

static void
test_end(struct pair *p)
{
	struct ws_opts quick = { .authority = "h", .target = "/",
	    .close_ms = 30 };

	connect_pair(p, 0, NULL, NULL);
	ws_free(p->server.ws);
	p->server.ws = NULL;
	ok(until(p, &p->client.ends, 1) && p->client.how == WS_LOST &&
	    p->client.code == 1006, "the server is gone");
	is_int(ws_send(p->client.ws, true, "x", 1), -1, "sending fails");
	done(p);

	connect_pair(p, 0, &quick, NULL);
	ws_pause(p->server.ws);
	ws_close(p->client.ws, 1000, "");
	ok(until(p, &p->client.ends, 1) && p->client.how == WS_LOST &&
	    !p->client.clean && p->client.ours &&
	    strstr(p->client.why, "no close frame"),
	    "a close that nobody answers");
	done(p);

	/* the peer says why and goes while we still write */
	connect_pair(p, 0, NULL, NULL);
	ws_close(p->server.ws, 1007, "bad");
	run(p, 2);
	ok(until(p, &p->client.ends, 1), "ended");
	done(p);

	connect_pair(p, 0, NULL, NULL);
	p->client.free_in_message = true;
	ws_send(p->server.ws, true, "a", 1);
	ws_send(p->server.ws, true, "b", 1);
	ok(until(p, &p->client.messages, 1), "freed within a message");
	run(p, 5);
	is_int(p->client.messages, 1, "and nothing more is heard");
	is_int(p->client.ends, 0, "not even the end");
	done(p);
}

/* The service's habit: a close frame, then the end, while we still write. */
static void
test_last_words(struct pair *p)
{
	static const char close_frame[] = "\x88\x05\x03\xefwhy";
	char *data = mem_alloc(1 << 20);
	int i;

	connect_pair(p, 0, NULL, NULL);
	ws_pause(p->server.ws);
	for (i = 0; i < 8; i++)
		ws_send(p->client.ws, false, data, 1 << 20);
	run(p, 5);
	if (write(p->server.wire.fd, close_frame, 7) != 7)
		ok(false, "wrote");
	ws_free(p->server.ws);
	p->server.ws = NULL;
	ok(until(p, &p->client.ends, 1) && p->client.how == WS_CLOSED &&
	    p->client.code == 1007 && strcmp(p->client.reason, "why") == 0,
	    "a reason that came is told, though a write failed");
	free(data);
	done(p);
}

static void
test_pings(struct pair *p)
{
	struct ws_opts held = { .hold_pong = true };

	connect_pair(p, 0, NULL, NULL);
	is_int(ws_ping(p->client.ws, "abc", 3), 0, "a ping");
	ok(until(p, &p->client.pongs, 1) && p->client.got.len == 3 &&
	    memcmp(p->client.got.data, "abc", 3) == 0, "comes back");
	is_int(ws_ping(p->client.ws, p, 126), -1, "one too long does not go");
	done(p);
	connect_pair(p, 0, NULL, &held);
	ws_ping(p->client.ws, "x", 1);
	ok(until(p, &p->server.pings, 1) && until(p, &p->client.pongs, 1),
	    "the owner may answer pings itself");
	done(p);
}

/* Pings overtake messages, but never get into the middle of one. */
static void
test_overtaking(struct pair *p)
{
	char *data = mem_alloc(4 << 20);

	connect_pair(p, 0, NULL, NULL);
	ws_pause(p->server.ws);
	ws_send(p->client.ws, false, data, 4 << 20);
	ws_send(p->client.ws, false, data, 4 << 20);
	run(p, 5);
	is_int(ws_ping(p->client.ws, "now", 3), 0, "a ping in the jam");
	is_int(ws_ping(p->client.ws, "no", 2), -1, "only one waits");
	ws_resume(p->server.ws);
	ok(until(p, &p->client.pongs, 1) && p->server.messages <= 2 &&
	    until(p, &p->server.messages, 2) &&
	    p->server.got.len == 8 << 20, "and both messages");
	free(data);
	done(p);
}

static void
test_queue(struct pair *p)
{
	struct ws_opts small = { .authority = "h", .target = "/",
	    .max_queue = 1 << 20, .low_water = 1000 };
	char *data = mem_alloc(1 << 18);
	int i, sent = 0;

	connect_pair(p, 0, &small, NULL);
	ws_pause(p->server.ws);
	for (i = 0; i < 100; i++) {
		sent += ws_send(p->client.ws, false, data, 1 << 18) == 0;
		run(p, 1);
	}
	ok(sent < 100 && ws_queued(p->client.ws) > 1 << 19 &&
	    ws_queued(p->client.ws) <= (1 << 20) + 100,
	    "the queue has a ceiling");
	is_int(p->client.rooms, 0, "no room while it is full");
	ws_resume(p->server.ws);
	ok(until(p, &p->client.rooms, 1), "room again");
	ok(ws_queued(p->client.ws) <= 1000, "below the low water");
	ok(until(p, &p->server.messages, sent), "all that were taken arrive");
	run(p, 5);
	is_int(p->client.rooms, 1, "told once");
	done(p);
	free(data);
}

static void
test_pause(struct pair *p)
{
	int i;

	connect_pair(p, 0, NULL, NULL);
	p->client.pause = true;
	for (i = 0; i < 5; i++)
		ws_send(p->server.ws, true, "x", 1);
	until(p, &p->client.messages, 1);
	run(p, 10);
	is_int(p->client.messages, 1, "paused after the first");
	ws_resume(p->client.ws);
	until(p, &p->client.messages, 2);
	run(p, 10);
	is_int(p->client.messages, 2, "one more");
	p->client.pause = false;
	ws_close(p->server.ws, 1000, "");
	ws_resume(p->client.ws);
	ok(until(p, &p->client.ends, 1) && p->client.messages == 5 &&
	    p->client.how == WS_CLOSED,
	    "the rest, and the end after it");
	done(p);
}

static void
test_raw(struct pair *p)
{
	connect_pair(p, 0, NULL, NULL);
	ws_send(p->server.ws, true, "good", 4);
	ws_raw(p->server.ws, "\xff\xff\xff", 3);
	ok(until(p, &p->client.ends, 1) && p->client.messages == 1 &&
	    p->client.how == WS_FAILED && p->client.code == 1002,
	    "garbage on purpose");
	done(p);
}

static void
test_ceiling(struct pair *p)
{
	struct ws_opts so = { .max_message = 1000 };
	char data[1001] = { 0 };

	connect_pair(p, 0, NULL, &so);
	ws_send(p->client.ws, false, data, 1000);
	ws_send(p->client.ws, false, data, 1001);
	ok(until(p, &p->client.ends, 1) && p->server.messages == 1 &&
	    p->client.how == WS_CLOSED && p->client.code == 1009,
	    "a message over the server's ceiling");
	ok(until(p, &p->server.ends, 1) && p->server.how == WS_FAILED &&
	    p->server.code == 1009, "the server says so");
	ok(p->server.wire.shut, "it said by the end of the bytes, too");
	ok(!p->client.wire.shut, "a client waits for that");
	done(p);
}

int
main(void)
{
	struct pair p = { .loop = loop_new() };

	test_echo(&p, 0, 3 << 20);
	test_echo(&p, 7, 70001);
	test_close(&p);
	test_end(&p);
	test_last_words(&p);
	test_pings(&p);
	test_overtaking(&p);
	test_queue(&p);
	test_pause(&p);
	test_raw(&p);
	test_ceiling(&p);
	loop_free(p.loop);
	return tap_done();
}
