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
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "loop/loop.h"
#include "base/opt.h"
#include "net/transport.h"
#include "base/url.h"
#include "net/ws.h"

enum { SENDS_MAX = 16, HOLD = 32 << 20 };

struct echo {
	struct loop *loop;
	struct transport *transport;
	struct ws *ws;
	struct url url;
	char *authority;
	struct ws_opts opts;
	const char *sends[SENDS_MAX];
	int count;
	int close_code;		/* sent after the last echo; 0: never */
	int left;
	bool paused;
};

static void
on_open(void *arg)
{
	struct echo *e = arg;
	int i;

	log_info(1, "upgraded");
	for (i = 0; i < e->count; i++)
		ws_send(e->ws, true, e->sends[i], strlen(e->sends[i]));
	e->left = e->count;
}

/* With --send the peer is the one that echoes. */
static void
on_message(void *arg, bool text, char *p, size_t n)
{
	struct echo *e = arg;

	if (e->count > 0) {
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

static const struct option longopts[] = {
	{ "cacert", required_argument, NULL, 'c' },
	{ "proxy", required_argument, NULL, 'p' },
	{ "no-proxy", required_argument, NULL, 'n' },
	{ "timeout", required_argument, NULL, 't' },
	{ "close-timeout", required_argument, NULL, 'T' },
	{ "dead", required_argument, NULL, 'd' },
	{ "max", required_argument, NULL, 'm' },
	{ "send", required_argument, NULL, 's' },
	{ "close-code", required_argument, NULL, 'C' },
	{ NULL, 0, NULL, 0 }
};

static int
time_option(const char *name)
{
	return (int)(opt_time(name, optarg, 1000000, 1000, 600000000) / 1000);
}

static void
parse(struct echo *e, struct transport_opts *o, int argc, char *argv[])
{
	int c;

	while ((c = opt_next(argc, argv, "v", longopts)) != -1)
		switch (c) {
		case 'c': o->cafile = optarg; break;
		case 'p': o->proxy = optarg; break;
		case 'n': o->no_proxy = optarg; break;
		case 't':
			o->connect_ms = time_option("--timeout");
			e->opts.upgrade_ms = o->connect_ms;
			break;
		case 'T':
			e->opts.close_ms = time_option("--close-timeout");
			break;
		case 'd': o->dead_ms = time_option("--dead"); break;
		case 'm':
			e->opts.max_message = (size_t)opt_int("--max", optarg,
			    1, 1 << 30);
			break;
		case 's':
			if (e->count < SENDS_MAX)
				e->sends[e->count++] = optarg;
			break;
		case 'C':
			e->close_code = (int)opt_int("--close-code", optarg,
			    1000, 4999);
			break;
		case 'v': log_louder(); break;
		default: log_die(CODE_USAGE, "unknown option");
		}
	if (optind != argc - 1)
		log_die(CODE_USAGE, "usage: ws-echo [options] URL");
}

int
main(int argc, char *argv[])
{
	struct echo e = { .opts = { .max_message = 64 << 20,
	    .max_queue = 256 << 20 } };
	struct transport_opts o = { 0 };
	char why[128];
	int code;

	log_init("ws-echo");
	parse(&e, &o, argc, argv);
	if (url_parse(&e.url, argv[optind], why, sizeof(why)) == -1)
		log_die(CODE_USAGE, "%s", why);
	e.authority = url_authority(&e.url);
	o.host = e.url.host;
	o.port = e.url.port;
	o.tls = e.url.tls;
	transport_init();
	e.loop = loop_new();
	e.transport = transport_open(e.loop, &o, &transport_ops, &e);
	code = loop_run(e.loop);
	ws_free(e.ws);
	transport_close(e.transport);
	loop_free(e.loop);
	transport_exit();
	free(e.authority);
	url_done(&e.url);
	return code;
}
