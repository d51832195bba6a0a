#ifndef NET_TRANSPORT_H
#define NET_TRANSPORT_H

#include <stdbool.h>

/*
 * The client's bytes: TCP or TLS, direct or through a proxy's CONNECT, by
 * libcurl on the loop.  Nothing blocks except reading the CA store.
 */
struct io;
struct loop;
struct transport;

struct transport_opts {
	const char *host;	/* name or address, without brackets */
	int port;
	bool tls;
	const char *ca;		/* PEM, must outlive it; or NULL */
	const char *cafile;	/* NULL and no cadir: the system's store */
	const char *cadir;
	const char *proxy;	/* URL, or NULL */
	const char *no_proxy;	/* as the environment variable, or NULL */
	int connect_ms;		/* name, TCP, proxy and TLS; 0: 10000 */
	int dead_ms;		/* unacknowledged bytes or probes; 0: 10000 */
};

struct transport_ops {
	/* Connected: transport_io() may be used from now on. */
	void (*up)(void *arg);
	/* Could not connect; see transport_why().  Once, instead of up(). */
	void (*failed)(void *arg);
};

/* Once per process that uses transports or http, and at its end. */
void transport_init(void);
void transport_exit(void);

/* Starts to connect; the strings but ca are copied.  Never NULL: even an
 * immediate failure is reported by failed(), from the loop. */
struct transport *transport_open(struct loop *, const struct transport_opts *,
    const struct transport_ops *, void *arg);

/* One sentence with the remedy, and its exit code (log.h): 69 not reached, 76
 * not the expected peer, 77 refused by the proxy, 78 misconfigured. */
const char *transport_why(const struct transport *);
int transport_code(const struct transport *);

/* The connection; closing it frees the transport. */
struct io transport_io(struct transport *);

/* Closes and frees, connected or not. */
void transport_close(struct transport *);

#endif
