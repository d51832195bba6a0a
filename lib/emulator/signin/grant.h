#ifndef EMULATOR_SIGNIN_GRANT_H
#define EMULATOR_SIGNIN_GRANT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Who gets a token: assertions, refresh tokens, subject tokens and
 * impersonation are really checked against the settings of signin.h.  Pure.
 */
struct json;

/* A request, decoded from a form. */
struct grant_form {
	struct json *values;	/* an object of strings */
	const char *basic;	/* "id:secret" from Authorization, or NULL */
};

/* Decodes a form, which the caller frees; NULL if it is not one. */
struct json *grant_form(const char *p, size_t n);

/* The result: an identity and scopes, or an error in OAuth's terms. */
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
