#ifndef BASE_URL_H
#define BASE_URL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * An absolute URL with a host (RFC 3986), as far as the toolkit needs it:
 * http, https, ws and wss.  Pieces are memory of its own.
 */
struct url {
	char *scheme;		/* lower case */
	char *host;		/* without brackets */
	int port;		/* the scheme's own where none is given */
	char *target;		/* path and query, from '/' on */
	bool tls;		/* https or wss */
	bool numeric6;		/* host is an IPv6 address */
};

/* 0, or -1 with a sentence in why.  User names and fragments are refused. */
int url_parse(struct url *, const char *text, char *why, size_t size);
void url_done(struct url *);

/* "host" or "host:port" as a Host field wants it, in memory that the caller
 * frees. */
char *url_authority(const struct url *);

/* The value of a digit of percent-encoding (RFC 3986 2.1); -1 where it is
 * none. */
int url_hex(char c);

/* Undoes the percent-encoding of n bytes into out, which has room for n + 1 and
 * may be s itself; returns how many there are, a zero byte follows.  What is no
 * escape stays as it is.  plus: '+' is a space, as forms write it. */
size_t url_unescape(char *out, const char *s, size_t n, bool plus);

/* Whether a host name or address can only be this machine: localhost,
 * 127.0.0.0/8, ::1. */
bool url_loopback(const char *host);

/* Whether it is an address of 169.254.0.0/16 (RFC 3927), where the metadata
 * servers of the clouds are. */
bool url_link_local(const char *host);

#endif
