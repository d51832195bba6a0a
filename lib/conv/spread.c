/*
 * Time is measured in speech: the ms of a stretch without its pauses.  Each
 * word gets a place in that, then the places become times again.
 */
#include "conv/spread.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "conv/loud.h"

enum {
	LONG_WORD = 48,		/* bytes: where text without spaces is cut, */
	WIDE_WORD = 24,		/* and where that of wide characters is */
	PAUSE_MS = 250,		/* a pause that may part sentences */
	NEAR_MS = 900		/* how far a sentence is moved to meet one */
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

/* 2 if a sentence ends with the n bytes at s, 1 if a clause does, else 0. */
static int
ends(const char *s, size_t n)
{
	static const char *const marks[] = {
		"\xe3\x80\x82", "\xef\xbc\x9f", "\xef\xbc\x81",	/* 。？！ */
		"\xe3\x80\x81", "\xef\xbc\x8c"			/* 、， */
	};
	size_t i;

	for (i = 0; n >= 3 && i < 5; i++)
		if (memcmp(s + n - 3, marks[i], 3) == 0)
			return i < 3 ? 2 : 1;
	return n == 0 ? 0 : strchr(".?!", s[n - 1]) != NULL ? 2 :
	    strchr(":;,", s[n - 1]) != NULL;
}

/* The length of the word at s: up to a space; text without any is cut at its
 * punctuation, and where it becomes too long. */
static size_t
word(const char *s, size_t n)
{
	size_t len, most = (unsigned char)*s >= 0xe3 ? WIDE_WORD : LONG_WORD;

	for (len = 0; len < n && !space(s[len]); len++)
		if (len >= 3 && (unsigned char)s[len] >= 0xe3 &&
		    (unsigned char)s[len - 3] >= 0xe3 && ends(s, len) > 0 &&
		    ends(s + len, 3) == 0)
			break;
	if (len > most && (len = utf8_cut(s, most)) == 0)
		len = most;
	return len;
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
		len = word(s + i, n - i);
		w = mem_grow(w, k, sizeof(*w));
		w[k++] = (struct spread_word){ .at = i, .len = len };
		i += len;
	}
	*count = k;
	return w;
}

/* How long a word takes, in letters, a little more at the end of a clause. */
static int64_t
weight(const char *s, const struct spread_word *w)
{
	int64_t n = 1;
	size_t i;

	for (i = w->at; i < w->at + w->len; i++)
		n += ((unsigned char)s[i] & 0xc0) != 0x80;
	return n;
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

/* The time at which this much had been spoken: after a pause if something
 * begins then, before it if something ends. */
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

/* The place, in speech, of the pause between two places that is nearest to a
 * third; -1 if none is near. */
static int64_t
pause_near(const struct spread_speech *p, int64_t spoken, int64_t from,
    int64_t to)
{
	int64_t have = 0, best = -1, off, least = NEAR_MS + 1;
	size_t i, still = 0;

	for (i = 0; p->is != NULL && i < p->n && have < to; i++) {
		if (!p->is[i]) {
			still++;
			continue;
		}
		off = have > spoken ? have - spoken : spoken - have;
		if (still * LOUD_STEP >= PAUSE_MS && have > from &&
		    off < least) {
			best = have;
			least = off;
		}
		have += LOUD_STEP;
		still = 0;
	}
	return best;
}

/* Spreads words a to b over speech from one place to another. */
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

/* The same, but looks for a pause at the end of each sentence, and then within
 * it at the ends of clauses. */
static void
divide(const struct spread_speech *p, const char *s, struct spread_word *w,
    size_t a, size_t b, int64_t from, int64_t to, int level)
{
	int64_t all = 0, done = 0, at;
	size_t i;

	if (level == 0) {
		lay(p, s, w, a, b, from, to);
		return;
	}
	for (i = a; i < b; i++)
		all += weight(s, &w[i]);
	for (i = a; i + 1 < b; i++) {
		done += weight(s, &w[i]);
		if (ends(s + w[i].at, w[i].len) < level)
			continue;
		at = pause_near(p, from + (to - from) * done / all, from, to);
		if (at < 0)
			continue;
		divide(p, s, w, a, i + 1, from, at, level - 1);
		all -= done;
		done = 0;
		from = at;
		a = i + 1;
	}
	divide(p, s, w, a, b, from, to, level - 1);
}

struct spread_word *
spread(const char *text, size_t n, int64_t from, int64_t to,
    const struct loud *k, size_t *count)
{
	struct spread_word *w = split(text, n, count);
	struct spread_speech p;

	if (w == NULL)
		return NULL;
	if (to < from)
		to = from;
	listen(&p, k, from, to);
	divide(&p, text, w, 0, *count, 0, p.all, 2);
	free(p.is);
	return w;
}
