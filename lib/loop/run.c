/*
 * A child on the loop.  It is over once reaped: then its group is killed, and
 * what it had written by then is read without waiting, since a grandchild in a
 * session of its own may hold the pipes open for ever.
 */
#include "loop/run.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fd.h"
#include "loop/loop.h"
#include "base/mem.h"

enum {
	HOLD_MS = 50, BITE = 65536,
	LAST_BITES = 16		/* a pipe holds 1 MiB at most */
};

struct run {
	struct loop *loop;
	struct source *source;
	const struct run_ops *ops;
	void *arg;
	struct proc proc;
	char *input;
	size_t input_len, input_at;
	struct buf out, err;
	size_t total, out_max, err_max;
	struct timer limit, hold;
	int64_t grace_ms, started;
	enum run_how how;
	bool ending;		/* SIGTERM was sent; `how` is settled */
};

static void
close_fd(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

/* SIGTERM now, SIGKILL after the grace. */
static void
end(struct run *r, enum run_how how)
{
	if (r->ending)
		return;
	r->ending = true;
	r->how = how;
	loop_untimer(r->loop, &r->hold);
	proc_kill(r->proc.pid, SIGTERM);
	loop_timer(r->loop, &r->limit, clock_ms() + r->grace_ms);
}

static void
on_limit(void *arg)
{
	struct run *r = arg;

	if (r->ending)
		proc_kill(r->proc.pid, SIGKILL);
	else
		end(r, RUN_TIMEOUT);
}

/* Hands on whole lines: those followed by something, or all. */
static void
give_lines(struct run *r, bool all)
{
	char *nl;
	size_t n;

	while (r->out.len > 0 && !r->ending &&
	    (nl = memchr(r->out.data, '\n', r->out.len)) != NULL) {
		n = (size_t)(nl - r->out.data);
		if (n + 1 == r->out.len && !all) {
			loop_timer(r->loop, &r->hold, clock_ms() + HOLD_MS);
			return;
		}
		r->ops->line(r->arg, r->out.data, n);
		buf_drop(&r->out, n + 1);
	}
}

static void
on_hold(void *arg)
{
	give_lines(arg, true);
}

static void
feed(struct run *r)
{
	ssize_t n;

	n = fd_write(r->proc.in, r->input + r->input_at,
	    r->input_len - r->input_at);
	if (n > 0)
		r->input_at += (size_t)n;
	if ((n <= 0 && n != IO_AGAIN) || r->input_at == r->input_len)
		close_fd(&r->proc.in);
}

/* One read of output or errors; whether there may be more. */
static bool
collect(struct run *r, int *fd, struct buf *b, size_t max)
{
	char bite[BITE];
	size_t keep;
	ssize_t n;

	if (*fd == -1)
		return false;
	n = fd_read(*fd, bite, sizeof(bite));
	if (n == IO_AGAIN)
		return false;
	if (n <= 0) {
		close_fd(fd);
		return false;
	}
	keep = max - b->len < (size_t)n ? max - b->len : (size_t)n;
	buf_add(b, bite, keep);
	if (b != &r->out)
		return true;
	r->total += (size_t)n;
	if (r->total > r->out_max)
		end(r, RUN_FLOOD);
	return !r->ending;
}

static int
want(void *arg, struct pollfd *pfd, int room)
{
	struct run *r = arg;
	int n = 0;

	(void)room;
	if (r->proc.in != -1) {
		pfd[n].fd = r->proc.in;
		pfd[n++].events = POLLOUT;
	}
	if (r->proc.out != -1) {
		pfd[n].fd = r->proc.out;
		pfd[n++].events = POLLIN;
	}
	if (r->proc.err != -1) {
		pfd[n].fd = r->proc.err;
		pfd[n++].events = POLLIN;
	}
	return n;
}

static void
ready(void *arg, const struct pollfd *pfd, int n)
{
	struct run *r = arg;
	int i;

	for (i = 0; i < n; i++) {
		if (pfd[i].revents == 0)
			continue;
		if (pfd[i].fd == r->proc.in)
			feed(r);
		else if (pfd[i].fd == r->proc.err)
			collect(r, &r->proc.err, &r->err, r->err_max);
		else if (pfd[i].fd == r->proc.out) {
			collect(r, &r->proc.out, &r->out, r->out_max);
			if (r->ops->line != NULL)
				give_lines(r, false);
		}
	}
}

static const struct source_ops source_ops = { want, ready };

static void
reaped(void *arg, pid_t pid, int status)
{
	struct run *r = arg;
	struct run_end e = { .how = r->how };
	int i;

	proc_kill(pid, SIGKILL);
	/* a process that left the group may write for ever */
	for (i = 0; i < LAST_BITES &&
	    collect(r, &r->proc.out, &r->out, r->out_max); i++)
		;
	for (i = 0; i < LAST_BITES &&
	    collect(r, &r->proc.err, &r->err, r->err_max); i++)
		;
	if (r->ending) {
		e.how = r->how;
	} else if (WIFEXITED(status)) {
		e.how = RUN_EXITED;
		e.code = WEXITSTATUS(status);
	} else {
		e.how = RUN_KILLED;
		e.code = WTERMSIG(status);
	}
	loop_untimer(r->loop, &r->limit);
	loop_untimer(r->loop, &r->hold);
	if (r->ops->line != NULL)
		give_lines(r, false);
	loop_untimer(r->loop, &r->hold);
	loop_remove(r->loop, r->source);
	e.out = r->out.data ? r->out.data : "";
	e.out_len = r->out.len;
	e.err = r->err.data ? r->err.data : "";
	e.err_len = r->err.len;
	e.ms = clock_ms() - r->started;
	r->ops->done(r->arg, &e);
	close_fd(&r->proc.in);
	close_fd(&r->proc.out);
	close_fd(&r->proc.err);
	buf_wipe(&r->out);
	buf_wipe(&r->err);
	free(r->input);
	free(r);
}

struct run *
run_start(struct loop *loop, const struct run_opts *o,
    const struct run_ops *ops, void *arg)
{
	struct run *r = mem_alloc(sizeof(*r));

	if (proc_start(&r->proc, &o->proc) == -1) {
		free(r);
		return NULL;
	}
	r->loop = loop;
	r->ops = ops;
	r->arg = arg;
	r->input = mem_copy(o->input, o->input_len);
	r->input_len = o->input_len;
	if (r->input_len == 0)
		close_fd(&r->proc.in);
	r->out_max = o->out_max;
	r->err_max = o->err_max;
	buf_init(&r->out, o->out_max);
	buf_init(&r->err, o->err_max);
	r->grace_ms = o->grace_ms;
	r->started = clock_ms();
	r->limit.fire = on_limit;
	r->limit.arg = r;
	r->hold.fire = on_hold;
	r->hold.arg = r;
	r->source = loop_add(loop, &source_ops, r);
	if (o->timeout_ms > 0)
		loop_timer(loop, &r->limit, r->started + o->timeout_ms);
	loop_child(loop, r->proc.pid, reaped, r);
	return r;
}

void
run_cancel(struct run *r)
{
	end(r, RUN_CANCELLED);
}

pid_t
run_group(const struct run *r)
{
	return r->proc.pid;
}
