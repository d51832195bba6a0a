/*
 * Records become lanes, spans and items.  The model's sound comes faster than
 * it is played: it is placed after what is still playing, and what an
 * interruption cut off is removed again.  Every list has a ceiling, beyond
 * which nothing is added and `full` is set.
 */
#include "conv/timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "conv/lay.h"
#include "stream/render.h"
#include "stream/stream.h"

enum {
	LIST_MAX = 100000,
	TEXT_MAX = 1 << 20,	/* bytes of one item */
	IMAGES_MAX = 48 << 20,	/* bytes of all pictures kept */
	PAUSE_MS = 2000	/* after this, the user says something new */
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
	for (i = 0; i < l->nitems; i++) {
		free(l->items[i].id);
		free(l->items[i].name);
		free(l->items[i].words);
		parts_done(&l->items[i].parts);
		buf_done(&l->items[i].text);
		buf_done(&l->items[i].answer);
	}
	when_done(&l->when);
	loud_done(&l->lane[0]);
	loud_done(&l->lane[1]);
	free(l->spans);
	free(l->items);
	free(l);
}

/* Room for one more than n elements; NULL over the ceiling. */
static void *
grow(struct timeline *l, void *list, size_t n, size_t size)
{
	if (n >= LIST_MAX) {
		l->full = true;
		return NULL;
	}
	return mem_grow(list, n, size);
}

static struct timeline_item *
item(struct timeline *l, enum timeline_kind kind, int who)
{
	struct timeline_item *m, *list = grow(l, l->items, l->nitems,
	    sizeof(*m));

	if (list == NULL)
		return NULL;
	l->items = list;
	m = &list[l->nitems];
	*m = (struct timeline_item){ .kind = kind, .who = who, .from = l->at,
	    .to = l->at, .last = l->at, .at_ms = -1, .to_ms = -1,
	    .order = l->nitems };
	buf_init(&m->text, TEXT_MAX);
	buf_init(&m->answer, STREAM_PAYLOAD_MAX + 1);
	l->nitems++;
	return m;
}

static void
add_text(struct buf *b, const char *s)
{
	size_t n = strlen(s);

	buf_add(b, s, n > TEXT_MAX - 1 - b->len ?
	    utf8_cut(s, TEXT_MAX - 1 - b->len) : n);
}

static void
add_json(struct buf *b, const struct json *j)
{
	struct buf text;

	if (j == NULL)
		return;
	buf_init(&text, 2 * STREAM_HEAD_MAX);
	json_pretty(j, &text);
	if (!text.failed)
		add_text(b, text.data);
	buf_done(&text);
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
	struct loud *k = &l->lane[side];
	int64_t at = l->at;

	if (at < k->end)
		at = k->end;
	/* sound that comes on time has the jitter of its stamp */
	if (k->sound && at - k->end < 2 * LOUD_STEP)
		at = k->end;
	if (loud_add(k, rec, side == SIDE_USER ? 16000 : 24000, at,
	    WHEN_DAY) && side == SIDE_MODEL)
		span(l, json_get_int(rec->head, "turn", 0), at, k->end);
}

/* The user's words after a pause, and anyone's after the end of a turn, start a
 * new item. */
static bool
fresh(const struct timeline *l, const struct timeline_item *m, int64_t at_ms)
{
	if (m->who != SIDE_USER)
		return false;
	if (at_ms >= 0 && m->to_ms >= 0)
		return at_ms - m->to_ms > PAUSE_MS / 4;
	return l->at - m->last > PAUSE_MS;
}

static void
words(struct timeline *l, int who, const struct record *rec, const char *s)
{
	int64_t at_ms = json_get_int(rec->head, "at_ms", -1);
	int64_t to_ms = json_get_int(rec->head, "to_ms", -1);
	struct timeline_item *m = l->open[who] > 0 ?
	    &l->items[l->open[who] - 1] : NULL;
	size_t before;

	if (*s == '\0')
		return;
	if (m == NULL || fresh(l, m, at_ms)) {
		m = item(l, TIMELINE_WORDS, who);
		if (m == NULL)
			return;
		l->open[who] = l->nitems;
		m->at_ms = at_ms;
		m->turn = who == SIDE_MODEL ?
		    json_get_int(rec->head, "turn", 0) : 0;
		m->typed = strcmp(rec->type, "transcript") != 0 &&
		    (who == SIDE_USER || strcmp(rec->type, "turn") == 0);
	}
	before = m->text.len;
	add_text(&m->text, s);
	if (who == SIDE_USER)
		parts_add(&m->parts, rec, m->text.data, before, m->text.len);
	m->last = l->at;
	if (to_ms > m->to_ms)
		m->to_ms = to_ms;
}

static void
on_words(struct timeline *l, const struct record *rec)
{
	int who = render_side(rec);
	const struct json *part;
	bool whole = strcmp(rec->type, "turn") == 0 ||
	    (who == SIDE_USER && strcmp(rec->type, "text") == 0);

	if (json_true(json_get(rec->head, "finished")) &&
	    *json_get_str(rec->head, "text", "") == '\0')
		l->open[who] = 0;
	if (json_true(json_get(rec->head, "interim")) ||
	    json_true(json_get(rec->head, "thought")))
		return;
	if (whole)
		l->open[who] = 0;
	words(l, who, rec, json_get_str(rec->head, "text", ""));
	for (part = json_first(json_get(rec->head, "parts")); part != NULL;
	    part = json_next(part))
		words(l, who, rec, json_get_str(part, "text", ""));
	if (whole)
		l->open[who] = 0;
}

static void
on_turn_end(struct timeline *l, const struct record *rec)
{
	if (json_true(json_get(rec->head, "lost")) && l->open[SIDE_MODEL] > 0)
		l->items[l->open[SIDE_MODEL] - 1].lost = true;
	l->open[SIDE_USER] = l->open[SIDE_MODEL] = 0;
}

/* The sound of a turn after `at` was never played. */
static void
cut(struct timeline *l, struct timeline_span *s, int64_t at)
{
	int64_t before = s->cut >= 0 ? s->cut : s->to;
	size_t i;

	if (at < s->from)
		at = s->from;
	if (at >= before)
		return;
	for (i = l->nitems; i > 0 && s->cut < 0 && l->nitems - i < 64; i--)
		if (l->items[i - 1].turn == s->turn)
			lay_model(l, &l->items[i - 1]);
	s->cut = at;
	if (s != &l->spans[l->nspans - 1])
		loud_hush(&l->lane[SIDE_MODEL], at, before);
	else
		loud_cut(&l->lane[SIDE_MODEL], at);
}

static void
on_interrupted(struct timeline *l, const struct record *rec)
{
	(void)rec;
	if (l->nspans > 0)
		cut(l, &l->spans[l->nspans - 1], l->at);
	if (l->open[SIDE_MODEL] > 0)
		l->items[l->open[SIDE_MODEL] - 1].cut = true;
	l->open[SIDE_MODEL] = 0;
}

/* The player knows better when it fell silent. */
static void
on_played(struct timeline *l, const struct record *rec)
{
	int64_t ms = json_get_int(rec->head, "ms", -1);
	struct timeline_span *s = lay_span(l,
	    json_get_int(rec->head, "turn", -1));

	if (ms >= 0 && ms <= WHEN_DAY && s != NULL &&
	    json_true(json_get(rec->head, "interrupted")))
		cut(l, s, s->from + ms);
}

static void
on_call(struct timeline *l, const struct record *rec)
{
	struct timeline_item *m = item(l, TIMELINE_TOOL, -1);

	if (m == NULL)
		return;
	m->id = mem_str(json_get_str(rec->head, "id", NULL));
	m->name = mem_str(json_get_str(rec->head, "name", "?"));
	add_json(&m->text, json_get(rec->head, "args"));
}

static struct timeline_item *
open_call(const struct timeline *l, const char *id)
{
	struct timeline_item *m;
	size_t i;

	for (i = l->nitems; i > 0; i--) {
		m = &l->items[i - 1];
		if (m->kind == TIMELINE_TOOL && m->state == TIMELINE_OPEN &&
		    m->id != NULL && id != NULL && strcmp(m->id, id) == 0)
			return m;
	}
	return NULL;
}

static void
on_response(struct timeline *l, const struct record *rec)
{
	const struct json *r = json_get(rec->head, "response");
	struct timeline_item *m = open_call(l,
	    json_get_str(rec->head, "id", NULL));

	if (m == NULL) {
		m = item(l, TIMELINE_TOOL, -1);
		if (m == NULL)
			return;
		m->name = mem_str(json_get_str(rec->head, "name", "?"));
	}
	m->to = l->at > m->from ? l->at : m->from;
	m->state = json_get(r, "error") != NULL ? TIMELINE_FAILED :
	    TIMELINE_OK;
	add_json(&m->answer, r);
}

static void
on_cancel(struct timeline *l, const struct record *rec)
{
	struct timeline_item *m;
	const struct json *id;

	for (id = json_first(json_get(rec->head, "ids")); id != NULL;
	    id = json_next(id))
		if ((m = open_call(l, json_str(id))) != NULL) {
			m->to = l->at > m->from ? l->at : m->from;
			m->state = TIMELINE_CANCELLED;
		}
}

static void
on_image(struct timeline *l, const struct record *rec)
{
	bool user = strcmp(rec->type, "image") == 0;
	struct timeline_item *m = item(l, TIMELINE_IMAGE, user ? SIDE_USER :
	    SIDE_MODEL);

	if (m == NULL)
		return;
	m->name = mem_str(json_get_str(rec->head, "mime", ""));
	m->bytes = rec->payload_len;
	if (!l->keep || l->images + rec->payload_len > IMAGES_MAX)
		return;
	l->images += rec->payload_len;
	buf_add(&m->answer, rec->payload, rec->payload_len);
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
	struct timeline_item *m = item(l, TIMELINE_GAP, -1);

	if (m == NULL)
		return;
	m->state = TIMELINE_OPEN;
	add_text(&m->text, detail(rec));
}

static void
on_back(struct timeline *l, const struct record *rec)
{
	int64_t gap = json_get_int(rec->head, "gap_ms", -1);
	struct timeline_item *m = NULL;
	size_t i;

	for (i = l->nitems; i > 0 && m == NULL && l->nitems - i < 64; i--)
		if (l->items[i - 1].kind == TIMELINE_GAP &&
		    l->items[i - 1].state == TIMELINE_OPEN)
			m = &l->items[i - 1];
	if (m == NULL) {
		m = item(l, TIMELINE_GAP, -1);
		if (m == NULL)
			return;
		m->from -= gap > 0 && gap < l->at ? gap : 0;
	}
	m->to = l->at > m->from ? l->at : m->from;
	m->state = TIMELINE_OK;
}

static void
on_trouble(struct timeline *l, const struct record *rec)
{
	struct timeline_item *m = item(l, TIMELINE_TROUBLE, -1);
	char text[48];
	int64_t ms;

	if (m == NULL)
		return;
	m->name = mem_str(rec->type);
	if (strcmp(rec->type, "lost") == 0) {
		ms = json_get_int(rec->head, "ms", 0);
		snprintf(text, sizeof(text), "%.*f s of sound", ms < 1000 ?
		    2 : 1, (double)ms / 1000);
		add_text(&m->text, text);
	} else
		add_text(&m->text, detail(rec));
}

static void
on_end(struct timeline *l, const struct record *rec)
{
	struct timeline_item *m = item(l, TIMELINE_END, -1);

	if (m != NULL)
		add_text(&m->text, detail(rec));
}

/* A new run: nothing is open any more. */
static void
on_start(struct timeline *l, const struct record *rec)
{
	(void)rec;
	l->open[SIDE_USER] = l->open[SIDE_MODEL] = 0;
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
	{ "lost", on_trouble }, { "end", on_end }, { "start", on_start },
};

void
timeline_record(struct timeline *l, const struct record *rec)
{
	size_t i;

	when_record(&l->when, rec);
	l->at = l->now;
	if (l->when.call >= 0) {
		if (l->first < 0 || l->when.call < l->first)
			l->first = l->when.call;
		l->at = l->when.call;
		if (l->at > l->now)
			l->now = l->at;
	} else if (l->first < 0) {
		/* no clock at all: the sound's own length */
		l->now = l->lane[0].end > l->lane[1].end ? l->lane[0].end :
		    l->lane[1].end;
		l->at = l->now;
	}
	for (i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++)
		if (strcmp(rec->type, handlers[i].type) == 0)
			handlers[i].fn(l, rec);
}

static int
by_time(const void *a, const void *b)
{
	const struct timeline_item *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

void
timeline_finish(struct timeline *l)
{
	struct timeline_item *m;
	int64_t least = 0;
	size_t i;

	for (i = 0; i < l->nitems; i++) {
		m = &l->items[i];
		if (m->kind == TIMELINE_GAP && m->state == TIMELINE_OPEN)
			m->to = l->now;
		if (m->kind != TIMELINE_WORDS)
			continue;
		if (m->who == SIDE_USER) {
			lay_user(l, m, least);
			least = m->to > least ? m->to : least;
		} else
			lay_model(l, m);
		lay_heard(l, m);
	}
	if (l->nitems > 1)
		qsort(l->items, l->nitems, sizeof(*l->items), by_time);
	l->zero = l->when.zeroed ? l->when.zero : l->first;
	if (l->when.npieces == 0 && l->when.shifted &&
	    (!l->when.zeroed || l->when.shift < l->zero))
		l->zero = l->when.shift;
	if (!l->when.zeroed && l->nitems > 0 && l->items[0].from < l->zero)
		l->zero = l->items[0].from;
	if (l->zero < 0)
		l->zero = 0;
	l->end = l->now > l->zero ? l->now : l->zero;
	for (i = 0; i < 2; i++)
		l->end = l->lane[i].end > l->end ? l->lane[i].end : l->end;
	for (i = 0; i < l->nitems; i++)
		l->end = l->items[i].to > l->end ? l->items[i].to : l->end;
}
