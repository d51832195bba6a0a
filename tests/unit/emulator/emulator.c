/* The emulator's core, with a client that keeps what it is sent. */
#include <math.h>
#include <stdlib.h>

#include "../../tap.h"
#include "base/base64.h"
#include "base/buf.h"
#include "emulator/emulator.h"
#include "base/json.h"
#include "base/mem.h"

enum { SENT_MAX = 4096 };

static const char gemini[] = "/ws/google.ai.generativelanguage.v1beta."
    "GenerativeService.BidiGenerateContent";
static const char vertex[] = "//ws//google.cloud.aiplatform.v1beta1."
    "LlmBidiService/BidiGenerateContent";

struct client {
	struct emulator *e;
	struct emulator_conn *conn;
	struct json *sent[SENT_MAX];
	int64_t at[SENT_MAX];
	size_t count, seen;
	bool pretty;		/* all binary, with a newline at the end */
	int code;
	char reason[200];
	enum emulator_fault fault;
	bool faulted;
	size_t queued;
	int64_t now;
	struct emulator_refusal refusal;
};

static void
on_send(void *arg, const void *p, size_t n, bool text)
{
	struct client *c = arg;
	char why[100];

	c->pretty &= !text && n > 0 && ((const char *)p)[n - 1] == '\n';
	if (c->count < SENT_MAX) {
		c->at[c->count] = c->now;
		c->sent[c->count++] = json_parse(p, n, why, sizeof(why));
	}
}

static void
on_close(void *arg, int code, const char *reason)
{
	struct client *c = arg;

	c->code = code;
	snprintf(c->reason, sizeof(c->reason), "%s", reason);
}

static void
on_fault(void *arg, enum emulator_fault f, const void *p, int64_t n)
{
	struct client *c = arg;

	(void)p;
	(void)n;
	c->fault = f;
	c->faulted = true;
}

static size_t
on_queued(void *arg)
{
	struct client *c = arg;

	return c->queued;
}

static const struct emulator_ops ops = { on_send, on_close, on_fault,
	on_queued };

static bool
dial(struct client *c, const char *target)
{
	struct emulator_request q = { .target = target };

	c->pretty = true;
	c->conn = emulator_open(c->e, &q, &ops, c, c->now, &c->refusal);
	return c->conn != NULL;
}

static void
say(struct client *c, const char *message)
{
	emulator_message(c->conn, true, message, strlen(message), c->now);
}

/* Lets time pass, as a host would. */
static void
pass(struct client *c, int64_t ms)
{
	int64_t end = c->now + ms, at;

	while ((at = emulator_deadline(c->e)) >= 0 && at <= end) {
		if (at > c->now)
			c->now = at;
		emulator_tick(c->e, c->now);
	}
	c->now = end;
}

/* ms of a tone (loud) or silence at a rate, as one message. */
static void
speak(struct client *c, int ms, int rate, bool loud)
{
	size_t n = (size_t)rate * (size_t)ms / 1000, i;
	unsigned char *pcm = mem_alloc(2 * n);
	struct buf b;
	char *p;
	int v;

	for (i = 0; loud && i < n; i++) {
		v = (int)(8000 * sin((double)i * 0.2));
		pcm[2 * i] = (unsigned char)(v & 255);
		pcm[2 * i + 1] = (unsigned char)(v >> 8 & 255);
	}
	buf_init(&b, 64 << 20);
	buf_printf(&b, "{\"realtimeInput\":{\"audio\":{\"mimeType\":"
	    "\"audio/pcm;rate=%d\",\"data\":\"", rate);
	p = buf_room(&b, BASE64_LEN(2 * n));
	buf_added(&b, base64_encode(p, pcm, 2 * n));
	buf_str(&b, "\"}}}");
	say(c, b.data);
	buf_done(&b);
	free(pcm);
}

/* The next message sent that has the path; NULL at the end. */
static const struct json *
next(struct client *c, const char *path)
{
	const struct json *v;

	while (c->seen < c->count)
		if ((v = json_path(c->sent[c->seen++], path)))
			return v;
	return NULL;
}

static size_t
count(const struct client *c, const char *path)
{
	size_t i, n = 0;

	for (i = 0; i < c->count; i++)
		n += json_path(c->sent[i], path) != NULL;
	return n;
}

/* Samples of all audio sent. */
static size_t
samples(const struct client *c)
{
	const struct json *part;
	const char *data;
	size_t i, len, n = 0;
	unsigned char *pcm;

	for (i = 0; i < c->count; i++) {
		part = json_path(c->sent[i], "serverContent.modelTurn.parts");
		data = json_strn(json_path(json_at(part, 0), "inlineData.data"),
		    &len);
		if (!data)
			continue;
		pcm = mem_alloc(len);
		n += (size_t)base64_decode(pcm, data, len) / 2;
		free(pcm);
	}
	return n;
}

static void
hang_up(struct client *c)
{
	size_t i;

	if (c->conn)
		emulator_closed(c->conn, 1000, "", c->now);
	for (i = 0; i < c->count; i++)
		json_free(c->sent[i]);
	c->conn = NULL;
	c->count = c->seen = 0;
	c->code = 0;
	c->faulted = false;
}

static struct emulator *
fresh(const struct emulator_options *o, const char *rules)
{
	struct emulator *e = emulator_new(o, NULL, NULL);
	char why[200];

	if (rules && emulator_scenario(e, rules, strlen(rules), why,
	    sizeof(why)) != 0)
		printf("# %s\n", why);
	return e;
}

#define SETUP "{\"setup\":{\"model\":\"models/gemini-2.5-flash-native-audio-" \
	"latest\",\"generationConfig\":{\"responseModalities\":[\"AUDIO\"]}," \
	"\"inputAudioTranscription\":{},\"outputAudioTranscription\":{}," \
	"\"sessionResumption\":{}}}"

static void
test_turn(void)
{
	struct emulator_options o = { 0 };
	struct client c = { 0 };
	size_t i;

	c.e = fresh(&o, NULL);
	ok(dial(&c, gemini), "the upgrade is accepted");
	say(&c, SETUP);
	ok(json_size(next(&c, "setupComplete")) == 0 && c.count == 2,
	    "setupComplete is empty");
	ok(json_str(next(&c, "sessionResumptionUpdate.newHandle")),
	    "then comes a handle");
	speak(&c, 1200, 24000, true);
	is_int(count(&c, "serverContent"), 0, "no answer while one speaks");
	speak(&c, 900, 24000, false);
	is_str(json_str(next(&c, "serverContent.inputTranscription.text")),
	    "[1.2 s of speech]", "the transcript says what the ear knows");
	pass(&c, 5000);
	is_int(count(&c, "serverContent.generationComplete"), 1, "generated");
	is_int(count(&c, "serverContent.turnComplete"), 1, "complete");
	ok(samples(&c) >= 24000 * 12 / 10 && samples(&c) < 24000 * 14 / 10,
	    "the parrot says what it heard");
	for (i = 0; !json_path(c.sent[i], "serverContent.turnComplete"); i++)
		;
	ok(c.at[i] >= 1200 && c.at[i] < 1500, "complete once it was played");
	ok(json_get_int(json_get(c.sent[i], "usageMetadata"),
	    "responseTokenCount", 0) > 25, "with its tokens");
	ok(c.pretty, "all frames are binary and end with a newline");
	hang_up(&c);
	emulator_free(c.e);
}

static void
test_interrupt(void)
{
	struct emulator_options o = { .brain = EMULATOR_TONE,
	    .tone_ms = 10000 };
	struct client c = { 0 };

	c.e = fresh(&o, NULL);
	dial(&c, gemini);
	say(&c, SETUP);
	say(&c, "{\"realtimeInput\":{\"text\":\"sing\"}}");
	pass(&c, 1000);
	ok(samples(&c) > 24000 * 3 && samples(&c) < 24000 * 6,
	    "sound comes in bursts");
	speak(&c, 200, 16000, true);
	ok(next(&c, "serverContent.interrupted"), "speech interrupts");
	ok(next(&c, "serverContent.turnComplete"), "then the turn is over");
	is_int(count(&c, "serverContent.generationComplete"), 0,
	    "without generationComplete");
	hang_up(&c);
	emulator_free(c.e);
}

static void
refused(const char *target, const char *message, int code, const char *reason,
    const char *what)
{
	struct emulator_options o = { .strict_fields = true };
	struct client c = { 0 };

	c.e = fresh(&o, NULL);
	dial(&c, target);
	say(&c, SETUP);
	if (strncmp(message, "{\"setup\":{\"m", 12) != 0 || !*message) {
		say(&c, message);
	} else {
		hang_up(&c);
		dial(&c, target);
		say(&c, message);
	}
	is_int(c.code, code, what);
	ok(strstr(c.reason, reason), "with its reason");
	if (!strstr(c.reason, reason))
		printf("# %s\n", c.reason);
	hang_up(&c);
	emulator_free(c.e);
}

static void
test_strict(void)
{
	refused(gemini, SETUP, 0, "", "a good setup stands");
	refused(gemini, "{\"setup\":{}}", 1007, "", "a second setup");
	refused(gemini, "{\"setup\":{\"model\":\"models/none\"}}", 1008,
	    "models/none is not found for API version v1beta", "no model");
	refused(gemini, "{\"setup\":{\"model\":\"models/gemini-2.5-flash-"
	    "native-audio-latest\",\"colour\":1}}", 1007,
	    "Unknown name \"colour\" at 'setup': Cannot find field.",
	    "an unknown field");
	refused(gemini, "{\"hello\":1}", 1007, "Unknown name \"hello\"",
	    "an unknown message");
	refused(gemini, "[", 1007, "", "no JSON");
	refused(gemini, "{\"realtimeInput\":{\"activityStart\":{}}}", 1007,
	    "Request contains an invalid argument.",
	    "activity while detection is automatic");
}

static void
test_resume(void)
{
	struct emulator_options o = { .life_ms = 60000, .notice_ms = 10000,
	    .handle_ms = 100000 };
	struct client a = { 0 }, b = { 0 };
	char setup[400], handle[100];

	a.e = b.e = fresh(&o, NULL);
	dial(&a, gemini);
	say(&a, SETUP);
	say(&a, "{\"realtimeInput\":{\"text\":\"one\"}}");
	pass(&a, 30000);
	while (next(&a, "sessionResumptionUpdate.newHandle"))
		snprintf(handle, sizeof(handle), "%s", json_get_str(json_get(
		    a.sent[a.seen - 1], "sessionResumptionUpdate"),
		    "newHandle", ""));
	a.seen = 0;
	pass(&a, 25000);
	is_str(json_str(next(&a, "goAway.timeLeft")), "10s", "goAway in time");
	snprintf(setup, sizeof(setup), "{\"setup\":{\"model\":\"models/gemini-"
	    "2.5-flash-native-audio-latest\",\"sessionResumption\":{\"handle\":"
	    "\"%s\"}}}", handle);
	b.now = a.now;
	dial(&b, gemini);
	say(&b, setup);
	is_int(b.code, 1011, "two holders are one too many");
	hang_up(&b);
	pass(&a, 10000);
	is_int(a.code, 1011, "the connection ends");
	hang_up(&a);
	b.now = a.now;
	dial(&b, gemini);
	say(&b, setup);
	is_int(b.code, 0, "the handle brings it back");
	ok(next(&b, "sessionResumptionUpdate.newHandle"), "with a new handle");
	hang_up(&b);
	b.now += 100001;
	dial(&b, gemini);
	say(&b, setup);
	is_int(b.code, 1008, "not after its time");
	is_str(b.reason, "Requested entity was not found.", "in its words");
	hang_up(&b);
	emulator_free(a.e);
}

static void
test_vertex(void)
{
	struct emulator_options o = { .index_base = 1 };
	struct client c = { 0 };
	const char *last = NULL;

	c.e = fresh(&o, NULL);
	ok(dial(&c, vertex), "repeated slashes are one");
	say(&c, "{\"setup\":{\"model\":\"projects/p/locations/l/publishers/"
	    "google/models/gemini-live-2.5-flash-native-audio\","
	    "\"generationConfig\":{\"responseModalities\":[\"AUDIO\"]},"
	    "\"sessionResumption\":{\"transparent\":true}}}");
	is_int(strlen(json_get_str(next(&c, "setupComplete"), "sessionId",
	    "")), 36, "a session id");
	say(&c, "{\"clientContent\":{\"turns\":[{\"role\":\"user\",\"parts\":"
	    "[{\"text\":\"hello\"}]}],\"turnComplete\":true}}");
	pass(&c, 5000);
	ok(json_get(next(&c, "usageMetadata"), "candidatesTokenCount"),
	    "candidatesTokenCount");
	speak(&c, 40, 16000, false);
	speak(&c, 40, 16000, false);
	pass(&c, 5000);
	c.seen = 0;
	while (next(&c, "sessionResumptionUpdate.lastConsumedClientMessageIndex"
	    ))
		last = json_get_str(json_get(c.sent[c.seen - 1],
		    "sessionResumptionUpdate"),
		    "lastConsumedClientMessageIndex", NULL);
	is_str(last, "3", "the index of the last message, from 1");
	hang_up(&c);
	emulator_free(c.e);
}

static void
test_tools(void)
{
	struct emulator_options o = { 0 };
	struct client c = { 0 };
	char answer[300];
	const struct json *call;

	c.e = fresh(&o, "{\"on\":\"turn\",\"nth\":1,\"do\":\"call\",\"calls\":"
	    "[{\"name\":\"f\",\"args\":{\"a\":1},\"expect\":{\"r\":2}}],"
	    "\"count\":2}\n");
	dial(&c, gemini);
	say(&c, SETUP);
	say(&c, "{\"realtimeInput\":{\"text\":\"go\"}}");
	call = next(&c, "toolCall.functionCalls");
	is_int(json_size(call), 2, "two calls in one message");
	snprintf(answer, sizeof(answer), "{\"toolResponse\":{"
	    "\"functionResponses\":[{\"id\":\"%s\",\"name\":\"f\","
	    "\"response\":{\"r\":2}}]}}",
	    json_get_str(json_at(call, 0), "id", ""));
	say(&c, answer);
	say(&c, answer);
	pass(&c, 5000);
	is_int(count(&c, "serverContent.turnComplete"), 0,
	    "the turn waits for the other");
	is_int(emulator_failed(c.e), 0, "the answer was the expected one");
	speak(&c, 200, 16000, true);
	is_int(json_size(next(&c, "toolCallCancellation.ids")), 1,
	    "speech cancels what is open");
	ok(next(&c, "serverContent.interrupted"), "and interrupts");
	hang_up(&c);
	emulator_free(c.e);
}

static void
test_faults(void)
{
	struct emulator_options o = { .brain = EMULATOR_TONE };
	struct client c = { 0 };

	c.e = fresh(&o,
	    "{\"on\":\"upgrade\",\"conn\":1,\"do\":\"refuse\",\"status\":503,"
	    "\"body\":\"no\"}\n"
	    "{\"on\":\"setup\",\"conn\":2,\"do\":\"close\",\"code\":1011}\n"
	    "{\"on\":\"chunk\",\"conn\":3,\"nth\":2,\"do\":\"drop\"}\n"
	    "{\"on\":\"ready\",\"conn\":4,\"after\":100,\"do\":\"go_away\","
	    "\"ms\":500}\n");
	ok(!dial(&c, gemini) && c.refusal.status == 503, "refused");
	is_str(c.refusal.body, "no", "with that body");
	dial(&c, gemini);
	say(&c, SETUP);
	ok(c.code == 1011 && c.count == 0, "closed in place of setupComplete");
	hang_up(&c);
	dial(&c, gemini);
	say(&c, SETUP);
	say(&c, "{\"realtimeInput\":{\"text\":\"go\"}}");
	pass(&c, 5000);
	ok(c.faulted && c.fault == EMULATOR_DROP, "dropped");
	is_int(samples(&c), 4800 + 5760, "after two chunks");
	hang_up(&c);
	dial(&c, gemini);
	say(&c, SETUP);
	pass(&c, 400);
	is_str(json_str(next(&c, "goAway.timeLeft")), "0.5s", "goAway");
	pass(&c, 300);
	is_int(c.code, 1011, "and the end");
	hang_up(&c);
	emulator_free(c.e);
}

static void
test_room(void)
{
	struct emulator_options o = { .brain = EMULATOR_TONE, .burst = -1,
	    .tone_ms = 3600000 };
	struct client c = { 0 };
	size_t before;

	c.e = fresh(&o, NULL);
	dial(&c, gemini);
	say(&c, SETUP);
	c.queued = 1 << 20;
	say(&c, "{\"realtimeInput\":{\"text\":\"go\"}}");
	before = samples(&c);
	pass(&c, 10000);
	is_int(before, 0, "a full queue holds the model");
	is_int(samples(&c), 0, "as long as it is full");
	c.queued = 0;
	emulator_room(c.conn, c.now);
	ok(samples(&c) > 0, "room lets it go on");
	hang_up(&c);
	emulator_free(c.e);
}

int
main(void)
{
	test_turn();
	test_interrupt();
	test_strict();
	test_resume();
	test_vertex();
	test_tools();
	test_faults();
	test_room();
	return tap_done();
}
