#ifndef AUTH_JWT_H
#define AUTH_JWT_H

#include <stddef.h>
#include <stdint.h>

/*
 * JSON Web Tokens signed with RS256 (RFC 7515, 7519), as service accounts use
 * them.  Pure.
 */
struct buf;
struct json;

enum { AUTH_JWT_MAX = 16384 };

/* The audience that every service account's assertion names, wherever it is
 * sent. */
#define AUTH_JWT_AUDIENCE "https://oauth2.googleapis.com/token"

struct auth_jwt {
	const char *key;	/* PEM */
	const char *key_id;	/* or NULL */
	const char *issuer;
	const char *scopes;	/* space-separated */
	int64_t now;		/* seconds since the epoch */
	int64_t life;		/* seconds */
};

/* Appends the signed token; 0, or -1 with why. */
int auth_jwt_make(struct buf *, const struct auth_jwt *, char *why,
    size_t size);

/* A token taken apart (0, or -1 with why); the caller frees header and claims.
 * The signature covers the first signed_len bytes. */
struct auth_jwt_parts {
	struct json *header;
	struct json *claims;
	size_t signed_len;
	unsigned char signature[1024];
	size_t signature_len;
};
int auth_jwt_split(struct auth_jwt_parts *, const char *p, size_t n, char *why,
    size_t size);

#endif
