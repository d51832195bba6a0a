#ifndef MCP_H
#define MCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * A client of one MCP server over stdio (Model Context Protocol, revision
 * 2025-06-18): JSON-RPC 2.0, a message a line.  The server is a child of ours;
 * if it dies it is started again a bounded number of times.
 */
struct decl;
struct json;
struct loop;
struct mcp;

enum {
	MCP_LINE_MAX = 16 << 20,	/* a message of the server */
	MCP_CALLS = 1024,		/* open at once */
	MCP_INIT_MS = 30000,		/* for initialize and each tools/list */
	MCP_RESTARTS = 3		/* deaths within ten minutes */
};

struct mcp_opts {
	const char *name;
	const char *const *argv;
	const char *const *env;		/* as struct proc_opts */
	const char *dir;
	bool loud;			/* its standard error is ours, not
					 * /dev/null */
};

/* How a call ended. */
struct mcp_result {
	const char *error;	/* why the call failed, else NULL */
	/* else: an object for the model, and pictures and sounds as an array
	 * of FunctionResponsePart (protocol.md 4.4) or NULL; both are valid
	 * during the call only */
	struct json *response, *parts;
};

struct mcp_ops {
	/* The server's tools, an array as tools/list gives them; again
	 * whenever they changed.  Also told (empty) where it gave up. */
	void (*tools)(void *arg, struct mcp *, const struct json *list);
	/* Exactly once for each mcp_call() that succeeded and was not
	 * cancelled. */
	void (*result)(void *arg, void *call, struct mcp_result *);
	/* A sentence about the server; grave: it is gone for good. */
	void (*told)(void *arg, struct mcp *, bool grave, const char *text);
};

/* Starts it; told() says where that fails. */
struct mcp *mcp_start(struct loop *, const struct mcp_opts *,
    const struct mcp_ops *, void *arg);

/* Its input is closed, after 300 ms TERM, after 500 ms more KILL; open calls
 * are forgotten.  It frees itself when the process is gone. */
void mcp_stop(struct mcp *);

const char *mcp_name(const struct mcp *);
pid_t mcp_group(const struct mcp *);	/* 0 where it does not run */

/* Calls a tool; call is given back with the result.  args may be NULL.
 * timeout_ms 0: none.  -1 where the server does not run or has too many. */
int mcp_call(struct mcp *, const char *tool, const struct json *args,
    void *call, int64_t timeout_ms);

/* The result is no longer wanted; the server is told. */
void mcp_cancel(struct mcp *, void *call);

/* A tool of tools/list as a declaration; 0, or -1 with why. */
int mcp_declare(struct decl *, const struct json *tool, char *why,
    size_t size);

/* The pure part of a tools/call result: what the model gets of it. */
void mcp_answer(const struct json *result, struct mcp_result *,
    char *error, size_t size);

#endif
