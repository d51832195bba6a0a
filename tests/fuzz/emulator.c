/*
 * The emulator's core by lines: what clients and its brain say, rules, time.
 * Nothing is said on a connection that is over, and no rule runs for ever.  The
 * first byte is the brain and the kinds of connection.  Lines:
 *
 *	0{...} or 1{...}	a message of that client, which is opened
 *	{...}			a rule of the scenario
 *	tN	N ms pass	cN	that client is gone
 *	b{...}	a record of the brain
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "emulator/emulator.h"
#include "stream/stream.h"

enum { CLIENTS = 2, ROUNDS = 20000 };

struct client {
	struct emulator_conn *conn;
	bool over;
};

struct desk {
	struct emulator *e;
	struct client client[CLIENTS];
	bool vertex;
	unsigned talk;
	int64_t now;
};

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
on_send(void *arg, const void *p, size_t n, bool text)
{
	struct client *c = arg;
	struct json *j = json_parse(p, n, NULL, 0);

	(void)text;
	assert(!c->over);
	assert(j != NULL);
	json_free(j);
}

/* A rule may send what is not a message. */
static void
on_send_any(void *arg, const void *p, size_t n, bool text)
{
	struct client *c = arg;

	(void)p;
	(void)n;
	(void)text;
	assert(!c->over);
}

static void
on_close(void *arg, int code, const char *reason)
{
	struct client *c = arg;

	(void)code;
	assert(!c->over && reason != NULL);
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

static void
brain(void *arg, unsigned talk, const char *head, size_t hn, const void *p,
    size_t pn)
{
	struct desk *d = arg;

	(void)head;
	(void)hn;
	(void)p;
	(void)pn;
	d->talk = talk;
}

static void
dial(struct desk *d, struct client *c, bool rules)
{
	static const struct emulator_ops ops = { on_send, on_close, on_fault,
		NULL };
	static const struct emulator_ops any = { on_send_any, on_close,
		on_fault, NULL };
	struct emulator_request q = { .target = d->vertex ?
	    "/ws/google.cloud.aiplatform.v1.LlmBidiService/BidiGenerateContent"
	    : "/ws/google.ai.generativelanguage.v1beta.GenerativeService."
	    "BidiGenerateContent" };
	struct emulator_refusal r;

	c->over = false;
	c->conn = emulator_open(d->e, &q, rules ? &any : &ops, c, d->now, &r);
}

static void
pass(struct desk *d, int64_t ms)
{
	int64_t until = d->now + ms, at;
	int round;

	for (round = 0; (at = emulator_deadline(d->e)) >= 0 && at <= until;
	    round++) {
		assert(round < ROUNDS);
		if (at > d->now)
			d->now = at;
		emulator_tick(d->e, d->now);
	}
	d->now = until;
}

static void
think(struct desk *d, const char *line)
{
	struct stream_reader *r = stream_reader_new();
	struct record rec;

	stream_feed(r, line, strlen(line));
	stream_feed(r, "\n", 1);
	if (stream_next(r, &rec) == STREAM_RECORD)
		emulator_brain_record(d->e, d->talk, &rec, d->now);
	stream_reader_free(r);
}

static void
gone(struct desk *d, struct client *c)
{
	if (c->conn != NULL)
		emulator_closed(c->conn, 1000, "", d->now);
	c->conn = NULL;
}

static void
step(struct desk *d, const char *line, bool *rules)
{
	struct client *c = &d->client[line[0] & 1];
	char why[200];

	switch (line[0]) {
	case '0':
	case '1':
		if (c->over)
			gone(d, c);
		if (c->conn == NULL)
			dial(d, c, *rules);
		if (c->conn != NULL)
			emulator_message(c->conn, true, line + 1,
			    strlen(line + 1), d->now);
		break;
	case '{':
		*rules = true;
		if (emulator_scenario(d->e, line, strlen(line), why,
		    sizeof(why)) == -1)
			assert(why[0] != '\0');
		break;
	case 't': pass(d, atoi(line + 1) & 0xffff); break;
	case 'c': gone(d, &d->client[atoi(line + 1) & 1]); break;
	case 'b': think(d, line + 1); break;
	default: break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct emulator_options o = { .seed = 1, .life_ms = 20000,
		.notice_ms = 1000 };
	struct emulator_watch w = { .brain = brain };
	struct desk d = { 0 };
	bool rules = false;
	char *line;
	size_t k, i;

	if (n == 0)
		return 0;
	o.brain = (enum emulator_brain)(p[0] % 3);
	o.strict_fields = p[0] & 4;
	o.context_tokens = p[0] & 8 ? 200 : 0;
	o.burst = p[0] & 16 ? -1 : 0;
	d.vertex = p[0] & 32;
	d.e = emulator_new(&o, &w, &d);
	for (p++, n--; n > 0; p += k, n -= k) {
		const uint8_t *nl = memchr(p, '\n', n);

		k = nl != NULL ? (size_t)(nl - p) + 1 : n;
		line = mem_copy((const char *)p, nl != NULL ? k - 1 : k);
		step(&d, line, &rules);
		free(line);
	}
	pass(&d, 30000);
	for (i = 0; i < CLIENTS; i++)
		gone(&d, &d.client[i]);
	assert(emulator_count(d.e) == 0);
	emulator_free(d.e);
	return 0;
}
