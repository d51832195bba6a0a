/*
 * Connects by libcurl's multi interface (names, proxies, TLS, happy eyeballs)
 * and from then on moves bytes by curl_easy_send() and curl_easy_recv().
 * While connecting the transport is a source of the loop; afterwards whoever
 * holds its io is.  The handle stays in the multi until the end.
 */
#define _DEFAULT_SOURCE		/* TCP_USER_TIMEOUT */

#include "net/transport.h"
#include "base/fd.h"
#include "net/curl.h"
#include "net/io.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "base/url.h"

#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	CONNECT_MS = 10000,
	DEAD_MS = 10000
};

/* What X509_verify_cert() says, as CURLINFO_SSL_VERIFYRESULT hands it on. */
enum verdict {
	VERDICT_NONE = 0, VERDICT_UNSPECIFIED = 1, VERDICT_NO_ISSUER = 2,
	VERDICT_NOT_YET = 9, VERDICT_EXPIRED = 10,
	VERDICT_SELF_SIGNED = 18, VERDICT_SELF_SIGNED_CHAIN = 19,
	VERDICT_NO_LOCAL_ISSUER = 20, VERDICT_NO_LEAF = 21
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
	int unreachable;	/* errno for an address without a route */
	bool reached;		/* a TCP connection stood, to the proxy too */
	bool heard;		/* something was read */
	char *host;
	int port;
	bool tls;
	char *cafile;
	char *proxy;
	int connect_ms;
	int dead_ms;
	int code;
	char why[768];
	char detail[CURL_ERROR_SIZE];
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

__attribute__((format(printf, 3, 4))) static void
set_why(struct transport *t, int code, const char *fmt, ...)
{
	va_list ap;

	t->code = code;
	va_start(ap, fmt);
	vsnprintf(t->why, sizeof(t->why), fmt, ap);
	va_end(ap);
}

/* The certificate was not accepted. */
static void
explain_certificate(struct transport *t)
{
	long verdict = 0;

	curl_easy_getinfo(t->easy, CURLINFO_SSL_VERIFYRESULT, &verdict);
	switch (verdict) {
	case VERDICT_EXPIRED:
		set_why(t, CODE_CONFIG, "the certificate of %s has expired "
		    "(or this machine's clock is wrong)", t->host);
		break;
	case VERDICT_NOT_YET:
		set_why(t, CODE_CONFIG, "the certificate of %s is not valid "
		    "yet (or this machine's clock is wrong)", t->host);
		break;
	case VERDICT_NO_ISSUER:
	case VERDICT_SELF_SIGNED:
	case VERDICT_SELF_SIGNED_CHAIN:
	case VERDICT_NO_LOCAL_ISSUER:
	case VERDICT_NO_LEAF:
		set_why(t, CODE_CONFIG, "the certificate of %s is not signed "
		    "by a known authority; name its CA file (--cacert, "
		    "SSL_CERT_FILE), or install ca-certificates", t->host);
		break;
	case VERDICT_NONE:
	case VERDICT_UNSPECIFIED:
		/* the chain was good, the name was not */
		set_why(t, CODE_CONFIG, "the certificate of %s:%d is not for "
		    "that host name; check the URL", t->host, t->port);
		break;
	default:
		set_why(t, CODE_CONFIG, "the certificate of %s was not "
		    "accepted: %s", t->host, t->detail);
	}
}

/* The TLS handshake failed otherwise. */
static void
explain_handshake(struct transport *t)
{
	if (strstr(t->detail, "wrong version number") ||
	    strstr(t->detail, "http request") ||
	    strstr(t->detail, "packet length too long") ||
	    strstr(t->detail, "record layer failure"))
		set_why(t, CODE_PROTOCOL, "%s:%d does not speak TLS; is it a "
		    "server for ws:// or http://?", t->host, t->port);
	else if (strstr(t->detail, "unexpected eof") ||
	    strstr(t->detail, "SSL_ERROR_SYSCALL") ||
	    strstr(t->detail, "reset by peer"))
		set_why(t, CODE_UNAVAILABLE, "%s:%d closed the connection "
		    "within the TLS handshake", t->host, t->port);
	else
		set_why(t, CODE_PROTOCOL, "the TLS handshake with %s:%d "
		    "failed: %s", t->host, t->port, t->detail);
}

/* The proxy's host and port, without a user name or password. */
static const char *
proxy_shown(const struct transport *t)
{
	const char *at = strrchr(t->proxy, '@'), *p = strstr(t->proxy, "://");

	return at ? at + 1 : p ? p + 3 : t->proxy;
}

static void
explain_timeout(struct transport *t)
{
	curl_off_t name = 0;
	long tunnel = 0;
	double s = t->connect_ms / 1000.0;
	bool reached = t->reached;

	curl_easy_getinfo(t->easy, CURLINFO_NAMELOOKUP_TIME_T, &name);
	curl_easy_getinfo(t->easy, CURLINFO_HTTP_CONNECTCODE, &tunnel);
	if (t->proxy)
		reached = tunnel / 100 == 2;
	if (t->proxy && (name == 0 || !reached))
		set_why(t, CODE_UNAVAILABLE, "the proxy %s did not answer "
		    "within %g s", proxy_shown(t), s);
	else if (name == 0)
		set_why(t, CODE_UNAVAILABLE, "the address of %s was not found "
		    "within %g s", t->host, s);
	else if (!reached)
		set_why(t, CODE_UNAVAILABLE, "%s:%d did not answer within "
		    "%g s", t->host, t->port, s);
	else if (t->proxy)
		set_why(t, CODE_UNAVAILABLE, "%s:%d did not answer through "
		    "the proxy %s within %g s", t->host, t->port,
		    proxy_shown(t), s);
	else
		set_why(t, CODE_UNAVAILABLE, "%s:%d accepts connections but "
		    "did not answer the TLS handshake within %g s; is it a TLS "
		    "server?", t->host, t->port, s);
}

/* CONNECT was refused, or the connection broke. */
static void
explain_tunnel(struct transport *t)
{
	long status = 0;

	curl_easy_getinfo(t->easy, CURLINFO_HTTP_CONNECTCODE, &status);
	if (t->proxy && status >= 500)
		set_why(t, CODE_UNAVAILABLE, "the proxy %s cannot reach %s:%d "
		    "(HTTP status %ld)", proxy_shown(t), t->host, t->port,
		    status);
	else if (t->proxy && (status == 407 || status == 401))
		set_why(t, CODE_REFUSED, "the proxy %s wants a user name and "
		    "password (http://user:password@host:port)",
		    proxy_shown(t));
	else if (t->proxy && status >= 300)
		set_why(t, CODE_REFUSED, "the proxy %s refuses a tunnel to "
		    "%s:%d (HTTP status %ld); allow it there, or name the host "
		    "in NO_PROXY", proxy_shown(t), t->host, t->port, status);
	else if (t->proxy)
		set_why(t, CODE_UNAVAILABLE, "the proxy %s failed: %s",
		    proxy_shown(t), t->detail);
	else
		set_why(t, CODE_UNAVAILABLE, "%s:%d broke the connection: %s",
		    t->host, t->port, t->detail);
}

static void
explain_connect(struct transport *t)
{
	long error = 0;

	curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &error);
	if (error == 0)
		error = t->unreachable;
	if (t->proxy)
		set_why(t, CODE_UNAVAILABLE, "cannot connect to the proxy %s: "
		    "%s", proxy_shown(t), error ? strerror((int)error) :
		    t->detail);
	else if (error == ECONNREFUSED)
		set_why(t, CODE_UNAVAILABLE, "%s:%d refuses connections: "
		    "nothing listens there", t->host, t->port);
	else
		set_why(t, CODE_UNAVAILABLE, "cannot connect to %s:%d: %s",
		    t->host, t->port, error ? strerror((int)error) : t->detail);
}

static void
explain(struct transport *t, CURLcode r)
{
	if (!*t->detail)
		snprintf(t->detail, sizeof(t->detail), "%s",
		    curl_easy_strerror(r));
	switch (r) {
	case CURLE_COULDNT_RESOLVE_HOST:
		set_why(t, CODE_UNAVAILABLE, "the name %s was not found; check "
		    "the URL and the network", t->host);
		break;
	case CURLE_COULDNT_RESOLVE_PROXY:
		set_why(t, CODE_UNAVAILABLE, "the name of the proxy %s was not "
		    "found", t->proxy ? proxy_shown(t) : "");
		break;
	case CURLE_COULDNT_CONNECT:
		explain_connect(t);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		explain_timeout(t);
		break;
	case CURLE_PEER_FAILED_VERIFICATION:
		explain_certificate(t);
		break;
	case CURLE_SSL_CONNECT_ERROR:
		explain_handshake(t);
		break;
	case CURLE_SSL_CACERT_BADFILE:
		set_why(t, CODE_CONFIG, "the CA file %s cannot be read as PEM "
		    "certificates", t->cafile ? t->cafile : "of the system");
		break;
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PROXY:
		explain_tunnel(t);
		break;
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		set_why(t, CODE_CONFIG, "the URL or the proxy's URL cannot be "
		    "used: %s", t->detail);
		break;
	default:
		set_why(t, CODE_UNAVAILABLE, "cannot connect to %s:%d: %s",
		    t->host, t->port, t->detail);
	}
}

/* Ends the connecting, one way or the other.  The caller's handler comes last:
 * it may close the transport. */
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
	explain(t, r);
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

	/* the others wait for the next turn: it may settle */
	if (i >= 0)
		act(arg, pfd[i].fd, events);
}

static const struct source_ops connecting_ops = {
	want_connecting, ready_connecting
};

/* Whether a descriptor is a TCP connection that stands (libcurl's resolver has
 * sockets as well). */
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

/* libcurl says which descriptors it waits for ... */
static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *unused)
{
	struct transport *t = arg;

	(void)easy;
	(void)unused;
	/* libcurl's own times tell this only once TLS is through, too */
	if (what == CURL_POLL_IN && connected(fd))
		t->reached = true;
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

/* An address of a family that has no route here (IPv6, mostly) is left out, so
 * that the failure of the other one is what is reported.  A UDP socket finds
 * out without a packet. */
static curl_socket_t
on_open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct transport *t = arg;
	int fd = socket(a->family, SOCK_DGRAM, 0);
	bool routed = fd < 0 || connect(fd, &a->addr, a->addrlen) == 0 ||
	    (errno != EADDRNOTAVAIL && errno != ENETUNREACH);

	(void)purpose;
	if (!routed)
		t->unreachable = errno;
	if (fd >= 0)
		close(fd);
	return routed ? socket(a->family, a->socktype, a->protocol) :
	    CURL_SOCKET_BAD;
}

/* TCP itself notices a dead peer: bytes unacknowledged, or probes. */
static int
on_new_socket(void *arg, curl_socket_t fd, curlsocktype purpose)
{
	struct transport *t = arg;
	unsigned dead = (unsigned)t->dead_ms;

	(void)purpose;
	fd_cloexec(fd);
	/* best effort: without it death is only noticed later */
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
	struct url u = { .host = t->host, .port = t->port, .tls = t->tls,
	    .numeric6 = strchr(t->host, ':') != NULL };
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
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->detail);
	/* a resolver that hangs must not hold up the program's end */
	curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)t->connect_ms);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, t);
	curl_easy_setopt(e, CURLOPT_SOCKOPTFUNCTION, on_new_socket);
	curl_easy_setopt(e, CURLOPT_SOCKOPTDATA, t);
	curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
	/* the first probe after half of dead_ms, then so that one falls just
	 * behind dead_ms: 5, 8 and 11 s of 10 */
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
	t->host = mem_str(o->host);
	t->port = o->port;
	t->tls = o->tls;
	t->cafile = mem_str(o->ca ? "of --cacert" : o->cafile);
	t->proxy = o->proxy && *o->proxy ? mem_str(o->proxy) : NULL;
	t->connect_ms = o->connect_ms ? o->connect_ms : CONNECT_MS;
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
	return t->why;
}

int
transport_code(const struct transport *t)
{
	return t->code;
}

static void
explain_io(struct transport *t, CURLcode r)
{
	if (!*t->detail)
		snprintf(t->detail, sizeof(t->detail), "%s",
		    curl_easy_strerror(r));
	/* TLS 1.3 refuses a client without certificate only now */
	if (t->tls && !t->heard)
		set_why(t, CODE_UNAVAILABLE, "%s ended the connection right "
		    "after the TLS handshake (does it want a client "
		    "certificate?): %s", t->host, t->detail);
	else
		set_why(t, CODE_UNAVAILABLE, "the connection to %s was lost: "
		    "%s", t->host, t->detail);
	errno = ECONNRESET;
}

/* Newer libcurls read ahead: after a short read more may lie in their buffers,
 * which poll does not see.  So only AGAIN says that there is no more. */
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
		explain_io(t, r);
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
		explain_io(t, r);
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
		/* so that no good-bye of TLS goes out before the reset */
		shutdown(t->fd, SHUT_RD);
	}
	transport_close(t);
}

static const struct io_ops transport_io_ops = {
	read_bytes, write_bytes, want_io, why_io, close_io
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
	/* no more calls of on_timeout() from within the cleaning up */
	t->source = NULL;
	curl_multi_remove_handle(t->multi, t->easy);
	curl_easy_cleanup(t->easy);
	curl_multi_cleanup(t->multi);
	free(t->host);
	free(t->cafile);
	if (t->proxy)
		mem_wipe(t->proxy, strlen(t->proxy));
	free(t->proxy);
	free(t);
}
