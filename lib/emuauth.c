/*
 * The endpoints by path, the tokens that were given out, and the faults.
 */
#include "emuauth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "auth_text.h"
#include "base64.h"
#include "crypt.h"
#include "emugrant.h"
#include "httphead.h"
#include "json.h"
#include "mem.h"

#define SCOPE_ALL "https://www.googleapis.com/auth/cloud-platform"
#define SCOPE_IAM "https://www.googleapis.com/auth/iam"

enum { BODY_MAX = 8 << 20, ENDLESS = 4 << 20, TOKENS_MAX = 256 };

struct issued {
	char token[80];
	char identity[256];
	char scopes[512];
	int64_t expiry;
};

struct emuauth {
	struct json *settings;
	struct json *seen;	/* how often each path was asked */
	struct issued *issued;	/* the oldest goes when the table is full */
	size_t nissued, next;
};

/* A request as the handlers see it. */
struct ask {
	struct emuauth *e;
	const struct httphead *head;
	const char *method, *target;
	char path[512];
	const char *body;
	size_t n;
	int64_t now;
	struct emuauth_answer *a;
};

struct emuauth *
emuauth_new(const char *p, size_t n, char *why, size_t size)
{
	struct json *j = n > 0 ? json_parse(p, n, why, size) : json_object();
	struct emuauth *e;

	if (!j)
		return NULL;
	if (json_type(j) != JSON_OBJECT) {
		json_free(j);
		snprintf(why, size, "no JSON object");
		return NULL;
	}
	e = mem_alloc(sizeof *e);
	e->settings = j;
	e->seen = json_object();
	return e;
}

void
emuauth_free(struct emuauth *e)
{
	json_free(e->settings);
	json_free(e->seen);
	free(e->issued);
	free(e);
}

static const char *
get(const struct json *j, const char *key)
{
	return json_get_str(j, key, "");
}

/* Gives out a token for an identity. */
static const char *
issue(struct ask *q, const char *identity, const char *scopes, int64_t life)
{
	struct emuauth *e = q->e;
	struct issued *t;
	unsigned char r[24];
	char code[BASE64_LEN(sizeof r) + 1];

	if (!e->issued)
		e->issued = mem_resize(NULL, TOKENS_MAX, sizeof *e->issued);
	t = &e->issued[e->next];
	e->next = (e->next + 1) % TOKENS_MAX;
	if (e->nissued < TOKENS_MAX)
		e->nissued++;
	crypt_random(r, sizeof r);
	code[base64url_encode(code, r, sizeof r)] = '\0';
	snprintf(t->token, sizeof t->token, "ya29.emulator-%s", code);
	snprintf(t->identity, sizeof t->identity, "%s", identity);
	snprintf(t->scopes, sizeof t->scopes, "%s", scopes);
	t->expiry = q->now + life;
	return t->token;
}

static const struct issued *
find(const struct emuauth *e, const char *token, int64_t now)
{
	size_t i;

	for (i = 0; i < e->nissued; i++)
		if (strcmp(e->issued[i].token, token) == 0 &&
		    e->issued[i].expiry > now)
			return &e->issued[i];
	return NULL;
}

bool
emuauth_token(const struct emuauth *e, const char *token, int64_t now)
{
	return find(e, token, now) != NULL;
}

static int64_t
life(const struct ask *q)
{
	return json_get_int(q->e->settings, "life", 3600);
}

static void
text(struct ask *q, int status, const char *type, const char *body)
{
	q->a->status = status;
	q->a->type = type;
	buf_clear(&q->a->body);
	buf_str(&q->a->body, body);
}

/* Answers with a JSON value, and frees it. */
static void
json(struct ask *q, int status, struct json *j)
{
	q->a->status = status;
	q->a->type = "application/json; charset=UTF-8";
	buf_clear(&q->a->body);
	json_pretty(j, &q->a->body);
	buf_byte(&q->a->body, '\n');
	json_free(j);
}

/* Google's form of an error; reason and its metadata may be NULL. */
static void
google_error(struct ask *q, int status, const char *word, const char *message,
    const char *reason, const char *key, const char *value)
{
	struct json *j = json_object(), *info, *meta;
	struct json *error = json_set(j, "error", json_object());

	json_set(error, "code", json_integer(status));
	json_set(error, "message", json_string(message));
	json_set(error, "status", json_string(word));
	if (reason) {
		info = json_add(json_set(error, "details", json_array()),
		    json_object());
		json_set(info, "@type", json_string(
		    "type.googleapis.com/google.rpc.ErrorInfo"));
		json_set(info, "reason", json_string(reason));
		json_set(info, "domain", json_string("googleapis.com"));
		meta = json_set(info, "metadata", json_object());
		if (key)
			json_set(meta, key, json_string(value));
	}
	json(q, status, j);
}

static void
unauthenticated(struct ask *q)
{
	google_error(q, 401, "UNAUTHENTICATED", "Request had invalid "
	    "authentication credentials. Expected OAuth 2 access token, login "
	    "cookie or other valid authentication credential.",
	    "ACCESS_TOKEN_TYPE_UNSUPPORTED", NULL, NULL);
}

/* "id:secret" of a Basic line, for the caller to free; NULL without one. */
static char *
basic(const struct ask *q)
{
	const char *s = httphead_get(q->head, "Authorization");
	size_t n;
	ssize_t got;
	char *pair;

	if (!s || strncasecmp(s, "Basic ", 6) != 0)
		return NULL;
	s += 6;
	n = strlen(s);
	pair = mem_alloc(n / 4 * 3 + 4);
	got = base64_decode(pair, s, n);
	pair[got > 0 ? got : 0] = '\0';
	return pair;
}

static void
grant(struct ask *q, const struct emugrant *g, bool sts)
{
	struct json *j = json_object();

	if (g->error) {
		json_set(j, "error", json_string(g->error));
		json_set(j, "error_description", json_string(g->text));
		if (g->subtype)
			json_set(j, "error_subtype", json_string(g->subtype));
		json(q, strcmp(g->error, "invalid_client") == 0 ? 401 : 400,
		    j);
		return;
	}
	json_set(j, "access_token", json_string(issue(q, g->identity,
	    g->scopes, life(q))));
	if (sts)
		json_set(j, "issued_token_type", json_string(
		    "urn:ietf:params:oauth:token-type:access_token"));
	json_set(j, "expires_in", json_integer(life(q) > 1 ? life(q) - 1 :
	    life(q)));
	json_set(j, "token_type", json_string("Bearer"));
	json(q, 200, j);
}

/* Both kinds of token endpoint. */
static void
token(struct ask *q, bool sts)
{
	const char *type = httphead_get(q->head, "Content-Type");
	struct emugrant_form form = { NULL, NULL };
	struct emugrant g;
	char *pair;

	if (strcmp(q->method, "POST") != 0 || !type ||
	    strncasecmp(type, "application/x-www-form-urlencoded", 33) != 0 ||
	    !(form.values = emugrant_form(q->body, q->n))) {
		google_error(q, 400, "INVALID_ARGUMENT", "A form was "
		    "expected.", NULL, NULL, NULL);
		return;
	}
	pair = basic(q);
	form.basic = pair;
	if (sts)
		emugrant_sts(q->e->settings, &form, q->now, &g);
	else
		emugrant_oauth(q->e->settings, &form, q->now, &g);
	grant(q, &g, sts);
	free(pair);
	json_free(form.values);
}

static void
oauth(struct ask *q)
{
	token(q, false);
}

static void
sts(struct ask *q)
{
	token(q, true);
}

/* Who the Bearer token stands for; NULL (and an answer) without a good one. */
static const struct issued *
bearer(struct ask *q)
{
	const char *s = httphead_get(q->head, "Authorization");
	const struct issued *t = s && strncmp(s, "Bearer ", 7) == 0 ?
	    find(q->e, s + 7, q->now) : NULL;

	if (!t)
		unauthenticated(q);
	return t;
}

/* Whether a member may impersonate the target by these delegates. */
static bool
may(const struct json *settings, const char *member, const char *target,
    const struct json *delegates)
{
	const struct json *j;

	for (j = json_first(json_get(settings, "impersonation")); j;
	    j = json_next(j)) {
		if (strcmp(get(j, "member"), member) != 0 ||
		    strcmp(get(j, "target"), target) != 0)
			continue;
		if (json_size(delegates) == 0 ?
		    json_size(json_get(j, "delegates")) == 0 :
		    json_equal(delegates, json_get(j, "delegates")))
			return true;
	}
	return false;
}

static void
iam_grant(struct ask *q, const char *target, const struct json *body)
{
	struct json *out = json_object();
	char stamp[AUTH_STAMP], scopes[512] = "";
	const struct json *s;
	int64_t seconds = strtol(json_get_str(body, "lifetime", "3600s"),
	    NULL, 10);
	size_t n = 0;

	for (s = json_first(json_get(body, "scope")); s; s = json_next(s)) {
		snprintf(scopes + n, sizeof scopes - n, "%s%s", n ? " " : "",
		    json_str(s) ? json_str(s) : "");
		n = strlen(scopes);
	}
	if (seconds > life(q))
		seconds = life(q);
	json_set(out, "accessToken", json_string(issue(q, target, scopes,
	    seconds)));
	auth_text_stamp(stamp, q->now + seconds, false);
	json_set(out, "expireTime", json_string(stamp));
	json(q, 200, out);
}

/* ".../serviceAccounts/TARGET:generateAccessToken" */
static void
iam(struct ask *q)
{
	const struct issued *t = bearer(q);
	char *target = strstr(q->path, "/serviceAccounts/"), *end, why[120];
	struct json *body;

	if (!t)
		return;
	target += strlen("/serviceAccounts/");
	end = strstr(target, ":generateAccessToken");
	if (end)
		*end = '\0';
	body = json_parse(q->body, q->n, why, sizeof why);
	if (!end || !body || json_size(json_get(body, "scope")) == 0)
		google_error(q, 400, "INVALID_ARGUMENT", "scope is required",
		    NULL, NULL, NULL);
	else if (!strstr(t->scopes, SCOPE_ALL) && !strstr(t->scopes,
	    SCOPE_IAM))
		google_error(q, 403, "PERMISSION_DENIED", "Request had "
		    "insufficient authentication scopes.",
		    "ACCESS_TOKEN_SCOPE_INSUFFICIENT", NULL, NULL);
	else if (!may(q->e->settings, t->identity, target,
	    json_get(body, "delegates")))
		google_error(q, 403, "PERMISSION_DENIED", "Permission "
		    "'iam.serviceAccounts.getAccessToken' denied on resource "
		    "(or it may not exist).", "IAM_PERMISSION_DENIED",
		    "permission", "iam.serviceAccounts.getAccessToken");
	else
		iam_grant(q, target, body);
	json_free(body);
}

/* A header line of the answer. */
static void
line(struct ask *q, const char *s)
{
	size_t i;

	for (i = 0; i < 3 && q->a->lines[i][0]; i++)
		;
	snprintf(q->a->lines[i], sizeof q->a->lines[i], "%s", s);
}

static void
metadata_token(struct ask *q, const char *email)
{
	const char *s = strstr(q->target, "scopes=");
	char scopes[512];
	struct json *j;

	snprintf(scopes, sizeof scopes, "%s", s ? s + 7 : SCOPE_ALL);
	j = json_object();
	json_set(j, "access_token", json_string(issue(q, email, scopes,
	    life(q))));
	json_set(j, "expires_in", json_integer(life(q) - 1));
	json_set(j, "token_type", json_string("Bearer"));
	json(q, 200, j);
}

/* Google's metadata server; it never answers what came by a proxy. */
static void
metadata(struct ask *q)
{
	const struct json *m = json_get(q->e->settings, "machine");
	const char *flavor = httphead_get(q->head, "Metadata-Flavor");
	const char *p = q->path, *email = get(m, "email");

	line(q, "Metadata-Flavor: Google");
	line(q, "Server: Metadata Server for VM");
	if (strcmp(p, "/") == 0) {
		text(q, 200, "application/text", "computeMetadata/\n");
		return;
	}
	if (!flavor || strcmp(flavor, "Google") != 0 ||
	    httphead_get(q->head, "X-Forwarded-For")) {
		text(q, 403, "text/html", "<html>Missing Metadata-Flavor:"
		    "Google header.</html>\n");
		return;
	}
	p += strlen("/computeMetadata/v1/");
	if (strcmp(p, "project/project-id") == 0 && *get(m, "project"))
		text(q, 200, "application/text", get(m, "project"));
	else if (strcmp(p, "instance/service-accounts/default/email") == 0 &&
	    *email)
		text(q, 200, "application/text", email);
	else if (strcmp(p, "instance/service-accounts/default/token") == 0 &&
	    *email)
		metadata_token(q, email);
	else
		text(q, 404, "text/html", "<html>Not Found</html>\n");
}

/* Amazon's metadata server, version 2: a session first. */
static void
amazon(struct ask *q)
{
	const struct json *k = json_at(json_get(q->e->settings, "aws"), 0);
	const char *session = httphead_get(q->head,
	    "X-aws-ec2-metadata-token");
	const char *p = q->path;
	struct json *j;

	if (strcmp(p, "/latest/api/token") == 0) {
		if (strcmp(q->method, "PUT") != 0 || !httphead_get(q->head,
		    "X-aws-ec2-metadata-token-ttl-seconds"))
			text(q, 400, "text/plain", "bad request\n");
		else
			text(q, 200, "text/plain", "imds-session-secret");
	} else if (!session || strcmp(session, "imds-session-secret") != 0)
		text(q, 401, "text/html", "<html>Unauthorized</html>\n");
	else if (strcmp(p, "/latest/meta-data/placement/availability-zone") ==
	    0)
		text(q, 200, "text/plain", "eu-central-1b\n");
	else if (strcmp(p, "/latest/meta-data/iam/security-credentials") == 0)
		text(q, 200, "text/plain", "the-role\n");
	else if (strcmp(p, "/latest/meta-data/iam/security-credentials/"
	    "the-role") == 0 && k) {
		j = json_object();
		json_set(j, "Code", json_string("Success"));
		json_set(j, "AccessKeyId", json_string(get(k, "id")));
		json_set(j, "SecretAccessKey", json_string(get(k, "secret")));
		json_set(j, "Token", json_string(get(k, "session")));
		json(q, 200, j);
	} else
		text(q, 404, "text/html", "<html>Not Found</html>\n");
}

/* An identity provider: the first subject token as text or JSON, for whoever
 * sends the header Metadata: True. */
static void
subject(struct ask *q)
{
	const struct json *s = json_at(json_get(q->e->settings, "subjects"),
	    0);
	const char *header = httphead_get(q->head, "Metadata");
	struct json *j;

	if (!header || strcmp(header, "True") != 0 || !json_str(s)) {
		text(q, 403, "text/plain", "forbidden\n");
		return;
	}
	if (strcmp(q->path, "/subject/text") == 0) {
		text(q, 200, "text/plain", json_str(s));
		return;
	}
	j = json_object();
	json_set(j, "access_token", json_copy(s));
	json(q, 200, j);
}

/* Whether the API key is one of those accepted; else an answer. */
static bool
keyed(struct ask *q)
{
	const struct json *keys = json_get(q->e->settings, "api_keys"), *k;
	const char *given = httphead_get(q->head, "x-goog-api-key");

	if (!given) {
		google_error(q, 403, "PERMISSION_DENIED", "Method doesn't "
		    "allow unregistered callers (callers without established "
		    "identity). Please use API Key or other form of API "
		    "consumer identity to call this API.", NULL, NULL, NULL);
		return false;
	}
	if (!keys)
		return true;
	for (k = json_first(keys); k; k = json_next(k))
		if (json_str(k) && strcmp(json_str(k), given) == 0)
			return true;
	google_error(q, 400, "INVALID_ARGUMENT", "API key not valid. Please "
	    "pass a valid API key.", "API_KEY_INVALID", "service",
	    "generativelanguage.googleapis.com");
	return false;
}

static bool
soon(const struct json *j, const char *key, int64_t now)
{
	int64_t t;

	if (!json_get(j, key))
		return true;
	return auth_text_time(get(j, key), &t) == 0 && t > now &&
	    t < now + 20 * 3600;
}

/* What is wrong with the body of a request for an ephemeral token. */
static const char *
mint_fault(const struct json *j, int64_t now)
{
	static const char *const known[] = { "uses", "expireTime",
		"newSessionExpireTime", "bidiGenerateContentSetup",
		"fieldMask" };
	const struct json *m;
	size_t i;

	for (m = json_first(j); m; m = json_next(m)) {
		for (i = 0; i < 5 && strcmp(json_key(m), known[i]) != 0; i++)
			;
		if (i == 5)
			return "Invalid JSON payload received. Unknown name: "
			    "Cannot find field.";
	}
	if (json_get(j, "uses") && json_get_int(j, "uses", -1) < 0)
		return "uses must be a non-negative number.";
	if (!soon(j, "expireTime", now) ||
	    !soon(j, "newSessionExpireTime", now))
		return "expireTime and newSessionExpireTime must be in the "
		    "future and less than 20 hours ahead.";
	if (json_get(j, "fieldMask") && !json_str(json_get(j, "fieldMask")))
		return "Invalid value at 'fieldMask'.";
	return NULL;
}

static void
mint(struct ask *q)
{
	struct json *j, *out;
	char why[120], stamp[AUTH_STAMP], name[120];
	const char *fault;

	if (!keyed(q))
		return;
	j = q->n > 0 ? json_parse(q->body, q->n, why, sizeof why) :
	    json_object();
	fault = j ? mint_fault(j, q->now) : "Invalid JSON payload received.";
	if (fault)
		google_error(q, 400, "INVALID_ARGUMENT", fault, NULL, NULL,
		    NULL);
	else {
		out = json_object();
		snprintf(name, sizeof name, "auth_tokens/%s",
		    issue(q, "ephemeral", "", 1800) + strlen("ya29.emulator-"));
		json_set(out, "name", json_string(name));
		auth_text_stamp(stamp, q->now + 1800, false);
		json_set(out, "expireTime", json_string(
		    json_get_str(j, "expireTime", stamp)));
		json(q, 200, out);
	}
	json_free(j);
}

/* What gl-auth check asks: the models of the Developer API by key. */
static void
models(struct ask *q)
{
	struct json *j;

	if (!keyed(q))
		return;
	j = json_object();
	json_set(j, "models", json_array());
	json(q, 200, j);
}

/* ... and a token count of Vertex by token. */
static void
count(struct ask *q)
{
	const struct json *s = json_get(q->e->settings, "service"), *d;
	const struct issued *t = bearer(q);
	struct json *j;

	if (!t)
		return;
	if (json_true(json_get(s, "disabled"))) {
		google_error(q, 403, "PERMISSION_DENIED", "Vertex AI API has "
		    "not been used in project before or it is disabled.",
		    "SERVICE_DISABLED", "service",
		    "aiplatform.googleapis.com");
		return;
	}
	for (d = json_first(json_get(s, "denied")); d; d = json_next(d))
		if (json_str(d) && strcmp(json_str(d), t->identity) == 0) {
			google_error(q, 403, "PERMISSION_DENIED",
			    "Permission 'aiplatform.endpoints.predict' denied "
			    "on resource (or it may not exist).",
			    "IAM_PERMISSION_DENIED", "permission",
			    "aiplatform.endpoints.predict");
			return;
		}
	j = json_object();
	json_set(j, "totalTokens", json_integer(1));
	json(q, 200, j);
}

/* For tests: how often each path was asked. */
static void
asked(struct ask *q)
{
	json(q, 200, json_copy(q->e->seen));
}

static const struct {
	const char *path;
	bool prefix;
	const char *within;	/* must stand in it too, or NULL */
	void (*handle)(struct ask *);
} places[] = {
	{ "/emulator/asked", false, NULL, asked },
	{ "/token", false, NULL, oauth },
	{ "/v1/token", false, NULL, sts },
	{ "/v1/oauthtoken", false, NULL, sts },
	{ "/v1/projects/-/serviceAccounts/", true, ":generateAccessToken",
	    iam },
	{ "/", false, NULL, metadata },
	{ "/computeMetadata/v1/", true, NULL, metadata },
	{ "/latest/", true, NULL, amazon },
	{ "/subject/", true, NULL, subject },
	{ "/v1beta/auth_tokens", false, NULL, mint },
	{ "/v1alpha/auth_tokens", false, NULL, mint },
	{ "/v1beta/models", false, NULL, models },
	{ "/v1beta1/projects/", true, ":countTokens", count },
	{ "/v1/projects/", true, ":countTokens", count }
};

/* The place of a path, or -1. */
static int
place(const char *path)
{
	size_t i;

	for (i = 0; i < sizeof places / sizeof *places; i++)
		if ((places[i].prefix ? strncmp(path, places[i].path,
		    strlen(places[i].path)) == 0 :
		    strcmp(path, places[i].path) == 0) &&
		    (!places[i].within || strstr(path, places[i].within)))
			return (int)i;
	return -1;
}

bool
emuauth_mine(const char *target)
{
	char path[512];

	snprintf(path, sizeof path, "%.*s", (int)strcspn(target, "?"),
	    target);
	return place(path) != -1;
}

static void
seen(struct emuauth *e, const char *path)
{
	json_set(e->seen, path, json_integer(json_get_int(e->seen, path, 0) +
	    1));
}

/* The fault that holds for this request; counts it. */
static struct json *
fault(struct ask *q)
{
	struct json *f;
	int64_t n;

	for (f = json_first(json_get(q->e->settings, "faults")); f;
	    f = json_next(f)) {
		if (strcmp(get(f, "path"), q->path) != 0)
			continue;
		n = json_get_int(f, "after", 0);
		if (n > 0) {
			json_set(f, "after", json_integer(n - 1));
			continue;
		}
		n = json_get_int(f, "times", -1);
		if (n == 0)
			continue;
		if (n > 0)
			json_set(f, "times", json_integer(n - 1));
		return f;
	}
	return NULL;
}

/* Puts a fault into effect; whether the request is answered by it. */
static bool
misbehave(struct ask *q, const struct json *f)
{
	const char *kind = get(f, "kind");
	int status = (int)json_get_int(f, "status", 200);
	static const char spaces[1024] = " ";

	q->a->delay_ms = json_get_int(f, "delay_ms", 0);
	if (strcmp(kind, "never") == 0)
		q->a->manner = EMUAUTH_NEVER;
	else if (strcmp(kind, "drop") == 0)
		q->a->manner = EMUAUTH_DROP;
	else if (strcmp(kind, "html") == 0)
		text(q, status, "text/html", "<!DOCTYPE html>\n<html><body>"
		    "Please sign in.</body></html>\n");
	else if (strcmp(kind, "empty") == 0)
		text(q, status, "application/json", "");
	else if (strcmp(kind, "redirect") == 0) {
		text(q, 302, "text/html", "");
		line(q, "Location: http://127.0.0.1:9/elsewhere");
	} else if (strcmp(kind, "endless") == 0) {
		text(q, status, "application/json", "");
		while (q->a->body.len < ENDLESS)
			buf_add(&q->a->body, spaces, sizeof spaces);
	} else if (json_get(f, "status") || json_get(f, "body"))
		text(q, status, json_get_str(f, "type", "application/json"),
		    get(f, "body"));
	else
		return false;
	return true;
}

static void
dated(struct ask *q)
{
	int64_t skew = json_get_int(q->e->settings, "date_skew", 0);
	time_t t = (time_t)(q->now + skew);
	char s[80];
	struct tm tm;

	if (gmtime_r(&t, &tm) && strftime(s, sizeof s,
	    "Date: %a, %d %b %Y %H:%M:%S GMT", &tm) > 0)
		line(q, s);
}

void
emuauth_answer(struct emuauth *e, const struct httphead *head,
    const char *body, size_t n, int64_t now, struct emuauth_answer *a)
{
	struct ask q = { .e = e, .head = head, .body = body, .n = n,
		.now = now, .a = a };
	struct json *f;
	int i;

	memset(a, 0, sizeof *a);
	buf_init(&a->body, BODY_MAX);
	q.method = httphead_method(head);
	q.target = httphead_target(head);
	snprintf(q.path, sizeof q.path, "%.*s",
	    (int)strcspn(q.target, "?"), q.target);
	if (strcmp(q.path, "/emulator/asked") != 0) {
		seen(e, q.path);
		seen(e, "total");
	}
	dated(&q);
	f = fault(&q);
	if (f && misbehave(&q, f))
		return;
	i = place(q.path);
	if (i == -1)
		google_error(&q, 404, "NOT_FOUND", "Not found.", NULL, NULL,
		    NULL);
	else
		places[i].handle(&q);
}
