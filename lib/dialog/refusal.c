/* A short queue; the answer to its first call is made on demand. */
#include "dialog/refusal.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "dialog/setup.h"
#include "stream/stream.h"

struct refusal {
	struct refusal *next;
	char *id, *name;
	bool declared;
};

struct refusals {
	struct refusal *first, **last;
	size_t count;
	struct json *head;	/* of the answer to the first call, or NULL */
	struct buf line;
};

struct refusals *
refusal_new(void)
{
	struct refusals *r = mem_alloc(sizeof(*r));

	r->last = &r->first;
	buf_init(&r->line, STREAM_HEAD_MAX);
	return r;
}

void
refusal_free(struct refusals *r)
{
	if (!r)
		return;
	while (r->first)
		refusal_drop(r);
	buf_done(&r->line);
	free(r);
}

static void
append(struct refusals *r, const char *id, const char *name, bool declared)
{
	struct refusal *call;

	if (r->count >= REFUSALS_MAX)
		return;
	call = mem_alloc(sizeof(*call));
	call->id = mem_str(id);
	call->name = mem_str(name);
	call->declared = declared;
	*r->last = call;
	r->last = &call->next;
	r->count++;
}

void
refusal_late(struct refusals *r, const char *id, const char *name)
{
	append(r, id, name, true);
}

bool
refusal_add(struct refusals *r, const struct json *setup, const char *head,
    size_t n, bool unknown_only)
{
	struct json *j = json_parse(head, n, NULL, 0);
	const char *name = json_get_str(j, "name", "");
	bool declared = setup_declares(setup, name);
	bool theirs = declared && unknown_only;

	if (!theirs)
		append(r, json_get_str(j, "id", NULL), name, declared);
	json_free(j);
	return !theirs;
}

static void
make(struct refusals *r)
{
	const struct refusal *call = r->first;
	struct json *response;

	r->head = json_object();
	json_set(r->head, "type", json_string("tool_response"));
	if (call->id)
		json_set(r->head, "id", json_string(call->id));
	json_set(r->head, "name", json_string(call->name));
	response = json_set(r->head, "response", json_object());
	json_set(response, "error", json_string(call->declared ?
	    "nothing here runs this function" : "no such function"));
	buf_clear(&r->line);
	json_print(r->head, &r->line);
	buf_byte(&r->line, '\n');
}

bool
refusal_next(struct refusals *r, struct record *rec)
{
	if (!r->first)
		return false;
	if (!r->head)
		make(r);
	*rec = (struct record){
		.type = "tool_response", .head = r->head,
		.line = r->line.data, .line_len = r->line.len
	};
	return true;
}

void
refusal_drop(struct refusals *r)
{
	struct refusal *call = r->first;

	r->first = call->next;
	if (!r->first)
		r->last = &r->first;
	r->count--;
	json_free(r->head);
	r->head = NULL;
	free(call->id);
	free(call->name);
	free(call);
}
