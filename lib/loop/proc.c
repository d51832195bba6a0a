/*
 * Child processes.  Each has its own session and so its own group, which it
 * cannot leave for ours: a signal reaches whatever it started.  What leaves the
 * group for a new one is found through /proc, since we adopt it.
 */
#define _DEFAULT_SOURCE		/* RLIMIT_NPROC, prctl(2) */
#include "loop/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "loop/loop.h"

extern char **environ;

enum { IN, OUT, ERR, STATUS, PIPES };

enum { TREE = 256 };		/* the most processes to go through */

/* One half is not given up where the kernel lacks the other. */
static int
sandbox(const struct proc_sandbox *s)
{
	int files = confine_files(s->readable, s->writable);
	int calls = confine_calls(s->calls);

	return (files == -1 || calls == -1) && !s->may_lack ? -1 : 0;
}

static _Noreturn void
child(const struct proc_opts *o, int p[PIPES][2], pid_t ours)
{
	struct rlimit r;
	size_t i;
	int saved;
	ssize_t ignored;

	if (!o->same_group)
		setsid();
	/* if we are killed, it goes too */
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != ours)
		_exit(127);
	loop_forked();
	if (o->err == PROC_ERR_NULL)
		p[ERR][1] = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (dup2(p[IN][0], 0) == -1 || dup2(p[OUT][1], 1) == -1 ||
	    (o->err != PROC_ERR_OURS && dup2(p[ERR][1], 2) == -1))
		goto fail;
	for (i = 0; i < o->n_limits; i++) {
		r.rlim_cur = r.rlim_max = o->limits[i].value < 0 ?
		    RLIM_INFINITY : (rlim_t)o->limits[i].value;
		if (setrlimit(o->limits[i].resource, &r) == -1)
			goto fail;
	}
	if (o->dir != NULL && chdir(o->dir) == -1)
		goto fail;
	if (o->env != NULL) {
		environ = (char **)(void *)o->env;
	} else {
		unsetenv("GEMINI_API_KEY");
		unsetenv("GOOGLE_API_KEY");
	}
	/* the kernel may lack these; only a sandbox that was asked for must
	 * not be missing */
	(void)confine_gains();
	if (o->sandbox != NULL && sandbox(o->sandbox) == -1)
		goto fail;
	/* execve() for a path: execvp() would hand a file without a #! line
	 * to a shell */
	if (strchr(o->argv[0], '/') != NULL)
		execv(o->argv[0], (char *const *)(void *)o->argv);
	else
		execvp(o->argv[0], (char *const *)(void *)o->argv);
fail:
	saved = errno;
	ignored = write(p[STATUS][1], &saved, sizeof(saved));
	(void)ignored;
	_exit(127);
}

/* Closes one end of each pipe, or both for -1. */
static void
close_ends(int p[PIPES][2], const int end[PIPES])
{
	int i;

	for (i = 0; i < PIPES; i++) {
		if (p[i][0] != -1 && (end[i] == 0 || end[i] == -1))
			close(p[i][0]);
		if (p[i][1] != -1 && (end[i] == 1 || end[i] == -1))
			close(p[i][1]);
	}
}

int
proc_start(struct proc *c, const struct proc_opts *o)
{
	static const int theirs[PIPES] = { 0, 1, 1, 1 };
	static const int all[PIPES] = { -1, -1, -1, -1 };
	int p[PIPES][2] = { {-1, -1}, {-1, -1}, {-1, -1}, {-1, -1} };
	pid_t ours = getpid();
	int i, why = 0;

	for (i = 0; i < PIPES; i++)
		if (!(i == ERR && o->err != PROC_ERR_PIPE) &&
		    fd_pipe(p[i]) == -1)
			goto fail;
	c->pid = fork();
	if (c->pid == -1)
		goto fail;
	if (c->pid == 0)
		child(o, p, ours);
	close_ends(p, theirs);
	/* ends at once, by exec or with the error that prevented it: by then it
	 * has its group */
	if (fd_read(p[STATUS][0], &why, sizeof(why)) > 0) {
		waitpid(c->pid, NULL, 0);
		close_ends(p, (const int[]){ 1, 0, 0, 0 });
		errno = why;
		return -1;
	}
	close(p[STATUS][0]);
	c->in = p[IN][1];
	c->out = p[OUT][0];
	c->err = p[ERR][0];
	fd_nonblock(c->in);
	fd_nonblock(c->out);
	if (c->err != -1)
		fd_nonblock(c->err);
	return 0;
fail:
	why = errno;
	close_ends(p, all);
	errno = why;
	return -1;
}

void
proc_kill(pid_t pid, int signo)
{
	if (pid > 1)
		kill(-pid, signo);
}

/* The pids of a process's children as text, freed by the caller, or NULL. */
static char *
children(pid_t of)
{
	char path[64];
	size_t len;

	snprintf(path, sizeof(path), "/proc/%ld/task/%ld/children", (long)of,
	    (long)of);
	return fd_slurp(path, 1 << 20, &len);
}

void
proc_kill_tree(pid_t pid, int signo)
{
	pid_t all[TREE];
	size_t n = 1, i;
	char *text, *at, *end;
	long child;

	/* a stopped process starts and reaps nothing while we look */
	all[0] = pid;
	for (i = 0; i < n; i++) {
		kill(all[i], SIGSTOP);
		text = children(all[i]);
		for (at = text; n < TREE && at != NULL &&
		    (child = strtol(at, &end, 10)) > 0; at = end)
			all[n++] = (pid_t)child;
		free(text);
	}
	for (i = 0; i < n; i++)
		kill(all[i], signo);
	for (i = n; i-- > 0; )
		kill(all[i], SIGCONT);
}

void
proc_adopt(struct proc_foreign *f)
{
	char *text = children(getpid()), *at, *end;
	long pid;

	memset(f, 0, sizeof(*f));
	for (at = text; at != NULL && (pid = strtol(at, &end, 10)) > 0;
	    at = end) {
		f->many = f->n == PROC_FOREIGN;
		if (f->many)
			break;
		f->group[f->n] = getpgid((pid_t)pid);
		f->pid[f->n++] = (pid_t)pid;
	}
	free(text);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

/* Whether the process belongs to one of these groups. */
static bool
known(pid_t pid, const pid_t *groups, size_t n)
{
	pid_t group = getpgid(pid);
	size_t i;

	for (i = 0; i < n; i++)
		if (groups[i] == pid || groups[i] == group)
			return true;
	return false;
}

/* Whether someone else started it, as far as can be told: what we start never
 * has our own group. */
static bool
foreign(pid_t pid, const struct proc_foreign *f)
{
	pid_t ours = getpgrp();

	return f->n > 0 && (known(pid, f->pid, f->n) ||
	    known(pid, f->group, f->n) || known(pid, &ours, 1));
}

int
proc_sweep(const struct proc_foreign *f, const pid_t *groups, size_t n)
{
	char *text = f->many ? NULL : children(getpid()), *at, *end;
	long pid;
	int left = 0;

	if (text == NULL)
		return 0;
	for (at = text; (pid = strtol(at, &end, 10)) > 0; at = end) {
		if (known((pid_t)pid, groups, n) || foreign((pid_t)pid, f))
			continue;
		kill((pid_t)pid, SIGKILL);
		if (waitpid((pid_t)pid, NULL, WNOHANG) != pid)
			left++;
	}
	free(text);
	return left;
}

int
proc_limit_parse(struct proc_limit *l, const char *text)
{
	static const struct { const char *name; int resource; } names[] = {
		{ "cpu", RLIMIT_CPU }, { "as", RLIMIT_AS },
		{ "data", RLIMIT_DATA }, { "nproc", RLIMIT_NPROC },
		{ "fsize", RLIMIT_FSIZE }, { "nofile", RLIMIT_NOFILE },
		{ "core", RLIMIT_CORE }
	};
	static const char units[] = "kMG";
	const char *unit;
	size_t i, n = strcspn(text, "=");
	char *end;

	if (text[n] == '\0' || text[n + 1] < '0' || text[n + 1] > '9')
		return -1;
	errno = 0;
	l->value = strtoll(text + n + 1, &end, 10);
	if (*end != '\0' && end[1] == '\0' &&
	    (unit = strchr(units, *end)) != NULL && l->value < 1LL << 32) {
		l->value <<= 10 * (unit - units + 1);
		end++;
	}
	if (errno != 0 || *end != '\0')
		return -1;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strlen(names[i].name) == n &&
		    memcmp(names[i].name, text, n) == 0) {
			l->resource = names[i].resource;
			return 0;
		}
	return -1;
}
