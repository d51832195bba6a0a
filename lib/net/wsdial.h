#ifndef NET_WSDIAL_H
#define NET_WSDIAL_H

#include <stddef.h>

/*
 * The client's half of an upgrade: the request, and the answer byte by byte,
 * with the body of one that refuses.  Pure.
 */
struct buf;
struct httphead;
struct wsdial;

enum wsdial_status {
	WSDIAL_MORE,
	WSDIAL_UP,		/* accepted; bytes not used are frames */
	WSDIAL_REFUSED		/* see wsdial_why(), wsdial_head() */
};

/* body_max: bytes kept of a refusing answer's body. */
struct wsdial *wsdial_new(const unsigned char random[16], size_t body_max);
void wsdial_free(struct wsdial *);

/* Appends the request; -1 where a piece cannot stand in one. */
int wsdial_request(struct wsdial *, struct buf *, const char *authority,
    const char *target, const char *const *headers);

enum wsdial_status wsdial_feed(struct wsdial *, const void *p, size_t n,
    size_t *used);

/* The connection has ended, or took too long: refused where the head of an
 * answer had come, else still WSDIAL_MORE. */
enum wsdial_status wsdial_end(struct wsdial *);

/* One sentence. */
const char *wsdial_why(const struct wsdial *);
/* The refusing answer, NULL where what came was no HTTP; and its body, followed
 * by a zero byte. */
const struct httphead *wsdial_head(const struct wsdial *);
const char *wsdial_body(const struct wsdial *, size_t *n);

#endif
