/* Records as client messages, by family and backend; and each of them by the
 * service's own check. */
#include "../../tap.h"
#include "../../golden.h"

#include "base/buf.h"
#include "base/json.h"
#include "proto/client.h"
#include "proto/schema.h"
#include "stream/stream.h"

static struct family family;
static int flags;

/* "@ model backend words..." */
static void
set_family(char *text)
{
	char *model = text, *backend = strchr(text, ' '), *word, *end;
	char why[128];
	enum backend b = BACKEND_GEMINI;

	*backend++ = '\0';
	end = backend + strcspn(backend, " ");
	word = *end ? end + 1 : end;
	*end = '\0';
	if (strcmp(backend, "vertex") == 0)
		b = BACKEND_VERTEX;
	is_str(family_backend_name(b), backend, backend);
	family_init(&family, model, b);
	flags = 0;
	while (*word != '\0') {
		end = word + strcspn(word, " ");
		end += *end ? (*end = '\0', 1) : 0;
		if (strcmp(word, "manual") == 0)
			flags |= PROTO_MANUAL;
		else if (strcmp(word, "first") == 0)
			flags |= PROTO_OPENING;
		else
			ok(family_override(&family, word, why, sizeof(why))
			    == 0, word);
		word = end;
	}
}

/* Whether the service would take it. */
static bool
lawful(const char *p, size_t n)
{
	struct json *j = json_parse(p, n, NULL, 0);
	bool yes = schema_check(j, family.backend, true, NULL, 0) == 0;

	json_free(j);
	return yes;
}

static void
is_sent(const struct proto_out *out, int n, struct golden *g, const char *why)
{
	char none[] = "nothing", *text = none, got[4096];
	size_t from = 0, len;
	int i;

	if (n < 0) {
		if (golden_peek(g) == '-')
			golden_line(g, &text);
		is_str(why, text, "refused");
		return;
	}
	for (i = 0; i < n; i++) {
		len = out->end[i] - from;
		snprintf(got, sizeof(got), "%.*s", (int)len,
		    out->b->data + from);
		ok(lawful(out->b->data + from, len), "the service takes it");
		text = none;
		if (golden_peek(g) == '>')
			golden_line(g, &text);
		is_str(got, text, "sent");
		from = out->end[i];
	}
	while (golden_peek(g) == '>' || golden_peek(g) == '-') {
		golden_line(g, &text);
		is_str("nothing", text, "sent");
	}
}

static void
run(struct golden *g, const char *line)
{
	unsigned char payload[4096];
	struct stream_reader *r = stream_reader_new();
	struct record rec;
	struct proto_out out;
	struct buf b;
	char *text, why[256] = "";

	stream_feed(r, line, strlen(line));
	stream_feed(r, "\n", 1);
	if (golden_peek(g) == '+') {
		golden_line(g, &text);
		stream_feed(r, payload, golden_hex(text, payload,
		    sizeof(payload)));
	}
	if (ok(stream_next(r, &rec) == STREAM_RECORD, line)) {
		buf_init(&b, 1 << 20);
		out.b = &b;
		is_sent(&out, proto_client_record(&family, flags, &rec, &out,
		    why, sizeof(why)), g, why);
		buf_done(&b);
	}
	stream_reader_free(r);
}

static void
golden(void)
{
	struct golden g;
	char *text = NULL;
	int kind;

	if (!golden_open(&g, "tests/data/proto-client.txt"))
		return;
	while ((kind = golden_line(&g, &text)) != 0)
		if (kind == '@')
			set_family(text);
		else if (ok(kind == '=', text))
			run(&g, text);
	golden_close(&g);
}

/* A record made by hand. */
static int
with_payload(const char *type, size_t len, size_t max, char *why, size_t size)
{
	unsigned char *payload = calloc(1, len + 1);
	struct json *head = json_object();
	struct record rec = { .payload = payload, .payload_len = len,
	    .type = type, .head = head };
	struct proto_out out;
	struct buf b;
	int n;

	if (strcmp(type, "image") == 0)
		json_set(head, "mime", json_string("image/x-new"));
	buf_init(&b, max);
	out.b = &b;
	n = proto_client_record(&family, 0, &rec, &out, why, size);
	buf_done(&b);
	json_free(head);
	free(payload);
	return n;
}

static void
limits(void)
{
	char why[128];

	family_init(&family, "gemini-3.8-live", BACKEND_GEMINI);
	is_int(with_payload("audio", PROTO_AUDIO_MAX, 16 << 20, why,
	    sizeof(why)), 1, "the longest sound");
	is_int(with_payload("audio", PROTO_AUDIO_MAX + 2, 16 << 20, why,
	    sizeof(why)), -1, "a longer one");
	is_str(why, "audio record: too long for one message", "is refused");
	is_int(with_payload("image", PROTO_IMAGE_MAX, 16 << 20, why,
	    sizeof(why)), 1, "the largest picture");
	is_int(with_payload("image", PROTO_IMAGE_MAX + 1, 16 << 20, why,
	    sizeof(why)), -1, "a larger one");
	is_str(why, "image record: picture over 7 MiB", "is refused");
	is_int(with_payload("image", 1 << 20, 1 << 20, why, sizeof(why)), -1,
	    "more than the buffer holds");
	is_str(why, "image record: too long", "is refused");
}

/* What a tool's answer carries beside its response is looked at as any picture
 * and sound is: the service ends the session over a blob that it cannot read.
 */
static void
tool_parts(void)
{
#define PNG "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9" \
	"QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
#define PART(type, data) ",\"parts\":[{\"inlineData\":{\"mimeType\":\"" type \
	"\",\"data\":\"" data "\"}}]"
#define REFUSED "tool_response record: "
	static const char *const parts[][2] = {
		{ "", NULL }, { ",\"parts\":[]", NULL },
		{ PART("image/png", PNG), NULL },
		{ PART("audio/pcm;rate=16000", "AAAA"), REFUSED "its audio/pcm"
		    ";rate=16000 ends in half a sample" },
		{ PART("audio/pcm;rate=16000", "AAA="), NULL },
		{ PART("application/x-new", "AA=="), NULL },
		{ PART("image/x-new", "AA=="), NULL },
		{ PART("image/jpeg", PNG), REFUSED "its \"mime\" is image/jpeg,"
		    " its bytes are image/png" },
		{ PART("image/png", "aGFsbG8="), REFUSED "its \"mime\" is "
		    "image/png, its bytes are not a picture of that kind" },
		{ PART("image/png", "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAA"
		    "AAfFcSJ"), REFUSED "a PNG that is cut short or damaged, which ends a "
		    "session; gl-frames FILE sends whole ones" },
		{ PART("image/png", "%%%"), REFUSED "the \"data\" of its "
		    "image/png is not base64" },
		{ ",\"parts\":[{\"text\":\"x\"},{\"inline_data\":{"
		    "\"mime_type\":\"image/png\",\"data\":\"aGFsbG8=\"}}]", REFUSED "its "
		    "\"mime\" is image/png, its bytes are not a picture of that "
		    "kind" },
		{ ",\"parts\":{}", REFUSED "\"parts\" is not an array" },
		/* its own words are its own, whatever they look like */
		{ ",\"response\":{\"inlineData\":{\"mimeType\":\"image/png\","
		    "\"data\":\"aGFsbG8=\"}}", NULL }
	};
	struct record rec = { .type = "tool_response", .payload =
	    (const unsigned char *)"" };
	struct json *head;
	struct proto_out out;
	struct buf b;
	char text[600], why[160];
	size_t i;
	int n;

	family_init(&family, "gemini-3.8-live", BACKEND_GEMINI);
	buf_init(&b, 1 << 20);
	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		snprintf(text, sizeof(text),
		    "{\"id\":\"i\",\"name\":\"f\"%s%s}",
		    strstr(parts[i][0], "response") ? "" :
		    ",\"response\":{}", parts[i][0]);
		rec.head = head = json_parse(text, strlen(text), NULL, 0);
		ok(head != NULL, text);
		memset(&out, 0, sizeof(out));
		buf_clear(&b);
		out.b = &b;
		*why = '\0';
		n = proto_client_record(&family, 0, &rec, &out, why,
		    sizeof(why));
		is_int(n, parts[i][1] == NULL ? 1 : -1, "sent or refused");
		is_str(why, parts[i][1] == NULL ? "" : parts[i][1], "why");
		json_free(head);
	}
	buf_done(&b);
}

static void
is_message(struct buf *b, const char *want)
{
	is_str(b->data, want, want);
	buf_clear(b);
}

/* The messages that no record stands for. */
static void
single(void)
{
	struct proto_out out = { 0 };
	struct json *setup = json_parse("{\"model\":\"m\"}", 13, NULL, 0);
	struct family old, live, new;
	struct buf b;

	buf_init(&b, 1 << 20);
	family_init(&old, "gemini-live-2.5-flash-native-audio",
	    BACKEND_VERTEX);
	family_init(&live, "gemini-3.1-flash-live-preview", BACKEND_GEMINI);
	family_init(&new, "gemini-3.8-live", BACKEND_GEMINI);
	proto_client_setup(setup, &b);
	is_message(&b, "{\"setup\":{\"model\":\"m\"}}");
	proto_client_start(&new, NULL, &b);
	is_message(&b, "{\"clientContent\":{\"turnComplete\":true}}");
	proto_client_start(&new, "Greet me", &b);
	is_message(&b, "{\"clientContent\":{\"turns\":[{\"role\":\"user\","
	    "\"parts\":[{\"text\":\"Greet me\"}]}],\"turnComplete\":true}}");
	proto_client_start(&live, NULL, &b);
	is_message(&b, "{\"realtimeInput\":{\"text\":\" \"}}");
	proto_client_start(&live, "Greet me", &b);
	is_message(&b, "{\"realtimeInput\":{\"text\":\"Greet me\"}}");
	buf_clear(&b);
	out.b = &b;
	is_int(proto_client_audio_end(&old, &out), 1, "one message");
	is_int((int)b.len, 64073, "1.5 s of silence on Vertex");
	ok(strncmp(b.data, "{\"realtimeInput\":{\"audio\":", 26) == 0 &&
	    strspn(strstr(b.data, "data\":\"") + 7, "A") == 64000,
	    "and nothing but silence");
	buf_clear(&b);
	out.n = 0;
	is_int(proto_client_audio_end(&new, &out), 2, "3.8: two messages");
	is_int((int)out.end[0], 64073, "silence");
	is_str(b.data + out.end[0], "{\"realtimeInput\":{\"audioStreamEnd\":"
	    "true}}", "and the flag");
	buf_clear(&b);
	out.n = 0;
	is_int(proto_client_audio_end(&live, &out), 1, "3.1: the flag");
	is_str(b.data, "{\"realtimeInput\":{\"audioStreamEnd\":true}}",
	    "alone");
	buf_done(&b);
	json_free(setup);
}

int
main(void)
{
	golden();
	limits();
	tool_parts();
	single();
	ok(proto_client_takes("context") && !proto_client_takes("played"),
	    "which types go out");
	return tap_done();
}
