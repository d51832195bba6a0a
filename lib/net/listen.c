/*
 * Accepts connections and moves their bytes, plain or through OpenSSL.  A TLS
 * connection notes for each direction what it really waits for, since in a
 * handshake a read may have to wait until it can write, and vice versa.
 */
#include "net/listen.h"
#include "base/fd.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "base/why.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	BACKLOG = 512,
	ACCEPTS = 64,		/* in one turn of the loop */
	REST_MS = 100		/* after accept failed (out of descriptors) */
};

struct listen {
	struct loop *loop;
	struct source *source;
	struct timer rest;
	bool busy;		/* within accepted() */
	bool closed;
	int fd;
	int port;
	SSL_CTX *tls;
	void (*accepted)(void *arg, struct io io, const char *peer);
	void *arg;
};

struct conn {
	int fd;
	SSL *ssl;		/* NULL: plain */
	short read_wants;	/* POLLIN or POLLOUT */
	short write_wants;
	bool drained;		/* the last read got less than it asked for */
	bool broken;		/* TLS failed: no close notification */
	char why[256];
};

static void
explain(struct conn *c)
{
	unsigned long error = ERR_peek_error();
	const char *reason = error ? ERR_reason_error_string(error) : NULL;

	snprintf(c->why, sizeof(c->why), "the connection was lost: %s",
	    reason ? reason : errno ? strerror(errno) : "TLS failed");
	c->broken = true;
}

static ssize_t
plain_result(struct conn *c, ssize_t r)
{
	if (r == IO_ERROR)
		explain(c);
	return r;
}

/* What it means that a TLS call moved nothing. */
static ssize_t
tls_result(struct conn *c, int r, short *wants)
{
	int saved = errno;

	switch (SSL_get_error(c->ssl, r)) {
	case SSL_ERROR_WANT_READ:
		*wants = POLLIN;
		return IO_AGAIN;
	case SSL_ERROR_WANT_WRITE:
		*wants = POLLOUT;
		return IO_AGAIN;
	case SSL_ERROR_ZERO_RETURN:
		return IO_END;
	}
	errno = saved;
	explain(c);
	return IO_ERROR;
}

static ssize_t
read_bytes(void *self, void *p, size_t n)
{
	struct conn *c = self;
	size_t got;
	ssize_t r;

	/* see transport.c: that was all there is for now */
	if (c->drained) {
		c->drained = false;
		return IO_AGAIN;
	}
	if (!c->ssl) {
		r = plain_result(c, fd_read(c->fd, p, n));
	} else {
		ERR_clear_error();
		errno = 0;
		r = SSL_read_ex(c->ssl, p, n, &got);
		r = r == 1 ? (ssize_t)got : tls_result(c, 0, &c->read_wants);
		if (r > 0)
			c->read_wants = POLLIN;
	}
	c->drained = r > 0 && (size_t)r < n;
	return r;
}

static ssize_t
write_bytes(void *self, const void *p, size_t n)
{
	struct conn *c = self;
	size_t sent;
	ssize_t r;

	if (!c->ssl) {
		r = fd_write(c->fd, p, n);
		return r == IO_END ? plain_result(c, IO_ERROR) :
		    plain_result(c, r);
	}
	ERR_clear_error();
	errno = 0;
	if (SSL_write_ex(c->ssl, p, n, &sent) == 1) {
		c->write_wants = POLLOUT;
		return (ssize_t)sent;
	}
	return tls_result(c, 0, &c->write_wants);
}

static int
want_io(void *self, bool reading, bool writing, struct pollfd *pfd, int room)
{
	struct conn *c = self;

	if (room < 1 || (!reading && !writing))
		return 0;
	pfd->fd = c->fd;
	pfd->events = (short)((reading ? c->read_wants : 0) |
	    (writing ? c->write_wants : 0));
	return 1;
}

static const char *
why_io(void *self)
{
	struct conn *c = self;

	return c->why;
}

static void
close_io(void *self, enum io_how how)
{
	struct conn *c = self;
	struct linger reset = { .l_onoff = 1, .l_linger = 0 };

	if (c->ssl && how == IO_CLOSE && !c->broken &&
	    SSL_is_init_finished(c->ssl))
		SSL_shutdown(c->ssl);
	if (how == IO_RESET)
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset,
		    sizeof(reset));
	SSL_free(c->ssl);
	ERR_clear_error();
	close(c->fd);
	free(c);
}

static void
shut_io(void *self)
{
	struct conn *c = self;

	if (c->ssl && !c->broken && SSL_is_init_finished(c->ssl))
		SSL_shutdown(c->ssl);
	ERR_clear_error();
	shutdown(c->fd, SHUT_WR);
}

static const struct io_ops conn_ops = {
	read_bytes, write_bytes, want_io, why_io, close_io, shut_io
};

static void
name_peer(const struct sockaddr_storage *a, socklen_t len, char *text,
    size_t size)
{
	char host[64], port[16];
	bool six = a->ss_family == AF_INET6;

	if (getnameinfo((const struct sockaddr *)a, len, host, sizeof(host),
	    port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
		snprintf(text, size, "?");
		return;
	}
	snprintf(text, size, six ? "[%s]:%s" : "%s:%s", host, port);
}

static void
welcome(struct listen *l, int fd, const struct sockaddr_storage *a,
    socklen_t len)
{
	struct conn *c = mem_alloc(sizeof(*c));
	struct io io = { &conn_ops, c };
	char peer[96];
	int one = 1;

	fd_cloexec(fd);
	fd_nonblock(fd);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	c->fd = fd;
	c->read_wants = POLLIN;
	c->write_wants = POLLOUT;
	if (l->tls) {
		c->ssl = SSL_new(l->tls);
		if (!c->ssl || SSL_set_fd(c->ssl, fd) != 1) {
			close_io(c, IO_DROP);
			return;
		}
		SSL_set_accept_state(c->ssl);
	}
	name_peer(a, len, peer, sizeof(peer));
	l->accepted(l->arg, io, peer);
}

static void
release(struct listen *l)
{
	close(l->fd);
	SSL_CTX_free(l->tls);
	free(l);
}

static void
ready_listener(void *arg, const struct pollfd *pfd, int n)
{
	struct listen *l = arg;
	struct sockaddr_storage a;
	socklen_t len;
	int fd, i;

	(void)pfd;
	(void)n;
	l->busy = true;
	for (i = 0; i < ACCEPTS && !l->closed; i++) {
		len = sizeof(a);
		fd = accept(l->fd, (struct sockaddr *)&a, &len);
		if (fd == -1) {
			if (errno == EMFILE || errno == ENFILE ||
			    errno == ENOBUFS || errno == ENOMEM)
				loop_timer(l->loop, &l->rest,
				    loop_now(l->loop) + REST_MS);
			break;
		}
		welcome(l, fd, &a, len);
	}
	l->busy = false;
	if (l->closed)
		release(l);
}

static int
want_listener(void *arg, struct pollfd *pfd, int room)
{
	struct listen *l = arg;

	if (room < 1 || l->rest.armed)
		return 0;
	pfd->fd = l->fd;
	pfd->events = POLLIN;
	return 1;
}

static const struct source_ops listener_ops = { want_listener, ready_listener };

static int
open_socket(const struct listen_opts *o, int *port, char *why, size_t size)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_PASSIVE,
	    .ai_socktype = SOCK_STREAM }, *ai;
	const char *host = o->host ? o->host : "127.0.0.1";
	struct sockaddr_storage a;
	socklen_t len = sizeof(a);
	char service[16];
	int fd, one = 1;

	snprintf(service, sizeof(service), "%d", o->port);
	if (getaddrinfo(host, service, &hints, &ai) != 0)
		return why_say(-1, why, size, "%s is not a numeric address",
		    host);
	fd = socket(ai->ai_family, SOCK_STREAM, 0);
	if (fd != -1)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd == -1 || fd_cloexec(fd) == -1 || fd_nonblock(fd) == -1 ||
	    bind(fd, ai->ai_addr, ai->ai_addrlen) == -1 ||
	    listen(fd, BACKLOG) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) == -1) {
		snprintf(why, size, "cannot listen on %s port %d: %s", host,
		    o->port, strerror(errno));
		if (fd != -1)
			close(fd);
		freeaddrinfo(ai);
		return -1;
	}
	freeaddrinfo(ai);
	*port = ntohs(a.ss_family == AF_INET6 ?
	    ((struct sockaddr_in6 *)&a)->sin6_port :
	    ((struct sockaddr_in *)&a)->sin_port);
	return fd;
}

/* The certificate, those that follow it, and the key. */
static int
load(SSL_CTX *ctx, const char *cert, const char *key)
{
	BIO *certs = BIO_new_mem_buf(cert, -1);
	BIO *keys = BIO_new_mem_buf(key, -1);
	EVP_PKEY *k = PEM_read_bio_PrivateKey(keys, NULL, NULL, NULL);
	X509 *x = PEM_read_bio_X509(certs, NULL, NULL, NULL);
	int r = -1;

	if (x && k && SSL_CTX_use_certificate(ctx, x) == 1 &&
	    SSL_CTX_use_PrivateKey(ctx, k) == 1 &&
	    SSL_CTX_check_private_key(ctx) == 1)
		r = 0;
	X509_free(x);
	while (r == 0 && (x = PEM_read_bio_X509(certs, NULL, NULL, NULL)))
		if (SSL_CTX_add0_chain_cert(ctx, x) != 1) {
			X509_free(x);
			r = -1;
		}
	EVP_PKEY_free(k);
	BIO_free(certs);
	BIO_free(keys);
	ERR_clear_error();
	return r;
}

static SSL_CTX *
open_tls(const struct listen_opts *o, char *why, size_t size)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	if (ctx && load(ctx, o->cert, o->key) == 0) {
		SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
		/* the layer above judges an end without notification */
		SSL_CTX_set_options(ctx, SSL_OP_IGNORE_UNEXPECTED_EOF);
		SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
		    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
		    SSL_MODE_RELEASE_BUFFERS);
		return ctx;
	}
	SSL_CTX_free(ctx);
	snprintf(why, size, "the certificate and its key cannot be used");
	return NULL;
}

struct listen *
listen_open(struct loop *loop, const struct listen_opts *o,
    void (*accepted)(void *arg, struct io io, const char *peer), void *arg,
    char *why, size_t size)
{
	struct listen *l = mem_alloc(sizeof(*l));

	l->loop = loop;
	l->accepted = accepted;
	l->arg = arg;
	l->fd = -1;
	if (o->cert && !(l->tls = open_tls(o, why, size)))
		goto fail;
	l->fd = open_socket(o, &l->port, why, size);
	if (l->fd == -1)
		goto fail;
	l->source = loop_add(loop, &listener_ops, l);
	return l;
fail:
	SSL_CTX_free(l->tls);
	free(l);
	return NULL;
}

int
listen_port(const struct listen *l)
{
	return l->port;
}

void
listen_close(struct listen *l)
{
	if (!l)
		return;
	loop_remove(l->loop, l->source);
	loop_untimer(l->loop, &l->rest);
	l->closed = true;
	if (!l->busy)
		release(l);
}
