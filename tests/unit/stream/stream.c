/* stream: every way in which bytes can arrive, and every way to be wrong. */
#include <stdlib.h>

#include "../../tap.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "stream/stream.h"

static const char sample[] =
    "{\"gl\":1,\"type\":\"start\",\"program\":\"x\",\"version\":\"1\"}\n"
    "{\"type\":\"audio\",\"rate\":16000,\"bytes\":5}\nab\n{\"" /* payload */
    "{\"type\":\"text\",\"text\":\"h\\u00e9\"}\n"
    "\r\n \n"
    "{\"bytes\":0,\"type\":\"new_thing\",\"x\":[1,{}]}\r\n"
    "{\"type\":\"image\",\"bytes\":1}\n\n"
    "{\"type\":\"turn_complete\"}\n";

/* What a reader gives, as one line of text; ends in why where it is bad. */
static void
collect(struct stream_reader *r, struct buf *b, bool *bad)
{
	struct record rec;
	enum stream_status st;

	while ((st = stream_next(r, &rec)) == STREAM_RECORD) {
		buf_printf(b, "%s@%d:", rec.type, (int)rec.offset);
		buf_add(b, rec.line, rec.line_len);
		buf_add(b, rec.payload, rec.payload_len);
		buf_byte(b, '|');
	}
	if (st == STREAM_BAD && !*bad)
		buf_printf(b, "BAD %s", stream_why(r));
	*bad = *bad || st == STREAM_BAD;
}

/* The text of all n bytes, fed in pieces of `piece`; the end told where asked.
 * The caller frees. */
static char *
read_all(const char *p, size_t n, size_t piece, bool end)
{
	struct stream_reader *r = stream_reader_new();
	struct buf b;
	bool bad = false;
	size_t k, room;
	void *w;

	buf_init(&b, 1 << 22);
	buf_str(&b, "");
	while (n > 0) {
		k = piece < n ? piece : n;
		w = stream_window(r, &room);
		k = k < room ? k : room;
		memcpy(w, p, k);
		stream_filled(r, k);
		p += k;
		n -= k;
		collect(r, &b, &bad);
	}
	if (end && !bad)
		buf_str(&b, stream_end(r) == 0 ? "END" : stream_why(r));
	stream_reader_free(r);
	return buf_take(&b, NULL);
}

static void
test_pieces(void)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 64, 100000 };
	const char *want = "start@0:{\"gl\":1,\"type\":\"start\",\"program\":"
	    "\"x\",\"version\":\"1\"}\n|"
	    "audio@52:{\"type\":\"audio\",\"rate\":16000,\"bytes\":5}\nab\n{\"|"
	    "text@97:{\"type\":\"text\",\"text\":\"h\\u00e9\"}\n|"
	    "new_thing@134:{\"bytes\":0,\"type\":\"new_thing\",\"x\":[1,{}]}"
	    "\r\n|image@177:{\"type\":\"image\",\"bytes\":1}\n\n|"
	    "turn_complete@205:{\"type\":\"turn_complete\"}\n|END";
	char what[64], *got;
	size_t i;

	for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		got = read_all(sample, sizeof(sample) - 1, pieces[i], true);
		snprintf(what, sizeof(what), "records byte for byte in pieces "
		    "of %zu", pieces[i]);
		is_str(got, want, what);
		free(got);
	}
}

/* Cut at every byte: never bad, and at the end it is said unless the cut is
 * between records. */
static void
test_cut(void)
{
	size_t n, told = 0, whole = 0, wrong = 0;
	char *got;

	for (n = 0; n < sizeof(sample); n++) {
		got = read_all(sample, n, 9, true);
		if (strstr(got, "END") != NULL)
			whole++;
		else if (strstr(got, "the input ends") != NULL)
			told++;
		else
			wrong++;
		free(got);
	}
	/* the starts of 6 records and the end; blank lines add 4 places */
	is_int(whole, 11, "a cut between records is an end");
	is_int(told, sizeof(sample) - 11, "any other cut is told");
	is_int(wrong, 0, "no cut is bad before the end");
	got = read_all("{\"type\":\"a\",\"bytes\":9}\nabc", 26, 100, true);
	is_str(got, "record 1 at byte 0: the input ends after 3 of 9 payload "
	    "bytes", "how much is missing");
	free(got);
	got = read_all("{\"type\":\"a\"}\n{\"type\":", 21, 100, true);
	is_str(strstr(got, "record"), "record 2 at byte 13: the input ends inside a header "
	    "line, after 8 bytes and before its newline",
	    "where the header was cut");
	free(got);
}

static void
test_bad(void)
{
	static const struct { const char *in, *why; } t[] = {
		{ "{\"type\":\"a\"}\nhello\n", "record 2 at byte 13: the header "
		    "line is not JSON" },
		{ "[1]\n", "record 1 at byte 0: the header line is not a JSON "
		    "object" },
		{ "{\"x\":1}\n", "no \"type\"; write {\"type\":" },
		{ "{\"type\":1}\n", "no \"type\"" },
		{ "{\"type\":\"\"}\n", "no \"type\"" },
		{ "{\"type\":\"a\",\"bytes\":-1}\n", "whole number from 0 to "
		    "67108864" },
		{ "{\"type\":\"a\",\"bytes\":1.5}\n", "whole number" },
		{ "{\"type\":\"a\",\"bytes\":\"7\"}\n", "whole number" },
		{ "{\"type\":\"a\",\"bytes\":null}\n", "whole number" },
		{ "{\"type\":\"a\",\"bytes\":67108865}\n", "whole number" },
		{ "{\"type\":\"a\",\"bytes\":99999999999999999999}\n",
		    "whole number" },
		{ "{\"type\":\"\xff\"}\n", "not JSON" },
		{ "{\"type\":\"a\"} {\"type\":\"b\"}\n", "not JSON" },
		{ "{\"type\":\"a\",\"bytes\":4,\"bytes\":2}\nab", "has "
		    "\"bytes\" twice" },
		{ "{\"type\":\"a\",\"type\":\"b\"}\n", "has \"type\" "
		    "twice" },
	};
	char what[80], *got;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		got = read_all(t[i].in, strlen(t[i].in), 5, false);
		snprintf(what, sizeof(what), "bad: %.40s", t[i].in);
		what[strcspn(what, "\n")] = '\0';
		if (!ok(strstr(got, "BAD ") != NULL &&
		    strstr(got, t[i].why) != NULL, what))
			printf("# %s\n", got);
		free(got);
	}
	got = read_all("{\"type\":\"a\"}\nx\n{\"type\":\"b\"}\n", 28, 3, false);
	ok(strstr(got, "b@") == NULL, "nothing is given after what is bad");
	free(got);
}

static void
test_limits(void)
{
	struct stream_reader *r = stream_reader_new();
	struct record rec;
	char *line = mem_alloc(STREAM_HEAD_MAX + 2);
	const char *end = "\"}\n";

	memset(line, 'x', STREAM_HEAD_MAX + 1);
	memcpy(line, "{\"type\":\"a\",\"k\":\"", 17);
	memcpy(line + STREAM_HEAD_MAX - 3, end, 3);
	stream_feed(r, line, STREAM_HEAD_MAX);
	is_int(stream_next(r, &rec), STREAM_RECORD, "a header of 1 MiB");
	is_int((long long)rec.line_len, STREAM_HEAD_MAX, "... whole");
	memset(line + STREAM_HEAD_MAX - 3, 'x', 4);
	stream_feed(r, line, STREAM_HEAD_MAX);
	is_int(stream_next(r, &rec), STREAM_MORE, "1 MiB without a newline");
	stream_feed(r, line + 20, 1);
	is_int(stream_next(r, &rec), STREAM_BAD, "one byte more");
	ok(strstr(stream_why(r), "record 2 at byte 1048576: the header line is "
	    "longer than 1048576 bytes") != NULL, "... and why");
	is_int(stream_end(r), -1, "what is bad does not end well");
	stream_reader_free(r);
	free(line);
}

/* 64 MiB through a window of what the reader offers, then small again. */
static void
test_large(void)
{
	struct stream_reader *r = stream_reader_new();
	struct record rec;
	size_t left = STREAM_PAYLOAD_MAX, n, rounds = 0, k;
	unsigned char *w;

	stream_feed(r, "{\"type\":\"blob\",\"bytes\":67108864}\n", 33);
	while (left > 0) {
		is_int(stream_next(r, &rec) == STREAM_MORE, 1, "not yet");
		w = stream_window(r, &n);
		n = n < left ? n : left;
		for (k = 0; k < n; k += 4096)
			w[k] = (unsigned char)((left - k) >> 12);
		stream_filled(r, n);
		left -= n;
		if (++rounds > 100)
			break;
	}
	is_int(stream_next(r, &rec), STREAM_RECORD, "a payload of 64 MiB");
	is_int((long long)rec.payload_len, STREAM_PAYLOAD_MAX, "... whole");
	is_int(rec.payload[0], (STREAM_PAYLOAD_MAX >> 12) & 0xff,
	    "... from its first byte");
	ok(rounds < 20, "... in few and growing windows");
	stream_feed(r, "{\"type\":\"a\"}\n", 13);
	is_int(stream_next(r, &rec), STREAM_RECORD, "a small one follows");
	stream_window(r, &n);
	ok(n <= 64 << 10, "and the memory has been given back");
	stream_reader_free(r);
}

static void
test_kind(void)
{
	is_int(stream_kind("", 0, 0), STREAM_KIND_MORE, "nothing yet");
	is_int(stream_kind("{", 1, 0), STREAM_KIND_MORE, "a brace");
	is_int(stream_kind("{", 1, 1), STREAM_KIND_PCM, "a brace is all");
	is_int(stream_kind("{\"", 2, 0), STREAM_KIND_RECORDS, "a stream");
	is_int(stream_kind("{x", 2, 0), STREAM_KIND_PCM, "a brace of sound");
	is_int(stream_kind("RIF", 3, 0), STREAM_KIND_MORE, "RIF");
	is_int(stream_kind("RIF", 3, 1), STREAM_KIND_PCM, "RIF is all");
	is_int(stream_kind("RIFF", 4, 0), STREAM_KIND_WAV, "a WAV file");
	is_int(stream_kind("\0\0", 2, 0), STREAM_KIND_PCM, "silence");
	is_int(stream_kind("", 0, 1), STREAM_KIND_PCM, "nothing at all");
}

static void
test_write(void)
{
	struct json *j = json_parse("{\"a\":[1,\"x\"]}", 13, NULL, 0);
	struct buf b;
	char *got;

	buf_init(&b, 4096);
	stream_head(&b, "audio");
	stream_int(&b, "rate", -24000);
	stream_num(&b, "x", 0.5);
	stream_num(&b, "inf", 1e308 * 10);
	stream_bool(&b, "yes", 1);
	stream_str(&b, "s", "a\"\n\xff");
	stream_json(&b, "j", j);
	stream_json(&b, "none", NULL);
	stream_raw(&b, "raw", "{\"r\":[]}");
	stream_tail(&b, 640);
	buf_add(&b, "", 1);
	is_str(b.data, "{\"type\":\"audio\",\"rate\":-24000,\"x\":0.5,"
	    "\"inf\":null,\"yes\":true,\"s\":\"a\\\"\\n\xef\xbf\xbd\","
	    "\"j\":{\"a\":[1,\"x\"]},\"none\":null,\"raw\":{\"r\":[]},"
	    "\"bytes\":640}\n", "a header from all helpers");
	buf_clear(&b);
	stream_start(&b, "gl-x");
	got = read_all(b.data, b.len, 1000, true);
	ok(strncmp(got, "start@0:{\"gl\":1,\"type\":\"start\",\"program\":"
	    "\"gl-x\",\"version\":\"", 56) == 0, "a start record reads back");
	free(got);
	buf_done(&b);
	json_free(j);
}

/* What a reader that mends gives of the bytes: types, and losses. */
static char *
mend(const char *p, size_t n, size_t piece)
{
	struct stream_reader *r = stream_reader_new();
	struct record rec;
	enum stream_status st;
	struct buf b;
	size_t k;

	buf_init(&b, 1 << 16);
	buf_str(&b, "");
	stream_mend(r);
	for (; n > 0; p += k, n -= k) {
		k = piece < n ? piece : n;
		stream_feed(r, p, k);
		while ((st = stream_next(r, &rec)) == STREAM_RECORD ||
		    st == STREAM_LOST)
			if (st == STREAM_LOST)
				buf_printf(&b, "LOST %s|",
				    strrchr(stream_why(r), ';') + 2);
			else
				buf_printf(&b, "%s@%d+%zu|", rec.type,
				    (int)rec.offset, rec.payload_len);
	}
	if (stream_end(r) == -1)
		buf_printf(&b, "END %s", strrchr(stream_why(r), ';') != NULL ?
		    strrchr(stream_why(r), ';') + 2 : stream_why(r));
	stream_reader_free(r);
	return buf_take(&b, NULL);
}

/* Damage is stepped over up to the next record, and told once. */
static void
test_mend(void)
{
	static const struct { const char *in, *want; } t[] = {
		{ "{\"type\":\"a\"}\nrubbish\nmore\n{\"type\":\"b\"}\n",
		    "a@0+0|LOST 13 bytes are left out|b@26+0|" },
		/* a line that was not finished, and another writer's */
		{ "{\"type\":\"a\",\"x\":\"y{\"type\":\"b\",\"bytes\":2}\nxy"
		    "{\"type\":\"c\"}\n",
		    "LOST 18 bytes are left out|b@18+2|c@43+0|" },
		/* the second one's header became the first one's payload */
		{ "{\"type\":\"a\",\"bytes\":9}\nxy{\"type\":\"b\",\"bytes\":3}\n"
		    "x\ny{\"type\":\"c\"}\n",
		    "a@0+9|LOST 19 bytes are left out|c@51+0|" },
		/* an object within a line is not a record */
		{ "\"args\":{\"type\":\"b\"}}\n{\"type\":\"c\"}\n",
		    "LOST 21 bytes are left out|c@21+0|" },
		{ "{\"x\":{\"type\":\"b\"},\n{\"x\":1}\n[{\"type\":\"b\"}]\n"
		    "{\"type\":\"c\"}\n", "LOST 42 bytes are left out|c@42+0|" },
		{ "{\"type\":\"a\"}\n#\n{\"type\":\"b\"}\n#\n{\"type\":\"c\"}\n",
		    "a@0+0|LOST 2 bytes are left out|b@15+0|"
		    "LOST 2 bytes are left out|c@30+0|" },
		{ "{\"type\":\"a\"}\nrubbish\nand no more",
		    "a@0+0|END 19 bytes are left out" },
		{ "{\"type\":\"a\"}\nrubbish\n",
		    "a@0+0|END 8 bytes are left out" },
		{ "{\"type\":\"a\",\"bytes\":3}\nx",
		    "END record 1 at byte 0: the input ends after 1 of 3 "
		    "payload bytes" },
	};
	static const size_t pieces[] = { 1, 5, 1000 };
	size_t i, k, n = 3 << 20;
	struct buf big;
	char what[40], *got;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		for (k = 0; k < 3; k++) {
			got = mend(t[i].in, strlen(t[i].in), pieces[k]);
			snprintf(what, sizeof(what), "damage %zu in pieces of "
			    "%zu", i + 1, pieces[k]);
			is_str(got, t[i].want, what);
			free(got);
		}
	/* without an end: told after a while, once, and nothing is kept */
	buf_init(&big, 4 << 20);
	while (n-- > 0)
		buf_byte(&big, 'x');
	buf_str(&big, "\n#\n{\"type\":\"b\"}\n");
	got = mend(big.data, big.len, 4096);
	ok(strncmp(got, "LOST more than 1", 16) == 0, "much damage is told of");
	is_str(strchr(got, '|'), "|b@3145731+0|", "once");
	free(got);
	buf_done(&big);
}

int
main(void)
{
	test_mend();
	test_pieces();
	test_cut();
	test_bad();
	test_limits();
	test_large();
	test_kind();
	test_write();
	return tap_done();
}
