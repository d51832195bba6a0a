/*
 * A program in a process group of its own, its output read on the loop.  It is
 * over when it was reaped: then its group is killed, and what it had written
 * is read without waiting, since what it left behind may hold the pipe open.
 * It gets our environment but for API keys, which are none of its business.
 */
#include "auth/run.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/net.h"
#include "auth/text.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fd.h"
#include "loop/input.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "loop/proc.h"
#include "base/words.h"

enum { WORDS_MAX = 64 };

extern char **environ;

struct executable {
	struct auth_net *net;
	struct buf *out;
	struct input *in;
	int fd;			/* its output, which in closes */
	int status;
	bool ended, late, long_;
};

static void *
window(void *arg, size_t *n)
{
	struct executable *r = arg;
	void *p = buf_room(r->out, 4096);

	*n = 4096;
	if (!p) {
		r->long_ = true;
		loop_stop(r->net->loop, 0);
	}
	return p;
}

static void
filled(void *arg, size_t n)
{
	struct executable *r = arg;

	buf_added(r->out, n);
}

/* It may still be at work. */
static void
end(void *arg, int error)
{
	(void)arg;
	(void)error;
}

static void
ended(void *arg, pid_t pid, int status)
{
	struct executable *r = arg;
	ssize_t got;
	size_t n;
	void *p;

	proc_kill(pid, SIGKILL);
	while ((p = window(r, &n)) && (got = fd_read(r->fd, p, n)) > 0)
		filled(r, (size_t)got);
	r->ended = true;
	r->status = status;
	loop_stop(r->net->loop, 0);
}

static void
late(void *arg)
{
	struct executable *r = arg;

	r->late = true;
	loop_stop(r->net->loop, 0);
}

static const struct input_ops ops = { window, filled, end, NULL };

static bool
secret(const char *var)
{
	return strncmp(var, "GEMINI_API_KEY=", 15) == 0 ||
	    strncmp(var, "GOOGLE_API_KEY=", 15) == 0;
}

/* Our environment without keys, and the additions before it so that they
 * win.  Only the array is allocated. */
static char **
environment(const char *const *more)
{
	size_t n = 0, m = 0, i;
	char **env;

	while (environ[n])
		n++;
	while (more[m])
		m++;
	env = mem_resize(NULL, n + m + 1, sizeof *env);
	for (i = 0; i < m; i++)
		env[i] = (char *)(uintptr_t)more[i];
	for (n = 0; environ[n]; n++)
		if (!secret(environ[n]) &&
		    strncmp(environ[n], "GOOGLE_EXTERNAL_ACCOUNT_", 24) != 0)
			env[i++] = environ[n];
	env[i] = NULL;
	return env;
}

static int
verdict(const struct executable *r, const char *name,
    struct auth_refusal *refusal)
{
	if (r->net->signo)
		return auth_net_refuse(refusal, CODE_SIGNAL + r->net->signo,
		    "interrupted");
	if (r->late)
		return auth_net_refuse(refusal, CODE_TEMPFAIL,
		    "%s: no answer in "
		    "time; see \"timeout_millis\" in \"credential_source\"",
		    name);
	if (r->long_)
		return auth_net_refuse(refusal, CODE_DATA,
		    "%s: its output is over "
		    "%zu bytes", name, r->out->max);
	if (WIFSIGNALED(r->status))
		return auth_net_refuse(refusal, CODE_REFUSED, "%s: ended by "
		    "signal %d", name, WTERMSIG(r->status));
	/* a program that fails may still have said why on its output */
	if (WEXITSTATUS(r->status) != 0 && r->out->len == 0)
		return auth_net_refuse(refusal, CODE_REFUSED,
		    "%s: exit code %d",
		    name, WEXITSTATUS(r->status));
	return 0;
}

/* Waits for the program, or ends it. */
static void
wait_for(struct executable *r, pid_t pid, int ms)
{
	struct timer timer = { .fire = late, .arg = r };
	struct loop *l = r->net->loop;

	loop_timer(l, &timer, clock_ms() + ms);
	loop_child(l, pid, ended, r);
	while (!r->net->signo && !r->late && !r->long_ && !r->ended)
		loop_run(l);
	loop_untimer(l, &timer);
	if (r->ended)
		return;
	proc_kill(pid, SIGKILL);
	while (!r->ended)
		loop_run(l);
}

/* Starts the program; its errno is told in words. */
static int
start(struct proc *p, char **words, const char *const *more, const char *name,
    struct auth_refusal *refusal)
{
	char **env = environment(more);
	struct proc_opts opts = {
		.argv = (const char *const *)words,
		.env = (const char *const *)env, .err = PROC_ERR_OURS,
	};
	int rc = 0;

	if (proc_start(p, &opts) == -1)
		rc = auth_net_refuse(refusal, CODE_CONFIG, "%s: %s; check "
		    "\"command\" in \"credential_source\"", name,
		    strerror(errno));
	free(env);
	return rc;
}

int
auth_run(struct auth_net *net, const struct auth_run *what, struct buf *out,
    struct auth_refusal *refusal)
{
	struct executable r = { .net = net, .out = out };
	char **words = words_split(what->command, WORDS_MAX);
	struct proc p;
	char name[120];
	int rc;

	if (!words)
		return auth_net_refuse(refusal, CODE_CONFIG, "\"command\" in "
		    "\"credential_source\" is no command");
	auth_text_tame(name, sizeof name, words[0], NULL);
	rc = start(&p, words, what->env, name, refusal);
	free(words);
	if (rc != 0)
		return rc;
	close(p.in);
	r.fd = p.out;
	r.in = input_fd(net->loop, p.out, &ops, &r);
	wait_for(&r, p.pid, what->timeout_ms);
	input_close(r.in);
	return verdict(&r, name, refusal);
}
