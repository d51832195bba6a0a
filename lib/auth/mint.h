#ifndef AUTH_MINT_H
#define AUTH_MINT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Ephemeral tokens of the Gemini Developer API: short-lived keys for a program
 * or browser that must not hold the API key.
 */
struct auth_net;
struct auth_refusal;
struct auth_mint;
struct json;

enum {
	AUTH_MINT_MAX_S = 20 * 3600 - 1,	/* the service's limit */
	AUTH_MINT_WARNINGS = 5
};

struct auth_mint {
	int uses;		/* fresh sessions; 0 no limit; -1 the
				 * service's 1 */
	int64_t expire_s;	/* from now; -1 the service's 30 min */
	int64_t start_s;	/* in which sessions may begin; -1 its 60 s */
	struct json *setup;	/* what is locked; NULL nothing; stays the
				 * caller's */
	const char *lock;	/* NULL or "all" everything, "set" the fields
				 * that are set, else comma-separated names */
	const char *version;	/* NULL: v1beta, then v1alpha */
};

/* Pure.  The setup in the text of a file, with or without {"setup": ...}
 * around it, the model's name completed; NULL with why. */
struct json *auth_mint_setup(const char *p, size_t n, char *why, size_t size);

/* Pure.  The body of the request. */
struct json *auth_mint_body(const struct auth_mint *, int64_t now);

/* Pure.  Stores sentences on why a long conversation will fail; how many. */
size_t auth_mint_warnings(const struct auth_mint *,
    const char *warnings[AUTH_MINT_WARNINGS]);

/* Pure.  The answer, its "name" checked; NULL with why. */
struct json *auth_mint_answer(const char *p, size_t n, char *why,
    size_t size);

/* Requests a token with an API key: 0 and the answer, which the caller frees
 * with json_wipe(); or the exit code. */
int auth_mint(struct auth_net *, const char *key, const struct auth_mint *,
    struct json **answer, struct auth_refusal *);

#endif
