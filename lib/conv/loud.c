/* Turns samples into peaks, and peaks into stretches of speech. */
#include "conv/loud.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sound/pcm.h"
#include "stream/mono.h"
#include "stream/stream.h"

enum {
	NS = 1000000,		/* in a ms */
	BRIDGE = 3,		/* steps of silence inside a word */
	RANGE = 12,		/* speech is above this part of the loudest */
	FLOOR = 3		/* and above this */
};

void
loud_done(struct loud *k)
{
	free(k->peak);
	*k = (struct loud){ 0 };
}

static void
room(struct loud *k, size_t need)
{
	if (need > k->cap) {
		k->cap = need * 2;
		k->peak = mem_resize(k->peak, k->cap, 1);
	}
	if (need > k->n) {
		memset(k->peak + k->n, 0, need - k->n);
		k->n = need;
	}
}

static void
measure(struct loud *k, const unsigned char *p, size_t samples, int rate,
    int64_t at)
{
	struct pcm_level level;
	size_t step, i, n;
	int64_t ns = (int64_t)samples * 1000 * NS / rate;

	if (k->sound && at == k->end)
		ns += k->rest;
	room(k, (size_t)((at + ns / NS) / LOUD_STEP) + 1);
	for (i = 0; i < samples; i += n) {
		n = (size_t)rate * LOUD_STEP / 4000 + 1;
		n = samples - i < n ? samples - i : n;
		memset(&level, 0, sizeof(level));
		pcm_level_add(&level, p + 2 * i, n);
		step = (size_t)((at + (int64_t)(i * 1000 / (size_t)rate)) /
		    LOUD_STEP);
		if (level.peak / 128 > k->peak[step])
			k->peak[step] = level.peak >= 32640 ? 255 :
			    (uint8_t)(level.peak / 128);
	}
	k->end = at + ns / NS;
	k->rest = ns % NS;
	k->sound = true;
}

bool
loud_add(struct loud *k, const struct record *rec, int def_rate, int64_t at,
    int64_t limit)
{
	struct mono_form f;
	struct mono mono;
	const void *p;
	bool ok;

	(void)mono_form(&f, rec, def_rate);
	if (f.rate == 0 || f.frames == 0 || at < 0 ||
	    at + (int64_t)f.frames * 1000 / f.rate >= limit)
		return false;
	mono_init(&mono, PCM_MIX);
	p = mono_mix(&mono, &f, rec);
	ok = p != NULL;
	if (ok)
		measure(k, p, f.frames, f.rate, at);
	mono_done(&mono);
	return ok;
}

void
loud_hush(struct loud *k, int64_t from, int64_t to)
{
	size_t a = (size_t)(from / LOUD_STEP) + 1;
	size_t b = (size_t)(to / LOUD_STEP) + 1;

	b = b < k->n ? b : k->n;
	if (a < b)
		memset(k->peak + a, 0, b - a);
}

void
loud_cut(struct loud *k, int64_t at)
{
	size_t n = (size_t)(at / LOUD_STEP) + 1;

	if (n < k->n)
		k->n = n;
	if (at < k->end) {
		k->end = at;
		k->rest = 0;
	}
}

bool *
loud_speech(const struct loud *k, int64_t from, int64_t to, size_t *n)
{
	size_t a = from > 0 ? (size_t)(from / LOUD_STEP) : 0, i, j;
	size_t b = to > 0 ? (size_t)((to + LOUD_STEP - 1) / LOUD_STEP) : 0;
	int max = 0, least;
	bool *is;

	b = b < k->n ? b : k->n;
	*n = a < b ? b - a : 0;
	for (i = a; i < b; i++)
		max = k->peak[i] > max ? k->peak[i] : max;
	if (max < FLOOR)
		return NULL;
	least = max / RANGE > FLOOR ? max / RANGE : FLOOR;
	is = mem_alloc(*n * sizeof(*is));
	for (i = 0; i < *n; i++)
		is[i] = k->peak[a + i] >= least;
	for (i = 1; i < *n; i++) {
		if (is[i] || !is[i - 1])
			continue;
		for (j = i; j < *n && !is[j]; j++)
			;
		if (j < *n && j - i <= BRIDGE)
			while (i < j)
				is[i++] = true;
	}
	return is;
}
