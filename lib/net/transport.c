/*
 * Connects through libcurl's multi interface (names, proxies, TLS, happy
 * eyeballs) and then moves bytes by curl_easy_send() and curl_easy_recv().
 * While connecting, the transport is a source of the loop; afterwards the
 * holder of its io is.  The handle stays in the multi until the end.
 */
#define _DEFAULT_SOURCE		/* TCP_USER_TIMEOUT */

#include "net/transport.h"
#include "net/curl.h"
#include "net/explain.h"
#include "net/io.h"
#include "base/fd.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "base/url.h"

#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	CONNECT_MS = 10000,
	DEAD_MS = 10000
};

struct transport {
	struct loop *loop;
	const struct transport_ops *ops;
	void *arg;
	struct source *source;	/* while connecting */
	struct timer timer;
	CURLM *multi;
	CURL *easy;
	struct net_curl_sockets sockets;
	curl_socket_t fd;	/* once connected */
	bool heard;		/* something was read */
	bool tls;
	int dead_ms;
	struct explain to;	/* the destination, and why it failed */
};

void
transport_init(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		log_die(CODE_BUG, "libcurl cannot be initialised");
}

void
transport_exit(void)
{
	curl_global_cleanup();
}

/* Connecting has succeeded or failed.  The caller's handler comes last: it may
 * close the transport. */
static void
settle(struct transport *t, CURLcode r)
{
	loop_untimer(t->loop, &t->timer);
	loop_remove(t->loop, t->source);
	t->source = NULL;
	if (r == CURLE_OK && curl_easy_getinfo(t->easy, CURLINFO_ACTIVESOCKET,
	    &t->fd) == CURLE_OK && t->fd != CURL_SOCKET_BAD) {
		t->ops->up(t->arg);
		return;
	}
	explain_connect(&t->to, t->easy, r);
	t->ops->failed(t->arg);
}

/* Lets libcurl act on a descriptor or on its timer. */
static void
act(struct transport *t, curl_socket_t fd, int events)
{
	CURLMsg *msg;
	int left;

	curl_multi_socket_action(t->multi, fd, events, &left);
	msg = curl_multi_info_read(t->multi, &left);
	if (msg && msg->msg == CURLMSG_DONE)
		settle(t, msg->data.result);
}

static void
on_timer(void *arg)
{
	act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static int
want_connecting(void *arg, struct pollfd *pfd, int room)
{
	struct transport *t = arg;

	return net_curl_want(&t->sockets, pfd, room);
}

static void
ready_connecting(void *arg, const struct pollfd *pfd, int n)
{
	int events, i = net_curl_ready(pfd, n, &events);

	/* the others wait for the next turn: this one may settle it */
	if (i >= 0)
		act(arg, pfd[i].fd, events);
}

static const struct source_ops connecting_ops = {
	want_connecting, ready_connecting
};

/* Whether a descriptor is an established TCP connection (libcurl's resolver has
 * sockets too). */
static bool
connected(curl_socket_t fd)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer), size = sizeof(int);
	int type = 0;

	return getpeername(fd, (struct sockaddr *)&peer, &len) == 0 &&
	    (peer.ss_family == AF_INET || peer.ss_family == AF_INET6) &&
	    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
	    type == SOCK_STREAM;
}

/* libcurl reports which descriptors it waits for ... */
static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *unused)
{
	struct transport *t = arg;

	(void)easy;
	(void)unused;
	/* libcurl's own figures are there only after the TLS handshake */
	if (what == CURL_POLL_IN && connected(fd))
		t->to.reached = true;
	return net_curl_socket(&t->sockets, fd, what);
}

/* ... and how long. */
static int
on_timeout(CURLM *multi, long ms, void *arg)
{
	struct transport *t = arg;

	(void)multi;
	if (!t->source)
		return 0;
	if (ms < 0)
		loop_untimer(t->loop, &t->timer);
	else
		loop_timer(t->loop, &t->timer, loop_now(t->loop) + ms);
	return 0;
}

/* An address whose family has no route here (mostly IPv6) is left out, so that
 * the other one's failure is reported.  A UDP socket finds out without sending
 * a packet. */
static curl_socket_t
on_open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct transport *t = arg;
	int fd = socket(a->family, SOCK_DGRAM, 0);
	bool routed = fd < 0 || connect(fd, &a->addr, a->addrlen) == 0 ||
	    (errno != EADDRNOTAVAIL && errno != ENETUNREACH);

	if (!routed)
		t->to.unreachable = errno;
	if (fd >= 0)
		close(fd);
	return routed ? net_curl_open(&t->to.unreachable, purpose, a) :
	    CURL_SOCKET_BAD;
}

/* Makes TCP notice a dead peer: by unacknowledged bytes, or by probes. */
static int
on_new_socket(void *arg, curl_socket_t fd, curlsocktype purpose)
{
	struct transport *t = arg;
	unsigned dead = (unsigned)t->dead_ms;

	(void)purpose;
	/* best effort: without it, death is only noticed later */
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &dead, sizeof(dead));
	return CURL_SOCKOPT_OK;
}

static long
seconds(int ms)
{
	return ms < 1000 ? 1 : ms / 1000;
}

static void
set_options(struct transport *t, const struct transport_opts *o)
{
	CURL *e = t->easy;
	struct url u = { .host = t->to.host, .port = t->to.port, .tls = t->tls,
	    .numeric6 = strchr(t->to.host, ':') != NULL };
	char *authority = url_authority(&u), *url;

	url = mem_printf("%s://%s/", t->tls ? "https" : "http", authority);
	curl_easy_setopt(e, CURLOPT_URL, url);
	free(url);
	free(authority);
	curl_easy_setopt(e, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->to.detail);
	/* a hanging resolver must not delay the program's exit */
	curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)t->to.connect_ms);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, t);
	curl_easy_setopt(e, CURLOPT_SOCKOPTFUNCTION, on_new_socket);
	curl_easy_setopt(e, CURLOPT_SOCKOPTDATA, t);
	curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
	/* the first probe after half of dead_ms, the others so that one comes
	 * just after dead_ms: at 5, 8 and 11 s for 10 s */
	curl_easy_setopt(e, CURLOPT_TCP_KEEPIDLE, seconds(t->dead_ms / 2));
	curl_easy_setopt(e, CURLOPT_TCP_KEEPINTVL,
	    seconds(t->dead_ms * 3 / 10));
	/* empty: libcurl would read the environment itself */
	curl_easy_setopt(e, CURLOPT_PROXY, o->proxy ? o->proxy : "");
	curl_easy_setopt(e, CURLOPT_NOPROXY, o->no_proxy ? o->no_proxy : "");
	curl_easy_setopt(e, CURLOPT_HTTPPROXYTUNNEL, 1L);
	net_curl_trust(e, o->ca, o->cafile, o->cadir);
}

struct transport *
transport_open(struct loop *loop, const struct transport_opts *o,
    const struct transport_ops *ops, void *arg)
{
	struct transport *t = mem_alloc(sizeof(*t));

	t->loop = loop;
	t->ops = ops;
	t->arg = arg;
	t->to.host = mem_str(o->host);
	t->to.port = o->port;
	t->tls = o->tls;
	t->to.cafile = mem_str(o->ca ? "of --cacert" : o->cafile);
	t->to.proxy = o->proxy && *o->proxy ? mem_str(o->proxy) : NULL;
	t->to.connect_ms = o->connect_ms ? o->connect_ms : CONNECT_MS;
	t->dead_ms = o->dead_ms ? o->dead_ms : DEAD_MS;
	t->fd = CURL_SOCKET_BAD;
	t->timer.fire = on_timer;
	t->timer.arg = t;
	t->source = loop_add(loop, &connecting_ops, t);
	t->multi = curl_multi_init();
	t->easy = curl_easy_init();
	if (!t->multi || !t->easy)
		log_die(CODE_TEMPFAIL, "out of memory");
	curl_multi_setopt(t->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(t->multi, CURLMOPT_SOCKETDATA, t);
	curl_multi_setopt(t->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
	curl_multi_setopt(t->multi, CURLMOPT_TIMERDATA, t);
	set_options(t, o);
	curl_multi_add_handle(t->multi, t->easy);
	return t;
}

const char *
transport_why(const struct transport *t)
{
	return t->to.why;
}

int
transport_code(const struct transport *t)
{
	return t->to.code;
}

static void
lost(struct transport *t, CURLcode r)
{
	/* only now does TLS 1.3 refuse a client without a certificate */
	explain_lost(&t->to, r, t->tls && !t->heard);
	errno = ECONNRESET;
}

/* Newer libcurls read ahead: after a short read there may be more in their
 * buffers, unseen by poll.  So only AGAIN means that there is no more. */
static ssize_t
read_bytes(void *self, void *p, size_t n)
{
	struct transport *t = self;
	size_t got = 0;
	CURLcode r;

	r = curl_easy_recv(t->easy, p, n, &got);
	if (r == CURLE_AGAIN)
		return IO_AGAIN;
	if (r != CURLE_OK) {
		lost(t, r);
		return IO_ERROR;
	}
	t->heard = true;
	return (ssize_t)got;
}

static ssize_t
write_bytes(void *self, const void *p, size_t n)
{
	struct transport *t = self;
	size_t sent = 0;
	CURLcode r = curl_easy_send(t->easy, p, n, &sent);

	if (r == CURLE_AGAIN || (r == CURLE_OK && sent == 0))
		return IO_AGAIN;
	if (r != CURLE_OK) {
		lost(t, r);
		return IO_ERROR;
	}
	return (ssize_t)sent;
}

static int
want_io(void *self, bool reading, bool writing, struct pollfd *pfd, int room)
{
	struct transport *t = self;

	if (room < 1 || (!reading && !writing))
		return 0;
	pfd->fd = t->fd;
	pfd->events = (short)((reading ? POLLIN : 0) | (writing ? POLLOUT : 0));
	return 1;
}

static const char *
why_io(void *self)
{
	return transport_why(self);
}

static void
close_io(void *self, enum io_how how)
{
	struct transport *t = self;
	struct linger reset = { .l_onoff = 1, .l_linger = 0 };

	if (t->fd != CURL_SOCKET_BAD && how == IO_DROP)
		shutdown(t->fd, SHUT_RDWR);
	if (t->fd != CURL_SOCKET_BAD && how == IO_RESET) {
		setsockopt(t->fd, SOL_SOCKET, SO_LINGER, &reset,
		    sizeof(reset));
		/* so that no TLS notification goes out before the reset */
		shutdown(t->fd, SHUT_RD);
	}
	transport_close(t);
}

static const struct io_ops transport_io_ops = {
	read_bytes, write_bytes, want_io, why_io, close_io, NULL
};

struct io
transport_io(struct transport *t)
{
	struct io io = { &transport_io_ops, t };

	return io;
}

void
transport_close(struct transport *t)
{
	if (!t)
		return;
	if (t->source)
		loop_remove(t->loop, t->source);
	loop_untimer(t->loop, &t->timer);
	/* no more calls of on_timeout() during the clean-up */
	t->source = NULL;
	curl_multi_remove_handle(t->multi, t->easy);
	curl_easy_cleanup(t->easy);
	curl_multi_cleanup(t->multi);
	free(t->to.host);
	free(t->to.cafile);
	if (t->to.proxy)
		mem_wipe(t->to.proxy, strlen(t->to.proxy));
	free(t->to.proxy);
	free(t);
}
