/* The core of the conversation: setup, sending, receiving, turns, the end. */
#include "../../desk.h"
#include "../../messages.h"
#include "../../tap.h"

#define SOUND(n) "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData" \
	"\":{\"mimeType\":\"audio/pcm;rate=24000\",\"data\":\"" n "\"}}]}}}"
#define USAGE(in, all) "{\"usageMetadata\":{\"promptTokenCount\":" in \
	",\"totalTokenCount\":" all "}}"
#define GENERATED "{\"serverContent\":{\"generationComplete\":true}}"
#define ZONED(id) "{\"toolCall\":{\"functionCalls\":[{\"id\":\"" id "\"," \
	"\"name\":\"clock\",\"args\":{\"zone\":\"UTC\"}}]}}"

static void
test_text(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	ok(desk_has(&d, "dial 0"), "dials at once");
	ok(desk_gives(&d, "{\"type\":\"text\",\"text\":\"hello\"}"),
	    "text is taken before the connection is there");
	desk_open(&d, 0);
	ok(desk_has(&d, "send 0 {\"setup\":{\"model\":\"models/gemini-3.8-live"
	    "\",\"sessionResumption\":{}}}"), "setup asks for resumption");
	ok(!desk_has(&d, "hello"), "nothing else before setupComplete");
	desk_says(&d, 0, "{\"setupComplete\":{}}");
	ok(desk_has(&d, "\"type\":\"ready\""), "ready");
	is_int(desk_count(&d, "hello"), 1, "the text went out");
	session_input_end(d.s, d.now);
	is_int(d.done, -1, "waits for the answer");
	desk_says(&d, 0, SOUND("AAAA"));
	desk_says(&d, 0, SAYS("Hi"));
	desk_says(&d, 0, GENERATED);
	desk_says(&d, 0, COMPLETE);
	ok(desk_has(&d, "\"type\":\"audio\""), "audio came");
	ok(desk_has(&d, "\"turn\":1"), "turns are numbered from 1");
	ok(desk_has(&d, "hangup 0 1000"), "closes with 1000");
	is_int(d.done, -1, "waits for the close");
	desk_closes(&d, 0, 1000, "");
	is_int(d.done, 0, "exit 0");
	ok(desk_has(&d, "\"type\":\"end\",\"t\":0,\"reason\":\"finished\""),
	    "end record");
	desk_clean(&d);
}

static void
test_audio(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	desk_live(&d, 0);
	desk_sound(&d, 100, 9000, 0);
	is_int(desk_count(&d, "audio/pcm;rate=16000"), 5, "five pieces");
	session_input_end(d.s, d.now);
	ok(desk_has(&d, "audioStreamEnd"), "the end of the sound is told");
	desk_wait(&d, 5000);
	is_int(d.done, -1, "speech may be answered yet");
	desk_says(&d, 0, HEARS("what"));
	desk_says(&d, 0, SOUND("AAAA"));
	desk_says(&d, 0, COMPLETE);
	desk_wait(&d, 5000);
	is_int(d.done, 0, "the peer does not agree to the close: exit anyway");
	ok(desk_has(&d, "drop 0"), "after letting go");
	desk_clean(&d);
}

/* Two utterances of a file, of which the model answers one, and after so many
 * ms: how long the second answer is waited for. */
static void
test_patience(int64_t ms, int64_t least, int64_t most)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	desk_live(&d, 0);
	desk_sound(&d, 4000, 9000, 0);
	desk_sound(&d, 2000, 3, 0);
	desk_sound(&d, 4000, 9000, 0);
	session_input_end(d.s, d.now);
	desk_wait(&d, ms);
	desk_says(&d, 0, SOUND("AAAA"));
	desk_says(&d, 0, COMPLETE);
	desk_wait(&d, least);
	ok(!desk_has(&d, "hangup"), "one more answer may come");
	desk_wait(&d, most - least);
	ok(desk_has(&d, "hangup"), "it is not waited for much longer");
	desk_clean(&d);
}

static void
test_silence(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	desk_live(&d, 0);
	desk_sound(&d, 100, 3, 0);
	session_input_end(d.s, d.now);
	ok(desk_has(&d, "hangup"), "silence is owed no answer");
	desk_clean(&d);

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	desk_live(&d, 0);
	desk_sound(&d, 40, 9000, 0);
	session_input_end(d.s, d.now);
	ok(desk_has(&d, "hangup"), "nor is a click");
	desk_clean(&d);

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	desk_live(&d, 0);
	desk_sound(&d, 1000, 9000, 0);
	desk_sound(&d, 300, 3, 0);
	desk_sound(&d, 1000, 9000, 0);
	session_input_end(d.s, d.now);
	desk_says(&d, 0, SOUND("AAAA"));
	desk_says(&d, 0, COMPLETE);
	ok(desk_has(&d, "hangup"), "a breath does not part an utterance");
	desk_clean(&d);
}

static void
test_tools(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	desk_live(&d, 0);
	desk_gives(&d, "{\"type\":\"text\",\"text\":\"time?\"}");
	session_input_end(d.s, d.now);
	desk_says(&d, 0, ZONED("c1"));
	ok(desk_has(&d, "\"type\":\"tool_call\""), "the call came");
	desk_says(&d, 0, COMPLETE);
	ok(!desk_has(&d, "hangup"), "an open call keeps it going");
	desk_gives(&d, "{\"type\":\"tool_response\",\"id\":7,\"name\":\"clock\","
	    "\"response\":{\"now\":\"noon\"}}");
	ok(!desk_has(&d, "noon"), "an answer whose id is no string is nobody's");
	ok(desk_gives(&d, "{\"type\":\"tool_response\",\"id\":\"c1\","
	    "\"name\":\"clock\",\"response\":{\"now\":\"12:00\"}}"),
	    "the answer is taken after the end of input");
	is_int(desk_count(&d, "12:00"), 1, "and sent");
	desk_gives(&d, "{\"type\":\"tool_response\",\"id\":\"c1\","
	    "\"name\":\"clock\",\"response\":{\"now\":\"12:01\"}}");
	ok(!desk_has(&d, "send 0 {\"toolResponse\":{\"functionResponses\":[{"
	    "\"id\":\"c1\",\"name\":\"clock\",\"response\":{\"now\":\"12:01"),
	    "a second one is not");
	ok(!desk_has(&d, "hangup"), "the model has yet to speak");
	desk_says(&d, 0, SOUND("AAAA"));
	desk_says(&d, 0, COMPLETE);
	ok(desk_has(&d, "hangup"), "done");
	desk_clean(&d);
}

/* An answer in parts, to a model that takes only one of each call. */
static void
test_parts(void)
{
	static const char *const parts[] = {
		"{\"type\":\"tool_response\",\"id\":\"c1\",\"name\":\"clock\","
		"\"response\":{\"p\":1},\"will_continue\":true}",
		"{\"type\":\"tool_response\",\"id\":\"c1\",\"name\":\"clock\","
		"\"response\":{\"p\":2},\"will_continue\":true}",
		"{\"type\":\"tool_response\",\"id\":\"c1\",\"name\":\"clock\","
		"\"response\":{},\"scheduling\":\"SILENT\"}"
	};
	struct desk d;
	size_t i;

	desk_init(&d, "models/gemini-3.1-flash-live-preview", BACKEND_GEMINI);
	desk_begin(&d);
	desk_live(&d, 0);
	desk_says(&d, 0, ZONED("c1"));
	desk_gives(&d, parts[0]);
	desk_gives(&d, parts[1]);
	ok(!desk_has(&d, "\"p\":1"), "parts wait where they would end the call");
	desk_gives(&d, parts[2]);
	ok(desk_has(&d, "\"response\":{\"result\":[{\"p\":1},{\"p\":2}]}}]}}"),
	    "and come with the last as one");
	desk_clean(&d);
	desk_init(&d, "models/gemini-3.8-live-extended-thinking",
	    BACKEND_GEMINI);
	desk_begin(&d);
	desk_live(&d, 0);
	desk_says(&d, 0, ZONED("c1"));
	for (i = 0; i < 3; i++)
		desk_gives(&d, parts[i]);
	is_int(desk_count(&d, "willContinue"), 0,
	    "extended thinking, which abandons a call after it, gets none");
	ok(desk_has(&d, "\"response\":{\"result\":[{\"p\":1},{\"p\":2}]}}]}}"),
	    "but one answer of all parts");
	desk_clean(&d);
	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	desk_live(&d, 0);
	desk_says(&d, 0, ZONED("c1"));
	for (i = 0; i < 3; i++)
		desk_gives(&d, parts[i]);
	is_int(desk_count(&d, "\"willContinue\":true"), 2,
	    "elsewhere each goes out");
	ok(desk_has(&d, "\"response\":{},\"scheduling\":\"SILENT\"}"),
	    "and the last one ends it");
	desk_clean(&d);
}

static void
test_cancel(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	desk_live(&d, 0);
	desk_says(&d, 0, ZONED("c1"));
	desk_says(&d, 0, ZONED("c2"));
	desk_says(&d, 0, "{\"toolCallCancellation\":{\"ids\":[\"c1\"]}}");
	desk_gives(&d, "{\"type\":\"tool_response\",\"id\":\"c1\","
	    "\"name\":\"clock\",\"response\":{\"one\":1}}");
	ok(!desk_has(&d, "\"one\""), "a cancelled call is not answered");
	desk_gives(&d, "{\"type\":\"tool_response\",\"id\":\"c2\","
	    "\"name\":\"clock\",\"response\":{\"two\":2}}");
	ok(desk_has(&d, "\"two\""), "a cancellation that names some "
	    "leaves the others");
	desk_clean(&d);
}

static void
test_slow_tool(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	d.cfg.life_ms = 48 * 3600000;
	desk_begin(&d);
	desk_live(&d, 0);
	desk_says(&d, 0, ZONED("c1"));
	session_input_end(d.s, d.now);
	desk_wait(&d, 6 * 3600000);
	desk_gives(&d, "{\"type\":\"tool_response\",\"id\":\"c1\","
	    "\"name\":\"clock\",\"response\":{\"late\":1}}");
	ok(desk_has(&d, "\"late\""), "an answer hours after the end of the "
	    "input goes out");
	desk_clean(&d);
}

static void
test_interrupted(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	desk_live(&d, 0);
	desk_says(&d, 0, SOUND("AAAA"));
	desk_says(&d, 0, "{\"serverContent\":{\"interrupted\":true,"
	    "\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":"
	    "\"audio/pcm\",\"data\":\"BBBB\"}}]}}}");
	ok(desk_has(&d, "\"type\":\"interrupted\",\"t\":0,\"turn\":1"),
	    "interrupted names the turn");
	is_int(desk_count(&d, "\"type\":\"audio\""), 1,
	    "sound in the message that interrupts is stale");
	desk_says(&d, 0, COMPLETE);
	is_int(desk_count(&d, "\"turn\":2"), 0, "its end opens no turn");
	desk_says(&d, 0, SOUND("AAAA"));
	ok(desk_has(&d, "\"turn\":2"), "the next one is 2");
	desk_says(&d, 0, INTERRUPTED);
	desk_says(&d, 0, SOUND("AAAA"));
	ok(desk_has(&d, "\"turn\":3"),
	    "sound after an interruption belongs to the next turn");
	desk_clean(&d);
}

static void
test_manual(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	json_set_path(d.setup, "realtimeInputConfig.automaticActivityDetection"
	    ".disabled", json_bool(true));
	desk_begin(&d);
	desk_live(&d, 0);
	desk_says(&d, 0, SOUND("AAAA"));
	desk_gives(&d, "{\"type\":\"activity\",\"state\":\"start\"}");
	ok(strstr(d.log.data, "\"type\":\"interrupted\"") != NULL &&
	    strstr(d.log.data, "\"type\":\"interrupted\"") <
	    strstr(d.log.data, "activityStart"),
	    "the user's activity cuts at once, before it is sent");
	desk_says(&d, 0, SOUND("BBBB"));
	is_int(desk_count(&d, "\"type\":\"audio\""), 1,
	    "what still comes of that turn is dropped");
	desk_says(&d, 0, INTERRUPTED);
	is_int(desk_count(&d, "\"type\":\"interrupted\""), 1,
	    "and it is not said twice");
	desk_says(&d, 0, COMPLETE);
	desk_gives(&d, "{\"type\":\"activity\",\"state\":\"end\"}");
	desk_says(&d, 0, SOUND("AAAA"));
	is_int(desk_count(&d, "\"type\":\"audio\""), 2, "the answer is heard");
	desk_gives(&d, "{\"type\":\"activity\",\"state\":\"start\"}");
	session_input_end(d.s, d.now);
	is_int(desk_count(&d, "activityEnd"), 2,
	    "an activity left open is ended with the input");
	desk_clean(&d);
}

static void
test_refusals(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	desk_open(&d, 0);
	desk_closes(&d, 0, 1007, "API key not valid. Please pass a valid API "
	    "key.");
	is_int(d.done, CODE_REFUSED, "a bad key: 77");
	ok(desk_has(&d, "\"class\":\"credential\""), "and says so");
	is_int(d.dials, 1, "and is not tried again");
	desk_clean(&d);

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	d.held[0] = d.calling[0] = false;
	session_refused(d.s, d.now, 0, 0, NULL, 0, CODE_UNAVAILABLE,
	    "cannot connect: Connection refused");
	is_int(d.done, CODE_UNAVAILABLE, "no route: 69");
	desk_clean(&d);

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	d.held[0] = d.calling[0] = false;
	session_refused(d.s, d.now, 0, 429, "", 0, 0, "HTTP 429");
	is_int(d.done, CODE_TEMPFAIL, "quota at the first dial: 75");
	desk_clean(&d);

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	desk_open(&d, 0);
	desk_wait(&d, 15000);
	ok(desk_has(&d, "no answer to the setup"), "a setup without answer");
	desk_clean(&d);
}

static void
test_limits(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	d.cfg.max_ms = 10000;
	desk_begin(&d);
	desk_live(&d, 0);
	desk_wait(&d, 9999);
	ok(!desk_has(&d, "hangup"), "before the time");
	desk_wait(&d, 2000);
	is_int(d.done, CODE_CEILING, "--max-time: 124");
	desk_clean(&d);

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	d.cfg.max_turns = 2;
	desk_begin(&d);
	desk_live(&d, 0);
	desk_says(&d, 0, SOUND("AAAA"));
	desk_says(&d, 0, COMPLETE);
	ok(!desk_has(&d, "hangup"), "one turn of two");
	desk_says(&d, 0, SOUND("AAAA"));
	desk_says(&d, 0, COMPLETE);
	desk_closes(&d, 0, 1000, "");
	is_int(d.done, CODE_CEILING, "--max-turns: 124");
	desk_clean(&d);

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	d.cfg.max_tokens = 1000;
	desk_begin(&d);
	desk_live(&d, 0);
	desk_says(&d, 0, SOUND("AAAA"));
	desk_says(&d, 0, USAGE("500", "600"));
	desk_says(&d, 0, USAGE("500", "610"));
	ok(!desk_has(&d, "hangup"), "counts that grow within a turn are not "
	    "summed");
	desk_says(&d, 0, COMPLETE);
	desk_says(&d, 0, SOUND("AAAA"));
	desk_says(&d, 0, USAGE("500", "610"));
	desk_closes(&d, 0, 1000, "");
	is_int(d.done, CODE_CEILING, "--max-tokens: 124");
	desk_clean(&d);

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	d.cfg.max_tokens = 1000;
	desk_begin(&d);
	desk_live(&d, 0);
	desk_says(&d, 0, SOUND("AAAA"));
	desk_says(&d, 0, USAGE("500", "600"));
	desk_says(&d, 0, "{\"usageMetadata\":{\"responseTokenCount\":200,"
	    "\"totalTokenCount\":200}}");
	ok(!desk_has(&d, "hangup"), "800 tokens so far");
	desk_says(&d, 0, "{\"usageMetadata\":{\"responseTokenCount\":200,"
	    "\"totalTokenCount\":200}}");
	desk_closes(&d, 0, 1000, "");
	is_int(d.done, CODE_CEILING, "counts that come in pieces are summed");
	desk_clean(&d);
}

static void
test_lines(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	desk_live(&d, 0);
	ok(desk_gives_flags(&d, "{\"type\":\"text\",\"text\":\"one\"}", NULL,
	    0, SESSION_TURNS), "the first line");
	ok(!desk_gives_flags(&d, "{\"type\":\"text\",\"text\":\"two\"}", NULL,
	    0, SESSION_TURNS), "the second one waits");
	is_int(d.rooms, 0, "no room yet");
	desk_says(&d, 0, SOUND("AAAA"));
	desk_says(&d, 0, COMPLETE);
	is_int(d.rooms, 1, "until the answer is complete");
	ok(desk_gives_flags(&d, "{\"type\":\"text\",\"text\":\"two\"}", NULL,
	    0, SESSION_TURNS), "now it is taken");
	desk_clean(&d);
}

static void
test_pressure(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	d.cfg.live_ms = 10000;
	desk_begin(&d);
	desk_live(&d, 0);
	d.queued = 10 << 20;
	ok(!session_hungry(d.s), "a full socket is not fed");
	desk_sound(&d, 60000, 9000, SESSION_LIVE);
	session_tick(d.s, d.now);
	ok(desk_has(&d, "\"type\":\"lost\""), "live sound over the bound is "
	    "reported as lost");
	is_int(d.rooms, 0, "and nobody is told of room");
	d.queued = 0;
	desk_forget(&d);
	session_tick(d.s, d.now);
	is_int(d.rooms, 1, "until there is some");
	is_int(desk_count(&d, "audio/pcm"), 500, "ten seconds of it were kept");
	ok(session_hungry(d.s), "and then it is hungry again");
	desk_clean(&d);
}

/* Each event does what has become possible, whatever it brings itself. */
static void
test_settles(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	desk_live(&d, 0);
	d.queued = 10 << 20;
	desk_sound(&d, 40, 9000, 0);
	is_int(d.rooms, 0, "sound is refused by a full socket");
	d.queued = 0;
	desk_sound(&d, 20, 9000, 0);
	is_int(desk_count(&d, "audio/pcm"), 1, "more sound sends what waited");
	is_int(d.rooms, 1, "and what was refused may come again");
	d.queued = 10 << 20;
	desk_sound(&d, 40, 9000, 0);
	d.queued = 0;
	session_spoil(d.s, d.now, CODE_DATA, "torn");
	is_int(desk_count(&d, "audio/pcm"), 2, "so does a broken input");
	is_int(d.rooms, 2, "and others may go on");
	desk_clean(&d);
}

static void
test_bad_input(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	desk_live(&d, 0);
	ok(desk_gives(&d, "{\"type\":\"text\"}"), "a bad record is taken");
	ok(desk_has(&d, "\"class\":\"input\""), "and reported");
	ok(desk_gives(&d, "{\"type\":\"never-seen\"}"),
	    "an unknown one is passed over");
	session_input_end(d.s, d.now);
	desk_closes(&d, 0, 1000, "");
	is_int(d.done, CODE_DATA, "exit 65");
	desk_clean(&d);
}

/* The service's refusal of the last message meets our close. */
static void
test_crossed(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	desk_live(&d, 0);
	desk_gives(&d, "{\"type\":\"raw\",\"message\":{\"foo\":1}}");
	session_input_end(d.s, d.now);
	ok(desk_has(&d, "hangup"), "nothing is owed");
	desk_closes(&d, 0, 1007, "Invalid JSON payload received. Unknown name");
	is_int(d.done, CODE_DATA, "what the service refused is no success");
	ok(desk_has(&d, "\"class\":\"message\""), "and told");
	desk_end(&d);
}

/* A ceiling that is met with all that was asked answered is none. */
static void
test_last_turn(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	d.cfg.max_turns = 1;
	desk_begin(&d);
	desk_live(&d, 0);
	desk_gives(&d, "{\"type\":\"text\",\"text\":\"one\"}");
	session_input_end(d.s, d.now);
	desk_says(&d, 0, SOUND("AAAA"));
	desk_says(&d, 0, COMPLETE);
	desk_closes(&d, 0, 1000, "");
	is_int(d.done, 0, "the last turn allowed was the last one asked for");
	desk_clean(&d);
}

/* Manual detection, and nobody says when the user speaks. */
static void
test_unsaid(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	json_set_path(d.setup, "realtimeInputConfig.automaticActivityDetection."
	    "disabled", json_bool(true));
	desk_begin(&d);
	desk_live(&d, 0);
	desk_sound(&d, 2000, 9000, 0);
	session_input_end(d.s, d.now);
	ok(desk_has(&d, "hangup"), "such sound is owed no answer");
	desk_clean(&d);
}

static void
test_spoilt(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	desk_live(&d, 0);
	session_spoil(d.s, d.now, CODE_DATA, "in.gl: no stream");
	session_spoil(d.s, d.now, CODE_IO, "more.gl: it cannot be read");
	ok(desk_has(&d, "\"class\":\"input\",\"reason\":\"in.gl: no stream\","
	    "\"exit\":65"), "a broken input has a record");
	session_input_end(d.s, d.now);
	desk_closes(&d, 0, 1000, "");
	is_int(d.done, CODE_DATA, "and is the exit code");
	ok(desk_has(&d, "\"reason\":\"finished\",\"exit\":65"),
	    "which the end record tells too");
	desk_clean(&d);
}

/* A handle of the user's own is tried first, and given up where it is no good. */
static void
test_given_handle(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	json_set_path(d.setup, "sessionResumption.handle", json_string("mine"));
	desk_begin(&d);
	desk_open(&d, 0);
	ok(desk_has(&d, "\"sessionResumption\":{\"handle\":\"mine\"}"),
	    "the handle of the setup goes out");
	desk_closes(&d, 0, 1008, "Requested entity was not found.");
	desk_forget(&d);
	desk_wait(&d, 1000);
	desk_open(&d, 0);
	ok(desk_has(&d, "\"sessionResumption\":{}"), "and only once where it is "
	    "refused");
	desk_clean(&d);
}

static void
test_garbage(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	desk_open(&d, 0);
	desk_says(&d, 0, "no json");
	is_int(d.done, CODE_PROTOCOL, "a peer that does not speak JSON: 76");
	desk_clean(&d);
}

static void
test_stop(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	session_stop(d.s, d.now, 130, "signal");
	is_int(d.done, 130, "a signal while dialling");
	ok(desk_has(&d, "drop 0"), "lets go of the dial");
	desk_clean(&d);

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	desk_begin(&d);
	desk_live(&d, 0);
	session_stop(d.s, d.now, 143, "signal");
	ok(desk_has(&d, "hangup 0 1000"), "a signal while live closes");
	desk_closes(&d, 0, 1000, "");
	is_int(d.done, 143, "128 + n");
	desk_clean(&d);
}

int
main(void)
{
	test_text();
	test_audio();
	test_patience(500, 2900, 3100);
	test_patience(4000, 7900, 8100);
	test_silence();
	test_tools();
	test_parts();
	test_cancel();
	test_slow_tool();
	test_interrupted();
	test_manual();
	test_refusals();
	test_limits();
	test_lines();
	test_pressure();
	test_settles();
	test_bad_input();
	test_crossed();
	test_last_turn();
	test_unsaid();
	test_spoilt();
	test_given_handle();
	test_garbage();
	test_stop();
	return tap_done();
}
