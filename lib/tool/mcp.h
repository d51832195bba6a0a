#ifndef TOOL_MCP_H
#define TOOL_MCP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "loop/proc.h"

/*
 * A client of one MCP server over stdio (Model Context Protocol, revision
 * 2025-11-25): JSON-RPC 2.0, one message per line.  The server is a child
 * process; if it dies it is restarted a limited number of times.
 */
struct json;
struct loop;
struct mcp;
struct mcptool_result;

enum {
	MCP_LINE_MAX = 16 << 20,	/* bytes of a server's message */
	MCP_CALLS = 1024,		/* open at once */
	MCP_INIT_MS = 30000,		/* for initialize and each tools/list */
	MCP_RESTARTS = 3,		/* deaths within ten minutes */
	MCP_LONGER = 10			/* progress extends a call's limit to
					 * at most this many times */
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
	/* The server's tools, an array as in tools/list; called again when
	 * they change, about once a second at most, and with an empty array if
	 * the server is given up. */
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

/* Starts the server; a failure is reported by told(). */
struct mcp *mcp_start(struct loop *, const struct mcp_opts *,
    const struct mcp_ops *, void *arg);

/* Closes the server's input, sends TERM after 300 ms and KILL after 500 ms
 * more; drops open calls. stopped() is called once the process is gone, never
 * from within this function. */
void mcp_stop(struct mcp *);

const char *mcp_name(const struct mcp *);
pid_t mcp_group(const struct mcp *);	/* 0 if not running */

/* Calls a tool; call is passed back with the result. args may be NULL.
 * timeout_ms 0: no limit; each progress report restarts it, up to MCP_LONGER
 * times the limit. 0, or -1 if the server is not running or has too many calls
 * open. */
int mcp_call(struct mcp *, const char *tool, const struct json *args,
    void *call, int64_t timeout_ms);

/* Drops the call and notifies the server. */
void mcp_cancel(struct mcp *, void *call);

#endif
