#ifndef NET_LISTEN_H
#define NET_LISTEN_H

#include "net/io.h"

#include <stddef.h>

/*
 * The server's bytes: TCP or TLS (OpenSSL), for the emulator.  The TLS
 * handshake happens within the first reads and writes.
 */
struct loop;
struct listen;

struct listen_opts {
	const char *host;	/* numeric; NULL: 127.0.0.1 */
	int port;		/* 0: one that the kernel chooses */
	const char *cert;	/* PEM, certificate first; NULL: no TLS */
	const char *key;	/* PEM */
};

/* accepted() gets each new connection, which it owns, and its peer's address
 * ("127.0.0.1:51234").  On failure NULL, with a sentence in why. */
struct listen *listen_open(struct loop *, const struct listen_opts *,
    void (*accepted)(void *arg, struct io io, const char *peer), void *arg,
    char *why, size_t size);

int listen_port(const struct listen *);

/* Stops listening and frees it; accepted connections live on. */
void listen_close(struct listen *);

#endif
