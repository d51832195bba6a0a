#ifndef NET_HTTPHEAD_H
#define NET_HTTPHEAD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * HTTP/1.1 heads (RFC 9112).  Pure: bytes in, values out.  Lines end in CR LF
 * only; folded lines and white space before a colon are refused.
 */
enum {
	HTTPHEAD_LINE_MAX = 16384,	/* start line or field */
	HTTPHEAD_FIELDS_MAX = 100,
	HTTPHEAD_MAX = 65536		/* the whole head */
};

enum httphead_kind { HTTPHEAD_REQUEST, HTTPHEAD_RESPONSE };

enum httphead_status {
	HTTPHEAD_MORE,		/* feed more */
	HTTPHEAD_DONE,		/* complete; the bytes not used follow it */
	HTTPHEAD_BAD		/* see httphead_why(), httpbody.why */
};

struct httphead;

struct httphead *httphead_new(enum httphead_kind);
void httphead_free(struct httphead *);

/* Uses up to n bytes and stores how many. */
enum httphead_status httphead_feed(struct httphead *, const void *p, size_t n,
    size_t *used);
/* What is wrong; never NULL. */
const char *httphead_why(const struct httphead *);

/* For a complete head: method and target of a request; status and reason of a
 * response; the minor version (HTTP/1.x) of both. */
const char *httphead_method(const struct httphead *);
const char *httphead_target(const struct httphead *);
int httphead_code(const struct httphead *);
const char *httphead_reason(const struct httphead *);
int httphead_minor(const struct httphead *);

/* The value of the first field of that name (any case), or NULL. */
const char *httphead_get(const struct httphead *, const char *name);
/* The i-th field; NULL after the last. */
const char *httphead_field(const struct httphead *, size_t i,
    const char **value);
/* How many fields have the name. */
size_t httphead_count(const struct httphead *, const char *name);
/* Whether a comma-separated list field has the token (any case). */
bool httphead_token(const struct httphead *, const char *name,
    const char *token);

/* The usual phrase for a status. */
const char *httphead_phrase(int status);

#endif
