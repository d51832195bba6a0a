/*
 * The checks before a token is issued: an assertion's signature, audience and
 * times; a refresh token with its client; a subject token, which may be a
 * request signed for Amazon.
 */
#include "emulator/signin/grant.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "auth/aws.h"
#include "auth/jwt.h"
#include "auth/text.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/date.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/url.h"
#include "emulator/signin/ask.h"

enum { SKEW = 300, LIFE_MAX = 3600, AWS_SKEW = 900 };

static char *
unescape(const char *p, size_t n, bool plus)
{
	char *out = mem_alloc(n + 1);

	url_unescape(out, p, n, plus);
	return out;
}

struct json *
grant_form(const char *p, size_t n)
{
	struct json *form = json_object();
	const char *end = p + n, *amp, *eq;
	char *name, *value;

	for (; p < end; p = amp + 1) {
		amp = memchr(p, '&', (size_t)(end - p));
		if (!amp)
			amp = end;
		eq = memchr(p, '=', (size_t)(amp - p));
		if (!eq) {
			json_free(form);
			return NULL;
		}
		name = unescape(p, (size_t)(eq - p), true);
		value = unescape(eq + 1, (size_t)(amp - eq - 1), true);
		json_set(form, name, json_stringn(value, strlen(value)));
		free(name);
		free(value);
	}
	return form;
}

static void
refuse(struct emugrant *g, const char *error, const char *text)
{
	g->error = error;
	snprintf(g->text, sizeof g->text, "%s", text);
}

static const char *
get(const struct json *j, const char *key)
{
	return json_get_str(j, key, "");
}

static bool
is(const struct json *j, const char *key, const char *value)
{
	return strcmp(get(j, key), value) == 0;
}

/* The account with the issuer's address; key: whether the key's id fits too. */
static const struct json *
account(const struct json *settings, const struct json *header,
    const char *email, bool *key)
{
	const struct json *j, *found = NULL;

	*key = false;
	for (j = json_first(json_get(settings, "service_accounts")); j;
	    j = json_next(j)) {
		if (!is(j, "client_email", email))
			continue;
		found = j;
		*key = !json_get(header, "kid") ||
		    is(j, "private_key_id", get(header, "kid"));
		if (*key)
			break;
	}
	return found;
}

/* Checks the times of an assertion, with Google's words for what is wrong. */
static bool
times(struct emugrant *g, const struct json *claims, int64_t now)
{
	int64_t iat = json_get_int(claims, "iat", -1);
	int64_t exp = json_get_int(claims, "exp", -1);

	if (iat >= 0 && exp > iat && exp - iat <= LIFE_MAX &&
	    iat <= now + SKEW && exp >= now)
		return true;
	refuse(g, "invalid_grant", "Invalid JWT: Token must be a short-lived "
	    "token (60 minutes) and in a reasonable timeframe. Check your iat "
	    "and exp values in the JWT claim.");
	return false;
}

static void
check_assertion(struct emugrant *g, const struct json *settings,
    const struct auth_jwt_parts *t, const char *jwt, int64_t now)
{
	const char *email = get(t->claims, "iss");
	const struct json *who;
	char why[120];
	bool key;

	who = account(settings, t->header, email, &key);
	if (!is(t->header, "alg", "RS256"))
		refuse(g, "invalid_grant", "Invalid JWT: unsupported alg.");
	else if (!who)
		refuse(g, "invalid_grant", "Invalid grant: account not found");
	else if (!key || crypt_rs256_verify(get(who, "public_key"), jwt,
	    t->signed_len, t->signature, t->signature_len, why,
	    sizeof why) == -1)
		refuse(g, "invalid_grant", "Invalid JWT Signature.");
	else if (!is(t->claims, "aud", AUTH_JWT_AUDIENCE))
		refuse(g, "invalid_grant", "Invalid JWT: Failed audience "
		    "check.");
	else if (times(g, t->claims, now)) {
		if (!*get(t->claims, "scope"))
			refuse(g, "invalid_scope", "Empty or missing scope "
			    "not allowed.");
		snprintf(g->identity, sizeof g->identity, "%s", email);
		snprintf(g->scopes, sizeof g->scopes, "%s",
		    get(t->claims, "scope"));
	}
}

static void
assertion(struct emugrant *g, const struct json *settings, const char *jwt,
    int64_t now)
{
	struct auth_jwt_parts t;
	char why[120];

	if (auth_jwt_split(&t, jwt, strlen(jwt), why, sizeof why) == -1) {
		refuse(g, "invalid_grant", "Bad Request");
		return;
	}
	check_assertion(g, settings, &t, jwt, now);
	json_free(t.header);
	json_free(t.claims);
}

/* Checks a refresh token, with its client in the form or in a Basic header. */
static void
refresh(struct emugrant *g, const struct json *settings,
    const struct grant_form *f)
{
	const struct json *j, *v = f->values;
	const char *id = get(v, "client_id");
	char pair[512];

	for (j = json_first(json_get(settings, "users")); j;
	    j = json_next(j)) {
		snprintf(pair, sizeof pair, "%s:%s", get(j, "client_id"),
		    get(j, "client_secret"));
		if (f->basic ? strcmp(f->basic, pair) != 0 :
		    !is(j, "client_id", id) ||
		    !is(j, "client_secret", get(v, "client_secret")))
			continue;
		if (!is(j, "refresh_token", get(v, "refresh_token"))) {
			refuse(g, "invalid_grant", "Token has been expired or "
			    "revoked.");
			return;
		}
		if (json_true(json_get(j, "rapt"))) {
			refuse(g, "invalid_grant", "reauth related error "
			    "(invalid_rapt)");
			g->subtype = "invalid_rapt";
			return;
		}
		snprintf(g->identity, sizeof g->identity, "%s",
		    json_get_str(j, "account", "user"));
		snprintf(g->scopes, sizeof g->scopes, SIGNIN_SCOPE);
		return;
	}
	refuse(g, "invalid_client", "The OAuth client was not found.");
}

void
grant_oauth(const struct json *settings, const struct grant_form *f,
    int64_t now, struct emugrant *g)
{
	memset(g, 0, sizeof *g);
	if (is(f->values, "grant_type",
	    "urn:ietf:params:oauth:grant-type:jwt-bearer"))
		assertion(g, settings, get(f->values, "assertion"), now);
	else if (is(f->values, "grant_type", "refresh_token"))
		refresh(g, settings, f);
	else
		refuse(g, "unsupported_grant_type", "Invalid grant_type.");
}

/* A header of the signed request in a subject token. */
static const char *
signed_header(const struct json *request, const char *name)
{
	const struct json *j;

	for (j = json_first(json_get(request, "headers")); j;
	    j = json_next(j))
		if (strcasecmp(get(j, "key"), name) == 0)
			return get(j, "value");
	return "";
}

/* Reads "AKID/20260101/us-east-1/sts/aws4_request" from an Authorization. */
static bool
scope_of(const char *authorization, char *id, size_t idn, char *region,
    size_t rn)
{
	const char *p = strstr(authorization, "Credential="), *q;

	if (!p)
		return false;
	p += strlen("Credential=");
	q = strchr(p, '/');
	if (!q || (size_t)(q - p) >= idn || strlen(q) < 11)
		return false;
	memcpy(id, p, (size_t)(q - p));
	id[q - p] = '\0';
	p = q + 10;	/* the day and its slash */
	q = strchr(p, '/');
	if (!q || (size_t)(q - p) >= rn)
		return false;
	memcpy(region, p, (size_t)(q - p));
	region[q - p] = '\0';
	return true;
}

/* The time of a basic ISO 8601 stamp. */
static int
stamp_time(const char *s, int64_t *t)
{
	char full[AUTH_STAMP];

	if (strlen(s) != 16)
		return -1;
	snprintf(full, sizeof full, "%.4s-%.2s-%.5s:%.2s:%.2sZ", s, s + 4,
	    s + 6, s + 11, s + 13);
	return date_seconds(full, t);
}

/* Checks the signature by signing again with the secret that fits the id. */
static bool
amazon_signed(const struct json *settings, const struct json *request)
{
	const char *given = signed_header(request, "Authorization");
	char id[128], region[64], why[120];
	struct auth_aws_request r = { .method = get(request, "method"),
		.url = get(request, "url"), .region = region,
		.service = "sts" };
	struct auth_aws_keys k = { id, NULL, NULL };
	const struct json *j;
	struct buf b;
	bool good = false;

	if (!scope_of(given, id, sizeof id, region, sizeof region) ||
	    stamp_time(signed_header(request, "x-amz-date"), &r.now) == -1)
		return false;
	for (j = json_first(json_get(settings, "aws")); j && !k.secret;
	    j = json_next(j))
		if (is(j, "id", id))
			k.secret = mem_str(get(j, "secret"));
	if (*signed_header(request, "x-amz-security-token"))
		k.session = mem_str(signed_header(request,
		    "x-amz-security-token"));
	buf_init(&b, 8192);
	if (k.secret && auth_aws_sign(&b, &r, &k, why, sizeof why) == 0)
		good = strcmp(b.data, given) == 0;
	buf_done(&b);
	free(k.secret);
	free(k.session);
	return good;
}

static void
amazon(struct emugrant *g, const struct json *settings, const char *token,
    const char *audience, int64_t now)
{
	char *text = unescape(token, strlen(token), false), why[80];
	struct json *j = json_parse(text, strlen(text), why, sizeof why);
	int64_t at = 0;

	stamp_time(signed_header(j, "x-amz-date"), &at);
	if (!j)
		refuse(g, "invalid_request", "Invalid value for "
		    "\"subject_token\".");
	else if (strcmp(signed_header(j, "x-goog-cloud-target-resource"),
	    audience) != 0)
		refuse(g, "invalid_grant", "The header "
		    "x-goog-cloud-target-resource does not match the "
		    "audience.");
	else if (at < now - AWS_SKEW || at > now + AWS_SKEW)
		refuse(g, "invalid_grant", "Signature expired.");
	else if (!amazon_signed(settings, j))
		refuse(g, "invalid_grant", "The request signature we "
		    "calculated does not match the signature you provided.");
	json_free(j);
	free(text);
}

static void
subject(struct emugrant *g, const struct json *settings, const char *token)
{
	const struct json *j;

	for (j = json_first(json_get(settings, "subjects")); j;
	    j = json_next(j))
		if (strcmp(json_str(j) ? json_str(j) : "", token) == 0)
			return;
	refuse(g, "invalid_grant", "The given credential is rejected by the "
	    "attribute condition.");
}

void
grant_sts(const struct json *settings, const struct grant_form *f,
    int64_t now, struct emugrant *g)
{
	const struct json *v = f->values;
	const char *type = get(v, "subject_token_type");
	const char *audience = get(v, "audience");

	memset(g, 0, sizeof *g);
	if (is(v, "grant_type", "refresh_token")) {
		refresh(g, settings, f);
		return;
	}
	if (!is(v, "grant_type",
	    "urn:ietf:params:oauth:grant-type:token-exchange") ||
	    !is(v, "requested_token_type",
	    "urn:ietf:params:oauth:token-type:access_token"))
		refuse(g, "invalid_request", "Invalid grant_type or "
		    "requested_token_type.");
	else if (json_get(settings, "audience") &&
	    !is(settings, "audience", audience))
		refuse(g, "invalid_target", "The target service indicated by "
		    "the \"audience\" parameters is invalid.");
	else if (!*get(v, "scope"))
		refuse(g, "invalid_scope", "Empty scope.");
	else if (strcmp(type, "urn:ietf:params:aws:token-type:aws4_request") ==
	    0)
		amazon(g, settings, get(v, "subject_token"), audience, now);
	else
		subject(g, settings, get(v, "subject_token"));
	snprintf(g->identity, sizeof g->identity, "%s", audience);
	snprintf(g->scopes, sizeof g->scopes, "%s", get(v, "scope"));
}
