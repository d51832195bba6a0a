/* The emulator's conversations and what it answers with. */
#include <stdlib.h>

#include "../../tap.h"
#include "emulator/answer.h"
#include "base/mem.h"
#include "emulator/talk.h"

static int forgotten;

static void
forget(void *arg, unsigned id)
{
	(void)arg;
	(void)id;
	forgotten++;
}

static void
test_handles(void)
{
	struct talks *t = talk_store_new(1000);
	uint64_t random = 1;
	struct talk *k = talk_new(t, BACKEND_GEMINI, &random);
	const struct talk_state *state;
	char first[TALK_HANDLE + 1], last[TALK_HANDLE + 1];
	int i;

	talk_store_forget(t, forget, NULL);
	k->now.turns = 1;
	snprintf(first, sizeof(first), "%s", talk_handle(k, &random));
	for (i = 2; i <= TALK_HANDLES; i++) {
		k->now.turns = (unsigned)i;
		snprintf(last, sizeof(last), "%s", talk_handle(k, &random));
	}
	k->now.turns = 99;
	ok(talk_resume(t, first, 0, &state) == k && state->turns == 1,
	    "a handle knows its state");
	ok(talk_resume(t, last, 0, &state) == k &&
	    state->turns == TALK_HANDLES, "each its own");
	talk_handle(k, &random);
	ok(!talk_resume(t, first, 0, &state), "the oldest goes");
	ok(!talk_resume(t, "", 0, &state) && !talk_resume(t, "00000001", 0,
	    &state) && !talk_resume(t, "0000000100000000000000000000000000000"
	    "000", 0, &state), "others are not known");
	talk_release(t, k, 5000);
	ok(talk_resume(t, last, 6000, &state) == k, "it works for its time");
	talk_release(t, k, 6000);
	ok(!talk_resume(t, last, 7001, &state), "and no longer");
	is_int(talk_store_count(t), 0, "then it is forgotten");
	is_int(forgotten, 1, "which is told");
	k = talk_new(t, BACKEND_VERTEX, &random);
	talk_release(t, k, 0);
	is_int(talk_store_count(t), 0, "without a handle at once");
	k = talk_new(t, BACKEND_VERTEX, &random);
	snprintf(last, sizeof(last), "%s", talk_handle(k, &random));
	talk_invalidate(k);
	ok(!talk_resume(t, last, 0, &state), "invalidated");
	talk_store_free(t);
}

static void
test_tokens(void)
{
	struct talks *t = talk_store_new(1000);
	uint64_t random = 1;
	struct talk *k = talk_new(t, BACKEND_GEMINI, &random);
	int i;

	k->window = 1000;
	for (i = 0; i < 100; i++)
		talk_hear(k, 20);
	is_int(talk_total(k), 50, "25 tokens a second, whatever the pieces");
	talk_add(k, TALK_TEXT, 950);
	ok(talk_fits(k), "full");
	talk_add(k, TALK_IMAGE, 1);
	ok(!talk_fits(k), "over");
	k->trigger = 800;
	k->target = 400;
	ok(talk_fits(k) && talk_total(k) <= 400 && talk_total(k) > 390,
	    "compression cuts it to its target");
	talk_store_free(t);
}

static void
test_answer(void)
{
	struct answer *a = answer_new();
	unsigned char in[4000], out[20000];
	char text[200] = "";
	const char *p;
	size_t i, n, got = 0;

	for (i = 0; i < sizeof(in); i++)
		in[i] = (unsigned char)i;
	answer_speech(a, ANSWER_RATE, in, sizeof(in) / 2);
	answer_tone(a, 100);
	answer_text(a, "zw\303\266lf Boxk\303\244mpfer jagen Viktor quer", 37);
	while ((n = answer_read(a, out + 2 * got, 777)) > 0)
		got += n;
	is_int(got, 2000 + 2400, "speech, then the tone");
	ok(memcmp(in, out, sizeof(in)) == 0, "the same samples");
	is_int(answer_read_ms(a), 183, "as long as it takes");
	for (got = 0; (p = answer_piece(a, &n)); got++)
		strncat(text, p, n);
	ok(got == 2 && strcmp(text, answer_words(a)) == 0,
	    "the text in pieces");
	answer_free(a);
	a = answer_new();
	answer_open(a, true);
	for (i = 0; i < 10; i++)
		answer_speech(a, 16000, in, 160);
	answer_open(a, false);
	is_int(answer_left(a), 2400, "other rates, piece by piece");
	answer_free(a);
	ok(answer_length("") == 300 && answer_length("0123456789") == 600,
	    "how long a text takes");
}

int
main(void)
{
	test_handles();
	test_tokens();
	test_answer();
	return tap_done();
}
