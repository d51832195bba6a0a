#ifndef AUTH_CRED_H
#define AUTH_CRED_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A credentials file as a value: which kind it is, and its fields, checked.
 * Pure.
 */
struct json;

enum {
	AUTH_FILE_MAX = 256 << 10,	/* of a credentials file */
	AUTH_DELEGATES_MAX = 16
};

enum auth_kind {
	AUTH_NONE,
	AUTH_SERVICE_ACCOUNT,
	AUTH_USER,		/* authorized_user */
	AUTH_EXTERNAL,		/* external_account */
	AUTH_EXTERNAL_USER,	/* external_account_authorized_user */
	AUTH_IMPERSONATED,	/* impersonated_service_account */
	AUTH_METADATA,		/* the machine's metadata server */
	AUTH_API_KEY,
	AUTH_EMULATOR
};

enum auth_origin {		/* of an external account's subject token */
	AUTH_FROM_FILE,
	AUTH_FROM_URL,
	AUTH_FROM_PROGRAM,
	AUTH_FROM_AWS
};

/* Strings point into json; NULL where absent. */
struct auth_cred {
	enum auth_kind kind;
	struct json *json;		/* owned, unless part of another */
	bool part;
	const char *project;
	const char *quota_project;
	/* service account */
	const char *email;
	const char *key;
	const char *key_id;
	/* service account: token_uri; the external kinds: token_url */
	const char *token_url;
	/* both kinds of user; external accounts may have the first two */
	const char *client_id;
	const char *client_secret;
	const char *refresh_token;
	const char *account;
	/* external account */
	const char *audience;
	const char *subject_type;
	const char *workforce_project;
	enum auth_origin origin;
	const struct json *origin_json;	/* credential_source */
	/* impersonation: AUTH_IMPERSONATED and external accounts */
	const char *impersonate;	/* the URL */
	char target[256];		/* the e-mail address in it */
	long lifetime;			/* seconds */
	const struct json *delegates;
	const struct json *scopes;
	struct auth_cred *source;	/* owned */
};

/*
 * Reads a credentials file's n bytes.  0, or the exit code (65 not a
 * credentials file, 78 one that cannot be used) with a sentence that contains
 * nothing secret.
 */
int auth_cred_parse(struct auth_cred *, const char *p, size_t n, char *why,
    size_t size);

/* Wipes and frees. */
void auth_cred_done(struct auth_cred *);

/* "service account" and so on. */
const char *auth_cred_kind(enum auth_kind);

/*
 * The first host to which an external account or an impersonation would send a
 * secret and which is not Google's (googleapis.com), this machine or in
 * allowed; in memory that the caller frees, or NULL.  allowed: host names
 * separated by commas, "1" for all, or NULL.
 */
char *auth_cred_stranger(const struct auth_cred *, const char *allowed);

/* Who this is, in a few words without a secret; never NULL. */
const char *auth_cred_identity(const struct auth_cred *);

#endif
