#ifndef TOOL_MCP_H
#define TOOL_MCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "loop/proc.h"

/*
 * A client of one MCP server over stdio (Model Context Protocol, revision
 * 2025-11-25): JSON-RPC 2.0, a message a line.  The server is a child of ours;
 * if it dies it is started again a bounded number of times.
 */
struct json;
struct loop;
struct mcp;
struct mcptool_result;

enum {
	MCP_LINE_MAX = 16 << 20,	/* a message of the server */
	MCP_CALLS = 1024,		/* open at once */
	MCP_INIT_MS = 30000,		/* for initialize and each tools/list */
	MCP_RESTARTS = 3,		/* deaths within ten minutes */
	MCP_LONGER = 10			/* times the limit of a call, with
					 * progress */
};

struct mcp_opts {
	const char *name;
	const char *const *argv;
	const char *const *env;		/* as struct proc_opts */
	const char *dir;
	const struct proc_sandbox *sandbox;	/* not copied */
	bool loud;			/* its standard error is told, line by
					 * line; else it is /dev/null */
};

enum mcp_level {
	MCP_GONE,		/* it will not come back */
	MCP_TROUBLE,
	MCP_NOTE
};

struct mcp_ops {
	/* The server's tools, an array as tools/list gives them; again
	 * whenever they changed, about once a second at most.  Also told
	 * (empty) where it gave up. */
	void (*tools)(void *arg, struct mcp *, const struct json *list);
	/* Exactly once for each mcp_call() that succeeded and was not
	 * cancelled. */
	void (*result)(void *arg, void *call, struct mcptool_result *);
	/* A sentence about the server. */
	void (*told)(void *arg, struct mcp *, enum mcp_level,
	    const char *text);
	/* After mcp_stop(): the process is gone, and the mcp is freed now. */
	void (*stopped)(void *arg, struct mcp *);
};

/* Starts it; told() says where that fails. */
struct mcp *mcp_start(struct loop *, const struct mcp_opts *,
    const struct mcp_ops *, void *arg);

/* Its input is closed, after 300 ms TERM, after 500 ms more KILL; open calls
 * are forgotten.  stopped() tells when the process is gone, not from inside
 * of this function. */
void mcp_stop(struct mcp *);

const char *mcp_name(const struct mcp *);
pid_t mcp_group(const struct mcp *);	/* 0 where it does not run */

/* Calls a tool; call is given back with the result.  args may be NULL.
 * timeout_ms 0: none; a report of
 * progress begins it anew, MCP_LONGER times at most.  -1 where the server does
 * not run or has too many. */
int mcp_call(struct mcp *, const char *tool, const struct json *args,
    void *call, int64_t timeout_ms);

/* The result is no longer wanted; the server is notified. */
void mcp_cancel(struct mcp *, void *call);

#endif
