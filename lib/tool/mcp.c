/*
 * The process of one MCP server: started, read, restarted if it dies, and
 * ended.  tool/mcptalk does the talking.
 */
#include "tool/mcp.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/mem.h"
#include "loop/loop.h"
#include "loop/output.h"
#include "loop/proc.h"
#include "tool/mcptalk.h"
#include "tool/murmur.h"

enum { WINDOW_MS = 600000, BITE = 65536, BACK_OFF_MS = 500,
	TERM_MS = 300, KILL_MS = 500 };

struct mcp {
	struct loop *loop;
	const struct mcp_ops *ops;
	void *arg;
	char *name;
	struct proc_opts proc_opts;
	struct proc proc;
	struct source *source;
	struct output *out;
	struct murmur *murmur;	/* its standard error, or NULL */
	struct mcptalk *talk;	/* while it runs */
	bool running;
	bool refused;		/* not to be restarted */
	bool stopping;		/* by mcp_stop() */
	bool ending;		/* TERM was sent */
	int deaths;
	int64_t first_death;
	struct timer timer;	/* start, TERM, KILL */
};

static void start(struct mcp *);

static void
tell(struct mcp *m, enum mcp_level level, const char *text)
{
	char line[512];

	snprintf(line, sizeof(line), "MCP server %s: %s", m->name, text);
	m->ops->told(m->arg, m, level, line);
}

static void
murmured(void *arg, const char *text)
{
	struct mcp *m = arg;
	char line[MURMUR_MAX + 128];

	snprintf(line, sizeof(line), "MCP server %.80s says: %s", m->name,
	    text);
	m->ops->told(m->arg, m, MCP_NOTE, line);
}

/* Ends the server: TERM now, KILL after a while. */
static void
finish(struct mcp *m)
{
	mcptalk_close(m->talk);
	m->ending = true;
	proc_kill(m->proc.pid, SIGTERM);
	loop_timer(m->loop, &m->timer, clock_ms() + KILL_MS);
}

static int
want(void *arg, struct pollfd *pfd, int room)
{
	struct mcp *m = arg;

	(void)room;
	if (m->proc.out == -1)
		return 0;
	pfd->fd = m->proc.out;
	pfd->events = POLLIN;
	return 1;
}

static void
take(void *arg)
{
	struct mcp *m = arg;
	char bite[BITE];
	ssize_t got;

	if (m->proc.out == -1)
		return;
	got = fd_read(m->proc.out, bite, sizeof(bite));
	if (got == IO_AGAIN)
		return;
	if (got > 0 && mcptalk_feed(m->talk, bite, (size_t)got) == 0)
		return;
	close(m->proc.out);
	m->proc.out = -1;
	finish(m);
}

static void
ready(void *arg, const struct pollfd *pfd, int n)
{
	(void)pfd;
	(void)n;
	take(arg);
}

static int
talk_send(void *arg, const struct buf *line)
{
	struct mcp *m = arg;

	return m->out == NULL ? -1 :
	    output_add(m->out, line->data, line->len, NULL, 0);
}

static void
talk_tools(void *arg, const struct json *list)
{
	struct mcp *m = arg;

	m->ops->tools(m->arg, m, list);
}

static void
talk_result(void *arg, void *call, struct mcptool_result *r)
{
	struct mcp *m = arg;

	m->ops->result(m->arg, call, r);
}

static void
talk_told(void *arg, enum mcp_level level, const char *text)
{
	tell(arg, level, text);
}

static void
talk_give_up(void *arg, bool for_good)
{
	struct mcp *m = arg;

	m->refused = m->refused || for_good;
	finish(m);
}

static const struct mcptalk_ops talk_ops = { talk_send, talk_tools,
	talk_result, talk_told, talk_give_up, take };
static const struct source_ops source_ops = { want, ready };

static void
release(struct mcp *m)
{
	loop_untimer(m->loop, &m->timer);
	free((void *)(uintptr_t)m->proc_opts.argv);
	free((void *)(uintptr_t)m->proc_opts.env);
	free((void *)(uintptr_t)m->proc_opts.dir);
	free(m->name);
	free(m);
}

static void
on_timer(void *arg)
{
	struct mcp *m = arg;

	if (!m->running && m->stopping) {
		m->ops->stopped(m->arg, m);
		release(m);
	} else if (!m->running) {
		start(m);
	} else if (m->ending) {
		proc_kill(m->proc.pid, SIGKILL);
	} else {
		finish(m);
	}
}

/* The process is gone. */
static void
gone(struct mcp *m)
{
	struct json *none;
	char text[128];

	if (m->first_death == 0 ||
	    clock_ms() - m->first_death > WINDOW_MS) {
		m->first_death = clock_ms();
		m->deaths = 0;
	}
	if (!m->refused && m->deaths++ < MCP_RESTARTS) {
		snprintf(text, sizeof(text), "ended; started again (%d of %d)",
		    m->deaths, MCP_RESTARTS);
		tell(m, MCP_TROUBLE, text);
		loop_timer(m->loop, &m->timer, clock_ms() +
		    (BACK_OFF_MS << (m->deaths - 1)));
		return;
	}
	if (!m->refused)
		tell(m, MCP_GONE, "given up after it ended too often "
		    "(-v shows what it prints)");
	none = json_array();
	m->ops->tools(m->arg, m, none);
	json_free(none);
}

static void
reaped(void *arg, pid_t pid, int status)
{
	struct mcp *m = arg;

	(void)status;
	proc_kill(pid, SIGKILL);
	m->running = m->ending = false;
	loop_untimer(m->loop, &m->timer);
	loop_remove(m->loop, m->source);
	output_close(m->out);
	m->out = NULL;
	if (m->proc.out != -1)
		close(m->proc.out);
	m->proc.out = -1;
	m->proc.pid = 0;
	murmur_free(m->murmur);
	m->murmur = NULL;
	mcptalk_fail(m->talk, "the MCP server died");
	mcptalk_free(m->talk);
	m->talk = NULL;
	if (!m->stopping) {
		gone(m);
		return;
	}
	m->ops->stopped(m->arg, m);
	release(m);
}

static void
start(struct mcp *m)
{
	static const struct output_ops out_ops = { NULL, NULL };
	struct json *none;

	if (proc_start(&m->proc, &m->proc_opts) == -1) {
		m->proc.pid = 0;
		tell(m, MCP_GONE, strerror(errno));
		none = json_array();
		m->ops->tools(m->arg, m, none);
		json_free(none);
		return;
	}
	m->running = true;
	m->out = output_fd(m->loop, m->proc.in, MCP_LINE_MAX, &out_ops, m);
	m->source = loop_add(m->loop, &source_ops, m);
	m->murmur = m->proc.err == -1 ? NULL :
	    murmur_new(m->loop, m->proc.err, murmured, m);
	loop_child(m->loop, m->proc.pid, reaped, m);
	m->talk = mcptalk_new(m->loop, &talk_ops, m);
}

struct mcp *
mcp_start(struct loop *loop, const struct mcp_opts *o,
    const struct mcp_ops *ops, void *arg)
{
	struct mcp *m = mem_alloc(sizeof(*m));

	m->loop = loop;
	m->ops = ops;
	m->arg = arg;
	m->name = mem_str(o->name);
	m->proc_opts.argv = mem_strings(o->argv);
	m->proc_opts.env = mem_strings(o->env);
	m->proc_opts.dir = mem_str(o->dir);
	m->proc_opts.sandbox = o->sandbox;
	m->proc_opts.err = o->loud ? PROC_ERR_PIPE : PROC_ERR_NULL;
	m->proc.out = -1;
	m->timer.fire = on_timer;
	m->timer.arg = m;
	/* on the loop's next turn, so that no op is called from here */
	loop_timer(loop, &m->timer, loop_now(loop));
	return m;
}

void
mcp_stop(struct mcp *m)
{
	m->stopping = true;
	if (!m->running) {
		loop_timer(m->loop, &m->timer, loop_now(m->loop));
		return;
	}
	mcptalk_drop(m->talk);
	output_close(m->out);
	m->out = NULL;
	loop_timer(m->loop, &m->timer, clock_ms() + TERM_MS);
}

const char *
mcp_name(const struct mcp *m)
{
	return m->name;
}

pid_t
mcp_group(const struct mcp *m)
{
	return m->proc.pid;
}

int
mcp_call(struct mcp *m, const char *tool, const struct json *args,
    void *call, int64_t timeout_ms)
{
	return m->talk == NULL ? -1 :
	    mcptalk_call(m->talk, tool, args, call, timeout_ms);
}

void
mcp_cancel(struct mcp *m, void *call)
{
	if (m->talk != NULL)
		mcptalk_cancel(m->talk, call);
}
