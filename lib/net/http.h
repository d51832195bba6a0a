#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One HTTP or HTTPS request on the loop, by libcurl's multi interface.
 * Redirects are never followed.  Call transport_init() before the first one.
 */
struct http;
struct loop;

struct http_request {
	const char *method;		/* NULL: GET, or POST with a body */
	const char *url;		/* http or https */
	const char *const *headers;	/* "Name: value", ended by NULL */
	const void *body;
	size_t body_len;
	size_t max;			/* bytes of the answer; 0: 1 MiB */
	const char *ca;			/* PEM, must outlive it; or NULL */
	const char *cafile;		/* neither: the system's store */
	const char *cadir;
	bool direct;			/* never through a proxy */
	int connect_ms;			/* name, TCP, TLS; 0: 10000 */
	int total_ms;			/* everything; 0: 30000 */
};

enum http_result {
	HTTP_ANSWERED,		/* with any status */
	HTTP_UNREACHED,		/* no connection */
	HTTP_TLS,		/* the handshake failed */
	HTTP_CERTIFICATE,	/* the peer's is not accepted */
	HTTP_TIMEOUT,		/* connected, but no whole answer in time */
	HTTP_TOO_LONG,		/* over the ceiling */
	HTTP_BROKEN,		/* not HTTP, or cut off */
	HTTP_WRONG		/* the request itself cannot be made */
};

struct http_answer {
	enum http_result result;
	const char *why;	/* a sentence; empty if answered */
	int status;
	const char *body;	/* zero-terminated */
	size_t len;
	int64_t date;		/* the Date field, seconds since the epoch; or
				 * 0 */
	const struct http *http;
};

/*
 * Starts a request, of which all but ca is copied.  done() is called once,
 * from the loop; its answer is valid during the call.  Never NULL.
 */
struct http *http_start(struct loop *, const struct http_request *,
    void (*done)(void *arg, const struct http_answer *), void *arg);

/* Ends it without calling done(), or frees it after or inside done().  What
 * was received and sent is overwritten. */
void http_close(struct http *);

/* A field of the answer's head (any case), in memory that the caller frees;
 * NULL if it is not there. */
char *http_field(const struct http_answer *, const char *name);

#endif
