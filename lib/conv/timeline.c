/*
 * Records become lanes, spans, marks and rows.  The model's sound comes faster
 * than it is played: it is laid behind what is still playing, and what an
 * interruption cut off is taken away again.  Every list has a ceiling, beyond
 * which nothing is added and `full` is set.
 */
#include "conv/timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "sound/pcm.h"
#include "stream/render.h"
#include "stream/stream.h"
#include "base/utf8.h"

enum {
	LIST_MAX = 100000,
	ROW_MAX = 1 << 20,	/* bytes of one row */
	TEXT_MAX = 2000,	/* bytes of a mark */
	PAUSE_MS = 2000,	/* after it the user says something new */
	MS = 1000000		/* in ns: records end within a ms */
};

struct timeline *
timeline_new(void)
{
	struct timeline *l = mem_alloc(sizeof(*l));

	l->first = -1;
	return l;
}

void
timeline_free(struct timeline *l)
{
	size_t i;

	if (l == NULL)
		return;
	for (i = 0; i < l->nmarks; i++) {
		free(l->marks[i].id);
		free(l->marks[i].text);
	}
	for (i = 0; i < l->nrows; i++)
		buf_done(&l->rows[i].text);
	free(l->lane[0].peak);
	free(l->lane[1].peak);
	free(l->spans);
	free(l->marks);
	free(l->rows);
	free(l);
}

/* Room for one more of n elements; NULL over the ceiling.  Doubles at powers
 * of two, so that no capacity needs to be kept. */
static void *
grow(struct timeline *l, void *list, size_t n, size_t size)
{
	if (n >= LIST_MAX) {
		l->full = true;
		return NULL;
	}
	if ((n & (n - 1)) == 0)
		list = mem_resize(list, n > 0 ? 2 * n : 1, size);
	return list;
}

static struct timeline_mark *
mark(struct timeline *l, enum timeline_kind kind, int64_t from,
    const char *text)
{
	struct timeline_mark *m, *list = grow(l, l->marks, l->nmarks,
	    sizeof(*m));
	size_t n = strlen(text);

	if (list == NULL)
		return NULL;
	l->marks = list;
	m = &list[l->nmarks++];
	*m = (struct timeline_mark){ .kind = kind, .from = from, .to = -1 };
	m->text = mem_copy(text, n > TEXT_MAX ? utf8_cut(text, TEXT_MAX) : n);
	return m;
}

static struct timeline_row *
row(struct timeline *l, int who)
{
	struct timeline_row *r, *list = grow(l, l->rows, l->nrows, sizeof(*r));

	if (list == NULL)
		return NULL;
	l->rows = list;
	r = &list[l->nrows++];
	*r = (struct timeline_row){ .t = l->now, .last = l->now, .who = who };
	buf_init(&r->text, ROW_MAX);
	return r;
}

static void
event(struct timeline *l, const char *what, const char *detail)
{
	struct timeline_row *r = row(l, -1);

	if (r == NULL)
		return;
	buf_str(&r->text, what);
	if (detail != NULL && *detail != '\0') {
		buf_str(&r->text, ": ");
		buf_add(&r->text, detail, utf8_cut(detail,
		    strlen(detail) < TEXT_MAX ? strlen(detail) : TEXT_MAX));
	}
}

/* Loudness of samples that lie at ms `at`, or right behind those before. */
static void
loudness(struct timeline_lane *k, const unsigned char *p, size_t samples,
    int rate, int64_t at)
{
	struct pcm_level level;
	size_t step, i, n, need;
	int64_t ns = (int64_t)samples * 1000 * MS / rate;

	if (k->sound && at == k->end)
		ns += k->rest;
	need = (size_t)((at + ns / MS) / TIMELINE_STEP) + 1;
	if (need > k->cap) {
		k->cap = need * 2;
		k->peak = mem_resize(k->peak, k->cap, 1);
	}
	if (need > k->n) {
		memset(k->peak + k->n, 0, need - k->n);
		k->n = need;
	}
	for (i = 0; i < samples; i += n) {
		n = (size_t)rate * TIMELINE_STEP / 1000 + 1;
		n = samples - i < n ? samples - i : n;
		memset(&level, 0, sizeof(level));
		pcm_level_add(&level, p + 2 * i, n);
		step = (size_t)((at + (int64_t)(i * 1000 / (size_t)rate)) /
		    TIMELINE_STEP);
		if (level.peak / 128 > k->peak[step])
			k->peak[step] = level.peak >= 32640 ? 255 :
			    (uint8_t)(level.peak / 128);
	}
	k->end = at + ns / MS;
	k->rest = ns % MS;
	k->sound = true;
}

static void
span(struct timeline *l, int64_t turn, int64_t from, int64_t to)
{
	struct timeline_span *s = l->nspans > 0 ? &l->spans[l->nspans - 1] :
	    NULL, *list;

	if (s == NULL || s->turn != turn || s->cut >= 0) {
		list = grow(l, l->spans, l->nspans, sizeof(*s));
		if (list == NULL)
			return;
		l->spans = list;
		s = &list[l->nspans++];
		*s = (struct timeline_span){ .turn = turn, .from = from,
		    .cut = -1 };
	}
	s->to = to;
}

static void
on_audio(struct timeline *l, const struct record *rec)
{
	enum side side = render_side(rec);
	struct timeline_lane *k = &l->lane[side];
	int64_t rate = json_get_int(rec->head, "rate",
	    side == SIDE_USER ? 16000 : 24000);
	int64_t at = l->now > k->end ? l->now : k->end;
	int64_t ch = json_get_int(rec->head, "channels", 1);
	struct pcm_in in;
	struct buf mono;

	if (rate < PCM_RATE_MIN || rate > PCM_RATE_MAX || ch < 1 ||
	    ch > PCM_CHANNELS_MAX)
		return;
	/* what comes in time has the jitter of its stamp */
	if (k->sound && at - k->end < 2 * TIMELINE_STEP)
		at = k->end;
	buf_init(&mono, STREAM_PAYLOAD_MAX);
	pcm_in_init(&in, PCM_S16, (int)ch);
	pcm_in_add(&in, rec->payload, rec->payload_len, &mono);
	if (at + (int64_t)(mono.len / 2) * 1000 / rate < TIMELINE_DAY &&
	    mono.len > 0)
		loudness(k, (unsigned char *)mono.data, mono.len / 2,
		    (int)rate, at);
	buf_done(&mono);
	if (side == SIDE_MODEL)
		span(l, json_get_int(rec->head, "turn", 0), at, k->end);
}

/* The user's words after a pause, and everyone's after the end of a turn, open
 * a new row. */
static void
words(struct timeline *l, int who, const char *s)
{
	struct timeline_row *r = l->open[who] > 0 ?
	    &l->rows[l->open[who] - 1] : NULL;

	if (*s == '\0')
		return;
	if (r == NULL || (who == SIDE_USER && l->now - r->last > PAUSE_MS)) {
		r = row(l, who);
		if (r == NULL)
			return;
		l->open[who] = l->nrows;
	}
	buf_str(&r->text, s);
	r->last = l->now;
}

static void
on_words(struct timeline *l, const struct record *rec)
{
	int who = render_side(rec);
	const struct json *part;

	if (json_true(json_get(rec->head, "finished")) &&
	    *json_get_str(rec->head, "text", "") == '\0')
		l->open[who] = 0;
	if (json_true(json_get(rec->head, "interim")) ||
	    json_true(json_get(rec->head, "thought")))
		return;
	if (strcmp(rec->type, "turn") == 0 ||
	    (who == SIDE_USER && strcmp(rec->type, "text") == 0))
		l->open[who] = 0;
	words(l, who, json_get_str(rec->head, "text", ""));
	for (part = json_first(json_get(rec->head, "parts")); part != NULL;
	    part = json_next(part))
		words(l, who, json_get_str(part, "text", ""));
}

static void
on_turn_end(struct timeline *l, const struct record *rec)
{
	(void)rec;
	l->turns++;
	l->open[SIDE_USER] = l->open[SIDE_MODEL] = 0;
}

/* The sound of a turn after `at` was never played. */
static void
cut(struct timeline *l, struct timeline_span *s, int64_t at)
{
	struct timeline_lane *k = &l->lane[SIDE_MODEL];
	size_t n, to;

	if (at < s->from)
		at = s->from;
	if (at >= s->to || (s->cut >= 0 && at >= s->cut))
		return;
	n = (size_t)(at / TIMELINE_STEP) + 1;
	to = (size_t)((s->cut >= 0 ? s->cut : s->to) / TIMELINE_STEP) + 1;
	s->cut = at;
	if (s != &l->spans[l->nspans - 1]) {
		to = to < k->n ? to : k->n;
		if (n < to)
			memset(k->peak + n, 0, to - n);
		return;
	}
	if (n < k->n)
		k->n = n;
	if (at < k->end) {
		k->end = at;
		k->rest = 0;
	}
}

static void
on_interrupted(struct timeline *l, const struct record *rec)
{
	struct timeline_mark *m;

	(void)rec;
	if (l->nspans > 0)
		cut(l, &l->spans[l->nspans - 1], l->now);
	l->open[SIDE_MODEL] = 0;
	/* said twice for one interruption it is one */
	if (l->nmarks > 0 && l->marks[l->nmarks - 1].kind ==
	    TIMELINE_INTERRUPTED && l->marks[l->nmarks - 1].from == l->now)
		return;
	m = mark(l, TIMELINE_INTERRUPTED, l->now, "interrupted");
	if (m != NULL)
		m->to = l->now;
	event(l, "interrupted", NULL);
}

/* The player knows better where it fell silent. */
static void
on_played(struct timeline *l, const struct record *rec)
{
	int64_t ms = json_get_int(rec->head, "ms", -1);
	int64_t turn = json_get_int(rec->head, "turn", -1);
	size_t i;

	if (ms < 0 || ms > TIMELINE_DAY ||
	    !json_true(json_get(rec->head, "interrupted")))
		return;
	for (i = l->nspans; i > 0; i--)
		if (l->spans[i - 1].turn == turn) {
			cut(l, &l->spans[i - 1], l->spans[i - 1].from + ms);
			return;
		}
}

static void
on_call(struct timeline *l, const struct record *rec)
{
	const char *id = json_get_str(rec->head, "id", NULL);
	struct timeline_mark *m;
	struct buf b;

	buf_init(&b, 2 * STREAM_HEAD_MAX);
	buf_str(&b, json_get_str(rec->head, "name", "?"));
	buf_byte(&b, ' ');
	if (json_get(rec->head, "args") != NULL)
		json_print(json_get(rec->head, "args"), &b);
	if (!b.failed) {
		m = mark(l, TIMELINE_TOOL, l->now, b.data);
		if (m != NULL)
			m->id = mem_str(id);
		event(l, "tool call", b.data);
	}
	buf_done(&b);
}

static void
close_call(struct timeline *l, const char *id, bool cancelled)
{
	struct timeline_mark *m;
	size_t i;

	for (i = l->nmarks; i > 0; i--) {
		m = &l->marks[i - 1];
		if (m->kind != TIMELINE_TOOL || m->to >= 0 || m->id == NULL ||
		    id == NULL || strcmp(m->id, id) != 0)
			continue;
		m->to = l->now;
		m->cancelled = cancelled;
		return;
	}
}

static void
on_response(struct timeline *l, const struct record *rec)
{
	struct buf b;

	close_call(l, json_get_str(rec->head, "id", NULL), false);
	buf_init(&b, 2 * STREAM_HEAD_MAX);
	buf_str(&b, json_get_str(rec->head, "name", "?"));
	buf_byte(&b, ' ');
	if (json_get(rec->head, "response") != NULL)
		json_print(json_get(rec->head, "response"), &b);
	event(l, "tool answer", b.failed ? NULL : b.data);
	buf_done(&b);
}

static void
on_cancel(struct timeline *l, const struct record *rec)
{
	const struct json *id;

	for (id = json_first(json_get(rec->head, "ids")); id != NULL;
	    id = json_next(id)) {
		close_call(l, json_str(id), true);
		event(l, "tool call cancelled", json_str(id));
	}
}

static void
on_image(struct timeline *l, const struct record *rec)
{
	struct timeline_mark *m = mark(l, TIMELINE_IMAGE, l->now,
	    json_get_str(rec->head, "mime", rec->type));

	if (m != NULL)
		m->to = l->now;
}

static const char *
detail(const struct record *rec)
{
	const char *s = json_get_str(rec->head, "message", NULL);

	return s != NULL ? s : json_get_str(rec->head, "reason", "");
}

static void
on_away(struct timeline *l, const struct record *rec)
{
	mark(l, TIMELINE_GAP, l->now, "reconnecting");
	event(l, "reconnecting", detail(rec));
}

static void
on_back(struct timeline *l, const struct record *rec)
{
	int64_t gap = json_get_int(rec->head, "gap_ms", -1), from = l->now;
	struct timeline_mark *m = NULL;
	char text[64];

	if (l->nmarks > 0)
		m = &l->marks[l->nmarks - 1];
	if (m == NULL || m->kind != TIMELINE_GAP || m->to >= 0) {
		from -= gap > 0 && gap < l->now ? gap : 0;
		m = mark(l, TIMELINE_GAP, from, "reconnected");
	}
	if (m != NULL)
		m->to = l->now;
	text[0] = '\0';
	if (gap >= 0)
		snprintf(text, sizeof(text), "after %" PRId64 " ms", gap);
	event(l, "reconnected", text);
}

static void
on_trouble(struct timeline *l, const struct record *rec)
{
	struct timeline_mark *m = mark(l, TIMELINE_TROUBLE, l->now, rec->type);

	if (m != NULL)
		m->to = l->now;
	event(l, rec->type, detail(rec));
}

static void
on_end(struct timeline *l, const struct record *rec)
{
	event(l, "end", detail(rec));
}

static void
on_usage(struct timeline *l, const struct record *rec)
{
	int64_t n = json_get_int(rec->head, "total", 0);

	if (n > 0 && n < INT64_MAX / LIST_MAX - l->tokens)
		l->tokens += n;
}

static const struct {
	const char *type;
	void (*fn)(struct timeline *, const struct record *);
} handlers[] = {
	{ "audio", on_audio }, { "transcript", on_words },
	{ "text", on_words }, { "turn", on_words },
	{ "turn_complete", on_turn_end }, { "interrupted", on_interrupted },
	{ "played", on_played }, { "tool_call", on_call },
	{ "tool_response", on_response }, { "tool_cancel", on_cancel },
	{ "image", on_image }, { "blob", on_image },
	{ "reconnecting", on_away }, { "reconnected", on_back },
	{ "stalled", on_trouble }, { "error", on_trouble },
	{ "lost", on_trouble },
	{ "usage", on_usage }, { "end", on_end },
};

void
timeline_record(struct timeline *l, const struct record *rec)
{
	int64_t t = json_get_int(rec->head, "t", -1);
	size_t i;

	if (t >= 0 && t < TIMELINE_DAY) {
		if (l->first < 0 || t < l->first)
			l->first = t;
		if (t > l->now)
			l->now = t;
	} else if (l->first < 0) {
		/* no clock at all: the sound's own length */
		l->now = l->lane[0].end > l->lane[1].end ? l->lane[0].end :
		    l->lane[1].end;
	}
	for (i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++)
		if (strcmp(rec->type, handlers[i].type) == 0)
			handlers[i].fn(l, rec);
}
