/*
 * Whether an update keeps what it promises: a client with transparent
 * resumption, cut at random for twenty minutes of virtual time, sends again
 * what comes after the last index, and nothing else.  In the end the service must
 * have each message once, in order: speech, silence, text.
 */
#include <stdlib.h>

#include "../../tap.h"
#include "base/base64.h"
#include "base/buf.h"
#include "emulator/emulator.h"
#include "base/json.h"
#include "base/mem.h"
#include "emulator/scenario.h"

enum { MESSAGES = 60000, CHUNK_MS = 20, SAMPLES = 320, DIGITS = 5 };

struct client {
	struct emulator *e;
	struct emulator_conn *conn;
	int base;
	uint64_t random;
	int64_t now;
	bool ready;
	char handle[100];
	int first;		/* number of the message after setup */
	int kept;		/* the oldest that the handle does not have */
	int next;		/* to be sent */
	int made;		/* the newest there is */
	int *got;		/* the service's, by of_talk */
	int count, place;
	struct turn {
		int place, ms;
	} *turns;
	int turn_count;
	int cuts, repeats;
};

static void
on_send(void *arg, const void *p, size_t n, bool text)
{
	struct client *c = arg;
	char why[100];
	struct json *m = json_parse(p, n, why, sizeof(why));
	const struct json *u = json_get(m, "sessionResumptionUpdate");
	int64_t index = json_get_int(u, "lastConsumedClientMessageIndex", 0);

	(void)text;
	if (json_get(m, "setupComplete"))
		c->ready = true;
	/* a zero is left out: with base 0 one message more may be in it */
	if (json_true(json_get(u, "resumable"))) {
		snprintf(c->handle, sizeof(c->handle), "%s",
		    json_get_str(u, "newHandle", ""));
		c->kept = c->first + (int)index - c->base + 1;
		if (index == 0)
			c->kept = c->first;
	}
	json_free(m);
}

static void
on_close(void *arg, int code, const char *reason)
{
	(void)arg;
	printf("# closed: %d %s\n", code, reason);
}

static const struct emulator_ops ops = { .send = on_send, .close = on_close };

static void
line(void *arg, const char *p, size_t n)
{
	struct client *c = arg;
	char why[100];
	struct json *j = json_parse(p, n, why, sizeof(why));
	const char *type = json_get_str(j, "type", "");
	const char *text = json_str(json_path(j, "message.realtimeInput.text"));

	if (strcmp(type, "resumed") == 0) {
		c->count = (int)json_get_int(j, "received", 0);
		while (c->turn_count > 0 &&
		    c->turns[c->turn_count - 1].place >= c->count)
			c->turn_count--;
	}
	if (strcmp(type, "turn") == 0 && c->turn_count < MESSAGES) {
		c->turns[c->turn_count].place = c->place;
		c->turns[c->turn_count++].ms =
		    (int)json_get_int(j, "ms", -1);
	}
	if (strcmp(type, "received") == 0 && json_get(j, "of_talk")) {
		c->place = (int)json_get_int(j, "of_talk", 0) - 1;
		if (c->place >= 0 && c->place < MESSAGES) {
			c->count = c->place + 1;
			c->got[c->place] = text ? (int)strtol(text, NULL, 10) :
			    -1;
		}
	}
	json_free(j);
}

/* The number is in the first samples, four bits in each: no sound. */
static void
heard(void *arg, unsigned talk, int rate, const void *pcm, size_t n)
{
	struct client *c = arg;
	const unsigned char *p = pcm;
	int i, v = 0;

	(void)talk;
	(void)rate;
	for (i = 0; i < DIGITS && n >= 2 * DIGITS; i++)
		v |= p[2 * i] << 4 * i;
	if (c->place >= 0 && c->place < MESSAGES)
		c->got[c->place] = v;
}

/* Message i: now and then a text, else 20 ms of sound, two seconds of speech
 * and three of silence in turn. */
static void
send(struct client *c, int i)
{
	bool loud = i % 250 < 100;
	unsigned char pcm[2 * SAMPLES] = { 0 };
	struct buf b;
	char *p;
	int k;

	buf_init(&b, 1 << 20);
	if (i % 997 == 0) {
		buf_printf(&b, "{\"realtimeInput\":{\"text\":\"%d\"}}", i);
	} else {
		for (k = DIGITS; loud && k < SAMPLES; k++)
			pcm[2 * k + 1] = k / 20 % 2 ? 0x20 : 0xe0;
		for (k = 0; k < DIGITS; k++)
			pcm[2 * k] = (unsigned char)(i >> 4 * k & 15);
		buf_str(&b, "{\"realtimeInput\":{\"audio\":{\"mimeType\":"
		    "\"audio/pcm;rate=16000\",\"data\":\"");
		p = buf_room(&b, BASE64_LEN(sizeof(pcm)));
		buf_added(&b, base64_encode(p, pcm, sizeof(pcm)));
		buf_str(&b, "\"}}}");
	}
	emulator_message(c->conn, true, b.data, b.len, c->now);
	buf_done(&b);
}

static void
dial(struct client *c)
{
	struct emulator_request q = { .target = "/ws/google.cloud.aiplatform."
	    "v1beta1.LlmBidiService/BidiGenerateContent" };
	struct emulator_refusal r;
	char setup[500];

	c->conn = emulator_open(c->e, &q, &ops, c, c->now, &r);
	snprintf(setup, sizeof(setup), "{\"setup\":{\"model\":\"publishers/"
	    "google/models/gemini-live-2.5-flash-native-audio\","
	    "\"sessionResumption\":{\"transparent\":true%s%s%s}}}",
	    *c->handle ? ",\"handle\":\"" : "", c->handle,
	    *c->handle ? "\"" : "");
	c->repeats += c->next - c->kept;
	c->next = c->first = c->kept;
	c->ready = false;
	emulator_message(c->conn, true, setup, strlen(setup), c->now);
}

static void
cut(struct client *c)
{
	c->cuts++;
	emulator_closed(c->conn, 1006, "", c->now);
	c->conn = NULL;
	dial(c);
}

static void
run(int base)
{
	struct emulator_options o = { .context_tokens = 1 << 30,
	    .index_base = base, .brain =
	    EMULATOR_PARROT, .handle_ms = 60000 };
	struct emulator_watch w = { .line = line, .heard = heard };
	struct client c = { .base = base, .random = 5, .place = -1 };
	int64_t at;
	int i, wrong = 0, speech = 0, text = 0;

	c.turns = mem_alloc(MESSAGES * sizeof(*c.turns));
	c.got = mem_alloc(MESSAGES * sizeof(*c.got));
	c.e = emulator_new(&o, &w, &c);
	dial(&c);
	while (c.made < MESSAGES) {
		c.now += CHUNK_MS;
		while ((at = emulator_deadline(c.e)) >= 0 && at <= c.now)
			emulator_tick(c.e, c.now);
		c.made++;
		while (c.ready && c.next < c.made)
			send(&c, c.next++);
		if (scenario_random(&c.random) % 1000 == 0)
			cut(&c);
	}
	for (i = 0; i < MESSAGES && wrong < 5; i++)
		if (c.got[i] != i && ++wrong)
			printf("# message %d: %d\n", i, c.got[i]);
	for (i = 0; i < c.turn_count; i++) {
		text += c.turns[i].ms < 0;
		speech += c.turns[i].ms >= 1950 && c.turns[i].ms <= 2050;
	}
	is_int(text, (MESSAGES + 996) / 997, "each text is a turn, once");
	is_int(speech, MESSAGES / 250, "each speech, whole");
	is_int(c.turn_count, text + speech, "and nothing else");
	is_int(c.count, MESSAGES, "nothing lost, nothing twice");
	is_int(wrong, 0, "in order");
	printf("# base %d: %d cuts, %d of %d messages sent again\n", base,
	    c.cuts, c.repeats, MESSAGES);
	ok(c.cuts > 40, "over many cuts");
	emulator_closed(c.conn, 1000, "", c.now);
	emulator_free(c.e);
	free(c.got);
	free(c.turns);
}

int
main(void)
{
	run(0);
	run(1);
	return tap_done();
}
