#ifndef TOOL_MCPTASK_H
#define TOOL_MCPTASK_H

#include <stdbool.h>

/*
 * Tasks of MCP (revision 2025-11-25): tools/call is answered with a task, and
 * tasks/result, which the server holds back until the task has ended, with what
 * the tool said.  Pure.
 */
struct json;

/* Whether a tool of tools/list can only be called as a task. */
bool mcptask_needed(const struct json *tool);

/* The task that a message answers with; NULL where it is none. */
const char *mcptask_id(const struct json *message);

/* Parameters of tasks/result and tasks/cancel; the caller's. */
struct json *mcptask_params(const char *id);

#endif
