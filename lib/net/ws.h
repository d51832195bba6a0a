#ifndef NET_WS_H
#define NET_WS_H

#include "net/io.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * WebSocket (RFC 6455) over a connection, client and server, on the loop.
 * wslay decodes frames; the upgrade, the rules between frames and the closing
 * handshake are here.  No extensions.
 */
struct httphead;
struct loop;
struct ws;

enum {
	WS_MESSAGE_MAX = 16 << 20,	/* received, by default */
	WS_QUEUE_MAX = 64 << 20,	/* waiting to be sent, by default */
	WS_REASON_MAX = 123,
	WS_BODY_MAX = 8192		/* kept of a refused upgrade's body */
};

struct ws_opts {
	size_t max_message;	/* 0: WS_MESSAGE_MAX */
	size_t max_queue;	/* 0: WS_QUEUE_MAX */
	size_t low_water;	/* for room(); 0: 65536 */
	bool hold_pong;		/* pings go to ping(), unanswered */
	int upgrade_ms;		/* for the 101 to come; 0: 10000 */
	int close_ms;		/* for the closing handshake; 0: 2000 */
	/* the client's request; copied, wiped once sent */
	const char *authority;	/* Host: "name" or "name:port" */
	const char *target;	/* path and query */
	const char *const *headers;	/* "Name: value", NULL last */
};

enum ws_how {
	WS_CLOSED,	/* the peer's close frame came */
	WS_LOST,	/* the connection ended without one (code 1006) */
	WS_FAILED,	/* the peer broke the protocol; code is what we said */
	WS_REFUSED	/* the upgrade was not accepted */
};

struct ws_end {
	enum ws_how how;
	int code;		/* of the close frame; 1005 if it had none */
	const char *reason;	/* the peer's; UTF-8, never NULL */
	bool clean;		/* close frames went both ways */
	bool ours;		/* ws_close() came before the peer's */
	const char *why;	/* one sentence */
	/* for WS_REFUSED with an HTTP answer: */
	int status;		/* 0 if none came */
	const struct httphead *head;
	const char *body;	/* at most WS_BODY_MAX bytes, zero-terminated */
	size_t body_len;
};

/* Any op may be NULL.  ws_free() is allowed in each. */
struct ws_ops {
	/* The upgrade is done. */
	void (*open)(void *arg);
	/* A message; the bytes are valid (and writable, and followed by a zero
	 * byte) during the call only. */
	void (*message)(void *arg, bool text, char *p, size_t n);
	void (*pong)(void *arg, const void *p, size_t n);
	/* A ping, if hold_pong is set. */
	void (*ping)(void *arg, const void *p, size_t n);
	/* ws_queued() has fallen to low_water after having been above it, or
	 * after ws_send() failed for lack of room. */
	void (*room)(void *arg);
	/* The last call. */
	void (*end)(void *arg, const struct ws_end *);
};

/* Both take over the connection. */
struct ws *ws_client(struct loop *, struct io, const struct ws_opts *,
    const struct ws_ops *, void *arg);
/* For a request that wsup_check_request() accepts; rest: what came after its
 * head. */
struct ws *ws_server(struct loop *, struct io, const struct httphead *request,
    const void *rest, size_t n, const struct ws_opts *, const struct ws_ops *,
    void *arg);

/* Ends at once, without a close frame or a call of end(). */
void ws_free(struct ws *);
/* The same, choosing how the connection ends. */
void ws_drop(struct ws *, enum io_how);

/* Sends a message, or queues what the connection does not take now.  0, or -1
 * with nothing sent if it is not open, closing or would exceed max_queue. */
int ws_send(struct ws *, bool text, const void *p, size_t n);
/* n is at most 125; they overtake messages not yet begun.  0, or -1 if it is
 * not open, is closing or, for a ping, if the last one has not left. */
int ws_ping(struct ws *, const void *p, size_t n);
int ws_pong(struct ws *, const void *p, size_t n);
/* Begins the closing handshake; what was queued goes out first.  The reason is
 * cut between characters to WS_REASON_MAX bytes.  end() follows within
 * close_ms. */
void ws_close(struct ws *, int code, const char *reason);

/* Bytes queued that the connection has not taken yet, framing included. */
size_t ws_queued(const struct ws *);

/* As io_round_trip(). */
int64_t ws_round_trip(const struct ws *);

/* Stop reading (TCP then holds the peer back), and go on. */
void ws_pause(struct ws *);
void ws_resume(struct ws *);

/* Messages and bytes of payload, both ways. */
struct ws_stats {
	uint64_t messages_in, bytes_in, messages_out, bytes_out;
	int64_t last_in;	/* clock_ms() of the last byte that came */
};
const struct ws_stats *ws_stats(const struct ws *);

/* For tests and fault injection: puts bytes on the wire as they are, after
 * what is queued; 0, or -1 if it is not open or is closing. */
int ws_raw(struct ws *, const void *p, size_t n);

#endif
