/* What is said in MCP about tasks. */
#include "tool/mcptask.h"

#include <string.h>

#include "base/json.h"

bool
mcptask_needed(const struct json *tool)
{
	return strcmp(json_get_str(json_get(tool, "execution"), "taskSupport",
	    ""), "required") == 0;
}

const char *
mcptask_id(const struct json *message)
{
	return json_get_str(json_get(json_get(message, "result"), "task"),
	    "taskId", NULL);
}

struct json *
mcptask_params(const char *id)
{
	struct json *p = json_object();

	json_set(p, "taskId", json_string(id));
	return p;
}
