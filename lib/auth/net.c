/*
 * One request after another on the loop, with the retries that Google asks for:
 * on overload and server failures, three tries, 1 s and 2 s apart.
 */
#include "auth/net.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "net/transport.h"
#include "base/url.h"

/* A request under way. */
struct exchange {
	struct auth_net *net;
	struct http *http;
	struct auth_ask *ask;
	struct auth_body *body;
	struct auth_refusal *refusal;
	bool done;
};

int
auth_net_refuse(struct auth_refusal *r, int code, const char *fmt, ...)
{
	va_list ap;

	memset(r, 0, sizeof *r);
	r->code = code;
	va_start(ap, fmt);
	vsnprintf(r->why, sizeof r->why, fmt, ap);
	va_end(ap);
	return code;
}

void
auth_net_done(struct auth_net *net)
{
	if (net->up)
		transport_exit();
	net->up = false;
}

void
auth_net_note(const struct auth_net *net, int level, const char *fmt, ...)
{
	char text[AUTH_WHY];
	va_list ap;

	if (!net->note)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	net->note(net->arg, level, text);
}

char *
auth_net_url(const struct auth_net *net, const char *text)
{
	struct url url;
	char why[80], *made;
	size_t n;

	if (!net->endpoint || url_parse(&url, text, why, sizeof why) == -1)
		return mem_str(text);
	n = strlen(net->endpoint);
	while (n > 0 && net->endpoint[n - 1] == '/')
		n--;
	made = mem_printf("%.*s%s", (int)n, net->endpoint, url.target);
	url_done(&url);
	return made;
}

void
auth_net_body_done(struct auth_body *b)
{
	if (b->p)
		mem_wipe(b->p, b->n);
	free(b->p);
	memset(b, 0, sizeof *b);
}

/* No answer at all: what that means. */
static void
unanswered(struct auth_refusal *r, const struct auth_question *q,
    const struct http_answer *a)
{
	static const struct {
		enum http_result result;
		int code;
		const char *say;
	} table[] = {
		{ HTTP_UNREACHED, CODE_UNAVAILABLE, "check the network, the "
		    "name service and HTTPS_PROXY" },
		{ HTTP_TLS, CODE_PROTOCOL, "is that a port of TLS? or a "
		    "proxy in between?" },
		{ HTTP_CERTIFICATE, CODE_CONFIG, "check this machine's clock "
		    "and the certificates (--cacert, SSL_CERT_FILE)" },
		{ HTTP_TIMEOUT, CODE_UNAVAILABLE, "no whole answer in time; "
		    "try again later, or give a longer --timeout" },
		{ HTTP_TOO_LONG, CODE_PROTOCOL, "check for a proxy or login "
		    "page in between" },
		{ HTTP_BROKEN, CODE_PROTOCOL, "check for a proxy in between" },
		{ HTTP_WRONG, CODE_CONFIG, "check the endpoint's URL" }
	};
	size_t i;

	for (i = 0; table[i].result != a->result; i++)
		;
	auth_net_refuse(r, table[i].code, "%s: %s; %s", q->host, a->why,
	    table[i].say);
	r->retry = table[i].code == CODE_UNAVAILABLE;
}

/* The metadata server identifies itself, so that nothing else is mistaken for
 * it. */
static bool
flavored(const struct http_answer *a)
{
	char *s = http_field(a, "Metadata-Flavor");
	bool yes = s && strcmp(s, "Google") == 0;

	free(s);
	return yes;
}

static void
on_answer(void *arg, const struct http_answer *a)
{
	struct exchange *p = arg;
	struct auth_question *q = &p->ask->question;

	p->done = true;
	loop_stop(p->net->loop, 0);
	if (a->result != HTTP_ANSWERED) {
		unanswered(p->refusal, q, a);
		return;
	}
	q->skew = a->date > 0 ? clock_wall() - a->date : 0;
	auth_net_note(p->net, 2, "%s answered %d, %zu bytes", q->host,
	    a->status, a->len);
	if (p->ask->flavor && !flavored(a))
		auth_net_refuse(p->refusal, CODE_PROTOCOL,
		    "%s answers, but is not "
		    "Google's metadata server", q->host);
	else if (a->status != 200)
		auth_reply_refused(p->refusal, q, a->status, a->body, a->len);
	else {
		p->body->p = mem_copy(a->body, a->len);
		p->body->n = a->len;
	}
}

static int
interrupted(struct auth_net *net, struct auth_refusal *r)
{
	return auth_net_refuse(r, CODE_SIGNAL + net->signo, "interrupted");
}

static int
once(struct auth_net *net, struct auth_ask *ask, struct auth_body *body,
    struct auth_refusal *r)
{
	struct exchange p = { .net = net, .ask = ask, .body = body,
		.refusal = r };

	memset(r, 0, sizeof *r);
	if (!net->up)
		transport_init();
	net->up = true;
	p.http = http_start(net->loop, &ask->http, on_answer, &p);
	while (!p.done && !net->signo)
		loop_run(net->loop);
	http_close(p.http);
	return net->signo ? interrupted(net, r) : r->code;
}

static void
on_time(void *arg)
{
	loop_stop(arg, 0);
}

int
auth_net_wait(struct auth_net *net, int ms)
{
	struct timer t = { .fire = on_time, .arg = net->loop };
	int64_t until = clock_ms() + ms;

	while (!net->signo && clock_ms() < until) {
		loop_timer(net->loop, &t, until);
		loop_run(net->loop);
	}
	loop_untimer(net->loop, &t);
	return net->signo ? CODE_SIGNAL + net->signo : 0;
}

/* 1 s, then 2 s and so on, plus or minus 10 %. */
static int
pause_ms(int try)
{
	unsigned char r;
	int ms = 1000 << (try < 4 ? try : 4);

	crypt_random(&r, 1);
	return ms * 9 / 10 + ms / 5 * r / 255;
}

int
auth_net_ask(struct auth_net *net, struct auth_ask *ask,
    struct auth_body *body, struct auth_refusal *r)
{
	int tries = ask->tries ? ask->tries : 3, try, ms, code = CODE_CONFIG;
	struct url url;
	char why[120], *host;

	memset(body, 0, sizeof *body);
	if (url_parse(&url, ask->http.url, why, sizeof why) == -1)
		return auth_net_refuse(r, code, "a URL to ask is none: %s",
		    why);
	host = url_authority(&url);
	url_done(&url);
	ask->question.host = host;
	ask->http.max = AUTH_ANSWER_MAX;
	ask->http.ca = net->ca;
	ask->http.cafile = net->cafile;
	ask->http.cadir = net->cadir;
	if (!ask->http.total_ms)
		ask->http.total_ms = net->timeout_ms;
	for (try = 0; try < tries; try++) {
		code = once(net, ask, body, r);
		/* what is unreachable now still will be in a second */
		if (!r->retry || code != CODE_TEMPFAIL || try == tries - 1)
			break;
		ms = pause_ms(try);
		auth_net_note(net, 1, "%s; again in %d ms", r->why, ms);
		if (auth_net_wait(net, ms) != 0) {
			code = interrupted(net, r);
			break;
		}
	}
	free(host);
	ask->question.host = NULL;
	return code;
}
