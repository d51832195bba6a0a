/*
 * The setup as `context` records change it.  A change counts as accepted once a
 * connection was set up with it; until then the setup before it is kept, to
 * which the conversation returns if the service refuses the changed one.
 */
#include "session/inner.h"

#include <stdio.h>

#include "base/json.h"
#include "base/log.h"
#include "proto/family.h"
#include "proto/toolschema.h"
#include "stream/stream.h"

void
context_change(struct session *s, const struct record *r)
{
	const struct json *system = json_get(r->head, "system");
	const struct json *tools = json_get(r->head, "tools");
	const char *voice = json_get_str(r->head, "voice", NULL);
	struct json *c, *part;

	if (s->context.before == NULL)
		s->context.before = json_copy(s->setup);
	s->context.changes++;
	if (voice != NULL) {
		json_set_path(s->setup, "generationConfig.speechConfig."
		    "voiceConfig", NULL);
		json_set_path(s->setup, "generationConfig.speechConfig."
		    "voiceConfig.prebuiltVoiceConfig.voiceName",
		    json_string(voice));
	}
	if (json_type(system) == JSON_STRING) {
		c = json_object();
		part = json_add(json_set(c, "parts", json_array()),
		    json_object());
		json_set(part, "text", json_copy(system));
		json_set(s->setup, "systemInstruction", c);
	} else if (json_type(system) == JSON_OBJECT)
		json_set(s->setup, "systemInstruction", json_copy(system));
	if (json_type(tools) != JSON_ARRAY)
		return;
	c = json_set(s->setup, "tools", json_size(tools) > 0 ?
	    json_copy(tools) : NULL);
	if (c != NULL && s->cfg.family->tool_schema == TOOL_SCHEMA_PARAMETERS)
		toolschema_convert(c, NULL);
}

void
context_sent(struct session *s, struct session_conn *l)
{
	l->changes = s->context.changes;
}

void
context_accepted(struct session *s, const struct session_conn *l)
{
	s->context.accepted = l->changes;
	if (l->changes != s->context.changes)
		return;
	json_free(s->context.before);
	s->context.before = NULL;
}

bool
context_pending(const struct session *s, const struct session_conn *l)
{
	return l->changes != s->context.accepted;
}

void
context_undo(struct session *s, const char *reason)
{
	char why[300];

	if (s->context.before == NULL)
		return;
	json_free(s->setup);
	s->setup = s->context.before;
	s->context.before = NULL;
	s->context.accepted = s->context.changes;
	snprintf(why, sizeof(why), "the service refuses a setup with it "
	    "(%.200s); the conversation goes on as it was", reason);
	note_refused(s, "context", why);
	s->end.worst = CODE_DATA;
}
