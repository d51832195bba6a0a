#ifndef TOOL_MCPTOOL_H
#define TOOL_MCPTOOL_H

#include <stddef.h>
#include <stdbool.h>

/* Translates what an MCP server says of its tools into the API's terms.
 * Pure. */
struct decl;
struct json;

enum { MCPTOOL_MAX = 16 << 20 };	/* bytes of one declaration or answer */

/* How a call ended. */
struct mcptool_result {
	const char *error;	/* why the call failed, else NULL */
	/* else: an object for the model, and pictures and sounds as an array
	 * of FunctionResponsePart or NULL; both are valid
	 * during the call only */
	struct json *response, *parts;
};

/* Turns a tool of tools/list into a declaration; 0, or -1 with why. */
int mcptool_declare(struct decl *, const struct json *tool, char *why,
    size_t size);

/* What the model receives of a result of tools/call; the sentence of an error
 * is stored in error, of size bytes. */
void mcptool_answer(const struct json *result, struct mcptool_result *,
    char *error, size_t size);

/* Copies a server's words, cut to size without splitting a character; for NULL
 * or "" it says that the failure was not explained. */
void mcptool_why(const char *text, char *why, size_t size);

/*
 * MCP tasks (revision 2025-11-25): tools/call is answered with a task, and
 * tasks/result with the tool's result, which the server withholds until the
 * task has ended.  Pure.
 */

/* Whether a tool of tools/list can only be called as a task. */
bool mcptool_task_needed(const struct json *tool);

/* The id of the task in an answer; NULL if it has none. */
const char *mcptool_task_id(const struct json *message);

/* The parameters of tasks/result and tasks/cancel; the caller frees. */
struct json *mcptool_task_params(const char *id);

#endif
