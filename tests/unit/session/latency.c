/* How long answers took: ranks, and a ring that forgets the oldest. */
#include "session/latency.h"

#include "../../messages.h"
#include "../../desk.h"

static void
test_ranks(void)
{
	struct latency l = { 0 };
	int i;

	is_int(latency_rank(&l, 0.5), -1, "none yet");
	latency_add(&l, -1);
	is_int(l.count, 0, "a clock that went back");
	latency_add(&l, INT64_MAX);
	is_int(latency_rank(&l, 1), INT32_MAX, "one, however long");
	latency_done(&l);
	for (i = 100; i > 0; i--)
		latency_add(&l, i);
	is_int(latency_rank(&l, 0), 1, "the least");
	is_int(latency_rank(&l, 0.5), 50, "the median");
	is_int(latency_rank(&l, 0.95), 95, "95 of 100");
	is_int(latency_rank(&l, 1), 100, "the most");
	is_int(l.last, 1, "the last");
	for (i = 0; i < LATENCY_KEEP; i++)
		latency_add(&l, 7);
	is_int(latency_rank(&l, 1), 7, "old ones are forgotten");
	is_int(l.count, LATENCY_KEEP + 100, "... but counted");
	latency_done(&l);
}

/* What the end record says. */
static void
test_end(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	desk_live(&d, 0);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_gives(&d, TEXT("one"));
	desk_wait(&d, 700);
	desk_says(&d, 0, AUDIO);
	desk_wait(&d, 400);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_gives(&d, TEXT("two"));
	desk_wait(&d, 900);
	desk_says(&d, 0, SAYS("yes"));
	desk_says(&d, 0, COMPLETE);
	session_input_end(d.s, d.now);
	desk_wait(&d, 30000);
	desk_closes(&d, 0, 1000, "");
	ok(desk_has(&d, "\"latency\":{\"answers\":2,\"p50_ms\":700,"
	    "\"p95_ms\":900,\"max_ms\":900}"), "two answers of four turns are "
	    "answers to the user");
	ok(desk_has(&d, "\"images_lost\":0,\"unanswered\":0"), "nothing lost");
	desk_clean(&d);
}

int
main(void)
{
	test_ranks();
	test_end();
	return tap_done();
}
