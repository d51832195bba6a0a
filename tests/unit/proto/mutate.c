/*
 * Recorded and golden messages, damaged in every way one can think of: nothing
 * may crash, leak or read beyond the message, and what is not taken says why.
 * The same numbers each time.
 */
#include "../../tap.h"
#include "../../golden.h"
#include "../../recording.h"

#include <stdint.h>

#include "base/buf.h"
#include "base/json.h"
#include "proto/proto.h"
#include "proto/server.h"

enum { LONGEST = 20000, ROUNDS = 1000 };

static uint32_t seed = 1;

static uint32_t
chance(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

/* Words that change the type, the depth or the meaning where they land. */
static const char *const words[] = { "null", "[]", "{}", "\"\"", "true", "-1",
	"1e999", "\"\\u0000\"", "[[[[[[[[", "}}", "\"data\":", "99999999999999",
	"\"parts\":[1,\"x\",null]", "\"interrupted\":true,", "\xff\xfe", "\\" };

static size_t
damage(char *p, size_t n, size_t max)
{
	const char *w;
	size_t at = chance((uint32_t)n + 1), k;

	switch (chance(6)) {
	case 0:
		return at;
	case 1:
		if (at < n)
			p[at] = (char)chance(256);
		return n;
	case 2:
		if (at < n)
			p[at] ^= (char)(1 << chance(8));
		return n;
	case 3:
		w = words[chance(sizeof(words) / sizeof(words[0]))];
		k = strlen(w);
		if (n + k > max)
			return n;
		memmove(p + at + k, p + at, n - at);
		memcpy(p + at, w, k);
		return n + k;
	case 4:
		/* a piece twice: duplicate keys, half strings */
		k = chance((uint32_t)(n - at) + 1);
		if (n + k > max)
			return n;
		memmove(p + at + k, p + at, n - at);
		return n + k;
	default:
		k = chance((uint32_t)(n - at) + 1);
		memmove(p + at, p + at + k, n - at - k);
		return n - k;
	}
}

/* Takes whatever it gives; false where a refusal has no words. */
static bool
swallow(const char *text, size_t n)
{
	struct proto *p = proto_new();
	struct protoserver *s = proto_server_new(chance(2) ? BACKEND_GEMINI :
	    BACKEND_VERTEX);
	const struct client_event *c;
	const struct proto_event *e;
	unsigned char *media;
	struct buf b;
	int i, count;
	bool good;

	buf_init(&b, 16 << 20);
	count = proto_parse(p, text, n);
	good = count >= 0 || proto_why(p)[0] != '\0';
	for (i = 0; i < count; i++) {
		e = proto_event(p, (size_t)i);
		media = malloc(proto_media_room(e) + 1);
		proto_media(e, media);
		proto_record(e, 1, 1, 0, &b);
		free(media);
	}
	count = proto_server_parse(s, text, n);
	good = good && (count >= 0 || proto_server_why(s)[0] != '\0');
	for (i = 0; i < count; i++) {
		c = proto_server_event(s, (size_t)i);
		media = malloc(proto_server_media_room(c) + 1);
		proto_server_media(c, media);
		free(media);
	}
	buf_done(&b);
	proto_server_free(s);
	proto_free(p);
	return good;
}

static int
mutate(const char *text, size_t n)
{
	char *work, *exact;
	size_t k, max = n * 2 + 64;
	int i, bad = 0;

	for (i = 0; n <= LONGEST && i < ROUNDS; i++) {
		work = malloc(max);
		memcpy(work, text, n);
		k = damage(work, n, max);
		while (chance(3) != 0)
			k = damage(work, k, max);
		exact = malloc(k ? k : 1);
		memcpy(exact, work, k);
		bad += !swallow(exact, k);
		free(exact);
		free(work);
	}
	return bad;
}

static void
from_golden(const char *path)
{
	struct golden g;
	char *text;
	int bad = 0, kind;

	if (!golden_open(&g, path))
		return;
	while ((kind = golden_line(&g, &text)) != 0)
		if (kind == '<' || kind == '>')
			bad += mutate(text, strlen(text));
	is_int(bad, 0, path);
	golden_close(&g);
}

static void
from_recordings(void)
{
	char *names[RECORDINGS_MAX];
	struct recording r;
	const char *p;
	size_t n;
	int i, count, bad = 0;

	count = recordings(names);
	if (count == 0)
		printf("# not run: no recordings in " RECORDINGS "\n");
	for (i = 0; i < count; i++) {
		if (recording_open(&r, names[i]))
			while (recording_next(&r, &p, &n) > 0)
				bad += mutate(p, n);
		recording_close(&r);
		free(names[i]);
	}
	is_int(bad, 0, "recordings");
}

int
main(void)
{
	from_golden("tests/data/proto-server.txt");
	from_golden("tests/data/proto-client.txt");
	from_recordings();
	return tap_done();
}
