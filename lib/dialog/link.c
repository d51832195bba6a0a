/*
 * A connection from dialling to its end.  Until the upgrade two things are in
 * progress, the secret and the transport; whichever fails first ends both.  The
 * secret is in one buffer until the request has been handed over.
 */
#include "dialog/link.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "dialog/token.h"
#include "net/transport.h"
#include "base/url.h"
#include "net/httpdate.h"
#include "net/httphead.h"
#include "net/ws.h"

enum {
	HEADS_MAX = 64 * 1024,	/* all credential headers */
	FIELDS_MAX = 40		/* header fields we send */
};

struct link {
	struct loop *loop;
	const struct link_opts *o;
	const struct link_ops *ops;
	void *arg;
	struct url url;
	struct transport *transport;
	struct token_ask *ask;
	struct ws *ws;
	struct buf heads;	/* credential headers, CR LF after each */
	struct timer timer;	/* a failure to report; later the ping */
	char bad[160];		/* what is wrong with the URL */
	bool have_secret, up, open, paused;
	int64_t heard;		/* when a byte last came, as of the last ping */
	int pings;		/* since then */
	int64_t after_ms;	/* the refusal's Retry-After */
};

/* Reports once that the connection did not come up. */
static void
refuse(struct link *l, int http, const char *body, size_t n, int code,
    const char *why)
{
	token_drop(l->ask);
	l->ask = NULL;
	loop_untimer(l->loop, &l->timer);
	l->ops->refused(l->arg, http, body, n, code, why);
}

/* Time alone is not a sign of death: it also passes while this program is
 * stopped.  Only pings that went out and got no answer are. */
static void
ping(void *arg)
{
	struct link *l = arg;
	int64_t now = loop_now(l->loop), heard = ws_stats(l->ws)->last_in;
	int64_t next = now + LINK_PING_MS;

	if (l->paused || heard != l->heard) {
		l->heard = heard;
		l->pings = 0;
		if (!l->paused && heard + LINK_PING_MS > now)
			next = heard + LINK_PING_MS;
	} else if (l->pings == LINK_PINGS) {
		l->open = false;
		ws_free(l->ws);
		l->ws = NULL;
		l->ops->closed(l->arg, 1006, "",
		    "no sign of life for 80 s, three pings unanswered");
		return;
	} else {
		ws_ping(l->ws, NULL, 0);
		l->pings++;
	}
	loop_timer(l->loop, &l->timer, next);
}

static void
on_open(void *arg)
{
	struct link *l = arg;

	l->open = true;
	l->timer.fire = ping;
	loop_timer(l->loop, &l->timer, loop_now(l->loop) + LINK_PING_MS);
	l->ops->open(l->arg);
}

static void
on_message(void *arg, bool text, char *p, size_t n)
{
	struct link *l = arg;

	(void)text;
	l->ops->message(l->arg, p, n);
}

static void
on_room(void *arg)
{
	struct link *l = arg;

	if (l->open)
		l->ops->room(l->arg);
}

/* The code for a refusal without an HTTP answer. */
static int
refusal_code(const struct ws_end *e)
{
	return e->how == WS_LOST ? CODE_UNAVAILABLE : CODE_PROTOCOL;
}

static void
note_after(struct link *l, const struct httphead *head)
{
	l->after_ms = head ? httpdate_after(httphead_get(head, "Retry-After"),
	    httphead_get(head, "Date"), clock_wall()) : 0;
}

/* The owner may free this link during the call. */
static void
on_end(void *arg, const struct ws_end *e)
{
	struct link *l = arg;
	struct ws *ws = l->ws;
	bool clear = strncmp(l->o->url, "ws://", 5) == 0;
	char why[400];

	l->ws = NULL;
	loop_untimer(l->loop, &l->timer);
	if (!l->open) {
		snprintf(why, sizeof(why), "%s%s", e->why, clear &&
		    e->how == WS_LOST ? "; a port of TLS wants wss://" : "");
		note_after(l, e->head);
		refuse(l, e->status, e->body, e->body_len, refusal_code(e),
		    why);
	} else {
		l->open = false;
		/* the code we send to a peer that breaks the protocol is not
		 * the service's */
		l->ops->closed(l->arg, e->how == WS_LOST ? 1006 :
		    e->how == WS_FAILED ? 1002 : e->code, e->reason, e->why);
	}
	ws_free(ws);
}

static const struct ws_ops ws_ops = {
	.open = on_open, .message = on_message, .room = on_room, .end = on_end
};

/* Lists the header fields: the credentials, ours, the user's. */
static void
list_heads(struct link *l, const char *list[FIELDS_MAX + 1])
{
	size_t n = 0, i;
	char *p, *end;

	list[n++] = "User-Agent: gl-session/" GL_VERSION;
	list[n++] = "x-goog-api-client: gl/" GL_VERSION;
	p = l->heads.len ? l->heads.data : NULL;
	while (p && *p && n < FIELDS_MAX && (end = strstr(p, "\r\n"))) {
		*end = '\0';
		list[n++] = p;
		p = end + 2;
	}
	for (i = 0; l->o->headers && l->o->headers[i] && n < FIELDS_MAX; i++)
		list[n++] = l->o->headers[i];
	list[n] = NULL;
}

/* Both the secret and the transport are ready: requests the upgrade. */
static void
upgrade(struct link *l)
{
	const char *list[FIELDS_MAX + 1];
	struct ws_opts wo = { .max_queue = LINK_QUEUE_MAX };
	char *authority;

	if (!l->have_secret || !l->up || l->ws)
		return;
	authority = url_authority(&l->url);
	list_heads(l, list);
	wo.authority = authority;
	wo.target = l->url.target;
	wo.headers = list;
	wo.upgrade_ms = l->o->connect_ms;
	wo.close_ms = l->o->close_ms;
	l->ws = ws_client(l->loop, transport_io(l->transport), &wo, &ws_ops,
	    l);
	l->transport = NULL;
	free(authority);
	buf_wipe(&l->heads);
}

static void
on_up(void *arg)
{
	struct link *l = arg;

	l->up = true;
	upgrade(l);
}

static void
on_failed(void *arg)
{
	struct link *l = arg;

	refuse(l, 0, NULL, 0, transport_code(l->transport),
	    transport_why(l->transport));
}

static const struct transport_ops transport_ops = { on_up, on_failed };

/* An ephemeral token needs its own method in the URL, and is recognised only by
 * the secret itself. */
static void
constrain(struct link *l)
{
	static const char method[] = ".BidiGenerateContent";
	size_t n = strlen(l->url.target), m = sizeof(method) - 1;
	char *longer;

	if (n < m || strcmp(l->url.target + n - m, method) != 0)
		return;
	longer = mem_printf("%sConstrained", l->url.target);
	free(l->url.target);
	l->url.target = longer;
}

static void
on_secret(void *arg, const struct token_reply *r)
{
	struct link *l = arg;
	const char *project = l->o->quota_project;
	enum credential c = l->o->credential;

	l->ask = NULL;
	if (c != CREDENTIAL_NONE && endpoint_is_ephemeral(r->secret)) {
		c = CREDENTIAL_EPHEMERAL;
		constrain(l);
	}
	/* a program may print either; only OAuth tokens begin this way */
	if (c == CREDENTIAL_KEY && strncmp(r->secret, "ya29.", 5) == 0)
		c = CREDENTIAL_BEARER;
	/* at full size from the start: growing would leave a copy behind */
	if (*r->secret)
		buf_room(&l->heads, strlen(r->secret) + 1024);
	if (endpoint_headers(c, r->secret, project ? project :
	    r->quota_project, &l->heads) < 0) {
		refuse(l, 0, NULL, 0, CODE_REFUSED,
		    "the key or token holds what no header can carry");
		return;
	}
	l->have_secret = true;
	upgrade(l);
}

static void
on_no_secret(void *arg, int code, const char *why)
{
	struct link *l = arg;

	l->ask = NULL;
	refuse(l, 0, NULL, 0, code, why);
}

static const struct token_ops token_ops = { on_secret, on_no_secret };

static void
tell_bad_url(void *arg)
{
	struct link *l = arg;

	refuse(l, 0, NULL, 0, CODE_CONFIG, l->bad);
}

struct link *
link_open(struct loop *loop, const struct link_opts *o,
    const struct link_ops *ops, void *arg)
{
	struct link *l = mem_alloc(sizeof(*l));
	struct transport_opts to = {
		.ca = o->ca, .cafile = o->cafile, .cadir = o->cadir,
		.proxy = o->proxy, .no_proxy = o->no_proxy,
		.connect_ms = o->connect_ms, .dead_ms = o->dead_ms
	};

	l->loop = loop;
	l->o = o;
	l->ops = ops;
	l->arg = arg;
	l->timer.arg = l;
	buf_init(&l->heads, HEADS_MAX);
	if (url_parse(&l->url, o->url, l->bad, sizeof(l->bad)) < 0) {
		l->timer.fire = tell_bad_url;
		loop_timer(loop, &l->timer, loop_now(loop));
		return l;
	}
	to.host = l->url.host;
	to.port = l->url.port;
	to.tls = l->url.tls;
	l->transport = transport_open(loop, &to, &transport_ops, l);
	l->ask = token_ask(o->token, &token_ops, l);
	return l;
}

void
link_free(struct link *l)
{
	if (!l)
		return;
	loop_untimer(l->loop, &l->timer);
	token_drop(l->ask);
	if (l->transport)
		transport_close(l->transport);
	if (l->ws)
		ws_free(l->ws);
	buf_wipe(&l->heads);
	url_done(&l->url);
	free(l);
}

int
link_send(struct link *l, const char *p, size_t n)
{
	return l->ws ? ws_send(l->ws, true, p, n) : -1;
}

void
link_close(struct link *l, int code, const char *reason)
{
	if (l->ws)
		ws_close(l->ws, code, reason);
}

int64_t
link_retry_after(const struct link *l)
{
	return l->after_ms;
}

size_t
link_queued(const struct link *l)
{
	return l->ws ? ws_queued(l->ws) : 0;
}

int64_t
link_round_trip(const struct link *l)
{
	return l->ws ? ws_round_trip(l->ws) : -1;
}

void
link_pause(struct link *l)
{
	l->paused = true;
	if (l->ws && l->open)
		ws_pause(l->ws);
}

void
link_resume(struct link *l)
{
	l->paused = false;
	if (l->ws && l->open)
		ws_resume(l->ws);
}
