/*
 * The order in which Application Default Credentials are looked up, and what
 * was found.
 */
#include "auth/auth.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/cache.h"
#include "auth/env.h"
#include "auth/fetch.h"
#include "auth/kept.h"
#include "auth/net.h"
#include "auth/text.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "base/path.h"

enum { KEY_MAX = 4096 };

struct auth {
	const struct auth_options *o;
	struct auth_env env;
	struct auth_net net;
	struct auth_scopes scopes;
	char *scopes_text;
	struct auth_cred cred;
	char *emulator_url;
	char *origin;
	char *identity;			/* or NULL: the credentials' own */
	struct auth_project project;
	char *digest;			/* of the credentials file */
	struct auth_grant grant;
	bool cached;
	struct auth_refusal refusal;
	struct buf trail;
};

static const char *const default_scopes[] = {
	"https://www.googleapis.com/auth/cloud-platform", NULL };

static void trail(struct auth *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
trail(struct auth *a, const char *fmt, ...)
{
	char line[1200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	auth_text_line(&a->trail, "%s", line);
}

/* GL_EMULATOR_HOST ("host:port", "ws://host:port") as http. */
static char *
emulator_url(const char *host)
{
	if (strncmp(host, "ws://", 5) == 0 || strncmp(host, "wss://", 6) == 0)
		return mem_printf("http%s", host + 2);
	return strstr(host, "://") ? mem_str(host) :
	    mem_printf("http://%s", host);
}

struct auth *
auth_new(struct loop *l, const struct auth_options *o)
{
	struct auth *a = mem_alloc(sizeof *a);

	a->o = o;
	auth_env_read(&a->env);
	a->net.loop = l;
	a->net.ca = o->ca;
	a->net.cafile = a->env.cafile;
	a->net.cadir = a->env.cadir;
	a->net.endpoint = o->endpoint ? o->endpoint : a->env.endpoint;
	if (!a->net.endpoint && a->env.emulator) {
		a->emulator_url = emulator_url(a->env.emulator);
		a->net.endpoint = a->emulator_url;
	}
	a->net.timeout_ms = o->timeout_ms;
	a->net.note = o->note;
	a->net.arg = o->arg;
	a->scopes.list = o->scopes ? o->scopes : default_scopes;
	a->scopes.given = o->scopes != NULL;
	a->scopes_text = auth_fetch_scopes(&a->scopes, ' ');
	buf_init(&a->trail, 65536);
	return a;
}

void
auth_free(struct auth *a)
{
	auth_net_done(&a->net);
	auth_reply_done(&a->grant);
	auth_cred_done(&a->cred);
	auth_env_done(&a->env);
	buf_done(&a->trail);
	free(a->scopes_text);
	free(a->emulator_url);
	free(a->origin);
	free(a->identity);
	auth_env_project_done(&a->project);
	free(a->digest);
	free(a);
}

void
auth_interrupt(struct auth *a, int signo)
{
	a->net.signo = signo;
	loop_stop(a->net.loop, CODE_SIGNAL + signo);
}

/* Warns if others can read what must be secret. */
static void
check_mode(struct auth *a, const char *path)
{
	unsigned mode = path_shared(path);

	if (mode != 0)
		auth_net_note(&a->net, 0, "%s: others can read it (mode "
		    "%04o); chmod 600 it", path, mode);
}

static bool
holds_secret(const struct auth_cred *c)
{
	return c->key || c->refresh_token || c->client_secret ||
	    (c->source && holds_secret(c->source));
}

static void
remember(struct auth *a, const char *p, size_t n)
{
	const char *parts[] = { p, NULL };
	char key[AUTH_KEY];

	(void)n;	/* parsed, so the file contains no zero byte */
	auth_cache_key(key, parts);
	a->digest = mem_str(key);
}

/* A file from someone else could name any file of the user's as the subject
 * token, and any host to send it to. */
static int
strange_host(struct auth *a, const char *path, char *host, char *why,
    size_t size)
{
	char tame[100];

	auth_text_tame(tame, sizeof tame, host, NULL);
	free(host);
	snprintf(why, size, "would send secrets to %s, which is not Google's; "
	    "allow it by GOOGLE_EXTERNAL_ACCOUNT_ALLOW_HOSTS=%s if you trust "
	    "the file", tame, tame);
	return auth_net_refuse(&a->refusal, CODE_CONFIG, "%s: %s", path, why);
}

/* Reads a credentials file that must exist. */
static int
use_file(struct auth *a, const char *path)
{
	char why[AUTH_WHY - 200];
	size_t n;
	char *p, *host;
	int rc;

	a->origin = mem_str(path);
	p = fd_slurp(path, AUTH_FILE_MAX, &n);
	if (!p && errno == EFBIG) {
		trail(a, "%s: too large", path);
		return auth_net_refuse(&a->refusal, CODE_DATA, "%s: is over %d "
		    "KiB, so it is not a credentials file", path,
		    AUTH_FILE_MAX >> 10);
	}
	if (!p) {
		trail(a, "%s: cannot be read: %s", path, log_reason(errno));
		return auth_net_refuse(&a->refusal, CODE_NOINPUT,
		    "%s: %s; check "
		    "GOOGLE_APPLICATION_CREDENTIALS or --credentials", path,
		    log_reason(errno));
	}
	rc = auth_cred_parse(&a->cred, p, n, why, sizeof why);
	if (rc != 0)
		auth_net_refuse(&a->refusal, rc, "%s: %s", path, why);
	else if ((host = auth_cred_stranger(&a->cred, a->env.hosts)))
		rc = strange_host(a, path, host, why, sizeof why);
	else {
		remember(a, p, n);
		if (holds_secret(&a->cred))
			check_mode(a, path);
	}
	trail(a, "%s: %s", path, rc ? why : auth_cred_kind(a->cred.kind));
	mem_wipe(p, n);
	free(p);
	return rc;
}

/* An API key as the "token"; it must be valid in a header line. */
static int
use_key(struct auth *a, const char *key, const char *from)
{
	size_t i, n = strlen(key);

	a->cred.kind = AUTH_API_KEY;
	a->origin = mem_str(from);
	for (i = 0; i < n && key[i] > ' ' && key[i] < 0x7f; i++)
		;
	if (n == 0 || i < n)
		return auth_net_refuse(&a->refusal, CODE_DATA,
		    "%s: holds no API "
		    "key; a key is one word on one line", from);
	a->grant.token = mem_str(key);
	a->identity = mem_str(strncmp(key, "auth_tokens/", 12) == 0 ?
	    "an ephemeral token" : "an API key");
	trail(a, "%s: %s, which needs no access token", from, a->identity);
	return 0;
}

static int
use_key_file(struct auth *a, const char *path)
{
	size_t n = 0;
	char *p = fd_slurp(path, KEY_MAX, &n), *word;
	int rc;

	if (!p) {
		trail(a, "%s: %s", path, log_reason(errno));
		return auth_net_refuse(&a->refusal, errno == EFBIG ? CODE_DATA :
		    CODE_NOINPUT, "%s: %s", path, errno == EFBIG ?
		    "is too large for an API key" : log_reason(errno));
	}
	check_mode(a, path);
	word = p + strspn(p, " \t\r\n");
	word[strcspn(word, "\r\n")] = '\0';
	while (*word && strchr(" \t", word[strlen(word) - 1]))
		word[strlen(word) - 1] = '\0';
	rc = use_key(a, word, path);
	mem_wipe(p, n);
	free(p);
	return rc;
}

static int
use_emulator(struct auth *a)
{
	a->cred.kind = AUTH_EMULATOR;
	a->origin = mem_str("GL_EMULATOR_HOST");
	a->identity = mem_str("nobody: the emulator asks for no credentials");
	a->grant.token = mem_str("emulator");
	a->grant.expiry = clock_wall() + 3600;
	trail(a, "GL_EMULATOR_HOST: %s; its token stands for no identity",
	    a->env.emulator);
	return 0;
}

/* Whether the firmware says that this machine is Google's. */
static bool
on_google(void)
{
	size_t n;
	char *p = fd_slurp("/sys/class/dmi/id/product_name", 256, &n);
	bool yes = p && strncmp(p, "Google", 6) == 0;

	free(p);
	return yes;
}

static int
none(struct auth *a)
{
	return auth_net_refuse(&a->refusal, CODE_CONFIG,
	    "no credentials found: "
	    "run gcloud auth application-default login, or set "
	    "GOOGLE_APPLICATION_CREDENTIALS to a key file; the Gemini "
	    "Developer API takes a key in GEMINI_API_KEY instead");
}

/* The last resort: the machine itself, or else an API key. */
static int
use_metadata(struct auth *a)
{
	bool sure = a->env.metadata_host || on_google();
	struct auth_refusal r;
	int rc;

	if (a->env.no_gce) {
		trail(a, "metadata server: not asked (NO_GCE_CHECK)");
		return none(a);
	}
	if (!sure) {
		rc = auth_fetch_probe(&a->net, &a->env, &r);
		if (rc != 0) {
			trail(a, "metadata server: none (%s)", r.why);
			if (rc <= CODE_SIGNAL)
				return none(a);
			a->refusal = r;
			return rc;
		}
	}
	a->cred.kind = AUTH_METADATA;
	a->origin = mem_str(a->env.metadata_host ? a->env.metadata_host :
	    "metadata.google.internal");
	a->identity = mem_str("the service account of this machine");
	trail(a, "metadata server: %s", sure ? "there" : "answers");
	return 0;
}

/* The user's login by gcloud; 1 if there is none. */
static int
use_gcloud(struct auth *a)
{
	char *path;
	int rc = 1;

	if (!a->env.gcloud) {
		trail(a, "gcloud's login: no HOME");
		return rc;
	}
	path = path_join(a->env.gcloud,
	    "application_default_credentials.json");
	if (access(path, F_OK) == 0)
		rc = use_file(a, path);
	else
		trail(a, "%s: not there", path);
	free(path);
	return rc;
}

/* What the user named takes precedence over the usual order. */
static int
named(struct auth *a)
{
	if (a->o->key_file)
		return use_key_file(a, a->o->key_file);
	if (a->o->file)
		return use_file(a, a->o->file);
	if (a->env.emulator)
		return use_emulator(a);
	return 1;
}

/* The API key that gl-auth mint needs. */
static int
look_for_key(struct auth *a)
{
	if (a->o->key_file)
		return use_key_file(a, a->o->key_file);
	if (a->env.key)
		return use_key(a, a->env.key, a->env.key_name);
	if (a->env.emulator)
		return use_key(a, "emulator", "GL_EMULATOR_HOST");
	return auth_net_refuse(&a->refusal, CODE_CONFIG,
	    "an API key is needed: "
	    "set GEMINI_API_KEY or give --key-file; keys are made at "
	    "https://aistudio.google.com/apikey");
}

static int
look(struct auth *a)
{
	int rc;

	if (a->o->keys)
		return look_for_key(a);
	rc = named(a);
	if (rc != 1)
		return rc;
	if (a->env.file) {
		trail(a, "GOOGLE_APPLICATION_CREDENTIALS: set");
		return use_file(a, a->env.file);
	}
	trail(a, "GOOGLE_APPLICATION_CREDENTIALS: not set");
	rc = use_gcloud(a);
	if (rc != 1)
		return rc;
	if (a->env.key && !a->env.metadata_host && !on_google())
		return use_key(a, a->env.key, a->env.key_name);
	return use_metadata(a);
}

int
auth_find(struct auth *a)
{
	int rc;

	if (a->net.endpoint && !auth_text_safe_url(a->net.endpoint))
		return auth_net_refuse(&a->refusal, CODE_CONFIG,
		    "%s is neither "
		    "https nor on this machine; credentials go over https only",
		    a->emulator_url ? "GL_EMULATOR_HOST" : "the endpoint");
	rc = look(a);
	if (rc == 0)
		auth_env_project(&a->project, &a->env, &a->cred,
		    a->o->project, a->o->quota_project);
	return rc;
}

void
auth_ask_details(struct auth *a)
{
	char *email;

	if (a->cred.kind != AUTH_METADATA)
		return;
	email = auth_fetch_line(&a->net, &a->env,
	    "instance/service-accounts/default/email");
	if (email) {
		free(a->identity);
		a->identity = email;
	}
	if (!a->project.id) {
		a->project.id = auth_fetch_line(&a->net, &a->env,
		    "project/project-id");
		a->project.from = "the metadata server";
	}
}

int
auth_get(struct auth *a)
{
	struct auth_kept k = { .net = &a->net, .env = &a->env,
		.cred = &a->cred, .scopes = &a->scopes,
		.scopes_text = a->scopes_text, .digest = a->digest,
		.no_cache = a->o->no_cache, .grant = &a->grant,
		.refusal = &a->refusal };
	int rc;

	if (a->cred.kind == AUTH_API_KEY)
		return auth_net_refuse(&a->refusal, CODE_CONFIG, "%s holds %s, "
		    "which needs no access token: gl-session uses it as it is, "
		    "'gl-auth check' tries it",
		    a->origin, a->identity);
	if (a->cred.kind == AUTH_EMULATOR)
		return 0;
	rc = auth_kept_get(&k);
	a->cached = k.cached;
	return rc;
}

const char *
auth_why(const struct auth *a)
{
	return a->refusal.why;
}

const char *
auth_trail(const struct auth *a)
{
	return a->trail.data ? a->trail.data : "";
}

enum auth_kind
auth_kind(const struct auth *a)
{
	return a->cred.kind;
}

const char *
auth_identity(const struct auth *a)
{
	return a->identity ? a->identity : auth_cred_identity(&a->cred);
}

const char *
auth_scopes(const struct auth *a)
{
	return a->scopes_text;
}

const char *
auth_origin(const struct auth *a)
{
	return a->origin ? a->origin : "";
}

const char *
auth_project(const struct auth *a, const char **from)
{
	if (from)
		*from = a->project.from;
	return a->project.id;
}

const char *
auth_quota_project(const struct auth *a, const char **from)
{
	if (from)
		*from = a->project.quota_from;
	return a->project.quota;
}

const char *
auth_token(const struct auth *a)
{
	return a->grant.token;
}

int64_t
auth_expiry(const struct auth *a)
{
	return a->grant.expiry;
}

bool
auth_cached(const struct auth *a)
{
	return a->cached;
}

struct auth_net *
auth_net(struct auth *a)
{
	return &a->net;
}
