#ifndef TOOL_MCPTALK_H
#define TOOL_MCPTALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/mcp.h"

/*
 * What is said to and by one start of an MCP server: bytes in, bytes out, the
 * calls that are open, and the timers of what is waited for.  It knows no
 * process; tool/mcp starts one, carries the bytes and starts it again.
 */
struct buf;
struct json;
struct loop;
struct mcptalk;
struct mcptool_result;

struct mcptalk_ops {
	/* A line for the server; 0, or -1 if it cannot be sent. */
	int (*send)(void *arg, const struct buf *);
	/* As in struct mcp_ops. */
	void (*tools)(void *arg, const struct json *list);
	void (*result)(void *arg, void *call, struct mcptool_result *);
	void (*told)(void *arg, enum mcp_level, const char *text);
	/* The server did not do what it has to and is to be ended; for good,
	 * or it may be started again. */
	void (*give_up)(void *arg, bool for_good);
	/* A time limit has passed: what has come and was not read yet is to
	 * be fed now. */
	void (*read)(void *arg);
};

/* Sends initialize. */
struct mcptalk *mcptalk_new(struct loop *, const struct mcptalk_ops *,
    void *arg);

void mcptalk_free(struct mcptalk *);

/* What the server wrote.  -1: a line over MCP_LINE_MAX, and nothing more may
 * be fed. */
int mcptalk_feed(struct mcptalk *, const char *p, size_t n);

/* No answer is waited for any more but those of calls; nothing is asked. */
void mcptalk_close(struct mcptalk *);

/* The same, and open calls end without a result. */
void mcptalk_drop(struct mcptalk *);

/* Every open call ends with this error. */
void mcptalk_fail(struct mcptalk *, const char *error);

/* As mcp_call() and mcp_cancel(). */
int mcptalk_call(struct mcptalk *, const char *tool, const struct json *args,
    void *call, int64_t timeout_ms);
void mcptalk_cancel(struct mcptalk *, void *call);

#endif
