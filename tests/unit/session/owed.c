/* What is still owed: a second answer, the answer to a raw message, the words
 * that come late, calls that are cancelled or too many, background work. */
#include "../../desk.h"
#include "../../messages.h"
#include "../../tap.h"

#define WORKING "{\"serverContent\":{\"turnComplete\":true," \
	"\"interactionStatus\":\"IN_PROGRESS\"}}"
#define IDLE "{\"serverContent\":{\"turnComplete\":true," \
	"\"interactionStatus\":\"IDLE\"}}"
#define CANCEL(id) "{\"toolCallCancellation\":{\"ids\":[\"" id "\"]}}"
#define ANSWER(id) "{\"type\":\"tool_response\",\"id\":\"" id "\"," \
	"\"name\":\"clock\",\"response\":{\"result\":1}"
#define RAW(m) "{\"type\":\"raw\",\"message\":" m "}"

/* Two questions at once: the second one cuts the answer to the first. */
static void
test_two(void)
{
	struct desk d;

	desk_talks(&d, "models/gemini-3.8-live");
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
	desk_clean(&d);
}

/* A third question does not make the second one forgotten, nor what the model
 * said unasked. */
static void
test_three(void)
{
	struct desk d;

	desk_talks(&d, "models/gemini-3.8-live");
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_gives(&d, TEXT("one"));
	desk_gives(&d, TEXT("two"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_gives(&d, TEXT("three"));
	session_input_end(d.s, d.now);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	ok(!desk_has(&d, "hangup"), "one of three is still to come");
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	ok(desk_has(&d, "hangup"), "and is the last");
	desk_clean(&d);

	desk_talks(&d, "models/gemini-3.8-live");
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_gives(&d, TEXT("one"));
	desk_gives(&d, TEXT("two"));
	session_input_end(d.s, d.now);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	ok(!desk_has(&d, "hangup"), "what came unasked is not an answer to either");
	desk_clean(&d);
}

/* The second answer is waited for twice as long as the first one took. */
static void
test_slow_second(void)
{
	struct desk d;

	desk_talks(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("one"));
	desk_gives(&d, TEXT("two"));
	session_input_end(d.s, d.now);
	desk_wait(&d, 5000);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_wait(&d, 9000);
	ok(!desk_has(&d, "hangup"), "a slow model has its time");
	desk_wait(&d, 1500);
	ok(desk_has(&d, "hangup"), "but not for ever");
	desk_clean(&d);
}

/* The model answers both at once: nobody can know, so a while is waited. */
static void
test_joined(void)
{
	struct desk d;

	desk_talks(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("one"));
	desk_gives(&d, TEXT("two"));
	session_input_end(d.s, d.now);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_wait(&d, 2900);
	ok(!desk_has(&d, "hangup"), "one more answer may come");
	desk_wait(&d, 200);
	ok(desk_has(&d, "hangup"), "but is not waited for much longer");
	desk_clean(&d);

	desk_talks(&d, "models/gemini-3.8-live");
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
	desk_clean(&d);
}

/* One that came of itself, between two answers, is none. */
static void
test_phantom(void)
{
	struct desk d;

	desk_talks(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("one"));
	desk_gives(&d, TEXT("two"));
	session_input_end(d.s, d.now);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_says(&d, 0, INTERRUPTED);
	desk_says(&d, 0, COMPLETE);
	desk_wait(&d, 1000);
	ok(!desk_has(&d, "hangup"), "an interruption of nothing answers nothing");
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	ok(desk_has(&d, "hangup"), "the second answer does");
	desk_clean(&d);
}

/* What was asked on a connection that was lost is asked again, or stands in the
 * history: it is not counted twice. */
static void
test_lost(void)
{
	struct desk d;

	desk_talks(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("one"));
	desk_closes(&d, 0, 1011, "Internal error");
	desk_live(&d, 0);
	is_int(desk_count(&d, "\"text\":\"one\""), 2, "asked again");
	session_input_end(d.s, d.now);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	ok(desk_has(&d, "hangup"), "and answered once");
	desk_clean(&d);
}

/* We cut the answer ourselves: nothing else will come in its place. */
static void
test_cut_by_us(void)
{
	struct desk d;

	desk_talks(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("one"));
	desk_says(&d, 0, AUDIO);
	desk_gives(&d, "{\"type\":\"interrupt\"}");
	session_input_end(d.s, d.now);
	desk_says(&d, 0, INTERRUPTED);
	desk_says(&d, 0, COMPLETE);
	ok(desk_has(&d, "hangup"), "an answer that we cut is over");
	desk_clean(&d);
}

/* Nobody knows what cut the answer: it may be said anew. */
static void
test_hanging(void)
{
	struct desk d;

	desk_talks(&d, "models/gemini-3.8-live");
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
	desk_clean(&d);
}

/* A picture and nothing else: the model is asked for its answer. */
static void
test_picture(void)
{
	static const char image[] = "{\"type\":\"image\",\"mime\":\"image/jpeg"
	    "\"}";
	struct desk d;

	desk_talks(&d, "models/gemini-3.8-live");
	desk_gives_flags(&d, image, DESK_JPEG("\0"), 28, 0);
	ok(desk_has(&d, "image/jpeg"), "the picture goes out");
	desk_forget(&d);
	session_input_end(d.s, d.now);
	ok(desk_has(&d, "send 0") && !desk_has(&d, "hangup"),
	    "a picture alone is to be answered");
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	ok(desk_has(&d, "hangup"), "and is");
	desk_clean(&d);

	desk_talks(&d, "models/gemini-3.8-live");
	desk_gives_flags(&d, image, "abcd", 4, 0);
	desk_gives(&d, TEXT("what is this?"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	session_input_end(d.s, d.now);
	ok(desk_has(&d, "hangup"), "one that was asked about has its answer");
	desk_clean(&d);
}

static void
test_raw(void)
{
	struct desk d;

	desk_talks(&d, "models/gemini-3.8-live");
	desk_gives(&d, RAW("{\"realtimeInput\":{\"text\":\"hi\"}}"));
	session_input_end(d.s, d.now);
	ok(!desk_has(&d, "hangup"), "a raw question is waited for");
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	ok(desk_has(&d, "hangup"), "until it has its answer");
	desk_clean(&d);

	desk_talks(&d, "models/gemini-3.8-live");
	desk_gives(&d, RAW("{\"toolResponse\":{\"functionResponses\":[{\"id\":"
	    "\"none\",\"name\":\"clock\",\"response\":{}}]}}"));
	session_input_end(d.s, d.now);
	desk_wait(&d, 2900);
	ok(!desk_has(&d, "hangup"), "an answer to no call may be answered");
	desk_wait(&d, 200);
	ok(desk_has(&d, "hangup"), "or not");
	desk_clean(&d);

	desk_talks(&d, "models/gemini-3.8-live");
	desk_gives(&d, RAW("{\"realtimeInput\":{\"audioStreamEnd\":true}}"));
	session_input_end(d.s, d.now);
	ok(desk_has(&d, "hangup"), "what asks nothing is not");
	desk_clean(&d);

	desk_talks(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("time?"));
	desk_says(&d, 0, CALL("c1"));
	session_input_end(d.s, d.now);
	desk_gives(&d, RAW("{\"toolResponse\":{\"functionResponses\":[{\"id\":"
	    "\"c1\",\"name\":\"clock\",\"response\":{}}]}}"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	ok(desk_has(&d, "hangup"), "a raw answer closes its call");
	desk_clean(&d);

	desk_talks(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("time?"));
	desk_says(&d, 0, CALL("c1"));
	desk_says(&d, 0, COMPLETE);
	desk_gives(&d, RAW("{\"toolResponse\":{\"functionResponses\":[{\"id\":"
	    "\"c1\",\"name\":\"clock\",\"response\":{},\"willContinue\":true"
	    ",\"scheduling\":\"SILENT\"}]}}"));
	session_input_end(d.s, d.now);
	desk_wait(&d, 60000);
	ok(!desk_has(&d, "hangup"), "a part of one does not");
	desk_gives(&d, RAW("{\"toolResponse\":{\"functionResponses\":[{\"id\":"
	    "\"c1\",\"name\":\"clock\",\"response\":{},\"scheduling\":"
	    "\"SILENT\"}]}}"));
	ok(!desk_has(&d, "stalled") && desk_has(&d, "hangup"),
	    "and one that asks for silence gets it");
	desk_clean(&d);
}

/* Words that come behind the end of their turn begin no other. */
static void
test_late_words(void)
{
	struct desk d;

	desk_talks(&d, "models/gemini-3.8-live");
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
	desk_clean(&d);

	desk_talks(&d, "models/gemini-3.8-live");
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
	desk_forget(&d);
	desk_closes(&d, 0, 1011, "Internal error");
	desk_live(&d, 0);
	ok(desk_has(&d, "last") && !desk_has(&d, "later"),
	    "what came after the cut is no history: nobody heard it");
	desk_clean(&d);

	desk_talks(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("one"));
	desk_gives(&d, TEXT("two"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_says(&d, 0, SAYS("two it is"));
	ok(desk_has(&d, "\"turn\":2,\"role\":\"model\",\"text\":\"two it is"),
	    "words that another answer is due for begin it");
	desk_clean(&d);

	desk_talks(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("one"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, INTERRUPTED);
	desk_wait(&d, 1000);
	desk_says(&d, 0, SAYS("anew"));
	ok(desk_has(&d, "\"turn\":2,\"role\":\"model\",\"text\":\"anew"),
	    "and those that come long after a cut");
	desk_clean(&d);
}

static void
test_cancelled(void)
{
	struct desk d;

	desk_talks(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("time?"));
	desk_says(&d, 0, CALL("c1"));
	desk_wait(&d, 60000);
	ok(!desk_has(&d, "stalled"), "a tool may take its time");
	desk_says(&d, 0, CANCEL("c1"));
	desk_wait(&d, 19000);
	ok(!desk_has(&d, "stalled"), "and the model its own afterwards");
	desk_wait(&d, 2000);
	ok(desk_has(&d, "stalled"), "silence after a cancelled call is told");
	desk_clean(&d);

	desk_talks(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("time?"));
	desk_says(&d, 0, CALL("a"));
	desk_says(&d, 0, CALL("b"));
	desk_gives(&d, ANSWER("a") "}");
	desk_wait(&d, 39000);
	desk_says(&d, 0, CANCEL("b"));
	desk_wait(&d, 15000);
	ok(!desk_has(&d, "stalled"), "the time begins with the last call's end");
	desk_wait(&d, 6000);
	ok(desk_has(&d, "stalled"), "and ends");
	desk_clean(&d);
}

/* Two calls, of which one is answered late and asks for silence. */
static void
test_overlap(void)
{
	struct desk d;

	desk_talks(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("time?"));
	desk_says(&d, 0, CALL("a"));
	desk_says(&d, 0, CALL("b"));
	desk_gives(&d, ANSWER("a") "}");
	desk_wait(&d, 23000);
	desk_gives(&d, ANSWER("b") ",\"scheduling\":\"SILENT\"}");
	desk_wait(&d, 21000);
	ok(desk_has(&d, "stalled"), "silence after the first one is told");
	desk_clean(&d);
}

/* Calls that do not hold up the model: each answer may have a turn of its own,
 * and the last of them is not cut off by the end of the input. */
static void
test_parallel(void)
{
	struct desk d;

	desk_talks(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("time?"));
	desk_says(&d, 0, CALL("a"));
	desk_says(&d, 0, CALL("b"));
	desk_says(&d, 0, CALL("c"));
	desk_says(&d, 0, COMPLETE);
	session_input_end(d.s, d.now);
	desk_gives(&d, ANSWER("a") "}");
	desk_gives(&d, ANSWER("b") "}");
	desk_gives(&d, ANSWER("c") ",\"scheduling\":\"SILENT\"}");
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	ok(!desk_has(&d, "hangup"), "what the second tool said is not lost");
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	ok(desk_has(&d, "hangup"), "and a silent one is not waited for");
	desk_clean(&d);

	desk_talks(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("time?"));
	desk_says(&d, 0, CALL("a"));
	desk_says(&d, 0, CALL("b"));
	desk_says(&d, 0, COMPLETE);
	session_input_end(d.s, d.now);
	desk_gives(&d, ANSWER("a") "}");
	desk_gives(&d, ANSWER("b") "}");
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_wait(&d, 3100);
	ok(desk_has(&d, "hangup"), "one turn may answer both");
	desk_clean(&d);

	desk_talks(&d, "models/gemini-3.8-live");
	desk_gives(&d, TEXT("time?"));
	desk_says(&d, 0, CALL("a"));
	desk_says(&d, 0, CALL("b"));
	session_input_end(d.s, d.now);
	desk_gives(&d, ANSWER("a") "}");
	desk_gives(&d, ANSWER("b") "}");
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	ok(desk_has(&d, "hangup"), "the turn that waits for them has them all");
	desk_clean(&d);
}

static void
test_many_calls(void)
{
	struct desk d;
	char call[200];
	int i;

	desk_talks(&d, "models/gemini-3.8-live");
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
	desk_clean(&d);
}

static void
test_working(void)
{
	struct desk d;

	desk_talks(&d, "models/gemini-3.8-live-extended-thinking");
	desk_gives(&d, TEXT("think"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, WORKING);
	session_input_end(d.s, d.now);
	desk_wait(&d, 100000);
	ok(!desk_has(&d, "stalled"), "background work takes its time");
	desk_wait(&d, 30000);
	ok(desk_has(&d, "stalled"), "but not for ever");
	desk_clean(&d);

	desk_talks(&d, "models/gemini-3.8-live-extended-thinking");
	desk_gives(&d, TEXT("think"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, WORKING);
	desk_wait(&d, 50000);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, IDLE);
	desk_wait(&d, 200000);
	ok(!desk_has(&d, "stalled"), "its last turn ends it");
	desk_clean(&d);

	desk_talks(&d, "models/gemini-3.8-live-extended-thinking");
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
	desk_clean(&d);

	desk_talks(&d, "models/gemini-3.8-live-extended-thinking");
	desk_gives(&d, TEXT("a riddle"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, WORKING);
	session_input_end(d.s, d.now);
	desk_closes(&d, 0, 1000, "");
	is_int(d.done, -1, "a connection that ends in it is not the end");
	desk_clean(&d);
}

/* Background work, and all that its watchdog meets. */
static void
test_working_long(void)
{
	static const char model[] = "models/gemini-3.8-live-extended-thinking";
	static const char status[] = "{\"serverContent\":{\"interactionStatus\":"
	    "\"IN_PROGRESS\"}}";
	struct desk d;
	int i, c;

	desk_talks(&d, model);
	desk_gives(&d, TEXT("think"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, WORKING);
	session_hold(d.s, d.now, true);
	desk_wait(&d, 1000);
	session_hold(d.s, d.now, false);
	desk_wait(&d, 100000);
	ok(!desk_has(&d, "stalled"), "a reader that was slow does not hurry it");
	desk_clean(&d);

	desk_talks(&d, model);
	desk_gives(&d, TEXT("think"));
	desk_says(&d, 0, CALL("c1"));
	desk_says(&d, 0, WORKING);
	session_input_end(d.s, d.now);
	desk_wait(&d, 130000);
	desk_says(&d, 0, CANCEL("c1"));
	desk_wait(&d, 130000);
	ok(desk_has(&d, "stalled"), "nor does a call make it endless");
	desk_clean(&d);

	desk_talks(&d, model);
	desk_gives(&d, TEXT("think"));
	desk_says(&d, 0, WORKING);
	desk_wait(&d, 100000);
	ok(!desk_has(&d, "stalled"), "it may begin before anything is said");
	desk_wait(&d, 30000);
	ok(desk_has(&d, "stalled"), "and is waited for as long");
	desk_clean(&d);

	/* one good answer, then nothing but work in every session */
	desk_talks(&d, model);
	desk_gives(&d, TEXT("think"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, SAYS("well"));
	desk_says(&d, 0, IDLE);
	desk_says(&d, 0, status);
	for (i = 0; i < 2000 && d.done == -1; i++) {
		desk_wait(&d, 1000);
		for (c = 0; c < 2; c++)
			if (d.closing[c])
				desk_closes(&d, c, 1000, "");
		for (c = 0; c < 2; c++)
			if (d.calling[c]) {
				desk_live(&d, c);
				desk_says(&d, c, status);
			}
	}
	is_int(d.done, 75, "work without end is given up");
	desk_end(&d);
}

static void
test_goaway_again(void)
{
	struct desk d;

	desk_talks(&d, "models/gemini-3.8-live");
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
	desk_clean(&d);
}

/* 3.8 chooses when to speak, after an activity of the user too; 3.1 does not. */
static void
test_manual_silence(void)
{
	static const char *const models[] = { "models/gemini-3.8-live",
		"models/gemini-3.1-flash-live-preview" };
	struct desk d;
	int i;

	for (i = 0; i < 2; i++) {
		desk_init(&d, models[i], BACKEND_GEMINI);
		json_set_path(d.setup, "realtimeInputConfig.automaticActivity"
		    "Detection.disabled", json_bool(true));
		desk_begin(&d);
		desk_live(&d, 0);
		desk_gives(&d, "{\"type\":\"activity\",\"state\":\"start\"}");
		desk_gives(&d, "{\"type\":\"activity\",\"state\":\"end\"}");
		desk_wait(&d, 25000);
		is_int(desk_has(&d, "stalled"), true, models[i]);
		is_int(desk_has(&d, "\"remedy\":\"nudge\""), i == 1,
		    "only the one that must answer is nudged");
		desk_clean(&d);
	}
}

/* The end of the input and the watchdog of an answer are due at one moment:
 * what the nudge asks for is waited for. */
static void
test_deaf_file(void)
{
	struct desk d;

	desk_talks(&d, "models/gemini-3.1-flash-live-preview");
	desk_sound(&d, 1000, 9000, SESSION_LIVE);
	desk_says(&d, 0, "{\"serverContent\":{\"inputTranscription\":"
	    "{\"text\":\"hello\"}}}");
	session_input_end(d.s, d.now);
	desk_wait(&d, 21000);
	ok(desk_has(&d, "\"remedy\":\"nudge\""), "a deaf service is nudged");
	ok(!desk_has(&d, "hangup"), "and given the time to answer");
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_wait(&d, 21000);
	ok(desk_has(&d, "hangup"), "its answer is the last");
	desk_clean(&d);
}

/* What a file said and nobody heard: 0 is for answers. */
static void
test_unanswered(void)
{
	static const char *const models[] = { "models/gemini-3.8-live",
		"models/gemini-3.1-flash-live-preview" };
	struct desk d;
	int i;

	for (i = 0; i < 2; i++) {
		desk_init(&d, models[i], BACKEND_GEMINI);
		desk_begin(&d);
		desk_live(&d, 0);
		desk_sound(&d, 1000, 9000, 0);
		session_input_end(d.s, d.now);
		desk_wait(&d, 22000);
		is_int(d.done, 75, models[i]);
		ok(!desk_has(&d, "faint"), "and it was loud enough");
		desk_clean(&d);
	}
}

int
main(void)
{
	test_two();
	test_three();
	test_slow_second();
	test_joined();
	test_hanging();
	test_phantom();
	test_lost();
	test_cut_by_us();
	test_picture();
	test_raw();
	test_late_words();
	test_cancelled();
	test_overlap();
	test_parallel();
	test_many_calls();
	test_working();
	test_working_long();
	test_goaway_again();
	test_manual_silence();
	test_deaf_file();
	test_unanswered();
	return tap_done();
}
