#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/cred.h"

/*
 * Signing in: finds the credentials as Google's libraries do (Application
 * Default Credentials), and gets a token for them, from the cache if a good
 * one is there.  The functions run the loop; call none of them from a handler.
 */
struct auth;
struct auth_net;
struct loop;

struct auth_options {
	const char *file;		/* a credentials file to use, or NULL */
	const char *key_file;		/* an API key's file, or NULL */
	const char *const *scopes;	/* ended by NULL; NULL: the usual */
	const char *project;		/* or NULL: look for it */
	const char *quota_project;
	const char *endpoint;		/* replaces Google's hosts; or NULL */
	const char *ca;			/* PEM; or NULL: SSL_CERT_FILE */
	int timeout_ms;			/* of a request; 0: 30000 */
	bool no_cache;
	bool keys;			/* only API keys are wanted */
	/* Level 0 is a warning, above as log_info(). */
	void (*note)(void *arg, int level, const char *text);
	void *arg;
};

/* The options and their strings must outlive it. */
struct auth *auth_new(struct loop *, const struct auth_options *);
void auth_free(struct auth *);

/* Ends what is running with 128 + signo; for signal handlers on the loop. */
void auth_interrupt(struct auth *, int signo);

/* Finds the credentials: 0, or the exit code; see auth_why(). */
int auth_find(struct auth *);
/* Gets the token for what was found: 0, or the exit code. */
int auth_get(struct auth *);
/* Asks the metadata server, if that is the source, for the identity and the
 * project. */
void auth_ask_details(struct auth *);

/* A sentence about the last failure, with the remedy. */
const char *auth_why(const struct auth *);

/* What was looked at and what was found there, a line each; nothing secret. */
const char *auth_trail(const struct auth *);

enum auth_kind auth_kind(const struct auth *);
/* Never NULL. */
const char *auth_identity(const struct auth *);
const char *auth_scopes(const struct auth *);
/* Where the credentials come from: a path, a variable's name. */
const char *auth_origin(const struct auth *);
/* NULL if unknown; *from says where it comes from; from may be NULL. */
const char *auth_project(const struct auth *, const char **from);
const char *auth_quota_project(const struct auth *, const char **from);
/* The token (for an API key the key itself, after auth_find()). */
const char *auth_token(const struct auth *);
int64_t auth_expiry(const struct auth *);
bool auth_cached(const struct auth *);

/* For further requests to Google. */
struct auth_net *auth_net(struct auth *);

#endif
