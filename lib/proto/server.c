/*
 * The service's half of the protocol.  A client's message is checked against
 * the schema before anything is read from it, so what is read has the right
 * types; messages to the client look like the service's, byte for byte where
 * there are recordings.
 */
#include "proto/server.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/duration.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/why.h"
#include "proto/proto.h"
#include "proto/schema.h"

enum { EVENTS_MAX = 256, RATE_DEFAULT = 16000 };

struct protoserver {
	enum backend backend;
	bool strict;
	struct json *root;
	struct client_event *v;
	size_t n, cap;
	char why[512];
};

struct protoserver *
proto_server_new(enum backend backend)
{
	struct protoserver *p = mem_alloc(sizeof(*p));

	p->backend = backend;
	return p;
}

void
proto_server_free(struct protoserver *p)
{
	if (p == NULL)
		return;
	json_free(p->root);
	free(p->v);
	free(p);
}

void
proto_server_strict(struct protoserver *p, bool strict)
{
	p->strict = strict;
}

/* Another event, blank; beyond the ceiling, the last one again. */
static struct client_event *
add(struct protoserver *p, enum client_kind kind, const struct json *j)
{
	struct client_event *e;

	if (p->n == EVENTS_MAX)
		p->n--;
	if (p->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 8;
		p->v = mem_resize(p->v, p->cap, sizeof(*p->v));
	}
	e = &p->v[p->n++];
	memset(e, 0, sizeof(*e));
	e->kind = kind;
	e->json = j;
	return e;
}

static bool
truth(const struct json *j)
{
	const char *s = json_str(j);

	return json_true(j) || (s != NULL && strcmp(s, "true") == 0);
}

static const char *
text_of(const struct json *object, const char *key)
{
	return json_str(schema_get(object, key));
}

static void
media(struct protoserver *p, const struct json *blob, bool sound)
{
	const char *mime = text_of(blob, "mimeType"), *rate;
	struct client_event *e;
	long v = RATE_DEFAULT;

	if (json_type(blob) != JSON_OBJECT)
		return;
	mime = mime ? mime : "";
	if (strncasecmp(mime, "image/", 6) == 0)
		sound = false;
	e = add(p, sound ? CLIENT_AUDIO : CLIENT_IMAGE, blob);
	e->mime = mime;
	e->text = json_strn(json_get(blob, "data"), &e->len);
	if (e->text == NULL)
		e->text = "";
	rate = strstr(mime, "rate=");
	if (rate != NULL)
		v = strtol(rate + 5, NULL, 10);
	e->rate = v > 0 && v <= 384000 ? (int)v : RATE_DEFAULT;
}

/* Only the first element of the old list counts. */
static void
chunks(struct protoserver *p, const struct json *j)
{
	size_t before = p->n;

	media(p, json_type(j) == JSON_ARRAY ? json_first(j) : j, true);
	if (p->n > before)
		p->v[p->n - 1].flag = true;
}

static void
realtime(struct protoserver *p, const struct json *j)
{
	const struct json *text = schema_get(j, "text");
	struct client_event *e;

	if (json_type(schema_get(j, "activityStart")) == JSON_OBJECT)
		add(p, CLIENT_ACTIVITY_START, j);
	chunks(p, schema_get(j, "mediaChunks"));
	media(p, schema_get(j, "audio"), true);
	media(p, schema_get(j, "video"), false);
	if (json_type(text) == JSON_STRING) {
		e = add(p, CLIENT_TEXT, j);
		e->text = json_strn(text, &e->len);
	}
	if (json_type(schema_get(j, "activityEnd")) == JSON_OBJECT)
		add(p, CLIENT_ACTIVITY_END, j);
	if (truth(schema_get(j, "audioStreamEnd")))
		add(p, CLIENT_AUDIO_END, j);
	if (p->n == 0)
		add(p, CLIENT_NOTHING, j);
}

static void
tool_answer(struct protoserver *p, const struct json *j)
{
	struct client_event *e = add(p, CLIENT_TOOL_RESPONSE, j);

	e->id = text_of(j, "id");
	e->name = text_of(j, "name");
	e->scheduling = text_of(j, "scheduling");
	e->flag = truth(schema_get(j, "willContinue"));
}

static void
tool_answers(struct protoserver *p, const struct json *j)
{
	const struct json *list = schema_get(j, "functionResponses"), *r;

	if (json_type(list) == JSON_OBJECT)
		tool_answer(p, list);
	if (json_type(list) != JSON_ARRAY)
		return;
	for (r = json_first(list); r != NULL; r = json_next(r))
		tool_answer(p, r);
}

/* A member that is set: null counts as absent. */
static const struct json *
present(const struct json *object, const char *key)
{
	const struct json *j = schema_get(object, key);

	return json_type(j) == JSON_NULL ? NULL : j;
}

static void
read_events(struct protoserver *p)
{
	const struct json *j;

	if ((j = present(p->root, "setup")) != NULL)
		add(p, CLIENT_SETUP, j);
	else if ((j = present(p->root, "clientContent")) != NULL)
		add(p, CLIENT_CONTENT, j)->flag =
		    truth(schema_get(j, "turnComplete"));
	else if ((j = present(p->root, "realtimeInput")) != NULL)
		realtime(p, j);
	else if ((j = present(p->root, "toolResponse")) != NULL)
		tool_answers(p, j);
	else if ((j = present(p->root, "contextUpdate")) != NULL)
		add(p, CLIENT_CONTEXT, j);
	else
		add(p, CLIENT_NOTHING, p->root);
}

/* The key that may hold media, in this client's spelling. */
static const char *
carrier(const char *message, size_t n)
{
	size_t i;

	for (i = 0; i + 14 < n && i < 64; i++)
		if (memcmp(message + i, "realtime_input", 14) == 0)
			return "realtime_input";
	return "realtimeInput";
}

int
proto_server_parse(struct protoserver *p, const char *message, size_t n)
{
	char why[160];

	json_free(p->root);
	p->n = 0;
	p->why[0] = '\0';
	p->root = json_parse_media(message, n, carrier(message, n), why,
	    sizeof(why));
	if (p->root == NULL)
		return why_say(-1, p->why, sizeof(p->why), "Invalid JSON "
		    "payload received. %s", why);
	if (schema_check(p->root, p->backend, p->strict, p->why,
	    sizeof(p->why)) < 0)
		return -1;
	read_events(p);
	return (int)p->n;
}

const struct client_event *
proto_server_event(const struct protoserver *p, size_t i)
{
	return i < p->n ? &p->v[i] : NULL;
}

const struct json *
proto_server_message(const struct protoserver *p)
{
	return p->root;
}

const char *
proto_server_why(const struct protoserver *p)
{
	return p->why;
}

size_t
proto_server_media_room(const struct client_event *e)
{
	return e->len / 4 * 3 + 3;
}

ssize_t
proto_server_media(const struct client_event *e, void *dst)
{
	return base64_decode(dst, e->text, e->len);
}

/* Takes the value, prints it as the service does, and frees it. */
static void
emit(struct json *message, struct buf *b)
{
	proto_server_json(message, b);
	json_free(message);
}

void
proto_server_json(const struct json *message, struct buf *b)
{
	json_pretty(message, b);
	buf_str(b, "\n");
}

/* {"outer":{"key":value}} */
static void
emit_in(const char *outer, const char *key, struct json *value,
    struct buf *b)
{
	struct json *message = json_object(), *inner;

	inner = json_set(message, outer, json_object());
	if (key != NULL)
		json_set(inner, key, value);
	emit(message, b);
}

void
proto_server_ready(enum backend backend, const char *session_id, struct buf *b)
{
	if (backend == BACKEND_VERTEX && session_id != NULL)
		emit_in("setupComplete", "sessionId",
		    json_string(session_id), b);
	else
		emit_in("setupComplete", NULL, NULL, b);
}

void
proto_server_blob(enum backend backend, const char *mime, const void *p,
    size_t n, struct buf *b)
{
	buf_str(b, "{\n  \"serverContent\": {\n    \"modelTurn\": {\n");
	if (backend == BACKEND_VERTEX)
		buf_str(b, "      \"role\": \"model\",\n");
	buf_str(b, "      \"parts\": [\n        {\n"
	    "          \"inlineData\": {\n            \"mimeType\": \"");
	buf_str(b, mime);
	buf_str(b, "\",\n            \"data\": \"");
	base64_add(b, p, n);
	buf_str(b, "\"\n          }\n        }\n      ]\n    }\n  }\n}\n");
}

void
proto_server_audio(enum backend backend, int rate, const void *pcm, size_t n,
    struct buf *b)
{
	char mime[40] = "audio/pcm";

	if (backend == BACKEND_GEMINI || rate != 24000)
		snprintf(mime, sizeof(mime), "audio/pcm;rate=%d", rate);
	proto_server_blob(backend, mime, pcm, n, b);
}

void
proto_server_text(enum backend backend, const char *text, size_t n,
    bool thought, struct buf *b)
{
	struct json *turn = json_object(), *part = json_object();

	if (backend == BACKEND_VERTEX)
		json_set(turn, "role", json_string("model"));
	json_add(json_set(turn, "parts", json_array()), part);
	json_set(part, "text", json_stringn(text, n));
	if (thought)
		json_set(part, "thought", json_bool(true));
	emit_in("serverContent", "modelTurn", turn, b);
}

void
proto_server_transcript(enum transcript_kind kind, const char *text, size_t n,
    bool finished, struct buf *b)
{
	static const char *const keys[] = {
		[TRANSCRIPT_INPUT] = "inputTranscription",
		[TRANSCRIPT_INTERIM] = "interimInputTranscription",
		[TRANSCRIPT_OUTPUT] = "outputTranscription",
	};
	struct json *j = json_object();

	if (n > 0)
		json_set(j, "text", json_stringn(text, n));
	if (finished)
		json_set(j, "finished", json_bool(true));
	emit_in("serverContent", keys[kind], j, b);
}

void
proto_server_generation_complete(struct buf *b)
{
	emit_in("serverContent", "generationComplete", json_bool(true), b);
}

void
proto_server_interrupted(struct buf *b)
{
	emit_in("serverContent", "interrupted", json_bool(true), b);
}

/* proto3 leaves zeros out. */
static void
count(struct json *j, const char *key, int64_t v)
{
	if (v != 0)
		json_set(j, key, json_integer(v));
}

static void
details(struct json *j, const char *key, const int64_t *of)
{
	struct json *list = NULL, *item;
	int i;

	for (i = 0; i < PROTO_MODALITIES; i++) {
		if (of[i] == 0)
			continue;
		if (list == NULL)
			list = json_set(j, key, json_array());
		item = json_add(list, json_object());
		json_set(item, "modality", json_string(proto_modality(i)));
		json_set(item, "tokenCount", json_integer(of[i]));
	}
}

static struct json *
usage_json(enum backend backend, const struct proto_usage *u)
{
	struct json *j = json_object();

	count(j, "promptTokenCount", u->prompt);
	count(j, "cachedContentTokenCount", u->cached);
	count(j, backend == BACKEND_VERTEX ? "candidatesTokenCount" :
	    "responseTokenCount", u->response);
	count(j, "toolUsePromptTokenCount", u->tool);
	count(j, "thoughtsTokenCount", u->thoughts);
	count(j, "totalTokenCount", u->total);
	details(j, "promptTokensDetails", u->prompt_of);
	details(j, backend == BACKEND_VERTEX ? "candidatesTokensDetails" :
	    "responseTokensDetails", u->response_of);
	return j;
}

void
proto_server_turn_complete(enum backend backend, const char *reason,
    const char *status, const struct proto_usage *usage, struct buf *b)
{
	struct json *message = json_object(), *c;

	c = json_set(message, "serverContent", json_object());
	json_set(c, "turnComplete", json_bool(true));
	if (reason != NULL)
		json_set(c, "turnCompleteReason", json_string(reason));
	if (status != NULL)
		json_set(c, "interactionStatus", json_string(status));
	if (usage != NULL)
		json_set(message, "usageMetadata", usage_json(backend, usage));
	emit(message, b);
}

void
proto_server_tool_call(const struct json *calls, struct buf *b)
{
	emit_in("toolCall", "functionCalls", json_copy(calls), b);
}

void
proto_server_tool_cancel(const struct json *ids, struct buf *b)
{
	emit_in("toolCallCancellation", "ids", json_copy(ids), b);
}

void
proto_server_go_away(int64_t ms, struct buf *b)
{
	char text[40];

	duration_text(ms, text, sizeof(text));
	emit_in("goAway", "timeLeft", json_string(text), b);
}

void
proto_server_resumption(const char *handle, bool resumable, int64_t index,
    struct buf *b)
{
	struct json *message = json_object(), *j;
	char text[24];

	j = json_set(message, "sessionResumptionUpdate", json_object());
	if (handle != NULL && *handle != '\0')
		json_set(j, "newHandle", json_string(handle));
	if (resumable)
		json_set(j, "resumable", json_bool(true));
	if (index > 0) {
		snprintf(text, sizeof(text), "%" PRId64, index);
		json_set(j, "lastConsumedClientMessageIndex",
		    json_string(text));
	}
	emit(message, b);
}

static void
voice(struct json *message, bool start, int64_t offset_ms, struct buf *b)
{
	struct json *j = json_set(message, "voiceActivity", json_object());
	char text[40];

	json_set(j, "type", json_string(start ? "ACTIVITY_START" :
	    "ACTIVITY_END"));
	if (offset_ms >= 0) {
		duration_text(offset_ms, text, sizeof(text));
		json_set(j, "audioOffset", json_string(text));
	}
	emit(message, b);
}

void
proto_server_voice_activity(bool start, int64_t offset_ms, struct buf *b)
{
	voice(json_object(), start, offset_ms, b);
}

void
proto_server_voice_content(bool start, int64_t offset_ms, struct buf *b)
{
	struct json *message = json_object();

	json_set(message, "serverContent", json_object());
	voice(message, start, start ? offset_ms : -1, b);
}
