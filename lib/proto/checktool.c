/*
 * What is known to be refused in a setup's tools: names, schemas, behaviour.
 */
#include <stdio.h>
#include <strings.h>

#include "base/json.h"
#include "proto/check.h"
#include "proto/schema.h"

static bool
word_is(const struct json *j, const char *word)
{
	return check_word(json_str(j), word);
}

/* The service ignores the case of a declaration's words. */
static bool
behaves(const struct json *j, const char *word)
{
	const char *s = json_str(j);

	return s != NULL && strcasecmp(s, word) == 0;
}

static void
check_behavior(const struct check *c, const char *path, const char *name,
    const struct json *behavior)
{
	bool async = behaves(behavior, "NON_BLOCKING");

	if (behavior == NULL)
		return;
	if (c->f->tool_behavior == BEHAVIOR_NO)
		findings_add(c->out, async, path, "leave \"behavior\" out",
		    "%s: this model takes no \"behavior\"", name);
	else if (c->f->tool_behavior == BEHAVIOR_ASYNC &&
	    behaves(behavior, "BLOCKING"))
		findings_add(c->out, true, path, "leave \"behavior\" out",
		    "%s: BLOCKING is an error with this model", name);
}

/* Whether additionalProperties is anywhere in a Schema; names of properties,
 * and values such as that of `default`, do not count. */
static bool
is_open(const struct json *schema, int depth)
{
	static const char *const maps[] = { "properties", "defs" };
	static const char *const lists[] = { "anyOf" };
	const struct json *j, *k;
	size_t i;

	if (depth > JSON_DEPTH || json_type(schema) != JSON_OBJECT)
		return false;
	if (schema_get(schema, "additionalProperties") != NULL)
		return true;
	for (i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		j = json_first(schema_get(schema, maps[i]));
		for (; j != NULL; j = json_next(j))
			if (is_open(j, depth + 1))
				return true;
	}
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		j = schema_get(schema, lists[i]);
		for (k = check_first(j); k != NULL; k = check_next(j, k))
			if (is_open(k, depth + 1))
				return true;
	}
	return is_open(schema_get(schema, "items"), depth + 1);
}

/* The schema of a function's arguments, or of its answer. */
static void
check_schema(const struct check *c, const char *path, const char *name,
    const struct json *function, const char *key, const char *instead)
{
	char remedy[80];

	snprintf(remedy, sizeof(remedy), "leave it out, or give the schema as "
	    "%s", instead);
	if (is_open(schema_get(function, key), 0))
		findings_add(c->out, true, path, remedy, "%s: "
		    "additionalProperties inside %s is refused (close 1007)",
		    name, key);
}

static void
check_function(const struct check *c, size_t tool, size_t i,
    const struct json *d)
{
	const char *name = json_str(schema_get(d, "name"));
	char path[96];

	snprintf(path, sizeof(path),
	    "setup.tools[%zu].function_declarations[%zu]", tool, i);
	if (name == NULL || !proto_check_name(name)) {
		findings_add(c->out, true, path, "a letter or _ first, then "
		    "letters, digits and _ : . -, at most 128 in all", "a "
		    "function needs a name, and '%.140s' is none: the service "
		    "refuses the whole setup", name ? name : "");
		return;
	}
	check_behavior(c, path, name, schema_get(d, "behavior"));
	check_schema(c, path, name, d, "parameters", "parametersJsonSchema");
	check_schema(c, path, name, d, "response", "responseJsonSchema");
	if (c->f->tool_schema == TOOL_SCHEMA_PARAMETERS &&
	    schema_get(d, "parametersJsonSchema") != NULL)
		findings_add(c->out, false, path, "say it in \"parameters\" "
		    "(gl-session does so in a session)", "%s: this model is "
		    "reported to ignore parametersJsonSchema", name);
	if (schema_get(d, "parameters") != NULL &&
	    schema_get(d, "parametersJsonSchema") != NULL)
		findings_add(c->out, true, path, "keep one of them", "%s: "
		    "parameters and parametersJsonSchema exclude each other",
		    name);
	if (schema_get(d, "response") != NULL &&
	    schema_get(d, "responseJsonSchema") != NULL)
		findings_add(c->out, true, path, "keep one of them", "%s: "
		    "response and responseJsonSchema exclude each other",
		    name);
}

/* Whether a function of this name precedes d, in any Tool. */
static bool
named_before(const struct check *c, const struct json *d)
{
	const struct json *tools = schema_get(c->setup, "tools"), *t, *list, *j;
	const char *name = json_str(schema_get(d, "name"));

	for (t = check_first(tools); t != NULL; t = check_next(tools, t)) {
		list = schema_get(t, "functionDeclarations");
		for (j = check_first(list); j != NULL; j = check_next(list, j))
			if (j == d)
				return false;
			else if (name && word_is(schema_get(j, "name"), name))
				return true;
	}
	return false;
}

static void
check_functions(const struct check *c, size_t tool, const struct json *list)
{
	const struct json *d;
	char path[96];
	size_t i = 0;

	for (d = check_first(list); d != NULL; d = check_next(list, d), i++) {
		check_function(c, tool, i, d);
		if (!named_before(c, d))
			continue;
		snprintf(path, sizeof(path),
		    "setup.tools[%zu].function_declarations[%zu]", tool, i);
		findings_add(c->out, true, path, "give it another name",
		    "a second function is named %.64s",
		    json_str(schema_get(d, "name")));
	}
}

void
checktool_run(const struct check *c)
{
	static const char *const others[] = { "codeExecution", "urlContext",
	    "googleMaps", "fileSearch", "computerUse",
	    "googleSearchRetrieval", "mcpServers" };
	const struct json *tools = schema_get(c->setup, "tools"), *t, *d;
	bool functions = false, search = false;
	char path[64];
	size_t i = 0, k;

	for (t = check_first(tools); t != NULL; t = check_next(tools, t), i++) {
		d = schema_get(t, "functionDeclarations");
		functions = functions || d != NULL;
		search = search || schema_get(t, "googleSearch") != NULL;
		check_functions(c, i, d);
		snprintf(path, sizeof(path), "setup.tools[%zu]", i);
		for (k = 0; k < sizeof(others) / sizeof(others[0]); k++)
			if (schema_get(t, others[k]) != NULL)
				findings_add(c->out, false, path,
				    "functions and googleSearch work",
				    "%s is documented as unsupported by the "
				    "Live models", others[k]);
	}
	if (functions && search && !c->f->search_functions)
		findings_add(c->out, false, "setup.tools", "keep one of them",
		    "googleSearch and functions do not work together with "
		    "this model");
}

