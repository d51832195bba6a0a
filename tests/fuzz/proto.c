/*
 * Any bytes as a message of the service and as one of a client: the events,
 * their records and their media.  A record must read back as one.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "proto/proto.h"
#include "proto/client.h"
#include "proto/server.h"
#include "stream/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
service(const char *text, size_t n)
{
	struct proto *p = proto_new();
	const struct proto_event *e;
	struct stream_reader *r;
	struct record rec;
	struct buf b;
	unsigned char *media;
	ssize_t len;
	int i, count;

	buf_init(&b, 64 << 20);
	count = proto_parse(p, text, n);
	for (i = 0; i < count; i++) {
		e = proto_event(p, (size_t)i);
		media = malloc(proto_media_room(e) + 1);
		len = proto_media(e, media);
		assert(len <= (ssize_t)proto_media_room(e));
		buf_clear(&b);
		proto_record(e, i, i, len > 0 ? (size_t)len : 0, &b);
		r = stream_reader_new();
		stream_feed(r, b.data, b.len);
		stream_feed(r, media, len > 0 ? (size_t)len : 0);
		assert(b.len > STREAM_HEAD_MAX ||
		    stream_next(r, &rec) == STREAM_RECORD);
		stream_reader_free(r);
		free(media);
	}
	buf_done(&b);
	proto_free(p);
}

/* What a client may say; and what its parts become on the way out again. */
static void
client(const char *text, size_t n, enum backend backend)
{
	struct protoserver *p = proto_server_new(backend);
	const struct client_event *e;
	unsigned char *media;
	int i, count;

	count = proto_server_parse(p, text, n);
	assert(count >= 0 || proto_server_why(p)[0] != '\0');
	for (i = 0; i < count; i++) {
		e = proto_server_event(p, (size_t)i);
		if (e->kind != CLIENT_AUDIO && e->kind != CLIENT_IMAGE)
			continue;
		media = malloc(proto_server_media_room(e));
		assert(proto_server_media(e, media) <=
		    (ssize_t)proto_server_media_room(e));
		free(media);
	}
	proto_server_free(p);
}

/* The same bytes as the head of a record. */
static void
record(const char *text, size_t n)
{
	static const char *const types[] = { "audio", "image", "text", "turn",
	    "activity", "audio_end", "tool_response", "context", "interrupt",
	    "raw" };
	struct json *head = json_parse(text, n, NULL, 0);
	struct record rec = { .payload = (const unsigned char *)text,
	    .payload_len = n, .head = head };
	struct proto_out out;
	struct family f;
	struct buf b;
	char why[160];
	size_t i;

	buf_init(&b, 64 << 20);
	out.b = &b;
	for (i = 0; head != NULL && i < 10; i++) {
		family_init(&f, i % 2 ? "gemini-3.8-live" :
		    "gemini-live-2.5-flash-native-audio",
		    i % 2 ? BACKEND_GEMINI : BACKEND_VERTEX);
		rec.type = types[i];
		if (proto_client_record(&f, i % 4, &rec, &out, why,
		    sizeof(why)) > 0)
			client(b.data, out.end[0], f.backend);
	}
	buf_done(&b);
	json_free(head);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const char *text = (const char *)p;

	service(text, n);
	client(text, n, BACKEND_GEMINI);
	client(text, n, BACKEND_VERTEX);
	record(text, n);
	return 0;
}
