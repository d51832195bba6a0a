#ifndef EMULATOR_SIGNIN_TOKEN_H
#define EMULATOR_SIGNIN_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The tokens that the emulator issued, with what they stand for.  Beyond
 * EMUTOKEN_MAX the oldest are forgotten.
 */
enum { EMUTOKEN_MAX = 256 };

struct emutoken {
	char token[80];
	char identity[256];
	char scopes[512];
	int64_t expiry;
	int64_t uses;		/* new sessions left; -1: any number */
	int64_t new_expiry;	/* no new sessions after that; 0: any time */
};

struct emutokens {		/* zero it before use; owns its memory */
	struct emutoken *list;
	size_t n, next;
	struct emutoken *last;	/* issued last */
};
void signin_token_clear(struct emutokens *);

/* The prefixes of access and ephemeral tokens. */
#define EMUTOKEN_ACCESS "ya29.emulator-"
#define EMUTOKEN_EPHEMERAL "auth_tokens/"

/* Issues a token for an identity; the text is valid until it is forgotten. */
const char *signin_token_issue(struct emutokens *, const char *prefix,
    const char *identity, const char *scopes, int64_t expiry);
/* Limits the new sessions that the last one issued may begin. */
void signin_token_limit(struct emutokens *, int64_t uses, int64_t until);
/* Uses one of these; false if a token of ours has none left. */
bool signin_token_use(struct emutokens *, const char *token, int64_t now);
/* A token that is still valid, or NULL. */
const struct emutoken *signin_token_find(const struct emutokens *,
    const char *token, int64_t now);

#endif
