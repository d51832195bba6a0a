/* Finds a Google user's credentials and prints an access token for them. */
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "auth.h"
#include "auth_text.h"
#include "buf.h"
#include "clock.h"
#include "json.h"
#include "log.h"
#include "loop.h"
#include "mem.h"
#include "opt.h"

enum form { FORM_TOKEN, FORM_HEADER, FORM_JSON, FORM_EXPLAIN };
enum { SCOPES_MAX = 32 };

struct gl_auth {
	struct auth_options auth;
	const char *scopes[SCOPES_MAX + 1];
	size_t nscopes;
	enum form form;
	struct loop *loop;
	struct auth *a;
};

/* A dump of this program would hold keys and tokens. */
static void
no_dumps(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
#ifdef __linux__
	/* a core_pattern that pipes to a program asks for this, not the limit */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

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

static _Noreturn void
usage(void)
{
	printf("usage: gl-auth [-qv] [--header | --json | --explain] "
	    "[--credentials file]\n"
	    "           [--key-file file] [--scope scope]... "
	    "[--project project]\n"
	    "           [--quota-project project] [--endpoint url] "
	    "[--cacert file]\n"
	    "           [--timeout time] [--no-cache]\n");
	exit(fflush(stdout) == EOF ? CODE_IO : CODE_OK);
}

enum {
	O_CACERT = 256, O_CREDENTIALS, O_ENDPOINT, O_EXPLAIN, O_HEADER, O_HELP,
	O_JSON, O_KEY_FILE, O_NO_CACHE, O_PROJECT, O_QUOTA_PROJECT, O_SCOPE,
	O_TIMEOUT
};

static const struct option longs[] = {
	{ "cacert", required_argument, NULL, O_CACERT },
	{ "credentials", required_argument, NULL, O_CREDENTIALS },
	{ "endpoint", required_argument, NULL, O_ENDPOINT },
	{ "explain", no_argument, NULL, O_EXPLAIN },
	{ "header", no_argument, NULL, O_HEADER },
	{ "help", no_argument, NULL, O_HELP },
	{ "json", no_argument, NULL, O_JSON },
	{ "key-file", required_argument, NULL, O_KEY_FILE },
	{ "no-cache", no_argument, NULL, O_NO_CACHE },
	{ "project", required_argument, NULL, O_PROJECT },
	{ "quota-project", required_argument, NULL, O_QUOTA_PROJECT },
	{ "scope", required_argument, NULL, O_SCOPE },
	{ "timeout", required_argument, NULL, O_TIMEOUT },
	{ "verbose", no_argument, NULL, 'v' },
	{ "version", no_argument, NULL, 'V' },
	{ "quiet", no_argument, NULL, 'q' },
	{ NULL, 0, NULL, 0 }
};

static void
option(struct gl_auth *g, int c)
{
	switch (c) {
	case O_CACERT: g->auth.cafile = optarg; break;
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
	}
}

int
main(int argc, char *argv[])
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
	struct gl_auth g = { .form = FORM_TOKEN };
	int c, rc;
	size_t i;

	log_init("gl-auth");
	no_dumps();
	g.auth.note = note;
	while ((c = opt_next(argc, argv, "qvV", longs)) != -1)
		option(&g, c);
	if (optind < argc)
		log_die(CODE_USAGE, "%s: not wanted; try 'gl-auth --help'",
		    argv[optind]);
	g.loop = loop_new();
	g.a = auth_new(g.loop, &g.auth);
	for (i = 0; i < sizeof ends / sizeof *ends; i++)
		loop_signal(g.loop, ends[i], on_signal, &g);
	rc = token(&g);
	auth_free(g.a);
	loop_free(g.loop);
	return rc;
}
