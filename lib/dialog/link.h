#ifndef DIALOG_LINK_H
#define DIALOG_LINK_H

#include <stddef.h>
#include <stdint.h>

#include "proto/endpoint.h"

/*
 * One connection to the service: the secret and the TCP and TLS connection are
 * obtained in parallel, then comes the upgrade, then messages.  Idle
 * connections are pinged, for the sake of middleboxes; only one that received
 * nothing at all after LINK_PINGS of them is given up for it.
 */
struct link;
struct loop;
struct token;

enum {
	LINK_PING_MS = 20000,	/* of silence from the peer */
	LINK_PINGS = 3,
	LINK_QUEUE_MAX = 80 << 20	/* bytes to be sent */
};

/* Pointers must outlive the link. */
struct link_opts {
	const char *url;		/* ws or wss */
	enum credential credential;
	struct token *token;
	const char *quota_project;	/* or NULL */
	const char *const *headers;	/* further ones, NULL-terminated */
	const char *ca, *cafile, *cadir;	/* as in transport.h */
	const char *proxy, *no_proxy;
	int connect_ms;		/* name, TCP, proxy, TLS; then the upgrade */
	int close_ms;
	int dead_ms;		/* 0: the transport's own */
};

/* Each may call link_free(). */
struct link_ops {
	/* The upgrade was answered with 101. */
	void (*open)(void *arg);
	/* It could not be opened; arguments as for session_refused(). */
	void (*refused)(void *arg, int http, const char *body, size_t n,
	    int code, const char *why);
	/* A whole message; the bytes are valid during the call only. */
	void (*message)(void *arg, char *p, size_t n);
	/* It is gone; arguments as for session_closed(). */
	void (*closed)(void *arg, int code, const char *reason,
	    const char *why);
	/* The send queue is empty, or much shorter, again. */
	void (*room)(void *arg);
};

/* Starts; the ops are called from the loop, never within this call. */
struct link *link_open(struct loop *, const struct link_opts *,
    const struct link_ops *, void *arg);

/* Ends it at once, in any phase. */
void link_free(struct link *);

/* 0, or -1 if nothing can be sent any more. */
int link_send(struct link *, const char *p, size_t n);

/* The wait in ms that a refusal asked for (Retry-After), or 0. */
int64_t link_retry_after(const struct link *);

/* Closes properly; closed() follows. */
void link_close(struct link *, int code, const char *reason);

/* Bytes that the kernel has not accepted yet. */
size_t link_queued(const struct link *);

/* As io_round_trip(). */
int64_t link_round_trip(const struct link *);

/* Stops and resumes receiving messages. */
void link_pause(struct link *);
void link_resume(struct link *);

#endif
