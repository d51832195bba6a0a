#ifndef AUTH_CHECK_H
#define AUTH_CHECK_H

/*
 * Checks whether an identity can reach the service, by a request that costs
 * nothing and needs the same permission as a conversation.
 */
struct auth;
struct auth_refusal;
struct buf;

/*
 * After auth_find() (and auth_get(), except for API keys).  model and location
 * may be NULL.  Appends what was found, a line each; 0, or the exit code.
 */
int auth_check(struct auth *, const char *model, const char *location,
    struct buf *report, struct auth_refusal *);

#endif
