#ifndef BASE_URL_H
#define BASE_URL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * An absolute URL with a host (RFC 3986), as far as the toolkit needs it:
 * http, https, ws and wss.  The strings are owned.
 */
struct url {
	char *scheme;		/* lower case */
	char *host;		/* without brackets */
	int port;		/* the scheme's default if none is given */
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

/* The value of a hexadecimal digit (RFC 3986 2.1); -1 if it is not one. */
int url_hex(char c);

/* Decodes n percent-encoded bytes into out, which has room for n + 1 and may
 * be s itself; returns how many they become, and a zero byte follows.  Invalid
 * escapes stay as they are.  plus: '+' means a space, as in forms. */
size_t url_unescape(char *out, const char *s, size_t n, bool plus);

/* Whether a host name or address can only be this machine: localhost,
 * 127.0.0.0/8, ::1. */
bool url_loopback(const char *host);

/* Whether it is an address in 169.254.0.0/16 (RFC 3927), where the clouds'
 * metadata servers are. */
bool url_link_local(const char *host);

#endif
