#ifndef TOOL_CALLER_H
#define TOOL_CALLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop/proc.h"

/*
 * Runs the model's calls: tool_call records in, tool_response records out.
 * Every call is answered exactly once or cancelled; the loop never waits for
 * one.
 */
struct caller;
struct json;
struct loop;
struct record;
struct toolbox;

enum { CALLER_OUT_MAX = 256 << 10 };	/* bytes a tool may print */

struct caller_opts {
	size_t jobs;			/* run at once; the others wait */
	size_t max_calls;		/* per turn; 0: no limit */
	int64_t timeout_ms;		/* if the declaration has none */
	int64_t grace_ms;		/* from TERM to KILL */
	size_t out_max;
	const char *const *env;		/* of the tools, NULL-terminated */
	const char *dir;		/* their working folder, or NULL */
	struct proc_limit limits[PROC_LIMITS];
	size_t n_limits;
	const struct proc_sandbox *sandbox;	/* NULL: none */
	const char *ack, *confirm;	/* tools acknowledged at once, and
					 * confirmed first: lists as in
					 * names.h */
	const char *confirm_program;	/* asks; NULL: ops->ask does */
	bool pass_unknown;		/* other programs answer unknown
					 * names */
};

struct caller_ops {
	/* A whole record, newline included, for the session. */
	void (*answer)(void *arg, const char *line, size_t n);
	/* A sentence for the log; level as for log_info, 0 is a warning. */
	void (*told)(void *arg, int level, const char *text);
	/* A line for --log, newline included.  May be NULL. */
	void (*log)(void *arg, const char *line, size_t n);
	/* Asks the user about a call; caller_decide() or caller_unasked()
	 * answers. */
	void (*ask)(void *arg, unsigned long serial, const char *name,
	    const char *args);
	/* Withdraws the question: the call was cancelled. */
	void (*unask)(void *arg, unsigned long serial);
	/* The last open call has ended. */
	void (*idle)(void *arg);
};

struct caller *caller_new(struct loop *, const struct caller_opts *,
    const struct toolbox *, const struct caller_ops *, void *arg);
/* Only once caller_open() is 0. */
void caller_free(struct caller *);

/* Takes tool_call and tool_cancel records; all others are ignored. */
void caller_record(struct caller *, const struct record *);

void caller_decide(struct caller *, unsigned long serial, bool yes);
/* There was no way to ask; why is for the model. */
void caller_unasked(struct caller *, unsigned long serial, const char *why);

/* The result op of struct mcp_ops, with the caller as its arg. */
void caller_mcp_result(struct caller *, void *call, const char *error,
    const struct json *response, const struct json *parts);

/* Ends all open calls without answering them. */
void caller_cancel_all(struct caller *);

/* Calls that have not ended, cancelled ones included. */
size_t caller_open(const struct caller *);

/* Sends SIGKILL to everything still running. */
void caller_kill(const struct caller *);

/* Stores up to max process groups of running tools, for proc_sweep(); returns
 * how many. */
size_t caller_groups(const struct caller *, pid_t *groups, size_t max);

#endif
