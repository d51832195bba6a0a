#ifndef EMULATOR_SIGNIN_TOKEN_H
#define EMULATOR_SIGNIN_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The tokens that the emulator gave out, with what they stand for.  Of more
 * than EMUTOKEN_MAX the oldest are forgotten.
 */
enum { EMUTOKEN_MAX = 256 };

struct emutoken {
	char token[80];
	char identity[256];
	char scopes[512];
	int64_t expiry;
	int64_t uses;		/* new sessions left; -1: any number */
	int64_t new_expiry;	/* no new session after that; 0: any time */
};

struct emutokens {		/* zero it before use; owns its memory */
	struct emutoken *list;
	size_t n, next;
	struct emutoken *last;	/* issued last */
};
void signin_token_clear(struct emutokens *);

/* How access tokens and ephemeral ones begin. */
#define EMUTOKEN_ACCESS "ya29.emulator-"
#define EMUTOKEN_EPHEMERAL "auth_tokens/"

/* A new one for an identity; the text is valid until it is forgotten. */
const char *signin_token_issue(struct emutokens *, const char *prefix,
    const char *identity, const char *scopes, int64_t expiry);
/* Limits the new sessions that the one issued last may begin. */
void signin_token_limit(struct emutokens *, int64_t uses, int64_t until);
/* Takes one of these; false where a token of ours has none left. */
bool signin_token_use(struct emutokens *, const char *token, int64_t now);
/* One that still lives, or NULL. */
const struct emutoken *signin_token_find(const struct emutokens *,
    const char *token, int64_t now);

#endif
