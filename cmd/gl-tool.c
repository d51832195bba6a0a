/* gl-tool: a stream with tool calls in, the stream passed on, answers out. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asker.h"
#include "buf.h"
#include "caller.h"
#include "fd.h"
#include "input.h"
#include "json.h"
#include "log.h"
#include "loop.h"
#include "mcptool.h"
#include "mem.h"
#include "names.h"
#include "opt.h"
#include "output.h"
#include "path.h"
#include "proc.h"
#include "servers.h"
#include "stream.h"
#include "toolbox.h"

enum {
	ENV_MAX = 250,
	OUT_HOLD = 4 << 20,		/* queued: no more is read */
	OUT_MAX = 80 << 20,		/* above it by the largest record */
	ANSWERS_MAX = 64 << 20,		/* queued for the session */
	SWEEP_MS = 20,
	STALL_MS = 2000,		/* answers nobody reads, at the end */
	END_MS = 1500			/* from a signal to our end */
};

struct gltool {
	struct loop *loop;
	struct stream_reader *reader;
	struct output *out, *answers;
	struct toolbox *box;
	struct caller *caller;
	struct caller_opts opts;
	struct servers *servers;
	struct asker *asker;
	const char *env[ENV_MAX + 1];
	char *owned[ENV_MAX];		/* those of env, to be freed */
	size_t n_env;
	const char *answers_path, *log_path;
	char *ack, *confirm;		/* lists of names.h */
	bool gone;			/* a server, with its tools */
	bool left_out;			/* a tool, for a reason that was told */
	bool terminal;			/* standard output is one */
	bool declare, loaded, ended, over, hurry;
	int code, log_fd;
	size_t queued;			/* answers, when last looked at */
	int64_t stalled;		/* since when, at the end */
	struct timer end, sweep;
};

static void check_end(struct gltool *);

static void
told(void *arg, int level, const char *text)
{
	(void)arg;
	if (level < 0)
		log_error("%s", text);
	else if (level == 0)
		log_warn("%s", text);
	else
		log_info(level, "%s", text);
}

static void
server_told(void *arg, int level, const char *text)
{
	struct gltool *t = arg;

	t->gone = t->gone || level < 0;
	t->left_out = t->left_out || level == 0;
	told(t, level, text);
}

/* Answers go behind what is queued; no reader, no answers. */
static void
answer(void *arg, const char *line, size_t n)
{
	struct gltool *t = arg;

	if (output_add(t->answers, line, n, NULL, 0) == -1)
		log_warn("nobody reads the answers: one was dropped");
}

static void
write_line(void *arg, const char *line, size_t n)
{
	struct gltool *t = arg;

	if (t->log_fd != -1 && fd_write_all(t->log_fd, line, n) == -1) {
		log_error("%s:", t->log_path);
		t->code = t->code != 0 ? t->code : CODE_IO;
		close(t->log_fd);
		t->log_fd = -1;
	}
}

static void
print_declarations(struct gltool *t)
{
	struct json *j = toolbox_declarations(t->box);
	struct buf b;

	buf_init(&b, 64 << 20);
	json_pretty(j, &b);
	buf_byte(&b, '\n');
	if (fd_write_all(1, b.data, b.len) == -1) {
		log_error("standard output:");
		t->code = CODE_IO;
	}
	if (t->code == 0 && (t->gone || (toolbox_size(t->box) == 0 &&
	    t->left_out)))
		t->code = CODE_CONFIG;
	json_free(j);
	buf_done(&b);
}

/* Whether --confirm and --ack name tools only: where a name is misspelt, the
 * tool that was meant would run unasked. */
static bool
check_names(struct gltool *t, int level)
{
	const struct { const char *option, *list; } lists[] = {
		{ "--confirm", t->confirm }, { "--ack", t->ack }
	};
	char why[2304], text[2400];
	bool good = true;
	size_t i;

	for (i = 0; i < 2; i++) {
		if (!names_unknown(lists[i].list, t->box, why, sizeof(why)))
			continue;
		snprintf(text, sizeof(text), "%s %s", lists[i].option, why);
		told(t, level, text);
		good = false;
	}
	return good;
}

/* The new list for the running session (contextUpdate). */
static void
send_context(struct gltool *t)
{
	struct json *j;
	struct buf b;

	/* before there are answers nobody was told the old one */
	if (t->answers == NULL || !toolbox_changed(t->box))
		return;
	check_names(t, 0);
	j = toolbox_declarations(t->box);
	buf_init(&b, STREAM_HEAD_MAX);
	stream_head(&b, "context");
	stream_json(&b, "tools", j);
	stream_tail(&b, 0);
	if (b.failed)
		log_warn("the declarations are over 1 MiB: not sent");
	else
		answer(t, b.data, b.len);
	json_free(j);
	buf_done(&b);
}

/* Tools are there for the first time (loop_stop: main goes on), or anew. */
static void
folders_loaded(void *arg)
{
	struct gltool *t = arg;

	if (t->loaded)
		send_context(t);
	else if (servers_ready(t->servers))
		loop_stop(t->loop, 0);
	t->loaded = true;
}

static void
server_listed(void *arg, bool first)
{
	struct gltool *t = arg;

	if (!first)
		send_context(t);
	else if (t->loaded)
		loop_stop(t->loop, 0);
}

static void
warn_tool(void *arg, const char *text)
{
	struct gltool *t = arg;

	t->left_out = true;
	log_warn("%s", text);
}

static void
server_result(void *arg, void *call, struct mcptool_result *r)
{
	struct gltool *t = arg;

	caller_mcp_result(t->caller, call, r->error, r->response, r->parts);
}

static void
servers_gone(void *arg)
{
	struct gltool *t = arg;

	loop_stop(t->loop, 0);
}

static void
decide(void *arg, unsigned long serial, bool yes)
{
	struct gltool *t = arg;

	caller_decide(t->caller, serial, yes);
}

static void
ask(void *arg, unsigned long serial, const char *name, const char *args)
{
	struct gltool *t = arg;

	if (asker_ask(t->asker, serial, name, args) == 0)
		return;
	log_warn("%s needs a yes, and there is no terminal to ask on "
	    "(--confirm-program names a program)", name);
	caller_decide(t->caller, serial, false);
}

static void
unask(void *arg, unsigned long serial)
{
	struct gltool *t = arg;

	asker_unask(t->asker, serial);
}

/* Kills what ended calls left behind, until nothing of it is there. */
static void
sweep(void *arg)
{
	struct gltool *t = arg;
	size_t n = caller_open(t->caller);
	pid_t *groups;
	bool again;

	groups = mem_resize(NULL, n + SERVERS_MAX, sizeof(*groups));
	n = caller_groups(t->caller, groups, n);
	n += servers_groups(t->servers, groups + n);
	/* a --describe under way has a group that is not ours to know */
	again = toolbox_loading(t->box) || proc_sweep(groups, n) > 0;
	free(groups);
	if (again)
		loop_timer(t->loop, &t->sweep, loop_now(t->loop) + SWEEP_MS);
}

static void
idle(void *arg)
{
	struct gltool *t = arg;

	loop_timer(t->loop, &t->sweep, loop_now(t->loop));
	check_end(t);
}

static void
poll_end(void *arg)
{
	check_end(arg);
}

/* Whether the answers are written, or are read by nobody. */
static bool
answers_done(struct gltool *t)
{
	size_t n = output_queued(t->answers);

	if (output_idle(t->answers))
		return true;
	if (n != t->queued || t->stalled == 0)
		t->stalled = loop_now(t->loop);
	t->queued = n;
	if (loop_now(t->loop) - t->stalled < STALL_MS)
		return false;
	log_warn("nobody reads the answers: %zu bytes of them are lost", n);
	return true;
}

/* Over once the input has ended, no call is open and all is written. */
static void
check_end(struct gltool *t)
{
	if (!t->ended)
		return;
	if (t->hurry || (caller_open(t->caller) == 0 &&
	    output_idle(t->out) && answers_done(t)))
		loop_stop(t->loop, t->code);
	else
		loop_timer(t->loop, &t->end, loop_now(t->loop) + 10);
}

/* The conversation is over: nobody wants the answers of open calls. */
static void
conversation_over(struct gltool *t)
{
	if (caller_open(t->caller) > 0)
		log_info(1, "the conversation ended with %zu calls open",
		    caller_open(t->caller));
	caller_cancel_all(t->caller);
	if (t->answers != t->out)
		output_drop(t->answers, true, 1);
}

/* Nothing more is read: open calls are finished first, if anybody waits. */
static void
finish(struct gltool *t, int code)
{
	if (t->hurry)
		return;		/* a signal has set the time of our end */
	t->code = t->code != 0 ? t->code : code;
	t->ended = true;
	if (t->over)
		conversation_over(t);
	check_end(t);
}

/* The stream or the answers reach nobody any more. */
static void
cut_off(struct gltool *t, const char *name, int error)
{
	errno = error;
	if (error != 0)
		log_error("%s:", name);
	t->over = true;
	finish(t, error != 0 ? CODE_IO : 0);
}

static void *
in_window(void *arg, size_t *n)
{
	struct gltool *t = arg;

	if (t->ended || output_queued(t->out) > OUT_HOLD)
		return NULL;
	return stream_window(t->reader, n);
}

static void
in_filled(void *arg, size_t n)
{
	struct gltool *t = arg;
	struct record r;
	enum stream_status s;

	stream_filled(t->reader, n);
	while ((s = stream_next(t->reader, &r)) == STREAM_RECORD) {
		if (t->terminal && r.payload_len > 0) {
			log_error("sound is not for a terminal: pipe the "
			    "stream into gl-play");
			finish(t, CODE_USAGE);
			return;
		}
		/* OUT_MAX is far enough above OUT_HOLD for any record */
		output_add(t->out, r.line, r.line_len, r.payload,
		    r.payload_len);
		caller_record(t->caller, &r);
		if (strcmp(r.type, "end") == 0)
			t->over = true;
	}
	if (s == STREAM_BAD) {
		log_error("standard input: %s", stream_why(t->reader));
		finish(t, CODE_DATA);
	}
}

static void
in_end(void *arg, int error)
{
	struct gltool *t = arg;

	if (error != 0) {
		errno = error;
		log_error("standard input:");
		finish(t, CODE_IO);
	} else if (stream_end(t->reader) == -1) {
		log_error("standard input: %s", stream_why(t->reader));
		finish(t, CODE_DATA);
	} else {
		finish(t, 0);
	}
}

static void
out_broken(void *arg, int error)
{
	cut_off(arg, "standard output", error);
}

/* A reader that is gone leaves the others the stream. */
static void
answers_broken(void *arg, int error)
{
	struct gltool *t = arg;

	if (error != 0)
		cut_off(t, t->answers_path, error);
}

/* The first one cancels what runs and gives it its grace, but not longer than
 * END_MS; another one kills it. */
static void
on_signal(void *arg, int signo)
{
	struct gltool *t = arg;

	if (signo == SIGHUP) {
		log_info(1, "reading the tools anew");
		toolbox_load(t->box);
		return;
	}
	if (t->code > CODE_SIGNAL)
		caller_kill(t->caller);
	t->code = CODE_SIGNAL + signo;
	if (t->reader == NULL) {
		loop_stop(t->loop, 0);
		return;
	}
	t->over = true;
	t->ended = true;
	conversation_over(t);
	t->hurry = caller_open(t->caller) == 0;
	check_end(t);
	t->hurry = true;
	loop_timer(t->loop, &t->end, loop_now(t->loop) + END_MS);
}

static void
add_env(struct gltool *t, const char *name)
{
	const char *value = getenv(name);

	if (value == NULL || t->n_env == ENV_MAX)
		return;
	t->owned[t->n_env] = mem_printf("%s=%s", name, value);
	t->env[t->n_env] = t->owned[t->n_env];
	t->n_env++;
}

static void
base_env(struct gltool *t)
{
	static const char *const names[] = { "PATH", "HOME", "USER", "LOGNAME",
	    "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", NULL };
	int i;

	for (i = 0; names[i] != NULL; i++)
		add_env(t, names[i]);
}

static void
add_server(struct gltool *t, const char *text, bool file)
{
	if (servers_wish(t->servers, text, file) == -1)
		log_die(CODE_USAGE, "more than %d MCP servers", SERVERS_MAX);
}

static void
start_servers(struct gltool *t)
{
	struct servers_opts o = { .env = t->env, .loud = log_level() > 0 };
	char why[512];
	enum exit_code code = servers_start(t->servers, &o, why, sizeof(why));

	if (code != CODE_OK)
		log_die(code, "%s", why);
}

static void
add_names(const char *option, char **list, const char *text)
{
	if (names_add(list, text) == -1)
		log_die(CODE_USAGE, "%s: names of tools wanted", option);
}

static void
add_folder(struct gltool *t, const char *dir)
{
	if (toolbox_folder(t->box, dir) == -1)
		log_die(CODE_NOINPUT, "%s:", dir);
}

static void
add_limit(struct gltool *t, const char *text)
{
	if (t->opts.n_limits == PROC_LIMITS ||
	    proc_limit_parse(&t->opts.limits[t->opts.n_limits++], text) == -1)
		log_die(CODE_USAGE, "--limit %s: NAME=NUMBER wanted, NAME one "
		    "of cpu, as, data, nproc, fsize, nofile, core", text);
}

static void
open_log(struct gltool *t, const char *file)
{
	t->log_path = file;
	t->log_fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
	    0600);
	if (t->log_fd == -1)
		log_die(CODE_IO, "%s:", file);
}

static _Noreturn void
usage(void)
{
	log_usage("usage: gl-tool [-qv] [-d folder]... [--mcp command]... "
	    "[--mcp-config file]\n"
	    "               [-o answers] [-j jobs] [--ack names] "
	    "[--confirm names]\n"
	    "               [--confirm-program program] [--dir folder] "
	    "[--env name]...\n"
	    "               [--grace time] [--limit name=value]... "
	    "[--log file]\n"
	    "               [--max-output bytes] [--pass-unknown] "
	    "[--timeout time]\n"
	    "       gl-tool [-qv] [-d folder]... [--mcp command]... "
	    "[--mcp-config file] --declare\n");
}

enum {
	ACK = 256, CONFIRM, CONFIRM_PROGRAM, DECLARE, DIR_, ENV, GRACE, HELP,
	LIMIT, LOG, MAX_OUTPUT, MCP, MCP_CONFIG, PASS_UNKNOWN, TIMEOUT
};

static const struct option longs[] = {
	{ "ack", required_argument, NULL, ACK },
	{ "confirm", required_argument, NULL, CONFIRM },
	{ "confirm-program", required_argument, NULL, CONFIRM_PROGRAM },
	{ "declare", no_argument, NULL, DECLARE },
	{ "dir", required_argument, NULL, DIR_ },
	{ "env", required_argument, NULL, ENV },
	{ "grace", required_argument, NULL, GRACE },
	{ "help", no_argument, NULL, HELP },
	{ "jobs", required_argument, NULL, 'j' },
	{ "limit", required_argument, NULL, LIMIT },
	{ "log", required_argument, NULL, LOG },
	{ "max-output", required_argument, NULL, MAX_OUTPUT },
	{ "mcp", required_argument, NULL, MCP },
	{ "mcp-config", required_argument, NULL, MCP_CONFIG },
	{ "pass-unknown", no_argument, NULL, PASS_UNKNOWN },
	{ "timeout", required_argument, NULL, TIMEOUT },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 }
};

static void
long_option(struct gltool *t, int c)
{
	struct caller_opts *o = &t->opts;

	switch (c) {
	case ACK: add_names("--ack", &t->ack, optarg); break;
	case CONFIRM: add_names("--confirm", &t->confirm, optarg); break;
	case CONFIRM_PROGRAM: o->confirm_program = optarg; break;
	case DECLARE: t->declare = true; break;
	case DIR_:
		o->dir = optarg;
		if (path_folder(o->dir) == -1)
			log_die(CODE_NOINPUT, "%s:", optarg);
		break;
	case ENV: add_env(t, opt_variable("--env", optarg)); break;
	case GRACE:
		o->grace_ms = opt_time("--grace", optarg, 1000000, 0,
		    60000000) / 1000;
		break;
	case LIMIT: add_limit(t, optarg); break;
	case LOG: open_log(t, optarg); break;
	case MAX_OUTPUT:
		o->out_max = (size_t)opt_int("--max-output", optarg, 1,
		    STREAM_HEAD_MAX);
		break;
	case MCP: add_server(t, optarg, false); break;
	case MCP_CONFIG: add_server(t, optarg, true); break;
	case PASS_UNKNOWN: o->pass_unknown = true; break;
	case TIMEOUT:
		o->timeout_ms = opt_time("--timeout", optarg, 1000000, 1000,
		    86400000000) / 1000;
		break;
	default: usage();
	}
}

static void
options(struct gltool *t, int argc, char *argv[])
{
	int c;

	while ((c = opt_next(argc, argv, "d:j:o:qvV", longs)) != -1)
		switch (c) {
		case 'd': add_folder(t, optarg); break;
		case 'j': t->opts.jobs = (size_t)opt_int("-j", optarg, 1, 1024);
			break;
		case 'o':
			t->answers_path = strcmp(optarg, "-") != 0 ? optarg :
			    NULL;
			break;
		case 'q': log_quieter(); break;
		case 'v': log_louder(); break;
		case 'V': log_version();
		default: long_option(t, c);
		}
	opt_operands(argc, argv, 0);
	t->opts.ack = t->ack;
	t->opts.confirm = t->confirm;
}

/* The loop until tools are known; what comes on standard input waits. */
static void
load(struct gltool *t)
{
	toolbox_load(t->box);
	loop_run(t->loop);
	if (toolbox_size(t->box) == 0 && t->code == 0)
		log_warn("no tools: -d names a folder, --mcp a server");
	/* what a server would have had that is gone is not known */
	if (t->code == 0 && !check_names(t, t->gone ? 0 : -1) && !t->gone)
		t->code = CODE_CONFIG;
	if (t->code == 0 && t->opts.confirm_program != NULL &&
	    t->confirm == NULL && !toolbox_asks(t->box)) {
		log_error("--confirm-program %s: nothing to ask about: there "
		    "is no --confirm, and no declaration has \"confirm\": "
		    "true", t->opts.confirm_program);
		t->code = CODE_USAGE;
	}
}

static void
serve(struct gltool *t)
{
	static const struct input_ops in_ops = { in_window, in_filled, in_end };
	static const struct output_ops out_ops = { NULL, out_broken };
	static const struct output_ops answers_ops = { NULL, answers_broken };
	struct input *in;

	(void)toolbox_changed(t->box);
	t->out = output_fd(t->loop, 1, OUT_MAX, &out_ops, t);
	t->answers = t->out;
	if (t->answers_path != NULL) {
		t->answers = output_open(t->loop, t->answers_path,
		    ANSWERS_MAX, &answers_ops, t);
		if (t->answers == NULL)
			log_die(CODE_IO, "%s:", t->answers_path);
	}
	t->terminal = isatty(1);
	t->reader = stream_reader_new();
	in = input_fd(t->loop, 0, &in_ops, t);
	t->code = loop_run(t->loop);
	input_close(in);
	stream_reader_free(t->reader);
	if (t->answers != t->out)
		output_close(t->answers);
	output_close(t->out);
}

static void
turn(void *arg)
{
	struct gltool *t = arg;

	loop_stop(t->loop, 0);
}

/* Servers are stopped and everything that calls left is swept up. */
static void
clean_up(struct gltool *t)
{
	int tries = 50;

	t->ended = t->hurry = true;
	t->end.fire = turn;
	servers_stop(t->servers);
	caller_cancel_all(t->caller);
	caller_kill(t->caller);
	toolbox_hurry(t->box);
	while (caller_open(t->caller) > 0 || toolbox_loading(t->box) ||
	    servers_count(t->servers) > 0) {
		loop_timer(t->loop, &t->end, loop_now(t->loop) + SWEEP_MS);
		loop_run(t->loop);
	}
	while (proc_sweep(NULL, 0) > 0 && tries-- > 0) {
		loop_timer(t->loop, &t->end, loop_now(t->loop) + SWEEP_MS);
		loop_run(t->loop);
	}
	loop_untimer(t->loop, &t->sweep);
	loop_untimer(t->loop, &t->end);
	asker_free(t->asker);
	caller_free(t->caller);
	servers_free(t->servers);
	toolbox_free(t->box);
	free(t->ack);
	free(t->confirm);
	while (t->n_env > 0)
		free(t->owned[--t->n_env]);
	loop_free(t->loop);
}

/* The rooms behind the options, as far as they do not depend on them. */
static void
begin(struct gltool *t)
{
	static const struct toolbox_ops box_ops = { warn_tool, folders_loaded };
	static const struct servers_ops servers_ops = { server_listed,
	    server_result, server_told, servers_gone };

	t->loop = loop_new();
	t->end.fire = poll_end;
	t->sweep.fire = sweep;
	t->end.arg = t->sweep.arg = t;
	t->box = toolbox_new(t->loop, &box_ops, t);
	toolbox_env(t->box, t->env);
	t->servers = servers_new(t->loop, t->box, &servers_ops, t);
	t->asker = asker_new(t->loop, decide, t);
	base_env(t);
}

int
main(int argc, char *argv[])
{
	static const struct caller_ops caller_ops = { answer, told, write_line,
	    ask, unask, idle };
	struct gltool t = { .log_fd = -1,
	    .opts = { .jobs = 16, .timeout_ms = 60000, .grace_ms = 2000,
	    .out_max = CALLER_OUT_MAX } };
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	size_t i;

	log_init("gl-tool");
	begin(&t);
	options(&t, argc, argv);
	t.opts.env = t.env;
	proc_adopt();
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		loop_signal(t.loop, signals[i], on_signal, &t);
	t.caller = caller_new(t.loop, &t.opts, t.box, &caller_ops, &t);
	start_servers(&t);
	load(&t);
	if (t.declare && t.code < CODE_SIGNAL)
		print_declarations(&t);
	else if (t.code == 0)
		serve(&t);
	clean_up(&t);
	return t.code;
}
