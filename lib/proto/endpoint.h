#ifndef PROTO_ENDPOINT_H
#define PROTO_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/family.h"

/*
 * Where the service is and how to authenticate there: URLs, hosts, model
 * names, header lines.  Nothing here reads the environment.
 */
struct buf;

enum credential {
	CREDENTIAL_NONE,	/* emulator, gateway */
	CREDENTIAL_KEY,		/* API key */
	CREDENTIAL_EPHEMERAL,	/* auth_tokens/... */
	CREDENTIAL_BEARER	/* OAuth access token */
};

/* What the user specified; NULL where not set. */
struct endpoint_wish {
	enum backend backend;
	enum credential credential;
	const char *model;
	const char *url;	/* a gateway's, used as it is */
	const char *emulator;	/* GL_EMULATOR_HOST: host:port or ws(s)://... */
	const char *host;	/* instead of the backend's own, with port */
	const char *version;	/* instead of the backend's usual one */
	const char *project;
	const char *location;
};

struct endpoint {
	char *url;		/* ws:// or wss:// */
	char *model;		/* as it goes into setup */
	char *version;		/* as dialled; NULL for a gateway */
	enum credential credential;
};

/*
 * 0, or -1, and why says what is wrong: no model, a model name with "..", "?"
 * or "&", ws:// to a host other than loopback, an invalid URL.  Everything in
 * the endpoint is its own copy.
 */
int endpoint_init(struct endpoint *, const struct endpoint_wish *, char *why,
    size_t size);
void endpoint_done(struct endpoint *);

/* The model that is used if none is named. */
const char *endpoint_default_model(enum backend);

/* Whether a key is an ephemeral token. */
bool endpoint_is_ephemeral(const char *key);

/*
 * Appends the header lines ("Name: value\r\n") that carry the secret (none for
 * CREDENTIAL_NONE); 0, or -1 if the secret is empty, or it or the project
 * holds anything but printable ASCII.  quota_project may be NULL.  The caller
 * wipes the buffer.
 */
int endpoint_headers(enum credential, const char *secret,
    const char *quota_project, struct buf *);

/* Whether a URL's host is loopback (127.0.0.0/8, ::1, localhost). */
bool endpoint_is_loopback(const char *url);

/* The service's side: a request's path without its query, with repeated slashes
 * made one. */
void endpoint_tidy(const char *target, char *path, size_t size);

/* What such a path, tidy or not, asks for.  0, or -1 for a path that is not the
 * service's. */
struct endpoint_path {
	enum backend backend;
	bool constrained;
	char version[16];
};
int endpoint_match(const char *path, struct endpoint_path *);

#endif
