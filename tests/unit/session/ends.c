/*
 * Every way in which a conversation ends: each state, each cause, and then a
 * service that says nothing more, and one that answers whatever it is asked.
 * 0 stands only where every question had an answer, or the user asked to stop.
 * The table is kept in tests/data/ends.txt; -p prints it anew.
 */
#define _GNU_SOURCE	/* memmem */
#include <stdlib.h>

#include "../../desk.h"
#include "../../messages.h"
#include "../../tap.h"

#define ANSWER "{\"type\":\"tool_response\",\"id\":\"c1\"," \
	"\"name\":\"clock\",\"response\":{\"now\":12}}"
#define TABLE "tests/data/ends.txt"

static void
ask(struct desk *d)
{
	desk_gives(d, "{\"type\":\"text\",\"text\":\"why?\"}");
}

static void
dialling(struct desk *d)
{
	ask(d);
}

static void
setup(struct desk *d)
{
	desk_open(d, 0);
	ask(d);
}

static void
live(struct desk *d)
{
	desk_live(d, 0);
}

static void
asked(struct desk *d)
{
	desk_live(d, 0);
	ask(d);
	desk_wait(d, 500);
}

static void
spoken(struct desk *d)
{
	desk_live(d, 0);
	desk_sound(d, 1000, 9000, 0);
	desk_wait(d, 500);
}

static void
faint(struct desk *d)
{
	desk_live(d, 0);
	desk_sound(d, 1000, 92, 0);
	desk_wait(d, 500);
}

static void
answering(struct desk *d)
{
	asked(d);
	desk_says(d, 0, AUDIO);
	desk_wait(d, 500);
}

static void
calling(struct desk *d)
{
	asked(d);
	desk_says(d, 0, CALL("c1"));
}

static void
called(struct desk *d)
{
	calling(d);
	desk_gives(d, ANSWER);
}

static void
answered(struct desk *d)
{
	answering(d);
	desk_says(d, 0, SAYS("aye"));
	desk_says(d, 0, COMPLETE);
	desk_handle(d, 0, "H1");
	desk_wait(d, 20000);
}

static void
again(struct desk *d)
{
	answered(d);
	ask(d);
	desk_wait(d, 500);
}

static void
spoken_again(struct desk *d)
{
	answered(d);
	desk_sound(d, 1000, 9000, 0);
	desk_wait(d, 500);
}

static void
away(struct desk *d)
{
	again(d);
	desk_says(d, 0, "{\"goAway\":{\"timeLeft\":\"10s\"}}");
}

static void
waiting(struct desk *d)
{
	again(d);
	desk_closes(d, 0, 1006, "");
	desk_open(d, 0);
	desk_closes(d, 0, 1011, "Internal error encountered.");
}

static const struct state {
	const char *name;
	void (*reach)(struct desk *);
	bool open;		/* a question has no answer yet */
} states[] = {
	{ "dialling, asked", dialling, true },
	{ "setup sent, asked", setup, true },
	{ "nothing asked", live, false },
	{ "asked", asked, true },
	{ "asked by voice", spoken, true },
	{ "a faint voice", faint, true },
	{ "answering", answering, true },
	{ "a tool is called", calling, true },
	{ "the tool has answered", called, true },
	{ "answered", answered, false },
	{ "asked again", again, true },
	{ "asked again by voice", spoken_again, true },
	{ "asked, goAway", away, true },
	{ "asked, reconnecting", waiting, true },
};

/* A cause is a letter for its kind and what goes with it. */
static const struct cause {
	char kind;
	int code;
	const char *text;
} causes[] = {
	{ 'n', 0, "" },
	{ 'c', 1000, "" }, { 'c', 1001, "" }, { 'c', 1002, "" },
	{ 'c', 1006, "" },
	{ 'c', 1007, "Request contains an invalid argument." },
	{ 'c', 1007, "API key expired. Please renew the API key." },
	{ 'c', 1008, "Requested entity was not found." },
	{ 'c', 1008, "Operation is not implemented, or supported" },
	{ 'c', 1011, "Internal error encountered." },
	{ 'c', 1011, "You exceeded your current quota" },
	{ 'c', 1013, "" },
	{ 'r', 401, "" }, { 'r', 403, "" }, { 'r', 404, "" },
	{ 'r', 429, "" }, { 'r', 503, "" },
	{ 'd', CODE_UNAVAILABLE, "Connection refused" },
	{ 'd', CODE_REFUSED, "no token" },
	{ 'd', CODE_TEMPFAIL, "no token within 30 s" },
	{ 'm', 0, "{" }, { 'm', 0, COMPLETE },
	{ 'm', 0, "{\"serverContent\":{\"turnComplete\":true,"
	    "\"turnCompleteReason\":\"RESPONSE_REJECTED\"}}" },
	{ 'm', 0, "{\"serverContent\":{\"turnComplete\":true,"
	    "\"turnCompleteReason\":\"PROHIBITED_INPUT_CONTENT\"}}" },
	{ 'm', 0, "{\"serverContent\":{\"interrupted\":true}}" },
	{ 'm', 0, "{\"goAway\":{\"timeLeft\":\"1s\"}}" },
	{ 'e', 403, "{\"error\":{\"code\":403,\"message\":\"not for you\","
	    "\"status\":\"PERMISSION_DENIED\"}}" },
	{ 'b', 0, "an input was cut short" },
	{ 'x', 0, "a record that is none" },
	{ 't', 0, "--max-time" }, { 's', 130, "signal" },
	{ 'o', 0, "the reader left" },
};

static void
strike_conn(struct desk *d, const struct cause *c, int i)
{
	if (c->kind == 'c')
		desk_closes(d, i, c->code, c->text);
	else if ((c->kind == 'm' || c->kind == 'e') && !d->calling[i])
		desk_says(d, i, c->text);
	if (c->kind == 'e' && d->held[i])
		desk_closes(d, i, 1006, "");
	if (c->kind != 'r' && c->kind != 'd')
		return;
	if (!d->calling[i])
		desk_closes(d, i, 1006, "");
	for (i = 0; i < 2; i++)
		if (d->calling[i]) {
			d->held[i] = d->calling[i] = false;
			session_refused(d->s, d->now, i, c->kind == 'r' ?
			    c->code : 0, "", 0, c->kind == 'd' ? c->code : 0,
			    c->kind == 'r' ? "HTTP status" : c->text);
		}
}

static void
strike(struct desk *d, const struct cause *c)
{
	int i;

	for (i = 0; i < 2; i++)
		if (d->held[i])
			strike_conn(d, c, i);
	switch (c->kind) {
	case 'b': session_spoil(d->s, d->now, CODE_DATA, c->text); break;
	case 'x': desk_gives(d, "{\"type\":\"turn\",\"parts\":1}"); break;
	case 's': session_stop(d->s, d->now, c->code, c->text); break;
	case 'o': session_stop(d->s, d->now, 0, "output"); break;
	default: break;
	}
}

/* Answers what has gone out since `at`; how often. */
static int
answer(struct desk *d, size_t *at)
{
	const char *p, *nl;
	int conn, n = 0;

	while (*at < d->log.len && (nl = memchr(d->log.data + *at, '\n',
	    d->log.len - *at)) != NULL) {
		p = d->log.data + *at;
		*at = (size_t)(nl - d->log.data) + 1;
		if (strncmp(p, "send ", 5) != 0 || strncmp(p + 7,
		    "{\"setup\"", 8) == 0)
			continue;
		conn = p[5] - '0';
		if (memmem(p, (size_t)(nl - p), "\"turnComplete\":true", 19) ==
		    NULL && memmem(p, (size_t)(nl - p), "\"text\"", 6) == NULL &&
		    memmem(p, (size_t)(nl - p), "toolResponse", 12) == NULL &&
		    memmem(p, (size_t)(nl - p), "audioStreamEnd", 14) == NULL)
			continue;
		if (!d->held[conn] || d->calling[conn] || d->asking[conn] ||
		    d->closing[conn])
			continue;
		desk_says(d, conn, AUDIO);
		desk_says(d, conn, SAYS("aye"));
		desk_says(d, conn, COMPLETE);
		n++;
	}
	return n;
}

/* The value of a member in the last `end` record. */
static void
reason(const struct desk *d, char *to, size_t size)
{
	const char *p = d->log.data, *q, *end = NULL;

	for (; (p = strstr(p, "record {\"type\":\"end\"")) != NULL; p++)
		end = p;
	q = end != NULL ? strstr(end, "\"reason\":\"") : NULL;
	snprintf(to, size, "%.*s", q != NULL ? (int)strcspn(q + 10, "\"") : 0,
	    q != NULL ? q + 10 : "");
}

/* The last error or else warning that people were told. */
static void
sentence(const struct desk *d, char *to, size_t size)
{
	const char *p, *last = NULL;
	int level;

	for (level = 0; level < 2 && last == NULL; level++)
		for (p = d->log.data; (p = strstr(p, level == 0 ? "\ntell 0 " :
		    "\ntell 1 ")) != NULL; p++)
			last = p + 8;
	snprintf(to, size, "%.*s", last != NULL ? (int)strcspn(last, "\n") : 0,
	    last != NULL ? last : "");
}

struct row {
	int code;
	char reason[40], sentence[400];
	bool truth;		/* 0 is true, or it is not 0 */
};

static void
end(const struct state *st, const struct cause *c, bool answers, struct row *r)
{
	struct desk d;
	size_t at = 0;
	int i, got = 0;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	if (c->kind == 't')
		d.cfg.max_ms = 40000;
	desk_begin(&d);
	st->reach(&d);
	strike(&d, c);
	session_input_end(d.s, d.now);
	for (i = 0; i < 6000 && d.done == -1; i++) {
		desk_serve(&d);
		desk_refuses(&d);
		if (answers && d.done == -1)
			got += answer(&d, &at);
		if (d.done == -1)
			desk_wait(&d, 100);
	}
	r->code = d.done;
	reason(&d, r->reason, sizeof(r->reason));
	sentence(&d, r->sentence, sizeof(r->sentence));
	r->truth = d.done > 0 || (d.done == 0 && (!st->open || got > 0 ||
	    c->kind == 'o' || (st->reach == answering && c->text != NULL &&
	    strcmp(c->text, COMPLETE) == 0)));
	if (desk_has(&d, "BROKEN"))
		r->truth = false;
	if (!r->truth && getenv("SHOW") != NULL)
		desk_show(&d);
	desk_end(&d);
}

static void
name(const struct cause *c, char *to, size_t size)
{
	static const struct {
		char kind;
		const char *word;
	} words[] = {
		{ 'n', "nothing" }, { 'c', "close" }, { 'r', "HTTP" },
		{ 'd', "no connection:" }, { 'm', "message" },
		{ 'e', "error, then drop:" }, { 'b', "" }, { 'x', "" },
		{ 't', "" }, { 's', "" }, { 'o', "" },
	};
	size_t i;

	for (i = 0; words[i].kind != c->kind; i++)
		;
	snprintf(to, size, "%s", words[i].word);
	if (c->code >= 100 && c->kind != 's')
		snprintf(to + strlen(to), size - strlen(to), " %d", c->code);
	if (*c->text != '\0')
		snprintf(to + strlen(to), size - strlen(to), "%s%s",
		    *to != '\0' ? " " : "", c->text);
}

/* One line of the table. */
static bool
line(const struct state *st, const struct cause *c, struct buf *b)
{
	struct row mute, good;
	char what[200];

	end(st, c, false, &mute);
	end(st, c, true, &good);
	name(c, what, sizeof(what));
	buf_printf(b, "%s | %s | %d %s | %d %s | %s\n", st->name, what,
	    mute.code, mute.reason, good.code, good.reason, mute.sentence);
	if (!mute.truth || !good.truth)
		printf("# a lie: %s | %s | %d %s | %d %s\n", st->name, what,
		    mute.code, mute.reason, good.code, good.reason);
	return mute.truth && good.truth;
}

static void
compare(const struct buf *b)
{
	FILE *f = fopen(TABLE, "r");
	const char *p = b->data, *nl;
	char old[2048];
	int n = 0, bad = 0;

	for (; *p != '\0'; p = nl + 1) {
		nl = strchr(p, '\n');
		n++;
		if (f != NULL && fgets(old, sizeof(old), f) != NULL &&
		    strlen(old) == (size_t)(nl - p) + 1 &&
		    memcmp(old, p, strlen(old)) == 0)
			continue;
		if (bad++ < 5)
			printf("# line %d is now: %.*s\n", n, (int)(nl - p), p);
	}
	ok(bad == 0 && f != NULL && fgets(old, sizeof(old), f) == NULL,
	    "the table is the one in " TABLE);
	if (f != NULL)
		fclose(f);
}

int
main(int argc, char *argv[])
{
	size_t i, k;
	struct buf b;
	bool print = argc > 1 && strcmp(argv[1], "-p") == 0, truth;

	buf_init(&b, 4 << 20);
	buf_str(&b, "state | cause | the service says nothing more: exit, "
	    "reason | it answers | sentence in the first case\n");
	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		truth = true;
		for (k = 0; k < sizeof(causes) / sizeof(causes[0]); k++)
			truth &= line(&states[i], &causes[k], &b);
		if (!print)
			ok(truth, states[i].name);
	}
	if (print)
		fputs(b.data, stdout);
	else
		compare(&b);
	buf_done(&b);
	return print ? 0 : tap_done();
}
