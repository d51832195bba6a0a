/* The service's half: what a client says is read and judged, what the service
 * says looks like the service's and is read back by the other half. */
#include "../../tap.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "proto/proto.h"
#include "proto/client.h"
#include "proto/server.h"
#include "proto/schema.h"

static struct buf b;
static bool strict;

/* A short form of the events: kinds as letters with what they carry. */
static const char *
summary(enum backend backend, const char *message)
{
	static const char letters[] = "SCAIT<>ERXN";
	static char text[512];
	struct protoserver *p = proto_server_new(backend);
	const struct client_event *e;
	int i, n;
	size_t at = 0;

	proto_server_strict(p, strict);
	n = proto_server_parse(p, message, strlen(message));
	if (n < 0)
		snprintf(text, sizeof(text), "%s", proto_server_why(p));
	for (i = 0; i < n; i++) {
		e = proto_server_event(p, (size_t)i);
		at += (size_t)snprintf(text + at, sizeof(text) - at,
		    "%c%s%.*s%s%s%s", letters[e->kind], e->flag ? "!" : "",
		    (int)e->len, e->text ? e->text : "",
		    e->name ? e->name : "", e->id ? "#" : "",
		    e->id ? e->id : "");
		if (e->rate != 0)
			at += (size_t)snprintf(text + at, sizeof(text) - at,
			    "@%d", e->rate);
	}
	proto_server_free(p);
	return text;
}

#define reads(backend, message, want) \
	is_str(summary(backend, message), want, message)

static void
clients(void)
{
	enum backend g = BACKEND_GEMINI, v = BACKEND_VERTEX;

	reads(g, "{\"setup\":{\"model\":\"m\"}}", "S");
	reads(g, "{\"clientContent\":{\"turnComplete\":true}}", "C!");
	reads(g, "{\"client_content\":{\"turn_complete\":\"true\"}}", "C!");
	reads(g, "{\"clientContent\":{}}", "C");
	reads(g, "{\"realtimeInput\":{\"audio\":{\"mimeType\":"
	    "\"audio/pcm;rate=8000\",\"data\":\"AAAA\"}}}", "AAAAA@8000");
	reads(g, "{\"realtime_input\":{\"audio\":{\"mime_type\":"
	    "\"audio/pcm\",\"data\":\"AAAA\"}}}", "AAAAA@16000");
	reads(v, "{\"realtimeInput\":{\"mediaChunks\":[{\"mimeType\":"
	    "\"audio/pcm;rate=16000\",\"data\":\"AAAA\"},{\"mimeType\":"
	    "\"audio/pcm\",\"data\":\"BBBB\"}]}}", "A!AAAA@16000");
	reads(v, "{\"realtimeInput\":{\"mediaChunks\":[{\"mimeType\":"
	    "\"image/jpeg\",\"data\":\"AAAA\"}]}}", "I!AAAA@16000");
	reads(g, "{\"realtimeInput\":{\"video\":{\"mimeType\":\"image/png\","
	    "\"data\":\"AAAA\"}}}", "IAAAA@16000");
	reads(g, "{\"realtimeInput\":{\"text\":\"hi\"}}", "Thi");
	reads(g, "{\"realtimeInput\":{\"activityStart\":{}}}", "<");
	reads(g, "{\"realtimeInput\":{\"activityEnd\":{}}}", ">");
	reads(g, "{\"realtimeInput\":{\"audioStreamEnd\":true}}", "E");
	reads(g, "{\"realtimeInput\":{\"audioStreamEnd\":false}}", "N");
	reads(g, "{\"realtimeInput\":{}}", "N");
	reads(g, "{}", "N");
	reads(g, "{\"setup\":null,\"realtimeInput\":{\"text\":\"\"}}", "T");
	reads(g, "{\"toolResponse\":{\"functionResponses\":[{\"id\":\"1\","
	    "\"name\":\"f\",\"response\":{}},{\"name\":\"g\",\"response\":{},"
	    "\"willContinue\":true}]}}", "Rf#1R!g");
	reads(g, "{\"contextUpdate\":{}}", "X");
	reads(g, "{\"setup\":{\"x\":1}}", "S");
	strict = true;
	reads(g, "{\"setup\":{\"x\":1}}", "Invalid JSON payload received. "
	    "Unknown name \"x\" at 'setup': Cannot find field.");
	strict = false;
	reads(g, "{\"setup\":", "Invalid JSON payload received. a value "
	    "expected at byte 9");
}

/* Whether a message in b is one that the service can send, pretty-printed as
 * it does. */
static void
official(const char *what)
{
	struct json *j = json_parse(b.data, b.len, NULL, 0);
	struct findings f;
	struct buf again;

	findings_init(&f);
	buf_init(&again, 1 << 20);
	schema_findings(j, "BidiGenerateContentServerMessage", "",
	    BACKEND_GEMINI, &f);
	/* Vertex's spelling of usage is unknown to the other backend */
	if (f.n > 0) {
		findings_done(&f);
		schema_findings(j, "BidiGenerateContentServerMessage", "",
		    BACKEND_VERTEX, &f);
	}
	is_str(f.n ? f.v[0].text : "", "", what);
	json_pretty(j, &again);
	buf_str(&again, "\n");
	is_str(b.data, again.data, "written as the service writes");
	buf_done(&again);
	findings_done(&f);
	json_free(j);
}

/* What the other half makes of the message in b; empties it. */
static void
becomes(const char *want, const char *what)
{
	struct proto *p = proto_new();
	struct buf got;
	int i, n;

	buf_init(&got, 1 << 20);
	official(what);
	n = proto_parse(p, b.data, b.len);
	for (i = 0; i < n; i++)
		proto_record(proto_event(p, (size_t)i), 1, -1, 0, &got);
	if (got.len > 0)
		got.data[--got.len] = '\0';
	is_str(got.data ? got.data : "", want, what);
	buf_done(&got);
	buf_clear(&b);
	proto_free(p);
}

static void
server_content(void)
{
	struct proto_usage u = { .prompt = 515, .response = 31, .total = 546 };

	u.prompt_of[PROTO_TEXT_TOKENS] = 515;
	u.response_of[PROTO_AUDIO_TOKENS] = 31;
	proto_server_audio(BACKEND_VERTEX, 24000, "\1\2", 2, &b);
	is_str(b.data, "{\n  \"serverContent\": {\n    \"modelTurn\": {\n"
	    "      \"role\": \"model\",\n      \"parts\": [\n        {\n"
	    "          \"inlineData\": {\n"
	    "            \"mimeType\": \"audio/pcm\",\n"
	    "            \"data\": \"AQI=\"\n          }\n        }\n      ]\n"
	    "    }\n  }\n}\n", "sound as recorded on Vertex");
	becomes("{\"type\":\"audio\",\"turn\":1,\"rate\":24000}", "sound");
	proto_server_audio(BACKEND_GEMINI, 16000, "\1\2", 2, &b);
	becomes("{\"type\":\"audio\",\"turn\":1,\"rate\":16000}", "sound");
	proto_server_blob(BACKEND_GEMINI, "video/mp4", "\1\2", 2, &b);
	becomes("{\"type\":\"blob\",\"turn\":1,\"mime\":\"video/mp4\"}",
	    "an avatar");
	proto_server_text(BACKEND_VERTEX, "Hi\n", 3, true, &b);
	becomes("{\"type\":\"text\",\"turn\":1,\"text\":\"Hi\\n\","
	    "\"thought\":true}", "a thought");
	proto_server_transcript(TRANSCRIPT_INPUT, " a", 2, false, &b);
	becomes("{\"type\":\"transcript\",\"role\":\"user\",\"text\":\" a\"}",
	    "input transcript");
	proto_server_transcript(TRANSCRIPT_INTERIM, "a", 1, false, &b);
	becomes("{\"type\":\"transcript\",\"role\":\"user\",\"text\":\"a\","
	    "\"interim\":true}", "interim");
	proto_server_transcript(TRANSCRIPT_OUTPUT, "b", 1, true, &b);
	becomes("{\"type\":\"transcript\",\"turn\":1,\"role\":\"model\","
	    "\"text\":\"b\",\"finished\":true}", "output transcript");
	proto_server_transcript(TRANSCRIPT_OUTPUT, "", 0, false, &b);
	becomes("", "the empty first one");
	proto_server_generation_complete(&b);
	becomes("{\"type\":\"generation_complete\",\"turn\":1}", "complete");
	proto_server_interrupted(&b);
	becomes("{\"type\":\"interrupted\",\"turn\":1}", "interrupted");
	proto_server_turn_complete(BACKEND_GEMINI, "NEED_MORE_INPUT", "IDLE",
	    NULL, &b);
	becomes("{\"type\":\"turn_complete\",\"turn\":1,\"reason\":"
	    "\"NEED_MORE_INPUT\",\"status\":\"IDLE\"}", "a turn's end");
	proto_server_turn_complete(BACKEND_GEMINI, NULL, NULL, &u, &b);
	is_str(b.data, "{\n  \"serverContent\": {\n    \"turnComplete\": true"
	    "\n  },\n  \"usageMetadata\": {\n    \"promptTokenCount\": 515,\n"
	    "    \"responseTokenCount\": 31,\n    \"totalTokenCount\": 546,\n"
	    "    \"promptTokensDetails\": [\n      {\n        \"modality\": "
	    "\"TEXT\",\n        \"tokenCount\": 515\n      }\n    ],\n"
	    "    \"responseTokensDetails\": [\n      {\n        \"modality\": "
	    "\"AUDIO\",\n        \"tokenCount\": 31\n      }\n    ]\n  }\n}\n",
	    "usage as recorded");
	buf_clear(&b);
	memset(&u, 0, sizeof(u));
	u.response = 2;
	proto_server_turn_complete(BACKEND_VERTEX, NULL, NULL, &u, &b);
	becomes("{\"type\":\"turn_complete\",\"turn\":1}\n{\"type\":\"usage\","
	    "\"turn\":1,\"response\":2,\"metadata\":{\"candidatesTokenCount\":"
	    "2}}", "Vertex's usage");
}

static void
server_rest(void)
{
	struct json *calls = json_parse("[{\"id\":\"1\",\"name\":\"f\","
	    "\"args\":{\"x\":1}},{\"name\":\"g\"}]", 51, NULL, 0);
	struct json *ids = json_parse("[\"1\"]", 5, NULL, 0);

	proto_server_ready(BACKEND_GEMINI, "id", &b);
	is_str(b.data, "{\n  \"setupComplete\": {}\n}\n", "as recorded");
	becomes("{\"type\":\"ready\"}", "ready");
	proto_server_ready(BACKEND_VERTEX, "id", &b);
	is_str(b.data, "{\n  \"setupComplete\": {\n    \"sessionId\": \"id\""
	    "\n  }\n}\n", "as recorded on Vertex");
	becomes("{\"type\":\"ready\",\"session\":\"id\"}", "with an id");
	proto_server_tool_call(calls, &b);
	becomes("{\"type\":\"tool_call\",\"turn\":1,\"id\":\"1\",\"name\":"
	    "\"f\",\"args\":{\"x\":1}}\n{\"type\":\"tool_call\",\"turn\":1,"
	    "\"name\":\"g\",\"args\":{}}", "calls");
	proto_server_tool_cancel(ids, &b);
	becomes("{\"type\":\"tool_cancel\",\"ids\":[\"1\"]}", "cancellation");
	proto_server_go_away(9500, &b);
	becomes("{\"type\":\"go_away\",\"left_ms\":9500}", "going away");
	proto_server_resumption("H", true, 7, &b);
	ok(strstr(b.data, "\"lastConsumedClientMessageIndex\": \"7\""),
	    "int64 is a string");
	becomes("{\"type\":\"resumption\",\"resumable\":true,\"handle\":\"H\","
	    "\"index\":7}", "a handle");
	proto_server_resumption(NULL, false, -1, &b);
	becomes("{\"type\":\"resumption\",\"resumable\":false}", "none");
	proto_server_voice_activity(true, 1500, &b);
	becomes("{\"type\":\"voice_activity\",\"state\":\"start\","
	    "\"offset_ms\":1500}", "activity");
	buf_str(&b, "{\n  \"voiceActivityDetectionSignal\": {\n"
	    "    \"vadSignalType\": \"VAD_SIGNAL_TYPE_EOS\"\n  }\n}\n");
	becomes("{\"type\":\"voice_activity\",\"state\":\"end\"}", "signal");
	json_free(calls);
	json_free(ids);
}

/* Sound through both halves, over the length at which it is no longer
 * copied. */
static void
sound(void)
{
	struct protoserver *p = proto_server_new(BACKEND_GEMINI);
	const struct client_event *e;
	unsigned char pcm[1280], back[2048];
	struct family f;
	size_t i;

	for (i = 0; i < sizeof(pcm); i++)
		pcm[i] = (unsigned char)(i * 7);
	family_init(&f, "gemini-3.8-live", BACKEND_GEMINI);
	buf_clear(&b);
	proto_client_audio(&f, 16000, pcm, sizeof(pcm), &b);
	is_int(proto_server_parse(p, b.data, b.len), 1, "one event");
	e = proto_server_event(p, 0);
	ok(e->kind == CLIENT_AUDIO && e->rate == 16000, "it is sound");
	ok(e->text > b.data && e->text < b.data + b.len, "not copied");
	ok(proto_server_media_room(e) <= sizeof(back), "room");
	is_int((int)proto_server_media(e, back), 1280, "all of it");
	ok(memcmp(pcm, back, sizeof(pcm)) == 0, "the same");
	ok(json_get(proto_server_message(p), "realtimeInput") != NULL,
	    "the message is at hand");
	proto_server_free(p);
	buf_clear(&b);
}

static void
cuts(void)
{
	static const char message[] = "{\"realtimeInput\":{\"audio\":"
	    "{\"mimeType\":\"audio/pcm;rate=16000\",\"data\":\"AAAA\"}}}";
	struct protoserver *p = proto_server_new(BACKEND_GEMINI);
	char *copy;
	size_t i;
	int taken = 0;

	for (i = 0; i + 1 < sizeof(message); i++) {
		copy = malloc(i + 1);
		memcpy(copy, message, i);
		taken += proto_server_parse(p, copy, i) >= 0;
		free(copy);
	}
	is_int(taken, 0, "no message cut short is taken");
	proto_server_free(p);
}

int
main(void)
{
	buf_init(&b, 1 << 20);
	clients();
	server_content();
	server_rest();
	sound();
	cuts();
	buf_done(&b);
	return tap_done();
}
