/* Reads a stream, WAV, raw PCM or text, holds one conversation with the
 * service, writes a stream, raw PCM, text or JSON lines. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "dialog/dialog.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/opts.h"
#include "base/path.h"
#include "dialog/plan.h"
#include "proto/schema.h"
#include "session/state.h"
#include "dialog/token.h"
#include "net/transport.h"
#include "base/utf8.h"
#include "net/wsup.h"

enum {
	FILE_MAX = 8 << 20,		/* of --setup and -T */
	TEXT_MAX = 1 << 20,		/* of -s @file */
	HEADER_MAX = 64 << 10,		/* of --header @file */
	CA_MAX = 4 << 20,		/* of --cacert */
	UNSAID = -1
};

struct conf {
	/* as the options say */
	const char *model, *url, *system, *tools, *state, *setup, *voice;
	const char *language, *greet, *trace, *cacert, *key_file;
	const char *token_cmd, *project, *location, *version, *pace;
	struct opts_list inputs, sets, headers, quirks;
	int backend, form, modality, transcripts, vad;
	int64_t raw, text, check, no_resume, help;
	int64_t rate, token_fd, max_tokens, max_turns;
	int64_t max_us, rotate_us, timeout_us;
	/* made from them */
	struct plan plan;
	struct token *token;
	char *kept[3 + OPTS_LIST_MAX];
	size_t nkept;
	bool no_stdin;			/* closed by whoever started us */
	struct dialog_opts dialog;
};

static const struct opt_name backends[] = {
	{ "gemini", BACKEND_GEMINI }, { "vertex", BACKEND_VERTEX },
	{ NULL, 0 }
};
static const struct opt_name forms[] = {
	{ "stream", SINK_STREAM }, { "pcm", SINK_PCM }, { "text", SINK_TEXT },
	{ "json", SINK_JSON }, { NULL, 0 }
};
static const struct opt_name modalities[] = {
	{ "audio", 0 }, { "text", 1 }, { "video", 2 }, { NULL, 0 }
};
static const char *const wire_modality[] = { "AUDIO", "TEXT", "VIDEO" };
static const struct opt_name sides[] = {
	{ "both", SETUP_HEAR | SETUP_SAY }, { "in", SETUP_HEAR },
	{ "out", SETUP_SAY }, { "none", 0 }, { NULL, 0 }
};
static const struct opt_name vads[] = {
	{ "auto", SETUP_VAD_AUTO }, { "manual", SETUP_VAD_MANUAL },
	{ NULL, 0 }
};

#define AT(member) offsetof(struct conf, member)

static const struct opts options[] = {
	{ "api-version", 0, OPTS_STR, AT(version), 0, 0, NULL },
	{ "backend", 'b', OPTS_WORD, AT(backend), 0, 0, backends },
	{ "cacert", 0, OPTS_STR, AT(cacert), 0, 0, NULL },
	{ "check", 0, OPTS_FLAG, AT(check), 0, 0, NULL },
	{ "format", 'f', OPTS_WORD, AT(form), 0, 0, forms },
	{ "greet", 0, OPTS_STR, AT(greet), 0, 0, NULL },
	{ "header", 0, OPTS_LIST, AT(headers), 0, 0, NULL },
	{ "help", 0, OPTS_FLAG, AT(help), 0, 0, NULL },
	{ "input", 'i', OPTS_LIST, AT(inputs), 0, 0, NULL },
	{ "key-file", 0, OPTS_STR, AT(key_file), 0, 0, NULL },
	{ "language", 0, OPTS_STR, AT(language), 0, 0, NULL },
	{ "location", 0, OPTS_STR, AT(location), 0, 0, NULL },
	{ "max-time", 0, OPTS_TIME, AT(max_us),
	    1000, INT64_C(604800000000), NULL },
	{ "max-tokens", 0, OPTS_INT, AT(max_tokens),
	    1, INT64_C(1) << 40, NULL },
	{ "max-turns", 0, OPTS_INT, AT(max_turns), 1, INT64_C(1) << 30, NULL },
	{ "modality", 0, OPTS_WORD, AT(modality), 0, 0, modalities },
	{ "model", 'm', OPTS_STR, AT(model), 0, 0, NULL },
	{ "no-resume", 0, OPTS_FLAG, AT(no_resume), 0, 0, NULL },
	{ "pace", 0, OPTS_STR, AT(pace), 0, 0, NULL },
	{ "project", 0, OPTS_STR, AT(project), 0, 0, NULL },
	{ "quiet", 'q', OPTS_QUIETER, 0, 0, 0, NULL },
	{ "quirk", 0, OPTS_LIST, AT(quirks), 0, 0, NULL },
	{ "rate", 'R', OPTS_INT, AT(rate), 1000, 384000, NULL },
	{ "raw", 'r', OPTS_FLAG, AT(raw), 0, 0, NULL },
	{ "rotate", 0, OPTS_TIME, AT(rotate_us),
	    1000000, INT64_C(86400000000), NULL },
	{ "set", 0, OPTS_LIST, AT(sets), 0, 0, NULL },
	{ "setup", 0, OPTS_STR, AT(setup), 0, 0, NULL },
	{ "state", 0, OPTS_STR, AT(state), 0, 0, NULL },
	{ "system", 's', OPTS_STR, AT(system), 0, 0, NULL },
	{ "text", 't', OPTS_FLAG, AT(text), 0, 0, NULL },
	{ "timeout", 0, OPTS_TIME, AT(timeout_us),
	    1000, INT64_C(600000000), NULL },
	{ "token-cmd", 0, OPTS_STR, AT(token_cmd), 0, 0, NULL },
	{ "token-fd", 0, OPTS_INT, AT(token_fd), 3, 65535, NULL },
	{ "tools", 'T', OPTS_STR, AT(tools), 0, 0, NULL },
	{ "trace", 0, OPTS_STR, AT(trace), 0, 0, NULL },
	{ "transcripts", 0, OPTS_WORD, AT(transcripts), 0, 0, sides },
	{ "url", 'u', OPTS_STR, AT(url), 0, 0, NULL },
	{ "vad", 0, OPTS_WORD, AT(vad), 0, 0, vads },
	{ "verbose", 'v', OPTS_LOUDER, 0, 0, 0, NULL },
	{ "version", 'V', OPTS_VERSION, 0, 0, 0, NULL },
	{ "voice", 0, OPTS_STR, AT(voice), 0, 0, NULL },
};


static _Noreturn void
usage(void)
{
	log_usage("usage: gl-session [-rtqvV] [-m model] [-b gemini|vertex] "
	    "[-u url] [-i input]...\n"
	    "           [-f stream|pcm|text|json] [-R rate] [-T tools.json] "
	    "[-s text|@file]\n"
	    "           [--api-version v] [--cacert file] [--check] "
	    "[--greet text]\n"
	    "           [--header field|@file] [--key-file file] "
	    "[--language code]\n"
	    "           [--location place] [--max-time time] "
	    "[--max-tokens n] [--max-turns n]\n"
	    "           [--modality audio|text|video] [--no-resume] "
	    "[--pace n|fast] [--project id]\n"
	    "           [--quirk name=value] [--rotate time] "
	    "[--set path=json] [--setup file]\n"
	    "           [--state file] [--timeout time] [--token-cmd command] "
	    "[--token-fd n]\n"
	    "           [--trace file] [--transcripts both|in|out|none] "
	    "[--vad auto|manual]\n           [--voice name]\n");
}

static void
how_to_use(void)
{
	log_error("no input: standard input is a terminal");
	fputs("    gl-mic | gl-session | gl-play              # talk\n"
	    "    gl-session -t                              # type\n"
	    "    gl-session <question.wav >answer.gl        # ask by a file\n"
	    "try 'gl-session --help' or 'man gl-session'\n", stderr);
	exit(CODE_USAGE);
}

/* Keeps a string until the end. */
static char *
keep(struct conf *c, char *s)
{
	if (c->nkept == sizeof(c->kept) / sizeof(c->kept[0]))
		log_die(CODE_USAGE, "too many files");
	return c->kept[c->nkept++] = s;
}

static char *
slurp(const char *path, size_t max, size_t *n)
{
	char *s = fd_slurp(path, max, n);

	if (!s)
		log_die(errno == EFBIG ? CODE_DATA : CODE_NOINPUT, "%s:",
		    path);
	return s;
}

static struct json *
load_json(const char *path)
{
	struct json *j;
	char why[160];
	size_t n;
	char *s;

	s = slurp(path, FILE_MAX, &n);
	j = json_parse(s, n, why, sizeof(why));
	if (!j)
		log_die(CODE_DATA, "%s: %s", path, why);
	free(s);
	return j;
}

/* Words from a file, which is to be UTF-8; a mark before them is dropped. */
static const char *
read_text(struct conf *c, const char *path)
{
	size_t n, from, end;
	const char *s = keep(c, slurp(path, TEXT_MAX, &n));
	int line = 1;

	for (from = 0; from < n && !utf8_valid(s, n); from = end + 1, line++) {
		end = from + strcspn(s + from, "\n");
		if (utf8_valid(s + from, end - from))
			continue;
		log_warn("%s: line %d is not UTF-8: wrong bytes are replaced",
		    path, line);
		break;
	}
	return strncmp(s, "\xef\xbb\xbf", 3) == 0 ? s + 3 : s;
}

/* From flag to environment to default, whatever stands beside the setup. */
static void
read_env(struct conf *c)
{
	const char *use;

	if (!c->project)
		c->project = opt_env("GOOGLE_CLOUD_PROJECT");
	if (!c->location)
		c->location = opt_env("GOOGLE_CLOUD_LOCATION");
	if (c->backend != UNSAID)
		return;
	use = opt_env("GOOGLE_GENAI_USE_ENTERPRISE") ?
	    "GOOGLE_GENAI_USE_ENTERPRISE" : "GOOGLE_GENAI_USE_VERTEXAI";
	c->backend = opt_env_true(use) ? BACKEND_VERTEX : BACKEND_GEMINI;
}

/* The form of the output, and whether model text is all that is wanted. */
static void
choose_form(struct conf *c)
{
	struct sink_opts *s = &c->dialog.sink;
	bool terminal = isatty(1), seen = isatty(2) && log_level() >= 0;

	if (c->form == UNSAID)
		c->form = c->raw ? SINK_PCM : terminal ? SINK_TEXT :
		    SINK_STREAM;
	if (terminal && (c->form == SINK_PCM || c->form == SINK_STREAM))
		log_die(CODE_USAGE, "sound is not for a terminal: pipe it "
		    "into gl-play, or use -f text");
	s->form = (enum sink_form)c->form;
	s->fd = 1;
	s->live = terminal && c->form == SINK_TEXT;
	s->labels = s->live && !c->text;
	s->model_captions = c->form != SINK_TEXT;
	s->captions = seen && !terminal ? 2 : -1;
	s->colour = !opt_env("NO_COLOR") && opt_env("TERM") &&
	    strcmp(opt_env("TERM"), "dumb") != 0;
}

/* Whether a name is that of standard input: two readers of one pipe would take
 * each other's bytes. */
static bool
is_stdin(const char *path)
{
	struct stat a, b;

	return strcmp(path, "-") == 0 || (fstat(0, &a) == 0 &&
	    stat(path, &b) == 0 && S_ISFIFO(a.st_mode) &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino);
}

/* What is wrong whatever the input and output are. */
static void
check_options(struct conf *c)
{
	size_t i;

	for (i = 0; i < c->inputs.n; i++)
		if (is_stdin(c->inputs.v[i]))
			log_die(CODE_USAGE, "-i %s: standard input is an "
			    "input in any case", c->inputs.v[i]);
	if (c->raw && c->text)
		log_die(CODE_USAGE, "-r and -t exclude each other");
	if (c->state && *c->state == '\0')
		log_die(CODE_USAGE, "--state: an empty file name");
	if (c->pace && strcmp(c->pace, "fast") != 0)
		c->dialog.feed.pace = opt_num("--pace", c->pace, 0.01, 1000);
}

/* Text output wants a model that writes, or a transcript. */
static void
check_words(const struct conf *c)
{
	const struct json *setup = c->plan.setup;
	const char *word = json_str(json_first(json_path(setup,
	    "generationConfig.responseModalities")));

	if (c->form == SINK_TEXT && !(word && strcmp(word, "TEXT") == 0) &&
	    !json_get(setup, "outputAudioTranscription") &&
	    !(c->dialog.sink.labels &&
	    json_get(setup, "inputAudioTranscription")))
		log_die(CODE_USAGE, "-f text has nothing to print: the "
		    "transcript of the model's speech is not asked for "
		    "(--transcripts out)");
}

static void
choose_input(struct conf *c)
{
	struct dialog_opts *d = &c->dialog;

	d->inputs = c->inputs.v;
	d->ninputs = c->inputs.n;
	d->standard = !c->no_stdin && (c->text || !isatty(0));
	d->typed = isatty(0);
	d->form = c->text ? INTAKE_TEXT : c->raw ? INTAKE_PCM : INTAKE_GUESS;
	d->feed.rate = (int)c->rate;
	if (!d->standard && !d->ninputs) {
		if (!c->no_stdin)
			how_to_use();
		log_die(CODE_USAGE, "no input: standard input is closed and "
		    "no -i is given");
	}
}

static const char *
env_key(void)
{
	const char *key = opt_env("GOOGLE_API_KEY");

	return key ? key : opt_env("GEMINI_API_KEY");
}

/* How gl-auth is run; on Vertex AI these variables are no credentials. */
static const char *const auth_words[] = { "--json", NULL };
static const char *const keys[] = { "GOOGLE_API_KEY", "GEMINI_API_KEY", NULL };

struct search {
	struct conf *conf;
	struct loop *loop;
};

static void
found(void *arg, const struct token_reply *r)
{
	struct search *s = arg;

	if (r->project)
		s->conf->project = keep(s->conf, mem_str(r->project));
	loop_stop(s->loop, CODE_OK);
}

static void
not_found(void *arg, int code, const char *why)
{
	struct search *s = arg;

	log_error("%s", why);
	loop_stop(s->loop, code);
}

/* The project that the credentials belong to, where none is named. */
static int
find_project(struct conf *c)
{
	static const struct token_ops ops = { found, not_found };
	struct search s = { c, loop_new() };
	struct token_opts o = { .fd = UNSAID, .without = keys };
	struct token *t;
	int code;

	o.program = keep(c, path_program("gl-auth"));
	o.words = auth_words;
	t = token_new(s.loop, &o);
	token_ask(t, &ops, &s);
	code = loop_run(s.loop);
	token_free(t);
	loop_free(s.loop);
	if (code == CODE_OK && !c->project)
		log_die(CODE_CONFIG, "no project: --project or "
		    "GOOGLE_CLOUD_PROJECT");
	return code;
}

static bool
wants_project(const struct conf *c)
{
	return c->backend == BACKEND_VERTEX && !c->project && !c->url &&
	    !c->check && !opt_env("GL_EMULATOR_HOST") && !c->token_cmd &&
	    !c->key_file && c->token_fd == UNSAID && !env_key();
}

/* Everything that the plan is made from. */
static int
make_plan(struct conf *c)
{
	struct plan_wish w = {
		.backend = (enum backend)c->backend, .setup = {
			.model = c->model, .system = c->system,
			.voice = c->voice, .language = c->language,
			.transcripts = c->transcripts,
			.vad = (enum setup_vad)c->vad, .sets = c->sets.v,
			.nsets = c->sets.n
		},
		.tools_name = c->tools, .text_only = c->form == SINK_TEXT,
		.quirks = c->quirks.v, .nquirks = c->quirks.n,
		.url = c->url, .project = c->project,
		.location = c->location, .version = c->version,
		.key_file = c->key_file, .token_cmd = c->token_cmd,
		.token_fd = (int)c->token_fd, .no_secret = c->check
	};
	struct json *base = c->setup ? load_json(c->setup) : NULL;
	struct json *tools = c->tools ? load_json(c->tools) : NULL;
	char why[256];
	int code;

	w.emulator = opt_env("GL_EMULATOR_HOST");
	w.env_key = env_key();
	w.setup.base = base;
	w.tools = tools;
	if (c->system && *c->system == '@')
		w.setup.system = read_text(c, c->system + 1);
	if (c->modality != UNSAID)
		w.setup.modality = wire_modality[c->modality];
	code = plan_make(&c->plan, &w, why, sizeof(why));
	if (code)
		log_error("%s", why);
	json_free(base);
	json_free(tools);
	return code;
}

/* The field's value stays unsaid: it may be a credential. */
static void
check_header(const char *h, const char *from, int line)
{
	size_t name = strspn(h, "!#$%&'*+-.^_`|~0123456789"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
	const char *p;

	for (p = h; *p == '\t' || ((unsigned char)*p >= ' ' && *p != 0x7f); p++)
		continue;
	if (name > 0 && h[name] == ':' && *p == '\0') {
		if (wsup_is_ours(h))
			log_die(CODE_USAGE, "--header: %.*s is the upgrade's "
			    "own field", (int)name, h);
		return;
	}
	if (*from == '@')
		log_die(CODE_DATA, "%s: line %d is not of the form "
		    "'Name: value'", from + 1, line);
	log_die(CODE_USAGE, "--header: a field is not of the form "
	    "'Name: value'");
}

/* Cuts the lines of one --header and adds those that are not empty. */
static void
add_headers(struct opts_list *all, char *p, const char *from)
{
	char *end;
	bool last = *p == '\0';
	int line;

	for (line = 1; !last; line++, p = end + 1) {
		if (all->n == OPTS_LIST_MAX)
			log_die(CODE_USAGE, "--header: more than %d fields",
			    OPTS_LIST_MAX);
		end = p + strcspn(p, "\n");
		last = *end == '\0';
		*end = '\0';
		if (end > p && end[-1] == '\r')
			end[-1] = '\0';
		if (*p == '\0')
			continue;
		check_header(p, from, line);
		all->v[all->n++] = p;
	}
}

/* --header: fields as given, or a file of them. */
static void
make_headers(struct conf *c)
{
	struct opts_list all = { .n = 0 };
	const char *from;
	size_t i;

	for (i = 0; i < c->headers.n; i++) {
		from = c->headers.v[i];
		add_headers(&all, keep(c, *from != '@' ? mem_str(from) :
		    slurp(from + 1, HEADER_MAX, NULL)), from);
	}
	all.v[all.n] = NULL;
	c->headers = all;
}

static void
make_link(struct conf *c)
{
	struct link_opts *l = &c->dialog.link;
	const char *proxy = opt_env("HTTPS_PROXY");

	l->url = c->plan.where.url;
	l->credential = c->plan.where.credential;
	l->token = c->token;
	l->quota_project = opt_env("GOOGLE_CLOUD_QUOTA_PROJECT");
	l->headers = c->headers.v;
	if (c->cacert)
		l->ca = keep(c, slurp(c->cacert, CA_MAX, NULL));
	l->cafile = opt_env("SSL_CERT_FILE");
	l->cadir = opt_env("SSL_CERT_DIR");
	if (!proxy)
		proxy = opt_env("https_proxy");
	if (!endpoint_is_loopback(l->url))
		l->proxy = proxy;
	l->no_proxy = opt_env("NO_PROXY") ? opt_env("NO_PROXY") :
	    opt_env("no_proxy");
	l->connect_ms = (int)(c->timeout_us / 1000);
}

static void
make_session(struct conf *c)
{
	struct session_config *s = &c->dialog.session;

	session_defaults(s);
	s->family = &c->plan.family;
	s->setup = c->plan.setup;
	s->resume = !c->no_resume;
	s->transparent = s->resume && c->plan.family.transparent;
	s->greet = c->greet;
	s->seed = (uint64_t)clock_us() ^ (uint64_t)getpid() << 32;
	/* else as the family's connections live; goAway comes earlier */
	if (c->rotate_us)
		s->life_ms = c->rotate_us / 1000 + s->ahead_ms;
	s->max_ms = c->max_us / 1000;
	s->max_tokens = c->max_tokens;
	s->max_turns = c->max_turns;
	if (c->timeout_us) {
		s->setup_ms = c->timeout_us / 1000;
		s->dial_ms = TOKEN_WAIT_MS + 2 * s->setup_ms;
	}
}

static void
tell(enum session_level level, const char *text)
{
	if (level == SESSION_ERROR)
		log_error("%s", text);
	else if (level == SESSION_WARN)
		log_warn("%s", text);
	else
		log_info(level == SESSION_INFO ? 1 : 2, "%s", text);
}

static void
check_file(const char *path)
{
	if (path && access(path, R_OK) != 0)
		log_die(CODE_NOINPUT, "%s:", path);
}

/* --check: says what is known to be refused, without dialling. */
static int
check(const struct conf *c)
{
	struct findings f;
	size_t i, fatal;

	check_file(c->key_file);
	check_file(c->cacert);
	for (i = 0; i < c->inputs.n; i++)
		check_file(c->inputs.v[i]);
	findings_init(&f);
	schema_findings(c->plan.setup, "BidiGenerateContentSetup", "setup",
	    (enum backend)c->backend, &f);
	family_check(&c->plan.family, c->plan.setup, c->plan.where.version, &f);
	for (i = 0; i < f.n; i++)
		printf("%s: %s: %s%s%s\n", f.v[i].path, f.v[i].fatal ?
		    "refused" : "doubtful", f.v[i].text,
		    f.v[i].remedy ? "; " : "",
		    f.v[i].remedy ? f.v[i].remedy : "");
	fatal = findings_fatal(&f);
	if (f.n == 0)
		/* a gateway's query may hold a secret */
		printf("no fault found: %s (%s, family %s) at %.*s\n",
		    c->plan.where.model, family_backend_name((enum backend)
		    c->backend), family_name(&c->plan.family),
		    (int)strcspn(c->plan.where.url, "?"), c->plan.where.url);
	findings_done(&f);
	if (fflush(stdout) != 0)
		log_die(CODE_IO, "standard output:");
	return fatal ? CODE_CONFIG : CODE_OK;
}

/* -v: what the conversation is with, and the kind of its secret. */
static void
say_plan(const struct conf *c)
{
	const struct token_opts *t = &c->plan.token;

	log_info(1, "model %s (%s, family %s)", c->plan.where.model,
	    family_backend_name((enum backend)c->backend),
	    family_name(&c->plan.family));
	if (t->file)
		log_info(1, "credentials: key file %s", t->file);
	else if (t->command)
		log_info(1, "credentials: --token-cmd");
	else if (t->fd != UNSAID)
		log_info(1, "credentials: descriptor %d", t->fd);
	else
		log_info(1, "credentials: %s", c->plan.gl_auth ?
		    "token by gl-auth" : !t->key ? "none" :
		    opt_env("GOOGLE_API_KEY") ? "GOOGLE_API_KEY" :
		    "GEMINI_API_KEY");
}

static void
free_conf(struct conf *c)
{
	size_t i;

	for (i = 0; i < c->nkept; i++) {
		mem_wipe(c->kept[i], strlen(c->kept[i]));
		free(c->kept[i]);
	}
	plan_done(&c->plan);
}

static int
converse(struct conf *c)
{
	struct state *state = NULL;
	struct loop *loop;
	char why[256];
	int code;

	if (c->token_fd != UNSAID && fcntl((int)c->token_fd, F_GETFD) < 0)
		log_die(CODE_USAGE, "--token-fd %d: no such descriptor is "
		    "open; 3<file opens number 3", (int)c->token_fd);
	say_plan(c);
	if (c->plan.gl_auth) {
		c->plan.token.program = keep(c, path_program("gl-auth"));
		c->plan.token.words = auth_words;
	}
	c->plan.token.without = keys;
	transport_init();
	loop = loop_new();
	c->token = token_new(loop, &c->plan.token);
	make_link(c);
	make_session(c);
	if (c->state) {
		state = state_open(c->state, &code, why, sizeof(why));
		if (!state)
			log_die(code, "%s", why);
		c->dialog.session.state = state;
	}
	c->dialog.program = log_prog();
	c->dialog.trace = c->trace;
	c->dialog.tell = tell;
	code = dialog_run(loop, &c->dialog);
	state_close(state);
	token_free(c->token);
	loop_free(loop);
	transport_exit();
	return code;
}

int
main(int argc, char *argv[])
{
	struct conf c = {
		.backend = UNSAID, .form = UNSAID, .modality = UNSAID,
		.transcripts = UNSAID,
		.token_fd = UNSAID, .rate = 16000
	};
	int code = CODE_OK;

	log_init("gl-session");
	c.no_stdin = log_stdin_closed();
	opts_read(options, sizeof(options) / sizeof(options[0]), &c, argc,
	    argv);
	if (c.help)
		usage();
	if (optind != argc)
		log_die(CODE_USAGE, "no operand is wanted: %s (it reads "
		    "standard input: <%s; further inputs are named by -i)",
		    argv[optind], argv[optind]);
	check_options(&c);
	make_headers(&c);
	read_env(&c);
	if (!c.check) {
		choose_form(&c);
		choose_input(&c);
	}
	if (wants_project(&c))
		code = find_project(&c);
	if (code == CODE_OK)
		code = make_plan(&c);
	if (code == CODE_OK) {
		check_words(&c);
		code = c.check ? check(&c) : converse(&c);
	}
	free_conf(&c);
	return code;
}
