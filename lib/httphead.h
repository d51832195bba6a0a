#ifndef HTTPHEAD_H
#define HTTPHEAD_H

#include "buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * HTTP/1.1 heads and bodies (RFC 9112) and the WebSocket upgrade (RFC 6455
 * section 4).  Pure: bytes in, values out.  Lines end in CR LF only, folded
 * lines and white space before a colon are refused.
 */
enum {
	HTTPHEAD_LINE_MAX = 16384,	/* start line or field */
	HTTPHEAD_FIELDS_MAX = 100,
	HTTPHEAD_MAX = 65536		/* the whole head */
};

enum httphead_kind { HTTPHEAD_REQUEST, HTTPHEAD_RESPONSE };

enum httphead_status {
	HTTPHEAD_MORE,		/* feed on */
	HTTPHEAD_DONE,		/* complete; bytes not used belong to what follows */
	HTTPHEAD_BAD		/* see httphead_why() or httpbody.why */
};

struct httphead;

struct httphead *httphead_new(enum httphead_kind);
void httphead_free(struct httphead *);

/* Uses up to n bytes, says how many. */
enum httphead_status httphead_feed(struct httphead *, const void *p, size_t n,
    size_t *used);
/* What is wrong; never NULL. */
const char *httphead_why(const struct httphead *);

/* Once it is complete.  Method and target of a request; status and reason of a
 * response; the minor version (HTTP/1.x) of both. */
const char *httphead_method(const struct httphead *);
const char *httphead_target(const struct httphead *);
int httphead_code(const struct httphead *);
const char *httphead_reason(const struct httphead *);
int httphead_minor(const struct httphead *);

/* The value of the first field of that name (any case), or NULL. */
const char *httphead_get(const struct httphead *, const char *name);
/* The i-th field; NULL behind the last. */
const char *httphead_field(const struct httphead *, size_t i,
    const char **value);
/* How many fields have the name. */
size_t httphead_count(const struct httphead *, const char *name);
/* Whether a comma-separated list field has the token (any case). */
bool httphead_token(const struct httphead *, const char *name,
    const char *token);

/* A body of at most a ceiling, collected. */
struct httpbody {
	struct buf data;
	const char *why;
	int64_t left;		/* of the body or chunk */
	int state;
	size_t line;
	bool bare;		/* a response whose body ends with the connection */
};

/* Sees by the head how the body is delimited; max bytes at most. */
void httpbody_init(struct httpbody *, const struct httphead *,
    enum httphead_kind, size_t max);
void httpbody_done(struct httpbody *);
/* Call also with n 0, once, at the beginning: there may be no body. */
enum httphead_status httpbody_feed(struct httpbody *, const void *p, size_t n,
    size_t *used);
/* The connection has ended: HTTPHEAD_DONE where that ends the body. */
enum httphead_status httpbody_end(struct httpbody *);

/* The usual phrase for a status. */
const char *httphead_phrase(int status);

enum { WSUP_KEY_LEN = 24, WSUP_ACCEPT_LEN = 28 };

/* Sec-WebSocket-Key from 16 random bytes, and the Accept for a key. */
void wsup_key(char key[WSUP_KEY_LEN + 1], const unsigned char random[16]);
void wsup_accept(char accept[WSUP_ACCEPT_LEN + 1], const char *key);

/* Appends the client's request.  headers are "Name: value", ended by NULL, or
 * NULL.  -1 where a piece holds a line break or another control character. */
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

#endif
