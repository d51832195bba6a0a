/* Sound told by comparing against the same message read as JSON: whatever
 * proto_sound_find() accepts is one event of proto_parse(), field by field,
    when
 * a member without meaning makes it take the long way. */
#include "../../tap.h"
#include "../../golden.h"

#include "base/buf.h"
#include "proto/proto.h"
#include "proto/sound.h"

static const char head[] = "{\"serverContent\":{\"modelTurn\":{\"parts\":[{"
    "\"inlineData\":{\"mimeType\":\"audio/pcm;rate=24000\",\"data\":\"";
static const char spread[] = "\r\n{\n  \"serverContent\" : {\n    \"modelTurn\""
    ": {\n      \"parts\": [\n\t{\n          \"inlineData\": {\n            "
    "\"mimeType\": \"audio/pcm;rate=24000\",\n            \"data\": \"";
static const char tail[] = "\"}}]}}}";
static const char spread_tail[] = "\"\n          }\n        }\n      ]\n    }\n"
    "  }\n} \t\r\n";

static struct proto *p;
static int found, missed;	/* of all that was tried; and wrongly taken */

static bool
same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Both ways must tell the same of it. */
static bool
agree(const char *message, size_t n, const char *data, size_t len)
{
	static const char nothing[] = ",\"goAway\":null}";
	const struct proto_event *e, *f;
	struct proto *q = proto_new();
	struct buf b;
	size_t cut = n;
	bool r;

	buf_init(&b, 1 << 20);
	while (cut > 0 && message[cut - 1] != '}')
		cut--;
	buf_add(&b, message, cut > 0 ? cut - 1 : 0);
	buf_str(&b, nothing);
	buf_add(&b, message + cut, n - cut);
	r = proto_parse(p, message, n) == 1 && proto_parse(q, b.data, b.len) ==
	    1;
	e = proto_event(p, 0);
	f = proto_event(q, 0);
	r = r && e->kind == PROTO_AUDIO && f->kind == PROTO_AUDIO &&
	    e->text == data && e->len == len && f->len == len &&
	    memcmp(e->text, f->text, len) == 0 && same(e->mime, f->mime) &&
	    e->rate == f->rate && e->json == f->json && e->id == f->id &&
	    e->name == f->name && e->ms == f->ms && e->index == f->index &&
	    !e->flag && !f->flag && !e->user && !f->user &&
	    e->language == f->language && e->speaker == f->speaker;
	buf_done(&b);
	proto_free(q);
	return r;
}

/* Tries exactly these bytes, so that the sanitizer sees an overrun. */
static bool
try(const char *message, size_t n)
{
	char *copy = malloc(n + 1);
	const char *data;
	size_t len;
	bool r;

	memcpy(copy, message, n);
	copy = realloc(copy, n ? n : 1);
	r = proto_sound_find(copy, n, &data, &len);
	found += r;
	if (r && !agree(copy, n, data, len))
		missed++;
	free(copy);
	return r;
}

static void
make(struct buf *b, const char *before, const char *fill, size_t n,
    const char *after)
{
	size_t i;

	buf_clear(b);
	buf_str(b, before);
	for (i = 0; i < n; i++)
		buf_byte(b, fill[i % strlen(fill)]);
	buf_str(b, after);
}

static void
shapes(void)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	make(&b, head, "AQID", 2560, tail);
	ok(try(b.data, b.len), "sound without white space");
	make(&b, spread, "AQID", 2560, spread_tail);
	ok(try(b.data, b.len), "sound as the service writes it");
	make(&b, head, "A", 256, tail);
	ok(try(b.data, b.len), "256 bytes of base64");
	make(&b, head, "A", 255, tail);
	ok(!try(b.data, b.len), "255 are a string like any other");
	make(&b, head, "AAAAAAA\\u0041", 520, tail);
	ok(!try(b.data, b.len), "so is one with escapes");
	make(&b, head, "A\n\xff\x01", 512, tail);
	ok(try(b.data, b.len), "damaged base64 is judged where it is decoded");
	make(&b, head, "A", 512, "\"}}]}},\"usageMetadata\":{}}");
	ok(!try(b.data, b.len), "sound and something else");
	make(&b, head, "A", 512, "\"},\"thought\":true}]}}}");
	ok(!try(b.data, b.len), "a part with something else");
	make(&b, head, "A", 512, "\"}}]}}}x");
	ok(!try(b.data, b.len), "something after the value");
	is_int(missed, 0, "both ways tell the same");
	buf_done(&b);
}

/* Each byte of a message cut off behind, left out, doubled, and made another. */
static void
changed(const char *before, const char *after, const char *what)
{
	static const char others[] = " \t\"\\{}[],:aA0\n\x01\xc3";
	struct buf b, m;
	size_t i, k;

	missed = found = 0;
	buf_init(&b, 1 << 20);
	buf_init(&m, 1 << 20);
	make(&b, before, "AQID", 260, after);
	for (i = 0; i < b.len; i++) {
		try(b.data, i);
		buf_clear(&m);
		buf_add(&m, b.data, i);
		buf_add(&m, b.data + i + 1, b.len - i - 1);
		try(m.data, m.len);
		for (k = 0; k < sizeof(others); k++) {
			buf_clear(&m);
			buf_add(&m, b.data, b.len);
			m.data[i] = others[k];
			try(m.data, m.len);
			buf_clear(&m);
			buf_add(&m, b.data, i);
			buf_byte(&m, others[k]);
			buf_add(&m, b.data + i, b.len - i);
			try(m.data, m.len);
		}
	}
	ok(found > 0, what);
	is_int(missed, 0, "both ways tell the same");
	buf_done(&b);
	buf_done(&m);
}

/* The golden messages, and each with its base64 made long. */
static void
golden(void)
{
	static const char key[] = "\"data\":\"";
	struct golden g;
	struct buf b, m;
	char *line = NULL, *at;
	int kind;

	if (!golden_open(&g, "tests/data/proto-server.txt"))
		return;
	missed = found = 0;
	buf_init(&b, 1 << 20);
	buf_init(&m, 1 << 20);
	while ((kind = golden_line(&g, &line)) != 0) {
		if (kind != '<' && kind != '!')
			continue;
		try(line, strlen(line));
		at = strstr(line, key);
		if (at == NULL)
			continue;
		at += sizeof(key) - 1;
		make(&b, "", "AQID", 300, at);
		buf_clear(&m);
		buf_add(&m, line, (size_t)(at - line));
		buf_add(&m, b.data, b.len);
		try(m.data, m.len);
	}
	golden_close(&g);
	buf_done(&b);
	buf_done(&m);
	is_int(missed, 0, "golden messages: both ways tell the same");
}

int
main(void)
{
	p = proto_new();
	shapes();
	changed(head, tail, "changed in one place, without white space");
	changed(spread, spread_tail, "changed in one place, with it");
	golden();
	proto_free(p);
	return tap_done();
}
