#ifndef TOOL_MCPTOOL_H
#define TOOL_MCPTOOL_H

#include <stddef.h>
#include <stdbool.h>

/* What an MCP server tells of its tools, in the API's words.  Pure. */
struct decl;
struct json;

enum { MCPTOOL_MAX = 16 << 20 };	/* bytes of one declaration or answer */

/* How a call ended. */
struct mcptool_result {
	const char *error;	/* why the call failed, else NULL */
	/* else: an object for the model, and pictures and sounds as an array
	 * of FunctionResponsePart (protocol.md 4.4) or NULL; both are valid
	 * during the call only */
	struct json *response, *parts;
};

/* A tool of tools/list as a declaration; 0, or -1 with why. */
int mcptool_declare(struct decl *, const struct json *tool, char *why,
    size_t size);

/* What the model gets of a result of tools/call; an error's sentence stands in
 * the size bytes. */
void mcptool_answer(const struct json *result, struct mcptool_result *,
    char *error, size_t size);

/* Cuts a server's words to size, without breaking a character; NULL or "" is
 * a failure that was not explained. */
void mcptool_why(const char *text, char *why, size_t size);

/*
 * Tasks of MCP (revision 2025-11-25): tools/call is answered with a task, and
 * tasks/result, which the server holds back until the task has ended, with what
 * the tool said.  Pure.
 */

/* Whether a tool of tools/list can only be called as a task. */
bool mcptool_task_needed(const struct json *tool);

/* The task that a message answers with; NULL where it is none. */
const char *mcptool_task_id(const struct json *message);

/* Parameters of tasks/result and tasks/cancel; the caller's. */
struct json *mcptool_task_params(const char *id);

#endif
