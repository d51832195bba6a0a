#ifndef NET_HTTPBODY_H
#define NET_HTTPBODY_H

#include "base/buf.h"
#include "net/httphead.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The body after a head, by length, in chunks or up to the end of the
 * connection, collected up to a ceiling.  Pure.
 */
struct httpbody {
	struct buf data;
	const char *why;
	int64_t left;		/* of the body or chunk */
	int state;
	size_t line;
	bool bare;		/* the body ends with the connection */
};

/* Learns from the head how the body is delimited; max bytes at most. */
void httpbody_init(struct httpbody *, const struct httphead *,
    enum httphead_kind, size_t max);
void httpbody_done(struct httpbody *);
/* Uses up to n bytes and stores how many.  Call it first with n 0: there may
 * be no body. */
enum httphead_status httpbody_feed(struct httpbody *, const void *p, size_t n,
    size_t *used);

#endif
