#ifndef LOOP_PROC_H
#define LOOP_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/confine.h"

/*
 * A child process on our pipes, by default in a session of its own.  No shell,
 * no inherited descriptors but 0, 1 and 2, signals as before the loop, no
 * set-user-ID privileges.  It is killed if we are.
 */
enum { PROC_LIMITS = 8 };

struct proc_limit {
	int resource;		/* RLIMIT_... */
	long long value;	/* soft and hard; -1: none */
};

/* Only the files of confine_files(), and the system calls left over. */
struct proc_sandbox {
	const char *const *readable, *const *writable;
	enum confine_calls calls;
	int may_lack;		/* else it does not run if the kernel lacks
				 * this */
};

struct proc_opts {
	const char *const *argv;	/* argv[0] is searched in PATH if it
					 * has no slash */
	const char *const *env;		/* "NAME=value"...; NULL: ours without
					 * API keys */
	const char *dir;		/* working folder; NULL: ours */
	struct proc_limit limits[PROC_LIMITS];
	size_t n_limits;
	const struct proc_sandbox *sandbox;	/* NULL: none */
	bool same_group;	/* ours: it may ask on the terminal */
	enum proc_err {
		PROC_ERR_PIPE, PROC_ERR_OURS, PROC_ERR_NULL
	} err;				/* where standard error goes */
};

struct proc {
	pid_t pid;
	int in, out, err;	/* our ends: non-blocking, close-on-exec; err is
				 * -1 without PROC_ERR_PIPE */
};

/* 0, or -1 with errno of exec or fork (nothing is left behind). */
int proc_start(struct proc *, const struct proc_opts *);

/* Sends a signal to the group, which may be gone. */
void proc_kill(pid_t pid, int signo);

/* Signals an unreaped child and all that it started, in whatever groups: for a
 * child that shares our group in order to use the terminal. */
void proc_kill_tree(pid_t pid, int signo);

/* Children that the process had at its start: a wrapper's jobs remain its
 * children across exec(2). */
enum { PROC_FOREIGN = 64 };	/* if more, nothing is swept */

struct proc_foreign {
	pid_t pid[PROC_FOREIGN], group[PROC_FOREIGN];
	size_t n;
	int many;		/* more than those */
};

/* From now on descendants whose parents end become our children, so that
 * proc_sweep() finds them (Linux; elsewhere does nothing).  Call before
 * starting anything: existing children are noted as foreign. */
void proc_adopt(struct proc_foreign *);

/*
 * Kills and reaps our children that are in none of the given groups: what
 * ended calls left behind.  Foreign ones, and those in a foreign one's group
 * (inherited from it), are left alone.  Returns how many remain; call again
 * until 0. Only after proc_adopt().
 */
int proc_sweep(const struct proc_foreign *, const pid_t *groups, size_t n);

/* Parses a limit "NAME=VALUE" (cpu, as, nproc, fsize, nofile, core, data);
 * sizes take k, M, G. 0, or -1 if name or value is invalid. */
int proc_limit_parse(struct proc_limit *, const char *text);

#endif
