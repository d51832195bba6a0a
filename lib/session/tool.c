/*
 * Answers to the model's calls.  A call gets one answer; if the service no
 * longer knows the call (an orphan) the answer goes out as a remark of the
 * user's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/family.h"
#include "proto/schema.h"
#include "session/inner.h"
#include "session/turns.h"
#include "stream/stream.h"

enum { WAIT_MS = 10000 };	/* for a tool's answer, before reporting it */

/* An orphan's answer goes out as words of the user's. */
static void
remark(struct session *s, struct call *k)
{
	char *text = calls_remark(k, turns_last(s->turns, TURNS_USER, 0));

	buf_clear(&s->msg);
	proto_client_text(s->cfg.family, text, strlen(text), &s->msg);
	queue_piece(s, PIECE_TEXT, k->number, s->msg.data, s->msg.len);
	queue_expect(s, OWED_SURE);
	free(text);
}

static struct call *
answered(struct session *s, const struct record *r, bool *stop)
{
	const char *id = json_get_str(r->head, "id", NULL);
	const char *name = json_get_str(r->head, "name", NULL);
	bool other = id == NULL && json_type(json_get(r->head, "id")) >
	    JSON_NULL;
	/* an id that is no string belongs to no call, as the name may to any */
	struct call *k = other ? NULL : calls_find(&s->calls, id, name);
	char why[256];

	*stop = k == NULL || k->answered;
	if (k == NULL)
		snprintf(why, sizeof(why), "the answer of tool %s came for no "
		    "open call", name != NULL ? name : id != NULL ? id : "?");
	else if (k->answered)
		snprintf(why, sizeof(why), "the call of tool %s was answered "
		    "before", k->name);
	if (*stop)
		note_unasked(s, why);
	return k;
}

/* The answer with its call's name and id, and a last part as a whole answer;
 * NULL if it is like that already.  The head is the caller's to free. */
static struct json *
whole_answer(const struct call *k, const struct record *r)
{
	const struct json *last = json_get(r->head, "response");
	bool named = *json_get_str(r->head, "name", "") != '\0';
	bool known = *k->id == '\0' || json_get_str(r->head, "id", NULL);
	struct json *head;

	if (k->parts == NULL && named && known)
		return NULL;
	head = json_copy(r->head);
	if (!named)
		json_set(head, "name", json_string(k->name));
	if (!known)
		json_set(head, "id", json_string(k->id));
	if (k->parts == NULL)
		return head;
	json_set(head, "response", calls_whole(k, last));
	/* an empty last part asks for silence only about itself */
	if (json_size(last) == 0)
		json_set(head, "scheduling", NULL);
	return head;
}

/* Builds an answer; one that cannot be sent becomes an error, so that the call
 * does not wait because of us.  False if there is nothing to send. */
static bool
build(struct session *s, const struct call *k, const struct record *r,
    struct proto_out *out, bool *bad)
{
	struct json *head;
	struct record instead = *r;
	int n = queue_build(s, r, false, out);

	*bad = n < 0;
	if (!*bad)
		return n > 0;
	head = json_object();
	if (*k->id != '\0')
		json_set(head, "id", json_string(k->id));
	json_set(head, "name", json_string(k->name));
	json_set_path(head, "response.error", json_string("the answer of this "
	    "function was malformed"));
	instead.head = head;
	n = queue_build(s, &instead, false, out);
	json_free(head);
	return n > 0;
}

/* The final answer: r is the whole of it.  False if there is no room. */
static bool
answer(struct session *s, struct call *k, const struct record *r,
    bool more)
{
	const struct json *response = json_get(r->head, "response");
	bool mute = strcmp(json_get_str(r->head, "scheduling", ""),
	    "SILENT") == 0;
	struct proto_out out;
	bool bad = false;

	if (!k->orphan) {
		if (!build(s, k, r, &out, &bad))
			return true;
		mute &= !bad;
		more &= !bad;
		if (!queue_messages(s, (struct piece){ .kind = PIECE_TOOL,
		    .call = k->number, .mute = mute }, &out))
			return false;
	}
	if (!more) {
		calls_answer(&s->calls, k, response);
		turns_tool(s->turns, k->turn, k->name, NULL, response);
		base_touch(s);
	}
	if (k->orphan)
		remark(s, k);
	else if (!mute) {
		s->answer.tool = true;
		queue_expect(s, OWED_SURE);
	} else
		watch_calls(s);
	return true;
}

bool
tool_record(struct session *s, const struct record *r)
{
	bool more = json_true(json_get(r->head, "willContinue")) ||
	    json_true(json_get(r->head, "will_continue")), taken, stop;
	struct record whole = *r;
	struct json *head;
	struct call *k;

	k = answered(s, r, &stop);
	if (stop)
		return true;
	/* without willContinue the first part would end the call */
	if (more && (k->orphan || !s->cfg.family->tool_continue)) {
		if (calls_part(k, json_get(r->head, "response"),
		    r->line_len) == -1)
			note_tell(s, SESSION_WARN, "a part of the answer of "
			    "tool "
			    "%s is left out: over 512 KiB in all", k->name);
		return true;
	}
	head = whole_answer(k, r);
	if (head != NULL)
		whole.head = head;
	taken = answer(s, k, &whole, more);
	json_free(head);
	return taken;
}

void
tool_called(struct session *s, struct call *k)
{
	k->turn = s->answer.number;
	k->handle = s->handle.count;
	k->at = s->now;
	s->totals.tool_calls++;
	if (!base_timer_on(s, TIMER_CALLS))
		base_timer_set(s, TIMER_CALLS, s->now + WAIT_MS);
}

/* The names of waiting calls not reported yet, up to three. */
static void
names(struct session *s, const struct call *k, int n, char *text, size_t size)
{
	size_t used = strlen(text);

	if (n <= 3)
		snprintf(text + used, size - used, "%s%.130s", n > 1 ? ", " :
		    "", k->name);
	note_call(s, k);
}

void
tool_timer(struct session *s)
{
	char text[420] = "", more[40] = "";
	int64_t next = INT64_MAX;
	struct call *k;
	int n = 0;

	for (k = s->calls.v; k < s->calls.v + CALLS_MAX; k++) {
		if (k->number == 0 || k->answered || k->told)
			continue;
		if (k->at + WAIT_MS > s->now) {
			if (k->at + WAIT_MS < next)
				next = k->at + WAIT_MS;
			continue;
		}
		k->told = true;
		names(s, k, ++n, text, sizeof(text));
	}
	if (next != INT64_MAX)
		base_timer_set(s, TIMER_CALLS, next);
	if (n == 0)
		return;
	if (n > 3)
		snprintf(more, sizeof(more), " and %d more", n - 3);
	note_tell(s, SESSION_WARN, "the model has waited 10 s for the answer "
	    "of tool %s%s", text, more);
}

/* How many open calls a raw message answers; they are closed, or only
 * counted. */
size_t
tool_raw(struct session *s, const struct json *message, bool close)
{
	const struct json *list = schema_get(schema_get(message,
	    "toolResponse"), "functionResponses"), *j;
	struct call *k;
	size_t n = 0;

	for (j = json_first(list); j != NULL; j = json_next(j)) {
		k = calls_find(&s->calls, json_get_str(j, "id", NULL),
		    json_get_str(j, "name", NULL));
		if (k == NULL || k->answered)
			continue;
		n++;
		if (close && !json_true(schema_get(j, "willContinue")))
			calls_remove(&s->calls, k);
	}
	return n;
}

void
tool_refuse(struct session *s, const char *id, const char *name,
    const char *why)
{
	struct json *head = json_object();
	struct record r = { .type = "tool_response", .head = head };
	struct proto_out out;

	note_tell(s, SESSION_WARN, "a call of the tool %.100s cannot be taken: "
	    "it gets an error", name);
	if (id == NULL && s->cfg.family->tool_ids == TOOL_IDS_NEEDED) {
		json_free(head);	/* nothing identifies it */
		return;
	}
	if (id != NULL)
		json_set(head, "id", json_string(id));
	json_set(head, "name", json_string(name));
	json_set_path(head, "response.error",
	    json_string(why));
	if (queue_build(s, &r, false, &out) > 0)
		queue_piece(s, PIECE_CONTROL, 0, s->msg.data, s->msg.len);
	json_free(head);
}

void
tool_orphans(struct session *s, bool resumed)
{
	struct call *k;

	s->orphan_at = INT64_MIN;
	for (k = s->calls.v; k < s->calls.v + CALLS_MAX; k++) {
		if (k->number == 0 || k->orphan ||
		    (resumed && k->handle < s->handle.count))
			continue;
		k->orphan = true;
		if (k->at > s->orphan_at)
			s->orphan_at = k->at;
		if (k->answered)
			remark(s, k);
	}
}
