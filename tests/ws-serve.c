/*
 * ws-serve [--ca FILE] [--send COUNT,SIZE] [--once] [--max BYTES]
 *
 * The server's side of the WebSocket layer, for tests and measurements: with
 * --ca over TLS by a certificate made on the fly, whose authority is written
 * to FILE.  Prints its port.  Sends each message back as it came, or with
 * --send COUNT messages of SIZE bytes and then waits for as many before it
 * closes.  GET / without an upgrade is answered with "hello".  --once ends the
 * program with the first WebSocket connection.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/crypt.h"
#include "base/fd.h"
#include "net/httpd.h"
#include "net/httphead.h"
#include "net/listen.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "base/opt.h"
#include "net/ws.h"
#include "net/wsup.h"

enum { HOLD = 1 << 20 };

struct serve {
	struct loop *loop;
	const char *ca;
	long count, size;
	bool once;
	struct ws_opts opts;
	struct conn *conns;
};

struct conn {
	struct serve *serve;
	struct conn *next;
	struct httpd *httpd;
	struct ws *ws;
	long left, wanted;
	char *data;
};

static void
forget(struct conn *c)
{
	struct conn **at = &c->serve->conns;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	ws_free(c->ws);
	free(c->data);
	free(c);
}

static void
pour(void *arg)
{
	struct conn *c = arg;

	while (c->left > 0 && ws_queued(c->ws) < HOLD) {
		ws_send(c->ws, false, c->data, (size_t)c->serve->size);
		c->left--;
	}
}

static void
on_message(void *arg, bool text, char *p, size_t n)
{
	struct conn *c = arg;

	if (!c->serve->count)
		ws_send(c->ws, text, p, n);
	else if (--c->wanted == 0)
		ws_close(c->ws, 1000, "done");
}

static void
on_end(void *arg, const struct ws_end *end)
{
	struct conn *c = arg;
	struct loop *loop = c->serve->loop;
	bool once = c->serve->once;

	log_info(1, "%s", end->why);
	forget(c);
	if (once)
		loop_stop(loop, 0);
}

static const struct ws_ops ws_ops = {
	.message = on_message, .room = pour, .end = on_end
};

static void
on_request(void *arg, struct httpd *h, const struct httphead *head,
    const char *body, size_t n)
{
	struct conn *c = arg;
	char why[128];
	const void *rest;
	struct io io;
	int status;
	size_t len;

	(void)body;
	(void)n;
	if (!wsup_asked(head)) {
		httpd_answer(h, 200, "text/plain", NULL, "hello\n", 6);
		return;
	}
	status = wsup_check_request(head, why, sizeof(why));
	if (status) {
		httpd_answer(h, status, "text/plain", NULL, why, strlen(why));
		return;
	}
	io = httpd_take(h, &rest, &len);
	c->ws = ws_server(c->serve->loop, io, head, rest, len,
	    &c->serve->opts, &ws_ops, c);
	httpd_close(h, IO_CLOSE);
	c->httpd = NULL;
	c->left = c->wanted = c->serve->count;
	c->data = mem_alloc((size_t)c->serve->size);
	pour(c);
}

static void
on_httpd_end(void *arg, struct httpd *h)
{
	(void)h;
	forget(arg);
}

static const struct httpd_ops httpd_ops = { on_request, on_httpd_end };

static void
on_accept(void *arg, struct io io, const char *peer)
{
	struct serve *s = arg;
	struct conn *c = mem_alloc(sizeof(*c));

	log_info(1, "a connection from %s", peer);
	c->serve = s;
	c->next = s->conns;
	s->conns = c;
	c->httpd = httpd_open(s->loop, io, &httpd_ops, c);
}

static void
on_signal(void *arg, int signo)
{
	struct serve *s = arg;

	(void)signo;
	loop_stop(s->loop, 0);
}

/* COUNT,SIZE */
static int
set_send(void *arg, const char *text, char *why, size_t size)
{
	struct serve *s = arg;
	char *end;

	s->count = strtol(text, &end, 10);
	s->size = *end == ',' ? strtol(end + 1, &end, 10) : -1;
	if (*end == '\0' && s->count > 0 && s->size >= 0 &&
	    s->size <= 1 << 30)
		return CODE_OK;
	snprintf(why, size, "COUNT,SIZE wanted");
	return CODE_USAGE;
}

#define AT(member) OPT_AT(struct serve, member)

static const struct opt options[] = {
	{ "ca", 0, OPT_FILE, AT(ca), "file", "" },
	{ "send", 0, OPT_CALL(set_send), OPT_NOWHERE, "count,size", "" },
	{ "max", 0, OPT_INT(1, 1 << 30), AT(opts.max_message), "n", "" },
	{ "once", 0, OPT_FLAG, AT(once), NULL, "" },
	OPT_END
};

/* A certificate for this machine; its authority goes to the file. */
static void
certify(struct serve *s, struct buf *cert, struct buf *key)
{
	static const char *const names[] = { "localhost", "127.0.0.1", "::1",
	    NULL };
	struct crypt_ca *ca = crypt_ca_new("ws-serve");
	struct buf pem;

	buf_init(&pem, 65536);
	crypt_ca_pem(ca, &pem);
	if (crypt_cert_new(ca, names, -3600, 86400, cert, key) == -1)
		log_die(CODE_BUG, "no certificate");
	if (fd_replace(s->ca, pem.data, pem.len, 0644) == -1)
		log_die(CODE_IO, "%s:", s->ca);
	crypt_ca_free(ca);
	buf_done(&pem);
}

int
main(int argc, char *argv[])
{
	struct serve s = { .opts = { .max_message = 64 << 20 } };
	struct listen_opts o = { 0 };
	struct listen *l;
	struct buf cert, key;
	char why[256];
	int code;

	log_init("ws-serve");
	opt_read(options, "", &s, argc, argv, 1);
	buf_init(&cert, 65536);
	buf_init(&key, 65536);
	if (s.ca) {
		certify(&s, &cert, &key);
		o.cert = cert.data;
		o.key = key.data;
	}
	s.loop = loop_new();
	l = listen_open(s.loop, &o, on_accept, &s, why, sizeof(why));
	if (!l)
		log_die(CODE_IO, "%s", why);
	loop_signal(s.loop, SIGTERM, on_signal, &s);
	printf("%d\n", listen_port(l));
	fflush(stdout);
	code = loop_run(s.loop);
	while (s.conns) {
		httpd_close(s.conns->httpd, IO_DROP);
		forget(s.conns);
	}
	listen_close(l);
	loop_free(s.loop);
	buf_wipe(&cert);
	buf_wipe(&key);
	return code;
}
