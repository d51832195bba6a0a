/* gl-tool: a stream with tool calls in, the stream passed on, answers out. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "caller.h"
#include "decl.h"
#include "fd.h"
#include "input.h"
#include "json.h"
#include "log.h"
#include "loop.h"
#include "mcp.h"
#include "mem.h"
#include "opt.h"
#include "output.h"
#include "proc.h"
#include "stream.h"
#include "toolbox.h"
#include "words.h"

enum {
	SERVERS = 32,
	ENV_MAX = 250,
	GROUPS = 4096,
	OUT_MAX = 8 << 20,		/* queued for the next program */
	ANSWERS_MAX = 64 << 20,		/* queued for the session */
	CONFIG_MAX = 1 << 20,
	SWEEP_MS = 20,
	END_MS = 2000			/* from a signal to our end */
};

struct server {
	struct mcp *mcp;
	bool listed;			/* its tools were told once */
};

struct gltool {
	struct loop *loop;
	struct stream_reader *reader;
	struct input *in;
	struct output *out, *answers;
	struct toolbox *box;
	struct caller *caller;
	struct caller_opts opts;
	struct server servers[SERVERS];
	size_t n_servers;
	const char *env[ENV_MAX + 1];
	size_t n_env;
	char *owned[ENV_MAX];		/* those of env that are ours */
	size_t n_owned;
	const char *answers_path;
	bool declare, loaded, ended, over, hurry, quiet_end;
	int code, log_fd, tty;
	unsigned long asking[64];	/* questions, oldest first */
	char *questions[64];
	size_t n_asking;
	struct timer end, sweep;
};

static void check_end(struct gltool *);
static void ask_next(struct gltool *);

static void
told(void *arg, int level, const char *text)
{
	(void)arg;
	if (level == 0)
		log_warn("%s", text);
	else
		log_info(level, "%s", text);
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
		log_warn("--log:");
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
	json_free(j);
	buf_done(&b);
}

/* The new list for the running session (contextUpdate). */
static void
send_context(struct gltool *t)
{
	struct json *j = toolbox_declarations(t->box);
	struct buf b;

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

/* Whether folders and servers have all told their tools. */
static bool
all_listed(const struct gltool *t)
{
	size_t i;

	for (i = 0; i < t->n_servers; i++)
		if (!t->servers[i].listed)
			return false;
	return true;
}

/* Tools are there for the first time (loop_stop: main goes on), or anew. */
static void
tools_changed(struct gltool *t, bool first)
{
	if (!first) {
		send_context(t);
	} else if (all_listed(t) && t->loaded) {
		loop_stop(t->loop, 0);
	}
}

static void
folders_loaded(void *arg)
{
	struct gltool *t = arg;
	bool first = !t->loaded;

	t->loaded = true;
	tools_changed(t, first);
}

static void
warn_tool(void *arg, const char *text)
{
	(void)arg;
	log_warn("%s", text);
}

static void
server_tools(void *arg, struct mcp *m, const struct json *list)
{
	struct gltool *t = arg;
	const struct json *i;
	struct decl d;
	char why[256];
	size_t s;
	bool first;

	toolbox_remove(t->box, m);
	for (i = json_first(list); i != NULL; i = json_next(i))
		if (mcp_declare(&d, i, why, sizeof(why)) == -1)
			log_warn("MCP server %s: tool %s left out: %s",
			    mcp_name(m), json_get_str(i, "name", "?"), why);
		else
			toolbox_add(t->box, &d, mcp_name(m), m,
			    json_get_str(i, "name", ""));
	for (s = 0; t->servers[s].mcp != m; s++)
		;
	first = !t->servers[s].listed;
	t->servers[s].listed = true;
	tools_changed(t, first);
}

static void
server_result(void *arg, void *call, struct mcp_result *r)
{
	struct gltool *t = arg;

	caller_mcp_result(t->caller, call, r->error, r->response, r->parts);
}

static void
server_told(void *arg, struct mcp *m, bool grave, const char *text)
{
	(void)arg;
	(void)m;
	if (grave)
		log_error("%s", text);
	else
		log_warn("%s", text);
}

static const struct mcp_ops mcp_ops = {
	server_tools, server_result, server_told
};

/* Questions on the terminal, one at a time. */
static void *
tty_window(void *arg, size_t *n)
{
	static char line[256];

	(void)arg;
	*n = sizeof(line);
	return line;
}

static void
drop_question(struct gltool *t, size_t i)
{
	free(t->questions[i]);
	t->n_asking--;
	memmove(t->asking + i, t->asking + i + 1,
	    (t->n_asking - i) * sizeof(*t->asking));
	memmove(t->questions + i, t->questions + i + 1,
	    (t->n_asking - i) * sizeof(*t->questions));
}

static void
tty_filled(void *arg, size_t n)
{
	struct gltool *t = arg;
	const char *line = tty_window(arg, &(size_t){ 0 });
	unsigned long serial;

	if (n == 0 || t->n_asking == 0)
		return;
	serial = t->asking[0];
	drop_question(t, 0);
	caller_decide(t->caller, serial, *line == 'y' || *line == 'Y');
	ask_next(t);
}

static void
tty_end(void *arg, int error)
{
	(void)arg;
	(void)error;
}

static void
ask_next(struct gltool *t)
{
	char text[512];

	if (t->n_asking == 0)
		return;
	snprintf(text, sizeof(text), "gl-tool: run %s? [y/N] ",
	    t->questions[0]);
	if (fd_write_all(t->tty, text, strlen(text)) == -1)
		log_warn("the terminal:");
}

static void
ask(void *arg, unsigned long serial, const char *name, const char *args)
{
	static const struct input_ops tty_ops = {
		tty_window, tty_filled, tty_end
	};
	struct gltool *t = arg;
	struct buf shown;

	if (t->tty == -1) {
		t->tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
		if (t->tty != -1)
			input_fd(t->loop, t->tty, &tty_ops, t);
	}
	if (t->tty == -1 || t->n_asking == 64) {
		log_warn("%s needs a yes, and there is no terminal to ask on "
		    "(--confirm-program names a program)", name);
		caller_decide(t->caller, serial, false);
		return;
	}
	buf_init(&shown, 400);
	buf_printf(&shown, "%.64s with ", name);
	/* control characters from outside stay harmless on the terminal */
	json_quote(&shown, args, strnlen(args, 200));
	t->asking[t->n_asking] = serial;
	t->questions[t->n_asking++] = buf_take(&shown, NULL);
	if (t->n_asking == 1)
		ask_next(t);
}

static void
unask(void *arg, unsigned long serial)
{
	struct gltool *t = arg;
	size_t i;

	for (i = 0; i < t->n_asking; i++)
		if (t->asking[i] == serial) {
			drop_question(t, i);
			if (i == 0)
				ask_next(t);
			return;
		}
}

/* Kills what ended calls left behind, until nothing of it is there. */
static void
sweep(void *arg)
{
	struct gltool *t = arg;
	static pid_t groups[GROUPS + SERVERS];
	size_t n, i;

	n = caller_groups(t->caller, groups, GROUPS);
	for (i = 0; i < t->n_servers; i++)
		if (mcp_group(t->servers[i].mcp) > 0)
			groups[n++] = mcp_group(t->servers[i].mcp);
	/* a --describe under way has a group that is not ours to know */
	if (toolbox_loading(t->box) || proc_sweep(groups, n) > 0)
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

/* Over once the input has ended, no call is open and all is written. */
static void
check_end(struct gltool *t)
{
	if (!t->ended)
		return;
	if (t->hurry || (caller_open(t->caller) == 0 &&
	    output_idle(t->out) && output_idle(t->answers)))
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

static void
finish(struct gltool *t, int code)
{
	if (t->ended)
		return;
	t->ended = true;
	if (code != 0)
		t->code = code;
	if (t->over || code != 0)
		conversation_over(t);
	check_end(t);
}

static void *
in_window(void *arg, size_t *n)
{
	struct gltool *t = arg;

	if (t->ended || output_queued(t->out) > OUT_MAX / 2)
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
		/* a queue with an empty place takes any record */
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
	struct gltool *t = arg;

	if (error != 0) {
		errno = error;
		log_error("standard output:");
	}
	t->over = true;
	finish(t, error != 0 ? CODE_IO : 0);
}

static void
on_signal(void *arg, int signo)
{
	struct gltool *t = arg;

	if (signo == SIGHUP) {
		log_info(1, "reading the tools anew");
		toolbox_load(t->box);
		return;
	}
	if (t->ended && t->hurry)
		_exit(CODE_SIGNAL + signo);
	if (t->reader == NULL) {
		t->code = CODE_SIGNAL + signo;
		loop_stop(t->loop, 0);
		return;
	}
	t->over = true;
	finish(t, CODE_SIGNAL + signo);
	t->code = CODE_SIGNAL + signo;
	t->hurry = caller_open(t->caller) == 0;
	check_end(t);
	t->hurry = true;
	if (t->caller != NULL)
		loop_timer(t->loop, &t->end, loop_now(t->loop) + END_MS);
}

static void
add_env(struct gltool *t, const char *name)
{
	const char *value = getenv(name);

	if (value == NULL || t->n_env == ENV_MAX)
		return;
	t->owned[t->n_owned] = mem_printf("%s=%s", name, value);
	t->env[t->n_env++] = t->owned[t->n_owned++];
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
add_server(struct gltool *t, const struct mcp_opts *o)
{
	if (t->n_servers == SERVERS)
		log_die(CODE_USAGE, "more than %d MCP servers", SERVERS);
	t->servers[t->n_servers++].mcp = mcp_start(t->loop, o, &mcp_ops, t);
}

/* --mcp 'command ...': named by the program's last name. */
static void
mcp_command(struct gltool *t, const char *command)
{
	char **argv = words_split(command, 64), name[DECL_NAME_MAX + 1];
	struct mcp_opts o = { .loud = log_level() > 0 };
	const char *last, *slash;
	int i;

	if (argv == NULL)
		log_die(CODE_USAGE, "--mcp %s: not a command (an open quote, "
		    "or over 64 words)", command);
	for (i = 0, last = argv[0]; argv[i] != NULL; i++)
		if (argv[i][0] != '-')
			last = argv[i];
	slash = strrchr(i > 1 ? last : argv[0], '/');
	decl_name_mend(slash && slash[1] ? slash + 1 : last, name);
	o.name = name;
	o.argv = (const char *const *)(void *)argv;
	add_server(t, &o);
	free(argv);
}

/* One member of mcpServers. */
static void
config_server(struct gltool *t, const char *file, const struct json *j)
{
	const char *argv[66], *env[ENV_MAX + 1], *command;
	char *made[ENV_MAX];
	struct mcp_opts o = { .name = json_key(j), .argv = argv, .env = env,
	    .loud = log_level() > 0, .dir = json_get_str(j, "cwd", NULL) };
	const struct json *i;
	size_t n = 0, e = 0, m = 0;

	command = json_get_str(j, "command", NULL);
	if (command == NULL)
		log_die(CODE_CONFIG, "%s: mcpServers.%s has no \"command\" "
		    "(only servers over stdio can be used)", file, o.name);
	argv[n++] = command;
	i = json_first(json_get(j, "args"));
	for (; i != NULL && n < 65; i = json_next(i))
		if (json_str(i) != NULL)
			argv[n++] = json_str(i);
	argv[n] = NULL;
	for (; e < t->n_env; e++)
		env[e] = t->env[e];
	i = json_first(json_get(j, "env"));
	for (; i != NULL && e < ENV_MAX; i = json_next(i))
		if (json_str(i) != NULL)
			env[e++] = made[m++] = mem_printf("%s=%s",
			    json_key(i), json_str(i));
	env[e] = NULL;
	add_server(t, &o);
	while (m > 0)
		free(made[--m]);
}

static void
mcp_config(struct gltool *t, const char *file)
{
	size_t n;
	char *text = fd_slurp(file, CONFIG_MAX, &n), why[128];
	struct json *j;
	const struct json *i;

	if (text == NULL)
		log_die(CODE_NOINPUT, "%s:", file);
	j = json_parse(text, n, why, sizeof(why));
	if (j == NULL)
		log_die(CODE_CONFIG, "%s: %s", file, why);
	if (json_type(json_get(j, "mcpServers")) != JSON_OBJECT)
		log_die(CODE_CONFIG, "%s: no object \"mcpServers\" in it",
		    file);
	i = json_first(json_get(j, "mcpServers"));
	for (; i != NULL; i = json_next(i))
		config_server(t, file, i);
	json_free(j);
	free(text);
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
	t->log_fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
	    0600);
	if (t->log_fd == -1)
		log_die(CODE_IO, "%s:", file);
}

static _Noreturn void
usage(void)
{
	puts("usage: gl-tool [-qv] [-d folder]... [--mcp command]... "
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
	    "[--mcp-config file] --declare");
	exit(fflush(stdout) == 0 ? CODE_OK : CODE_IO);
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
	case ACK: o->ack = optarg; break;
	case CONFIRM: o->confirm = optarg; break;
	case CONFIRM_PROGRAM: o->confirm_program = optarg; break;
	case DECLARE: t->declare = true; break;
	case DIR_: o->dir = optarg; break;
	case ENV: add_env(t, optarg); break;
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
	case MCP: mcp_command(t, optarg); break;
	case MCP_CONFIG: mcp_config(t, optarg); break;
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
		case 'o': t->answers_path = optarg; break;
		case 'q': log_quieter(); break;
		case 'v': log_louder(); break;
		case 'V': log_version();
		default: long_option(t, c);
		}
	if (optind != argc)
		log_die(CODE_USAGE, "no operand wanted: %s", argv[optind]);
}

/* The loop until tools are known; what comes on standard input waits. */
static void
load(struct gltool *t)
{
	toolbox_load(t->box);
	loop_run(t->loop);
	if (toolbox_size(t->box) == 0 && t->code == 0)
		log_warn("no tools: -d names a folder, --mcp a server");
}

static void
serve(struct gltool *t)
{
	static const struct input_ops in_ops = { in_window, in_filled, in_end };
	static const struct output_ops out_ops = { NULL, out_broken };

	t->out = output_fd(t->loop, 1, OUT_MAX, &out_ops, t);
	t->answers = t->out;
	if (t->answers_path != NULL) {
		t->answers = output_open(t->loop, t->answers_path,
		    ANSWERS_MAX, NULL, t);
		if (t->answers == NULL)
			log_die(CODE_IO, "%s:", t->answers_path);
	}
	t->reader = stream_reader_new();
	t->in = input_fd(t->loop, 0, &in_ops, t);
	t->code = loop_run(t->loop);
	input_close(t->in);
	stream_reader_free(t->reader);
	if (t->answers != t->out)
		output_close(t->answers);
	output_close(t->out);
}

static void
stopped(void *arg)
{
	struct gltool *t = arg;
	size_t i;

	sweep(t);
	for (i = 0; i < t->n_servers; i++)
		if (mcp_group(t->servers[i].mcp) > 0)
			break;
	loop_stop(t->loop, 0);
}

/* Servers are stopped and everything that calls left is swept up. */
static void
clean_up(struct gltool *t)
{
	size_t i;

	for (i = 0; i < t->n_servers; i++)
		mcp_stop(t->servers[i].mcp);
	t->end.fire = stopped;
	if (t->n_servers > 0) {
		loop_timer(t->loop, &t->end, loop_now(t->loop) + END_MS / 2);
		loop_run(t->loop);
	}
	t->n_servers = 0;
	sweep(t);
	loop_untimer(t->loop, &t->sweep);
	loop_untimer(t->loop, &t->end);
	if (caller_open(t->caller) == 0)
		caller_free(t->caller);
	toolbox_free(t->box);
	while (t->n_owned > 0)
		free(t->owned[--t->n_owned]);
	loop_free(t->loop);
}

int
main(int argc, char *argv[])
{
	static const struct toolbox_ops box_ops = { warn_tool, folders_loaded };
	static const struct caller_ops caller_ops = { answer, told, write_line,
	    ask, unask, idle };
	static struct gltool t = { .log_fd = -1, .tty = -1,
	    .opts = { .jobs = 16, .timeout_ms = 60000, .grace_ms = 2000,
	    .out_max = CALLER_OUT_MAX } };
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	size_t i;

	log_init("gl-tool");
	t.loop = loop_new();
	t.end.fire = poll_end;
	t.sweep.fire = sweep;
	t.end.arg = t.sweep.arg = &t;
	t.box = toolbox_new(t.loop, &box_ops, &t);
	base_env(&t);
	options(&t, argc, argv);
	t.opts.env = t.env;
	proc_adopt();
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		loop_signal(t.loop, signals[i], on_signal, &t);
	t.caller = caller_new(t.loop, &t.opts, t.box, &caller_ops, &t);
	load(&t);
	if (t.code == 0 && t.declare)
		print_declarations(&t);
	else if (t.code == 0)
		serve(&t);
	clean_up(&t);
	return t.code;
}
