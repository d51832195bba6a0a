/*
 * An item's words are cut into cues, at the end of a sentence or at a pause if
 * one is near; then cues too short to be read get a little more time, and all
 * are written in order.
 */
#include "conv/captions.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "conv/timeline.h"
#include "stream/render.h"

enum {
	LINE = 42,		/* characters */
	LINES = 2,
	SPEED = 17,		/* characters a second */
	SHORT_MS = 1000,	/* shorter is hard to see */
	LONG_MS = 7000,
	LABEL = 7,		/* "Model: " */
	LINGER_MS = 100,	/* after the last word, which fades out */
	APART_MS = 80,		/* between cues of one side */
	PAUSE_MS = 600		/* a new cue begins behind it */
};

struct cue {
	const struct timeline_item *item;
	size_t a, b;		/* words */
	int64_t from, to;
	size_t chars, order;
};

struct cues {
	struct cue *v;
	size_t n;
	size_t label;		/* characters in front of the first line */
};

/* Columns: a wide character counts twice. */
static size_t
chars(const char *s, size_t n)
{
	size_t i, k = 0;
	int columns;

	for (i = 0; i < n; i += utf8_char(s + i, n - i, &columns), k +=
	    (size_t)columns)
		;
	return k;
}

static size_t
length(const struct timeline_item *m, size_t word)
{
	return chars(m->text.data + m->words[word].at, m->words[word].len);
}

/* The space before a word: none where text without spaces was cut. */
static size_t
apart(const struct timeline_item *m, size_t word)
{
	return word > 0 && m->words[word].at > m->words[word - 1].at +
	    m->words[word - 1].len;
}

static bool
ends(const struct timeline_item *m, size_t word, const char *what)
{
	const struct spread_word *w = &m->words[word];

	return w->len > 0 &&
	    strchr(what, m->text.data[w->at + w->len - 1]) != NULL;
}

/* How many words from a on fit into a cue, and their characters. */
static size_t
fit(const struct cues *c, const struct timeline_item *m, size_t a, size_t end,
    size_t *count)
{
	size_t line = c->label, lines = 1, i, n, used = 0, all = 0;

	for (i = a; i < end; i++) {
		n = length(m, i);
		if (used > 0 && line + apart(m, i) + n > LINE) {
			if (++lines > LINES)
				break;
			line = 0;
		}
		line += n + (used > 0 && line > 0 ? apart(m, i) : 0);
		all += n + (used > 0 ? apart(m, i) : 0);
		used++;
	}
	*count = all;
	return used;
}

/* The best end for a cue that starts at word a, at most b. */
static size_t
end_of_cue(const struct timeline_item *m, size_t a, size_t b)
{
	size_t i, comma = 0, full = 0;

	for (i = a; i + 1 < b; i++) {
		if (m->words[i + 1].from - m->words[i].to >= PAUSE_MS ||
		    m->words[i + 1].to - m->words[a].from > LONG_MS)
			return i + 1;
		if (ends(m, i, ".?!"))
			full = i + 1;
		if (ends(m, i, ",;:"))
			comma = i + 1;
	}
	if (b == m->nwords || m->words[b].at >= m->heard)
		return b;
	if (full > a + (b - a) / 3)
		return full;
	return comma > a + (b - a) / 2 ? comma : b;
}

static void
cut_item(struct cues *c, const struct timeline_item *m)
{
	size_t a = 0, b, end = 0, n;

	while (end < m->nwords && m->words[end].at < m->heard)
		end++;
	while (a < end) {
		b = end_of_cue(m, a, a + fit(c, m, a, end, &n));
		fit(c, m, a, b, &n);
		c->v = mem_grow(c->v, c->n, sizeof(*c->v));
		c->v[c->n] = (struct cue){ .item = m, .a = a, .b = b,
		    .from = m->words[a].from, .to = m->words[b - 1].to,
		    .chars = n, .order = c->n };
		c->n++;
		a = b;
	}
}

static int
by_time(const void *a, const void *b)
{
	const struct cue *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* The time that reading takes, up to the next cue of the same side. */
static void
stretch(struct cues *c)
{
	int64_t next[2] = { INT64_MAX, INT64_MAX }, want;
	struct cue *q;
	size_t i;

	for (i = c->n; i > 0; i--) {
		q = &c->v[i - 1];
		want = q->from + (int64_t)q->chars * 1000 / SPEED;
		if (want < q->from + SHORT_MS)
			want = q->from + SHORT_MS;
		if (want < q->to + LINGER_MS)
			want = q->to + LINGER_MS;
		if (want > q->to)
			q->to = want;
		if (q->to > next[q->item->who] - APART_MS)
			q->to = next[q->item->who] - APART_MS;
		if (q->to <= q->from)
			q->to = q->from + 1;
		next[q->item->who] = q->from;
	}
}

static void
moment(struct buf *b, int64_t ms, bool vtt)
{
	if (ms < 0)
		ms = 0;
	buf_printf(b, "%02" PRId64 ":%02d:%02d%c%03d", ms / 3600000,
	    (int)(ms / 60000 % 60), (int)(ms / 1000 % 60), vtt ? '.' : ',',
	    (int)(ms % 1000));
}

/* Words for a cue, made so that nothing in them can end it or be a tag. */
static void
escape(struct buf *b, const char *s, size_t n, bool vtt)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if ((unsigned char)s[i] < ' ' || s[i] == 0x7f)
			buf_str(b, "\xef\xbf\xbd");
		else if ((unsigned char)s[i] == 0xc2 && i + 1 < n &&
		    (unsigned char)s[i + 1] < 0xa0) {	/* C1: orders, too */
			buf_str(b, "\xef\xbf\xbd");
			i++;
		} else if (vtt && s[i] == '<')
			buf_str(b, "&lt;");
		else if (vtt && s[i] == '>')
			buf_str(b, "&gt;");
		else if (vtt && s[i] == '&')
			buf_str(b, "&amp;");
		else if (!vtt && s[i] == '<')	/* players know tags here */
			buf_str(b, "\xe2\x80\xb9");
		else if (!vtt && s[i] == '>')
			buf_str(b, "\xe2\x80\xba");
		else
			buf_byte(b, s[i]);
	}
}

/* The word with which the second line begins: the lines are about equal, and
 * the first is not too long. */
static size_t
second_line(const struct cue *q, size_t label)
{
	size_t i, have = label, best = q->b, over, least = SIZE_MAX;
	size_t all = q->chars + label;

	if (all <= LINE)
		return q->b;
	for (i = q->a; i + 1 < q->b; i++) {
		have += length(q->item, i) + (i > q->a ? apart(q->item, i) : 0);
		if (have > LINE)
			break;
		if (all - have - apart(q->item, i + 1) > LINE)
			continue;
		over = 2 * have > all ? 2 * have - all : all - 2 * have;
		if (over < least) {
			least = over;
			best = i + 1;
		}
	}
	return best;
}

static void
write_cue(const struct cue *q, const struct captions_opts *o, int64_t zero,
    size_t label, size_t number, struct buf *b)
{
	const char *who = q->item->who == SIDE_USER ? "User" : "Model";
	const struct spread_word *w;
	size_t i, second = second_line(q, label);

	buf_printf(b, "%zu\n", number);
	moment(b, q->from - zero, o->vtt);
	buf_str(b, " --> ");
	moment(b, q->to - zero, o->vtt);
	buf_byte(b, '\n');
	if (o->labels && o->vtt)
		buf_printf(b, "<v %s>", who);
	else if (o->labels)
		buf_printf(b, "%s: ", who);
	for (i = q->a; i < q->b; i++) {
		w = &q->item->words[i];
		if (i > q->a && i == second)
			buf_byte(b, '\n');
		else if (i > q->a && apart(q->item, i))
			buf_byte(b, ' ');
		escape(b, q->item->text.data + w->at, w->len, o->vtt);
	}
	buf_str(b, "\n\n");
}

void
captions_write(const struct timeline *l, const struct captions_opts *o,
    struct buf *out)
{
	const struct timeline_item *m;
	struct cues c = { 0 };
	size_t i;

	if (o->vtt)
		buf_str(out, "WEBVTT\n\n");
	c.label = o->labels && !o->vtt ? LABEL : 0;
	for (i = 0; i < l->nitems; i++) {
		m = &l->items[i];
		if (m->kind == TIMELINE_WORDS && !m->typed && !m->lost &&
		    (m->who == SIDE_USER ? o->user : o->model))
			cut_item(&c, m);
	}
	if (c.n > 1)
		qsort(c.v, c.n, sizeof(*c.v), by_time);
	stretch(&c);
	for (i = 0; i < c.n; i++)
		write_cue(&c.v[i], o, l->zero, c.label, i + 1, out);
	free(c.v);
}
