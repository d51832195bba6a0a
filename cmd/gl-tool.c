/* gl-tool: reads a stream with tool calls, passes it on, writes answers. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/asker.h"
#include "base/buf.h"
#include "base/confine.h"
#include "tool/caller.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "loop/loop.h"
#include "tool/mcptool.h"
#include "base/mem.h"
#include "tool/names.h"
#include "base/opt.h"
#include "base/path.h"
#include "base/why.h"
#include "loop/proc.h"
#include "tool/relay.h"
#include "tool/servers.h"
#include "stream/stream.h"
#include "tool/box.h"
#include "tool/toolenv.h"

enum { SWEEP_MS = 20, NAMED_MAX = 32, SYSTEM_MAX = 12 };

struct gltool {
	struct loop *loop;
	struct toolbox *box;
	struct caller *caller;
	struct relay *relay;		/* set once the tools are known */
	struct caller_opts opts;
	struct servers *servers;
	struct asker *asker;
	struct toolenv env;
	const char *answers_path, *log_path;
	char *ack, *confirm;		/* lists as in names.h */
	size_t gone;			/* dead servers, with their tools */
	char *folders[NAMED_MAX + 1];	/* of -d, absolute */
	bool left_out;			/* a tool was, and the reason logged */
	bool too_long;			/* the declarations are; reported */
	char *unknown[2];		/* the last reports of unknown names */
	bool declare, loaded, ending;
	int code, log_fd;
	struct timer turn, sweep;
	struct proc_foreign foreign;
	bool confined;			/* --sandbox */
	char *writable[NAMED_MAX + 1];
	char *readable[NAMED_MAX + 1];
	const char *named[2 * NAMED_MAX + SYSTEM_MAX + 1];
	struct proc_sandbox sandbox;
};

static void
server_told(void *arg, int level, const char *text)
{
	struct gltool *t = arg;

	t->gone += level < 0;
	t->left_out = t->left_out || level == 0;
	log_said(t, level, text);
}

static void
answer(void *arg, const char *line, size_t n)
{
	struct gltool *t = arg;

	relay_answer(t->relay, line, n);
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
	struct json *j = box_declarations(t->box);
	struct buf b;

	buf_init(&b, 64 << 20);
	json_pretty(j, &b);
	if (isatty(1))
		json_tame(&b, 0);
	buf_byte(&b, '\n');
	if (fd_write_all(1, b.data, b.len) == -1) {
		log_error("standard output:");
		t->code = CODE_IO;
	}
	if (t->code == 0 && (t->gone > 0 || (box_size(t->box) == 0 &&
	    t->left_out)))
		t->code = CODE_CONFIG;
	json_free(j);
	buf_done(&b);
}

/* Whether --confirm and --ack name only existing tools: if a name is misspelt,
 * the tool that was meant would run without a question. */
static bool
check_names(struct gltool *t, int level)
{
	const char *const of[] = { "--confirm", "--ack" };
	const char *const lists[] = { t->confirm, t->ack };
	bool good = true, news;
	size_t i;

	for (i = 0; i < 2; i++) {
		good = !names_wrong(of[i], lists[i], t->box,
		    &t->unknown[i], &news) && good;
		if (news)
			log_said(t, level, t->unknown[i]);
	}
	return good;
}

/* Sends the new list of tools to the running session (contextUpdate). */
static void
send_context(struct gltool *t)
{
	struct json *j;
	struct buf b;

	/* before the stream is read nobody has seen the old list */
	if (t->relay == NULL || !box_changed(t->box))
		return;
	check_names(t, 0);
	j = box_declarations(t->box);
	buf_init(&b, STREAM_HEAD_MAX);
	stream_head(&b, "context");
	stream_json(&b, "tools", j);
	stream_tail(&b, 0);
	if (!b.failed)
		relay_newest(t->relay, b.data, b.len);
	else if (!t->too_long)
		log_warn("the declarations are over 1 MiB: not sent");
	t->too_long = b.failed;
	json_free(j);
	buf_done(&b);
}

/* Tools are loaded for the first time (loop_stop: main goes on), or again. */
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
	if (errno == E2BIG) {
		log_warn("%s: not run: the question would not fit on the "
		    "screen (a larger window shows up to 24 rows, and "
		    "--confirm-program names a program)", name);
		caller_unasked(t->caller, serial, "the arguments are too long "
		    "to be shown; use fewer or shorter ones");
		return;
	}
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

static void
words(void *arg)
{
	struct gltool *t = arg;

	asker_words(t->asker);
}

/* Kills what finished calls left behind, until nothing of it is left. */
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
	/* the process group of a running --describe is not known here */
	again = box_loading(t->box) || proc_sweep(&t->foreign,
	    groups, n) > 0;
	free(groups);
	if (again)
		loop_timer(t->loop, &t->sweep, loop_now(t->loop) + SWEEP_MS);
}

static void
idle(void *arg)
{
	struct gltool *t = arg;

	loop_timer(t->loop, &t->sweep, loop_now(t->loop));
	if (t->relay != NULL)
		relay_check(t->relay);
}

static void
relay_over(void *arg, int code)
{
	struct gltool *t = arg;

	t->code = t->code != 0 ? t->code : code;
	loop_stop(t->loop, 0);
}

/* The first signal cancels running calls and grants them a short grace period;
 * another one kills them. */
static void
on_signal(void *arg, int signo)
{
	struct gltool *t = arg;

	if (signo == SIGHUP && t->ending) {
		return;
	} else if (signo == SIGHUP) {
		log_info(1, "reading the tools anew");
		box_load(t->box);
		return;
	}
	if (t->code > CODE_SIGNAL)
		caller_kill(t->caller);
	t->code = CODE_SIGNAL + signo;
	if (t->relay == NULL)
		loop_stop(t->loop, 0);
	else
		relay_leave(t->relay);
}

static void
base_env(struct gltool *t)
{
	static const char *const names[] = { "PATH", "HOME", "USER", "LOGNAME",
	    "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", NULL };
	int i;

	for (i = 0; names[i] != NULL; i++)
		toolenv_add(&t->env, names[i], getenv(names[i]));
}

static int
bad(int code, char *why, size_t size, const char *text)
{
	return why_say(code, why, size, "%s", text);
}

static int
set_env(void *arg, const char *text, char *why, size_t size)
{
	if (strpbrk(text, "= \t\n") != NULL)
		return bad(CODE_USAGE, why, size,
		    "the name of a variable wanted");
	toolenv_add(&((struct gltool *)arg)->env, text, getenv(text));
	return CODE_OK;
}

static int
add_server(struct gltool *t, const char *text, bool file, char *why,
    size_t size)
{
	if (servers_wish(t->servers, text, file) == 0)
		return CODE_OK;
	snprintf(why, size, "more than %d MCP servers", SERVERS_MAX);
	return CODE_USAGE;
}

static int
add_mcp(void *arg, const char *text, char *why, size_t size)
{
	return add_server(arg, text, false, why, size);
}

static int
add_mcp_file(void *arg, const char *text, char *why, size_t size)
{
	return add_server(arg, text, true, why, size);
}

static void
start_servers(struct gltool *t)
{
	struct servers_opts o = { .env = t->env.v, .loud = log_level() > 0,
	    .sandbox = t->opts.sandbox };
	char why[512];
	enum exit_code code = servers_start(t->servers, &o, why, sizeof(why));

	if (code != CODE_OK)
		log_die(code, "%s", why);
}

static int
add_names(void *to, const char *text, char *why, size_t size)
{
	return names_add(to, text) == 0 ? CODE_OK :
	    bad(CODE_USAGE, why, size, "names of tools wanted");
}

static int
set_dir(void *to, const char *text, char *why, size_t size)
{
	*(const char **)to = text;
	return path_folder(text) == 0 ? CODE_OK :
	    bad(CODE_NOINPUT, why, size, log_reason(errno));
}

static int
add_limit(void *arg, const char *text, char *why, size_t size)
{
	struct caller_opts *o = &((struct gltool *)arg)->opts;

	if (o->n_limits < PROC_LIMITS &&
	    proc_limit_parse(&o->limits[o->n_limits++], text) == 0)
		return CODE_OK;
	return bad(CODE_USAGE, why, size, "NAME=NUMBER wanted, NAME one of "
	    "cpu, as, data, nproc, fsize, nofile, core");
}

static int
add_named(void *to, const char *text, char *why, size_t size)
{
	char **list = to;
	size_t n = 0;

	while (list[n] != NULL)
		n++;
	if (n == NAMED_MAX)
		return bad(CODE_USAGE, why, size, "more than 32 folders");
	if (path_folder(text) == -1)
		return bad(CODE_NOINPUT, why, size, log_reason(errno));
	list[n] = path_absolute(text);
	return CODE_OK;
}

static int
add_folder(void *arg, const char *text, char *why, size_t size)
{
	struct gltool *t = arg;

	if (box_folder(t->box, text) == 0)
		return add_named(t->folders, text, why, size);
	return errno == EPERM ?
	    bad(CODE_CONFIG, why, size, "another user can put tools there: "
	    "chmod go-w, or chown") : bad(CODE_NOINPUT, why, size,
	    log_reason(errno));
}

static int
open_log(void *arg, const char *text, char *why, size_t size)
{
	struct gltool *t = arg;

	t->log_path = text;
	t->log_fd = open(text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
	    0600);
	return t->log_fd != -1 ? CODE_OK :
	    bad(CODE_IO, why, size, log_reason(errno));
}

#define AT(member) OPT_AT(struct gltool, member)

static const struct opt options[] = {
	OPT_GROUP("Tools"),
	{ "folder", 'd', OPT_CALL(add_folder), OPT_NOWHERE, "folder",
	    "a folder of tools; may be given again" },
	{ "mcp", 0, OPT_CALL(add_mcp), OPT_NOWHERE, "command",
	    "an MCP server; may be given again" },
	{ "mcp-config", 0, OPT_CALL(add_mcp_file), OPT_NOWHERE, "file",
	    "the MCP servers of a file" },
	{ "declare", 0, OPT_FLAG, AT(declare), NULL,
	    "print the declarations and exit" },
	OPT_GROUP("Answers"),
	{ "output", 'o', OPT_FILE, AT(answers_path), "answers",
	    "where answers go" },
	{ "ack", 0, OPT_CALL(add_names), AT(ack), "names",
	    "answer calls of these tools at once" },
	{ "pass-unknown", 0, OPT_FLAG, AT(opts.pass_unknown), NULL,
	    "leave calls of other names to others" },
	{ "log", 0, OPT_CALL(open_log), OPT_NOWHERE, "file",
	    "append a line of JSON for each event" },
	OPT_GROUP("Asking first"),
	{ "confirm", 0, OPT_CALL(add_names), AT(confirm), "names",
	    "ask before these tools run" },
	{ "confirm-program", 0, OPT_FILE, AT(opts.confirm_program), "program",
	    "ask by running this" },
	OPT_GROUP("How tools run"),
	{ "jobs", 'j', OPT_INT(1, 1024), AT(opts.jobs), "jobs",
	    "how many at once (16)" },
	{ "max-calls", 0, OPT_INT(0, INT_MAX), AT(opts.max_calls), "calls",
	    "how many in one turn (64; 0: no limit)" },
	{ "timeout", 0, OPT_TIME(OPT_MS, OPT_S, OPT_MS, 24 * OPT_HOUR),
	    AT(opts.timeout_ms), "time", "how long a call may take (60s)" },
	{ "grace", 0, OPT_TIME(OPT_MS, OPT_S, 0, 60 * OPT_S),
	    AT(opts.grace_ms), "time", "from SIGTERM to SIGKILL (2s)" },
	{ "max-output", 0, OPT_INT(1, STREAM_HEAD_MAX), AT(opts.out_max),
	    "bytes", "how much a tool may print (262144)" },
	{ "limit", 0, OPT_CALL(add_limit), OPT_NOWHERE, "name=value",
	    "a resource limit for each tool" },
	{ "dir", 0, OPT_CALL(set_dir), AT(opts.dir), "folder",
	    "the tools' working folder" },
	{ "sandbox", 0, OPT_FLAG, AT(confined), NULL,
	    "tools have no network and write nowhere" },
	{ "writable", 0, OPT_CALL(add_named), AT(writable), "folder",
	    "but here; may be given again" },
	{ "readable", 0, OPT_CALL(add_named), AT(readable), "folder",
	    "and read the system and this alone; repeatable" },
	{ "env", 0, OPT_CALL(set_env), OPT_NOWHERE, "name",
	    "let tools see this variable too" },
	OPT_END
};

static void
read_options(struct gltool *t, int argc, char *argv[])
{
	int at = opt_read(options, "", t, argc, argv, 1);

	if (at < argc && path_folder(argv[at]) == 0)
		log_die(CODE_USAGE, "%s: -d goes before a folder of tools",
		    argv[at]);
	opt_operands(argc, argv, at, 0);
	if (t->answers_path != NULL && strcmp(t->answers_path, "-") == 0)
		t->answers_path = NULL;
	if ((t->writable[0] || t->readable[0]) && !t->confined)
		log_die(CODE_USAGE, "%s is for --sandbox", t->writable[0] ?
		    "--writable" : "--readable");
	if (t->confined && confine_able() == -1)
		log_die(CODE_CONFIG, "--sandbox: it needs Landlock (Linux "
		    "6.2 or later, enabled) and seccomp, which "
		    "are not here; gl-tool(1) shows how bwrap(1) does it");
	t->opts.ack = t->ack;
	t->opts.confirm = t->confirm;
}

/* If every server failed, no tools will come; a folder can be filled later, and
 * a running server can change its list. */
static void
without_tools(struct gltool *t)
{
	size_t n = servers_count(t->servers);

	if (n > 0 && t->gone == n) {
		log_error("no tools: no MCP server can be used; try its "
		    "command by hand: --mcp takes a program in PATH, or its "
		    "path, with its arguments");
		t->code = t->declare ? t->code : CODE_CONFIG;
	} else if (n > 0 || t->folders[0] != NULL)
		log_warn("no tools: what %s names has none", n == 0 ? "-d" :
		    t->folders[0] ? "-d or --mcp" : "--mcp");
	else
		log_warn("no tools: -d names a folder, --mcp a server");
}

/* Runs the loop until the tools are known; standard input waits. */
static void
load(struct gltool *t)
{
	box_load(t->box);
	loop_run(t->loop);
	if (t->code == 0 && box_size(t->box) == 0)
		without_tools(t);
	/* names may belong to a dead server, whose tools are not known */
	if (t->code == 0 && !check_names(t, t->gone > 0 ? 0 : -1) &&
	    t->gone == 0)
		t->code = CODE_CONFIG;
	if (t->code == 0 && t->opts.confirm_program != NULL &&
	    t->confirm == NULL && !box_asks(t->box)) {
		log_error("--confirm-program %s: nothing to ask about: there "
		    "is no --confirm, and no declaration has \"confirm\": "
		    "true", t->opts.confirm_program);
		t->code = CODE_USAGE;
	}
}

/* A conversation that comes through a pipe waits for the answers, so somebody
 * has to read them; a file of calls is only a trial. */
static void
check_answers(const struct gltool *t)
{
	struct stat st;

	if (t->answers_path != NULL && fstat(0, &st) == 0 &&
	    S_ISFIFO(st.st_mode))
		path_need_fifo(t->answers_path, false);
}

static void
serve(struct gltool *t)
{
	static const struct relay_ops ops = { log_said, relay_over, words };

	(void)box_changed(t->box);
	t->relay = relay_open(t->loop, t->caller, t->answers_path, isatty(1),
	    &ops, t);
	if (t->relay == NULL)
		log_die(CODE_IO, "%s:", t->answers_path);
	loop_run(t->loop);
	relay_close(t->relay);
	t->relay = NULL;
}

static void
turn(void *arg)
{
	struct gltool *t = arg;

	loop_stop(t->loop, 0);
}

static void
wait_turn(struct gltool *t)
{
	loop_timer(t->loop, &t->turn, loop_now(t->loop) + SWEEP_MS);
	loop_run(t->loop);
}

/* Stops the servers and kills everything that calls left behind. */
static void
clean_up(struct gltool *t)
{
	int tries = 50;
	size_t i;

	t->ending = true;
	servers_stop(t->servers);
	caller_cancel_all(t->caller);
	caller_kill(t->caller);
	box_hurry(t->box);
	while (caller_open(t->caller) > 0 || box_loading(t->box) ||
	    servers_count(t->servers) > 0)
		wait_turn(t);
	while (proc_sweep(&t->foreign, NULL, 0) > 0 && tries-- > 0)
		wait_turn(t);
	loop_untimer(t->loop, &t->sweep);
	loop_untimer(t->loop, &t->turn);
	asker_free(t->asker);
	caller_free(t->caller);
	servers_free(t->servers);
	box_free(t->box);
	free(t->ack);
	free(t->confirm);
	free(t->unknown[0]);
	free(t->unknown[1]);
	for (i = 0; i < NAMED_MAX; i++) {
		free(t->folders[i]);
		free(t->writable[i]);
		free(t->readable[i]);
	}
	toolenv_done(&t->env);
	loop_free(t->loop);
}

/* Creates the objects that do not depend on the options. */
static void
begin(struct gltool *t)
{
	static const struct box_ops box_ops = { warn_tool, folders_loaded };
	static const struct servers_ops servers_ops = { server_listed,
	    server_result, server_told, servers_gone };

	t->loop = loop_new();
	t->turn.fire = turn;
	t->sweep.fire = sweep;
	t->turn.arg = t->sweep.arg = t;
	t->box = box_new(t->loop, &box_ops, t);
	box_env(t->box, t->env.v);
	t->servers = servers_new(t->loop, t->box, &servers_ops, t);
	t->asker = asker_new(t->loop, decide, t);
	base_env(t);
}

/* What --sandbox leaves of files and system calls. */
static void
confine(struct gltool *t)
{
	static const char *const all[] = { "/", NULL };
	static const char *const base[SYSTEM_MAX] = { "/bin", "/etc", "/lib",
	    "/lib32", "/lib64", "/libx32", "/nix/store", "/opt", "/proc",
	    "/sbin", "/sys", "/usr" };
	size_t n = SYSTEM_MAX, i;

	memcpy(t->named, base, sizeof(base));
	for (i = 0; t->readable[i] != NULL; i++)
		t->named[n++] = t->readable[i];
	for (i = 0; t->folders[i] != NULL; i++)
		t->named[n++] = t->folders[i];
	t->sandbox.readable = t->readable[0] != NULL ? t->named : all;
	t->sandbox.writable = (const char *const *)t->writable;
	/* a tool that cannot write needs no modes */
	t->sandbox.calls = t->writable[0] != NULL ? CONFINE_NET : CONFINE_MODES;
	if (t->confined)
		t->opts.sandbox = &t->sandbox;
	box_sandbox(t->box, t->opts.sandbox);
}

int
main(int argc, char *argv[])
{
	static const struct caller_ops caller_ops = { answer, log_said,
	    write_line, ask, unask, idle };
	struct gltool t = { .log_fd = -1,
	    .opts = { .jobs = 16, .max_calls = 64, .timeout_ms = 60000,
	    .grace_ms = 2000, .out_max = CALLER_OUT_MAX } };

	log_init("gl-tool");
	proc_adopt(&t.foreign);
	begin(&t);
	read_options(&t, argc, argv);
	t.opts.env = t.env.v;
	if (!t.declare)
		check_answers(&t);
	confine(&t);
	loop_adopt(t.loop);
	loop_ends(t.loop, on_signal, &t);
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
