/*
 * Answers of token endpoints and of the service.  Google has two forms of
 * errors: OAuth's {"error": "word", "error_description": ...} and its own
 * {"error": {"code", "message", "status", "details"}}.  Both become one struct,
 * and the tables below turn that into a sentence with the remedy.
 */
#include "auth/reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "auth/cred.h"
#include "auth/text.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"

/* A clock that is off by more than this makes Google refuse assertions. */
enum { SKEW = 60 };

#define LOGIN "gcloud auth application-default login"

/* One error of either form; pieces point into the JSON. */
struct fault {
	const char *word;	/* invalid_grant; PERMISSION_DENIED */
	const char *text;
	const char *subtype;	/* invalid_rapt */
	const char *reason;	/* SERVICE_DISABLED */
	const char *service;
	const char *permission;
};

void
auth_reply_done(struct auth_grant *g)
{
	if (g->token)
		mem_wipe(g->token, strlen(g->token));
	free(g->token);
	memset(g, 0, sizeof *g);
}

/* A token goes into a header line, so visible characters only. */
static bool
plain(const char *s)
{
	size_t n = strlen(s);

	if (n == 0 || n > AUTH_TOKEN_MAX)
		return false;
	for (; *s; s++)
		if (*s <= ' ' || *s >= 0x7f)
			return false;
	return true;
}

static int
bad(struct json *j, char *why, size_t size, const char *what)
{
	if (j)
		json_wipe(j);
	if (what != why)
		snprintf(why, size, "%s", what);
	return -1;
}

int
auth_reply_oauth(struct auth_grant *g, const char *p, size_t n, int64_t now,
    char *why, size_t size)
{
	struct json *j = json_parse(p, n, why, size);
	const char *token = json_get_str(j, "access_token", NULL);
	const char *type = json_get_str(j, "token_type", "Bearer");
	int64_t life;

	memset(g, 0, sizeof *g);
	if (!j)
		return bad(j, why, size, why);
	if (!token)
		return bad(j, why, size, "no \"access_token\" in it");
	if (!plain(token))
		return bad(j, why, size, "its token is not a token");
	if (strcasecmp(type, "Bearer") != 0)
		return bad(j, why, size, "its token is of another type than "
		    "Bearer");
	if (json_int(json_get(j, "expires_in"), &life) == -1)
		life = json_get(j, "expires_in") ? -1 : 3600;
	if (life < 1 || life > 366 * 86400)
		return bad(j, why, size, "\"expires_in\" makes no sense");
	g->token = mem_str(token);
	g->expiry = now + life;
	g->new_refresh = json_get(j, "refresh_token") != NULL;
	json_wipe(j);
	return 0;
}

int
auth_reply_iam(struct auth_grant *g, const char *p, size_t n, char *why,
    size_t size)
{
	struct json *j = json_parse(p, n, why, size);
	const char *token = json_get_str(j, "accessToken", NULL);
	const char *until = json_get_str(j, "expireTime", "");

	memset(g, 0, sizeof *g);
	if (!j)
		return bad(j, why, size, why);
	if (!token)
		return bad(j, why, size, "no \"accessToken\" in it");
	if (!plain(token))
		return bad(j, why, size, "its token is not a token");
	if (date_seconds(until, &g->expiry) == -1)
		return bad(j, why, size, "\"expireTime\" is not a time");
	g->token = mem_str(token);
	json_wipe(j);
	return 0;
}

/* The ErrorInfo among the details in Google's form. */
static void
details(struct fault *f, const struct json *error)
{
	const struct json *d, *meta;

	for (d = json_first(json_get(error, "details")); d; d = json_next(d)) {
		if (!json_get_str(d, "reason", NULL))
			continue;
		meta = json_get(d, "metadata");
		f->reason = json_get_str(d, "reason", "");
		f->service = json_get_str(meta, "service", NULL);
		f->permission = json_get_str(meta, "permission", NULL);
		return;
	}
}

static void
fault_read(struct fault *f, const struct json *j)
{
	const struct json *error = json_get(j, "error");

	memset(f, 0, sizeof *f);
	f->word = f->text = f->subtype = f->reason = "";
	if (json_type(error) == JSON_OBJECT) {
		f->word = json_get_str(error, "status", "");
		f->text = json_get_str(error, "message", "");
		details(f, error);
	} else if (json_str(error)) {
		f->word = json_str(error);
		f->text = json_get_str(j, "error_description", "");
		f->subtype = json_get_str(j, "error_subtype", "");
	}
}

/*
 * Sentences by the error's words.  In them '@' stands for who asked, '^' for
 * the impersonated account, '%' for the service or permission named by the
 * error, '#' for the project.
 */
struct auth_remedy {
	int place;		/* or -1 */
	int kind;		/* or -1 */
	const char *word;	/* the error's word, subtype or reason */
	const char *text;	/* a piece of its text, or NULL */
	int code;
	const char *say;
};

static const struct auth_remedy remedies[] = {
	{ -1, -1, "invalid_rapt", NULL, CODE_REFUSED,
	    "your organisation wants you to log in again: " LOGIN },
	{ -1, -1, "rapt_required", NULL, CODE_REFUSED,
	    "your organisation wants you to log in again: " LOGIN },
	{ AUTH_AT_TOKEN, AUTH_SERVICE_ACCOUNT, "invalid_grant",
	    "account not found", CODE_REFUSED,
	    "the service account @ does not exist or is disabled; take the "
	    "key of another, or enable it" },
	{ AUTH_AT_TOKEN, AUTH_SERVICE_ACCOUNT, "invalid_grant", "Signature",
	    CODE_REFUSED, "this key of @ was deleted or disabled: gcloud iam "
	    "service-accounts keys create FILE --iam-account=@" },
	{ AUTH_AT_TOKEN, AUTH_SERVICE_ACCOUNT, "invalid_grant", NULL,
	    CODE_REFUSED, "the key of @ is not accepted; check this machine's "
	    "clock, else create a new key" },
	{ AUTH_AT_TOKEN, -1, "invalid_grant", NULL, CODE_REFUSED,
	    "the login has expired or was revoked: " LOGIN },
	{ AUTH_AT_STS, AUTH_EXTERNAL_USER, "invalid_grant", NULL, CODE_REFUSED,
	    "the login has expired or was revoked: " LOGIN
	    " --login-config=FILE" },
	{ AUTH_AT_STS, -1, "invalid_grant", NULL, CODE_REFUSED,
	    "the identity provider's token is not accepted; check the pool "
	    "provider's issuer, audience and attribute condition for @" },
	{ -1, -1, "invalid_target", NULL, CODE_CONFIG,
	    "the \"audience\" names no pool or provider that exists and is "
	    "enabled: gcloud iam workload-identity-pools providers list" },
	{ -1, -1, "invalid_client", NULL, CODE_REFUSED,
	    "the login's OAuth client is unknown or disabled, or its secret is "
	    "wrong; log in anew: " LOGIN },
	{ -1, AUTH_SERVICE_ACCOUNT, "unauthorized_client", NULL, CODE_REFUSED,
	    "@ may not use these scopes; check --scope" },
	{ -1, -1, "unauthorized_client", NULL, CODE_REFUSED,
	    "the login's OAuth client may not do this; log in anew: " LOGIN },
	{ -1, -1, "invalid_scope", NULL, CODE_CONFIG,
	    "a scope is unknown or not granted; check --scope, else log in "
	    "anew: " LOGIN },
	{ -1, -1, "restricted_client", NULL, CODE_REFUSED,
	    "the organisation does not allow this OAuth client" },
	{ -1, -1, "access_denied", NULL, CODE_REFUSED,
	    "the organisation does not allow this sign-in" },
	{ -1, -1, "admin_policy_enforced", NULL, CODE_REFUSED,
	    "a policy of the organisation forbids this sign-in" },
	{ -1, -1, "SERVICE_DISABLED", NULL, CODE_REFUSED,
	    "an API is not enabled in the project: gcloud services enable % "
	    "--project=#" },
	{ -1, -1, "BILLING_DISABLED", NULL, CODE_REFUSED,
	    "the project # has no billing account" },
	{ -1, -1, "USER_PROJECT_DENIED", NULL, CODE_REFUSED,
	    "@ may not use the quota project; grant it "
	    "roles/serviceusage.serviceUsageConsumer there, or choose another "
	    "by --quota-project" },
	{ -1, -1, "CONSUMER_INVALID", NULL, CODE_CONFIG,
	    "the project # does not exist or is not open to @; choose another "
	    "by --project" },
	{ -1, -1, "CONSUMER_SUSPENDED", NULL, CODE_REFUSED,
	    "the project # is suspended" },
	{ -1, -1, "API_KEY_INVALID", NULL, CODE_REFUSED,
	    "the API key is not valid or has expired; make one at "
	    "https://aistudio.google.com/apikey" },
	{ -1, -1, "API_KEY_SERVICE_BLOCKED", NULL, CODE_REFUSED,
	    "the API key is restricted to other APIs than %" },
	{ -1, -1, "API_KEY_IP_ADDRESS_BLOCKED", NULL, CODE_REFUSED,
	    "the API key is restricted to other addresses than this one" },
	{ -1, -1, "API_KEY_HTTP_REFERRER_BLOCKED", NULL, CODE_REFUSED,
	    "the API key is restricted to web sites" },
	{ -1, -1, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", NULL, CODE_REFUSED,
	    "the token lacks a scope; give --scope "
	    "https://www.googleapis.com/auth/cloud-platform, or log in anew "
	    "with it" },
	{ -1, -1, "ACCESS_TOKEN_EXPIRED", NULL, CODE_REFUSED,
	    "the token has expired; run gl-auth again" },
	{ AUTH_AT_IAM, -1, "PERMISSION_DENIED", NULL, CODE_REFUSED,
	    "grant @ the role roles/iam.serviceAccountTokenCreator on ^" },
	{ AUTH_AT_IAM, -1, "NOT_FOUND", NULL, CODE_CONFIG,
	    "the service account ^ does not exist" },
	{ AUTH_AT_SERVICE, -1, "PERMISSION_DENIED", NULL, CODE_REFUSED,
	    "grant @ the role roles/aiplatform.user in the project # (missing: "
	    "%)" },
	{ AUTH_AT_KEY, -1, "PERMISSION_DENIED", NULL, CODE_REFUSED,
	    "the API key may not use the Gemini API; see its restrictions at "
	    "https://console.cloud.google.com/apis/credentials" },
	{ -1, -1, "UNAUTHENTICATED", NULL, CODE_REFUSED,
	    "the credential is not accepted; gl-auth --explain says which one "
	    "was used" },
	{ AUTH_AT_KEY, -1, "INVALID_ARGUMENT", "API key", CODE_REFUSED,
	    "the API key is not valid; make one at "
	    "https://aistudio.google.com/apikey" }
};

/* Sentences for when only the status is known. */
static const struct {
	int place;
	int status;
	int code;
	const char *say;
} statuses[] = {
	{ AUTH_AT_METADATA, 404, CODE_CONFIG,
	    "no service account is attached to this machine; attach one, or "
	    LOGIN },
	{ AUTH_AT_METADATA, 403, CODE_REFUSED,
	    "the metadata server refuses; check the service account and access "
	    "scopes of this machine" },
	{ AUTH_AT_SUBJECT, 401, CODE_REFUSED,
	    "the source of the subject token refuses; check \"headers\" in "
	    "\"credential_source\"" },
	{ AUTH_AT_SUBJECT, 403, CODE_REFUSED,
	    "the source of the subject token refuses; check \"headers\" in "
	    "\"credential_source\", and that this machine has a role" },
	{ AUTH_AT_SUBJECT, 404, CODE_CONFIG,
	    "the source of the subject token has none; check \"url\" in "
	    "\"credential_source\", and that this machine has a role" },
	{ -1, 401, CODE_REFUSED, "the credential is not accepted" },
	{ -1, 403, CODE_REFUSED, "@ is not allowed to do this" },
	{ -1, 404, CODE_CONFIG, "nothing is there; check the endpoint, the "
	    "project and the location" },
	{ -1, 400, CODE_REFUSED, "the request is not accepted" }
};

static bool
fits(const struct auth_remedy *r, const struct auth_question *q,
    const struct fault *f)
{
	if (r->place != -1 && r->place != (int)q->place)
		return false;
	if (r->kind != -1 && (!q->cred || r->kind != (int)q->cred->kind))
		return false;
	if (strcmp(r->word, f->word) != 0 && strcmp(r->word, f->subtype) != 0 &&
	    strcmp(r->word, f->reason) != 0)
		return false;
	return !r->text || strstr(f->text, r->text);
}

static void
expand(struct buf *b, const char *say, const struct auth_question *q,
    const struct fault *f)
{
	const char *who = q->identity ? q->identity :
	    q->cred ? auth_cred_identity(q->cred) : "the caller";
	const char *named = f->permission ? f->permission : f->service;
	const char *target = q->cred && q->cred->target[0] ?
	    q->cred->target : "the service account";
	char tame[200];

	for (; *say; say++) {
		if (!strchr("@^%#", *say)) {
			buf_byte(b, *say);
			continue;
		}
		auth_text_tame(tame, sizeof tame, *say == '@' ? who :
		    *say == '^' ? target : *say == '#' ?
		    (q->project ? q->project : "PROJECT") : named ? named :
		    "the permission", q->secrets);
		buf_str(b, tame);
	}
}

/* Finds the remedy in the tables; returns the code. */
static int
remedy(struct buf *b, const struct auth_question *q, const struct fault *f,
    int status)
{
	size_t i;

	if (strcmp(f->word, "invalid_grant") == 0 && q->cred &&
	    q->cred->kind == AUTH_SERVICE_ACCOUNT &&
	    (q->skew > SKEW || q->skew < -SKEW)) {
		buf_printf(b, "this machine's clock is %lld s %s the server's, "
		    "so the signed assertion is refused; set the clock",
		    (long long)(q->skew < 0 ? -q->skew : q->skew),
		    q->skew < 0 ? "behind" : "ahead of");
		return CODE_REFUSED;
	}
	for (i = 0; i < sizeof remedies / sizeof *remedies; i++)
		if (fits(&remedies[i], q, f)) {
			expand(b, remedies[i].say, q, f);
			return remedies[i].code;
		}
	for (i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (statuses[i].status == status && (statuses[i].place == -1 ||
		    statuses[i].place == (int)q->place)) {
			expand(b, statuses[i].say, q, f);
			return statuses[i].code;
		}
	buf_str(b, "this is not an answer that gl knows");
	return status < 400 ? CODE_PROTOCOL : CODE_REFUSED;
}

/* Overload and server failures: 408, 429, 500, 502, 503, 504 and three of
 * OAuth's words. */
static bool
passing(int status, const struct fault *f)
{
	static const char *const words[] = { "internal_failure",
		"server_error", "temporarily_unavailable" };
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(f->word, words[i]) == 0)
			return true;
	return status == 408 || status == 429 || status >= 500;
}

/* Whether the bytes look like a web page. */
static bool
html(const char *p, size_t n)
{
	while (n > 0 && strchr(" \t\r\n", *p) && *p) {
		p++;
		n--;
	}
	return n > 0 && *p == '<';
}

/* "HOST: status 403 (PERMISSION_DENIED: text)" */
static void
cite(struct buf *b, const struct auth_question *q, int status,
    const struct fault *f)
{
	const char *word = *f->subtype ? f->subtype : f->word;
	char tame[300];

	buf_printf(b, "%s answered %d", q->host, status);
	if (*word || *f->text) {
		auth_text_tame(tame, 60, word, q->secrets);
		buf_printf(b, " (%s", tame);
		auth_text_tame(tame, sizeof tame, f->text, q->secrets);
		buf_printf(b, "%s%s)", *word && *tame ? ": " : "", tame);
	}
	buf_str(b, ": ");
}

static void
said(struct auth_refusal *r, struct buf *b)
{
	snprintf(r->why, sizeof r->why, "%s", b->data ? b->data : "");
	buf_done(b);
}

void
auth_reply_refused(struct auth_refusal *r, const struct auth_question *q,
    int status, const char *p, size_t n)
{
	char why[80];
	struct json *j = n > 0 ? json_parse(p, n, why, sizeof why) : NULL;
	struct fault f;
	struct buf b;

	memset(r, 0, sizeof *r);
	fault_read(&f, j);
	r->status = status;
	r->reasoned = *f.reason != '\0';
	buf_init(&b, 4096);
	cite(&b, q, status, &f);
	r->retry = passing(status, &f);
	if (r->retry) {
		r->code = CODE_TEMPFAIL;
		buf_str(&b, status == 429 ? "too many requests; try again "
		    "later" : "it fails at the moment; try again later");
	} else if (status >= 300 && status < 400) {
		r->code = CODE_PROTOCOL;
		buf_str(&b, "a redirect, which is not followed since the "
		    "credentials would go along; check for a proxy or login "
		    "page in between");
	} else if (!j && html(p, n) && q->place != AUTH_AT_METADATA &&
	    q->place != AUTH_AT_SUBJECT) {
		r->code = CODE_PROTOCOL;
		buf_str(&b, "a web page instead of an answer; check for a "
		    "proxy or login page in between");
	} else
		r->code = remedy(&b, q, &f, status);
	said(r, &b);
	if (j)
		json_wipe(j);
}

void
auth_reply_garbled(struct auth_refusal *r, const struct auth_question *q,
    const char *p, size_t n, const char *reason)
{
	struct buf b;

	memset(r, 0, sizeof *r);
	r->code = CODE_PROTOCOL;
	buf_init(&b, 4096);
	buf_printf(&b, "%s: ", q->host);
	if (n == 0)
		buf_str(&b, "an empty answer");
	else if (html(p, n))
		buf_str(&b, "a web page instead of an answer");
	else
		buf_printf(&b, "an answer that cannot be used (%s)", reason);
	buf_str(&b, "; check for a proxy or login page in between, and the "
	    "endpoint");
	said(r, &b);
}
