/*
 * Subject tokens: a file, a URL, a program's output, or a request signed for
 * Amazon.  Each exchange reads a fresh one, since their issuers rotate them.
 */
#include "auth/subject.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "auth/aws.h"
#include "auth/cred.h"
#include "auth/env.h"
#include "auth/net.h"
#include "auth/run.h"
#include "auth/text.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/url.h"

enum {
	HEADERS_MAX = 32,
	RUN_MIN_MS = 5000, RUN_MAX_MS = 120000, RUN_MS = 30000
};

int
auth_subject_pick(struct buf *out, const struct json *format, const char *p,
    size_t n, char *why, size_t size)
{
	const char *type = json_get_str(format, "type", "text");
	const char *field, *token;
	struct json *j;
	int rc = -1;

	if (strcmp(type, "json") != 0) {
		if (n == 0 || memchr(p, '\0', n))
			snprintf(why, size, n ? "it is binary" : "it is empty");
		else if (buf_add(out, p, n) == -1)
			snprintf(why, size, "it is over %zu bytes", out->max);
		else
			return 0;
		return -1;
	}
	field = json_get_str(format, "subject_token_field_name", "");
	j = json_parse(p, n, why, size);
	if (!j)
		return -1;
	token = json_get_str(j, field, NULL);
	if (!token || !*token)
		snprintf(why, size, "the field that \"format\" names is not in "
		    "it");
	else if (buf_str(out, token) == -1)
		snprintf(why, size, "it is over %zu bytes", out->max);
	else
		rc = 0;
	json_wipe(j);
	return rc;
}

/* The member that holds the token for a token_type. */
static const char *
token_member(const char *type)
{
	if (strcmp(type, "urn:ietf:params:oauth:token-type:jwt") == 0 ||
	    strcmp(type, "urn:ietf:params:oauth:token-type:id_token") == 0)
		return "id_token";
	if (strcmp(type, "urn:ietf:params:oauth:token-type:saml2") == 0)
		return "saml_response";
	return "";
}

/* What went wrong, according to the program. */
static void
failure(const struct json *j, char *why, size_t size)
{
	char code[60], message[300];

	auth_text_tame(code, sizeof code, json_get_str(j, "code", "no code"),
	    NULL);
	auth_text_tame(message, sizeof message,
	    json_get_str(j, "message", "no message"), NULL);
	snprintf(why, size, "it failed: %s: %s", code, message);
}

int
auth_subject_printed(struct buf *out, const char *p, size_t n, int64_t now,
    int from_file, char *why, size_t size)
{
	struct json *j = json_parse(p, n, why, size);
	const char *token;
	int64_t until;
	int rc = -1;

	if (!j)
		return -1;
	token = json_get_str(j, token_member(json_get_str(j, "token_type",
	    "")), NULL);
	if (json_get_int(j, "version", -1) != 1)
		snprintf(why, size, "its \"version\" is not 1");
	else if (json_type(json_get(j, "success")) != JSON_BOOL)
		snprintf(why, size, "it has no \"success\"");
	else if (!json_true(json_get(j, "success")))
		failure(j, why, size);
	else if (json_int(json_get(j, "expiration_time"), &until) == -1 &&
	    (from_file || json_get(j, "expiration_time")))
		snprintf(why, size, "it has no \"expiration_time\"");
	else if (json_get(j, "expiration_time") && until <= now) {
		snprintf(why, size, "its token has expired");
		rc = from_file ? 1 : -1;
	} else if (!token || !*token)
		snprintf(why, size, "it has no token of a \"token_type\" that "
		    "is known");
	else if (buf_str(out, token) == -1)
		snprintf(why, size, "its token is over %zu bytes", out->max);
	else
		rc = 0;
	json_wipe(j);
	return rc;
}

char *
auth_subject_slurp(const char *path, size_t *n)
{
	struct stat st;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : ENOTSUP;
		return NULL;
	}
	return fd_slurp(path, AUTH_SUBJECT_MAX, n);
}

static int
from_file(const struct auth_cred *c, struct buf *out, struct auth_refusal *r)
{
	const char *path = json_get_str(c->origin_json, "file", "");
	char why[200], name[200];
	size_t n;
	char *p = auth_subject_slurp(path, &n);
	int rc;

	auth_text_tame(name, sizeof name, path, NULL);
	if (!p)
		return auth_net_refuse(r, CODE_NOINPUT,
		    "%s: the subject token's "
		    "file cannot be read: %s", name, errno == ENOTSUP ?
		    "not a regular file" : log_reason(errno));
	rc = auth_subject_pick(out, json_get(c->origin_json, "format"), p, n,
	    why, sizeof why);
	mem_wipe(p, n);
	free(p);
	return rc == 0 ? 0 : auth_net_refuse(r, CODE_DATA,
	    "%s: holds no subject "
	    "token: %s", name, why);
}

/* Whether a subject token may be fetched from a URL: unencrypted only on this
 * machine and its link (the clouds' metadata servers). */
static bool
near(const char *text)
{
	struct url url;
	char why[80];
	bool yes;

	if (url_parse(&url, text, why, sizeof why) == -1)
		return false;
	yes = url.tls || url_loopback(url.host) ||
	    url_link_local(url.host) ||
	    strcasecmp(url.host, "fd00:ec2::254") == 0 ||
	    strcasecmp(url.host, "metadata.google.internal") == 0;
	url_done(&url);
	return yes;
}

/* The request's headers from an object, as an array, each allocated;
 * free_headers() wipes them. */
static void
free_headers(char **h)
{
	size_t i;

	for (i = 0; h[i]; i++) {
		mem_wipe(h[i], strlen(h[i]));
		free(h[i]);
	}
}

static void
take_headers(char **h, const struct json *object)
{
	const struct json *j = json_type(object) == JSON_OBJECT ?
	    json_first(object) : NULL;
	size_t n = 0;
	const char *s, *k;

	for (; j && n < HEADERS_MAX; j = json_next(j)) {
		k = json_key(j);
		s = json_str(j);
		if (s && k && *k && !strpbrk(s, "\r\n") &&
		    !strpbrk(k, "\r\n: "))
			h[n++] = mem_printf("%s: %s", k, s);
	}
	h[n] = NULL;
}

/* Which parts of the headers must never be repeated: each value, and what
 * follows a scheme in it ("Bearer x").  The strings remain the headers'. */
static void
header_secrets(const char **secrets, char *const *h)
{
	const char *value, *space;

	for (; *h; h++) {
		value = strchr(*h, ':') + 2;
		*secrets++ = value;
		if ((space = strchr(value, ' ')))
			*secrets++ = space + 1;
	}
	*secrets = NULL;
}

static int
from_url(struct auth_net *net, const struct auth_cred *c, struct buf *out,
    struct auth_refusal *r)
{
	const char *url = json_get_str(c->origin_json, "url", "");
	const char *secrets[2 * HEADERS_MAX + 1];
	char *h[HEADERS_MAX + 1], why[200];
	struct auth_ask ask = {
		.http = { .url = url, .headers = (const char *const *)h },
		.question = { .place = AUTH_AT_SUBJECT, .cred = c,
		    .secrets = secrets },
	};
	struct auth_body body;
	int rc;

	if (!near(url))
		return auth_net_refuse(r, CODE_CONFIG, "\"url\" in "
		    "\"credential_source\" is neither https nor on this "
		    "machine's own link");
	ask.http.direct = strncasecmp(url, "https:", 6) != 0;
	take_headers(h, json_get(c->origin_json, "headers"));
	header_secrets(secrets, h);
	rc = auth_net_ask(net, &ask, &body, r);
	free_headers(h);
	if (rc != 0)
		return rc;
	rc = auth_subject_pick(out, json_get(c->origin_json, "format"),
	    body.p, body.n, why, sizeof why);
	auth_net_body_done(&body);
	return rc == 0 ? 0 : auth_net_refuse(r, CODE_PROTOCOL, "the subject "
	    "token's URL does not give one: %s", why);
}

/* The token of an earlier run, if it is still good. */
static int
from_output_file(const char *path, struct buf *out)
{
	char why[300];
	size_t n;
	char *p = path ? auth_subject_slurp(path, &n) : NULL;
	int rc;

	if (!p)
		return -1;
	rc = auth_subject_printed(out, p, n, clock_wall(), 1, why, sizeof why);
	mem_wipe(p, n);
	free(p);
	return rc == 0 ? 0 : -1;
}

static char *
var(const char *name, const char *value)
{
	return mem_printf("GOOGLE_EXTERNAL_ACCOUNT_%s=%s", name, value);
}

static int
from_program(struct auth_net *net, const struct auth_env *env,
    const struct auth_cred *c, struct buf *out, struct auth_refusal *r)
{
	const struct json *x = json_get(c->origin_json, "executable");
	const char *file = json_get_str(x, "output_file", NULL);
	int64_t ms = json_get_int(x, "timeout_millis", RUN_MS);
	char *vars[8] = { NULL }, why[400];
	struct auth_run run = { json_get_str(x, "command", ""),
		(const char *const *)vars, (int)ms };
	struct buf text;
	int rc, n = 0;

	if (!env->programs)
		return auth_net_refuse(r, CODE_CONFIG,
		    "the credentials want to "
		    "run a program; allow it by "
		    "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1 if you trust "
		    "the file");
	if (ms < RUN_MIN_MS || ms > RUN_MAX_MS)
		return auth_net_refuse(r, CODE_CONFIG,
		    "\"timeout_millis\" is not "
		    "between %d and %d", RUN_MIN_MS, RUN_MAX_MS);
	if (from_output_file(file, out) == 0)
		return 0;
	vars[n++] = var("AUDIENCE", c->audience);
	vars[n++] = var("TOKEN_TYPE", c->subject_type);
	vars[n++] = var("INTERACTIVE", "0");
	vars[n++] = var("REVOKE", "0");
	if (c->target[0])
		vars[n++] = var("IMPERSONATED_EMAIL", c->target);
	if (file)
		vars[n++] = var("OUTPUT_FILE", file);
	buf_init(&text, AUTH_SUBJECT_MAX);
	rc = auth_run(net, &run, &text, r);
	while (n > 0)
		free(vars[--n]);
	if (rc == 0 && auth_subject_printed(out, text.data ? text.data : "",
	    text.len, clock_wall(), 0, why, sizeof why) != 0)
		rc = auth_net_refuse(r, CODE_REFUSED, "the program of "
		    "\"credential_source\" gives no token: %s", why);
	buf_wipe(&text);
	return rc;
}

/* One request to Amazon's metadata server; the answer goes into body. */
static int
imds(struct auth_net *net, const char *method, const char *url,
    const char *session, const char *header, struct auth_body *body,
    struct auth_refusal *r)
{
	const char *h[2] = { NULL, NULL };
	const char *const secrets[] = { session, NULL };
	char *line = NULL;
	struct auth_ask ask = {
		.http = { .method = method, .url = url, .headers = h,
		    .direct = true, .connect_ms = 3000 },
		.question = { .place = AUTH_AT_SUBJECT, .secrets = secrets },
	};
	int rc;

	if (!near(url))
		return auth_net_refuse(r, CODE_CONFIG, "a URL in "
		    "\"credential_source\" is not Amazon's metadata server");
	if (session)
		line = mem_printf("X-aws-ec2-metadata-token: %s", session);
	h[0] = line ? line : header;
	rc = auth_net_ask(net, &ask, body, r);
	if (line)
		mem_wipe(line, strlen(line));
	free(line);
	return rc;
}

/* A short answer as one allocated line of text; NULL if it is not that. */
static char *
one_line(struct auth_body *b)
{
	char *s = NULL;
	size_t i;

	while (b->n > 0 && isspace((unsigned char)b->p[b->n - 1]))
		b->n--;
	for (i = 0; i < b->n && b->p[i] > ' ' && b->p[i] < 0x7f; i++)
		;
	if (b->n > 0 && b->n <= 4096 && i == b->n)
		s = mem_copy(b->p, b->n);
	auth_net_body_done(b);
	return s;
}

static int
garbled(struct auth_refusal *r, const char *what)
{
	return auth_net_refuse(r, CODE_PROTOCOL,
	    "Amazon's metadata server gives "
	    "no %s that can be used", what);
}

static int
aws_region(struct auth_net *net, const struct auth_env *env,
    const struct json *src, const char *session, char **region,
    struct auth_refusal *r)
{
	struct auth_body body;
	int rc;

	if (env->aws_region) {
		*region = mem_str(env->aws_region);
		return 0;
	}
	if (!json_get_str(src, "region_url", NULL))
		return auth_net_refuse(r, CODE_CONFIG, "the AWS region is not "
		    "known; set AWS_REGION");
	rc = imds(net, "GET", json_get_str(src, "region_url", ""), session,
	    NULL, &body, r);
	if (rc != 0)
		return rc;
	*region = auth_aws_region(body.p, body.n);
	auth_net_body_done(&body);
	return *region ? 0 : garbled(r, "region");
}

/* The keys of this machine's role. */
static int
aws_role(struct auth_net *net, const char *url, const char *session,
    struct auth_aws_keys *keys, struct auth_refusal *r)
{
	struct auth_body body;
	char *role, *place, why[120];
	int rc;

	if (!url)
		return auth_net_refuse(r, CODE_CONFIG,
		    "no AWS credentials: set "
		    "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or add "
		    "\"url\" to \"credential_source\"");
	if ((rc = imds(net, "GET", url, session, NULL, &body, r)))
		return rc;
	role = one_line(&body);
	if (!role || strpbrk(role, "/?#")) {
		free(role);
		return garbled(r, "role");
	}
	place = mem_printf("%s%s%s", url, url[strlen(url) - 1] == '/' ? "" :
	    "/", role);
	rc = imds(net, "GET", place, session, NULL, &body, r);
	free(place);
	free(role);
	if (rc != 0)
		return rc;
	rc = auth_aws_keys_parse(keys, body.p, body.n, why, sizeof why);
	auth_net_body_done(&body);
	return rc == 0 ? 0 : garbled(r, "keys");
}

static int
aws_keys(struct auth_net *net, const struct auth_env *env,
    const struct json *src, const char *session, struct auth_aws_keys *keys,
    struct auth_refusal *r)
{
	if (!env->aws_id || !env->aws_secret)
		return aws_role(net, json_get_str(src, "url", NULL), session,
		    keys, r);
	keys->id = mem_str(env->aws_id);
	keys->secret = mem_str(env->aws_secret);
	keys->session = mem_str(env->aws_session);
	return 0;
}

/* A session with the metadata server, if it wants one and is needed. */
static int
aws_session(struct auth_net *net, const struct auth_env *env,
    const struct json *src, char **session, struct auth_refusal *r)
{
	const char *url = json_get_str(src, "imdsv2_session_token_url", NULL);
	struct auth_body body;
	int rc;

	if (!url || (env->aws_region && env->aws_id && env->aws_secret))
		return 0;
	rc = imds(net, "PUT", url, NULL,
	    "X-aws-ec2-metadata-token-ttl-seconds: 300", &body, r);
	if (rc != 0)
		return rc;
	*session = one_line(&body);
	return *session ? 0 : garbled(r, "session token");
}

static int
from_aws(struct auth_net *net, const struct auth_env *env,
    const struct auth_cred *c, struct buf *out, struct auth_aws_keys *keys,
    struct auth_refusal *r)
{
	const struct json *src = c->origin_json;
	char *session = NULL, *region = NULL, why[200];
	int rc;

	rc = aws_session(net, env, src, &session, r);
	if (rc == 0)
		rc = aws_region(net, env, src, session, &region, r);
	if (rc == 0)
		rc = aws_keys(net, env, src, session, keys, r);
	if (rc == 0 && auth_aws_subject(out, json_get_str(src,
	    "regional_cred_verification_url", ""), region, keys, c->audience,
	    clock_wall(), why, sizeof why) == -1)
		rc = auth_net_refuse(r, CODE_CONFIG,
		    "\"regional_cred_verification_url\": %s", why);
	if (session)
		mem_wipe(session, strlen(session));
	free(session);
	free(region);
	return rc;
}

int
auth_subject(struct auth_net *net, const struct auth_env *env,
    const struct auth_cred *c, struct buf *out, struct auth_aws_keys *keys,
    struct auth_refusal *r)
{
	switch (c->origin) {
	case AUTH_FROM_FILE:
		return from_file(c, out, r);
	case AUTH_FROM_URL:
		return from_url(net, c, out, r);
	case AUTH_FROM_PROGRAM:
		return from_program(net, env, c, out, r);
	case AUTH_FROM_AWS:
		return from_aws(net, env, c, out, keys, r);
	}
	return auth_net_refuse(r, CODE_BUG, "an origin without a handler");
}
