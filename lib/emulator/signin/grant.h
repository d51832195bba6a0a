#ifndef EMULATOR_SIGNIN_GRANT_H
#define EMULATOR_SIGNIN_GRANT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Who gets a token: assertions, refresh tokens, subject tokens and
 * impersonation checked for real against the settings of emuauth.h.  Pure.
 */
struct json;

/* What was asked, decoded from a form. */
struct grant_form {
	struct json *values;	/* an object of strings */
	const char *basic;	/* "id:secret" of the Authorization, or NULL */
};

/* Decodes a form; NULL if it is none.  The caller frees. */
struct json *grant_form(const char *p, size_t n);

/* What came of it: an identity and scopes, or an error as OAuth words it. */
struct emugrant {
	char identity[256];
	char scopes[512];
	const char *error;		/* NULL: granted */
	const char *subtype;		/* or NULL */
	char text[256];
};

/* The OAuth token endpoint and STS. */
void grant_oauth(const struct json *settings, const struct grant_form *,
    int64_t now, struct emugrant *);
void grant_sts(const struct json *settings, const struct grant_form *,
    int64_t now, struct emugrant *);

#endif
