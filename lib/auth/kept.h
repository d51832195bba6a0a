#ifndef AUTH_KEPT_H
#define AUTH_KEPT_H

#include <stdbool.h>

/*
 * Gets a token through the cache: a good one from there, else a new one,
 * requested by one process at a time for each identity.
 */
struct auth_cred;
struct auth_env;
struct auth_grant;
struct auth_net;
struct auth_refusal;
struct auth_scopes;

struct auth_kept {
	struct auth_net *net;
	const struct auth_env *env;
	const struct auth_cred *cred;
	const struct auth_scopes *scopes;
	const char *scopes_text;
	const char *digest;	/* of the credentials file; NULL: not kept */
	bool no_cache;
	/* the result */
	struct auth_grant *grant;
	struct auth_refusal *refusal;
	bool cached;
};

/* 0 with the grant, or the exit code with the refusal. */
int auth_kept_get(struct auth_kept *);

#endif
