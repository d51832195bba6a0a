#ifndef LOOP_RUN_H
#define LOOP_RUN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "loop/proc.h"

/*
 * One run of a program for its output: its input is given, output and errors
 * are collected up to limits, its time is limited, and its whole process group
 * is gone when it is over.  The loop never waits for it.
 */
struct loop;
struct run;

enum run_how {
	RUN_EXITED,		/* code: its exit status */
	RUN_KILLED,		/* code: the signal that killed it */
	RUN_TIMEOUT,		/* time limit exceeded; code: 0 */
	RUN_FLOOD,		/* more output than allowed */
	RUN_CANCELLED		/* run_cancel() */
};

struct run_end {
	enum run_how how;
	int code;
	const char *out, *err;	/* zero-terminated, may contain NULs */
	size_t out_len, err_len;
	int64_t ms;		/* from start to end */
};

struct run_opts {
	struct proc_opts proc;
	const void *input;	/* copied */
	size_t input_len;
	int64_t timeout_ms;	/* 0: none */
	int64_t grace_ms;	/* from SIGTERM to SIGKILL */
	size_t out_max;		/* bytes of output in all */
	size_t err_max;		/* bytes of errors kept, the rest dropped */
};

struct run_ops {
	/*
	 * May be NULL.  Else gets each line of output (without its newline)
	 * known not to be the last, or pending for 50 ms; it is then not in
	 * run_end.out.
	 */
	void (*line)(void *arg, const char *p, size_t n);
	/* Called last; the run is freed afterwards. */
	void (*done)(void *arg, const struct run_end *);
};

/* Starts it; NULL with errno on failure. */
struct run *run_start(struct loop *, const struct run_opts *,
    const struct run_ops *, void *arg);

/* Sends SIGTERM to the group, SIGKILL after the grace; done() follows. */
void run_cancel(struct run *);

/* Its process group. */
pid_t run_group(const struct run *);

#endif
