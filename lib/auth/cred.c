/*
 * A credentials file: its kind by "type", the fields that the kind needs, and
 * a sentence for each other file that people mistake for one.
 */
#include "auth/cred.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "auth/text.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/url.h"
#include "base/utf8.h"
#include "base/why.h"

#define KINDS "service_account, authorized_user, external_account, " \
	"external_account_authorized_user, impersonated_service_account"

static const struct {
	const char *type;
	const char *words;
	enum auth_kind kind;
} kinds[] = {
	{ "service_account", "service account key", AUTH_SERVICE_ACCOUNT },
	{ "authorized_user", "user login", AUTH_USER },
	{ "external_account", "external account", AUTH_EXTERNAL },
	{ "external_account_authorized_user", "external account's user login",
	    AUTH_EXTERNAL_USER },
	{ "impersonated_service_account", "impersonated service account",
	    AUTH_IMPERSONATED },
	{ NULL, "metadata server", AUTH_METADATA },
	{ NULL, "API key", AUTH_API_KEY },
	{ NULL, "emulator", AUTH_EMULATOR }
};

const char *
auth_cred_kind(enum auth_kind kind)
{
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].kind == kind)
			return kinds[i].words;
	return "none";
}

/* A string that is present and not empty, else NULL. */
static const char *
text(const struct json *j, const char *key)
{
	const char *s = json_get_str(j, key, NULL);

	return s && *s ? s : NULL;
}

/* Reports which of the named fields (ended by NULL) is missing; 0 or 78. */
static int
need(const struct json *j, const char *const *names, char *why, size_t size)
{
	for (; *names; names++)
		if (!text(j, *names)) {
			snprintf(why, size, "has no \"%s\", which its type "
			    "needs; download or create it anew", *names);
			return CODE_CONFIG;
		}
	return 0;
}

/* A URL to which secrets will go. */
static int
need_safe(const char *url, const char *name, char *why, size_t size)
{
	char tame[120];

	if (!url || auth_text_safe_url(url))
		return 0;
	auth_text_tame(tame, sizeof tame, url, NULL);
	return why_say(CODE_CONFIG, why, size, "\"%s\" is %s: credentials go "
	    "over https only", name, tame);
}

static int
service_account(struct auth_cred *c, char *why, size_t size)
{
	static const char *const names[] = { "client_email", "private_key",
		NULL };
	const char *universe = text(c->json, "universe_domain");
	int rc = need(c->json, names, why, size);

	if (rc)
		return rc;
	if (universe && strcmp(universe, "googleapis.com") != 0)
		return why_say(CODE_CONFIG, why, size, "belongs to another "
		    "universe than googleapis.com, which gl does not know");
	c->email = text(c->json, "client_email");
	c->key = text(c->json, "private_key");
	c->key_id = text(c->json, "private_key_id");
	c->token_url = text(c->json, "token_uri");
	return need_safe(c->token_url, "token_uri", why, size);
}

static int
user(struct auth_cred *c, char *why, size_t size)
{
	static const char *const names[] = { "client_id", "client_secret",
		"refresh_token", NULL };
	static const char *const more[] = { "token_url", NULL };
	int rc = need(c->json, names, why, size);

	if (rc)
		return rc;
	c->client_id = text(c->json, "client_id");
	c->client_secret = text(c->json, "client_secret");
	c->refresh_token = text(c->json, "refresh_token");
	c->account = text(c->json, "account");
	if (c->kind == AUTH_USER)
		return 0;	/* its token_uri is not used by anyone */
	if ((rc = need(c->json, more, why, size)))
		return rc;
	c->token_url = text(c->json, "token_url");
	c->audience = text(c->json, "audience");
	return need_safe(c->token_url, "token_url", why, size);
}

/* Where the subject token of an external account comes from. */
static int
origin(struct auth_cred *c, char *why, size_t size)
{
	const struct json *src = json_get(c->json, "credential_source");
	const char *env = text(src, "environment_id");

	c->origin_json = src;
	if (json_get(src, "certificate")) {
		snprintf(why, size, "takes its subject token from an X.509 "
		    "certificate, which gl cannot do; use a file, URL, "
		    "executable or AWS source");
		return CODE_CONFIG;
	}
	if (env && strncmp(env, "aws", 3) == 0) {
		c->origin = AUTH_FROM_AWS;
		if (strcmp(env, "aws1") == 0 &&
		    text(src, "regional_cred_verification_url"))
			return 0;
		snprintf(why, size, "has an AWS source of a version other than "
		    "aws1 or without \"regional_cred_verification_url\"");
		return CODE_CONFIG;
	}
	if (text(src, "file"))
		c->origin = AUTH_FROM_FILE;
	else if (text(src, "url"))
		c->origin = AUTH_FROM_URL;
	else if (text(json_get(src, "executable"), "command"))
		c->origin = AUTH_FROM_PROGRAM;
	else {
		snprintf(why, size, "has no \"credential_source\" that gl "
		    "knows: file, url, executable, AWS");
		return CODE_CONFIG;
	}
	return 0;
}

/* Whether n bytes can be an e-mail address or a service account's number. */
static bool
address(const char *p, size_t n)
{
	static const char other[] = "@.-_+";

	for (; n > 0; p++, n--)
		if (!isalnum((unsigned char)*p) &&
		    !memchr(other, *p, sizeof other - 1))
			return false;
	return true;
}

/* Extracts the address from ".../serviceAccounts/ADDRESS:generateAccessToken",
 * and the bounds of the lifetime. */
static int
impersonation(struct auth_cred *c, const struct json *opts, char *why,
    size_t size)
{
	const char *p, *end;

	c->impersonate = text(c->json, "service_account_impersonation_url");
	if (!c->impersonate)
		return 0;
	c->lifetime = (long)json_get_int(opts, "token_lifetime_seconds", 3600);
	if (c->lifetime < 600 || c->lifetime > 43200)
		return why_say(CODE_CONFIG, why, size,
		    "\"token_lifetime_seconds\" is not between 600 and 43200");
	p = strstr(c->impersonate, "/serviceAccounts/");
	p = p ? p + strlen("/serviceAccounts/") : NULL;
	end = p ? strstr(p, ":generateAccessToken") : NULL;
	if (!end || end == p || !address(p, (size_t)(end - p)) ||
	    (size_t)(end - p) >= sizeof c->target)
		return why_say(CODE_CONFIG, why, size,
		    "\"service_account_impersonation_url\" is not of the form "
		    ".../serviceAccounts/ADDRESS:generateAccessToken");
	memcpy(c->target, p, (size_t)(end - p));
	return need_safe(c->impersonate, "service_account_impersonation_url",
	    why, size);
}

static int
external(struct auth_cred *c, char *why, size_t size)
{
	static const char *const names[] = { "audience", "subject_token_type",
		NULL };
	int rc = need(c->json, names, why, size);

	if (rc)
		return rc;
	c->audience = text(c->json, "audience");
	c->subject_type = text(c->json, "subject_token_type");
	c->token_url = text(c->json, "token_url");
	c->client_id = text(c->json, "client_id");
	c->client_secret = text(c->json, "client_secret");
	c->workforce_project = text(c->json, "workforce_pool_user_project");
	if ((rc = origin(c, why, size)) ||
	    (rc = need_safe(c->token_url, "token_url", why, size)))
		return rc;
	return impersonation(c, json_get(c->json,
	    "service_account_impersonation"), why, size);
}

static int read_kind(struct auth_cred *, struct json *, char *, size_t);

static int
impersonated(struct auth_cred *c, char *why, size_t size)
{
	static const char *const names[] = {
		"service_account_impersonation_url", NULL };
	struct json *inner = json_get(c->json, "source_credentials");
	char reason[400];
	int rc = need(c->json, names, why, size);

	if (rc)
		return rc;
	c->delegates = json_get(c->json, "delegates");
	c->scopes = json_get(c->json, "scopes");
	if (json_size(c->delegates) > AUTH_DELEGATES_MAX)
		return why_say(CODE_CONFIG, why, size, "has more than %d "
		    "delegates", AUTH_DELEGATES_MAX);
	if ((rc = impersonation(c, NULL, why, size)))
		return rc;
	c->source = mem_alloc(sizeof *c->source);
	c->source->part = true;
	rc = read_kind(c->source, inner, reason, sizeof reason);
	if (rc == 0 && c->source->kind == AUTH_IMPERSONATED) {
		snprintf(reason, sizeof reason, "is impersonated itself; give "
		    "the chain as \"delegates\"");
		rc = CODE_CONFIG;
	}
	if (rc)
		snprintf(why, size, "\"source_credentials\": %s", reason);
	return rc;
}

/* A file whose type we do not know: what people mistake for credentials. */
static int
stranger(const struct json *j, char *why, size_t size)
{
	const char *type = text(j, "type");
	char tame[60];

	if (json_get(j, "installed") || json_get(j, "web"))
		snprintf(why, size, "is an OAuth client, not a login; log in "
		    "with it: gcloud auth application-default login "
		    "--client-id-file=FILE");
	else if (type && strcmp(type, "gdch_service_account") == 0)
		snprintf(why, size, "is for Google Distributed Cloud, where "
		    "the Live API is not served");
	else if (type) {
		auth_text_tame(tame, sizeof tame, type, NULL);
		snprintf(why, size, "has the type \"%s\"; known are " KINDS,
		    tame);
	} else {
		snprintf(why, size, "has no \"type\", so it is not a "
		    "credentials file; known types are " KINDS);
		return CODE_DATA;
	}
	return CODE_CONFIG;
}

static int
read_kind(struct auth_cred *c, struct json *j, char *why, size_t size)
{
	const char *type = text(j, "type");
	size_t i;

	c->json = j;
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (type && kinds[i].type && strcmp(type, kinds[i].type) == 0)
			c->kind = kinds[i].kind;
	c->project = text(j, "project_id");
	c->quota_project = text(j, "quota_project_id");
	switch (c->kind) {
	case AUTH_SERVICE_ACCOUNT:
		return service_account(c, why, size);
	case AUTH_USER:
	case AUTH_EXTERNAL_USER:
		return user(c, why, size);
	case AUTH_EXTERNAL:
		return external(c, why, size);
	case AUTH_IMPERSONATED:
		return impersonated(c, why, size);
	default:
		return stranger(j, why, size);
	}
}

/* Bytes that are not JSON: which file is it instead? */
static void
not_json(const char *p, size_t n, const char *reason, char *why, size_t size)
{
	size_t i;

	while (n > 0 && strchr(" \t\r\n", *p) && *p) {
		p++;
		n--;
	}
	if (n == 0)
		snprintf(why, size, "is empty");
	else if (n > 11 && memcmp(p, "-----BEGIN ", 11) == 0)
		snprintf(why, size, "is a bare PEM file; the JSON key file of "
		    "the service account is wanted");
	else if (n < 200 && (memcmp(p, "AIza", n < 4 ? n : 4) == 0 ||
	    memcmp(p, "AQ.", n < 3 ? n : 3) == 0))
		snprintf(why, size, "holds an API key; give it by --key-file");
	else {
		for (i = 0; i < n && p[i] != '\0'; i++)
			;
		if (i < n || !utf8_valid(p, n))
			snprintf(why, size, "is binary, not JSON; a .p12 key "
			    "must be replaced by a JSON key");
		else
			snprintf(why, size, "is not whole JSON (%s); copy or "
			    "download it again", reason);
	}
}

int
auth_cred_parse(struct auth_cred *c, const char *p, size_t n, char *why,
    size_t size)
{
	char reason[120];
	struct json *j;

	memset(c, 0, sizeof *c);
	if (n > AUTH_FILE_MAX)
		return why_say(CODE_DATA, why, size, "is over %d KiB, so it is "
		    "not a credentials file", AUTH_FILE_MAX >> 10);
	j = json_parse(p, n, reason, sizeof reason);
	if (!j) {
		not_json(p, n, reason, why, size);
		return CODE_DATA;
	}
	if (json_type(j) != JSON_OBJECT) {
		json_free(j);
		return why_say(CODE_DATA, why, size, "is JSON but not an "
		    "object, so it is not a credentials file");
	}
	return read_kind(c, j, why, size);
}

void
auth_cred_done(struct auth_cred *c)
{
	if (c->source) {
		auth_cred_done(c->source);
		free(c->source);
	}
	if (c->json && !c->part)
		json_wipe(c->json);
	memset(c, 0, sizeof *c);
}

const char *
auth_cred_identity(const struct auth_cred *c)
{
	if (c->target[0])
		return c->target;
	if (c->email)
		return c->email;
	if (c->account)
		return c->account;
	if (c->kind == AUTH_EXTERNAL || c->kind == AUTH_EXTERNAL_USER)
		return c->audience ? c->audience : "an external identity";
	return c->kind == AUTH_USER ? "a user (the file does not say which)" :
	    "unknown";
}

static bool
listed(const char *list, const char *host)
{
	size_t n, len = strlen(host);

	for (; list != NULL && *list != '\0'; list += n + (list[n] == ',')) {
		n = strcspn(list, ",");
		if (n == len && strncasecmp(list, host, n) == 0)
			return true;
	}
	return false;
}

/* The host of a URL if secrets must not go there, else NULL. */
static char *
strange(const char *text, const char *allowed)
{
	static const char google[] = ".googleapis.com";
	const size_t g = sizeof google - 1;
	struct url u;
	char why[80], *host = NULL;
	size_t n;

	if (!text || url_parse(&u, text, why, sizeof why) == -1)
		return NULL;
	n = strlen(u.host);
	if (!url_loopback(u.host) && !listed(allowed, u.host) &&
	    strcasecmp(u.host, google + 1) != 0 &&
	    (n <= g || strcasecmp(u.host + n - g, google) != 0))
		host = mem_str(u.host);
	url_done(&u);
	return host;
}

char *
auth_cred_stranger(const struct auth_cred *c, const char *allowed)
{
	char *host = NULL;

	if (allowed && strcmp(allowed, "1") == 0)
		return NULL;
	if (c->kind == AUTH_EXTERNAL || c->kind == AUTH_EXTERNAL_USER)
		host = strange(c->token_url, allowed);
	if (!host)
		host = strange(c->impersonate, allowed);
	return host || !c->source ? host : auth_cred_stranger(c->source,
	    allowed);
}
