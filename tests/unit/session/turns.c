/* The cache of turns, the ledger of calls, the queue of pieces. */
#include <stdlib.h>

#include "../../tap.h"
#include "base/buf.h"
#include "session/calls.h"
#include "base/json.h"
#include "session/pieces.h"
#include "session/turns.h"

static struct buf text;

static const char *
print(struct json *j)
{
	buf_clear(&text);
	json_print(j, &text);
	json_free(j);
	return text.data;
}

static void
say(struct turns *t, enum turns_role role, int turn, const char *words)
{
	turns_say(t, role, turn, false, 0, words, strlen(words));
}

static void
test_contents(void)
{
	struct turns *t = turns_new(1000);
	struct json *args;

	ok(turns_contents(t, true, INT64_MAX) == NULL, "nothing said");
	say(t, TURNS_USER, 1, "what is");
	say(t, TURNS_USER, 1, " this");
	say(t, TURNS_MODEL, 1, "a ");
	say(t, TURNS_MODEL, 1, "test");
	turns_close(t, TURNS_USER);
	turns_close(t, TURNS_MODEL);
	is_str(print(turns_contents(t, true, INT64_MAX)),
	    "[{\"role\":\"user\",\"parts\":[{\"text\":\"what is this\"}]},"
	    "{\"role\":\"model\",\"parts\":[{\"text\":\"a test\"}]}]",
	    "pieces join as they are");
	turns_say(t, TURNS_USER, 2, true, 5, "typed", 5);
	turns_close(t, TURNS_USER);
	ok(strstr(print(turns_contents(t, false, INT64_MAX)), "typed") == NULL,
	    "typed words at the end can be left out");
	ok(!turns_unanswered(t), "since they are sent again");
	turns_told(t);
	ok(turns_unanswered(t), "until they are not");
	is_str(turns_last(t, TURNS_USER, 0), "typed", "and known");
	args = json_parse("{\"a\":1}", 7, NULL, 0);
	turns_tool(t, 2, "clock", args, args);
	json_free(args);
	ok(strstr(print(turns_contents(t, true, INT64_MAX)), "{\"text\":"
	    "\"(The tool answered: clock({\\\"a\\\":1}): {\\\"a\\\":1})\"}") !=
	    NULL, "a tool's answer is a remark of the user");
	turns_free(t);
}

static void
test_since(void)
{
	struct turns *t = turns_new(1000);

	say(t, TURNS_MODEL, 1, "hello");
	turns_close(t, TURNS_MODEL);
	turns_say(t, TURNS_USER, 2, false, 500, "half a", 6);
	is_str(print(turns_contents(t, false, 400)),
	    "[{\"role\":\"model\",\"parts\":[{\"text\":\"hello\"}]}]",
	    "words that come again as sound are left out");
	ok(strstr(print(turns_contents(t, false, 501)), "half a") != NULL,
	    "older ones are not");
	turns_free(t);
}

static void
test_cut(void)
{
	struct turns *t = turns_new(1000);

	say(t, TURNS_MODEL, 7, "one two three four");
	turns_audio(t, 7, 4000);
	turns_close(t, TURNS_MODEL);
	is_int(turns_cut(t, 8, 10), -1, "no such turn");
	is_int(turns_cut(t, 7, 2000), 0, "half was heard");
	ok(strstr(print(turns_contents(t, true, INT64_MAX)), "\"one two\"") !=
	    NULL, "cut at a word");
	is_int(turns_cut(t, 7, 0), 0, "nothing was heard");
	ok(turns_contents(t, true, INT64_MAX) == NULL, "nothing is left");
	turns_free(t);

	t = turns_new(1000);
	turns_audio(t, 3, 2000);
	say(t, TURNS_MODEL, 3, "one two ");
	turns_audio(t, 3, 2000);
	say(t, TURNS_MODEL, 3, "three four");
	turns_close(t, TURNS_MODEL);
	is_int(turns_cut(t, 3, 2000), 0, "sound that came before the words");
	ok(strstr(print(turns_contents(t, true, INT64_MAX)), "\"one two\"") !=
	    NULL, "counts");
	turns_free(t);

	t = turns_new(1000);
	turns_audio(t, 1, 9000);
	turns_audio(t, 2, 2000);
	say(t, TURNS_MODEL, 2, "one two ");
	turns_audio(t, 2, 2000);
	say(t, TURNS_MODEL, 2, "three four");
	turns_cut(t, 2, 2000);
	ok(strstr(print(turns_contents(t, true, INT64_MAX)), "\"one two\"") !=
	    NULL, "but not that of a turn without words");
	turns_free(t);

	/* a sign of three bytes does not part a word */
	t = turns_new(1000);
	say(t, TURNS_MODEL, 5, "we don\xe2\x80\x99t know");
	turns_audio(t, 5, 1600);
	turns_close(t, TURNS_MODEL);
	turns_cut(t, 5, 900);
	ok(strstr(print(turns_contents(t, true, INT64_MAX)), "\"we\"") != NULL,
	    "an apostrophe is within its word");
	turns_free(t);

	/* eight characters of three bytes each, no blank between them */
	t = turns_new(1000);
	say(t, TURNS_MODEL, 4, "\xe4\xbb\x8a\xe6\x97\xa5\xe3\x81\xaf"
	    "\xe8\x89\xaf\xe3\x81\x84\xe5\xa4\xa9\xe6\xb0\x97"
	    "\xe3\x80\x82");
	turns_audio(t, 4, 4000);
	turns_close(t, TURNS_MODEL);
	is_int(turns_cut(t, 4, 2200), 0, "half of a text without blanks");
	ok(strstr(print(turns_contents(t, true, INT64_MAX)), "\"\xe4\xbb\x8a"
	    "\xe6\x97\xa5\xe3\x81\xaf\xe8\x89\xaf\"") != NULL,
	    "is half of its characters");
	turns_free(t);
}

static void
test_bound(void)
{
	struct turns *t = turns_new(1000);
	char words[64];
	int64_t worst = 0;
	int i;

	for (i = 0; i < 5000; i++) {
		snprintf(words, sizeof(words), "utterance number %d of many",
		    i);
		say(t, i % 2 ? TURNS_MODEL : TURNS_USER, i / 2 + 1, words);
		turns_close(t, i % 2 ? TURNS_MODEL : TURNS_USER);
		if (turns_tokens(t) > worst)
			worst = turns_tokens(t);
	}
	ok(worst <= 1050, "never much over the bound");
	print(turns_contents(t, true, INT64_MAX));
	ok(strstr(text.data, "number 4999 ") != NULL, "the newest is there");
	ok(strstr(text.data, "Earlier in this conversation") != NULL,
	    "the oldest are a digest");
	ok(strncmp(text.data, "[{\"role\":\"user\"", 15) == 0,
	    "that the user tells");
	for (i = 0; i < 20000; i++)
		say(t, TURNS_USER, 1, "one endless utterance ");
	ok(turns_tokens(t) <= 1050, "one entry without end is bounded too");
	turns_free(t);
}

static void
test_save(void)
{
	struct turns *t = turns_new(300), *u = turns_new(300);
	struct json *o;
	char *first;
	int i;

	for (i = 0; i < 40; i++) {
		say(t, i % 2 ? TURNS_MODEL : TURNS_USER, i, "some words, \xc3"
		    "\xa4\n");
		turns_close(t, i % 2 ? TURNS_MODEL : TURNS_USER);
	}
	o = turns_save(t);
	is_int(turns_load(u, o), 0, "loads what was saved");
	json_free(o);
	print(turns_save(t));
	first = buf_take(&text, &(size_t){ 0 });
	is_str(print(turns_save(u)), first, "the same again");
	free(first);
	is_int(turns_load(u, NULL), -1, "nothing is no such object");
	turns_free(t);
	turns_free(u);
}

static void
test_repeat(void)
{
	struct turns *t = turns_new(1000);

	say(t, TURNS_USER, 1, "How's that?");
	turns_close(t, TURNS_USER);
	turns_repeat(t);
	say(t, TURNS_USER, 1, " How's");
	say(t, TURNS_USER, 1, " that? Fine?");
	turns_close(t, TURNS_USER);
	is_int(turns_count(t), 1, "what is repeated is kept once");
	is_str(turns_last(t, TURNS_USER, 0), " How's that? Fine?", "the longer of the two");
	turns_repeat(t);
	say(t, TURNS_USER, 1, "No.");
	turns_close(t, TURNS_USER);
	is_int(turns_count(t), 2, "what is new is kept");
	turns_free(t);
}

static void
test_calls(void)
{
	static struct calls c;
	struct call *k;
	char id[32], *remark;
	int i;

	calls_init(&c);
	k = calls_add(&c, "a", "clock", NULL);
	calls_add(&c, "b", "clock", NULL);
	is_int(c.open, 2, "two are open");
	ok(calls_find(&c, NULL, "clock") == k, "without an id: the oldest");
	calls_answer(&c, k, NULL);
	ok(calls_find(&c, NULL, "clock") != k, "then the next");
	ok(calls_find(&c, "a", NULL)->answered, "an answered one is known");
	remark = calls_remark(k, "when?");
	is_str(remark, "(I had asked: when?\nYou had called the tool clock "
	    "with {}. It has answered: {})", "the remark of an orphan");
	free(remark);
	for (i = 0; i < 300; i++) {
		snprintf(id, sizeof(id), "id%d", i);
		k = calls_add(&c, id, "x", NULL);
	}
	ok(k == NULL, "open calls are bounded");
	is_int(c.open, CALLS_MAX, "at the bound");
	calls_remove(&c, calls_find(&c, "id3", NULL));
	is_int(c.open, CALLS_MAX - 1, "a cancelled one makes room");
	calls_done(&c);
}

static void
test_pieces(void)
{
	struct pieces b;
	struct piece p = { .kind = PIECE_AUDIO, .live = true, .us = 20000 };
	char bytes[640];
	size_t at = 0, peak = 0;
	int i, n;
	bool good = true;

	pieces_init(&b, 1 << 20);
	ok(!pieces_first(&b, &p), "empty");
	for (i = 0; i < 100000; i++) {
		memset(bytes, i, sizeof(bytes));
		p = (struct piece){ .kind = PIECE_AUDIO, .live = true,
		    .us = 20000, .index = (uint64_t)i, .data = bytes,
		    .len = sizeof(bytes) - (size_t)(i % 7) };
		if (pieces_add(&b, &p) != 0)
			good = false;
		while (b.us > 3000000) {
			if (!pieces_first(&b, &p) ||
			    (unsigned char)p.data[5] !=
			    (unsigned char)p.index)
				good = false;
			pieces_pop(&b);
		}
		if (b.cap > peak)
			peak = b.cap;
	}
	ok(good, "a ring of three seconds, each piece as it was");
	ok(peak <= 512 << 10, "in bounded memory");
	is_int(b.count, 150, "count");
	is_int(b.live_us, 3000000, "sound");
	for (at = 0, n = 0; pieces_next(&b, &at, &p); n++)
		if (p.index % 2)
			pieces_kill(&b, at);
	is_int(n, 150, "every piece is met");
	is_int(b.count, 75, "half of them taken out");
	for (at = 0, n = 0; pieces_next(&b, &at, &p); n++)
		if (p.index % 2)
			n = 1000;
	is_int(n, 75, "those that remain");
	p.len = 2 << 20;
	is_int(pieces_add(&b, &p), -1, "over the bound");
	pieces_clear(&b);
	for (n = 0; n < 10000; n++) {
		p = (struct piece){ .data = bytes, .len = sizeof(bytes) };
		if (pieces_add(&b, &p) != 0)
			break;
	}
	ok(n > 1000 && b.cap <= 1 << 20, "filled to the bound, not over it");
	pieces_done(&b);
}

int
main(void)
{
	buf_init(&text, 1 << 20);
	test_contents();
	test_since();
	test_cut();
	test_bound();
	test_save();
	test_repeat();
	test_calls();
	test_pieces();
	buf_done(&text);
	return tap_done();
}
