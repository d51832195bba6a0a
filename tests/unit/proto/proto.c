/* What the service says, as records: golden pairs, every cut, wrong types. */
#include "../../tap.h"
#include "../../golden.h"

#include "base/buf.h"
#include "base/json.h"
#include "proto/proto.h"

/* The records of the parsed message, payloads behind their headers as in a
 * golden file. */
static void
records(const struct proto *p, int n, struct buf *out)
{
	const struct proto_event *e;
	unsigned char *media;
	ssize_t len, k;
	int i;

	for (i = 0; i < n; i++) {
		e = proto_event(p, (size_t)i);
		media = malloc(proto_media_room(e) + 1);
		len = proto_media(e, media);
		proto_record(e, 3, -1, len > 0 ? (size_t)len : 0, out);
		for (k = 0; k < len; k++)
			buf_printf(out, "%s%02x", k ? "" : "+ ", media[k]);
		if (len > 0)
			buf_str(out, "\n");
		free(media);
	}
}

static void
golden(void)
{
	struct proto *p = proto_new();
	struct golden g;
	struct buf got, want;
	char *text = NULL, *message = NULL, *copy;
	int kind, n;

	buf_init(&got, 1 << 20);
	buf_init(&want, 1 << 20);
	if (!golden_open(&g, "tests/data/proto-server.txt"))
		return;
	while ((kind = golden_line(&g, &message)) != 0) {
		/* exactly its bytes, so that the sanitizer sees an overrun */
		copy = malloc(strlen(message) + 1);
		memcpy(copy, message, strlen(message));
		n = proto_parse(p, copy, strlen(message));
		if (kind == '!') {
			is_int(n, -1, *message ? message : "no bytes at all");
			ok(proto_why(p)[0] != '\0', "and it is said why");
			free(copy);
			continue;
		}
		buf_clear(&got);
		buf_clear(&want);
		records(p, n, &got);
		while (golden_peek(&g) == '=' || golden_peek(&g) == '+') {
			if (golden_line(&g, &text) == '+')
				buf_str(&want, "+ ");
			buf_str(&want, text);
			buf_str(&want, "\n");
		}
		is_str(got.data ? got.data : "", want.data ? want.data : "",
		    message);
		free(copy);
	}
	golden_close(&g);
	buf_done(&got);
	buf_done(&want);
	proto_free(p);
}

/* Each beginning of a message is not a message. */
static void
cuts(void)
{
	static const char message[] = "{\"serverContent\":{\"modelTurn\":"
	    "{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm\",\"data\":"
	    "\"AAAA\"}},{\"text\":\"\\u00e9\xc3\xa9\"}]}}}";
	struct proto *p = proto_new();
	size_t i, n = sizeof(message) - 1;
	char *copy;
	int taken = 0;

	for (i = 0; i < n; i++) {
		copy = malloc(i + 1);
		memcpy(copy, message, i);
		taken += proto_parse(p, copy, i) >= 0;
		free(copy);
	}
	is_int(taken, 0, "no message cut short is taken");
	is_int(proto_parse(p, message, n), 2, "the whole one is");
	proto_free(p);
}

static void
limits(void)
{
	static const char head[] = "{\"serverContent\":{\"modelTurn\":"
	    "{\"parts\":[{\"text\":\"\"}";
	struct proto *p = proto_new();
	struct buf b;
	int i;

	buf_init(&b, 16 << 20);
	buf_str(&b, head);
	for (i = 1; i < 4096; i++)
		buf_str(&b, ",{\"text\":\"\"}");
	buf_str(&b, "]}}}");
	is_int(proto_parse(p, b.data, b.len), 4096, "4096 parts");
	b.len -= 4;
	buf_str(&b, ",{\"text\":\"\"}]}}}");
	is_int(proto_parse(p, b.data, b.len), -1, "one more is too many");
	is_str(proto_why(p), "more than 4096 things in one message", "said");
	buf_clear(&b);
	for (i = 0; i < 200; i++)
		buf_str(&b, "{\"a\":");
	is_int(proto_parse(p, b.data, b.len), -1, "nested 200 deep");
	is_int(proto_parse(p, "{}", 2), 0, "and it goes on after that");
	ok(proto_event(p, 0) == NULL, "no event where there is none");
	buf_done(&b);
	proto_free(p);
}

/* Long media are not copied but point into the message. */
static void
in_place(void)
{
	struct proto *p = proto_new();
	const struct proto_event *e;
	unsigned char pcm[4096];
	struct buf b;
	int i;

	buf_init(&b, 1 << 20);
	buf_str(&b, "{\"serverContent\":{\"modelTurn\":{\"parts\":[{"
	    "\"inlineData\":{\"mimeType\":\"audio/pcm;rate=24000\","
	    "\"data\":\"");
	for (i = 0; i < 1000; i++)
		buf_str(&b, "AQID");
	buf_str(&b, "\"}}]}}}");
	is_int(proto_parse(p, b.data, b.len), 1, "one event");
	e = proto_event(p, 0);
	ok(e->text > b.data && e->text + e->len < b.data + b.len,
	    "it points into the message");
	is_int((int)proto_media_room(e), 3003, "room");
	is_int((int)proto_media(e, pcm), 3000, "decoded");
	ok(pcm[0] == 1 && pcm[2999] == 3, "to the right bytes");
	b.data[b.len - 20] = '!';
	is_int(proto_parse(p, b.data, b.len), 1, "damaged base64");
	is_int((int)proto_media(proto_event(p, 0), pcm), -1, "is told");
	buf_done(&b);
	proto_free(p);
}

static void
usage(void)
{
	static const char m[] = "{\"usageMetadata\":{\"promptTokensDetails\":"
	    "[{\"modality\":\"AUDIO\",\"tokenCount\":250},{\"modality\":"
	    "\"TEXT\",\"tokenCount\":\"7\"},{\"modality\":\"SMELL\"}],"
	    "\"candidatesTokensDetails\":[{\"modality\":\"AUDIO\","
	    "\"tokenCount\":9}]}}";
	struct proto *p = proto_new();
	const struct proto_usage *u;

	is_int(proto_parse(p, m, sizeof(m) - 1), 1, "usage");
	u = &proto_event(p, 0)->usage;
	is_int((int)u->prompt_of[PROTO_AUDIO_TOKENS], 250, "of sound");
	is_int((int)u->prompt_of[PROTO_TEXT_TOKENS], 7, "of text");
	is_int((int)u->response_of[PROTO_AUDIO_TOKENS], 9, "Vertex's name");
	proto_free(p);
}

int
main(void)
{
	golden();
	cuts();
	limits();
	in_place();
	usage();
	return tap_done();
}
