/*
 * Every recorded conversation with the real service: what its client said
 * reads, and what we would say for the same input is the same object; what it
 * said becomes the right records, and is written by our other half byte for
 * byte.
 */
#include "../../tap.h"
#include "../../recording.h"

#include <ctype.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/json.h"
#include "proto/proto.h"
#include "proto/client.h"
#include "proto/server.h"
#include "proto/schema.h"
#include "stream/stream.h"

enum { LIMIT = 16 << 20 };

/* One conversation under test. */
struct talk {
	enum backend backend;
	struct family family;
	struct protoserver *reader;
	struct proto *proto;
	struct buf b;
	char what[320];
};

static void
begin(struct talk *t, const struct json *setup)
{
	const char *model = json_str(schema_get(setup, "model"));

	t->backend = model != NULL && (strncmp(model, "projects/", 9) == 0 ||
	    strncmp(model, "publishers/", 11) == 0) ? BACKEND_VERTEX :
	    BACKEND_GEMINI;
	family_init(&t->family, model ? model : "", t->backend);
}

/* The record that stands for an input, built into head; or NULL for one that
 * has no record. */
static const char *
input(const struct client_event *e, struct json *head)
{
	const struct json *turn, *parts;

	switch (e->kind) {
	case CLIENT_AUDIO:
		json_set(head, "rate", json_integer(e->rate));
		return "audio";
	case CLIENT_IMAGE:
		json_set(head, "mime", json_string(e->mime));
		return "image";
	case CLIENT_TEXT:
		json_set(head, "text", json_stringn(e->text, e->len));
		return "text";
	case CLIENT_CONTENT:
		turn = json_at(schema_get(e->json, "turns"), 0);
		parts = schema_get(turn, "parts");
		if (json_size(schema_get(e->json, "turns")) > 1)
			return NULL;
		if (parts != NULL)
			json_set(head, "parts", json_copy(parts));
		if (turn != NULL)
			json_set(head, "role", json_copy(
			    schema_get(turn, "role")));
		json_set(head, "complete", json_bool(e->flag));
		return "turn";
	case CLIENT_ACTIVITY_START:
	case CLIENT_ACTIVITY_END:
		json_set(head, "state", json_string(e->kind ==
		    CLIENT_ACTIVITY_START ? "start" : "end"));
		return "activity";
	case CLIENT_AUDIO_END:
		return "audio_end";
	case CLIENT_TOOL_RESPONSE:
		json_merge(head, e->json);
		return "tool_response";
	default:
		return NULL;
	}
}

/* The carriers that this client chose. */
static void
follow(struct talk *t, const struct json *message)
{
	const struct json *rt = schema_get(message, "realtimeInput");
	char why[80];

	family_override(&t->family, schema_get(rt, "mediaChunks") ?
	    "carrier=mediaChunks" : "carrier=fields", why, sizeof(why));
	family_override(&t->family, schema_get(rt, "text") ? "text=realtime" :
	    "text=clientContent", why, sizeof(why));
	family_override(&t->family, "audio-end=flag", why, sizeof(why));
}

static void
is_same(struct talk *t, const struct json *said, const char *p, size_t n)
{
	struct json *ours = json_parse(p, n, NULL, 0);
	struct json *theirs;
	struct buf plain;

	/* media of `said` point into the message: compare a full parse */
	buf_init(&plain, LIMIT);
	json_print(said, &plain);
	theirs = json_parse(plain.data, plain.len, NULL, 0);
	ok(ours != NULL && json_equal(ours, theirs), t->what);
	json_free(ours);
	json_free(theirs);
	buf_done(&plain);
}

/* Sound without a rate is written with one by us. */
static bool
bare_pcm(const struct client_event *e)
{
	return e->kind == CLIENT_AUDIO && strstr(e->mime, "rate=") == NULL;
}

static void
say_again(struct talk *t, const struct client_event *e)
{
	struct json *head = json_object();
	struct proto_out out = { .b = &t->b };
	struct record rec = { .head = head };
	unsigned char *payload = NULL;
	char why[128] = "";

	rec.type = input(e, head);
	if (e->kind == CLIENT_AUDIO || e->kind == CLIENT_IMAGE) {
		payload = malloc(proto_server_media_room(e));
		rec.payload = payload;
		rec.payload_len = (size_t)proto_server_media(e, payload);
	}
	if (rec.type == NULL || bare_pcm(e)) {
		printf("# %s: not said again\n", t->what);
	} else if (proto_client_record(&t->family, PROTO_MANUAL, &rec, &out, why,
	    sizeof(why)) == 1) {
		is_same(t, proto_server_message(t->reader), t->b.data,
		    t->b.len);
	} else {
		ok(e->kind == CLIENT_AUDIO_END, t->what);
		printf("# %s\n", why);
	}
	free(payload);
	json_free(head);
}

static void
client_said(struct talk *t, const char *p, size_t n)
{
	const struct client_event *e;
	int count;

	count = proto_server_parse(t->reader, p, n);
	if (!ok(count > 0, t->what)) {
		printf("# %s\n", proto_server_why(t->reader));
		return;
	}
	e = proto_server_event(t->reader, 0);
	if (e->kind == CLIENT_SETUP) {
		begin(t, e->json);
		buf_clear(&t->b);
		proto_client_setup(e->json, &t->b);
		is_same(t, proto_server_message(t->reader), t->b.data,
		    t->b.len);
		return;
	}
	follow(t, proto_server_message(t->reader));
	/* several answers in one message are one record each with us */
	if (count == 1)
		say_again(t, e);
}

/* What a player must see, told by the shortest reading of the message. */
static void
parts_expected(const struct json *content, struct buf *b)
{
	const struct json *parts = json_path(content, "modelTurn.parts"), *p;
	const char *data;
	size_t n;

	for (p = json_first(parts); p != NULL; p = json_next(p)) {
		data = json_strn(json_path(p, "inlineData.data"), &n);
		if (data != NULL && json_true(json_get(content,
		    "interrupted")))
			continue;
		if (data != NULL)
			buf_printf(b, "audio %zu\n", n / 4 * 3 -
			    (data[n - 1] == '=') - (data[n - 2] == '='));
		else if (json_get(p, "text") != NULL)
			buf_printf(b, "text %s\n", json_str(json_get(p,
			    "text")));
		else
			buf_str(b, "content\n");
	}
}

static void
expected(const struct json *m, struct buf *b)
{
	const struct json *c = json_get(m, "serverContent"), *j;
	const char *s;

	if (json_get(m, "setupComplete") != NULL)
		buf_printf(b, "ready %s\n", json_get_str(json_get(m,
		    "setupComplete"), "sessionId", ""));
	if (json_get(m, "goAway") != NULL)
		buf_str(b, "go_away\n");
	if (json_get(m, "sessionResumptionUpdate") != NULL)
		buf_str(b, "resumption\n");
	if (json_true(json_get(c, "interrupted")))
		buf_str(b, "interrupted\n");
	s = json_str(json_path(c, "inputTranscription.text"));
	if (s != NULL)
		buf_printf(b, "transcript %s\n", s);
	parts_expected(c, b);
	s = json_str(json_path(c, "outputTranscription.text"));
	if (s != NULL)
		buf_printf(b, "transcript %s\n", s);
	for (j = json_first(json_path(m, "toolCallCancellation.ids")); j;
	    j = json_next(j))
		buf_printf(b, "tool_cancel %s\n", json_str(j));
	for (j = json_first(json_path(m, "toolCall.functionCalls")); j;
	    j = json_next(j))
		buf_printf(b, "tool_call %s\n", json_get_str(j, "name", ""));
	if (json_true(json_get(c, "generationComplete")))
		buf_str(b, "generation_complete\n");
	if (json_true(json_get(c, "turnComplete")))
		buf_str(b, "turn_complete\n");
	if (json_get(m, "usageMetadata") != NULL)
		buf_printf(b, "usage %s\n", json_get(m, "serverContent") ?
		    "beside" : "alone");
}

/* The same from the records, as a reader of the stream gets them. */
static void
told(struct talk *t, int count, struct buf *b)
{
	struct stream_reader *r = stream_reader_new();
	const struct proto_event *e;
	unsigned char *media;
	const struct json *j;
	struct record rec;
	ssize_t len;
	int i;

	for (i = 0; i < count; i++) {
		e = proto_event(t->proto, (size_t)i);
		media = malloc(proto_media_room(e) + 1);
		len = proto_media(e, media);
		buf_clear(&t->b);
		proto_record(e, 1, -1, len > 0 ? (size_t)len : 0, &t->b);
		stream_feed(r, t->b.data, t->b.len);
		stream_feed(r, media, len > 0 ? (size_t)len : 0);
		free(media);
		if (!ok(stream_next(r, &rec) == STREAM_RECORD, t->what))
			break;
		buf_str(b, rec.type);
		if (e->kind == PROTO_AUDIO)
			buf_printf(b, " %zu", rec.payload_len);
		else if (e->kind == PROTO_TEXT || e->kind == PROTO_TRANSCRIPT)
			buf_printf(b, " %s", json_get_str(rec.head, "text",
			    ""));
		else if (e->kind == PROTO_TOOL_CALL)
			buf_printf(b, " %s", json_get_str(rec.head, "name",
			    ""));
		else if (e->kind == PROTO_READY)
			buf_printf(b, " %s", json_get_str(rec.head, "session",
			    ""));
		else if (e->kind == PROTO_USAGE)
			buf_printf(b, " %s", count > 1 ? "beside" : "alone");
		j = json_get(rec.head, "ids");
		if (e->kind == PROTO_TOOL_CANCEL)
			for (j = json_first(j); j != NULL; j = json_next(j))
				buf_printf(b, " %s%s", json_str(j),
				    json_next(j) ? "\ntool_cancel" : "");
		buf_str(b, "\n");
	}
	stream_reader_free(r);
}

/* Escapes and fractions can be written in more ways than one. */
static bool
ambiguous(const char *p, size_t n)
{
	size_t i;

	for (i = 1; i + 1 < n; i++)
		if (p[i] == '\\' || (p[i] == '.' && isdigit((unsigned char)
		    p[i - 1]) && isdigit((unsigned char)p[i + 1])))
			return true;
	return false;
}

/* What our other half writes for one part of sound. */
static void
rewrite(struct talk *t, const struct json *m, const char *p, size_t n)
{
	const struct json *blob = json_path(json_at(json_path(m,
	    "serverContent.modelTurn.parts"), 0), "inlineData");
	const struct proto_event *e = proto_event(t->proto, 0);
	unsigned char *pcm;
	ssize_t len;

	buf_clear(&t->b);
	if (blob != NULL && t->backend == BACKEND_VERTEX && e != NULL) {
		pcm = malloc(proto_media_room(e) + 1);
		len = proto_media(e, pcm);
		proto_server_audio(BACKEND_VERTEX, e->rate, pcm,
		    len > 0 ? (size_t)len : 0, &t->b);
		free(pcm);
	} else {
		proto_server_json(m, &t->b);
	}
	if (ambiguous(p, n)) {
		is_same(t, m, t->b.data, t->b.len);
		return;
	}
	/* the recorder added one newline */
	ok(t->b.len + 1 == n && memcmp(t->b.data, p, n - 1) == 0, t->what);
}

static void
server_said(struct talk *t, const char *p, size_t n)
{
	struct json *m = json_parse(p, n, NULL, 0);
	struct buf want, got;
	int count;

	buf_init(&want, LIMIT);
	buf_init(&got, LIMIT);
	count = proto_parse(t->proto, p, n);
	if (ok(count >= 0 && m != NULL, t->what)) {
		expected(m, &want);
		told(t, count, &got);
		is_str(got.data ? got.data : "", want.data ? want.data : "",
		    t->what);
		rewrite(t, m, p, n);
	}
	buf_done(&want);
	buf_done(&got);
	json_free(m);
}

static void
replay(const char *name)
{
	struct talk t = { .proto = proto_new() };
	struct recording r;
	const char *p;
	size_t n, i = 0;
	int from = -1;

	t.reader = proto_server_new(strncmp(name, "Vertex", 6) == 0 ||
	    strstr(name, "vertex") != NULL ? BACKEND_VERTEX : BACKEND_GEMINI);
	buf_init(&t.b, LIMIT);
	if (ok(recording_open(&r, name), name))
		while ((from = recording_next(&r, &p, &n)) > 0) {
			snprintf(t.what, sizeof(t.what), "%s: message %zu",
			    name, i++);
			if (from == '>')
				client_said(&t, p, n);
			else
				server_said(&t, p, n);
		}
	ok(from == 0 && i > 0, "read to its end");
	recording_close(&r);
	buf_done(&t.b);
	proto_server_free(t.reader);
	proto_free(t.proto);
}

int
main(void)
{
	char *names[RECORDINGS_MAX];
	int i, n;

	n = recordings(names);
	if (n == 0)
		printf("# not run: no recordings in " RECORDINGS "\n");
	for (i = 0; i < n; i++) {
		replay(names[i]);
		free(names[i]);
	}
	ok(true, "every recording at hand");
	return tap_done();
}
