/* Turns the events of proto.c into records of gl-stream(5). */
#include "proto/proto.h"

#include "base/buf.h"
#include "base/json.h"
#include "stream/stream.h"

static const char *const types[] = {
	[PROTO_READY] = "ready",
	[PROTO_GO_AWAY] = "go_away",
	[PROTO_RESUMPTION] = "resumption",
	[PROTO_INTERRUPTED] = "interrupted",
	[PROTO_VOICE_ACTIVITY] = "voice_activity",
	[PROTO_TRANSCRIPT] = "transcript",
	[PROTO_AUDIO] = "audio",
	[PROTO_BLOB] = "blob",
	[PROTO_TEXT] = "text",
	[PROTO_CONTENT] = "content",
	[PROTO_GROUNDING] = "grounding",
	[PROTO_URL_CONTEXT] = "url_context",
	[PROTO_TOOL_CALL] = "tool_call",
	[PROTO_TOOL_CANCEL] = "tool_cancel",
	[PROTO_WAITING] = "waiting",
	[PROTO_GENERATION_COMPLETE] = "generation_complete",
	[PROTO_TURN_COMPLETE] = "turn_complete",
	[PROTO_INTERACTION] = "interaction",
	[PROTO_USAGE] = "usage",
	[PROTO_ERROR] = "error",
	[PROTO_RAW] = "raw",
};

/* Whether its records carry the number of a turn. */
static bool
turned(const struct proto_event *e)
{
	switch (e->kind) {
	case PROTO_INTERRUPTED:
	case PROTO_AUDIO:
	case PROTO_BLOB:
	case PROTO_TEXT:
	case PROTO_CONTENT:
	case PROTO_GROUNDING:
	case PROTO_URL_CONTEXT:
	case PROTO_TOOL_CALL:
	case PROTO_GENERATION_COMPLETE:
	case PROTO_TURN_COMPLETE:
	case PROTO_INTERACTION:
	case PROTO_USAGE:
		return true;
	case PROTO_TRANSCRIPT:
		return !e->user;
	default:
		return false;
	}
}

static void
optional(struct buf *b, const char *key, const char *text)
{
	if (text != NULL)
		stream_str(b, key, text);
}

static void
record_transcript(const struct proto_event *e, struct buf *b)
{
	stream_str(b, "role", e->user ? "user" : "model");
	stream_strn(b, "text", e->text, e->len);
	if (e->interim)
		stream_bool(b, "interim", true);
	if (e->flag)
		stream_bool(b, "finished", true);
	optional(b, "language", e->language);
	optional(b, "speaker", e->speaker);
	if (e->ms >= 0)
		stream_int(b, "start_ms", e->ms);
	if (e->end_ms >= 0)
		stream_int(b, "end_ms", e->end_ms);
	if (json_size(json_get(e->json, "words")) > 0)
		stream_json(b, "words", json_get(e->json, "words"));
}

static void
record_usage(const struct proto_event *e, struct buf *b)
{
	const struct {
		const char *key;
		int64_t count;
	} v[] = {
		{ "prompt", e->usage.prompt },
		{ "cached", e->usage.cached },
		{ "response", e->usage.response },
		{ "tool", e->usage.tool },
		{ "thoughts", e->usage.thoughts },
		{ "total", e->usage.total },
	};
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		if (v[i].count != 0)
			stream_int(b, v[i].key, v[i].count);
	stream_json(b, "metadata", e->json);
}

static void
record_resumption(const struct proto_event *e, struct buf *b)
{
	stream_bool(b, "resumable", e->flag);
	optional(b, "handle", e->id);
	if (e->index >= 0)
		stream_int(b, "index", e->index);
}

static void
record_call(const struct proto_event *e, struct buf *b)
{
	optional(b, "id", e->id);
	stream_str(b, "name", e->name);
	if (json_type(e->json) == JSON_OBJECT)
		stream_json(b, "args", e->json);
	else
		stream_raw(b, "args", "{}");
}

static void
record_voice(const struct proto_event *e, struct buf *b)
{
	stream_str(b, "state", e->flag ? "start" : "end");
	if (e->ms >= 0)
		stream_int(b, "offset_ms", e->ms);
}

static void
record_ready(const struct proto_event *e, struct buf *b)
{
	optional(b, "session", e->id);
	optional(b, "voice_consent", json_get_str(json_get(e->json,
	    "voiceConsentSignature"), "signature", NULL));
}

/* The members that only this kind of record has. */
static void
body(const struct proto_event *e, struct buf *b)
{
	switch (e->kind) {
	case PROTO_READY:
		record_ready(e, b);
		break;
	case PROTO_GO_AWAY:
		if (e->ms >= 0)
			stream_int(b, "left_ms", e->ms);
		break;
	case PROTO_RESUMPTION:
		record_resumption(e, b);
		break;
	case PROTO_VOICE_ACTIVITY:
		record_voice(e, b);
		break;
	case PROTO_TRANSCRIPT:
		record_transcript(e, b);
		break;
	case PROTO_AUDIO:
		stream_int(b, "rate", e->rate);
		break;
	case PROTO_BLOB:
		stream_str(b, "mime", e->mime);
		break;
	case PROTO_TEXT:
		stream_strn(b, "text", e->text, e->len);
		if (e->thought)
			stream_bool(b, "thought", true);
		break;
	case PROTO_CONTENT:
		stream_json(b, "part", e->json);
		break;
	case PROTO_GROUNDING:
	case PROTO_URL_CONTEXT:
		stream_json(b, "metadata", e->json);
		break;
	case PROTO_TOOL_CALL:
		record_call(e, b);
		break;
	case PROTO_TOOL_CANCEL:
		stream_json(b, "ids", e->json);
		break;
	case PROTO_TURN_COMPLETE:
	case PROTO_INTERACTION:
		optional(b, "reason", e->name);
		optional(b, "status", e->id);
		break;
	case PROTO_USAGE:
		record_usage(e, b);
		break;
	case PROTO_ERROR:
		stream_strn(b, "message", e->text, e->len);
		stream_json(b, "error", e->json);
		break;
	case PROTO_RAW:
		stream_json(b, "message", e->json);
		break;
	default:
		break;
	}
}

void
proto_record(const struct proto_event *e, int64_t turn, int64_t t,
    size_t payload_len, struct buf *b)
{
	stream_head(b, types[e->kind]);
	if (t >= 0)
		stream_int(b, "t", t);
	if (turn > 0 && turned(e))
		stream_int(b, "turn", turn);
	body(e, b);
	stream_tail(b, payload_len);
}
