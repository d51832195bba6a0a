/*
 * A `context` record: another system instruction or other tools in a running
 * session, by whichever way the model takes them.
 */
#include <stdio.h>

#include "base/buf.h"
#include "base/json.h"
#include "proto/client.h"
#include "proto/sending.h"
#include "proto/schema.h"
#include "proto/toolschema.h"
#include "stream/stream.h"

/* A Content from a text, or the Content itself. */
static void
instruction(const struct json *system, struct buf *b)
{
	size_t n;
	const char *text = json_strn(system, &n);

	if (text == NULL) {
		json_print(system, b);
		return;
	}
	buf_str(b, "{\"parts\":[{\"text\":");
	json_quote(b, text, n);
	buf_str(b, "}]}");
}

/* A name that makes the service refuse the whole message; NULL where there is
 * none. */
static const char *
bad_name(const struct json *tools)
{
	const struct json *t, *list, *f;
	const char *name;

	for (t = json_first(tools); t != NULL; t = json_next(t)) {
		list = schema_get(t, "functionDeclarations");
		for (f = json_first(list); f != NULL; f = json_next(f)) {
			name = json_str(schema_get(f, "name"));
			if (name == NULL || !proto_check_name(name))
				return name ? name : "";
		}
	}
	return NULL;
}

static int
context_update(const struct sending *job, const struct json *system,
    const struct json *tools)
{
	struct buf *b = job->out->b;

	buf_str(b, "{\"contextUpdate\":{");
	if (system != NULL) {
		buf_str(b, "\"systemInstruction\":");
		instruction(system, b);
	}
	if (tools != NULL) {
		buf_str(b, system ? ",\"tools\":{\"tools\":" :
		    "\"tools\":{\"tools\":");
		json_print(tools, b);
		buf_str(b, "}");
	}
	buf_str(b, "}}");
	return sending_end(job);
}

int
clientcontext_send(const struct sending *job)
{
	const struct json *system = json_get(job->head, "system");
	const struct json *tools = json_get(job->head, "tools");
	struct json *copy;
	const char *text, *role, *name;
	char why[240];
	int sent_as;
	size_t n;

	if (json_get(job->head, "voice") != NULL)
		return sending_refuse(job, "\"voice\" is not a name");
	if (system == NULL && tools == NULL)
		return sending_refuse(job, "neither \"system\" nor \"tools\" "
		    "in it");
	if (system != NULL && json_type(system) != JSON_STRING &&
	    json_type(system) != JSON_OBJECT)
		return sending_refuse(job, "\"system\" is neither text nor "
		    "object");
	if (tools != NULL && json_type(tools) != JSON_ARRAY)
		return sending_refuse(job, "\"tools\" is not an array");
	if ((name = bad_name(tools)) != NULL) {
		snprintf(why, sizeof(why), "a function cannot be named "
		    "'%.80s': a letter or _ first, then letters, digits and "
		    "_ : . -, at most 128 in all", name);
		return sending_refuse(job, why);
	}
	if (job->f->context == CONTEXT_UPDATE) {
		copy = job->f->tool_schema == TOOL_SCHEMA_PARAMETERS ?
		    json_copy(tools) : NULL;
		toolschema_convert(copy, NULL);
		sent_as = context_update(job, system, copy ? copy : tools);
		json_free(copy);
		return sent_as;
	}
	if (tools != NULL)
		return sending_refuse(job, "this model takes no new tools in a "
		    "running session");
	text = json_strn(system, &n);
	if (job->f->context == CONTEXT_NO || text == NULL)
		return sending_refuse(job, "this model takes no new system "
		    "instruction in a running session");
	role = job->f->context == CONTEXT_SYSTEM ? "system" :
	    job->f->context == CONTEXT_MODEL ? "model" : NULL;
	sending_turn(role, text, n, false, job->out->b);
	return sending_end(job);
}
