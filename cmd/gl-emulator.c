/* gl-emulator: reads WebSocket clients on loopback, writes the service's side
 * of the Live API. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/crypt.h"
#include "emulator/host/host.h"
#include "emulator/emulator.h"
#include "base/fd.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "base/opt.h"

enum {
	LIST_MAX = 256,
	FILE_MAX = 16 << 20,
	YEAR_S = 365 * 24 * 60 * 60
};

/* Strings given by options, ended by NULL. */
struct list {
	char *v[LIST_MAX + 1];
	size_t n;
};

struct options {
	struct emuhost_opts host;
	struct list keys, tokens, models, names, scenarios;
	bool tls, expired;
	const char *ca;
	int ready_fd;
	struct buf cert, key;
	char *auth;
	const char *auth_path;
	struct loop *loop;
	struct emuhost *server;
	int code;			/* once something failed */
};

enum {
	OPT_AUTH = 256, OPT_BURST, OPT_CA, OPT_CAPACITY, OPT_CONTEXT,
	OPT_EXPIRED, OPT_HANDLE_LIFE, OPT_HELP, OPT_HOST, OPT_INDEX_BASE,
	OPT_KEY_FILE, OPT_LIFE, OPT_LOG, OPT_MODEL, OPT_NAME, OPT_NOTICE,
	OPT_READ_QR, OPT_READY_FD, OPT_SAVE_AUDIO, OPT_SAVE_IMAGES, OPT_SEED,
	OPT_SPEED, OPT_THINK, OPT_TLS, OPT_TOKEN_FILE, OPT_TONE
};

static const struct option longopts[] = {
	{ "auth", required_argument, NULL, OPT_AUTH },
	{ "brain", required_argument, NULL, 'b' },
	{ "burst", required_argument, NULL, OPT_BURST },
	{ "ca", required_argument, NULL, OPT_CA },
	{ "capacity", required_argument, NULL, OPT_CAPACITY },
	{ "context-tokens", required_argument, NULL, OPT_CONTEXT },
	{ "expired", no_argument, NULL, OPT_EXPIRED },
	{ "handle-life", required_argument, NULL, OPT_HANDLE_LIFE },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "host", required_argument, NULL, OPT_HOST },
	{ "index-base", required_argument, NULL, OPT_INDEX_BASE },
	{ "key-file", required_argument, NULL, OPT_KEY_FILE },
	{ "life", required_argument, NULL, OPT_LIFE },
	{ "log", required_argument, NULL, OPT_LOG },
	{ "model", required_argument, NULL, OPT_MODEL },
	{ "name", required_argument, NULL, OPT_NAME },
	{ "notice", required_argument, NULL, OPT_NOTICE },
	{ "port", required_argument, NULL, 'p' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "read-qr", no_argument, NULL, OPT_READ_QR },
	{ "ready-fd", required_argument, NULL, OPT_READY_FD },
	{ "save-audio", required_argument, NULL, OPT_SAVE_AUDIO },
	{ "save-images", required_argument, NULL, OPT_SAVE_IMAGES },
	{ "scenario", required_argument, NULL, 's' },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "speed", required_argument, NULL, OPT_SPEED },
	{ "think", required_argument, NULL, OPT_THINK },
	{ "tls", no_argument, NULL, OPT_TLS },
	{ "token-file", required_argument, NULL, OPT_TOKEN_FILE },
	{ "tone", required_argument, NULL, OPT_TONE },
	{ "verbose", no_argument, NULL, 'v' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 }
};

static const struct opt_name brains[] = {
	{ "parrot", EMULATOR_PARROT }, { "tone", EMULATOR_TONE }, { NULL, 0 }
};

static _Noreturn void
usage(void)
{
	log_usage("usage: gl-emulator [-qv] [-b brain] [-p port] [-s file]... "
	    "[long options]\n"
	    "  -b, --brain NAME       parrot (says back what it hears), tone, "
	    "or a\n                         command that speaks gl-stream(5)\n"
	    "  -p, --port N           listen there; a free port unless told\n"
	    "  -s, --scenario FILE    rules: faults, tool calls, answers\n"
	    "      --auth FILE        settings of the token endpoints\n"
	    "      --burst N|max      sound faster than it plays, 4 times\n"
	    "      --ca FILE          writes the CA's certificate there\n"
	    "      --capacity N       connections at once\n"
	    "      --context-tokens N size of the context window\n"
	    "      --expired          with a certificate that has ended\n"
	    "      --handle-life TIME of resumption handles, 2h unless told\n"
	    "      --host ADDRESS     listen there; 127.0.0.1 unless told\n"
	    "      --index-base 0|1   of transparent resumption, 0\n"
	    "      --key-file FILE    only these API keys, one a line\n"
	    "      --life TIME        of a connection, no end unless told\n"
	    "      --log FILE         what came and went, as gl-stream(5)\n"
	    "      --model NAME       one more model that is there\n"
	    "      --name NAME        certificate for this host instead\n"
	    "      --notice TIME      goAway so long before the end, 10s\n"
	    "      --read-qr          logs the codes in pictures (zbarimg)\n"
	    "      --ready-fd N       writes its address there\n"
	    "      --save-audio DIR   keeps what was heard\n"
	    "      --save-images DIR  and seen\n"
	    "      --seed N           of all random choices\n"
	    "      --speed N          its time runs so much faster\n"
	    "      --think TIME       before an answer begins\n"
	    "      --tls              wss, with a certificate made on the fly\n"
	    "      --token-file FILE  only these tokens, one a line\n"
	    "      --tone TIME        length of a tone answer, 1.5s unless "
	    "told\n"
	    "  -q, -v, -V, --help     quiet, more talk, version, this text\n");
}

static void
add(struct list *l, char *s)
{
	if (l->n == LIST_MAX)
		log_die(CODE_USAGE, "more than %d of one kind", LIST_MAX);
	l->v[l->n++] = s;
}

/* The lines of a file, each a string. */
static void
add_lines(struct list *l, const char *path)
{
	size_t len;
	char *text = fd_slurp(path, FILE_MAX, &len), *p, *end;

	if (!text)
		log_die(CODE_NOINPUT, "%s:", path);
	for (p = text; *p; p = end) {
		end = p + strcspn(p, "\r\n");
		if (end > p) {
			add(l, mem_copy(p, (size_t)(end - p)));
		}
		end += strspn(end, "\r\n");
	}
	mem_wipe(text, len);
	free(text);
}

static int64_t
ms(const char *name)
{
	return opt_time(name, optarg, 1000000, 0,
	    (int64_t)1000 * 3600 * 1000000) / 1000;
}

static int
burst(void)
{
	if (strcmp(optarg, "max") == 0)
		return -1;
	return (int)opt_int("--burst", optarg, 1, 100000);
}

/* A brain of ours, or a command. */
static void
brain(struct options *o)
{
	const struct opt_name *b = brains;

	while (b->name && strcmp(b->name, optarg) != 0)
		b++;
	o->host.brain = b->name ? NULL : optarg;
	o->host.emulator.brain = b->name ? (enum emulator_brain)b->value :
	    EMULATOR_PROGRAM;
}

/* An IPv6 address may stand in brackets, as it does in a URL. */
static void
set_host(struct options *o, char *text)
{
	size_t n = strlen(text);

	if (n > 2 && text[0] == '[' && text[n - 1] == ']') {
		text[n - 1] = '\0';
		text++;
	}
	o->host.host = text;
}

/* The options that describe the service. */
static bool
service_option(struct options *o, int c)
{
	struct emulator_options *e = &o->host.emulator;

	switch (c) {
	case 'b': brain(o); break;
	case OPT_BURST: e->burst = burst(); break;
	case OPT_CAPACITY:
		e->capacity = (size_t)opt_int("--capacity", optarg, 1, 1000000);
		break;
	case OPT_CONTEXT:
		e->context_tokens = opt_int("--context-tokens", optarg, 1,
		    100000000);
		break;
	case OPT_HANDLE_LIFE: e->handle_ms = ms("--handle-life"); break;
	case OPT_INDEX_BASE:
		e->index_base = (int)opt_int("--index-base", optarg, 0, 1);
		break;
	case OPT_LIFE: e->life_ms = ms("--life"); break;
	case OPT_MODEL:
		if (!*optarg)
			log_die(CODE_USAGE, "--model: a name wanted");
		add(&o->models, mem_str(optarg));
		break;
	case OPT_NOTICE: e->notice_ms = ms("--notice"); break;
	case OPT_SEED:
		e->seed = (uint64_t)opt_int("--seed", optarg, 0, INT64_MAX);
		break;
	case OPT_THINK: e->think_ms = ms("--think"); break;
	case OPT_TONE: e->tone_ms = ms("--tone"); break;
	default: return false;
	}
	return true;
}

static void
slurp_auth(struct options *o)
{
	free(o->auth);
	o->auth_path = optarg;
	o->auth = fd_slurp(optarg, FILE_MAX, &o->host.auth_len);
	if (!o->auth)
		log_die(CODE_NOINPUT, "%s:", optarg);
	o->host.auth = o->auth;
}

static void
option(struct options *o, int c)
{
	if (service_option(o, c))
		return;
	switch (c) {
	case 'p': o->host.port = (int)opt_int("-p", optarg, 0, 65535); break;
	case 'q': log_quieter(); break;
	case 's': add(&o->scenarios, mem_str(optarg)); break;
	case 'v': log_louder(); break;
	case 'V': log_version();
	case OPT_AUTH: slurp_auth(o); break;
	case OPT_CA: o->ca = optarg; break;
	case OPT_EXPIRED: o->expired = true; break;
	case OPT_HOST: set_host(o, optarg); break;
	case OPT_KEY_FILE: add_lines(&o->keys, optarg); break;
	case OPT_LOG: o->host.log = optarg; break;
	case OPT_NAME: add(&o->names, mem_str(optarg)); break;
	case OPT_READ_QR: o->host.qr = true; break;
	case OPT_READY_FD:
		o->ready_fd = (int)opt_int("--ready-fd", optarg, 1, 1023);
		break;
	case OPT_SAVE_AUDIO: o->host.audio_dir = optarg; break;
	case OPT_SAVE_IMAGES: o->host.image_dir = optarg; break;
	case OPT_SPEED:
		o->host.speed = opt_num("--speed", optarg, 0.01, 100000);
		break;
	case OPT_TLS: o->tls = true; break;
	case OPT_TOKEN_FILE: add_lines(&o->tokens, optarg); break;
	default: usage();
	}
}

static void
write_ca(const char *path, const struct buf *pem)
{
	char *target = fd_target(path);

	if (!target && errno == 0)
		log_die(CODE_IO, "%s: not a regular file", path);
	if (!target || fd_replace(target, pem->data, pem->len, 0644) != 0)
		log_die(CODE_IO, "%s:", path);
	free(target);
}

/* A certificate of today (or of last year) for this machine's names. */
static void
make_certificate(struct options *o)
{
	static const char *const here[] = { "localhost", "127.0.0.1", "::1",
	    NULL };
	struct crypt_ca *ca = crypt_ca_new("gl-emulator");
	int64_t from = o->expired ? -YEAR_S : -3600;
	int64_t until = o->expired ? -3600 : YEAR_S;
	struct buf pem;

	buf_init(&pem, FILE_MAX);
	if (crypt_cert_new(ca, o->names.n ?
	    (const char *const *)o->names.v : here, from, until, &o->cert,
	    &o->key) != 0)
		log_die(CODE_BUG, "cannot make a certificate");
	crypt_ca_pem(ca, &pem);
	if (o->ca)
		write_ca(o->ca, &pem);
	buf_done(&pem);
	crypt_ca_free(ca);
	o->host.cert = o->cert.data;
	o->host.key = o->key.data;
}

static void
load_scenarios(struct options *o)
{
	char why[300], *text;
	size_t i, n;
	int bad;

	for (i = 0; i < o->scenarios.n; i++) {
		text = fd_slurp(o->scenarios.v[i], FILE_MAX, &n);
		if (!text)
			log_die(CODE_NOINPUT, "%s:", o->scenarios.v[i]);
		bad = emulator_scenario(emuhost_core(o->server), text, n, why,
		    sizeof(why));
		free(text);
		if (bad)
			log_die(CODE_DATA, "%s: %s", o->scenarios.v[i], why);
	}
}

static void
stopped(void *arg)
{
	struct options *o = arg;
	bool failed = emulator_failed(emuhost_core(o->server)) > 0;

	loop_stop(o->loop, failed ? CODE_PROTOCOL : o->code);
}

static void
on_signal(void *arg, int signo)
{
	struct options *o = arg;

	/* the next one ends it at once */
	loop_signal(o->loop, signo, NULL, NULL);
	emuhost_stop(o->server, stopped, o);
}

static void
ready(const struct options *o)
{
	char line[300];
	const char *host = o->tls ? o->names.n ? o->names.v[0] : "localhost" :
	    o->host.host ? o->host.host : "127.0.0.1";
	bool six = strchr(host, ':') != NULL;
	int n = snprintf(line, sizeof(line), "%s%s%s%s:%d\n",
	    o->tls ? "wss://" : "", six ? "[" : "", host, six ? "]" : "",
	    emuhost_port(o->server));

	log_info(o->ready_fd < 0 ? 0 : 1, "listening on %.*s", n - 1, line);
	if (o->ready_fd < 0)
		return;
	if (fd_write_all(o->ready_fd, line, (size_t)n) != 0)
		log_die(CODE_IO, "ready descriptor %d:", o->ready_fd);
	if (o->ready_fd > 2)
		close(o->ready_fd);
}

static void
free_list(struct list *l)
{
	while (l->n > 0)
		free(l->v[--l->n]);
}

/* A folder for what is kept. */
static void
folder(const char *path)
{
	struct stat st;

	if (path && (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)))
		log_die(CODE_NOINPUT, "%s: no folder", path);
}

/* What has no meaning alone, and what is not there. */
static void
look(const struct options *o)
{
	if (!o->tls && (o->ca || o->expired || o->names.n))
		log_die(CODE_USAGE, "%s goes with --tls", o->ca ? "--ca" :
		    o->expired ? "--expired" : "--name");
	folder(o->host.audio_dir);
	folder(o->host.image_dir);
}

static void
trouble(void *arg, int code, const char *text)
{
	struct options *o = arg;

	if (code == CODE_OK) {
		log_warn("%s", text);
		return;
	}
	log_error("%s", text);
	o->code = code;
}

static void
open_server(struct options *o)
{
	struct emulator_options *e = &o->host.emulator;
	char why[300];
	int code;

	if (o->keys.n)
		e->keys = (const char *const *)o->keys.v;
	if (o->tokens.n)
		e->tokens = (const char *const *)o->tokens.v;
	if (o->models.n)
		e->models = (const char *const *)o->models.v;
	if (o->tls)
		make_certificate(o);
	o->server = emuhost_open(o->loop, &o->host, &code, why, sizeof(why));
	if (!o->server)
		log_die(code, "%s%s%s", code == CODE_DATA ? o->auth_path : "",
		    code == CODE_DATA ? ": " : "", why);
	load_scenarios(o);
}

int
main(int argc, char *argv[])
{
	struct options o = { .ready_fd = -1,
	    .host.emulator.notice_ms = 10000 };
	int c, code;

	log_init("gl-emulator");
	buf_init(&o.cert, FILE_MAX);
	buf_init(&o.key, FILE_MAX);
	while ((c = opt_next(argc, argv, "b:p:qs:vV", longopts)) != -1)
		option(&o, c);
	opt_operands(argc, argv, 0);
	look(&o);
	o.host.trouble = trouble;
	o.host.arg = &o;
	o.loop = loop_new();
	open_server(&o);
	loop_signal(o.loop, SIGINT, on_signal, &o);
	loop_signal(o.loop, SIGTERM, on_signal, &o);
	loop_signal(o.loop, SIGHUP, on_signal, &o);
	ready(&o);
	code = loop_run(o.loop);
	emuhost_free(o.server);
	loop_free(o.loop);
	buf_wipe(&o.key);
	buf_done(&o.cert);
	free(o.auth);
	free_list(&o.keys);
	free_list(&o.tokens);
	free_list(&o.models);
	free_list(&o.names);
	free_list(&o.scenarios);
	return code;
}
