#ifndef NET_HTTPD_H
#define NET_HTTPD_H

#include "net/io.h"

#include <stddef.h>

/*
 * The server's side of HTTP/1.1 on one connection, for the emulator: requests
 * one after the other, each answered before the next is read, until one is
 * upgraded or the connection ends.
 */
struct httphead;
struct httpd;
struct loop;

enum { HTTPD_BODY_MAX = 1 << 20 };

struct httpd_ops {
	/* A request with its body.  Answer with httpd_answer() now or later,
	 * or take the connection away with httpd_take(). */
	void (*request)(void *arg, struct httpd *, const struct httphead *,
	    const char *body, size_t n);
	/* The connection is over; httpd is freed after the call. */
	void (*end)(void *arg, struct httpd *);
};

/* Takes over the connection. */
struct httpd *httpd_open(struct loop *, struct io, const struct httpd_ops *,
    void *arg);
/* Frees it at once without calling end(); allowed in request(). */
void httpd_close(struct httpd *, enum io_how);

/* Sends an answer; type is its Content-Type or NULL, headers are further
 * "Name: value" strings ended by NULL, or NULL. */
void httpd_answer(struct httpd *, int status, const char *type,
    const char *const *headers, const void *body, size_t n);

/* In request(): hands the connection to the caller, with the bytes that came
 * after the head (valid until httpd_close(), which then only frees). */
struct io httpd_take(struct httpd *, const void **rest, size_t *n);

#endif
