/*
 * Frames of 10 ms are summed up as they arrive; kept holds the sound of the
 * turn (while nobody speaks, the last moments, so that it has the beginning of
 * the first word).  Everything kept has one rate; a change of rate converts it.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "emulator/ear.h"
#include "base/mem.h"
#include "sound/pcm.h"

enum {
	FRAME_MS = 10,
	KEEP_MAX = 2 * PCM_RATE_MAX / 1000 * EAR_KEEP_MS
};

struct ear {
	struct ear_settings set;
	int64_t loud;		/* mean square from which a frame is loud */
	int64_t faint;		/* and from which it stays so in speech */
	bool speaking;
	int rate;
	size_t frame;		/* samples of a frame */
	size_t have;		/* samples of it so far */
	int64_t sum;
	int run_ms;		/* loud before speech, quiet within it */
	uint64_t heard;		/* samples at this rate */
	uint64_t heard_ms;	/* time at earlier rates */
	uint64_t turn_ms;
	struct buf kept;
};

/* The mean square of a level in dBFS. */
static int64_t
squares(double db)
{
	double f = pcm_db(db) * 32768;

	return (int64_t)(f * f);
}

struct ear *
ear_new(const struct ear_settings *s)
{
	struct ear *e = mem_alloc(sizeof(*e));
	double db = s->low_start ? -38 : -45;

	e->set = *s;
	e->loud = squares(db);
	e->faint = squares(db - (s->low_end ? 10 : 3));
	buf_init(&e->kept, KEEP_MAX);
	return e;
}

void
ear_free(struct ear *e)
{
	if (!e)
		return;
	buf_done(&e->kept);
	free(e);
}

/* Changes the rate, and converts what is kept. */
static void
retune(struct ear *e, int rate)
{
	struct pcm_rate *r;
	struct buf b;

	if (e->rate) {
		e->heard_ms += e->heard * 1000 / (uint64_t)e->rate;
		buf_init(&b, KEEP_MAX);
		r = pcm_rate_new(e->rate, rate);
		pcm_rate_add(r, e->kept.data, e->kept.len / 2, &b);
		pcm_rate_flush(r, &b);
		pcm_rate_free(r);
		buf_done(&e->kept);
		e->kept = b;
	}
	e->rate = rate;
	e->frame = (size_t)rate * FRAME_MS / 1000;
	e->heard = 0;
	e->have = 0;
	e->sum = 0;
}

static size_t
bytes_of(const struct ear *e, int ms)
{
	return (size_t)((int64_t)e->rate * ms / 1000) * 2;
}

/* Keeps only the newest ms of sound. */
static void
keep_last(struct ear *e, int ms)
{
	size_t n = bytes_of(e, ms);

	if (e->kept.len > n)
		buf_drop(&e->kept, e->kept.len - n);
}

static void
keep(struct ear *e, const unsigned char *p, size_t n)
{
	size_t max = bytes_of(e, EAR_KEEP_MS), before;

	if (e->set.manual && !e->speaking)
		return;
	if (!e->speaking && !e->set.all) {
		/* drop in steps, not for every frame */
		before = bytes_of(e, EAR_BEFORE_MS + e->set.prefix_ms);
		if (e->kept.len > 2 * before)
			keep_last(e, EAR_BEFORE_MS + e->set.prefix_ms);
	}
	if (e->kept.len >= max)
		return;
	if (n * 2 > max - e->kept.len)
		n = (max - e->kept.len) / 2;
	buf_add(&e->kept, p, n * 2);
}

/* Judges a complete frame. */
static enum ear_event
judge(struct ear *e)
{
	int64_t mean = e->sum / (int64_t)e->frame;
	bool loud = mean >= (e->speaking ? e->faint : e->loud);

	e->sum = 0;
	e->have = 0;
	if (e->speaking)
		e->turn_ms += FRAME_MS;
	if (e->set.manual)
		return EAR_NOTHING;
	if (loud != e->speaking) {
		e->run_ms += FRAME_MS;
	} else if (e->speaking) {
		e->run_ms = 0;
	} else {
		/* a short dip does not cancel an onset */
		e->run_ms -= e->run_ms >= 2 * FRAME_MS ? 2 * FRAME_MS :
		    e->run_ms;
	}
	if (!e->speaking && loud && e->run_ms >= e->set.prefix_ms) {
		ear_start(e);
		return EAR_STARTED;
	}
	if (e->speaking && !loud && e->run_ms >= e->set.silence_ms) {
		ear_end(e);
		return EAR_ENDED;
	}
	return EAR_NOTHING;
}

enum ear_event
ear_hear(struct ear *e, int rate, const void *pcm, size_t n, size_t *used)
{
	const unsigned char *p = pcm;
	enum ear_event ev = EAR_NOTHING;
	size_t i, take;
	int v;

	if (rate != e->rate)
		retune(e, rate);
	for (*used = 0; *used < n && ev == EAR_NOTHING; *used += take) {
		take = e->frame - e->have;
		if (take > n - *used)
			take = n - *used;
		for (i = 0; i < take; i++) {
			v = pcm_get(p + 2 * (*used + i));
			e->sum += (int64_t)v * v;
		}
		keep(e, p + 2 * *used, take);
		e->have += take;
		e->heard += take;
		if (e->have == e->frame)
			ev = judge(e);
	}
	return ev;
}

bool
ear_start(struct ear *e)
{
	if (e->speaking)
		return false;
	if (!e->set.all && e->rate)
		keep_last(e, EAR_BEFORE_MS + e->set.prefix_ms);
	e->speaking = true;
	e->turn_ms = (uint64_t)e->run_ms;
	e->run_ms = 0;
	return true;
}

bool
ear_end(struct ear *e)
{
	size_t cut;

	if (!e->speaking)
		return false;
	if (!e->set.all && e->run_ms > EAR_AFTER_MS) {
		cut = bytes_of(e, e->run_ms - EAR_AFTER_MS);
		/* the silence may lie beyond what is kept */
		if (e->kept.len < bytes_of(e, EAR_KEEP_MS) &&
		    cut < e->kept.len)
			e->kept.len -= cut;
	}
	e->turn_ms -= e->turn_ms > (uint64_t)e->run_ms ?
	    (uint64_t)e->run_ms : 0;
	e->speaking = false;
	e->run_ms = 0;
	return true;
}

bool
ear_speaking(const struct ear *e)
{
	return e->speaking;
}

bool
ear_quiet(const struct ear *e)
{
	return !e->speaking && e->run_ms == 0;
}

long long
ear_time(const struct ear *e)
{
	return (long long)(e->heard_ms +
	    (e->rate ? e->heard * 1000 / (uint64_t)e->rate : 0));
}

long long
ear_turn(const struct ear *e)
{
	return (long long)e->turn_ms;
}

void *
ear_take(struct ear *e, int *rate, size_t *samples)
{
	size_t n;
	char *p;

	*rate = e->rate;
	*samples = 0;
	if (e->kept.len == 0)
		return NULL;
	p = buf_take(&e->kept, &n);
	*samples = n / 2;
	return p;
}
