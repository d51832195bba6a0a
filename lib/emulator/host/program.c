/*
 * A program that exits, or writes something other than a stream, is reported as
 * ended; its conversation goes on without answers.  A program whose
 * conversation is over has GRACE_MS to exit by itself.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "emulator/host/program.h"
#include "loop/input.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "base/path.h"
#include "loop/output.h"
#include "loop/proc.h"
#include "stream/stream.h"
#include "base/words.h"

enum { WORDS_MAX = 1000, QUEUE = 16 << 20, GRACE_MS = 2000, START_MAX = 4096 };

struct prog {
	struct emuprog *owner;
	unsigned talk;
	struct proc proc;
	struct input *in;	/* from the program; NULL once it has ended */
	struct output *out;
	struct stream_reader *reader;
	struct timer grace;
	int error;		/* why it could not start */
	bool running;		/* not reaped yet */
	bool over;		/* its conversation has ended */
	struct prog *next;
};

struct emuprog {
	struct loop *loop;
	char **words;
	const struct program_ops *ops;
	void *arg;
	struct prog *list;
};

struct emuprog *
program_new(struct loop *loop, const char *command,
    const struct program_ops *ops, void *arg, int *code, char *why, size_t size)
{
	char **words = words_split(command, WORDS_MAX);
	struct emuprog *e;

	if (!words) {
		snprintf(why, size, "'%s' is not a command", command);
		*code = CODE_USAGE;
		return NULL;
	}
	if (path_runs(words[0]) != 0) {
		snprintf(why, size, "brain '%.80s': %s (parrot, tone or a "
		    "program%s)", words[0], errno == EACCES ?
		    "not an executable file" : log_reason(errno),
		    strchr(words[0], '/') ? "" : " in PATH");
		*code = CODE_NOINPUT;
		free(words);
		return NULL;
	}
	e = mem_alloc(sizeof(*e));
	e->loop = loop;
	e->ops = ops;
	e->arg = arg;
	e->words = words;
	return e;
}

static void
shut(struct prog *p)
{
	input_close(p->in);
	output_close(p->out);
	p->in = NULL;
	p->out = NULL;
}

static void
destroy(struct prog *p)
{
	struct prog **at = &p->owner->list;

	shut(p);
	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	loop_untimer(p->owner->loop, &p->grace);
	stream_reader_free(p->reader);
	free(p);
}

void
program_free(struct emuprog *e)
{
	struct prog *p;

	if (!e)
		return;
	while ((p = e->list)) {
		if (p->running)
			proc_kill(p->proc.pid, SIGKILL);
		destroy(p);
	}
	free(e->words);
	free(e);
}

static void __attribute__((format(printf, 2, 3)))
trouble(const struct prog *p, const char *fmt, ...)
{
	char text[300];
	va_list ap;
	int n;

	n = snprintf(text, sizeof(text), "brain '%.60s': ",
	    p->owner->words[0]);
	va_start(ap, fmt);
	vsnprintf(text + n, sizeof(text) - (size_t)n, fmt, ap);
	va_end(ap);
	p->owner->ops->trouble(p->owner->arg, text);
}

/* Handles the end of the program's output. */
static void
silent(struct prog *p)
{
	if (!p->in)
		return;
	input_close(p->in);
	p->in = NULL;
	if (!p->over)
		p->owner->ops->said(p->owner->arg, p->talk, NULL);
}

static void *
window(void *arg, size_t *n)
{
	struct prog *p = arg;

	return stream_window(p->reader, n);
}

static void
filled(void *arg, size_t n)
{
	struct prog *p = arg;
	enum stream_status s;
	struct record r;

	stream_filled(p->reader, n);
	while ((s = stream_next(p->reader, &r)) == STREAM_RECORD)
		if (!p->over)
			p->owner->ops->said(p->owner->arg, p->talk, &r);
	if (s != STREAM_BAD)
		return;
	if (!p->over)
		trouble(p, "what it writes is not a stream: %s",
		    stream_why(p->reader));
	silent(p);
}

static void
ended(void *arg, int error)
{
	(void)error;
	silent(arg);
}

static void
retired(void *arg)
{
	destroy(arg);
}

/* Frees it on the next turn of the loop: its own handlers may be active. */
static void
retire(struct prog *p)
{
	p->grace.fire = retired;
	loop_timer(p->owner->loop, &p->grace, loop_now(p->owner->loop));
}

static void
reaped(void *arg, pid_t pid, int status)
{
	struct prog *p = arg;

	/* nothing else would end what it left behind */
	proc_kill(pid, SIGKILL);
	p->running = false;
	if (p->over)
		retire(p);
	else if (WIFSIGNALED(status))
		trouble(p, "ended by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		trouble(p, "exit %d", WEXITSTATUS(status));
}

static void
out_of_patience(void *arg)
{
	struct prog *p = arg;

	proc_kill(p->proc.pid, SIGKILL);
}

static void
not_started(void *arg)
{
	struct prog *p = arg;

	trouble(p, "%s", strerror(p->error));
	p->owner->ops->said(p->owner->arg, p->talk, NULL);
}

static struct prog *
start(struct emuprog *e, unsigned talk)
{
	static const struct input_ops in_ops = { window, filled, ended, NULL };
	struct proc_opts o = { .argv = (const char *const *)e->words,
	    .err = PROC_ERR_OURS };
	struct prog *p = mem_alloc(sizeof(*p));
	struct buf b;

	p->owner = e;
	p->talk = talk;
	p->next = e->list;
	p->grace.fire = out_of_patience;
	p->grace.arg = p;
	e->list = p;
	/* a program that cannot start is kept as one that has ended */
	if (proc_start(&p->proc, &o) != 0) {
		p->error = errno;
		p->grace.fire = not_started;
		loop_timer(e->loop, &p->grace, loop_now(e->loop));
		return p;
	}
	p->running = true;
	p->reader = stream_reader_new();
	p->in = input_fd(e->loop, p->proc.out, &in_ops, p);
	p->out = output_fd(e->loop, p->proc.in, QUEUE, NULL, p);
	loop_child(e->loop, p->proc.pid, reaped, p);
	buf_init(&b, START_MAX);
	stream_start(&b, "gl-emulator");
	output_add(p->out, b.data, b.len, NULL, 0);
	buf_done(&b);
	return p;
}

static struct prog *
find(struct emuprog *e, unsigned talk)
{
	struct prog *p = e->list;

	while (p && (p->talk != talk || p->over))
		p = p->next;
	return p;
}

void
program_tell(struct emuprog *e, unsigned talk, const char *head, size_t hn,
    const void *payload, size_t pn)
{
	struct prog *p = find(e, talk);

	if (!p)
		p = start(e, talk);
	if (p->out)
		output_add(p->out, head, hn, payload, pn);
}

void
program_end(struct emuprog *e, unsigned talk)
{
	struct prog *p = find(e, talk);

	if (!p)
		return;
	p->over = true;
	if (!p->running) {
		retire(p);
		return;
	}
	output_close(p->out);
	p->out = NULL;
	loop_timer(e->loop, &p->grace, loop_now(e->loop) + GRACE_MS);
}
