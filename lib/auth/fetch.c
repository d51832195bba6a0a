/*
 * One function for each kind of credentials.  What they send is wiped, and no
 * server's answer is passed on with a secret in it.
 */
#include "auth/fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/aws.h"
#include "auth/cred.h"
#include "auth/env.h"
#include "auth/jwt.h"
#include "auth/net.h"
#include "auth/subject.h"
#include "auth/text.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/url.h"

#define TOKEN_URL "https://oauth2.googleapis.com/token"
#define STS_URL "https://sts.googleapis.com/v1/token"
#define IAM_SCOPE "https://www.googleapis.com/auth/iam"
#define FORM "Content-Type: application/x-www-form-urlencoded"

enum { FORM_MAX = 256 << 10, LIFE = 3600, METADATA_TRIES = 5 };

char *
auth_fetch_scopes(const struct auth_scopes *s, char sep)
{
	struct buf b;
	size_t i;

	buf_init(&b, 65536);
	for (i = 0; s->list[i]; i++) {
		if (i > 0)
			buf_byte(&b, sep);
		buf_str(&b, s->list[i]);
	}
	return buf_take(&b, NULL);
}

static void
wipe_free(char *s)
{
	if (s)
		mem_wipe(s, strlen(s));
	free(s);
}

/* A form's memory is allocated at once, so that growing leaves no copy. */
static void
form_init(struct buf *b)
{
	buf_init(b, FORM_MAX);
	buf_room(b, 3 * AUTH_SUBJECT_MAX);
}

/* What a request to a token endpoint needs. */
struct token_request {
	enum auth_place place;
	const struct auth_cred *cred;
	const char *url;
	const char *basic;	/* an Authorization line, or NULL */
	const char *const *secrets;
};

/* Posts a form and reads the token in the answer; wipes the form. */
static int
post_form(struct auth_net *net, const struct token_request *q, struct buf *form,
    struct auth_grant *g, struct auth_refusal *r)
{
	const char *const headers[] = { FORM, q->basic, NULL };
	struct auth_ask ask = {
		.http = { .url = q->url, .headers = headers,
		    .body = form->data, .body_len = form->len },
		.question = { .place = q->place, .cred = q->cred,
		    .secrets = q->secrets },
	};
	struct auth_body body;
	char why[120];
	int rc;

	rc = form->failed ? auth_net_refuse(r, CODE_DATA,
	    "the credentials are too "
	    "long to send") : auth_net_ask(net, &ask, &body, r);
	buf_wipe(form);
	if (rc != 0)
		return rc;
	ask.question.host = q->url;
	if (auth_reply_oauth(g, body.p, body.n, clock_wall(), why,
	    sizeof why) == -1) {
		auth_reply_garbled(r, &ask.question, body.p, body.n, why);
		rc = r->code;
	}
	auth_net_body_done(&body);
	return rc;
}

static int
service_account(struct auth_net *net, const struct auth_cred *c,
    const struct auth_scopes *s, struct auth_grant *g, struct auth_refusal *r)
{
	char *scopes = auth_fetch_scopes(s, ' '), *url, why[200];
	struct auth_jwt jwt = { c->key, c->key_id, c->email, scopes,
		clock_wall(), LIFE };
	const char *secrets[] = { NULL, NULL };
	struct token_request q = { AUTH_AT_TOKEN, c, NULL, NULL, secrets };
	struct buf form, token;
	int rc;

	buf_init(&token, AUTH_JWT_MAX);
	buf_room(&token, AUTH_JWT_MAX - 1);
	rc = auth_jwt_make(&token, &jwt, why, sizeof why);
	free(scopes);
	if (rc == -1) {
		buf_wipe(&token);
		return auth_net_refuse(r, CODE_DATA,
		    "the private key of %s cannot "
		    "be used: %s; download a new key", c->email, why);
	}
	url = c->token_url && strcmp(c->token_url, TOKEN_URL) != 0 ?
	    mem_str(c->token_url) : auth_net_url(net, TOKEN_URL);
	q.url = url;
	secrets[0] = token.data;
	form_init(&form);
	auth_text_pair(&form, "grant_type",
	    "urn:ietf:params:oauth:grant-type:jwt-bearer");
	auth_text_pair(&form, "assertion", token.data);
	rc = post_form(net, &q, &form, g, r);
	buf_wipe(&token);
	free(url);
	return rc;
}

/* "Authorization: Basic ..." of a client, or NULL without one. */
static char *
basic(const struct auth_cred *c)
{
	char *pair, *line, *code;
	size_t n;

	if (!c->client_id || !c->client_secret)
		return NULL;
	pair = mem_printf("%s:%s", c->client_id, c->client_secret);
	n = strlen(pair);
	code = mem_alloc(BASE64_LEN(n) + 1);
	base64_encode(code, pair, n);
	line = mem_printf("Authorization: Basic %s", code);
	wipe_free(pair);
	wipe_free(code);
	return line;
}

/* Adds to the list of what must never be repeated; NULL adds nothing. */
static void
shun(const char **secrets, const char *secret)
{
	while (*secrets)
		secrets++;
	*secrets = secret;
}

/* The secret part of what basic() made. */
static const char *
basic_code(const char *line)
{
	return line ? strrchr(line, ' ') + 1 : NULL;
}

/* Both kinds of user: exchanges a refresh token for an access token. */
static int
user(struct auth_net *net, const struct auth_cred *c,
    const struct auth_scopes *s, struct auth_grant *g, struct auth_refusal *r)
{
	const char *secrets[4] = { c->refresh_token };
	bool external = c->kind == AUTH_EXTERNAL_USER;
	char *scopes = s->given ? auth_fetch_scopes(s, ' ') : NULL;
	char *url = external ? mem_str(c->token_url) :
	    auth_net_url(net, TOKEN_URL);
	char *line = external ? basic(c) : NULL;
	struct token_request q = { external ? AUTH_AT_STS : AUTH_AT_TOKEN, c,
		url, line, secrets };
	struct buf form;
	int rc;

	shun(secrets, c->client_secret);
	shun(secrets, basic_code(line));
	form_init(&form);
	auth_text_pair(&form, "grant_type", "refresh_token");
	if (!external) {
		auth_text_pair(&form, "client_id", c->client_id);
		auth_text_pair(&form, "client_secret", c->client_secret);
	}
	auth_text_pair(&form, "refresh_token", c->refresh_token);
	auth_text_pair(&form, "scope", scopes);
	rc = post_form(net, &q, &form, g, r);
	if (rc == 0 && g->new_refresh)
		auth_net_note(net, 1, "a new refresh token came with the "
		    "answer; gl keeps none, the file's stays in use");
	wipe_free(line);
	free(url);
	free(scopes);
	return rc;
}

/* The options for a workforce pool without a client of its own. */
static char *
options(const struct auth_cred *c)
{
	struct json *j;
	struct buf b, out;

	if (!c->workforce_project || c->client_id)
		return NULL;
	j = json_object();
	json_set(j, "userProject", json_string(c->workforce_project));
	buf_init(&b, 4096);
	json_print(j, &b);
	json_free(j);
	/* percent-encoded once here, and again as a value of the form */
	buf_init(&out, 16384);
	auth_text_escape(&out, b.data);
	buf_done(&b);
	return buf_take(&out, NULL);
}

static void
exchange_form(struct buf *form, const struct auth_cred *c, const char *scopes,
    const char *subject)
{
	char *opts = options(c);

	auth_text_pair(form, "grant_type",
	    "urn:ietf:params:oauth:grant-type:token-exchange");
	auth_text_pair(form, "audience", c->audience);
	auth_text_pair(form, "scope", scopes);
	auth_text_pair(form, "requested_token_type",
	    "urn:ietf:params:oauth:token-type:access_token");
	auth_text_pair(form, "subject_token", subject);
	auth_text_pair(form, "subject_token_type", c->subject_type);
	auth_text_pair(form, "options", opts);
	free(opts);
}

/* An external identity's token, before any impersonation. */
static int
exchange(struct auth_net *net, const struct auth_env *env,
    const struct auth_cred *c, const char *scopes, struct auth_grant *g,
    struct auth_refusal *r)
{
	struct auth_aws_keys keys = { NULL, NULL, NULL };
	const char *secrets[6] = { c->client_secret };
	char *url = c->token_url && strcmp(c->token_url, STS_URL) != 0 ?
	    mem_str(c->token_url) : auth_net_url(net, STS_URL);
	char *line = basic(c);
	struct token_request q = { AUTH_AT_STS, c, url, line, secrets };
	struct buf form, subject;
	int rc;

	buf_init(&subject, AUTH_SUBJECT_MAX);
	buf_room(&subject, AUTH_SUBJECT_MAX - 1);
	rc = auth_subject(net, env, c, &subject, &keys, r);
	if (rc == 0) {
		shun(secrets, basic_code(line));
		shun(secrets, subject.data);
		shun(secrets, keys.secret);
		shun(secrets, keys.session);
		form_init(&form);
		exchange_form(&form, c, scopes, subject.data);
		rc = post_form(net, &q, &form, g, r);
	}
	auth_aws_keys_done(&keys);
	buf_wipe(&subject);
	wipe_free(line);
	free(url);
	return rc;
}

/* The body of generateAccessToken. */
static void
iam_body(struct buf *b, const struct auth_cred *c,
    const struct auth_scopes *s)
{
	struct json *j = json_object(), *list = json_array();
	char life[24];
	size_t i;

	snprintf(life, sizeof life, "%lds", c->lifetime);
	if (json_size(c->delegates) > 0)
		json_set(j, "delegates", json_copy(c->delegates));
	if (!s->given && json_size(c->scopes) > 0) {
		json_free(list);
		list = json_copy(c->scopes);
	} else
		for (i = 0; s->list[i]; i++)
			json_add(list, json_string(s->list[i]));
	json_set(j, "scope", list);
	json_set(j, "lifetime", json_string(life));
	json_print(j, b);
	json_free(j);
}

/* A service account's token for the holder of the source token, whose name is
 * `who`. */
static int
impersonate(struct auth_net *net, const struct auth_cred *c, const char *who,
    const char *source, const struct auth_scopes *s, struct auth_grant *g,
    struct auth_refusal *r)
{
	char *line = mem_printf("Authorization: Bearer %s", source);
	const char *const headers[] = { "Content-Type: application/json", line,
		NULL };
	const char *const secrets[] = { source, NULL };
	char *url = auth_net_url(net, c->impersonate), why[120];
	struct auth_ask ask = {
		.http = { .url = url, .headers = headers },
		.question = { .place = AUTH_AT_IAM, .cred = c,
		    .identity = who, .secrets = secrets },
	};
	struct auth_body body;
	struct buf b;
	int rc;

	buf_init(&b, FORM_MAX);
	iam_body(&b, c, s);
	ask.http.body = b.data;
	ask.http.body_len = b.len;
	rc = auth_net_ask(net, &ask, &body, r);
	if (rc == 0) {
		ask.question.host = url;
		if (auth_reply_iam(g, body.p, body.n, why, sizeof why) == -1) {
			auth_reply_garbled(r, &ask.question, body.p, body.n,
			    why);
			rc = r->code;
		}
		auth_net_body_done(&body);
	}
	buf_done(&b);
	wipe_free(line);
	free(url);
	return rc;
}

static int
external(struct auth_net *net, const struct auth_env *env,
    const struct auth_cred *c, const struct auth_scopes *s,
    struct auth_grant *g, struct auth_refusal *r)
{
	char *scopes = c->impersonate ? mem_str(IAM_SCOPE) :
	    auth_fetch_scopes(s, ' ');
	struct auth_grant source = { NULL, 0, false };
	int rc;

	if (!c->impersonate) {
		rc = exchange(net, env, c, scopes, g, r);
	} else {
		rc = exchange(net, env, c, scopes, &source, r);
		if (rc == 0)
			rc = impersonate(net, c, c->audience, source.token, s,
			    g, r);
		auth_reply_done(&source);
	}
	free(scopes);
	return rc;
}

static int
impersonated(struct auth_net *net, const struct auth_env *env,
    const struct auth_cred *c, const struct auth_scopes *s,
    struct auth_grant *g, struct auth_refusal *r)
{
	static const char *const iam[] = {
		"https://www.googleapis.com/auth/cloud-platform", NULL };
	const struct auth_scopes wide = { iam, 0 };
	struct auth_grant source = { NULL, 0, false };
	int rc;

	rc = auth_fetch(net, env, c->source, &wide, &source, r);
	if (rc == 0)
		rc = impersonate(net, c, auth_cred_identity(c->source),
		    source.token, s, g, r);
	auth_reply_done(&source);
	return rc;
}

/* "http://HOST/PATH" of the metadata server. */
static char *
metadata_url(const struct auth_env *env, const char *host, const char *path)
{
	if (env->metadata_host)
		host = env->metadata_host;
	return mem_printf("http://%s/%s", host, path);
}

static int
metadata_ask(struct auth_net *net, const char *url, int tries, int ms,
    struct auth_body *body, struct auth_refusal *r)
{
	static const char *const headers[] = { "Metadata-Flavor: Google",
		NULL };
	struct auth_ask ask = {
		.http = { .url = url, .headers = headers, .direct = true,
		    .connect_ms = ms, .total_ms = ms },
		.question = { .place = AUTH_AT_METADATA },
		.tries = tries, .flavor = true,
	};

	return auth_net_ask(net, &ask, body, r);
}

static int
metadata(struct auth_net *net, const struct auth_env *env,
    const struct auth_scopes *s, struct auth_grant *g, struct auth_refusal *r)
{
	char *scopes = auth_fetch_scopes(s, ','), *url, *path, why[120];
	struct auth_question q = { .place = AUTH_AT_METADATA };
	struct auth_body body;
	struct buf b;
	int rc;

	buf_init(&b, FORM_MAX);
	auth_text_escape(&b, scopes);
	path = mem_printf("computeMetadata/v1/instance/service-accounts/"
	    "default/token?scopes=%s", b.data);
	buf_done(&b);
	free(scopes);
	url = metadata_url(env, "metadata.google.internal", path);
	free(path);
	rc = metadata_ask(net, url, METADATA_TRIES, 0, &body, r);
	if (rc == 0) {
		q.host = "the metadata server";
		if (auth_reply_oauth(g, body.p, body.n, clock_wall(), why,
		    sizeof why) == -1) {
			auth_reply_garbled(r, &q, body.p, body.n, why);
			rc = r->code;
		}
		auth_net_body_done(&body);
	}
	free(url);
	return rc;
}

int
auth_fetch_probe(struct auth_net *net, const struct auth_env *env,
    struct auth_refusal *r)
{
	char *url = metadata_url(env, env->metadata_ip ? env->metadata_ip :
	    "169.254.169.254", "");
	struct auth_body body;
	int try, rc = CODE_UNAVAILABLE;

	/* if nothing accepts the connection, trying again is no use; a server
	 * that accepts it and is slow may be starting */
	for (try = 0; try < env->metadata_tries; try++) {
		rc = metadata_ask(net, url, 1, env->metadata_timeout_ms, &body,
		    r);
		if (rc == 0)
			auth_net_body_done(&body);
		if (rc != CODE_UNAVAILABLE || !strstr(r->why, "in time"))
			break;
	}
	free(url);
	return rc;
}

char *
auth_fetch_line(struct auth_net *net, const struct auth_env *env,
    const char *path)
{
	char *full = mem_printf("computeMetadata/v1/%s", path), *line = NULL;
	char *url = metadata_url(env, "metadata.google.internal", full);
	char tame[256];
	struct auth_refusal r;
	struct auth_body body;

	if (metadata_ask(net, url, METADATA_TRIES, 0, &body, &r) == 0) {
		auth_text_tame(tame, sizeof tame, body.p, NULL);
		line = *tame ? mem_str(tame) : NULL;
		auth_net_body_done(&body);
	}
	free(full);
	free(url);
	return line;
}

int
auth_fetch(struct auth_net *net, const struct auth_env *env,
    const struct auth_cred *c, const struct auth_scopes *s,
    struct auth_grant *g, struct auth_refusal *r)
{
	memset(g, 0, sizeof *g);
	switch (c->kind) {
	case AUTH_SERVICE_ACCOUNT:
		return service_account(net, c, s, g, r);
	case AUTH_USER:
	case AUTH_EXTERNAL_USER:
		return user(net, c, s, g, r);
	case AUTH_EXTERNAL:
		return external(net, env, c, s, g, r);
	case AUTH_IMPERSONATED:
		return impersonated(net, env, c, s, g, r);
	case AUTH_METADATA:
		return metadata(net, env, s, g, r);
	default:
		return auth_net_refuse(r, CODE_BUG, "a kind without a handler");
	}
}
