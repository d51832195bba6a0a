/*
 * Time is counted in speech: the ms of a stretch that are no pause.  Each word
 * has a place in that, then the places become times again.
 */
#include "conv/spread.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "conv/loud.h"

enum {
	LONG_WORD = 48,		/* bytes: text without spaces is cut so */
	PAUSE_MS = 250,		/* a pause that may part sentences */
	NEAR_MS = 900		/* how far a sentence is moved to one */
};

/* The speech of a stretch. */
struct spread_speech {
	bool *is;
	size_t n;
	int64_t first;		/* ms of its first step */
	int64_t from, to;
	int64_t all;		/* ms of speech in it */
};

static bool
space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static struct spread_word *
split(const char *s, size_t n, size_t *count)
{
	struct spread_word *w = NULL;
	size_t i = 0, k = 0, len;

	while (i < n) {
		if (space(s[i])) {
			i++;
			continue;
		}
		for (len = 0; i + len < n && !space(s[i + len]); len++)
			;
		if (len > LONG_WORD && (len = utf8_cut(s + i, LONG_WORD)) == 0)
			len = LONG_WORD;
		if ((k & (k - 1)) == 0)
			w = mem_resize(w, k > 0 ? 2 * k : 1, sizeof(*w));
		w[k++] = (struct spread_word){ .at = i, .len = len };
		i += len;
	}
	*count = k;
	return w;
}

/* How long a word takes, in letters; what ends a clause takes a little. */
static int64_t
weight(const char *s, const struct spread_word *w)
{
	int64_t n = 1;
	size_t i;

	for (i = w->at; i < w->at + w->len; i++)
		n += ((unsigned char)s[i] & 0xc0) != 0x80;
	return n;
}

static bool
ends_sentence(const char *s, const struct spread_word *w)
{
	static const char *const full[] = { "\xe3\x80\x82", "\xef\xbc\x9f",
	    "\xef\xbc\x81" };
	size_t i, at = w->at + w->len;

	if (strchr(".?!:;,", s[at - 1]) != NULL)
		return true;
	for (i = 0; i < 3; i++)
		if (w->len >= 3 && memcmp(s + at - 3, full[i], 3) == 0)
			return true;
	return false;
}

static void
listen(struct spread_speech *p, const struct loud *k, int64_t from, int64_t to)
{
	size_t i;

	*p = (struct spread_speech){ .from = from, .to = to };
	if (k != NULL)
		p->is = loud_speech(k, from, to, &p->n);
	p->first = from / LOUD_STEP * LOUD_STEP;
	for (i = 0; p->is != NULL && i < p->n; i++)
		p->all += p->is[i] ? LOUD_STEP : 0;
	if (p->all == 0) {
		free(p->is);
		p->is = NULL;
		p->all = to - from;
	}
}

static int64_t
clamp(const struct spread_speech *p, int64_t t)
{
	return t < p->from ? p->from : t > p->to ? p->to : t;
}

/* The time at which so much was spoken: for a beginning behind a pause, for an
 * end before it. */
static int64_t
moment(const struct spread_speech *p, int64_t spoken, bool end)
{
	int64_t have = 0;
	size_t i;

	if (p->is == NULL)
		return p->from + spoken;
	for (i = 0; i < p->n; i++) {
		if (!p->is[i])
			continue;
		if (end ? have + LOUD_STEP >= spoken : have + LOUD_STEP >
		    spoken)
			return clamp(p, p->first + (int64_t)i * LOUD_STEP +
			    spoken - have);
		have += LOUD_STEP;
	}
	return p->to;
}

/* The place, in speech, of the pause nearest to one; -1 where none is near. */
static int64_t
pause_near(const struct spread_speech *p, int64_t spoken)
{
	int64_t have = 0, best = -1, off;
	size_t i, still = 0;

	for (i = 0; p->is != NULL && i < p->n; i++) {
		if (!p->is[i]) {
			still++;
			continue;
		}
		off = have > spoken ? have - spoken : spoken - have;
		if (still * LOUD_STEP >= PAUSE_MS && have > 0 &&
		    off <= NEAR_MS && (best < 0 || off < (best > spoken ?
		    best - spoken : spoken - best)))
			best = have;
		have += LOUD_STEP;
		still = 0;
	}
	return best;
}

/* Lays words a to b over speech from one place to another. */
static void
lay(const struct spread_speech *p, const char *s, struct spread_word *w,
    size_t a, size_t b, int64_t from, int64_t to)
{
	int64_t all = 0, done = 0;
	size_t i;

	for (i = a; i < b; i++)
		all += weight(s, &w[i]);
	for (i = a; i < b; i++) {
		w[i].from = moment(p, from + (to - from) * done / all, false);
		done += weight(s, &w[i]);
		w[i].to = moment(p, from + (to - from) * done / all, true);
		if (w[i].to < w[i].from)
			w[i].to = w[i].from;
	}
}

struct spread_word *
spread(const char *text, size_t n, int64_t from, int64_t to,
    const struct loud *k, size_t *count)
{
	struct spread_word *w = split(text, n, count);
	int64_t all = 0, done = 0, last = 0, at;
	struct spread_speech p;
	size_t i, begun = 0;

	if (w == NULL)
		return NULL;
	if (to < from)
		to = from;
	listen(&p, k, from, to);
	for (i = 0; i < *count; i++)
		all += weight(text, &w[i]);
	for (i = 0; i < *count; i++) {
		done += weight(text, &w[i]);
		if (i + 1 == *count || !ends_sentence(text, &w[i]))
			continue;
		at = pause_near(&p, last + (p.all - last) * done / all);
		if (at <= last)
			continue;
		lay(&p, text, w, begun, i + 1, last, at);
		all -= done;
		done = 0;
		last = at;
		begun = i + 1;
	}
	lay(&p, text, w, begun, *count, last, p.all);
	free(p.is);
	return w;
}
