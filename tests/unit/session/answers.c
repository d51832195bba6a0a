/* No answer is lost without a word: questions that go down with a connection,
 * answers with nothing in them, sound that is hardly to be heard, calls that
 * nobody answers.  0 is for answers. */
#include "../../desk.h"
#include "../../messages.h"
#include "../../tap.h"

#define INVALID "Request contains an invalid argument."

static const char *const model38 = "models/gemini-3.8-live";
static const char *const model31 = "models/gemini-3.1-flash-live-preview";

/* The first output proves that the setup was taken. */
static void
test_first_output(void)
{
	struct desk d;

	desk_talks(&d, model38);
	desk_gives(&d, TEXT("one"));
	desk_says(&d, 0, AUDIO);
	session_input_end(d.s, d.now);
	desk_closes(&d, 0, 1007, INVALID);
	is_int(d.done, -1, "1007 while the model speaks: not the setup");
	ok(desk_has(&d, "tell 1 message:"), "but a message");
	desk_serve(&d);
	ok(!desk_has(&d, "\"handle\":\""), "a fresh session follows");
	is_int(desk_count(&d, "\"text\":\"one\""), 2,
	    "which is told the question");
	ok(!desk_has(&d, "hangup"), "and its answer is waited for");
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_go_on(&d, 5000);
	is_int(d.done, 0, "it is the answer");
	desk_clean(&d);

	desk_talks(&d, model38);
	desk_gives(&d, TEXT("one"));
	desk_closes(&d, 0, 1007, INVALID);
	desk_wait(&d, 2000);
	is_int(d.done, 78, "before any output it may be the setup");
	desk_clean(&d);
}

/* A text that goes down with its connection. */
static void
test_text_1007(void)
{
	struct desk d;
	int i;

	desk_talks(&d, model38);
	desk_handle(&d, 0, "H1");
	desk_gives(&d, TEXT("one"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_handle(&d, 0, "H2");
	desk_gives(&d, TEXT("two"));
	session_input_end(d.s, d.now);
	desk_closes(&d, 0, 1007, INVALID);
	desk_serve(&d);
	ok(!desk_has(&d, "\"handle\":\"H2\"}},\"") &&
	    !desk_has(&d, "sessionResumption\":{\"handle\":\"H2\""),
	    "the session that was refused it is not resumed");
	is_int(desk_count(&d, "\"text\":\"two\""), 2, "it is asked once more");
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_go_on(&d, 5000);
	is_int(d.done, 0, "and answered");
	desk_clean(&d);

	desk_talks(&d, model38);
	desk_gives(&d, TEXT("one"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_gives(&d, TEXT("two"));
	session_input_end(d.s, d.now);
	for (i = 0; i < 10 && d.done == -1; i++) {
		desk_closes(&d, 0, 1007, INVALID);
		desk_go_on(&d, 2000);
	}
	is_int(d.done, 65, "one that is refused again and again: 65");
	ok(i <= 3, "after three tries");
	ok(desk_has(&d, "\"reason\":\"message\",\"exit\":65"),
	    "and the end says so");
	desk_clean(&d);
}

/* What may not be sent again is not forgotten either. */
static void
test_lost_1007(void)
{
	struct desk d;

	desk_talks(&d, model31);
	desk_gives(&d, TEXT("one"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, SAYS("aye"));
	desk_says(&d, 0, COMPLETE);
	desk_wait(&d, 1000);
	desk_sound(&d, 1000, 9000, 0);
	session_input_end(d.s, d.now);
	desk_closes(&d, 0, 1007, INVALID);
	desk_forget(&d);
	desk_go_on(&d, 60000);
	ok(!desk_has(&d, "audio/pcm") && desk_has(&d, "\"lost_ms\":1000"),
	    "sound is not sent again after a 1007");
	is_int(d.done, 75, "so the question has no answer");
	ok(desk_has(&d, "nobody answered what was said last"), "which is said");
	desk_clean(&d);

	desk_talks(&d, model38);
	desk_gives(&d, TEXT("one"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_gives(&d, "{\"type\":\"raw\",\"message\":{\"clientContent\":"
	    "{\"turns\":[{\"role\":\"user\",\"parts\":[{\"text\":\"raw\"}]}],"
	    "\"turnComplete\":true}}}");
	desk_closes(&d, 0, 1007, INVALID);
	desk_serve(&d);
	is_int(desk_count(&d, "\"text\":\"raw\""), 1,
	    "a raw message is not sent again");
	ok(desk_has(&d, "tell 0 raw record left out"), "which is said");
	desk_gives(&d, TEXT("two"));
	session_input_end(d.s, d.now);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_go_on(&d, 5000);
	is_int(d.done, 65, "the conversation goes on, and the end tells");
	ok(desk_has(&d, "\"reason\":\"unanswered\""), "what is missing");
	ok(desk_has(&d, "\"unanswered\":1}"), "... and counted");
	desk_clean(&d);
}

#define ENDS(why) "{\"serverContent\":{\"turnComplete\":true," \
	"\"turnCompleteReason\":\"" why "\"}}"
#define CODE "{\"serverContent\":{\"modelTurn\":{\"parts\":[{" \
	"\"executableCode\":{\"language\":\"PYTHON\",\"code\":\"f()\"}}]}}}"

/* Answers with nothing in them: one more try where it can help, and never 0
 * where that was all. */
static void
test_empty(void)
{
	static const struct {
		const char *before, *end;
		bool again;
	} rows[] = {
		{ NULL, COMPLETE, true },
		{ CODE, COMPLETE, true },
		{ "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"text\":"
		    "\"hm\",\"thought\":true}]}}}", COMPLETE, true },
		{ NULL, ENDS("RESPONSE_REJECTED"), true },
		{ NULL, ENDS("MALFORMED_FUNCTION_CALL"), true },
		{ NULL, ENDS("SOMETHING_NEW"), true },
		{ NULL, ENDS("GENERATED_AUDIO_SAFETY"), false },
		{ NULL, ENDS("PROHIBITED_INPUT_CONTENT"), false },
		{ NULL, ENDS("NEED_MORE_INPUT"), false },
	};
	struct desk d;
	size_t i;
	int k;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (k = 0; k < 2; k++) {	/* no answer; then one */
			desk_talks(&d, k == 0 ? model38 : model31);
			desk_gives(&d, TEXT("one"));
			session_input_end(d.s, d.now);
			desk_wait(&d, 1000);
			if (rows[i].before != NULL)
				desk_says(&d, 0, rows[i].before);
			desk_says(&d, 0, rows[i].end);
			ok(desk_has(&d, "\"reason\":\"empty\""),
			    rows[i].end);
			is_int(desk_has(&d, "\"remedy\":\"nudge\""),
			    rows[i].again, "asked again where that can help");
			if (rows[i].again) {
				desk_wait(&d, 1000);
				if (k == 1)
					desk_says(&d, 0, SAYS("two"));
				desk_says(&d, 0, k == 1 ? COMPLETE :
				    rows[i].end);
			}
			desk_go_on(&d, 30000);
			is_int(d.done, k == 1 && rows[i].again ? 0 : 75,
			    "0 is for answers");
			is_int(desk_count(&d, "\"remedy\":\"nudge\""),
			    rows[i].again, "and not for ever");
			desk_clean(&d);
		}
	}

	desk_talks(&d, model38);
	desk_gives(&d, TEXT("one"));
	desk_says(&d, 0, ENDS("RESPONSE_REJECTED"));
	ok(desk_has(&d, "tell 1 the model gave an empty answer "
	    "(RESPONSE_REJECTED): it is asked once more"), "which is said");
	desk_says(&d, 0, ENDS("RESPONSE_REJECTED"));
	desk_gives(&d, TEXT("two"));
	session_input_end(d.s, d.now);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_go_on(&d, 30000);
	is_int(d.done, 75, "nor where another question was answered");
	ok(desk_has(&d, "a question got no answer"), "as is said");
	desk_clean(&d);
}

/* Turns that are empty and answer no question. */
static void
test_not_empty(void)
{
	struct desk d;

	desk_talks(&d, model38);
	desk_gives(&d, TEXT("one"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_says(&d, 0, COMPLETE);
	session_input_end(d.s, d.now);
	desk_go_on(&d, 30000);
	is_int(d.done, 0, "one that nobody asked for");
	ok(!desk_has(&d, "stalled"), "is not reported");
	desk_clean(&d);

	desk_talks(&d, model38);
	desk_gives(&d, TEXT("one"));
	desk_says(&d, 0, CALL("c1"));
	desk_says(&d, 0, COMPLETE);
	ok(!desk_has(&d, "stalled"), "nor one with a call");
	desk_clean(&d);

	desk_talks(&d, model38);
	desk_gives(&d, TEXT("one"));
	desk_says(&d, 0, "{\"serverContent\":{\"waitingForInput\":true,"
	    "\"turnComplete\":true}}");
	ok(!desk_has(&d, "stalled"), "nor one in which the model waits");
	session_input_end(d.s, d.now);
	desk_go_on(&d, 30000);
	is_int(d.done, 75, "but it is not an answer");
	desk_clean(&d);

	desk_talks(&d, "models/gemini-3.8-live-extended-thinking");
	desk_gives(&d, TEXT("one"));
	desk_says(&d, 0, "{\"serverContent\":{\"turnComplete\":true,"
	    "\"interactionStatus\":\"IN_PROGRESS\"}}");
	desk_says(&d, 0, SAYS("two"));
	desk_says(&d, 0, "{\"serverContent\":{\"turnComplete\":true,"
	    "\"interactionStatus\":\"IN_PROGRESS\"}}");
	desk_says(&d, 0, "{\"serverContent\":{\"turnComplete\":true,"
	    "\"interactionStatus\":\"IDLE\"}}");
	ok(!desk_has(&d, "stalled"), "nor the last of several");
	desk_clean(&d);
}

/* No call waits because of us, nor without a word. */
static void
test_calls(void)
{
	struct desk d;

	desk_talks(&d, model38);
	desk_gives(&d, TEXT("time?"));
	desk_says(&d, 0, CALL("c1"));
	desk_forget(&d);
	desk_gives(&d, "{\"type\":\"tool_response\",\"id\":\"c1\","
	    "\"response\":{\"now\":12}}");
	ok(desk_has(&d, "[{\"id\":\"c1\",\"name\":\"clock\",\"response\":"
	    "{\"now\":12}}]"), "an answer by its id alone gets the name");
	desk_says(&d, 0, CALL("c2"));
	desk_forget(&d);
	desk_gives(&d, "{\"type\":\"tool_response\",\"name\":\"clock\","
	    "\"response\":{\"now\":12}}");
	ok(desk_has(&d, "[{\"id\":\"c2\""), "one by its name alone the id");
	desk_says(&d, 0, CALL("c3"));
	desk_forget(&d);
	desk_gives(&d, "{\"type\":\"tool_response\",\"id\":\"c3\","
	    "\"scheduling\":\"LATER\",\"response\":{}}");
	ok(desk_has(&d, "tool_response record left out"), "a malformed one is "
	    "left out");
	ok(desk_has(&d, "[{\"id\":\"c3\",\"name\":\"clock\",\"response\":"
	    "{\"error\":"), "and its call gets an error");
	desk_wait(&d, 15000);
	ok(!desk_has(&d, "has waited"), "none of them waits");
	desk_clean(&d);

	desk_talks(&d, model38);
	desk_gives(&d, TEXT("time?"));
	desk_says(&d, 0, CALL("a"));
	desk_wait(&d, 5000);
	desk_says(&d, 0, CALL("b"));
	desk_wait(&d, 4900);
	ok(!desk_has(&d, "has waited"), "a tool has 10 s");
	desk_wait(&d, 200);
	ok(desk_has(&d, "tell 1 the model has waited 10 s for the answer of tool "
	    "clock"), "then it is named");
	ok(desk_has(&d, "\"id\":\"a\",\"name\":\"clock\""),
	    "and the call");
	desk_wait(&d, 60000);
	is_int(desk_count(&d, "has waited"), 2, "each once");
	desk_clean(&d);
}

/* A context that a running session does not take is for the next one. */
static void
test_context(void)
{
	struct desk d;

	desk_talks(&d, model31);
	desk_handle(&d, 0, "H1");
	desk_gives(&d, TEXT("one"));
	desk_says(&d, 0, SAYS("two"));
	desk_gives(&d, "{\"type\":\"context\",\"system\":\"be brief\","
	    "\"tools\":[{\"functionDeclarations\":[{\"name\":\"lamp\"}]}]}");
	ok(!desk_has(&d, "left out") && !desk_has(&d, "hangup"),
	    "a context for later is not an error");
	desk_says(&d, 0, COMPLETE);
	desk_forget(&d);
	desk_go_on(&d, 3000);
	ok(desk_has(&d, "\"reason\":\"context\""), "at the next pause");
	ok(desk_has(&d, "be brief") && desk_has(&d, "\"name\":\"lamp\"") &&
	    !desk_has(&d, "\"handle\":\"H1\""), "a fresh session has it");
	ok(desk_has(&d, "{\"text\":\"two\"}"), "and is told what was said");
	session_input_end(d.s, d.now);
	desk_go_on(&d, 5000);
	is_int(d.done, 0, "and the conversation was a good one");
	desk_clean(&d);

	desk_talks(&d, model31);
	desk_gives(&d, "{\"type\":\"context\",\"tools\":1}");
	session_input_end(d.s, d.now);
	desk_go_on(&d, 5000);
	is_int(d.done, 65, "one that is malformed is still refused");
	desk_clean(&d);
}

/* Sound that our ear does not call speech: the service's may. */
static void
test_faint(void)
{
	struct desk d;

	desk_talks(&d, model38);
	desk_sound(&d, 1000, 92, 0);		/* -51 dBFS */
	session_input_end(d.s, d.now);
	desk_wait(&d, 5000);
	ok(!desk_has(&d, "hangup"), "an answer to a faint voice is waited for");
	desk_says(&d, 0, HEARS("hello"));
	desk_wait(&d, 2000);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_go_on(&d, 2000);
	is_int(d.done, 0, "and ends the conversation");
	desk_clean(&d);

	desk_talks(&d, model38);
	desk_sound(&d, 1000, 92, 0);
	session_input_end(d.s, d.now);
	desk_go_on(&d, 30000);
	is_int(d.done, 75, "where none comes, that is not 0");
	ok(desk_has(&d, "its sound is faint"), "and it is said why");
	desk_clean(&d);

	desk_talks(&d, model38);
	desk_gives(&d, TEXT("one"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_sound(&d, 1000, 92, 0);
	session_input_end(d.s, d.now);
	desk_wait(&d, 2900);
	ok(!desk_has(&d, "hangup"), "after an answer it is waited for a little");
	desk_go_on(&d, 2000);
	is_int(d.done, 0, "and noise is not a question");
	desk_clean(&d);

	desk_talks(&d, model38);
	desk_sound(&d, 1000, 5, 0);
	session_input_end(d.s, d.now);
	desk_go_on(&d, 1000);
	is_int(d.done, 0, "silence is not waited for");
	desk_clean(&d);
}

/* A ceiling holds against a service that goes on unasked while it closes. */
static void
test_ceiling(void)
{
	struct desk d;
	int i;

	desk_init(&d, model38, BACKEND_GEMINI);
	d.cfg.max_turns = 5;
	desk_begin(&d);
	desk_live(&d, 0);
	for (i = 0; i < 1000; i++) {
		desk_says(&d, 0, AUDIO);
		desk_says(&d, 0, COMPLETE);
	}
	is_int(desk_count(&d, "\"turn_complete\""), 5,
	    "of a thousand turns as many as were wanted");
	desk_go_on(&d, 5000);
	is_int(d.done, 124, "and the ceiling's exit");
	desk_clean(&d);
}

/* A short answer whose connection is gone before its turnComplete: there is
 * nothing to nudge. */
static void
test_short_lost(void)
{
	struct desk d;
	int i;

	for (i = 0; i < 2; i++) {
		desk_talks(&d, model38);
		if (i == 1) {	/* we close it, and it speaks meanwhile */
			desk_wait(&d, 15000);
			desk_says(&d, 0, "{\"goAway\":{\"timeLeft\":\"9s\"}}");
			desk_open(&d, 1);
			desk_wait(&d, 100);
			ok(desk_has(&d, "hangup 0"), "the connection is left");
		}
		desk_gives(&d, TEXT("one"));
		desk_says(&d, 0, AUDIO);
		desk_says(&d, 0, SAYS("and so it went on for many a word, far "
		    "more than any sound of it, and then some more"));
		desk_says(&d, 0, "{\"serverContent\":{\"generationComplete\":"
		    "true}}");
		desk_closes(&d, 0, i == 0 ? 1006 : 1000, "");
		ok(desk_has(&d, "\"assumed\":true"), "the turn is over");
		ok(desk_has(&d, "\"reason\":\"short\""), "it was short");
		session_input_end(d.s, d.now);
		desk_go_on(&d, 120000);
		ok(d.done != -1, "and the conversation ends");
		desk_clean(&d);
	}
}

int
main(void)
{
	test_ceiling();
	test_short_lost();
	test_faint();
	test_context();
	test_calls();
	test_empty();
	test_not_empty();
	test_first_output();
	test_text_1007();
	test_lost_1007();
	return tap_done();
}
