/*
 * The service gives offsets of words on the same clock as that of the
 * transcript: what the session made of the latter (at_ms) shifts the former.
 */
#include "conv/parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/json.h"
#include "base/mem.h"
#include "conv/loud.h"
#include "conv/spread.h"
#include "conv/when.h"
#include "stream/stream.h"

enum {
	CHARS = 15,		/* a second, where no end is known */
	MAX = 100000
};

void
parts_done(struct parts *p)
{
	free(p->v);
	memset(p, 0, sizeof(*p));
}

static void
put(struct parts *p, size_t at, size_t end, int64_t at_ms, int64_t to_ms)
{
	if (p->n == MAX || at_ms < 0 || at_ms >= WHEN_DAY) {
		p->unknown = true;
		return;
	}
	p->v = mem_grow(p->v, p->n, sizeof(*p->v));
	p->v[p->n++] = (struct parts_piece){ .at = at, .len = end - at,
	    .at_ms = at_ms, .to_ms = to_ms < WHEN_DAY ? to_ms : -1 };
}

/* In ms, -1 if invalid.  0 may be left out. */
static int64_t
offset(const struct json *word, const char *key)
{
	return duration_ms(json_get_str(word, key, "0s"));
}

/* How many bytes after s a word begins; -1 if it does not occur. */
static long
find(const char *s, size_t n, const char *word)
{
	size_t len = strlen(word), i;

	while (*word == ' ') {
		word++;
		len--;
	}
	for (i = 0; len > 0 && i + len <= n; i++)
		if (memcmp(s + i, word, len) == 0)
			return (long)i;
	return -1;
}

/* Adds each word as a piece; false, and nothing is added, if they are not the
 * words of the text. */
static bool
by_words(struct parts *p, const struct json *words, int64_t shift,
    const char *text, size_t at, size_t end)
{
	size_t n = p->n, next = at;
	const struct json *w;
	int64_t from, to;
	long found;

	for (w = json_first(words); w != NULL; w = json_next(w)) {
		from = offset(w, "startOffset");
		to = offset(w, "endOffset");
		found = find(text + next, end - next,
		    json_get_str(w, "word", ""));
		if (found < 0 || from < 0 || from + shift < 0)
			break;
		if (p->n > n)
			p->v[p->n - 1].len = next + (size_t)found -
			    p->v[p->n - 1].at;
		put(p, p->n > n ? next + (size_t)found : at, end, from + shift,
		    to >= from ? to + shift : -1);
		next += (size_t)found + 1;
	}
	if (w == NULL && p->n > n)
		return true;
	p->n = n;
	return false;
}

void
parts_add(struct parts *p, const struct record *rec, const char *text,
    size_t at, size_t end)
{
	const struct json *words = json_get(rec->head, "words");
	int64_t at_ms = json_get_int(rec->head, "at_ms", -1);
	int64_t from = json_get_int(rec->head, "start_ms", -1);

	if (from < 0 && json_size(words) > 0)
		from = offset(json_first(words), "startOffset");
	if (at_ms < 0 || from < 0 || !by_words(p, words, at_ms - from, text,
	    at, end))
		put(p, at, end, at_ms, json_get_int(rec->head, "to_ms", -1));
}

/* A piece may begin within a word. */
static bool
within(const char *text, size_t at)
{
	return at > 0 && strchr(" \t\n", text[at - 1]) == NULL &&
	    strchr(" \t\n", text[at]) == NULL;
}

struct spread_word *
parts_words(const struct parts *p, const char *text, const struct when *when,
    const struct loud *loud, size_t *count)
{
	struct spread_word *all = NULL, *w;
	size_t i, k, n, first;
	int64_t from, to;

	*count = 0;
	if (p->n == 0 || p->unknown)
		return NULL;
	for (i = 0; i < p->n; i++) {
		from = when_input(when, p->v[i].at_ms);
		to = p->v[i].to_ms >= p->v[i].at_ms ?
		    when_input(when, p->v[i].to_ms) :
		    from + (int64_t)p->v[i].len * 1000 / CHARS;
		w = spread(text + p->v[i].at, p->v[i].len, from, to, loud, &n);
		first = 0;
		if (n > 0 && *count > 0 && within(text, p->v[i].at)) {
			all[*count - 1].len += w[0].len;
			all[*count - 1].to = w[0].to;
			first = 1;
		}
		all = mem_resize(all, *count + n + 1, sizeof(*all));
		for (k = first; k < n; k++) {
			w[k].at += p->v[i].at;
			all[(*count)++] = w[k];
		}
		free(w);
	}
	return all;
}
