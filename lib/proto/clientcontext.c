/*
 * A `context` record: another system instruction or other tools in a running
 * session, in whichever way the model accepts them; and what it does not
 * accept.
 */
#include <stdio.h>

#include "base/buf.h"
#include "base/json.h"
#include "proto/check.h"
#include "proto/client.h"
#include "proto/sending.h"
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

/* Whether the service would accept the tools, in a setup or an update. */
static bool
good_tools(const struct family *f, const struct json *tools, char *why,
    size_t size)
{
	struct findings found;
	struct json *setup;
	const struct json *t;
	size_t i;
	bool good = true;

	for (t = json_first(tools); t != NULL; t = json_next(t))
		if (json_type(t) != JSON_OBJECT || json_str(json_get(t,
		    "name")) != NULL) {
			snprintf(why, size, "an element of \"tools\" is no "
			    "Tool; functions stand in its "
			    "\"functionDeclarations\"");
			return false;
		}
	setup = json_object();
	json_set(setup, "tools", json_copy(tools));
	findings_init(&found);
	checktool_run(&(struct check){ f, setup, NULL, &found });
	for (i = 0; i < found.n && good; i++)
		if (found.v[i].fatal) {
			snprintf(why, size, "%.120s: %.160s%s%.100s",
			    found.v[i].path + sizeof("setup.") - 1,
			    found.v[i].text, found.v[i].remedy ? "; " : "",
			    found.v[i].remedy ? found.v[i].remedy : "");
			good = false;
		}
	findings_done(&found);
	json_free(setup);
	return good;
}

bool
clientcontext_good(const struct family *f, const struct json *head,
    char *why, size_t size)
{
	const struct json *system = json_get(head, "system");
	const struct json *tools = json_get(head, "tools");
	const struct json *voice = json_get(head, "voice");

	if (system == NULL && tools == NULL && voice == NULL)
		snprintf(why, size, "no \"system\", \"tools\" or \"voice\" "
		    "in it");
	else if (voice != NULL && (json_str(voice) == NULL ||
	    *json_str(voice) == '\0'))
		snprintf(why, size, "\"voice\" is not a name");
	else if (system != NULL && json_type(system) != JSON_STRING &&
	    json_type(system) != JSON_OBJECT)
		snprintf(why, size, "\"system\" is neither text nor object");
	else if (tools != NULL && json_type(tools) != JSON_ARRAY)
		snprintf(why, size, "\"tools\" is not an array");
	else
		return good_tools(f, tools, why, size);
	return false;
}

int
clientcontext_later(const struct family *f, const struct json *head)
{
	const struct json *system = json_get(head, "system");
	int later = json_get(head, "voice") ? PROTO_LATER_VOICE : 0;

	if (f->context == CONTEXT_UPDATE)
		return later;
	if (json_get(head, "tools"))
		later |= PROTO_LATER_TOOLS;
	if (system && (f->context == CONTEXT_NO ||
	    json_type(system) != JSON_STRING))
		later |= PROTO_LATER_SYSTEM;
	return later;
}

int
clientcontext_send(const struct sending *job)
{
	const struct json *system = json_get(job->head, "system");
	const struct json *tools = json_get(job->head, "tools");
	struct json *copy;
	const char *text, *role;
	char why[480];
	int sent_as;
	size_t n;

	if (!clientcontext_good(job->f, job->head, why, sizeof(why)))
		return sending_refuse(job, why);
	if (job->f->context == CONTEXT_UPDATE) {
		if (system == NULL && tools == NULL)
			return 0;
		copy = job->f->tool_schema == TOOL_SCHEMA_PARAMETERS ?
		    json_copy(tools) : NULL;
		toolschema_convert(copy, NULL);
		sent_as = context_update(job, system, copy ? copy : tools);
		json_free(copy);
		return sent_as;
	}
	if (system == NULL || clientcontext_later(job->f, job->head) &
	    PROTO_LATER_SYSTEM)
		return 0;
	text = json_strn(system, &n);
	role = job->f->context == CONTEXT_SYSTEM ? "system" :
	    job->f->context == CONTEXT_MODEL ? "model" : NULL;
	sending_turn(role, text, n, false, job->out->b);
	return sending_end(job);
}
