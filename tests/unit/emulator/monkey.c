/*
 * The emulator's core under clients that do anything at any time, with rules
 * that do as well: nothing may crash or leak, nothing is said on a connection
 * that is closed, and the order of what is said is the service's.  The same
 * numbers each time.
 */
#include <stdlib.h>

#include "../../tap.h"
#include "base/base64.h"
#include "base/buf.h"
#include "emulator/emulator.h"
#include "base/json.h"
#include "base/mem.h"
#include "emulator/scenario.h"
#include "stream/stream.h"

enum { CLIENTS = 4, ROUNDS = 1500, STEPS = 60, PCM = 4800 };

struct client {
	struct monkey *m;
	struct emulator_conn *conn;
	bool vertex;
	bool over;		/* closed or cut by the emulator */
	bool ready;
	bool generated;		/* in this turn */
	bool called;
	bool cut;		/* interrupted, turnComplete not yet */
	size_t queued;
};

struct monkey {
	struct emulator *e;
	struct client client[CLIENTS];
	uint64_t random;
	int64_t now;
	char handle[100];
	char call[100];
	unsigned talk;
	struct stream_reader *reader;
	int wrong;
	const char *what;
};

static uint32_t
chance(struct monkey *m, uint32_t below)
{
	return (uint32_t)(scenario_random(&m->random) >> 33) % below;
}

static void
wrong(struct client *c, const char *what)
{
	c->m->wrong++;
	c->m->what = what;
}

static void
check_content(struct client *c, const struct json *s)
{
	bool output = json_get(s, "modelTurn");

	if (c->cut && (output || json_get(s, "generationComplete")))
		wrong(c, "output between interrupted and turnComplete");
	if (output && c->generated && !c->called)
		wrong(c, "output after generationComplete");
	if (json_get(s, "generationComplete")) {
		if (c->generated && !c->called)
			wrong(c, "generationComplete twice");
		c->generated = true;
	}
	if (json_get(s, "interrupted"))
		c->cut = true;
	if (json_get(s, "turnComplete"))
		c->cut = c->generated = c->called = false;
}

static void
on_send(void *arg, const void *p, size_t n, bool text)
{
	struct client *c = arg;
	char why[100];
	struct json *m = json_parse(p, n, why, sizeof(why)), *v;

	(void)text;
	if (c->over)
		wrong(c, "a word after the end");
	if (!m)
		wrong(c, "no JSON");
	if (json_get(m, "setupComplete"))
		c->ready = true;
	else if (!c->ready)
		wrong(c, "a word before setupComplete");
	if ((v = json_path(m, "sessionResumptionUpdate.newHandle")))
		snprintf(c->m->handle, sizeof(c->m->handle), "%s", json_str(v));
	if ((v = json_path(m, "toolCall.functionCalls"))) {
		c->called = true;
		snprintf(c->m->call, sizeof(c->m->call), "%s",
		    json_get_str(json_at(v, 0), "id", ""));
	}
	check_content(c, json_get(m, "serverContent"));
	json_free(m);
}

static void
on_close(void *arg, int code, const char *reason)
{
	struct client *c = arg;

	(void)code;
	(void)reason;
	if (c->over)
		wrong(c, "closed twice");
	c->over = true;
}

static void
on_fault(void *arg, enum emulator_fault f, const void *p, int64_t n)
{
	struct client *c = arg;

	(void)p;
	(void)n;
	if (f <= EMULATOR_HALF_OPEN)
		c->over = true;
}

static size_t
on_queued(void *arg)
{
	struct client *c = arg;

	return c->queued;
}

static const struct emulator_ops ops = { on_send, on_close, on_fault,
	on_queued };

static void
brain(void *arg, unsigned talk, const char *head, size_t hn, const void *p,
    size_t pn)
{
	struct monkey *m = arg;
	struct record r;

	m->talk = talk;
	stream_feed(m->reader, head, hn);
	stream_feed(m->reader, p, pn);
	if (stream_next(m->reader, &r) != STREAM_RECORD)
		m->wrong++, m->what = "no record for the brain";
}

static void
line(void *arg, const char *p, size_t n)
{
	struct monkey *m = arg;
	char why[100];
	struct json *j = json_parse(p, n, why, sizeof(why));

	if (!j)
		m->wrong++, m->what = "a log line that is none";
	json_free(j);
}

static const char *const rules[] = {
	"\"on\":\"turn\",\"do\":\"call\",\"calls\":[{\"name\":\"f\"}],\"p\":0.3",
	"\"on\":\"call\",\"do\":\"cancel\",\"p\":0.3",
	"\"on\":\"turn\",\"do\":\"say\",\"text\":\"well\",\"p\":0.2",
	"\"on\":\"turn\",\"do\":\"silent\",\"after\":[0,500],\"p\":0.2",
	"\"on\":\"chunk\",\"do\":\"interrupt\",\"p\":0.05",
	"\"on\":\"chunk\",\"do\":\"close\",\"p\":0.02",
	"\"on\":\"chunk\",\"do\":\"drop\",\"p\":0.02",
	"\"on\":\"message\",\"do\":\"parrot\",\"p\":0.05",
	"\"on\":\"message\",\"do\":\"half_open\",\"p\":0.01",
	"\"on\":\"message\",\"do\":\"stall\",\"ms\":10,\"p\":0.05",
	"\"on\":\"ready\",\"do\":\"go_away\",\"ms\":300,\"after\":[0,3000],\"p\":0.3",
	"\"on\":\"resumed\",\"do\":\"repeat\"",
	"\"on\":\"resumed\",\"do\":\"deaf\",\"p\":0.1",
	"\"on\":\"response\",\"do\":\"tone\",\"ms\":300,\"p\":0.3",
	"\"on\":\"interrupted\",\"do\":\"invalidate\",\"p\":0.1",
	"\"on\":\"complete\",\"do\":\"say\",\"text\":\"more\",\"p\":0.1",
	"\"on\":\"setup\",\"do\":\"reset\",\"p\":0.05",
	"\"on\":\"upgrade\",\"do\":\"refuse\",\"status\":503,\"p\":0.05",
	"\"on\":\"go_away\",\"do\":\"send\",\"message\":{\"new\":1}",
	"\"on\":\"generated\",\"do\":\"call\",\"calls\":[{\"name\":\"f\"}],\"p\":0.1"
};

static void
add_rules(struct monkey *m)
{
	char text[300], why[200];
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (chance(m, 3))
			continue;
		snprintf(text, sizeof(text), "{%s}", rules[i]);
		if (emulator_scenario(m->e, text, strlen(text), why,
		    sizeof(why)) != 0)
			printf("# %s: %s\n", text, why);
	}
}

static void
dial(struct monkey *m, struct client *c)
{
	static const char *const paths[] = {
		"/ws/google.ai.generativelanguage.v1beta.GenerativeService."
		"BidiGenerateContent", "/ws/google.cloud.aiplatform.v1."
		"LlmBidiService/BidiGenerateContent" };
	struct emulator_request q = { 0 };
	struct emulator_refusal r;

	c->m = m;
	c->vertex = chance(m, 3) == 0;
	q.target = paths[c->vertex];
	c->over = c->ready = c->generated = c->called = c->cut = false;
	c->queued = 0;
	c->conn = emulator_open(m->e, &q, &ops, c, m->now, &r);
}

static const char *const models[] = {
	"models/gemini-3.8-live", "models/gemini-2.5-flash-native-audio-latest",
	"models/gemini-live-2.5-flash-preview",
	"models/gemini-3.8-live-extended-thinking"
};

static const char *const extras[] = { "", ",\"realtimeInputConfig\":{"
	"\"automaticActivityDetection\":{\"disabled\":true}}",
	",\"realtimeInputConfig\":{\"activityHandling\":\"NO_INTERRUPTION\"}",
	",\"inputAudioTranscription\":{},\"outputAudioTranscription\":{}",
	",\"contextWindowCompression\":{\"slidingWindow\":{}}" };

static void
setup(struct monkey *m, struct buf *b, bool vertex)
{
	buf_str(b, "{\"setup\":{\"model\":\"");
	buf_str(b, vertex ? "publishers/google/models/gemini-live-2.5-flash-"
	    "native-audio" : models[chance(m, 4)]);
	buf_printf(b, "\",\"tools\":[{\"functionDeclarations\":[{\"name\":"
	    "\"f\"}]}],\"sessionResumption\":{%s", vertex && chance(m, 2) ?
	    "\"transparent\":true" : "");
	if (*m->handle && chance(m, 2))
		buf_printf(b, "%s\"handle\":\"%s\"",
		    b->data[b->len - 1] == '{' ? "" : ",", m->handle);
	buf_printf(b, "}%s}}", extras[chance(m, 5)]);
}

static void
audio(struct monkey *m, struct buf *b)
{
	static const int rate_list[] = { 8000, 16000, 24000, 44100 };
	unsigned char pcm[2 * PCM];
	size_t n = chance(m, PCM), i;
	bool loud = chance(m, 2);
	char *p;

	for (i = 0; i < n; i++) {
		pcm[2 * i] = 0;
		pcm[2 * i + 1] = loud ? i / 20 % 2 ? 0x20 : 0xe0 : 0;
	}
	buf_printf(b, "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;"
	    "rate=%d\",\"data\":\"", rate_list[chance(m, 4)]);
	p = buf_room(b, BASE64_LEN(2 * n));
	buf_added(b, base64_encode(p, pcm, 2 * n));
	buf_str(b, "\"}}}");
}

static void
message(struct monkey *m, struct client *c)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	if (!c->ready && chance(m, 20)) {
		setup(m, &b, c->vertex);
	} else switch (chance(m, 12)) {
	case 0: buf_str(&b, "{\"realtimeInput\":{\"text\":\"hello\"}}"); break;
	case 1: buf_str(&b, "{\"clientContent\":{\"turns\":[{\"role\":\"user\","
	    "\"parts\":[{\"text\":\"a\"},{\"text\":\"b\"}]}],\"turnComplete\":"
	    "true}}"); break;
	case 2: buf_str(&b, "{\"clientContent\":{\"turnComplete\":true}}");
		break;
	case 3: buf_printf(&b, "{\"toolResponse\":{\"functionResponses\":[{"
	    "\"id\":\"%s\",\"name\":\"f\",\"response\":{\"a\":1}}]}}", m->call);
		break;
	case 4: buf_str(&b, chance(m, 3) ? "{\"realtimeInput\":{}}" :
	    "{\"realtimeInput\":{\"activityStart\":{}}}"); break;
	case 5: buf_str(&b, chance(m, 3) ? "{\"realtimeInput\":{}}" :
	    "{\"realtimeInput\":{\"activityEnd\":{}}}"); break;
	case 6: buf_str(&b, chance(m, 3) ? "{\"realtimeInput\":{}}" :
	    "{\"realtimeInput\":{\"audioStreamEnd\":true}}"); break;
	default: audio(m, &b);
	}
	emulator_message(c->conn, true, b.data, b.len, m->now);
	buf_done(&b);
}

/* A record from the brain's program. */
static void
think(struct monkey *m)
{
	static const char *const heads[] = { "{\"type\":\"audio\",\"rate\":"
	    "16000,\"bytes\":4}\nabcd", "{\"type\":\"transcript\",\"role\":"
	    "\"model\",\"text\":\"yes\"}\n", "{\"type\":\"turn_complete\"}\n",
	    "{\"type\":\"tool_call\",\"name\":\"f\",\"args\":{}}\n",
	    "{\"type\":\"interrupted\"}\n", "{\"type\":\"unknown\"}\n" };
	struct stream_reader *r = stream_reader_new();
	const char *head = heads[chance(m, 6)];
	struct record rec;

	stream_feed(r, head, strlen(head));
	if (stream_next(r, &rec) == STREAM_RECORD)
		emulator_brain_record(m->e, m->talk, chance(m, 20) ? &rec :
		    NULL, m->now);
	stream_reader_free(r);
}

static void
step(struct monkey *m)
{
	struct client *c = &m->client[chance(m, CLIENTS)];
	int64_t at;

	switch (chance(m, 10)) {
	case 0:
	case 1:
		m->now += chance(m, 1000);
		while ((at = emulator_deadline(m->e)) >= 0 && at <= m->now)
			emulator_tick(m->e, m->now);
		break;
	case 2:
		c->queued = chance(m, 2) ? 1 << 20 : 0;
		if (c->conn && c->queued == 0)
			emulator_room(c->conn, m->now);
		break;
	case 3:
		think(m);
		break;
	case 4:
		if (!c->conn || chance(m, 3))
			break;
		emulator_closed(c->conn, 1000, "", m->now);
		c->conn = NULL;
		break;
	default:
		if (!c->conn)
			dial(m, c);
		else
			message(m, c);
	}
}

static void
play(struct monkey *m, uint64_t seed)
{
	struct emulator_options o = { .seed = seed };
	struct emulator_watch w = { .line = line, .brain = brain };
	int i;

	*m = (struct monkey){ .random = seed };
	o.brain = (enum emulator_brain)chance(m, 3);
	o.burst = chance(m, 3) ? 0 : -1;
	o.life_ms = chance(m, 3) ? 0 : 5000;
	o.notice_ms = 1000;
	o.think_ms = chance(m, 300);
	o.context_tokens = chance(m, 5) ? 0 : 200;
	o.capacity = chance(m, 5) ? 0 : 3;
	m->reader = stream_reader_new();
	m->e = emulator_new(&o, &w, m);
	add_rules(m);
	for (i = 0; i < STEPS; i++)
		step(m);
	for (i = 0; i < CLIENTS; i++)
		if (m->client[i].conn)
			emulator_closed(m->client[i].conn, 1006, "", m->now);
	if (emulator_count(m->e) != 0)
		m->wrong++, m->what = "connections are left";
	emulator_free(m->e);
	stream_reader_free(m->reader);
}

int
main(int argc, char *argv[])
{
	uint64_t seed, first = 1, last = ROUNDS;
	struct monkey m;
	int wrongs = 0;

	if (argc > 1)
		first = last = strtoull(argv[1], NULL, 10);
	if (argc > 2)
		last = strtoull(argv[2], NULL, 10);
	for (seed = first; seed <= last; seed++) {
		play(&m, seed);
		if (m.wrong && ++wrongs < 10)
			printf("# seed %llu: %s\n", (unsigned long long)seed,
			    m.what);
	}
	is_int(wrongs, 0, "order, silence after the end, nothing left");
	return tap_done();
}
