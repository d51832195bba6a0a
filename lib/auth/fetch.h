#ifndef AUTH_FETCH_H
#define AUTH_FETCH_H

/*
 * Gets a token from the servers: what each kind of credentials has to do for
 * it.
 */
struct auth_cred;
struct auth_env;
struct auth_grant;
struct auth_net;
struct auth_refusal;

struct auth_scopes {
	const char *const *list;	/* ended by NULL, never empty */
	int given;			/* whether the user named them */
};

/* 0 with a token, or the exit code with the refusal. */
int auth_fetch(struct auth_net *, const struct auth_env *,
    const struct auth_cred *, const struct auth_scopes *, struct auth_grant *,
    struct auth_refusal *);

/* The scopes with sep between them, for the caller to free. */
char *auth_fetch_scopes(const struct auth_scopes *, char sep);

/* Whether there is a metadata server: 0, or the exit code. */
int auth_fetch_probe(struct auth_net *, const struct auth_env *,
    struct auth_refusal *);

/* A line from the metadata server ("project/project-id"), for the caller to
 * free; NULL if it has none. */
char *auth_fetch_line(struct auth_net *, const struct auth_env *,
    const char *path);

#endif
