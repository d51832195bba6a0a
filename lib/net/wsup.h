#ifndef NET_WSUP_H
#define NET_WSUP_H

#include <stdbool.h>
#include <stddef.h>

/* The WebSocket upgrade (RFC 6455 section 4), both sides.  Pure. */
struct buf;
struct httphead;

enum { WSUP_KEY_LEN = 24, WSUP_ACCEPT_LEN = 28 };

/* Sec-WebSocket-Key from 16 random bytes, and the Accept for a key. */
void wsup_key(char key[WSUP_KEY_LEN + 1], const unsigned char random[16]);
void wsup_accept(char accept[WSUP_ACCEPT_LEN + 1], const char *key);

/* Whether a field is one that the request has anyway. */
bool wsup_is_ours(const char *field);

/* Appends the client's request.  headers are "Name: value", ended by NULL, or
 * NULL.  0, or -1 if a piece holds a control character or a header is ours. */
int wsup_request(struct buf *, const char *authority, const char *target,
    const char *key, const char *const *headers);
/* Whether a response accepts the upgrade asked for with the key: 0, or -1 with
 * a sentence. */
int wsup_check_response(const struct httphead *, const char *key, char *why,
    size_t size);

/* Whether a request asks for an upgrade at all. */
bool wsup_asked(const struct httphead *);
/* Whether it asks correctly: 0, or the HTTP status to answer with (400, 405,
 * 426) and a sentence. */
int wsup_check_request(const struct httphead *, char *why, size_t size);
/* Appends the 101 that accepts it. */
void wsup_response(struct buf *, const struct httphead *request);

/*
 * The client's half of an upgrade: the request, and the answer byte by byte,
 * with the body of a refusal.  Pure.
 */
struct wsup_dial;

enum wsup_dial_status {
	WSUP_DIAL_MORE,
	WSUP_DIAL_UP,		/* accepted; bytes not used are frames */
	WSUP_DIAL_REFUSED	/* see wsup_dial_why(), wsup_dial_head() */
};

/* body_max: bytes kept of a refusing answer's body. */
struct wsup_dial *wsup_dial_new(const unsigned char random[16],
    size_t body_max);
void wsup_dial_free(struct wsup_dial *);

/* Appends the request; 0, or -1 if a piece is not allowed in one. */
int wsup_dial_request(struct wsup_dial *, struct buf *, const char *authority,
    const char *target, const char *const *headers);

enum wsup_dial_status wsup_dial_feed(struct wsup_dial *, const void *p,
    size_t n, size_t *used);

/* The connection has ended, or took too long: refused if the head of an answer
 * had come, else still WSUP_DIAL_MORE. */
enum wsup_dial_status wsup_dial_end(struct wsup_dial *);

/* One sentence on the refusal. */
const char *wsup_dial_why(const struct wsup_dial *);
/* The refusing answer, NULL if what came was not HTTP; and its body, followed
 * by a zero byte. */
const struct httphead *wsup_dial_head(const struct wsup_dial *);
const char *wsup_dial_body(const struct wsup_dial *, size_t *n);

#endif
