#ifndef AUTH_REPLY_H
#define AUTH_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The answers of token endpoints, IAM, the metadata server and the service, as
 * values and as sentences that say what to do.  Pure.
 */
struct auth_cred;

enum {
	AUTH_ANSWER_MAX = 256 << 10,	/* of any answer */
	AUTH_TOKEN_MAX = 16384,		/* of a token */
	AUTH_WHY = 800			/* of a sentence */
};

/* A token that was granted; wiped and freed by auth_reply_done(). */
struct auth_grant {
	char *token;
	int64_t expiry;		/* seconds since the epoch */
	bool new_refresh;	/* a new refresh token came with it */
};
void auth_reply_done(struct auth_grant *);

/*
 * Read an answer with status 200 from an OAuth token endpoint, STS or the
 * metadata server, and one from IAM's generateAccessToken.  0, or -1 with why.
 */
int auth_reply_oauth(struct auth_grant *, const char *p, size_t n,
    int64_t now, char *why, size_t size);
int auth_reply_iam(struct auth_grant *, const char *p, size_t n, char *why,
    size_t size);

enum auth_place {
	AUTH_AT_TOKEN,		/* oauth2.googleapis.com or token_uri */
	AUTH_AT_STS,
	AUTH_AT_IAM,
	AUTH_AT_METADATA,
	AUTH_AT_SUBJECT,	/* a subject token's URL, AWS's metadata */
	AUTH_AT_KEY,		/* the Developer API, with an API key */
	AUTH_AT_SERVICE		/* the service itself, with a token */
};

/* What was asked, as far as the sentence needs it. */
struct auth_question {
	enum auth_place place;
	const char *host;		/* who answered */
	const struct auth_cred *cred;	/* may be NULL */
	const char *identity;		/* who asked; may be NULL */
	const char *project;		/* may be NULL */
	int64_t skew;			/* our clock minus the server's, s */
	const char *const *secrets;	/* never to be repeated; or NULL */
};

struct auth_refusal {
	int code;			/* of log.h */
	bool retry;			/* another try may help */
	int status;			/* of HTTP, if there was an answer */
	bool reasoned;			/* the answer named a reason of its
					 * own (ErrorInfo) */
	char why[AUTH_WHY];
};

/* Explains an answer with any status but 200: why, and what to do. */
void auth_reply_refused(struct auth_refusal *, const struct auth_question *,
    int status, const char *p, size_t n);

/* Explains an answer with status 200 that does not hold what it should; reason
 * is why of the functions above. */
void auth_reply_garbled(struct auth_refusal *, const struct auth_question *,
    const char *p, size_t n, const char *reason);

#endif
