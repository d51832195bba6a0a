/* No answer is lost without a word: questions that go down with a connection,
 * answers with nothing in them, sound that is hardly to be heard, calls that
 * nobody answers.  0 is for answers. */
#include "../../desk.h"
#include "../../tap.h"

#define AUDIO "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":" \
	"{\"mimeType\":\"audio/pcm;rate=24000\",\"data\":\"AAAA\"}}]}}}"
#define COMPLETE "{\"serverContent\":{\"turnComplete\":true}}"
#define HEARS(t) "{\"serverContent\":{\"inputTranscription\":{\"text\":\"" t \
	"\"}}}"
#define SAYS(t) "{\"serverContent\":{\"outputTranscription\":{\"text\":\"" t \
	"\"}}}"
#define CALL(id) "{\"toolCall\":{\"functionCalls\":[{\"id\":\"" id "\"," \
	"\"name\":\"clock\",\"args\":{}}]}}"
#define TEXT(t) "{\"type\":\"text\",\"text\":\"" t "\"}"
#define INVALID "Request contains an invalid argument."

static const char *const model38 = "models/gemini-3.8-live";
static const char *const model31 = "models/gemini-3.1-flash-live-preview";

static void
live(struct desk *d, const char *model)
{
	desk_init(d, model, BACKEND_GEMINI);
	desk_begin(d);
	desk_live(d, 0);
}

/* The conversation goes on with a service that behaves but says nothing. */
static void
go_on(struct desk *d, int64_t ms)
{
	for (; ms > 0 && d->done == -1; ms -= 100) {
		desk_serve(d);
		desk_wait(d, 100);
	}
}

/* The first output proves that the setup was taken. */
static void
test_first_output(void)
{
	struct desk d;

	live(&d, model38);
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
	go_on(&d, 5000);
	is_int(d.done, 0, "it is the answer");
	desk_clean(&d);

	live(&d, model38);
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

	live(&d, model38);
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
	go_on(&d, 5000);
	is_int(d.done, 0, "and answered");
	desk_clean(&d);

	live(&d, model38);
	desk_gives(&d, TEXT("one"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_gives(&d, TEXT("two"));
	session_input_end(d.s, d.now);
	for (i = 0; i < 10 && d.done == -1; i++) {
		desk_closes(&d, 0, 1007, INVALID);
		go_on(&d, 2000);
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

	live(&d, model31);
	desk_gives(&d, TEXT("one"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, SAYS("aye"));
	desk_says(&d, 0, COMPLETE);
	desk_wait(&d, 1000);
	desk_sound(&d, 1000, 9000, 0);
	session_input_end(d.s, d.now);
	desk_closes(&d, 0, 1007, INVALID);
	desk_forget(&d);
	go_on(&d, 60000);
	ok(!desk_has(&d, "audio/pcm") && desk_has(&d, "\"lost_ms\":1000"),
	    "sound is not sent again after a 1007");
	is_int(d.done, 75, "so the question has no answer");
	ok(desk_has(&d, "nobody answered what was said last"), "which is said");
	desk_clean(&d);

	live(&d, model38);
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
	go_on(&d, 5000);
	is_int(d.done, 65, "the conversation goes on, and the end tells");
	ok(desk_has(&d, "\"reason\":\"unanswered\""), "what is missing");
	desk_clean(&d);
}

int
main(void)
{
	test_first_output();
	test_text_1007();
	test_lost_1007();
	return tap_done();
}
