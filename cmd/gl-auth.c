/*
 * Finds a Google user's credentials and prints an access token for them, checks
 * them against the service, or makes an ephemeral token.
 */
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "auth/check.h"
#include "auth/mint.h"
#include "auth/net.h"
#include "auth/text.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "base/opt.h"

enum verb { VERB_TOKEN, VERB_CHECK, VERB_MINT };
enum form { FORM_TOKEN, FORM_HEADER, FORM_JSON, FORM_EXPLAIN };
enum { SCOPES_MAX = 32, SETUP_MAX = 1 << 20, CA_MAX = 4 << 20 };

struct gl_auth {
	struct auth_options auth;
	const char *scopes[SCOPES_MAX + 1];
	size_t nscopes;
	enum verb verb;
	enum form form;
	const char *model, *location;
	struct auth_mint mint;
	const char *setup;
	char *ca;
	struct loop *loop;
	struct auth *a;
};

static void
note(void *arg, int level, const char *text)
{
	(void)arg;
	if (level == 0)
		log_warn("%s", text);
	else
		log_info(level, "%s", text);
}

static void
on_signal(void *arg, int signo)
{
	struct gl_auth *g = arg;

	auth_interrupt(g->a, signo);
}

static void
add_scope(struct gl_auth *g, const char *scope)
{
	if (g->nscopes == SCOPES_MAX || strpbrk(scope, " ,\t\n"))
		log_die(CODE_USAGE, "--scope: at most %d scopes, one word "
		    "each", SCOPES_MAX);
	g->scopes[g->nscopes++] = scope;
	g->auth.scopes = g->scopes;
}

/* Writes a buffer that holds a secret, and wipes it. */
static int
put_out(struct buf *b)
{
	int rc = 0;

	if (fwrite(b->data, 1, b->len, stdout) != b->len ||
	    fflush(stdout) == EOF) {
		log_error("standard output:");
		rc = CODE_IO;
	}
	buf_wipe(b);
	return rc;
}

static int
failed(struct gl_auth *g, int code)
{
	if (code < CODE_SIGNAL)
		log_error("%s", auth_why(g->a));
	return code;
}

static void
set(struct json *j, const char *key, const char *value)
{
	if (value)
		json_set(j, key, json_string(value));
}

static void
json_text(struct gl_auth *g, struct buf *b)
{
	struct json *j = json_object();
	char stamp[AUTH_STAMP];

	if (auth_kind(g->a) != AUTH_API_KEY) {
		set(j, "access_token", auth_token(g->a));
		auth_text_stamp(stamp, auth_expiry(g->a), false);
		set(j, "expire_time", stamp);
		json_set(j, "expires_in", json_integer(auth_expiry(g->a) -
		    clock_wall()));
	}
	set(j, "kind", auth_cred_kind(auth_kind(g->a)));
	set(j, "identity", auth_identity(g->a));
	set(j, "project_id", auth_project(g->a, NULL));
	set(j, "quota_project_id", auth_quota_project(g->a, NULL));
	set(j, "scopes", auth_scopes(g->a));
	json_print(j, b);
	buf_byte(b, '\n');
	json_wipe(j);
}

static void
explain_value(struct buf *b, const char *name, const char *value,
    const char *from)
{
	if (value)
		buf_printf(b, "%s: %s (%s)\n", name, value, from);
	else
		buf_printf(b, "%s: not known\n", name);
}

/* What was looked at and found, and what came of it, without a secret. */
static int
explain(struct gl_auth *g, int code)
{
	const char *project, *quota, *from = NULL, *quota_from = NULL;
	char stamp[AUTH_STAMP];
	struct buf b;
	int rc;

	buf_init(&b, 1 << 20);
	buf_str(&b, auth_trail(g->a));
	if (auth_kind(g->a) != AUTH_NONE) {
		project = auth_project(g->a, &from);
		quota = auth_quota_project(g->a, &quota_from);
		buf_printf(&b, "kind: %s\nidentity: %s\n",
		    auth_cred_kind(auth_kind(g->a)), auth_identity(g->a));
		explain_value(&b, "project", project, from);
		explain_value(&b, "quota project", quota, quota_from);
		if (auth_kind(g->a) != AUTH_API_KEY)
			buf_printf(&b, "scopes: %s\n", auth_scopes(g->a));
	}
	if (code == 0 && auth_kind(g->a) != AUTH_API_KEY) {
		auth_text_stamp(stamp, auth_expiry(g->a), false);
		buf_printf(&b, "token: %s, good until %s (%" PRId64 " min)\n",
		    auth_cached(g->a) ? "from the cache" : "new", stamp,
		    (auth_expiry(g->a) - clock_wall()) / 60);
	} else if (code != 0)
		buf_printf(&b, "no token: %s\n", auth_why(g->a));
	rc = put_out(&b);
	return rc ? rc : code;
}

/* Prints the token in the form that was asked for. */
static int
token(struct gl_auth *g)
{
	bool key;
	struct buf b;
	int rc = auth_find(g->a);

	key = rc == 0 && auth_kind(g->a) == AUTH_API_KEY &&
	    g->form != FORM_TOKEN;
	if (rc == 0 && !key)
		rc = auth_get(g->a);
	if (rc == 0 && (g->form == FORM_JSON || g->form == FORM_EXPLAIN))
		auth_ask_details(g->a);
	if (g->form == FORM_EXPLAIN)
		return explain(g, rc);
	if (rc != 0)
		return failed(g, rc);
	buf_init(&b, 1 << 20);
	buf_room(&b, 32768);	/* grows no more, so leaves no copies */
	if (g->form == FORM_JSON)
		json_text(g, &b);
	else if (g->form == FORM_TOKEN)
		buf_printf(&b, "%s\n", auth_token(g->a));
	else
		buf_printf(&b, "%s%s\n", key ? "x-goog-api-key: " :
		    "Authorization: Bearer ", auth_token(g->a));
	return put_out(&b);
}

/* Whether the service lets the identity in. */
static int
check(struct gl_auth *g)
{
	struct auth_refusal r;
	struct buf b;
	int rc = auth_find(g->a);

	if (rc == 0 && auth_kind(g->a) != AUTH_API_KEY)
		rc = auth_get(g->a);
	if (rc != 0)
		return failed(g, rc);
	auth_ask_details(g->a);
	buf_init(&b, 65536);
	rc = auth_check(g->a, g->model, g->location ? g->location :
	    opt_env("GOOGLE_CLOUD_LOCATION"), &b, &r);
	if (rc != 0) {
		buf_done(&b);
		if (rc < CODE_SIGNAL)
			log_error("%s", r.why);
		return rc;
	}
	return put_out(&b);
}

/* The setup to lock, from its file. */
static void
read_setup(struct gl_auth *g)
{
	char why[200];
	size_t n;
	char *p = fd_slurp(g->setup, SETUP_MAX, &n);

	if (!p)
		log_die(CODE_NOINPUT, "%s:", g->setup);
	g->mint.setup = auth_mint_setup(p, n, why, sizeof why);
	free(p);
	if (!g->mint.setup)
		log_die(CODE_DATA, "%s: %s", g->setup, why);
}

/* Prints an ephemeral token's answer in the form that was asked for. */
static int
print_minted(struct gl_auth *g, struct json *answer)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_room(&b, 32768);
	if (g->form == FORM_JSON)
		json_print(answer, &b);
	else
		buf_printf(&b, "%s%s", g->form == FORM_HEADER ?
		    "Authorization: Token " : "",
		    json_get_str(answer, "name", ""));
	buf_byte(&b, '\n');
	return put_out(&b);
}

static int
mint(struct gl_auth *g)
{
	const char *warnings[AUTH_MINT_WARNINGS];
	struct auth_refusal r;
	struct json *answer;
	size_t i, n;
	int rc;

	if (g->setup)
		read_setup(g);
	n = auth_mint_warnings(&g->mint, warnings);
	for (i = 0; i < n; i++)
		log_warn("%s", warnings[i]);
	rc = auth_find(g->a);
	if (rc != 0) {
		failed(g, rc);
		goto done;
	}
	rc = auth_mint(auth_net(g->a), auth_token(g->a), &g->mint, &answer,
	    &r);
	if (rc == 0) {
		rc = print_minted(g, answer);
		json_wipe(answer);
	} else if (rc < CODE_SIGNAL)
		log_error("%s", r.why);
done:
	json_free(g->mint.setup);
	return rc;
}

static _Noreturn void
usage(void)
{
	log_usage("usage: gl-auth [-qv] [--header | --json | --explain] "
	    "[--scope scope]...\n"
	    "               [--no-cache] [common]\n"
	    "       gl-auth check [-qv] [-m model] [--location location] "
	    "[common]\n"
	    "       gl-auth mint [-qv] [--header | --json] [--uses n] "
	    "[--expire time]\n"
	    "               [--new-session-expire time] [--setup file] "
	    "[--lock fields]\n"
	    "               [--api-version version] [common]\n"
	    "common: [--credentials file] [--key-file file] "
	    "[--project project]\n"
	    "        [--quota-project project] [--endpoint url] "
	    "[--cacert file] [--timeout time]\n");
}

enum {
	O_API_VERSION = 256, O_CACERT, O_CREDENTIALS, O_ENDPOINT, O_EXPIRE,
	O_EXPLAIN, O_HEADER, O_HELP, O_JSON, O_KEY_FILE, O_LOCATION, O_LOCK,
	O_NEW_SESSION_EXPIRE, O_NO_CACHE, O_PROJECT, O_QUOTA_PROJECT, O_SCOPE,
	O_SETUP, O_TIMEOUT, O_USES
};

static const struct option longs[] = {
	{ "api-version", required_argument, NULL, O_API_VERSION },
	{ "cacert", required_argument, NULL, O_CACERT },
	{ "credentials", required_argument, NULL, O_CREDENTIALS },
	{ "endpoint", required_argument, NULL, O_ENDPOINT },
	{ "expire", required_argument, NULL, O_EXPIRE },
	{ "explain", no_argument, NULL, O_EXPLAIN },
	{ "header", no_argument, NULL, O_HEADER },
	{ "help", no_argument, NULL, O_HELP },
	{ "json", no_argument, NULL, O_JSON },
	{ "key-file", required_argument, NULL, O_KEY_FILE },
	{ "location", required_argument, NULL, O_LOCATION },
	{ "lock", required_argument, NULL, O_LOCK },
	{ "model", required_argument, NULL, 'm' },
	{ "new-session-expire", required_argument, NULL,
	    O_NEW_SESSION_EXPIRE },
	{ "no-cache", no_argument, NULL, O_NO_CACHE },
	{ "project", required_argument, NULL, O_PROJECT },
	{ "quiet", no_argument, NULL, 'q' },
	{ "quota-project", required_argument, NULL, O_QUOTA_PROJECT },
	{ "scope", required_argument, NULL, O_SCOPE },
	{ "setup", required_argument, NULL, O_SETUP },
	{ "timeout", required_argument, NULL, O_TIMEOUT },
	{ "uses", required_argument, NULL, O_USES },
	{ "verbose", no_argument, NULL, 'v' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 }
};

static void
read_ca(struct gl_auth *g, const char *path)
{
	free(g->ca);
	g->ca = fd_slurp(path, CA_MAX, NULL);
	if (!g->ca)
		log_die(CODE_NOINPUT, "%s:", path);
	g->auth.ca = g->ca;
}

/* Seconds from an option's time. */
static int64_t
seconds(const char *name, int64_t max)
{
	return opt_time(name, optarg, 1000000, 1000000, max * 1000000) /
	    1000000;
}

/* Options of check and mint. */
static void
verb_option(struct gl_auth *g, int c)
{
	enum verb wants = c == 'm' || c == O_LOCATION ? VERB_CHECK : VERB_MINT;

	if (g->verb != wants)
		log_die(CODE_USAGE, "that option is for gl-auth %s; try "
		    "'gl-auth --help'", wants == VERB_MINT ? "mint" : "check");
	switch (c) {
	case 'm': g->model = optarg; break;
	case O_API_VERSION: g->mint.version = optarg; break;
	case O_EXPIRE:
		g->mint.expire_s = seconds("--expire", AUTH_MINT_MAX_S);
		break;
	case O_LOCATION: g->location = optarg; break;
	case O_LOCK: g->mint.lock = optarg; break;
	case O_NEW_SESSION_EXPIRE:
		g->mint.start_s = seconds("--new-session-expire",
		    AUTH_MINT_MAX_S);
		break;
	case O_SETUP: g->setup = optarg; break;
	case O_USES:
		g->mint.uses = (int)opt_int("--uses", optarg, 0, INT32_MAX);
		break;
	}
}

static void
option(struct gl_auth *g, int c)
{
	switch (c) {
	case O_CACERT: read_ca(g, optarg); break;
	case O_CREDENTIALS: g->auth.file = optarg; break;
	case O_ENDPOINT: g->auth.endpoint = optarg; break;
	case O_EXPLAIN: g->form = FORM_EXPLAIN; break;
	case O_HEADER: g->form = FORM_HEADER; break;
	case O_HELP: usage();
	case O_JSON: g->form = FORM_JSON; break;
	case O_KEY_FILE: g->auth.key_file = optarg; break;
	case O_NO_CACHE: g->auth.no_cache = true; break;
	case O_PROJECT: g->auth.project = optarg; break;
	case O_QUOTA_PROJECT: g->auth.quota_project = optarg; break;
	case O_SCOPE: add_scope(g, optarg); break;
	case O_TIMEOUT:
		g->auth.timeout_ms = (int)(opt_time("--timeout", optarg,
		    1000000, 100000, 600000000) / 1000);
		break;
	case 'q': log_quieter(); break;
	case 'v': log_louder(); break;
	case 'V': log_version();
	default: verb_option(g, c);
	}
}

/* Options stand behind the verb, or before it where they are common. */
static void
arguments(struct gl_auth *g, int argc, char *argv[])
{
	int c;

	for (;;) {
		while ((c = opt_next(argc, argv, "m:qvV", longs)) != -1)
			option(g, c);
		if (optind == argc)
			break;
		if (g->verb == VERB_TOKEN && strcmp(argv[optind], "check") ==
		    0)
			g->verb = VERB_CHECK;
		else if (g->verb == VERB_TOKEN && strcmp(argv[optind],
		    "mint") == 0)
			g->verb = VERB_MINT;
		else
			log_die(CODE_USAGE, "%s: not wanted; try 'gl-auth "
			    "--help'", argv[optind]);
		optind++;
	}
	if (g->mint.lock && strcmp(g->mint.lock, "set") == 0 && !g->setup)
		log_die(CODE_USAGE, "--lock set wants --setup");
	if (g->form == FORM_EXPLAIN && g->verb != VERB_TOKEN)
		log_die(CODE_USAGE, "--explain stands alone");
	g->auth.keys = g->verb == VERB_MINT;
}

int
main(int argc, char *argv[])
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
	struct gl_auth g = { .mint = { .uses = -1, .expire_s = -1,
		.start_s = -1 } };
	size_t i;
	int rc;

	log_init("gl-auth");
	g.auth.note = note;
	arguments(&g, argc, argv);
	g.loop = loop_new();
	g.a = auth_new(g.loop, &g.auth);
	for (i = 0; i < sizeof ends / sizeof *ends; i++)
		loop_signal(g.loop, ends[i], on_signal, &g);
	rc = g.verb == VERB_CHECK ? check(&g) :
	    g.verb == VERB_MINT ? mint(&g) : token(&g);
	auth_free(g.a);
	loop_free(g.loop);
	free(g.ca);
	return rc;
}
