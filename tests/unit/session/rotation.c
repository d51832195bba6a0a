/*
 * Rotation, resumption and replay: the rules that others paid for,
 * each as a test of its own, and the rest of what a connection's
 * end asks for.
 */
#include "../../desk.h"
#include "../../messages.h"
#include "../../tap.h"

#define ANSWER(id, n) "{\"type\":\"tool_response\",\"id\":\"" id "\"," \
	"\"name\":\"clock\",\"response\":{\"now\":\"" n "\"}}"
#define NOT_YET "{\"sessionResumptionUpdate\":{}}"
#define GO_AWAY(s) "{\"goAway\":{\"timeLeft\":\"" s "\"}}"
#define READY "{\"setupComplete\":{}}"

static const char model[] = "models/gemini-3.8-live";

static void
begin(struct desk *d)
{
	desk_init(d, model, BACKEND_GEMINI);
	desk_begin(d);
	desk_live(d, 0);
	desk_handle(d, 0, "H1");
	desk_wait(d, 20000);
}

/* The old connection answers the close; the new one, open, gets its setup. */
static void
switch_over(struct desk *d, int old)
{
	desk_closes(d, old, 1000, "");
}

static void
test_silent(void)
{
	struct desk d;

	begin(&d);
	desk_says(&d, 0, GO_AWAY("10s"));
	ok(desk_has(&d, "dial 1"), "goAway: the next one is opened ahead");
	ok(!desk_has(&d, "hangup"), "the old one stays until it is open");
	desk_open(&d, 1);
	ok(desk_has(&d, "hangup 0 1000"), "silence on both sides: at once");
	is_int(desk_count(&d, "send 1"), 0, "an older socket still open makes "
	    "the resume fail: no setup before the close is answered");
	switch_over(&d, 0);
	ok(desk_has(&d, "send 1 {\"setup\":{\"model\":\"models/gemini-3.8-live"
	    "\",\"sessionResumption\":{\"handle\":\"H1\"}}}"),
	    "the handle goes in the setup");
	d.now += 30;
	desk_says(&d, 1, READY);
	ok(desk_has(&d, "\"type\":\"reconnected\",\"t\":20030,\"gap_ms\":30,"
	    "\"resumed\":true"), "the gap is reported");
	is_int(desk_count(&d, "\"type\":\"ready\""), 1, "ready comes once");
	desk_clean(&d);
}

static void
test_peer_does_not_close(void)
{
	struct desk d;

	begin(&d);
	desk_says(&d, 0, GO_AWAY("10s"));
	desk_open(&d, 1);
	desk_wait(&d, 999);
	is_int(desk_count(&d, "send 1"), 0, "waits for the close");
	desk_wait(&d, 1);
	ok(desk_has(&d, "drop 0"), "but not for ever");
	is_int(desk_count(&d, "send 1"), 1, "and goes on");
	desk_clean(&d);
}

static void
test_lines_wait(void)
{
	static const char line[] = "{\"type\":\"text\",\"text\":\"next\"}";
	struct desk d;

	begin(&d);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, GO_AWAY("10s"));
	desk_open(&d, 1);
	desk_says(&d, 0, COMPLETE);
	ok(!desk_gives_flags(&d, line, NULL, 0, SESSION_TURNS),
	    "a line waits for the rotation that is due");
	desk_handle(&d, 0, "H2");
	ok(desk_has(&d, "hangup 0"), "which goes first");
	desk_clean(&d);

	begin(&d);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, GO_AWAY("10s"));
	desk_open(&d, 1);
	desk_says(&d, 0, COMPLETE);
	ok(!desk_gives_flags(&d, line, NULL, 0, SESSION_TURNS), "it waits");
	desk_wait(&d, 1000);
	ok(d.rooms > 0 && desk_gives_flags(&d, line, NULL, 0, SESSION_TURNS),
	    "but not for a handle that does not come");
	desk_clean(&d);
}

static void
test_turn_boundary(void)
{
	struct desk d;

	begin(&d);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, GO_AWAY("10s"));
	desk_open(&d, 1);
	ok(!desk_has(&d, "hangup"), "not while the model speaks");
	desk_says(&d, 0, COMPLETE);
	ok(!desk_has(&d, "hangup"), "nor before a handle that has the turn");
	desk_handle(&d, 0, "H2");
	ok(desk_has(&d, "hangup 0"), "then at once");
	switch_over(&d, 0);
	ok(desk_has(&d, "\"handle\":\"H2\""), "with the newest handle");
	desk_clean(&d);
}

static void
test_user_speaks(void)
{
	struct desk d;

	begin(&d);
	desk_says(&d, 0, GO_AWAY("30s"));
	desk_open(&d, 1);
	switch_over(&d, 0);
	desk_says(&d, 1, READY);
	desk_handle(&d, 1, "H2");
	desk_wait(&d, 20000);
	desk_sound(&d, 200, 9000, SESSION_LIVE);
	desk_forget(&d);
	desk_says(&d, 1, GO_AWAY("60s"));
	desk_open(&d, 0);
	ok(!desk_has(&d, "hangup"), "not while the user speaks");
	desk_says(&d, 1, HEARS("what"));
	desk_says(&d, 1, AUDIO);
	desk_says(&d, 1, COMPLETE);
	desk_handle(&d, 1, "H3");
	desk_wait(&d, 700);
	ok(desk_has(&d, "hangup 1"), "but in the pause after the answer");
	desk_clean(&d);
}

static void
test_deadline(void)
{
	struct desk d;

	begin(&d);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, GO_AWAY("10s"));
	desk_open(&d, 1);
	desk_wait(&d, 7999);
	ok(!desk_has(&d, "hangup"), "the model still speaks");
	desk_wait(&d, 1);
	ok(desk_has(&d, "hangup 0"), "the goAway deadline is a timer of its "
	    "own, not looked at only when a message comes");
	ok(desk_has(&d, "\"lost\":true"), "the turn is told to be lost");
	desk_clean(&d);
}

static void
test_own_timer(void)
{
	struct desk d;

	desk_init(&d, model, BACKEND_GEMINI);
	d.cfg.life_ms = 60000;
	d.cfg.ahead_ms = 15000;
	desk_begin(&d);
	desk_live(&d, 0);
	desk_handle(&d, 0, "H1");
	desk_wait(&d, 44999);
	ok(!desk_has(&d, "dial 1"), "no goAway, and not old yet");
	desk_wait(&d, 1);
	ok(desk_has(&d, "dial 1"), "the connection's own age counts too");
	desk_open(&d, 1);
	ok(desk_has(&d, "hangup 0"), "and it is left");
	desk_clean(&d);
}

static void
test_margin(void)
{
	struct desk d;
	int i, conn = 0;

	desk_init(&d, model, BACKEND_GEMINI);
	d.cfg.life_ms = 2000;
	d.cfg.ahead_ms = 3600000;
	desk_begin(&d);
	desk_live(&d, 0);
	for (i = 0; i < 20; i++) {
		desk_handle(&d, conn, "H");
		desk_wait(&d, 1000);
		desk_open(&d, !conn);
		if (d.held[conn] && desk_has(&d, "hangup"))
			desk_closes(&d, conn, 1000, "");
		conn = !conn;
		desk_says(&d, conn, READY);
	}
	ok(d.dials <= 22, "a margin bigger than the limit is no hot loop");
	desk_clean(&d);
}

static void
test_fresh_handle(void)
{
	struct desk d;

	begin(&d);
	desk_gives(&d, "{\"type\":\"text\",\"text\":\"alpha\"}");
	desk_says(&d, 0, SAYS("beta"));
	desk_says(&d, 0, COMPLETE);
	desk_handle(&d, 0, "H2");
	desk_says(&d, 0, GO_AWAY("10s"));
	desk_open(&d, 1);
	switch_over(&d, 0);
	desk_says(&d, 1, READY);
	desk_wait(&d, 20000);
	desk_forget(&d);
	desk_says(&d, 1, GO_AWAY("10s"));
	desk_open(&d, 0);
	ok(!desk_has(&d, "hangup"), "after a resume it waits for a fresh "
	    "resumable handle before it rotates again");
	desk_wait(&d, 8000);
	ok(desk_has(&d, "hangup 1"), "until the deadline");
	switch_over(&d, 1);
	ok(!desk_has(&d, "\"handle\":\"H2\""),
	    "a goAway that came first does not use the old handle again");
	ok(desk_has(&d, "initialHistoryInClientContent"),
	    "it begins anew with the history");
	desk_says(&d, 0, READY);
	ok(desk_has(&d, "send 0 {\"clientContent\":{\"turns\":[{\"role\":"
	    "\"user\",\"parts\":[{\"text\":\"alpha\"}]},{\"role\":\"model\","
	    "\"parts\":[{\"text\":\"beta\"}]}],\"turnComplete\":true}}"),
	    "which stands in the first message");
	desk_clean(&d);
}

static void
test_tool_running(void)
{
	struct desk d;

	begin(&d);
	desk_gives(&d, "{\"type\":\"text\",\"text\":\"time?\"}");
	desk_says(&d, 0, CALL("c1"));
	desk_says(&d, 0, COMPLETE);
	desk_says(&d, 0, NOT_YET);
	desk_says(&d, 0, GO_AWAY("20s"));
	desk_open(&d, 1);
	ok(!desk_has(&d, "hangup"), "goAway while a tool runs waits");
	desk_gives(&d, ANSWER("c1", "12:00"));
	ok(desk_has(&d, "send 0 {\"toolResponse\""),
	    "the result goes to the session that knows the id");
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	ok(!desk_has(&d, "hangup"), "and for the handle after the tool");
	desk_handle(&d, 0, "H2");
	ok(desk_has(&d, "hangup 0"), "then it rotates");
	desk_clean(&d);
}

static void
test_poisoned(void)
{
	struct desk d;

	begin(&d);
	desk_says(&d, 0, GO_AWAY("10s"));
	desk_open(&d, 1);
	switch_over(&d, 0);
	desk_says(&d, 1, READY);
	desk_wait(&d, 60000);
	ok(!desk_has(&d, "stalled"), "an idle rotation is no false alarm");
	desk_says(&d, 1, HEARS("old words"));
	desk_wait(&d, 20000);
	ok(!desk_has(&d, "stalled"), "nor are words that come again");
	desk_sound(&d, 1000, 9000, SESSION_LIVE);
	desk_says(&d, 1, HEARS("hello"));
	desk_says(&d, 1, HEARS(" there"));
	desk_wait(&d, 7999);
	ok(!desk_has(&d, "stalled"), "eight seconds after the first words");
	desk_wait(&d, 1);
	ok(desk_has(&d, "\"reason\":\"deaf\""), "a resume that hears and does "
	    "not speak is found");
	ok(desk_has(&d, "hangup 1"), "and left");
	switch_over(&d, 1);
	desk_open(&d, 0);
	ok(desk_count(&d, "{\"handle\":\"H1\"}") == 1, "without its handle");
	desk_says(&d, 0, READY);
	ok(desk_has(&d, "hello there"), "the user's words are in the history");
	desk_clean(&d);
}

static void
test_transcripts(void)
{
	struct desk d;

	begin(&d);
	desk_says(&d, 0, HEARS("How's"));
	desk_says(&d, 0, HEARS(" that?"));
	desk_closes(&d, 0, 1006, "");
	ok(desk_has(&d, "\"role\":\"user\",\"text\":\"\",\"finished\":true"),
	    "an open transcript is closed first");
	ok(strstr(d.log.data, "\"finished\":true") <
	    strstr(d.log.data, "\"type\":\"reconnecting\""), "before the gap");
	desk_live(&d, 0);
	desk_says(&d, 0, HEARS("How's that?"));
	desk_says(&d, 0, SAYS("Fine."));
	desk_says(&d, 0, COMPLETE);
	desk_closes(&d, 0, 1008, "Requested entity was not found.");
	desk_wait(&d, 1000);
	desk_live(&d, 0);
	is_int(desk_count(&d, "\"text\":\"How's that?\"}]}"), 1,
	    "the history has it once though it came twice");
	desk_clean(&d);
}

static void
test_1007(void)
{
	struct desk d;

	begin(&d);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_handle(&d, 0, "H2");
	desk_wait(&d, 1000);
	desk_sound(&d, 1000, 9000, SESSION_LIVE);
	desk_gives(&d, "{\"type\":\"text\",\"text\":\"alpha\"}");
	desk_closes(&d, 0, 1007, "Request contains an invalid argument.");
	ok(desk_has(&d, "tell 2 the last messages sent"), "1007: the shapes of "
	    "the last messages are shown under -v");
	ok(desk_has(&d, "realtimeInput{text(5)}") ||
	    desk_has(&d, "{realtimeInput{text(5)}}") ||
	    desk_has(&d, "text(5)"), "without what they said");
	desk_forget(&d);
	desk_live(&d, 0);
	ok(!desk_has(&d, "audio/pcm") && !desk_has(&d, "\"handle\":"),
	    "no sound is sent again, nor the session that was refused it "
	    "resumed");
	is_int(desk_count(&d, "\"text\":\"alpha\""), 1,
	    "the text is, once, to a fresh one");
	ok(desk_has(&d, "\"resent_ms\":0,\"resent\":1"), "which is reported");
	desk_clean(&d);
}

static void
test_frames(void)
{
	struct desk d;

	begin(&d);
	desk_gives_flags(&d, "{\"type\":\"image\",\"mime\":\"image/jpeg\"}",
	    DESK_JPEG("\0"), 28, 0);
	is_int(desk_count(&d, "image/jpeg"), 1, "a picture went out");
	desk_closes(&d, 0, 1006, "");
	desk_gives_flags(&d, "{\"type\":\"image\",\"mime\":\"image/jpeg\"}",
	    DESK_JPEG("\1"), 28, 0);
	desk_gives_flags(&d, "{\"type\":\"image\",\"mime\":\"image/jpeg\"}",
	    DESK_JPEG("\2"), 28, 0);
	desk_live(&d, 0);
	is_int(desk_count(&d, "image/jpeg"), 2, "old pictures are not sent "
	    "again, of those in the gap only the newest");
	ok(desk_has(&d, "/9j/wAALCAABAAEBAREA/9oACAEBAAA/AAL/2Q=="), "which is this one");
	desk_clean(&d);
}

static void
test_echo(void)
{
	struct desk d;

	begin(&d);
	desk_gives(&d, "{\"type\":\"text\",\"text\":\"alpha one\"}");
	desk_says(&d, 0, HEARS("alpha"));
	desk_says(&d, 0, HEARS(" one"));
	desk_says(&d, 0, SAYS("beta"));
	desk_says(&d, 0, COMPLETE);
	desk_closes(&d, 0, 1008, "Requested entity was not found.");
	desk_wait(&d, 1000);
	desk_forget(&d);
	desk_live(&d, 0);
	is_int(desk_count(&d, "alpha one"), 1, "typed text that comes back as "
	    "a transcript stands in the history once");
	desk_clean(&d);
}

static void
test_lookback(void)
{
	struct desk d;
	int i;

	begin(&d);
	for (i = 0; i < 500; i++) {
		desk_sound(&d, 20, i, SESSION_LIVE);
		d.now += 20;
	}
	desk_forget(&d);
	desk_closes(&d, 0, 1006, "");
	for (i = 500; i < 550; i++) {
		desk_sound(&d, 20, i, SESSION_LIVE);
		d.now += 20;
	}
	desk_live(&d, 0);
	is_int(desk_count(&d, "audio/pcm"), 150 + 50, "three seconds of look-"
	    "back, then what came in the gap");
	ok(desk_has(&d, "\"resent_ms\":3000"), "reported");
	ok(desk_has(&d, "\"gap_ms\":1000"), "with the gap");
	ok(strstr(d.log.data, "data\":\"XgFe") != NULL &&
	    strstr(d.log.data, "data\":\"XgFe") <
	    strstr(d.log.data, "data\":\"9AH0"), "in order");
	desk_clean(&d);
}

static void
test_order(void)
{
	struct desk d;

	begin(&d);
	desk_says(&d, 0, CALL("c1"));
	desk_handle(&d, 0, "H2");	/* a service that can resume here */
	desk_gives(&d, "{\"type\":\"text\",\"text\":\"alpha\"}");
	desk_closes(&d, 0, 1006, "");
	desk_gives(&d, "{\"type\":\"text\",\"text\":\"beta\"}");
	desk_gives(&d, ANSWER("c1", "12:00"));
	desk_forget(&d);
	desk_live(&d, 0);
	ok(strstr(d.log.data, "12:00") < strstr(d.log.data, "alpha"),
	    "tool answers go first");
	ok(strstr(d.log.data, "alpha") < strstr(d.log.data, "beta"),
	    "then what was sent and not surely kept, then what waited");
	is_int(desk_count(&d, "alpha"), 1, "each once");
	desk_clean(&d);
}

static void
test_orphan(void)
{
	struct desk d;

	begin(&d);
	desk_gives(&d, "{\"type\":\"text\",\"text\":\"time?\"}");
	desk_says(&d, 0, CALL("c1"));
	desk_closes(&d, 0, 1006, "");
	desk_live(&d, 0);
	desk_forget(&d);
	desk_gives(&d, ANSWER("c1", "12:00"));
	ok(!desk_has(&d, "toolResponse"), "an id that the resumed session "
	    "never saw is not answered");
	is_int(desk_count(&d, "12:00"), 1, "the result goes as one remark");
	ok(desk_has(&d, "time?"), "with the question it belongs to");
	desk_gives(&d, ANSWER("c1", "12:01"));
	ok(!desk_has(&d, "12:01"), "once");
	desk_clean(&d);
}

static void
test_error_in_loop(void)
{
	struct desk d;
	int i;

	begin(&d);
	for (i = 0; i < 20 && d.done == -1; i++) {
		if (d.held[0]) {
			desk_open(&d, 0);
			desk_closes(&d, 0, 1011, "Internal error encountered.");
		}
		desk_wait(&d, 31000);
	}
	is_int(d.done, CODE_TEMPFAIL, "a fault that stays ends with 75");
	ok(d.dials > 3 && d.dials <= 7, "after a few tries");
	desk_clean(&d);
}

static void
test_interval(void)
{
	struct desk d;
	int64_t at, last = 0;
	bool grows = true;
	int i;

	begin(&d);
	for (i = 0; i < 5; i++) {
		if (!d.held[0])
			break;
		desk_open(&d, 0);
		desk_closes(&d, 0, 1011, "Internal error encountered.");
		at = session_deadline(d.s) - d.now;
		if (i > 1 && at < last / 2)
			grows = false;
		last = at;
		desk_wait(&d, at);
	}
	ok(grows && last >= 2000, "the waits grow");
	desk_clean(&d);
}

static void
test_partial_message(void)
{
	struct desk d;

	begin(&d);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, "{\"serverContent\":{\"modelTurn\":{\"parts\":[{"
	    "\"text\":\"x\"}]},\"outputTranscription\":{\"text\":\"y\"},"
	    "\"turnComplete\":true},\"usageMetadata\":{\"totalTokenCount\":7},"
	    "\"sessionResumptionUpdate\":{\"newHandle\":\"H9\","
	    "\"resumable\":true}}");
	ok(desk_has(&d, "\"text\":\"x\"") && desk_has(&d, "\"text\":\"y\"") &&
	    desk_has(&d, "turn_complete") && desk_has(&d, "usage") &&
	    desk_has(&d, "\"resumable\":true"),
	    "every field of a message counts");
	desk_clean(&d);
}

static void
test_holder(void)
{
	struct desk d;

	begin(&d);
	desk_closes(&d, 0, 1011, "The session is already in use by another "
	    "connection.");
	is_int(d.dials, 1, "held by another: not at once");
	desk_wait(&d, 500);
	is_int(d.dials, 2, "but after a while");
	desk_clean(&d);
}

static void
test_preopened_dies(void)
{
	struct desk d;

	begin(&d);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, GO_AWAY("50s"));
	desk_open(&d, 1);
	desk_closes(&d, 1, 1006, "");
	is_int(d.dials, 2, "a connection opened ahead that dies is not "
	    "replaced at once");
	desk_wait(&d, 1000);
	is_int(d.dials, 3, "but soon");
	desk_open(&d, 1);
	desk_closes(&d, 0, 1008, "");
	ok(desk_has(&d, "send 1 {\"setup\""), "and used when the old one ends");
	desk_clean(&d);
}

static void
test_transparent(int base)
{
	struct desk d;
	char text[200];
	int i;

	desk_init(&d, model, BACKEND_VERTEX);
	d.cfg.transparent = true;
	desk_begin(&d);
	desk_live(&d, 0);
	ok(desk_has(&d, "\"transparent\":true"), "transparent is asked for");
	for (i = 1; i <= 10; i++) {
		snprintf(text, sizeof(text),
		    "{\"type\":\"text\",\"text\":\"word %d\"}", i);
		desk_gives(&d, text);
	}
	snprintf(text, sizeof(text), "{\"sessionResumptionUpdate\":{"
	    "\"newHandle\":\"H1\",\"resumable\":true,"
	    "\"lastConsumedClientMessageIndex\":\"%d\"}}", base + 5);
	desk_says(&d, 0, text);		/* six were kept */
	desk_forget(&d);
	desk_closes(&d, 0, 1006, "");
	desk_live(&d, 0);
	for (i = 7; i <= 10; i++) {
		snprintf(text, sizeof(text), "word %d\"", i);
		if (desk_count(&d, text) != 1)
			break;
	}
	is_int(i, 11, "all that was not kept is sent again");
	is_int(desk_count(&d, "word 5\""), 0, "what was kept is not");
	is_int(desk_count(&d, "word 6\""), base == 0, "while the base is not "
	    "known a message may be sent twice, never lost");
	desk_clean(&d);
}

static void
test_calibration(void)
{
	struct desk d;
	int i;
	char text[200];

	desk_init(&d, model, BACKEND_VERTEX);
	d.cfg.transparent = true;
	desk_begin(&d);
	desk_live(&d, 0);
	for (i = 0; i < 3; i++) {
		desk_gives(&d, "{\"type\":\"text\",\"text\":\"w\"}");
		desk_says(&d, 0, AUDIO);
		desk_says(&d, 0, COMPLETE);
		snprintf(text, sizeof(text), "{\"sessionResumptionUpdate\":{"
		    "\"newHandle\":\"H1\",\"resumable\":true,"
		    "\"lastConsumedClientMessageIndex\":\"%d\"}}", i);
		desk_says(&d, 0, text);
	}
	desk_forget(&d);
	desk_closes(&d, 0, 1006, "");
	desk_live(&d, 0);
	is_int(desk_count(&d, "\"w\""), 0, "answered messages show that the "
	    "service counts from 0: then nothing is sent twice");
	desk_clean(&d);
}

static void
test_history_rules(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-2.5-flash-native-audio-latest",
	    BACKEND_GEMINI);
	d.cfg.resume = false;
	desk_begin(&d);
	desk_live(&d, 0);
	ok(!desk_has(&d, "sessionResumption"), "no handles wanted");
	desk_gives(&d, "{\"type\":\"text\",\"text\":\"alpha\"}");
	desk_says(&d, 0, SAYS("beta"));
	desk_says(&d, 0, COMPLETE);
	desk_closes(&d, 0, 1006, "");
	desk_forget(&d);
	desk_live(&d, 0);
	ok(desk_has(&d, "{\"clientContent\":{\"turns\":[{\"role\":\"user\","
	    "\"parts\":[{\"text\":\"alpha\"}]},{\"role\":\"model\",\"parts\":"
	    "[{\"text\":\"beta\"}]},{\"role\":\"user\",\"parts\":[{\"text\":"
	    "\" \"}]}],\"turnComplete\":false}}"),
	    "2.5: silent seed that ends with a user turn");
	ok(!desk_has(&d, "historyConfig"), "2.5: no historyConfig");
	desk_clean(&d);
}

static void
test_handle_before_seed(void)
{
	struct desk d;

	begin(&d);
	desk_gives(&d, "{\"type\":\"text\",\"text\":\"alpha\"}");
	desk_says(&d, 0, SAYS("beta"));
	desk_says(&d, 0, COMPLETE);
	desk_wait(&d, 100);
	desk_closes(&d, 0, 1006, "");
	desk_live(&d, 0);
	desk_handle(&d, 0, "H2");
	desk_wait(&d, 1000);
	desk_closes(&d, 0, 1006, "");
	desk_wait(&d, 900);
	desk_forget(&d);
	desk_live(&d, 0);
	ok(!desk_has(&d, "H2") && desk_has(&d, "alpha"), "a handle from before "
	    "the history was told is not used");
	desk_clean(&d);
}

static void
test_unanswered(void)
{
	struct desk d;

	begin(&d);
	desk_gives(&d, "{\"type\":\"text\",\"text\":\"alpha\"}");
	desk_closes(&d, 0, 1008, "Requested entity was not found.");
	desk_wait(&d, 1000);
	desk_forget(&d);
	desk_live(&d, 0);
	is_int(desk_count(&d, "alpha"), 1, "a question without answer is asked "
	    "again, not told as history too");
	desk_clean(&d);
}

static void
test_cut_answer(void)
{
	struct desk d;

	begin(&d);
	desk_gives(&d, "{\"type\":\"text\",\"text\":\"alpha\"}");
	desk_says(&d, 0, SAYS("be"));
	desk_closes(&d, 0, 1006, "");
	desk_forget(&d);
	desk_live(&d, 0);
	is_int(desk_count(&d, "alpha"), 1, "an answer that was cut by the "
	    "connection is asked for again after a resume");
	desk_clean(&d);
}

static void
test_greet(void)
{
	struct desk d;

	desk_init(&d, model, BACKEND_GEMINI);
	d.cfg.greet = "Say hello.";
	desk_begin(&d);
	desk_live(&d, 0);
	is_int(desk_count(&d, "Say hello."), 1, "--greet: the model is asked");
	desk_closes(&d, 0, 1006, "");
	desk_live(&d, 0);
	is_int(desk_count(&d, "Say hello."), 2, "and again where that was lost");
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_handle(&d, 0, "H1");
	desk_closes(&d, 0, 1006, "");
	desk_live(&d, 0);
	is_int(desk_count(&d, "Say hello."), 2, "but not once it was answered");
	desk_clean(&d);
}

static void
test_watch(void)
{
	struct desk d;

	begin(&d);
	desk_gives(&d, "{\"type\":\"text\",\"text\":\"alpha\"}");
	desk_wait(&d, 20000);
	ok(desk_has(&d, "\"reason\":\"no_answer\",\"ms\":20000,\"remedy\":"
	    "\"nudge\""), "no answer: a nudge");
	desk_wait(&d, 20000);
	ok(desk_has(&d, "\"remedy\":\"fresh\""), "then a fresh session");
	switch_over(&d, 0);
	desk_live(&d, 1);
	desk_wait(&d, 60000);
	ok(desk_has(&d, "\"remedy\":\"end\""), "then the end");
	desk_wait(&d, 2000);
	is_int(d.done, CODE_TEMPFAIL, "75");
	desk_clean(&d);
}

static void
test_watch_stall(void)
{
	struct desk d;

	begin(&d);
	desk_says(&d, 0, AUDIO);
	desk_wait(&d, 25000);
	ok(desk_has(&d, "\"reason\":\"stall\""), "silence inside an answer");
	desk_clean(&d);

	begin(&d);
	desk_says(&d, 0, AUDIO);
	session_hold(d.s, d.now, true);
	desk_wait(&d, 60000);
	ok(!desk_has(&d, "stalled"), "not while the output holds it back");
	session_hold(d.s, d.now, false);
	desk_wait(&d, 21000);
	ok(desk_has(&d, "stalled"), "but after that");
	desk_clean(&d);

	begin(&d);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, "{\"serverContent\":{\"generationComplete\":true}}");
	desk_wait(&d, 25000);
	ok(!desk_has(&d, "stalled") && desk_has(&d, "\"assumed\":true"),
	    "all was said and only turnComplete is missing");
	desk_clean(&d);
}

static void
test_watch_short(void)
{
	struct desk d;

	begin(&d);
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, SAYS("a long sentence of which not much was spoken at "
	    "all, it seems, or was it"));
	desk_says(&d, 0, COMPLETE);
	ok(desk_has(&d, "\"reason\":\"short\""), "an answer cut far short of "
	    "its transcript is reported");
	desk_clean(&d);
}

static void
test_played(void)
{
	struct desk d;
	char pcm[4800];
	struct buf b;

	memset(pcm, 0, sizeof(pcm));
	begin(&d);
	buf_init(&b, 1 << 20);
	buf_str(&b, "{\"serverContent\":{\"modelTurn\":{\"parts\":[{"
	    "\"inlineData\":{\"mimeType\":\"audio/pcm;rate=24000\",\"data\":\"");
	memset(buf_room(&b, 64000), 'A', 64000);	/* one second */
	buf_added(&b, 64000);
	buf_str(&b, "\"}}]}}}");
	desk_says(&d, 0, SAYS("one two three four"));
	desk_says(&d, 0, b.data);
	buf_done(&b);
	desk_says(&d, 0, "{\"serverContent\":{\"interrupted\":true}}");
	desk_says(&d, 0, COMPLETE);
	desk_gives(&d, "{\"type\":\"played\",\"turn\":1,\"ms\":500,"
	    "\"interrupted\":true}");
	desk_closes(&d, 0, 1008, "Requested entity was not found.");
	desk_wait(&d, 1000);
	desk_forget(&d);
	desk_live(&d, 0);
	ok(desk_has(&d, "\"text\":\"one two\""), "what was not heard is not in "
	    "the history");
	desk_clean(&d);
}

static void
test_end_in_gap(void)
{
	struct desk d;

	begin(&d);
	desk_sound(&d, 1000, 9000, 0);
	desk_closes(&d, 0, 1006, "");
	session_input_end(d.s, d.now);
	desk_wait(&d, 100);
	desk_live(&d, 0);
	is_int(desk_count(&d, "audioStreamEnd"), 1,
	    "the input ended while away: told afterwards");
	/* and the silence that ends it where the flag alone is not heeded */
	is_int(desk_count(&d, "audio/pcm"), 101, "a file's sound is sent again "
	    "as far as no handle has it");
	desk_clean(&d);

	begin(&d);
	desk_sound(&d, 1000, 9000, 0);
	session_input_end(d.s, d.now);
	desk_closes(&d, 0, 1006, "");
	desk_live(&d, 0);
	is_int(desk_count(&d, "audioStreamEnd"), 2,
	    "an end that was sent and lost is sent again");
	desk_clean(&d);
}

/* What was said while the connection was away goes out at once: several
 * utterances, which the model answers one by one. */
static void
test_two_in_gap(void)
{
	struct desk d;
	int i;

	begin(&d);
	desk_closes(&d, 0, 1006, "");
	for (i = 0; i < 400; i++) {
		desk_sound(&d, 20, i < 150 || i > 250 ? 9000 : 0,
		    SESSION_LIVE);
		desk_wait(&d, 20);
	}
	session_input_end(d.s, d.now);
	desk_serve(&d);
	desk_says(&d, 0, HEARS("one"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, "{\"serverContent\":{\"interrupted\":true}}");
	desk_says(&d, 0, COMPLETE);
	ok(!desk_has(&d, "hangup"), "the second utterance is owed an answer");
	desk_says(&d, 0, HEARS("two"));
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_wait(&d, 5000);
	ok(desk_has(&d, "hangup"), "then it is over");
	desk_clean(&d);
}

int
main(void)
{
	test_silent();
	test_lines_wait();
	test_peer_does_not_close();
	test_turn_boundary();
	test_user_speaks();
	test_deadline();
	test_own_timer();
	test_margin();
	test_fresh_handle();
	test_tool_running();
	test_poisoned();
	test_transcripts();
	test_1007();
	test_frames();
	test_echo();
	test_lookback();
	test_order();
	test_orphan();
	test_error_in_loop();
	test_interval();
	test_partial_message();
	test_holder();
	test_preopened_dies();
	test_transparent(0);
	test_transparent(1);
	test_calibration();
	test_history_rules();
	test_handle_before_seed();
	test_unanswered();
	test_cut_answer();
	test_greet();
	test_watch();
	test_watch_stall();
	test_watch_short();
	test_played();
	test_end_in_gap();
	test_two_in_gap();
	return tap_done();
}
