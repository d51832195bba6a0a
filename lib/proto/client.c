/*
 * Writes client messages.  Sound goes straight from its bytes into base64 in
 * the caller's buffer; all else is built as text from the record's own values,
 * so that an answer keeps its integers and the order of its keys.
 */
#include "proto/client.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "picture/intact.h"
#include "proto/payload.h"
#include "proto/sending.h"
#include "proto/schema.h"
#include "stream/mono.h"
#include "stream/stream.h"

enum {
	RATE_DEFAULT = 16000,
	SILENCE_MS = 1500	/* longer than any usual silenceDurationMs */
};

/* {"realtimeInput":{"audio":{...}}}, or in the old field, up to the type ... */
static void
blob_head(const struct family *f, const char *field, struct buf *b)
{
	bool chunks = f->carrier == CARRIER_CHUNKS;

	buf_str(b, "{\"realtimeInput\":{\"");
	buf_str(b, chunks ? "mediaChunks\":[" : field);
	buf_str(b, chunks ? "{\"mimeType\":\"" : "\":{\"mimeType\":\"");
}

/* ... and from there. */
static void
blob_tail(const struct family *f, const void *p, size_t n, struct buf *b)
{
	buf_str(b, "\",\"data\":\"");
	base64_add(b, p, n);
	buf_str(b, f->carrier == CARRIER_CHUNKS ? "\"}]}}" : "\"}}}");
}

void
proto_client_audio(const struct family *f, int rate, const void *pcm, size_t n,
    struct buf *b)
{
	blob_head(f, "audio", b);
	buf_str(b, "audio/pcm;rate=");
	buf_int(b, rate);
	blob_tail(f, pcm, n, b);
}

void
proto_client_setup(const struct json *setup, struct buf *b)
{
	buf_str(b, "{\"setup\":");
	json_print(setup, b);
	buf_str(b, "}");
}

void
proto_client_text(const struct family *f, const char *text, size_t n,
    struct buf *b)
{
	if (f->text == TEXT_CONTENT)
		sending_turn("user", text, n, true, b);
	else
		sending_text(text, n, b);
}

void
proto_client_activity(bool start, struct buf *b)
{
	buf_printf(b, "{\"realtimeInput\":{\"activity%s\":{}}}",
	    start ? "Start" : "End");
}

int
proto_client_audio_end(const struct family *f, struct proto_out *out)
{
	const size_t n = RATE_DEFAULT / 1000 * SILENCE_MS * 2;
	unsigned char *zeros;

	if (f->audio_end != AUDIO_END_FLAG) {
		zeros = mem_alloc(n);
		proto_client_audio(f, RATE_DEFAULT, zeros, n, out->b);
		free(zeros);
		out->end[out->n++] = out->b->len;
	}
	if (f->audio_end != AUDIO_END_SILENCE) {
		buf_str(out->b, "{\"realtimeInput\":{\"audioStreamEnd\":"
		    "true}}");
		out->end[out->n++] = out->b->len;
	}
	return out->n;
}

void
proto_client_content(const struct json *turns, bool complete, struct buf *b)
{
	buf_str(b, "{\"clientContent\":{");
	if (turns != NULL) {
		buf_str(b, "\"turns\":");
		json_print(turns, b);
		buf_str(b, ",");
	}
	buf_printf(b, "\"turnComplete\":%s}}", complete ? "true" : "false");
}

void
proto_client_start(const struct family *f, const char *text, struct buf *b)
{
	if (f->start == START_TEXT)
		sending_text(text ? text : " ", text ? strlen(text) : 1, b);
	else if (text != NULL)
		sending_turn("user", text, strlen(text), true, b);
	else
		proto_client_content(NULL, true, b);
}

/* Everything of an answer that the family takes; parts may be NULL. */
static void
answer(const struct family *f, const char *id, const char *name,
    const struct json *response, const char *scheduling, bool more,
    const struct json *parts, struct buf *b)
{
	bool object = json_type(response) == JSON_OBJECT;

	buf_str(b, "{\"toolResponse\":{\"functionResponses\":[{");
	if (id != NULL && f->tool_ids != TOOL_IDS_OMIT) {
		buf_str(b, "\"id\":");
		sending_quote(b, id);
		buf_str(b, ",");
	}
	buf_str(b, "\"name\":");
	sending_quote(b, name);
	/* a Struct on the wire, whatever the tool returned */
	buf_str(b, object ? ",\"response\":" : ",\"response\":{\"result\":");
	json_print(response, b);
	if (!object)
		buf_str(b, "}");
	if (scheduling != NULL && f->tool_scheduling) {
		buf_str(b, ",\"scheduling\":");
		sending_quote(b, scheduling);
	}
	if (more && f->tool_continue)
		buf_str(b, ",\"willContinue\":true");
	if (json_size(parts) > 0) {
		buf_str(b, ",\"parts\":");
		json_print(parts, b);
	}
	buf_str(b, "}]}}");
}

static int
on_audio(const struct sending *job)
{
	struct mono_form f;
	const char *why = mono_form(&f, job->r, RATE_DEFAULT);

	if (f.channels > 1)
		return sending_refuse(job, "not mixed down to one channel");
	if (why != NULL)
		return sending_refuse(job, why);
	if (job->r->payload_len > PROTO_AUDIO_MAX)
		return sending_refuse(job, "too long for one message");
	if (job->r->payload_len == 0)
		return 0;
	proto_client_audio(job->f, f.rate, job->r->payload,
	    job->r->payload_len, job->out->b);
	return sending_end(job);
}

/* Whether a MIME type needs no escapes in a message. */
static bool
plain(const char *mime)
{
	return strspn(mime, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
	    "XYZ0123456789/+-._;= ") == strlen(mime);
}

static int
on_image(const struct sending *job)
{
	const char *mime = json_get_str(job->head, "mime", NULL);
	char why[160];

	if (job->r->payload_len == 0)
		return sending_refuse(job, "no picture in it");
	if (job->r->payload_len > PROTO_IMAGE_MAX)
		return sending_refuse(job, "picture over 7 MiB");
	if (mime == NULL)
		mime = intact_type(job->r->payload, job->r->payload_len);
	if (mime == NULL || strncmp(mime, "image/", 6) != 0 || !plain(mime))
		return sending_refuse(job, "its \"mime\" is not an image type");
	if (!payload_picture(mime, job->r->payload, job->r->payload_len, why,
	    sizeof(why)))
		return sending_refuse(job, why);
	blob_head(job->f, "video", job->out->b);
	buf_str(job->out->b, mime);
	blob_tail(job->f, job->r->payload, job->r->payload_len, job->out->b);
	return sending_end(job);
}

static int
on_text(const struct sending *job)
{
	size_t n;
	const char *text = json_strn(json_get(job->head, "text"), &n);

	if (text == NULL)
		return sending_refuse(job, "no \"text\" in it");
	if (job->f->text == TEXT_NONE)
		return sending_refuse(job, "this model only hears: it takes no "
		    "text (--quirk text=realtime sends it all the same)");
	proto_client_text(job->f, text, n, job->out->b);
	return sending_end(job);
}

bool
proto_client_opens(const struct family *f, const struct json *head)
{
	const struct json *complete = json_get(head, "complete");
	const char *role = json_get_str(head, "role", "user");

	return f->client_content == CONTENT_SEED &&
	    (strcmp(role, "model") == 0 || (strcmp(role, "user") == 0 &&
	    complete != NULL && !json_true(complete)));
}

static int
on_activity(const struct sending *job)
{
	const char *state = json_get_str(job->head, "state", "");
	bool start = strcmp(state, "start") == 0;

	if (!start && strcmp(state, "end") != 0)
		return sending_refuse(job, "its \"state\" is neither start nor "
		    "end");
	if (!job->manual)
		return sending_refuse(job, "the service detects activity "
		    "itself in this session (--vad manual leaves it to "
		    "records)");
	proto_client_activity(start, job->out->b);
	return sending_end(job);
}

/* With manual activity, only activity marks the end of speech. */
static int
on_audio_end(const struct sending *job)
{
	if (job->manual)
		return 0;
	proto_client_audio_end(job->f, job->out);
	return job->out->b->failed ? sending_refuse(job, "too long") :
	    job->out->n;
}

static int
on_tool_response(const struct sending *job)
{
	const char *id = json_get_str(job->head, "id", NULL);
	const char *name = json_get_str(job->head, "name", NULL);
	const char *when = json_get_str(job->head, "scheduling", NULL);
	const struct json *response = json_get(job->head, "response");
	const struct json *more = json_get(job->head, "will_continue");
	const struct json *parts = json_get(job->head, "parts");
	char why[160];

	if (name == NULL || *name == '\0')
		return sending_refuse(job, "no \"name\" in it");
	if (id == NULL && job->f->tool_ids == TOOL_IDS_NEEDED)
		return sending_refuse(job, "no \"id\" in it");
	if (response == NULL)
		return sending_refuse(job, "no \"response\" in it");
	if (when != NULL && strcmp(when, "SILENT") != 0 &&
	    strcmp(when, "WHEN_IDLE") != 0 && strcmp(when, "INTERRUPT") != 0)
		return sending_refuse(job, "its \"scheduling\" is none of "
		    "SILENT, WHEN_IDLE, INTERRUPT");
	if (parts != NULL && json_type(parts) != JSON_ARRAY)
		return sending_refuse(job, "\"parts\" is not an array");
	if (!payload_inline(parts, why, sizeof(why)))
		return sending_refuse(job, why);
	if (more == NULL)
		more = json_get(job->head, "willContinue");
	answer(job->f, id, name, response, when, json_true(more), parts,
	    job->out->b);
	return sending_end(job);
}

/* The start of an activity interrupts the answer; it may end at once. */
static int
on_interrupt(const struct sending *job)
{
	if (job->manual) {
		proto_client_activity(true, job->out->b);
		if (sending_end(job) < 0)
			return -1;
		proto_client_activity(false, job->out->b);
		return sending_end(job);
	}
	if (job->f->interrupt == INTERRUPT_LOCAL)
		return 0;
	sending_turn("user", " ", 1, false, job->out->b);
	return sending_end(job);
}

static int
on_raw(const struct sending *job)
{
	const struct json *message = json_get(job->head, "message");
	char why[160];

	if (json_type(message) != JSON_OBJECT)
		return sending_refuse(job, "its \"message\" is not an object");
	if (!payload_inline(message, why, sizeof(why)))
		return sending_refuse(job, why);
	json_print(message, job->out->b);
	return sending_end(job);
}

static const struct {
	const char *type;
	int (*send)(const struct sending *);
} types[] = {
	{ "audio", on_audio },
	{ "image", on_image },
	{ "text", on_text },
	{ "turn", clientturn_send },
	{ "activity", on_activity },
	{ "audio_end", on_audio_end },
	{ "tool_response", on_tool_response },
	{ "context", clientcontext_send },
	{ "interrupt", on_interrupt },
	{ "raw", on_raw },
};

enum { TYPES = sizeof(types) / sizeof(types[0]) };

bool
proto_client_takes(const char *type)
{
	size_t i;

	for (i = 0; i < TYPES; i++)
		if (strcmp(types[i].type, type) == 0)
			return true;
	return false;
}

/* Whether the model may speak about a tool's answer. */
static bool
answer_asks(const struct json *message)
{
	const struct json *list = schema_get(schema_get(message,
	    "toolResponse"), "functionResponses"), *j;
	const char *how;

	for (j = json_first(list); j != NULL; j = json_next(j)) {
		how = json_str(schema_get(j, "scheduling"));
		if (how == NULL || strcmp(how, "SILENT") != 0)
			return true;
	}
	return false;
}

bool
proto_client_asks(const struct json *message)
{
	const struct json *content = schema_get(message, "clientContent");
	const struct json *input = schema_get(message, "realtimeInput");

	return json_true(schema_get(content, "turnComplete")) ||
	    json_str(schema_get(input, "text")) != NULL ||
	    schema_get(input, "activityEnd") != NULL || answer_asks(message);
}

int
proto_client_record(const struct family *f, int flags,
    const struct record *r, struct proto_out *out, char *why, size_t size)
{
	struct sending job = { f, flags & PROTO_MANUAL,
	    flags & PROTO_OPENING, r, r->head, out, why, size };
	size_t i;

	buf_clear(out->b);
	out->n = 0;
	for (i = 0; i < TYPES; i++)
		if (strcmp(types[i].type, r->type) == 0)
			return types[i].send(&job);
	return sending_refuse(&job, "not of a type that goes to the service");
}
