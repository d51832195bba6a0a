/* Aligns words with the sound that they belong to. */
#include "conv/lay.h"

#include <stdbool.h>
#include <stdlib.h>

#include "conv/timeline.h"
#include "stream/render.h"

enum {
	PAUSE_MS = 2000,	/* shorter ones do not end speech */
	CHARS = 15		/* a second, for words without sound */
};

struct timeline_span *
lay_span(const struct timeline *l, int64_t turn)
{
	size_t i;

	for (i = l->nspans; i > 0; i--)
		if (l->spans[i - 1].turn == turn)
			return &l->spans[i - 1];
	return NULL;
}

void
lay_model(struct timeline *l, struct timeline_item *m)
{
	struct timeline_span *s = lay_span(l, m->turn);

	if (m->kind != TIMELINE_WORDS || m->who != SIDE_MODEL || m->typed)
		return;
	if (m->nwords > 0 && m->words[m->nwords - 1].at +
	    m->words[m->nwords - 1].len + 2 > m->text.len)
		return;
	free(m->words);
	if (s == NULL) {
		m->to = m->from + (int64_t)m->text.len * 1000 / CHARS;
		m->words = spread(m->text.data, m->text.len, m->from, m->to,
		    NULL, &m->nwords);
		return;
	}
	m->span = (size_t)(s - l->spans) + 1;
	m->from = s->from;
	m->to = s->to;
	m->words = spread(m->text.data, m->text.len, s->from, s->to,
	    s->cut >= 0 ? NULL : &l->lane[SIDE_MODEL], &m->nwords);
}

/* Where speech that ended at or before ms `to` began, ignoring pauses shorter
 * than PAUSE_MS, but not before `least`.  -1 if there is none. */
static int64_t
began(const struct loud *k, int64_t least, int64_t *to)
{
	size_t n, i, still = 0;
	bool *is = loud_speech(k, least, *to, &n);
	int64_t at = -1, first = least / LOUD_STEP * LOUD_STEP;

	for (i = n; is != NULL && i > 0; i--) {
		if (!is[i - 1]) {
			still++;
			if (at >= 0 && still * LOUD_STEP > PAUSE_MS)
				break;
			continue;
		}
		if (at < 0)
			*to = first + (int64_t)i * LOUD_STEP;
		at = first + (int64_t)(i - 1) * LOUD_STEP;
		still = 0;
	}
	free(is);
	return at < 0 ? -1 : at < least ? least : at;
}

void
lay_user(struct timeline *l, struct timeline_item *m, int64_t least)
{
	const struct loud *k = &l->lane[SIDE_USER];
	int64_t at;

	if (m->typed)
		return;
	if (m->at_ms >= 0) {
		m->from = when_input(&l->when, m->at_ms);
		m->to = m->to_ms > m->at_ms ? when_input(&l->when, m->to_ms) :
		    m->from + (int64_t)m->text.len * 1000 / CHARS;
	} else if (k->sound) {
		m->to = m->last;
		at = began(k, m->from - least > 30000 ? m->from - 30000 :
		    least, &m->to);
		if (at >= 0)
			m->from = at;
		else
			m->to = m->from;
	} else
		m->to = m->last > m->from ? m->last : m->from +
		    (int64_t)m->text.len * 1000 / CHARS;
	m->words = parts_words(&m->parts, m->text.data, &l->when,
	    k->sound ? k : NULL, &m->nwords);
	if (m->words == NULL)
		m->words = spread(m->text.data, m->text.len, m->from, m->to,
		    k->sound ? k : NULL, &m->nwords);
}

void
lay_heard(const struct timeline *l, struct timeline_item *m)
{
	const struct timeline_span *s = m->span > 0 ? &l->spans[m->span - 1] :
	    NULL;
	size_t i;

	m->heard = m->text.len;
	/* interrupted before there was anything to hear */
	if (s == NULL && m->cut && m->who == SIDE_MODEL && !m->typed &&
	    l->lane[SIDE_MODEL].sound)
		m->heard = 0;
	if (s == NULL || s->cut < 0)
		return;
	m->cut = true;
	m->to = s->cut;
	for (i = 0; i < m->nwords; i++)
		if (m->words[i].from + (m->words[i].to - m->words[i].from) /
		    2 >= s->cut) {
			m->heard = m->words[i].at;
			return;
		}
}
