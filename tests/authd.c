/*
 * authd [--tls DIR] [SETTINGS]: the servers of lib/emuauth on a loopback port
 * of its own.  Prints "PORT" on descriptor 3 once it listens; with --tls it
 * writes its authority to DIR/ca.pem first.  SIGUSR1 prints how often each
 * path was asked to standard output.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "crypt.h"
#include "emuauth.h"
#include "fd.h"
#include "httpd.h"
#include "httphead.h"
#include "listen.h"
#include "log.h"
#include "loop.h"
#include "mem.h"

struct server {
	struct loop *loop;
	struct emuauth *auth;
	struct waiting *waiting;
};

/* An answer that is held back. */
struct waiting {
	struct server *server;
	struct httpd *httpd;
	struct timer timer;
	struct emuauth_answer answer;
	struct waiting *next;
};

static void
send_answer(struct httpd *h, struct emuauth_answer *a)
{
	const char *lines[5] = { NULL };
	int i, n = 0;

	for (i = 0; i < 4; i++)
		if (a->lines[i][0])
			lines[n++] = a->lines[i];
	httpd_answer(h, a->status, a->type, lines, a->body.data ?
	    a->body.data : "", a->body.len);
	buf_done(&a->body);
}

static void
forget(struct server *s, struct httpd *h)
{
	struct waiting **at = &s->waiting, *w;

	while ((w = *at) && w->httpd != h)
		at = &w->next;
	if (!w)
		return;
	*at = w->next;
	loop_untimer(s->loop, &w->timer);
	buf_done(&w->answer.body);
	free(w);
}

static void
late(void *arg)
{
	struct waiting *w = arg;
	struct httpd *h = w->httpd;

	send_answer(h, &w->answer);
	buf_init(&w->answer.body, 1);
	forget(w->server, h);
}

static void
request(void *arg, struct httpd *h, const struct httphead *head,
    const char *body, size_t n)
{
	struct server *s = arg;
	struct emuauth_answer a;
	struct waiting *w;

	emuauth_answer(s->auth, head, body, n, clock_wall(), &a);
	if (a.manner == EMUAUTH_DROP) {
		buf_done(&a.body);
		httpd_close(h, IO_DROP);
	} else if (a.manner == EMUAUTH_NEVER || a.delay_ms > 0) {
		w = mem_alloc(sizeof *w);
		w->server = s;
		w->httpd = h;
		w->answer = a;
		w->timer.fire = late;
		w->timer.arg = w;
		w->next = s->waiting;
		s->waiting = w;
		if (a.manner == EMUAUTH_ANSWER)
			loop_timer(s->loop, &w->timer, clock_ms() +
			    a.delay_ms);
	} else
		send_answer(h, &a);
}

static void
end(void *arg, struct httpd *h)
{
	forget(arg, h);
}

static const struct httpd_ops ops = { request, end };

static void
accepted(void *arg, struct io io, const char *peer)
{
	struct server *s = arg;

	(void)peer;
	httpd_open(s->loop, io, &ops, s);
}

static void
on_count(void *arg, int signo)
{
	struct server *s = arg;

	(void)signo;
	printf("%zu\n", emuauth_count(s->auth, ""));
	fflush(stdout);
}

static void
on_end(void *arg, int signo)
{
	struct server *s = arg;

	(void)signo;
	loop_stop(s->loop, 0);
}

/* A certificate for the loopback address by an authority of our own. */
static void
certificate(const char *dir, struct buf *cert, struct buf *key)
{
	static const char *const names[] = { "127.0.0.1", "localhost", NULL };
	struct crypt_ca *ca = crypt_ca_new("authd");
	char *path = mem_printf("%s/ca.pem", dir);
	struct buf pem;

	buf_init(&pem, 65536);
	crypt_ca_pem(ca, &pem);
	if (crypt_cert_new(ca, names, -60, 86400, cert, key) == -1 ||
	    fd_replace(path, pem.data, pem.len, 0644) == -1)
		log_die(CODE_IO, "%s:", path);
	crypt_ca_free(ca);
	buf_done(&pem);
	free(path);
}

static struct emuauth *
settings(const char *path)
{
	struct emuauth *e;
	char why[200];
	size_t n = 0;
	char *p = path ? fd_slurp(path, 1 << 20, &n) : NULL;

	if (path && !p)
		log_die(CODE_NOINPUT, "%s:", path);
	e = emuauth_new(p, n, why, sizeof why);
	if (!e)
		log_die(CODE_DATA, "%s: %s", path, why);
	free(p);
	return e;
}

int
main(int argc, char *argv[])
{
	struct server s = { NULL, NULL, NULL };
	struct listen_opts o = { .port = 0 };
	struct buf cert, key;
	struct listener *l;
	char why[200], line[32];
	int rc, i = 1;

	log_init("authd");
	s.loop = loop_new();
	buf_init(&cert, 65536);
	buf_init(&key, 65536);
	if (argc > 2 && strcmp(argv[1], "--tls") == 0) {
		certificate(argv[2], &cert, &key);
		o.cert = cert.data;
		o.key = key.data;
		i = 3;
	}
	s.auth = settings(argv[i]);
	l = listen_open(s.loop, &o, accepted, &s, why, sizeof why);
	if (!l)
		log_die(CODE_IO, "%s", why);
	loop_signal(s.loop, SIGTERM, on_end, &s);
	loop_signal(s.loop, SIGUSR1, on_count, &s);
	snprintf(line, sizeof line, "%d\n", listen_port(l));
	fd_write_all(3, line, strlen(line));
	close(3);
	rc = loop_run(s.loop);
	listen_close(l);
	emuauth_free(s.auth);
	buf_done(&cert);
	buf_done(&key);
	_exit(rc);	/* connections that wait for ever are left as they are */
}
