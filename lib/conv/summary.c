/*
 * Counts and times.  The user's speech ends where the user's sound does, if
 * that is in the stream; else where the service says so, or the client
 * (activity, text).
 */
#include "conv/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "conv/timeline.h"
#include "stream/render.h"
#include "stream/stream.h"

enum {
	LATENCIES_MAX = 100000,
	LATENCY_MAX = 120000	/* beyond this it answers something else */
};

struct summary *
summary_new(void)
{
	struct summary *s = mem_alloc(sizeof(*s));

	s->spoke = s->exit = -1;
	s->cut = s->turn = -1;
	return s;
}

void
summary_free(struct summary *s)
{
	if (s == NULL)
		return;
	free(s->date);
	free(s->model);
	free(s->backend);
	free(s->voice);
	free(s->language);
	free(s->version);
	free(s->setup);
	free(s->reason);
	free(s->latency);
	free(s);
}

static void
take(char **to, const struct record *rec, const char *key)
{
	const char *v = json_get_str(rec->head, key, NULL);

	if (*to == NULL && v != NULL && *v != '\0')
		*to = mem_str(v);
}

/* What a start and a ready say of the call. */
static void
on_head(struct summary *s, const struct timeline *l, const struct record *rec)
{
	(void)l;
	if (strcmp(rec->type, "start") == 0) {
		s->runs++;
		tokens_close(&s->tokens);
		s->turn = s->cut = -1;
	}
	take(&s->date, rec, "time");
	take(&s->model, rec, "model");
	take(&s->backend, rec, "backend");
	take(&s->voice, rec, "voice");
	take(&s->language, rec, "language");
	take(&s->version, rec, "version");
	take(&s->setup, rec, "setup");
}

/* When the user's last speech since the model's answer came, judged by its
 * loudness; -1 if there is none. */
static int64_t
silent_since(const struct summary *s, const struct timeline *l)
{
	const struct loud *k = &l->lane[SIDE_USER];
	int64_t from = s->answered, to = k->end, at = -1;
	size_t n, i;
	bool *is;

	if (!k->sound)
		return -1;
	if (to - from > LATENCY_MAX)
		from = to - LATENCY_MAX;
	is = loud_speech(k, from, to, &n);
	for (i = n; is != NULL && i > 0 && at < 0; i--)
		if (is[i - 1])
			at = from / LOUD_STEP * LOUD_STEP +
			    (int64_t)i * LOUD_STEP;
	free(is);
	return at < 0 ? -1 : when_sent(&l->when, at);
}

static void
on_audio(struct summary *s, const struct timeline *l, const struct record *rec)
{
	int64_t turn = json_get_int(rec->head, "turn", 0), spoke, ms;

	if (render_side(rec) != SIDE_MODEL || turn == s->turn)
		return;
	s->turn = turn;
	spoke = silent_since(s, l);
	if (spoke < 0)
		spoke = s->spoke;
	s->spoke = -1;
	s->answered = l->lane[SIDE_USER].end;
	ms = l->when.t - spoke;
	if (spoke < 0 || ms < 0 || ms > LATENCY_MAX ||
	    s->nlatency == LATENCIES_MAX)
		return;
	s->latency = mem_grow(s->latency, s->nlatency, sizeof(*s->latency));
	s->latency[s->nlatency++] = ms;
}

static void
on_activity(struct summary *s, const struct timeline *l,
    const struct record *rec)
{
	int64_t at_ms = json_get_int(rec->head, "at_ms", -1), t = -1;

	if (strcmp(json_get_str(rec->head, "state", ""), "end") != 0)
		return;
	if (at_ms >= 0)
		t = when_came(&l->when, at_ms);
	s->spoke = t >= 0 && t <= l->when.t ? t : l->when.t;
}

static void
on_typed(struct summary *s, const struct timeline *l, const struct record *rec)
{
	if (render_side(rec) == SIDE_USER)
		s->spoke = l->when.t;
}

static void
on_complete(struct summary *s, const struct timeline *l,
    const struct record *rec)
{
	(void)l;
	if (!json_true(json_get(rec->head, "lost")))
		s->turns++;
}

static void
on_interrupted(struct summary *s, const struct timeline *l,
    const struct record *rec)
{
	int64_t turn = json_get_int(rec->head, "turn", 0);

	(void)l;
	if (turn != s->cut)
		s->interruptions++;
	s->cut = turn;
}

static int64_t
sum(const struct record *rec, const char *key)
{
	int64_t n = json_get_int(rec->head, key, 0);

	return n > 0 && n < WHEN_DAY ? n : 0;
}

static void
on_trouble(struct summary *s, const struct timeline *l,
    const struct record *rec)
{
	(void)l;
	if (strcmp(rec->type, "reconnected") == 0) {
		s->reconnections++;
		s->gap_ms += sum(rec, "gap_ms");
		s->lost_ms += sum(rec, "lost_ms");
		s->pictures_lost += sum(rec, "images_lost");
	} else if (strcmp(rec->type, "lost") == 0)
		s->lost_ms += sum(rec, "ms");
	else if (strcmp(rec->type, "stalled") == 0)
		s->stalls++;
	else
		s->errors++;
}

static void
on_usage(struct summary *s, const struct timeline *l, const struct record *rec)
{
	(void)l;
	tokens_record(&s->tokens, rec);
}

static void
on_end(struct summary *s, const struct timeline *l, const struct record *rec)
{
	(void)l;
	free(s->reason);
	s->reason = mem_str(json_get_str(rec->head, "reason", ""));
	s->exit = json_get_int(rec->head, "exit", 0);
}

static const struct {
	const char *type;
	void (*fn)(struct summary *, const struct timeline *,
	    const struct record *);
} handlers[] = {
	{ "start", on_head }, { "ready", on_head }, { "audio", on_audio },
	{ "voice_activity", on_activity }, { "activity", on_activity },
	{ "text", on_typed }, { "turn", on_typed },
	{ "turn_complete", on_complete }, { "interrupted", on_interrupted },
	{ "reconnected", on_trouble }, { "lost", on_trouble },
	{ "stalled", on_trouble }, { "error", on_trouble },
	{ "usage", on_usage }, { "end", on_end },
};

void
summary_record(struct summary *s, const struct timeline *l,
    const struct record *rec)
{
	size_t i;

	for (i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++)
		if (strcmp(rec->type, handlers[i].type) == 0)
			handlers[i].fn(s, l, rec);
}

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int64_t
spoken(const struct loud *k)
{
	size_t n, i;
	bool *is = loud_speech(k, 0, k->end, &n);
	int64_t ms = 0;

	for (i = 0; is != NULL && i < n; i++)
		ms += is[i] ? LOUD_STEP : 0;
	free(is);
	return ms;
}

void
summary_finish(struct summary *s, const struct timeline *l)
{
	const struct timeline_item *m;
	size_t i;

	tokens_close(&s->tokens);
	if (s->nlatency > 1)
		qsort(s->latency, s->nlatency, sizeof(*s->latency), by_size);
	s->length_ms = l->end - l->zero;
	s->user_ms = spoken(&l->lane[SIDE_USER]);
	s->model_ms = spoken(&l->lane[SIDE_MODEL]);
	for (i = 0; i < l->nitems; i++) {
		m = &l->items[i];
		if (m->kind == TIMELINE_IMAGE)
			s->pictures++;
		if (m->kind != TIMELINE_TOOL)
			continue;
		s->calls++;
		s->calls_failed += m->state == TIMELINE_FAILED;
		s->call_ms += m->to - m->from;
	}
}

int64_t
summary_latency(const struct summary *s, double p)
{
	size_t i;

	if (s->nlatency == 0)
		return -1;
	/* the smallest value that this share does not exceed */
	i = (size_t)((double)s->nlatency * p + 0.999999);
	return s->latency[i > 0 ? (i <= s->nlatency ? i : s->nlatency) - 1 : 0];
}

static void
put_str(struct json *o, const char *key, const char *v)
{
	if (v != NULL)
		json_set(o, key, json_string(v));
}

static void
put_kinds(struct json *o, const char *key,
    const int64_t of[TOKENS_KINDS])
{
	struct json *k = json_set(o, key, json_object());
	int i;

	for (i = 0; i < TOKENS_KINDS; i++)
		if (of[i] > 0)
			json_set(k, tokens_name((enum tokens_kind)i),
			    json_integer(of[i]));
}

static void
put_tokens(struct json *o, const struct tokens_count *c)
{
	struct json *t = json_set(o, "tokens", json_object());

	put_kinds(t, "in", c->in);
	put_kinds(t, "out", c->out);
	if (c->tool > 0)
		json_set(t, "tool", json_integer(c->tool));
	if (c->thoughts > 0)
		json_set(t, "thoughts", json_integer(c->thoughts));
	if (c->cached > 0)
		json_set(t, "cached", json_integer(c->cached));
	json_set(t, "total", json_integer(c->total));
}

static void
put_counts(const struct summary *s, struct json *o)
{
	const struct {
		const char *key;
		int64_t n;
	} v[] = {
		{ "seconds", (s->length_ms + 500) / 1000 },
		{ "user_ms", s->user_ms }, { "model_ms", s->model_ms },
		{ "turns", s->turns }, { "interruptions", s->interruptions },
		{ "latency_p50_ms", summary_latency(s, 0.5) },
		{ "latency_p95_ms", summary_latency(s, 0.95) },
		{ "latency_max_ms", summary_latency(s, 1) },
		{ "tool_calls", s->calls }, { "tool_errors", s->calls_failed },
		{ "tool_ms", s->call_ms }, { "pictures", s->pictures },
		{ "lost_ms", s->lost_ms },
		{ "pictures_lost", s->pictures_lost },
		{ "reconnections", s->reconnections },
		{ "gap_ms", s->gap_ms }, { "stalls", s->stalls },
		{ "errors", s->errors }
	};
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		json_set(o, v[i].key, v[i].n >= 0 ? json_integer(v[i].n) :
		    json_null());
}

void
summary_json(const struct summary *s, const char *file,
    const struct json *prices, struct buf *out)
{
	struct json *o = json_object();
	char digits[40];
	double price;
	bool known;

	json_set(o, "file", json_string(file));
	put_str(o, "date", s->date);
	put_str(o, "model", s->model);
	put_str(o, "backend", s->backend);
	put_str(o, "voice", s->voice);
	put_str(o, "language", s->language);
	put_str(o, "setup", s->setup);
	put_counts(s, o);
	put_tokens(o, &s->tokens.all);
	if (prices != NULL) {
		known = tokens_price(&s->tokens.all, prices, s->model != NULL ?
		    s->model : "", &price);
		snprintf(digits, sizeof(digits), "%.8g", price);
		json_set(o, "price", known ? json_digits(digits,
		    strlen(digits)) : json_null());
		put_str(o, "currency", json_get_str(prices, "currency", NULL));
	}
	put_str(o, "end", s->reason);
	if (s->exit >= 0)
		json_set(o, "exit", json_integer(s->exit));
	json_print(o, out);
	buf_byte(out, '\n');
	json_free(o);
}

void
summary_heading(struct buf *out, bool priced)
{
	buf_printf(out, "%-16s %7s %5s %4s %6s %6s %5s %7s %6s %5s %9s%s  %s\n",
	    "DATE", "LENGTH", "TURNS", "CUT", "P50", "P95", "TOOLS", "TOOLS s",
	    "LOST s", "RECON", "TOKENS", priced ? "      PRICE" : "",
	    "FILE (MODEL, VOICE)");
}

static void
latency(struct buf *out, int64_t ms)
{
	if (ms < 0)
		buf_printf(out, " %6s", "-");
	else
		buf_printf(out, " %5.2fs", (double)ms / 1000);
}

void
summary_row(const struct summary *s, const char *file,
    const struct json *prices, struct buf *out)
{
	int64_t sec = (s->length_ms + 500) / 1000;
	char date[17] = "-", *name;
	double price;

	if (s->date != NULL && when_wall(s->date) >= 0) {
		memcpy(date, s->date, 16);
		date[10] = ' ';
		date[16] = '\0';
	}
	buf_printf(out, "%-16s %4" PRId64 ":%02d %5" PRId64 " %4" PRId64,
	    date, sec / 60, (int)(sec % 60), s->turns, s->interruptions);
	latency(out, summary_latency(s, 0.5));
	latency(out, summary_latency(s, 0.95));
	buf_printf(out, " %5" PRId64 " %7.1f %6.1f %5" PRId64 " %9" PRId64,
	    s->calls, (double)s->call_ms / 1000, (double)s->lost_ms / 1000,
	    s->reconnections, s->tokens.all.total);
	if (prices != NULL && tokens_price(&s->tokens.all, prices,
	    s->model != NULL ? s->model : "", &price))
		buf_printf(out, " %10.4f", price);
	else if (prices != NULL)
		buf_printf(out, " %10s", "-");
	/* from outside, and this goes to a terminal */
	name = s->model == NULL ? mem_str(file) : mem_printf("%s (%s%s%s)",
	    file, s->model, s->voice != NULL ? ", " : "", s->voice != NULL ?
	    s->voice : "");
	log_tame(name);
	buf_printf(out, "  %s\n", name);
	free(name);
}
