#ifndef LOOP_PROC_H
#define LOOP_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * A child process with pipes of ours, by default in a group of its own.  No
 * shell, no descriptor inherited but 0, 1 and 2, signals as they were before
 * the loop, no privileges by set-user-ID.  It is killed if we are.
 */
enum { PROC_LIMITS = 8 };

struct proc_limit {
	int resource;		/* RLIMIT_... */
	long long value;	/* soft and hard; -1 none */
};

/* No sockets, and files as of confine_files(). */
struct proc_sandbox {
	const char *const *readable, *const *writable;
	int may_lack;		/* else it does not run where the kernel has
				 * no such thing */
};

struct proc_opts {
	const char *const *argv;	/* argv[0] is looked for in PATH if it
					 * has no slash */
	const char *const *env;		/* "NAME=value"...; NULL: ours, but
					 * for API keys */
	const char *dir;		/* working folder; NULL: ours */
	struct proc_limit limits[PROC_LIMITS];
	size_t n_limits;
	const struct proc_sandbox *sandbox;	/* NULL: none */
	bool same_group;	/* as ours: it may ask on the terminal */
	enum proc_err {
		PROC_ERR_PIPE, PROC_ERR_OURS, PROC_ERR_NULL
	} err;				/* where standard error goes */
};

struct proc {
	pid_t pid;
	int in, out, err;	/* our ends: non-blocking, close-on-exec; err is
				 * -1 without PROC_ERR_PIPE */
};

/* 0, or -1 with errno as exec or fork said it (nothing is left behind). */
int proc_start(struct proc *, const struct proc_opts *);

/* Sends a signal to the group; a group that is gone is fine. */
void proc_kill(pid_t pid, int signo);

/* Signals a child of ours that has not been reaped and all that it started, in
 * whatever groups: for a child that shares ours, so that it can use the
 * terminal. */
void proc_kill_tree(pid_t pid, int signo);

/* Children that the process had before it began anything: a wrapper's jobs stay
 * its children across exec(2). */
enum { PROC_FOREIGN = 64 };	/* with more, nothing is swept */

struct proc_foreign {
	pid_t pid[PROC_FOREIGN], group[PROC_FOREIGN];
	size_t n;
	int many;		/* more than that */
};

/* From now on descendants whose parents ended become our children, so that
 * proc_sweep() finds them (Linux; elsewhere does nothing).  Called before
 * anything is started: what is there now is noted as foreign. */
void proc_adopt(struct proc_foreign *);

/*
 * Kills and reaps our children that belong to none of the given groups: what
 * ended calls left behind.  What is foreign, or in a group of something foreign
 * (it came to us from there), is left alone.  Returns how many are still there;
 * call again until 0.  Only where proc_adopt() was called.
 */
int proc_sweep(const struct proc_foreign *, const pid_t *groups, size_t n);

/* Reads one limit as "NAME=VALUE" (cpu, as, nproc, fsize, nofile, core, data);
 * sizes take k, M, G.  -1 where the name or the value is none. */
int proc_limit_parse(struct proc_limit *, const char *text);

#endif
