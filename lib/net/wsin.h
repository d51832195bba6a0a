#ifndef NET_WSIN_H
#define NET_WSIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Turns frames into messages by the rules of RFC 6455: what may follow what,
 * masks, reserved bits, UTF-8, close codes, the ceiling.  Pure.
 */
enum {
	WSIN_CONTINUATION = 0, WSIN_TEXT = 1, WSIN_BINARY = 2,
	WSIN_CLOSE = 8, WSIN_PING = 9, WSIN_PONG = 10
};

enum {
	WSIN_CONTROL_MAX = 125,
	WSIN_KEEP = 1 << 20	/* memory kept from one message to the next */
};

enum wsin_event {
	WSIN_MORE,		/* nothing whole yet */
	WSIN_GOT_MESSAGE,	/* data, len, text */
	WSIN_GOT_PING,		/* control, control_len */
	WSIN_GOT_PONG,
	WSIN_GOT_CLOSE,		/* code, and the reason in control + 2 */
	WSIN_BAD		/* code to fail the connection with, and why */
};

/* A frame's header. */
struct wsin_frame {
	bool fin;
	bool masked;
	uint8_t rsv;
	uint8_t opcode;
	uint64_t length;
};

struct wsin {
	char *data;		/* the message; a zero byte follows */
	size_t len;
	bool text;
	unsigned char control[WSIN_CONTROL_MAX + 1];
	size_t control_len;
	int code;
	const char *why;
	/* private: */
	bool server;
	size_t max;
	size_t cap;
	bool open;		/* more fragments follow */
	bool inside;		/* a frame has begun */
	struct wsin_frame frame;
	uint64_t left;
	unsigned utf8;
};

/* server: frames must be masked, else they must not be. */
void wsin_init(struct wsin *, bool server, size_t max);
void wsin_done(struct wsin *);

/* Takes n bytes of a frame's payload; the header comes with each piece and
 * counts with the first.  A frame without payload is one piece of 0 bytes. */
enum wsin_event wsin_take(struct wsin *, const struct wsin_frame *,
    const void *p, size_t n);

/* Discards the message once it has been used. */
void wsin_next(struct wsin *);

/* Whether a close frame may carry the code. */
bool wsin_code_valid(int code);

#endif
