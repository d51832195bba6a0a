/*
 * ws-echo [--cacert FILE] [--proxy URL] [--no-proxy LIST] [--timeout SECONDS]
 *     [--close-timeout SECONDS] [--dead SECONDS] [--max BYTES]
 *     [--send TEXT]... [--close-code N] URL
 *
 * Connects to a ws:// or wss:// URL and sends each message back as it came
 * until the server closes, so that conformance suites can judge the WebSocket
 * layer.  Ends with 0 after a close frame, with 76 where the server broke the
 * protocol, with the transport's code where it could not be reached.  What
 * happened stands on standard error, a sentence.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "loop/loop.h"
#include "base/opt.h"
#include "net/transport.h"
#include "base/url.h"
#include "net/ws.h"

enum { HOLD = 32 << 20 };

struct echo {
	struct loop *loop;
	struct transport *transport;
	struct ws *ws;
	struct url url;
	char *authority;
	struct ws_opts opts;
	struct transport_opts to;
	struct opt_list sends;
	int close_code;		/* sent after the last echo; 0: never */
	int left;
	bool paused;
};

static void
on_open(void *arg)
{
	struct echo *e = arg;
	size_t i;

	log_info(1, "upgraded");
	for (i = 0; i < e->sends.n; i++)
		ws_send(e->ws, true, e->sends.v[i], strlen(e->sends.v[i]));
	e->left = (int)e->sends.n;
}

/* With --send the peer is the one that echoes. */
static void
on_message(void *arg, bool text, char *p, size_t n)
{
	struct echo *e = arg;

	if (e->sends.n > 0) {
		printf("%.*s\n", (int)n, p);
		if (--e->left == 0 && e->close_code)
			ws_close(e->ws, e->close_code, "done");
		return;
	}
	if (ws_send(e->ws, text, p, n) == -1)
		log_warn("a message could not be sent back");
	if (ws_queued(e->ws) > HOLD) {
		e->paused = true;
		ws_pause(e->ws);
	}
}

static void
on_room(void *arg)
{
	struct echo *e = arg;

	if (e->paused) {
		e->paused = false;
		ws_resume(e->ws);
	}
}

static void
on_end(void *arg, const struct ws_end *end)
{
	static const int codes[] = { [WS_CLOSED] = CODE_OK,
	    [WS_LOST] = CODE_TEMPFAIL, [WS_FAILED] = CODE_PROTOCOL,
	    [WS_REFUSED] = CODE_REFUSED };
	struct echo *e = arg;

	if (end->how == WS_CLOSED)
		log_info(1, "%s", end->why);
	else
		log_error("%s", end->why);
	if (end->status)
		log_error("HTTP status %d: %.*s", end->status,
		    (int)end->body_len, end->body);
	log_info(1, "code %d, %s", end->code, end->clean ? "clean" :
	    "not clean");
	loop_stop(e->loop, codes[end->how]);
}

static const struct ws_ops ws_ops = {
	.open = on_open, .message = on_message, .room = on_room, .end = on_end
};

static void
on_up(void *arg)
{
	struct echo *e = arg;

	e->opts.authority = e->authority;
	e->opts.target = e->url.target;
	e->ws = ws_client(e->loop, transport_io(e->transport), &e->opts,
	    &ws_ops, e);
	e->transport = NULL;
}

static void
on_failed(void *arg)
{
	struct echo *e = arg;

	log_error("%s", transport_why(e->transport));
	loop_stop(e->loop, transport_code(e->transport));
}

static const struct transport_ops transport_ops = { on_up, on_failed };

#define AT(member) OPT_AT(struct echo, member)
#define TIME OPT_TIME(OPT_MS, OPT_S, OPT_MS, 600 * OPT_S)

static const struct opt options[] = {
	{ "cacert", 0, OPT_FILE, AT(to.cafile), "file", "" },
	{ "proxy", 0, OPT_STR, AT(to.proxy), "url", "" },
	{ "no-proxy", 0, OPT_STR, AT(to.no_proxy), "hosts", "" },
	{ "timeout", 0, TIME, AT(to.connect_ms), "time", "" },
	{ "close-timeout", 0, TIME, AT(opts.close_ms), "time", "" },
	{ "dead", 0, TIME, AT(to.dead_ms), "time", "" },
	{ "max", 0, OPT_INT(1, 1 << 30), AT(opts.max_message), "n", "" },
	{ "send", 0, OPT_LIST, AT(sends), "text", "" },
	{ "close-code", 0, OPT_INT(1000, 4999), AT(close_code), "n", "" },
	OPT_END
};

int
main(int argc, char *argv[])
{
	struct echo e = { .opts = { .max_message = 64 << 20,
	    .max_queue = 256 << 20 } };
	char why[128];
	int code, at;

	log_init("ws-echo");
	at = opt_read(options, "url", &e, argc, argv, 1);
	if (at != argc - 1)
		log_die(CODE_USAGE, "usage: ws-echo [options] URL");
	e.opts.upgrade_ms = e.to.connect_ms;
	if (url_parse(&e.url, argv[at], why, sizeof(why)) == -1)
		log_die(CODE_USAGE, "%s", why);
	e.authority = url_authority(&e.url);
	e.to.host = e.url.host;
	e.to.port = e.url.port;
	e.to.tls = e.url.tls;
	transport_init();
	e.loop = loop_new();
	e.transport = transport_open(e.loop, &e.to, &transport_ops, &e);
	code = loop_run(e.loop);
	ws_free(e.ws);
	transport_close(e.transport);
	loop_free(e.loop);
	transport_exit();
	free(e.authority);
	url_done(&e.url);
	return code;
}
