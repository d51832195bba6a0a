/* gl-emulator: serves WebSocket clients on loopback as the Live API does. */
#include <errno.h>
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

/* Lines of files, terminated by NULL. */
struct list {
	char *v[LIST_MAX + 1];
	size_t n;
};

struct options {
	struct host_opts host;
	struct list keys, tokens;
	struct opt_list origins;
	struct opt_list key_files, token_files, models, names, scenarios;
	bool tls, expired;
	const char *ca;
	int ready_fd;
	struct buf cert, key;
	char *auth, *address;
	const char *auth_path;
	struct loop *loop;
	struct emuhost *server;
	int code;			/* once something has failed */
};

static const struct opt_name brains[] = {
	{ "parrot", EMULATOR_PARROT }, { "tone", EMULATOR_TONE }, { NULL, 0 }
};

static const struct opt_name bursts[] = { { "max", -1 }, { NULL, 0 } };

static void
add(struct list *l, char *s)
{
	if (l->n == LIST_MAX)
		log_die(CODE_USAGE, "more than %d keys or tokens", LIST_MAX);
	l->v[l->n++] = s;
}

/* Adds the lines of a file, each as a string. */
static void
add_lines(struct list *l, const char *path)
{
	size_t len;
	char *text = fd_slurp(path, FILE_MAX, &len), *p, *end;

	if (!text)
		log_die(CODE_NOINPUT, "%s:", path);
	for (p = text; *p; p = end) {
		end = p + strcspn(p, "\r\n");
		if (end > p)
			add(l, mem_copy(p, (size_t)(end - p)));
		end += strspn(end, "\r\n");
	}
	mem_wipe(text, len);
	free(text);
}

/* A built-in brain, or a command. */
static int
set_brain(void *arg, const char *text, char *why, size_t size)
{
	struct options *o = arg;
	const struct opt_name *b = brains;

	(void)why;
	(void)size;
	while (b->name && strcmp(b->name, text) != 0)
		b++;
	o->host.brain = b->name ? NULL : text;
	o->host.emulator.brain = b->name ? (enum emulator_brain)b->value :
	    EMULATOR_PROGRAM;
	return CODE_OK;
}

/* An IPv6 address may be in brackets, as in a URL. */
static int
set_host(void *arg, const char *text, char *why, size_t size)
{
	struct options *o = arg;
	size_t n = strlen(text);
	bool six = n > 2 && text[0] == '[' && text[n - 1] == ']';

	(void)why;
	(void)size;
	free(o->address);
	o->address = six ? mem_copy(text + 1, n - 2) : mem_str(text);
	o->host.host = o->address;
	return CODE_OK;
}

/* Sets what the emulated service ignores. */
static int
set_ignore(void *arg, const char *text, char *why, size_t size)
{
	struct emulator_options *e = &((struct options *)arg)->host.emulator;

	if (strcmp(text, "audio-stream-end") == 0)
		e->ignore_stream_end = true;
	else if (strcmp(text, "parameters-json-schema") == 0)
		e->ignore_json_schema = true;
	else if (strcmp(text, "will-continue") == 0)
		e->abandon_continue = true;
	else {
		snprintf(why, size, "'%.40s' is none of: audio-stream-end "
		    "parameters-json-schema will-continue", text);
		return CODE_USAGE;
	}
	return CODE_OK;
}

#define AT(member) OPT_AT(struct options, member)
#define LONG OPT_TIME(OPT_MS, OPT_S, 0, 1000 * OPT_HOUR)

static const struct opt options[] = {
	OPT_GROUP("Where it listens"),
	{ "port", 'p', OPT_INT(0, 65535), AT(host.port), "n",
	    "on this port (a free one)" },
	{ "host", 0, OPT_CALL(set_host), OPT_NOWHERE, "address",
	    "there instead of 127.0.0.1" },
	{ "ready-fd", 0, OPT_INT(1, 1023), AT(ready_fd), "n",
	    "write the address to this descriptor" },
	{ "origin", 0, OPT_LIST, AT(origins), "origin",
	    "let pages of this site connect, too" },
	{ "capacity", 0, OPT_INT(1, 1000000), AT(host.emulator.capacity), "n",
	    "connections at once" },
	{ "tls", 0, OPT_FLAG, AT(tls), NULL,
	    "wss, with a certificate made on the fly" },
	{ "ca", 0, OPT_FILE, AT(ca), "file",
	    "write the CA's certificate there" },
	{ "name", 0, OPT_LIST, AT(names), "host",
	    "a certificate for this host instead" },
	{ "expired", 0, OPT_FLAG, AT(expired), NULL,
	    "a certificate that has ended" },
	OPT_GROUP("What answers"),
	{ "brain", 'b', OPT_CALL(set_brain), OPT_NOWHERE, "brain",
	    "parrot, tone, or a command that speaks gl-stream" },
	{ "scenario", 's', OPT_LIST, AT(scenarios), "file",
	    "rules: faults, tool calls, answers" },
	{ "think", 0, LONG, AT(host.emulator.think_ms), "time",
	    "before an answer begins (0)" },
	{ "tone", 0, LONG, AT(host.emulator.tone_ms), "time",
	    "length of a tone answer (1.5s)" },
	{ "burst", 0, OPT_INT_OR(bursts, 1, 100000), AT(host.emulator.burst),
	    "n|max", "send sound faster than it plays (4)" },
	{ "speed", 0, OPT_NUM(0.01, 100000), AT(host.speed), "n",
	    "its time runs so much faster" },
	{ "seed", 0, OPT_INT(0, INT64_MAX), AT(host.emulator.seed), "n",
	    "of all random choices (0)" },
	OPT_GROUP("The service"),
	{ "model", 0, OPT_LIST, AT(models), "name",
	    "one more model that is there" },
	{ "context-tokens", 0, OPT_INT(1, 100000000),
	    AT(host.emulator.context_tokens), "n",
	    "size of the context window" },
	{ "life", 0, LONG, AT(host.emulator.life_ms), "time",
	    "of a connection (no end)" },
	{ "notice", 0, LONG, AT(host.emulator.notice_ms), "time",
	    "goAway so long before that (10s)" },
	{ "handle-life", 0, LONG, AT(host.emulator.handle_ms), "time",
	    "of resumption handles (2h)" },
	{ "index-base", 0, OPT_INT(0, 1), AT(host.emulator.index_base),
	    "0|1", "of transparent resumption (0)" },
	{ "strict-fields", 0, OPT_FLAG, AT(host.emulator.strict_fields), NULL,
	    "refuse fields that it does not know" },
	{ "ignore", 0, OPT_CALL(set_ignore), OPT_NOWHERE, "what",
	    "a part of the protocol, as some models do" },
	OPT_GROUP("Who is let in"),
	{ "key-file", 0, OPT_LIST, AT(key_files), "file",
	    "only these API keys, one a line" },
	{ "token-file", 0, OPT_LIST, AT(token_files), "file",
	    "only these tokens, one a line" },
	{ "auth", 0, OPT_FILE, AT(auth_path), "file",
	    "settings of the token endpoints" },
	OPT_GROUP("What is kept"),
	{ "log", 0, OPT_FILE, AT(host.log), "file",
	    "what came and went, as gl-stream(5)" },
	{ "save-audio", 0, OPT_FILE, AT(host.audio_dir), "folder",
	    "what was heard" },
	{ "save-images", 0, OPT_FILE, AT(host.image_dir), "folder",
	    "what was seen" },
	{ "read-qr", 0, OPT_FLAG, AT(host.qr), NULL,
	    "log the codes in pictures (zbarimg)" },
	OPT_END
};

static void
read_auth(struct options *o)
{
	if (!o->auth_path)
		return;
	o->auth = fd_slurp(o->auth_path, FILE_MAX, &o->host.auth_len);
	if (!o->auth)
		log_die(CODE_NOINPUT, "%s:", o->auth_path);
	o->host.auth = o->auth;
}

/* Reads the files that the options name. */
static void
read_files(struct options *o)
{
	size_t i;

	for (i = 0; i < o->key_files.n; i++)
		add_lines(&o->keys, o->key_files.v[i]);
	for (i = 0; i < o->token_files.n; i++)
		add_lines(&o->tokens, o->token_files.v[i]);
	read_auth(o);
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

/* Makes a certificate, current or a year old, for this machine's names. */
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
	if (crypt_cert_new(ca, o->names.n ? (const char *const *)o->names.v :
	    here, from, until, &o->cert, &o->key) != 0)
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
		bad = emulator_scenario(host_core(o->server), text, n, why,
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
	bool failed = emulator_failed(host_core(o->server)) > 0;

	loop_stop(o->loop, failed ? CODE_PROTOCOL : o->code);
}

static void
on_signal(void *arg, int signo)
{
	struct options *o = arg;

	/* the next signal ends it at once */
	loop_signal(o->loop, signo, NULL, NULL);
	host_stop(o->server, stopped, o);
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
	    host_port(o->server));

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

/* Checks that a folder for kept data exists. */
static void
folder(const char *path)
{
	struct stat st;

	if (path && (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)))
		log_die(CODE_NOINPUT, "%s: no folder", path);
}

/* Checks for options that need others, and for missing folders. */
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
	o->host.origins = o->origins.v;
	if (o->tls)
		make_certificate(o);
	o->server = host_open(o->loop, &o->host, &code, why, sizeof(why));
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
	int code;

	log_init("gl-emulator");
	buf_init(&o.cert, FILE_MAX);
	buf_init(&o.key, FILE_MAX);
	opt_operands(argc, argv, opt_read(options, "", &o, argc, argv, 1), 0);
	look(&o);
	read_files(&o);
	o.host.trouble = trouble;
	o.host.arg = &o;
	o.loop = loop_new();
	open_server(&o);
	loop_ends(o.loop, on_signal, &o);
	ready(&o);
	code = loop_run(o.loop);
	host_free(o.server);
	loop_free(o.loop);
	buf_wipe(&o.key);
	buf_done(&o.cert);
	free(o.auth);
	free(o.address);
	free_list(&o.keys);
	free_list(&o.tokens);
	return code;
}
