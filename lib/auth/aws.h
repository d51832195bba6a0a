#ifndef AUTH_AWS_H
#define AUTH_AWS_H

#include <stddef.h>
#include <stdint.h>

/*
 * What Amazon's side of workload identity federation needs: Signature Version
 * 4, and the subject token that is a signed GetCallerIdentity request.  Pure.
 */
struct buf;

struct auth_aws_keys {		/* owned; auth_aws_keys_done() wipes */
	char *id;
	char *secret;
	char *session;		/* or NULL */
};
void auth_aws_keys_done(struct auth_aws_keys *);

/* Reads what AWS's metadata server says about a role: 0, or -1 with why. */
int auth_aws_keys_parse(struct auth_aws_keys *, const char *p, size_t n,
    char *why, size_t size);

/* The region of an availability zone ("us-east-1b"), checked; NULL if it is
 * not one.  The caller frees it. */
char *auth_aws_region(const char *zone, size_t n);

struct auth_aws_request {
	const char *method;
	const char *url;	/* http or https */
	const char *body;	/* or NULL */
	const char *region;
	const char *service;
	const char *content_type;	/* or NULL */
	int64_t now;
};

/* Appends the value of the Authorization field; the request must then also
 * carry x-amz-date and, with a session, x-amz-security-token.  0, or -1 with
 * why if the URL is invalid. */
int auth_aws_sign(struct buf *, const struct auth_aws_request *,
    const struct auth_aws_keys *, char *why, size_t size);

/* Appends the subject token: a signed POST to url, in which {region} is
 * replaced, as percent-encoded JSON.  0, or -1 with why. */
int auth_aws_subject(struct buf *, const char *url, const char *region,
    const struct auth_aws_keys *, const char *audience, int64_t now, char *why,
    size_t size);

#endif
