/*
 * Any bytes as what a server on loopback answers to gl-auth, over libcurl as
 * gl-auth reads it: a body, or a refusal with a code and a sentence that a
 * terminal can take; and the same however the bytes are cut.  The first byte
 * says who is asked, the second where the bytes are cut.
 */
#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "auth/mint.h"
#include "auth/net.h"
#include "base/fd.h"
#include "base/json.h"
#include "loop/loop.h"
#include "net/http.h"
#include "net/httpdate.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* The server: it reads a request, writes, and says that it is done. */
struct server {
	int fd, conn;
	bool asked;
	const uint8_t *p;
	size_t n, cut, at;
};

static int
want(void *arg, struct pollfd *pfd, int room)
{
	struct server *s = arg;

	(void)room;
	pfd->fd = s->conn == -1 ? s->fd : s->conn;
	pfd->events = s->asked && s->at <= s->n ? POLLOUT : POLLIN;
	return 1;
}

static void
hang_up(struct server *s)
{
	/* leaves no port waiting */
	const struct linger now = { 1, 0 };

	if (s->conn != -1) {
		setsockopt(s->conn, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		close(s->conn);
	}
	s->conn = -1;
	s->asked = false;
	s->at = 0;
}

static void
answer(struct server *s)
{
	size_t k = s->at < s->cut ? s->cut : s->n;
	ssize_t w;

	if (s->at == s->n) {
		shutdown(s->conn, SHUT_WR);
		s->at++;
		return;
	}
	w = send(s->conn, s->p + s->at, k - s->at, MSG_NOSIGNAL);
	if (w > 0)
		s->at += (size_t)w;
	else
		hang_up(s);
}

static void
ready(void *arg, const struct pollfd *pfd, int n)
{
	struct server *s = arg;
	char request[8192];

	(void)pfd;
	(void)n;
	if (s->conn == -1) {
		s->conn = accept(s->fd, NULL, NULL);
		fd_nonblock(s->conn);
	} else if (s->asked && s->at <= s->n) {
		answer(s);
	} else if (recv(s->conn, request, sizeof(request), 0) > 0) {
		s->asked = true;
	} else {
		hang_up(s);
	}
}

static int
listening(char *url, size_t size)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || bind(fd, (struct sockaddr *)&a, len) == -1 ||
	    listen(fd, 16) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) == -1)
		abort();
	fd_nonblock(fd);
	snprintf(url, size, "http://127.0.0.1:%d/t", ntohs(a.sin_port));
	return fd;
}

/* The answer as http gives it. */
struct seen {
	struct loop *loop;
	enum http_result result;
	int status;
	size_t len;
	bool done;
};

static void
on_answer(void *arg, const struct http_answer *a)
{
	struct seen *s = arg;
	char *after = http_field(a, "Retry-After");
	char *date = http_field(a, "Date");

	if (after != NULL)
		assert(httpdate_after(after, date, 1800000000) >= 0);
	free(after);
	free(date);
	s->result = a->result;
	s->status = a->status;
	s->len = a->len;
	s->done = true;
	assert(a->len <= AUTH_ANSWER_MAX);
	assert(a->result != HTTP_ANSWERED || strlen(a->body) <= a->len);
	loop_stop(s->loop, 0);
}

/* A sentence for a terminal. */
static void
sentence(const struct auth_refusal *r)
{
	const char *s;

	assert(r->code != 0 && r->why[0] != '\0');
	for (s = r->why; *s; s++)
		assert((unsigned char)*s >= ' ' && *s != 0x7f);
}

static void
body(const struct auth_body *b)
{
	struct auth_grant g;
	char why[200];

	if (auth_reply_oauth(&g, b->p, b->n, 1000, why, sizeof(why)) == 0)
		assert(g.token != NULL);
	auth_reply_done(&g);
	if (auth_reply_iam(&g, b->p, b->n, why, sizeof(why)) == 0)
		assert(g.token != NULL);
	auth_reply_done(&g);
	json_free(auth_mint_answer(b->p, b->n, why, sizeof(why)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct source_ops ops = { want, ready };
	static struct auth_net net;
	static struct server s;
	static char url[64];
	struct auth_ask ask = { .http = { .url = url, .body = "x",
		.body_len = 1, .direct = true }, .tries = 1 };
	struct auth_body got;
	struct auth_refusal r;
	struct seen seen = { 0 };
	struct http *h;
	int code;

	if (n < 2)
		return 0;
	if (net.loop == NULL) {
		net.loop = loop_new();
		net.timeout_ms = 5000;
		s.conn = -1;
		s.fd = listening(url, sizeof(url));
		loop_add(net.loop, &ops, &s);
	}
	s.p = p + 2;
	s.n = s.cut = n - 2;
	ask.question.place = p[0] % (AUTH_AT_SERVICE + 1);
	ask.flavor = ask.question.place == AUTH_AT_METADATA;
	code = auth_net_ask(&net, &ask, &got, &r);
	hang_up(&s);
	if (code == 0)
		body(&got);
	else
		sentence(&r);
	s.cut = s.n * p[1] / 256;
	seen.loop = net.loop;
	h = http_start(net.loop, &ask.http, on_answer, &seen);
	while (!seen.done)
		loop_run(net.loop);
	http_close(h);
	hang_up(&s);
	if (code == 0)
		assert(seen.result == HTTP_ANSWERED && seen.status == 200 &&
		    seen.len == got.n);
	else if (!ask.flavor)
		assert(seen.result != HTTP_ANSWERED || seen.status != 200);
	auth_net_body_done(&got);
	return 0;
}
