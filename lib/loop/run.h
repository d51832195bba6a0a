#ifndef LOOP_RUN_H
#define LOOP_RUN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "loop/proc.h"

/*
 * One run of a program for its output: input given, output and errors
 * collected under ceilings, a time limit, and its whole process group gone
 * when it is over.  The loop never waits for it.
 */
struct loop;
struct run;

enum run_how {
	RUN_EXITED,		/* code: its exit status */
	RUN_KILLED,		/* code: the signal it died of */
	RUN_TIMEOUT,		/* the time limit; code: 0 */
	RUN_FLOOD,		/* more output than allowed */
	RUN_CANCELLED		/* run_cancel() */
};

struct run_end {
	enum run_how how;
	int code;
	const char *out, *err;	/* zero-terminated, NULs inside possible */
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
	size_t err_max;		/* bytes of errors kept; the rest is dropped */
};

struct run_ops {
	/*
	 * May be NULL.  Else each line of output (without its newline) that is
	 * known not to be the last one, or has stood for 50 ms; it is then no
	 * part of run_end.out.
	 */
	void (*line)(void *arg, const char *p, size_t n);
	/* The last call; the run is freed afterwards. */
	void (*done)(void *arg, const struct run_end *);
};

/* Starts it; NULL with errno where it cannot be. */
struct run *run_start(struct loop *, const struct run_opts *,
    const struct run_ops *, void *arg);

/* SIGTERM to the group, SIGKILL after the grace; done() tells the end. */
void run_cancel(struct run *);

/* Its process group. */
pid_t run_group(const struct run *);

#endif
