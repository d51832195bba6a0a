/* What is still owed: a second answer, the answer to a raw message, the words
 * that come late, calls that are cancelled or too many, background work. */
#include "../desk.h"
#include "../tap.h"

#define AUDIO "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":" \
	"{\"mimeType\":\"audio/pcm;rate=24000\",\"data\":\"AAAA\"}}]}}}"
#define COMPLETE "{\"serverContent\":{\"turnComplete\":true}}"
#define WORKING "{\"serverContent\":{\"turnComplete\":true," \
	"\"interactionStatus\":\"IN_PROGRESS\"}}"
#define IDLE "{\"serverContent\":{\"turnComplete\":true," \
	"\"interactionStatus\":\"IDLE\"}}"
#define INTERRUPTED "{\"serverContent\":{\"interrupted\":true}}"
#define SAYS(t) "{\"serverContent\":{\"outputTranscription\":{\"text\":\"" t \
	"\"}}}"
#define CALL(id) "{\"toolCall\":{\"functionCalls\":[{\"id\":\"" id "\"," \
	"\"name\":\"clock\",\"args\":{}}]}}"
#define CANCEL(id) "{\"toolCallCancellation\":{\"ids\":[\"" id "\"]}}"
#define TEXT(t) "{\"type\":\"text\",\"text\":\"" t "\"}"
#define ANSWER(id) "{\"type\":\"tool_response\",\"id\":\"" id "\"," \
	"\"name\":\"clock\",\"response\":{\"result\":1}"
#define RAW(m) "{\"type\":\"raw\",\"message\":" m "}"

static void
live(struct desk *d, const char *model)
{
	desk_init(d, model, BACKEND_GEMINI);
	desk_begin(d);
	desk_live(d, 0);
}

static void
clean(struct desk *d)
{
	ok(!desk_has(d, "BROKEN"), "every action was in order");
	if (desk_has(d, "BROKEN"))
		desk_show(d);
	desk_end(d);
}

/* Two questions at once: the second one cuts the answer to the first. */
static void
test_two(void)
{
	struct desk d;

	live(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("one"));
	desk_gives(&d, TEXT("two"));
	session_input_end(d.s, d.now);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, INTERRUPTED);
	ok(!desk_has(&d, "hangup"), "an answer that was cut is not the last");
	desk_says(&d, 0, COMPLETE);
	desk_wait(&d, 2500);
	ok(!desk_has(&d, "hangup"), "nor is its end that of all");
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	ok(desk_has(&d, "hangup"), "both have their answers");
	clean(&d);
}

/* The model answers both at once: nobody can know, so a while is waited. */
static void
test_joined(void)
{
	struct desk d;

	live(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("one"));
	desk_gives(&d, TEXT("two"));
	session_input_end(d.s, d.now);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_wait(&d, 2900);
	ok(!desk_has(&d, "hangup"), "one more answer may come");
	desk_wait(&d, 200);
	ok(desk_has(&d, "hangup"), "but is not waited for much longer");
	clean(&d);

	live(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("one"));
	desk_gives(&d, TEXT("two"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_wait(&d, 10000);
	desk_gives(&d, TEXT("three"));
	session_input_end(d.s, d.now);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	ok(desk_has(&d, "hangup"), "nor when it was long ago");
	clean(&d);
}

/* Nobody knows what cut the answer: it may be said anew. */
static void
test_hanging(void)
{
	struct desk d;

	live(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("one"));
	session_input_end(d.s, d.now);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, INTERRUPTED);
	desk_says(&d, 0, COMPLETE);
	desk_wait(&d, 1000);
	ok(!desk_has(&d, "hangup"), "an answer may come in its place");
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	ok(desk_has(&d, "hangup"), "and is the last then");
	clean(&d);
}

/* A picture and nothing else: the model is asked for its answer. */
static void
test_picture(void)
{
	static const char image[] = "{\"type\":\"image\",\"mime\":\"image/jpeg"
	    "\",\"bytes\":4}";
	struct desk d;

	live(&d, "models/gemini-3.8-live");
	desk_gives_flags(&d, image, "abcd", 4, 0);
	ok(desk_has(&d, "image/jpeg"), "the picture goes out");
	desk_forget(&d);
	session_input_end(d.s, d.now);
	ok(desk_has(&d, "send 0") && !desk_has(&d, "hangup"),
	    "a picture alone is to be answered");
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	ok(desk_has(&d, "hangup"), "and is");
	clean(&d);

	live(&d, "models/gemini-3.8-live");
	desk_gives_flags(&d, image, "abcd", 4, 0);
	desk_gives(&d, TEXT("what is this?"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	session_input_end(d.s, d.now);
	ok(desk_has(&d, "hangup"), "one that was asked about has its answer");
	clean(&d);
}

static void
test_raw(void)
{
	struct desk d;

	live(&d, "models/gemini-3.8-live");
	desk_gives(&d, RAW("{\"realtimeInput\":{\"text\":\"hi\"}}"));
	session_input_end(d.s, d.now);
	ok(!desk_has(&d, "hangup"), "a raw question is waited for");
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	ok(desk_has(&d, "hangup"), "until it has its answer");
	clean(&d);

	live(&d, "models/gemini-3.8-live");
	desk_gives(&d, RAW("{\"realtimeInput\":{\"audioStreamEnd\":true}}"));
	session_input_end(d.s, d.now);
	ok(desk_has(&d, "hangup"), "what asks nothing is not");
	clean(&d);

	live(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("time?"));
	desk_says(&d, 0, CALL("c1"));
	session_input_end(d.s, d.now);
	desk_gives(&d, RAW("{\"toolResponse\":{\"functionResponses\":[{\"id\":"
	    "\"c1\",\"name\":\"clock\",\"response\":{}}]}}"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	ok(desk_has(&d, "hangup"), "a raw answer closes its call");
	clean(&d);
}

/* Words that come behind the end of their turn begin no other. */
static void
test_late_words(void)
{
	struct desk d;

	live(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("one"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_wait(&d, 200);
	desk_says(&d, 0, SAYS("late"));
	ok(desk_has(&d, "\"turn\":1,\"role\":\"model\",\"text\":\"late\""),
	    "late words are the last turn's");
	desk_wait(&d, 60000);
	ok(!desk_has(&d, "stalled"), "and nothing more is waited for");
	is_int(d.done, -1, "nor is it the end");
	desk_says(&d, 0, AUDIO);
	ok(desk_has(&d, "\"turn\":2"), "what comes by itself is a new turn");
	clean(&d);

	live(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("one"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, "{\"serverContent\":{\"outputTranscription\":{\"text\":"
	    "\"last\"},\"interrupted\":true}}");
	ok(desk_has(&d, "\"turn\":1,\"role\":\"model\",\"text\":\"last\""),
	    "words beside interrupted are those of the turn that is cut");
	desk_says(&d, 0, SAYS("later"));
	desk_says(&d, 0, COMPLETE);
	ok(desk_has(&d, "\"turn\":1,\"role\":\"model\",\"text\":\"later\""),
	    "and those up to its end");
	ok(!desk_has(&d, "\"turn\":2"), "there was one turn");
	clean(&d);
}

static void
test_cancelled(void)
{
	struct desk d;

	live(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("time?"));
	desk_says(&d, 0, CALL("c1"));
	desk_wait(&d, 60000);
	ok(!desk_has(&d, "stalled"), "a tool may take its time");
	desk_says(&d, 0, CANCEL("c1"));
	desk_wait(&d, 19000);
	ok(!desk_has(&d, "stalled"), "and the model its own afterwards");
	desk_wait(&d, 2000);
	ok(desk_has(&d, "stalled"), "silence after a cancelled call is told");
	clean(&d);
}

/* Two calls, of which one is answered late and asks for silence. */
static void
test_overlap(void)
{
	struct desk d;

	live(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("time?"));
	desk_says(&d, 0, CALL("a"));
	desk_says(&d, 0, CALL("b"));
	desk_gives(&d, ANSWER("a") "}");
	desk_wait(&d, 23000);
	desk_gives(&d, ANSWER("b") ",\"scheduling\":\"SILENT\"}");
	desk_wait(&d, 21000);
	ok(desk_has(&d, "stalled"), "silence after the first one is told");
	clean(&d);
}

static void
test_many_calls(void)
{
	struct desk d;
	char call[200];
	int i;

	live(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("time?"));
	for (i = 0; i < 258; i++) {
		snprintf(call, sizeof(call), "{\"toolCall\":{\"functionCalls\":"
		    "[{\"id\":\"c%d\",\"name\":\"clock\",\"args\":{}}]}}", i);
		desk_says(&d, 0, call);
	}
	is_int(desk_count(&d, "\"type\":\"tool_call\""), 256,
	    "so many calls may be open");
	is_int(desk_count(&d, "too many calls are open"), 2,
	    "those beyond get an error");
	ok(desk_has(&d, "{\"toolResponse\":{\"functionResponses\":[{\"id\":"
	    "\"c257\""), "by their ids");
	clean(&d);
}

static void
test_working(void)
{
	struct desk d;

	live(&d, "models/gemini-3.8-live-extended-thinking");
	desk_gives(&d, TEXT("think"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, WORKING);
	session_input_end(d.s, d.now);
	desk_wait(&d, 100000);
	ok(!desk_has(&d, "stalled"), "background work takes its time");
	desk_wait(&d, 30000);
	ok(desk_has(&d, "stalled"), "but not for ever");
	clean(&d);

	live(&d, "models/gemini-3.8-live-extended-thinking");
	desk_gives(&d, TEXT("think"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, WORKING);
	desk_wait(&d, 50000);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, IDLE);
	desk_wait(&d, 200000);
	ok(!desk_has(&d, "stalled"), "its last turn ends it");
	clean(&d);

	live(&d, "models/gemini-3.8-live-extended-thinking");
	desk_gives(&d, TEXT("a riddle"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, WORKING);
	desk_wait(&d, 5000);
	desk_forget(&d);
	desk_closes(&d, 0, 1011, "Internal error");
	desk_live(&d, 0);
	ok(desk_has(&d, "a riddle"), "work that was lost is asked for anew");
	session_input_end(d.s, d.now);
	ok(!desk_has(&d, "hangup"), "and waited for");
	clean(&d);
}

static void
test_goaway_again(void)
{
	struct desk d;

	live(&d, "models/gemini-3.8-live");
	desk_wait(&d, 20000);
	desk_gives(&d, TEXT("one"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, "{\"goAway\":{\"timeLeft\":\"60s\"}}");
	desk_open(&d, 1);
	desk_wait(&d, 1000);
	desk_says(&d, 0, "{\"goAway\":{\"timeLeft\":\"4s\"}}");
	desk_wait(&d, 2500);
	ok(!desk_has(&d, "hangup"), "a turn is not cut before it must be");
	desk_wait(&d, 1000);
	ok(desk_has(&d, "hangup 0"), "a second goAway with less time counts");
	clean(&d);
}

int
main(void)
{
	test_two();
	test_joined();
	test_hanging();
	test_picture();
	test_raw();
	test_late_words();
	test_cancelled();
	test_overlap();
	test_many_calls();
	test_working();
	test_goaway_again();
	return tap_done();
}
