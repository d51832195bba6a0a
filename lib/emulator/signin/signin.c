/*
 * The endpoints by path, and the faults.
 */
#include "emulator/signin/signin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "auth/text.h"
#include "base/base64.h"
#include "base/date.h"
#include "emulator/signin/ask.h"
#include "emulator/signin/grant.h"
#include "emulator/signin/token.h"
#include "net/httphead.h"
#include "base/json.h"
#include "base/mem.h"

#define SCOPE_IAM "https://www.googleapis.com/auth/iam"

enum { BODY_MAX = 8 << 20, ENDLESS = 4 << 20, NEW_SESSION_S = 60 };

struct emuauth {
	struct json *settings;
	struct json *seen;	/* how often each path was asked */
	struct emutokens tokens;
};

/* The first unknown setting, or NULL. */
static const char *
unknown(const struct json *settings)
{
	static const char *const names[] = { "service_accounts", "users",
	    "subjects", "aws", "audience", "impersonation", "api_keys",
	    "machine", "service", "life", "date_skew", "faults", NULL };
	const struct json *j;
	int i;

	for (j = json_first(settings); j; j = json_next(j)) {
		for (i = 0; names[i]; i++)
			if (strcmp(json_key(j), names[i]) == 0)
				break;
		if (!names[i])
			return json_key(j);
	}
	return NULL;
}

struct emuauth *
signin_new(const char *p, size_t n, char *why, size_t size)
{
	struct json *j = n > 0 ? json_parse(p, n, why, size) : json_object();
	struct emuauth *e;
	const char *odd;

	if (!j)
		return NULL;
	odd = json_type(j) == JSON_OBJECT ? unknown(j) : NULL;
	if (json_type(j) != JSON_OBJECT || odd) {
		if (odd)
			snprintf(why, size, "\"%.60s\" is not a setting (see "
			    "gl-emulator(1))", odd);
		else
			snprintf(why, size, "no JSON object");
		json_free(j);
		return NULL;
	}
	e = mem_alloc(sizeof *e);
	e->settings = j;
	e->seen = json_object();
	return e;
}

void
signin_free(struct emuauth *e)
{
	json_free(e->settings);
	json_free(e->seen);
	signin_token_clear(&e->tokens);
	free(e);
}

static const char *
get(const struct json *j, const char *key)
{
	return json_get_str(j, key, "");
}

bool
signin_token(const struct emuauth *e, const char *token, int64_t now)
{
	return signin_token_find(&e->tokens, token, now) != NULL;
}

bool
signin_use(struct emuauth *e, const char *token, int64_t now)
{
	return signin_token_use(&e->tokens, token, now);
}

/* "id:secret" of a Basic header, freed by the caller; NULL without one. */
static char *
basic(const struct emuask *q)
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
grant(struct emuask *q, const struct emugrant *g, bool sts)
{
	int64_t life = ask_life(q);
	struct json *j = json_object();

	if (g->error) {
		json_set(j, "error", json_string(g->error));
		json_set(j, "error_description", json_string(g->text));
		if (g->subtype)
			json_set(j, "error_subtype", json_string(g->subtype));
		ask_json(q, strcmp(g->error, "invalid_client") == 0 ?
		    401 : 400, j);
		return;
	}
	json_set(j, "access_token", json_string(signin_token_issue(q->tokens,
	    EMUTOKEN_ACCESS, g->identity, g->scopes, q->now + ask_life(q))));
	if (sts)
		json_set(j, "issued_token_type", json_string(
		    "urn:ietf:params:oauth:token-type:access_token"));
	json_set(j, "expires_in", json_integer(life > 1 ? life - 1 : life));
	json_set(j, "token_type", json_string("Bearer"));
	ask_json(q, 200, j);
}

/* Both kinds of token endpoint. */
static void
token(struct emuask *q, bool sts)
{
	const char *type = httphead_get(q->head, "Content-Type");
	struct grant_form form = { NULL, NULL };
	struct emugrant g;
	char *pair;

	if (strcmp(q->method, "POST") != 0 || !type ||
	    strncasecmp(type, "application/x-www-form-urlencoded", 33) != 0 ||
	    !(form.values = grant_form(q->body, q->n))) {
		ask_error(q, 400, "INVALID_ARGUMENT", "A form was "
		    "expected.", NULL, NULL, NULL);
		return;
	}
	pair = basic(q);
	form.basic = pair;
	if (sts)
		grant_sts(q->settings, &form, q->now, &g);
	else
		grant_oauth(q->settings, &form, q->now, &g);
	grant(q, &g, sts);
	free(pair);
	json_free(form.values);
}

static void
oauth(struct emuask *q)
{
	token(q, false);
}

static void
sts(struct emuask *q)
{
	token(q, true);
}

static void
unauthenticated(struct emuask *q)
{
	ask_error(q, 401, "UNAUTHENTICATED", "Request had invalid "
	    "authentication credentials. Expected OAuth 2 access token, login "
	    "cookie or other valid authentication credential.",
	    "ACCESS_TOKEN_TYPE_UNSUPPORTED", NULL, NULL);
}

/* Whose the Bearer token is; NULL (and an answer) without a valid one. */
static const struct emutoken *
bearer(struct emuask *q)
{
	const char *s = httphead_get(q->head, "Authorization");
	const struct emutoken *t = s && strncmp(s, "Bearer ", 7) == 0 ?
	    signin_token_find(q->tokens, s + 7, q->now) : NULL;

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
iam_grant(struct emuask *q, const char *target, const struct json *body)
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
	if (seconds > ask_life(q))
		seconds = ask_life(q);
	json_set(out, "accessToken", json_string(signin_token_issue(q->tokens,
	    EMUTOKEN_ACCESS, target, scopes, q->now + seconds)));
	auth_text_stamp(stamp, q->now + seconds, false);
	json_set(out, "expireTime", json_string(stamp));
	ask_json(q, 200, out);
}

/* ".../serviceAccounts/TARGET:generateAccessToken" */
static void
iam(struct emuask *q)
{
	const struct emutoken *t = bearer(q);
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
		ask_error(q, 400, "INVALID_ARGUMENT", "scope is required",
		    NULL, NULL, NULL);
	else if (!strstr(t->scopes, SIGNIN_SCOPE) && !strstr(t->scopes,
	    SCOPE_IAM))
		ask_error(q, 403, "PERMISSION_DENIED", "Request had "
		    "insufficient authentication scopes.",
		    "ACCESS_TOKEN_SCOPE_INSUFFICIENT", NULL, NULL);
	else if (!may(q->settings, t->identity, target,
	    json_get(body, "delegates")))
		ask_error(q, 403, "PERMISSION_DENIED", "Permission "
		    "'iam.serviceAccounts.getAccessToken' denied on resource "
		    "(or it may not exist).", "IAM_PERMISSION_DENIED",
		    "permission", "iam.serviceAccounts.getAccessToken");
	else
		iam_grant(q, target, body);
	json_free(body);
}

/* Whether the API key is accepted; answers if not. */
static bool
keyed(struct emuask *q)
{
	const struct json *keys = json_get(q->settings, "api_keys"), *k;
	const char *given = httphead_get(q->head, "x-goog-api-key");

	if (!given) {
		ask_error(q, 403, "PERMISSION_DENIED", "Method doesn't "
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
	ask_error(q, 400, "INVALID_ARGUMENT", "API key not valid. Please "
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
	return date_seconds(get(j, key), &t) == 0 && t > now &&
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

/* Issues an ephemeral token, valid as long as requested. */
static void
minted(struct emuask *q, const struct json *j)
{
	struct json *out = json_object();
	int64_t until, fresh, uses = json_get_int(j, "uses", 1);
	char stamp[AUTH_STAMP];

	if (date_seconds(get(j, "expireTime"), &until) == -1)
		until = q->now + 1800;
	json_set(out, "name", json_string(signin_token_issue(q->tokens,
	    EMUTOKEN_EPHEMERAL, "ephemeral", "", until)));
	if (date_seconds(get(j, "newSessionExpireTime"), &fresh) == -1)
		fresh = q->now + NEW_SESSION_S;
	signin_token_limit(q->tokens, uses > 0 ? uses : -1, fresh);
	auth_text_stamp(stamp, until, false);
	json_set(out, "expireTime", json_string(stamp));
	ask_json(q, 200, out);
}

static void
mint(struct emuask *q)
{
	const char *fault;
	struct json *j;
	char why[120];

	if (!keyed(q))
		return;
	j = q->n > 0 ? json_parse(q->body, q->n, why, sizeof why) :
	    json_object();
	fault = j ? mint_fault(j, q->now) : "Invalid JSON payload received.";
	if (fault)
		ask_error(q, 400, "INVALID_ARGUMENT", fault, NULL, NULL,
		    NULL);
	else
		minted(q, j);
	json_free(j);
}

static void
add_model(struct json *list, const char *name, const char *way)
{
	struct json *m = json_add(list, json_object());

	json_set(m, "name", json_string(name));
	json_add(json_set(m, "supportedGenerationMethods", json_array()),
	    json_string(way));
}

/* What gl-auth check and gl-session --list-models ask for: the models of the
 * Developer API, by key. */
static void
models(struct emuask *q)
{
	struct json *j, *list;

	if (!keyed(q))
		return;
	j = json_object();
	list = json_set(j, "models", json_array());
	add_model(list, "models/gemini-3.8-live", "bidiGenerateContent");
	add_model(list, "models/gemini-3.1-flash-live-preview",
	    "bidiGenerateContent");
	add_model(list, "models/gemini-9-live-of-the-emulator",
	    "bidiGenerateContent");
	add_model(list, "models/gemini-3.8-flash", "generateContent");
	ask_json(q, 200, j);
}

/* ... and a token count of Vertex by token. */
static void
count(struct emuask *q)
{
	const struct json *s = json_get(q->settings, "service"), *d;
	const struct emutoken *t = bearer(q);
	struct json *j;

	if (!t)
		return;
	if (json_true(json_get(s, "disabled"))) {
		ask_error(q, 403, "PERMISSION_DENIED", "Vertex AI API has "
		    "not been used in project before or it is disabled.",
		    "SERVICE_DISABLED", "service",
		    "aiplatform.googleapis.com");
		return;
	}
	for (d = json_first(json_get(s, "denied")); d; d = json_next(d))
		if (json_str(d) && strcmp(json_str(d), t->identity) == 0) {
			ask_error(q, 403, "PERMISSION_DENIED",
			    "Permission 'aiplatform.endpoints.predict' denied "
			    "on resource (or it may not exist).",
			    "IAM_PERMISSION_DENIED", "permission",
			    "aiplatform.endpoints.predict");
			return;
		}
	j = json_object();
	json_set(j, "totalTokens", json_integer(1));
	ask_json(q, 200, j);
}

/* For tests: how often each path was asked. */
static void
asked(struct emuask *q)
{
	ask_json(q, 200, json_copy(q->seen));
}

static const struct {
	const char *path;
	bool prefix;
	const char *within;	/* must be in it too, or NULL */
	void (*handle)(struct emuask *);
} places[] = {
	{ "/emulator/asked", false, NULL, asked },
	{ "/token", false, NULL, oauth },
	{ "/v1/token", false, NULL, sts },
	{ "/v1/oauthtoken", false, NULL, sts },
	{ "/v1/projects/-/serviceAccounts/", true, ":generateAccessToken",
	    iam },
	{ "/", false, NULL, machine_google },
	{ "/computeMetadata/v1/", true, NULL, machine_google },
	{ "/latest/", true, NULL, machine_amazon },
	{ "/subject/", true, NULL, machine_provider },
	{ "/v1/auth_tokens", false, NULL, mint },
	{ "/v1beta/auth_tokens", false, NULL, mint },
	{ "/v1alpha/auth_tokens", false, NULL, mint },
	{ "/v1/models", false, NULL, models },
	{ "/v1beta/models", false, NULL, models },
	{ "/v1alpha/models", false, NULL, models },
	{ "/v1beta1/projects/", true, ":countTokens", count },
	{ "/v1/projects/", true, ":countTokens", count }
};

/* The index of a path, or -1. */
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

static void
seen(struct emuauth *e, const char *path)
{
	json_set(e->seen, path, json_integer(json_get_int(e->seen, path, 0) +
	    1));
}

/* The fault that applies to this request, if any; counts it. */
static struct json *
fault(struct emuask *q)
{
	struct json *f;
	int64_t n;

	for (f = json_first(json_get(q->settings, "faults")); f;
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

/* Carries out a fault; true if that answered the request. */
static bool
misbehave(struct emuask *q, const struct json *f)
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
		ask_text(q, status, "text/html", "<!DOCTYPE html>\n"
		    "<html><body>Please sign in.</body></html>\n");
	else if (strcmp(kind, "empty") == 0)
		ask_text(q, status, "application/json", "");
	else if (strcmp(kind, "redirect") == 0) {
		ask_text(q, 302, "text/html", "");
		ask_line(q, "Location: http://127.0.0.1:9/elsewhere");
	} else if (strcmp(kind, "endless") == 0) {
		ask_text(q, status, "application/json", "");
		while (q->a->body.len < ENDLESS)
			buf_add(&q->a->body, spaces, sizeof spaces);
	} else if (json_get(f, "status") || json_get(f, "body"))
		ask_text(q, status, json_get_str(f, "type",
		    "application/json"),
		    get(f, "body"));
	else
		return false;
	return true;
}

static void
dated(struct emuask *q)
{
	int64_t skew = json_get_int(q->settings, "date_skew", 0);
	time_t t = (time_t)(q->now + skew);
	char s[80];
	struct tm tm;

	if (gmtime_r(&t, &tm) && strftime(s, sizeof s,
	    "Date: %a, %d %b %Y %H:%M:%S GMT", &tm) > 0)
		ask_line(q, s);
}

void
signin_answer(struct emuauth *e, const struct httphead *head,
    const char *body, size_t n, int64_t now, struct signin_answer *a)
{
	struct emuask q = { .settings = e->settings, .seen = e->seen,
		.tokens = &e->tokens, .head = head, .body = body, .n = n,
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
		ask_error(&q, 404, "NOT_FOUND", "Not found.", NULL, NULL,
		    NULL);
	else
		places[i].handle(&q);
}
