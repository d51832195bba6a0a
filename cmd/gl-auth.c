/*
 * gl-auth: finds a Google user's credentials and prints an access token for
 * them, checks them against the service, or makes an ephemeral token.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
#include "base/opt.h"
#include "base/secret.h"

enum verb { VERB_TOKEN, VERB_CHECK, VERB_MINT };
enum form { FORM_TOKEN, FORM_HEADER, FORM_JSON, FORM_EXPLAIN };
enum { SCOPES_MAX = 32, SETUP_MAX = 1 << 20, CA_MAX = 4 << 20 };

struct gl_auth {
	struct auth_options auth;
	struct opt_list scopes;
	enum verb verb;
	enum form form;
	const char *model, *location;
	struct auth_mint mint;
	const char *setup, *cacert;
	char *ca;
	struct loop *loop;
	struct auth *a;
};

static void
on_signal(void *arg, int signo)
{
	struct gl_auth *g = arg;

	auth_interrupt(g->a, signo);
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
	if (isatty(1))
		json_tame(b, 0);
	buf_byte(b, '\n');
	json_wipe(j);
}

static void
explain_value(struct buf *b, const char *name, const char *value,
    const char *from)
{
	if (value)
		auth_text_line(b, "%s: %s (%s)", name, value, from);
	else
		auth_text_line(b, "%s: not known", name);
}

/* Explains where it looked, what it found, and the result; no secrets. */
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
		auth_text_line(&b, "kind: %s",
		    auth_cred_kind(auth_kind(g->a)));
		auth_text_line(&b, "identity: %s", auth_identity(g->a));
		explain_value(&b, "project", project, from);
		explain_value(&b, "quota project", quota, quota_from);
		if (auth_kind(g->a) != AUTH_API_KEY)
			auth_text_line(&b, "scopes: %s", auth_scopes(g->a));
	}
	if (code == 0 && auth_kind(g->a) != AUTH_API_KEY) {
		auth_text_stamp(stamp, auth_expiry(g->a), false);
		buf_printf(&b, "token: %s, good until %s (%" PRId64 " min)\n",
		    auth_cached(g->a) ? "from the cache" : "new", stamp,
		    (auth_expiry(g->a) - clock_wall()) / 60);
	} else if (code != 0)
		auth_text_line(&b, "no token: %s", auth_why(g->a));
	rc = put_out(&b);
	return rc ? rc : code;
}

/* Prints the token in the requested form. */
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
	buf_room(&b, 32768);	/* never grows, so leaves no copies behind */
	if (g->form == FORM_JSON)
		json_text(g, &b);
	else if (g->form == FORM_TOKEN)
		buf_printf(&b, "%s\n", auth_token(g->a));
	else
		buf_printf(&b, "%s%s\n", key ? "x-goog-api-key: " :
		    "Authorization: Bearer ", auth_token(g->a));
	return put_out(&b);
}

/* Checks whether the service accepts the identity. */
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

/* Reads the setup to lock from its file. */
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

/* Prints the answer with the ephemeral token in the requested form. */
static int
print_minted(struct gl_auth *g, struct json *answer)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_room(&b, 32768);
	if (g->form == FORM_JSON) {
		json_print(answer, &b);
		if (isatty(1))
			json_tame(&b, 0);
	} else
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

#define AT(member) OPT_AT(struct gl_auth, member)

static const struct opt options[] = {
	OPT_GROUP("What is printed"),
	{ "header", 0, OPT_SET(FORM_HEADER), AT(form), NULL,
	    "a header line, for curl -H @-" },
	{ "json", 0, OPT_SET(FORM_JSON), AT(form), NULL,
	    "an object with the token and what is known of it" },
	{ "explain", 0, OPT_SET(FORM_EXPLAIN), AT(form), NULL,
	    "what was looked at and found, without a secret" },
	OPT_GROUP("Credentials"),
	{ "credentials", 0, OPT_SECRET, AT(auth.file), "file",
	    "use this credentials file" },
	{ "key-file", 0, OPT_SECRET, AT(auth.key_file), "file",
	    "use the API key in this file" },
	OPT_WRONG("key", 0, "a key does not belong on a command line, where "
	    "others can see it: --key-file names its file"),
	{ "project", 0, OPT_STR, AT(auth.project), "project",
	    "the project" },
	{ "quota-project", 0, OPT_STR, AT(auth.quota_project), "project",
	    "the project that is charged" },
	{ "scope", 0, OPT_LIST, AT(scopes), "scope",
	    "ask for this one instead; may be given again" },
	{ "no-cache", 0, OPT_FLAG, AT(auth.no_cache), NULL,
	    "neither read nor write the cache" },
	OPT_GROUP("Network"),
	{ "cacert", 0, OPT_FILE, AT(cacert), "file",
	    "trust the authorities in this PEM file only" },
	{ "endpoint", 0, OPT_STR, AT(auth.endpoint), "url",
	    "ask this server instead of Google's" },
	{ "timeout", 0, OPT_TIME(OPT_MS, OPT_S, 100 * OPT_MS, 600 * OPT_S),
	    AT(auth.timeout_ms), "time", "of each request (30s)" },
	OPT_GROUP("gl-auth check"),
	{ "model", 'm', OPT_STR, AT(model), "model", "ask about this model" },
	{ "location", 0, OPT_STR, AT(location), "location",
	    "of the service that is asked (us-central1)" },
	OPT_GROUP("gl-auth mint"),
	{ "uses", 0, OPT_INT(0, INT32_MAX), AT(mint.uses), "n",
	    "fresh sessions the token allows (1)" },
	{ "expire", 0, OPT_TIME(OPT_S, OPT_S, OPT_S, AUTH_MINT_MAX_S *
	    OPT_S), AT(mint.expire_s), "time",
	    "how long the token is good (30m)" },
	{ "new-session-expire", 0, OPT_TIME(OPT_S, OPT_S, OPT_S,
	    AUTH_MINT_MAX_S * OPT_S), AT(mint.start_s), "time",
	    "how long sessions may begin with it (60s)" },
	{ "setup", 0, OPT_FILE, AT(setup), "file",
	    "the setup that the token locks" },
	{ "lock", 0, OPT_STR, AT(mint.lock), "fields",
	    "all, set, or names separated by commas" },
	{ "api-version", 0, OPT_STR, AT(mint.version), "version",
	    "the version that is asked" },
	OPT_END
};

static void
read_ca(struct gl_auth *g)
{
	if (!g->cacert)
		return;
	g->ca = fd_slurp(g->cacert, CA_MAX, NULL);
	if (!g->ca)
		log_die(CODE_NOINPUT, "%s:", g->cacert);
	g->auth.ca = g->ca;
}

static void
check_scopes(struct gl_auth *g)
{
	size_t i;

	for (i = 0; i < g->scopes.n; i++)
		if (i == SCOPES_MAX || strpbrk(g->scopes.v[i], " ,\t\n"))
			log_die(CODE_USAGE, "--scope: at most %d scopes, one "
			    "word each", SCOPES_MAX);
	if (g->scopes.n > 0)
		g->auth.scopes = g->scopes.v;
}

/* Checks the options that go with one verb only. */
static void
check_verb(const struct gl_auth *g)
{
	const struct auth_mint *m = &g->mint;
	bool of_check = g->model || g->location;
	bool of_mint = m->version || m->lock || g->setup || m->uses != -1 ||
	    m->expire_s != -1 || m->start_s != -1;

	if ((of_check && g->verb != VERB_CHECK) ||
	    (of_mint && g->verb != VERB_MINT))
		log_die(CODE_USAGE, "that option is for gl-auth %s; try "
		    "'gl-auth --help'", of_check && g->verb != VERB_CHECK ?
		    "check" : "mint");
	if (m->lock && strcmp(m->lock, "set") == 0 && !g->setup)
		log_die(CODE_USAGE, "--lock set wants --setup");
	if (g->form == FORM_EXPLAIN && g->verb != VERB_TOKEN)
		log_die(CODE_USAGE, "--explain takes no other options");
}

/* Refuses a word that is no verb and says what to run instead. */
static _Noreturn void
not_wanted(const struct gl_auth *g, const char *word)
{
	if (secret_like(word))
		log_die(CODE_USAGE, "a key does not belong on a command line, "
		    "where others can read it: --key-file names its file");
	if (g->verb != VERB_TOKEN)
		log_die(CODE_USAGE, "'%.80s': gl-auth %s takes options only; "
		    "try 'gl-auth --help'", word,
		    g->verb == VERB_CHECK ? "check" : "mint");
	if (strcmp(word, "login") == 0)
		log_die(CODE_USAGE, "login: gl-auth uses the login of gcloud: "
		    "run gcloud auth application-default login, then gl-auth "
		    "check");
	if (access(word, F_OK) == 0)
		log_die(CODE_USAGE, "%s: --credentials goes before a "
		    "credentials file, --key-file before one with a key",
		    word);
	log_die(CODE_USAGE, "'%.80s': 'gl-auth' alone prints a token, "
	    "'gl-auth check' tries the credentials, 'gl-auth mint' makes a "
	    "token for a browser", word);
}

/* Reads options before the verb and after it. */
static void
arguments(struct gl_auth *g, int argc, char *argv[])
{
	int at = 1;

	while ((at = opt_read(options, "[check | mint]", g, argc, argv, at)) <
	    argc) {
		if (g->verb == VERB_TOKEN && strcmp(argv[at], "check") == 0)
			g->verb = VERB_CHECK;
		else if (g->verb == VERB_TOKEN &&
		    strcmp(argv[at], "mint") == 0)
			g->verb = VERB_MINT;
		else
			not_wanted(g, argv[at]);
		at++;
	}
	check_verb(g);
	check_scopes(g);
	/* libcurl reads these itself */
	opt_env_proxy("HTTPS_PROXY", "https_proxy");
	opt_env_proxy("ALL_PROXY", "all_proxy");
	opt_env_proxy("http_proxy", "http_proxy");
	read_ca(g);
	g->auth.keys = g->verb == VERB_MINT;
}

int
main(int argc, char *argv[])
{
	struct gl_auth g = { .mint = { .uses = -1, .expire_s = -1,
		.start_s = -1 } };
	int rc;

	log_init("gl-auth");
	g.auth.note = log_said;
	arguments(&g, argc, argv);
	g.loop = loop_new();
	g.a = auth_new(g.loop, &g.auth);
	loop_ends(g.loop, on_signal, &g);
	rc = g.verb == VERB_CHECK ? check(&g) :
	    g.verb == VERB_MINT ? mint(&g) : token(&g);
	auth_free(g.a);
	loop_free(g.loop);
	free(g.ca);
	return rc;
}
