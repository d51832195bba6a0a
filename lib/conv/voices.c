/*
 * Sound out of records.  A single side is put end to end.  With `heard`, turns
 * are held back until it is known how much of them was heard.  Both sides share
 * a clock: base is the first sample not yet written, each track holds what
 * follows it, and what is LAG before the newest time is final.
 */
#include "conv/voices.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "conv/when.h"
#include "sound/pcm.h"
#include "stream/mono.h"
#include "stream/render.h"
#include "stream/stream.h"

enum {
	HOLD_MAX = 64 << 20,	/* bytes of sound held back */
	LAG_MS = 2000,		/* how late a record may report the past */
	GAP_MS = 100,		/* less is timestamp jitter */
	LEAP_MS = 3600 * 1000,	/* more is a broken clock, not silence */
	PIECE = 4096,		/* frames interleaved at a time */
	SLICE = 32 << 10	/* payload taken at a time: it may grow 384
				 * times as long */
};

/* One side's sound at the common rate. */
struct voice {
	struct pcm_in in;
	int from;		/* rate of the records; 0: none came */
	struct pcm_rate *rate;
	struct buf pcm;		/* after taken: not yet written */
	size_t taken;		/* bytes at its front that were */
	int64_t turn, begin;	/* the turn that is coming, and its place */
	struct buf rest;	/* what was cut off from it, */
	int64_t rest_at;	/* from here on */
};

/* A turn held back. */
struct turn {
	int64_t turn;
	int64_t t;		/* of its first sound, -1 unknown */
	size_t len;		/* bytes in the track's pcm */
	size_t out;		/* bytes of it that were written before */
	int64_t keep_ms;	/* -1: all of it */
	bool exact;		/* keep_ms is from `played` */
};

struct voices {
	struct voices_opts o;
	int rate;
	struct voice track[2];	/* by enum side */
	struct turn *turns;
	size_t nturns;
	struct when when;	/* the call's clock, for both sides */
	int64_t base, now;	/* in samples; both sides */
	int64_t goal;		/* what is before it is final */
	int64_t shift;		/* from breaks that were closed up */
	bool begun;
	bool midway;		/* within a record, */
	bool placed;
	size_t done;		/* so much of whose payload is taken */
	bool ending;
	int last;		/* side of the last sound, without times */
	unsigned long skipped;
};

struct voices *
voices_new(const struct voices_opts *o)
{
	struct voices *v = mem_alloc(sizeof(*v));

	v->o = *o;
	v->rate = o->rate;
	buf_init(&v->track[SIDE_USER].pcm, (size_t)3 * HOLD_MAX);
	buf_init(&v->track[SIDE_MODEL].pcm, (size_t)3 * HOLD_MAX);
	buf_init(&v->track[SIDE_USER].rest, 0);
	buf_init(&v->track[SIDE_MODEL].rest, (size_t)3 * HOLD_MAX);
	v->track[SIDE_MODEL].turn = v->track[SIDE_USER].turn = -1;
	v->last = -1;
	return v;
}

void
voices_free(struct voices *v)
{
	int i;

	if (v == NULL)
		return;
	for (i = 0; i < 2; i++) {
		pcm_rate_free(v->track[i].rate);
		buf_done(&v->track[i].pcm);
		buf_done(&v->track[i].rest);
	}
	when_done(&v->when);
	free(v->turns);
	free(v);
}

int
voices_rate(const struct voices *v)
{
	return v->begun ? v->rate : 0;
}

int
voices_channels(const struct voices *v)
{
	return v->o.who == VOICES_BOTH ? 2 : 1;
}

unsigned long
voices_skipped(const struct voices *v)
{
	return v->skipped;
}

const char *
voices_advice(const struct voices *v, char *text, size_t size)
{
	const char *why = pcm_in_advice(&v->track[SIDE_USER].in, text, size);

	return why != NULL ? why : pcm_in_advice(&v->track[SIDE_MODEL].in,
	    text, size);
}

/* Makes the track ready for records of this kind. */
static bool
tune(struct voices *v, struct voice *k, const struct record *rec, int def_rate)
{
	struct mono_form f;
	int rate, channels;

	(void)mono_form(&f, rec, def_rate);
	rate = f.rate;
	channels = f.channels;
	if (rate == 0) {
		v->skipped++;
		return false;
	}
	if (v->rate == 0)
		v->rate = rate;
	v->begun = true;
	if (k->from == 0 || k->in.channels != channels)
		pcm_in_init(&k->in, PCM_S16, channels);
	k->in.pick = channels > 1 ? v->o.pick : PCM_MIX;
	if (k->from == rate)
		return true;
	if (k->rate != NULL)
		pcm_rate_flush(k->rate, &k->pcm);
	pcm_rate_free(k->rate);
	k->rate = pcm_rate_new(rate, v->rate);
	k->from = rate;
	return true;
}

/* Appends the record's sound to the track. */
static void
append(struct voice *k, const struct record *rec)
{
	struct buf mono;

	buf_init(&mono, SLICE + 2);
	if (pcm_in_add(&k->in, rec->payload, rec->payload_len, &mono) == 0 &&
	    mono.len > 0)
		pcm_rate_add(k->rate, mono.data, mono.len / 2, &k->pcm);
	buf_done(&mono);
}

static size_t
have(const struct voice *k)
{
	return k->pcm.len - k->taken;
}

/* Drops n bytes from the front; moves the rest only if it is shorter. */
static void
take(struct voice *k, size_t n)
{
	k->taken += n;
	if (k->taken < k->pcm.len - k->taken)
		return;
	buf_drop(&k->pcm, k->taken);
	k->taken = 0;
}

static int
put(struct voices *v, struct voice *k, size_t n)
{
	int ret = n > 0 ? v->o.write(v->o.arg, k->pcm.data + k->taken, n) : 0;

	take(k, n);
	return ret;
}

/* Writes the oldest turn as far as it was heard. */
static int
release(struct voices *v, struct voice *k)
{
	struct turn *t = &v->turns[0];
	size_t keep = t->len, heard;
	int ret;

	if (t->keep_ms >= 0 && t->keep_ms < LEAP_MS) {
		heard = (size_t)(t->keep_ms * v->rate / 1000) * 2;
		heard = heard > t->out ? heard - t->out : 0;
		keep = heard < keep ? heard : keep;
	}
	ret = put(v, k, keep);
	take(k, t->len - keep);
	v->nturns--;
	memmove(t, t + 1, v->nturns * sizeof(*t));
	return ret;
}

/* Accounts for what was appended since the track had `before` bytes. */
static void
count(struct voices *v, const struct voice *k, size_t before)
{
	if (v->nturns > 0)
		v->turns[v->nturns - 1].len += have(k) - before;
}

static int
hold(struct voices *v, struct voice *k, const struct record *rec)
{
	int64_t turn = json_get_int(rec->head, "turn", 0);
	size_t before = have(k);
	int ret;

	if (v->nturns == 0 || v->turns[v->nturns - 1].turn != turn) {
		pcm_rate_flush(k->rate, &k->pcm);
		count(v, k, before);
		before = have(k);
		v->turns = mem_resize(v->turns, v->nturns + 1,
		    sizeof(*v->turns));
		v->turns[v->nturns++] = (struct turn){ .turn = turn,
		    .t = json_get_int(rec->head, "t", -1), .keep_ms = -1 };
	}
	append(k, rec);
	count(v, k, before);
	while (v->nturns > 1 && have(k) > HOLD_MAX)
		if ((ret = release(v, k)) != 0)
			return ret;
	if (have(k) <= HOLD_MAX)
		return 0;
	/* a turn of twenty minutes, not cut so far */
	v->turns[0].len -= HOLD_MAX / 2;
	v->turns[0].out += HOLD_MAX / 2;
	return put(v, k, HOLD_MAX / 2);
}

/* How much of a turn that is held back was heard: the player's report, which
 * comes with the end of the turn, overrides the clock. */
static void
note_heard(struct voices *v, const struct record *rec)
{
	const struct json *whole = json_get(rec->head, "interrupted");
	bool played = strcmp(rec->type, "played") == 0;
	int64_t turn = json_get_int(rec->head, "turn", -1);
	int64_t ms = json_get_int(rec->head, "ms", -1);
	int64_t t = json_get_int(rec->head, "t", -1);
	struct turn *p;
	size_t i;

	for (i = 0; i < v->nturns; i++) {
		p = &v->turns[i];
		if (p->turn != turn || (played && whole == NULL))
			continue;
		if (played) {
			p->keep_ms = json_true(whole) ? ms : -1;
			p->exact = true;
		} else if (!p->exact && t >= 0 && p->t >= 0 && t >= p->t)
			p->keep_ms = t - p->t;
	}
}

static int64_t
end(const struct voices *v, int side)
{
	return v->base + (int64_t)(have(&v->track[side]) / 2);
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Takes n samples from a track into every second sample of out; silence where
 * it has none. */
static void
deal(struct voice *k, char *out, size_t n)
{
	size_t i, there = have(k) / 2 < n ? have(k) / 2 : n;
	const char *from = there > 0 ? k->pcm.data + k->taken : NULL;

	for (i = 0; i < there; i++, from += 2)
		memcpy(out + 4 * i, from, 2);
	for (; i < n; i++)
		memset(out + 4 * i, 0, 2);
	take(k, there * 2);
}

/* Writes both sides up to the sample `to`. */
static int
mix(struct voices *v, int64_t to)
{
	char out[PIECE * 4];
	size_t n;
	int ret;

	while (v->base < to) {
		n = to - v->base < PIECE ? (size_t)(to - v->base) : PIECE;
		deal(&v->track[SIDE_USER], out, n);
		deal(&v->track[SIDE_MODEL], out + 2, n);
		v->base += (int64_t)n;
		if ((ret = v->o.write(v->o.arg, out, n * 4)) != 0)
			return ret;
	}
	return 0;
}

/* The place of the record's time in the call, in samples; -1 if it has none.
 * What is longer than any silence is only a break in the clock: what follows is
 * put after what is there. */
static int64_t
place(struct voices *v)
{
	int64_t t = v->when.call, at;

	if (t < 0)
		return -1;
	at = t * v->rate / 1000 - v->shift;
	if (v->last != -1 && at - v->now > (int64_t)LEAP_MS / 1000 * v->rate) {
		v->shift += at - v->now;
		at = v->now;
	}
	return at < 0 ? 0 : at;
}

/* Moves the clock on: what is LAG behind it is final. */
static void
advance(struct voices *v, int64_t to)
{
	int64_t goal = to - (int64_t)LAG_MS * v->rate / 1000;

	v->now = later(v->now, to);
	v->goal = later(v->goal, goal);
}

/* Moves the clock to the time of a record of sound. */
static void
arrive(struct voices *v, int side)
{
	int64_t at = place(v);

	if (v->last == -1)
		v->base = v->now = v->goal = later(at, 0);
	if (at < 0)
		at = v->last == side ? end(v, side) : later(end(v, 0),
		    end(v, 1));
	advance(v, at);
}

/* Extends the side to where the record's sound belongs, or to the end of what
 * is there. */
static void
go(struct voices *v, int side, const struct record *rec)
{
	static const char zero[1024];
	struct voice *k = &v->track[side];
	int64_t at = place(v), jitter = GAP_MS, gap, turn, n;

	if (at < 0) {
		at = v->last == side ? end(v, side) : later(end(v, 0),
		    end(v, 1));
		jitter = 0;
	}
	v->last = side;
	gap = at > v->now ? 0 : at - end(v, side);
	if (gap > jitter * v->rate / 1000)
		for (; gap > 0; gap -= n) {
			n = gap < 512 ? gap : 512;
			buf_add(&k->pcm, zero, (size_t)n * 2);
		}
	turn = json_get_int(rec->head, "turn", 0);
	buf_clear(&k->rest);
	if (turn != k->turn) {
		k->turn = turn;
		k->begin = end(v, side);
	}
}

/* The model's sound after the sample `at` was never played, according to the
 * clock, or to the player, whose report comes later and overrides that. */
static void
cut(struct voices *v, int64_t at)
{
	struct voice *k = &v->track[SIDE_MODEL];
	size_t n;

	if (k->rate != NULL)
		pcm_rate_reset(k->rate);
	if (at < v->base)
		at = v->base;
	if (k->rest.len > 0 && k->rest_at == end(v, SIDE_MODEL))
		buf_add(&k->pcm, k->rest.data, k->rest.len);
	buf_clear(&k->rest);
	if (at >= end(v, SIDE_MODEL))
		return;
	n = (size_t)(at - v->base) * 2;
	buf_add(&k->rest, k->pcm.data + k->taken + n, have(k) - n);
	k->rest_at = at;
	k->pcm.len = k->taken + n;
}

/* A record without sound, with both sides: moves the clock there, and then may
 * cut the model off. */
static int
both(struct voices *v, const struct record *rec)
{
	struct voice *k = &v->track[SIDE_MODEL];
	int64_t at = v->rate > 0 ? place(v) : -1, ms;
	int ret;

	if (v->last == -1)
		return 0;
	if (at >= 0)
		advance(v, at);
	if ((ret = mix(v, v->goal)) != 0)
		return ret;
	if (strcmp(rec->type, "interrupted") == 0 && at >= 0)
		cut(v, at);
	if (strcmp(rec->type, "played") != 0 ||
	    json_get_int(rec->head, "turn", -1) != k->turn)
		return 0;
	ms = json_get_int(rec->head, "ms", -1);
	if (ms >= 0 && ms < LEAP_MS &&
	    json_true(json_get(rec->head, "interrupted")))
		cut(v, k->begin + ms * v->rate / 1000);
	return 0;
}

/* Puts one slice of sound into the track and writes what is final. */
static int
slice(struct voices *v, struct voice *k, const struct record *rec)
{
	if (v->o.who == VOICES_MODEL && v->o.heard)
		return hold(v, k, rec);
	append(k, rec);
	if (v->o.who != VOICES_BOTH)
		return put(v, k, have(k));
	return have(k) > HOLD_MAX ? mix(v, v->base + HOLD_MAX / 4) : 0;
}

/* Begins a record of sound; false if it is left out. */
static bool
begin(struct voices *v, const struct record *rec)
{
	int side = render_side(rec);

	if (v->o.who != VOICES_BOTH &&
	    side != (v->o.who == VOICES_USER ? SIDE_USER : SIDE_MODEL))
		return false;
	if (!tune(v, &v->track[side], rec, side == SIDE_USER ? 16000 : 24000))
		return false;
	v->midway = true;
	v->placed = v->o.who != VOICES_BOTH;
	v->done = 0;
	if (!v->placed)
		arrive(v, side);
	return true;
}

/* In steps, since one record can become much silence, or much sound. */
static int
audio(struct voices *v, const struct record *rec)
{
	struct record part = *rec;
	int side = render_side(rec), ret;
	size_t left;

	if (!v->midway && !begin(v, rec))
		return 0;
	if (!v->placed) {
		if ((ret = mix(v, v->goal)) != 0)
			return ret;
		go(v, side, rec);
		v->placed = true;
	}
	while ((left = rec->payload_len - v->done) > 0) {
		part.payload = rec->payload + v->done;
		part.payload_len = left < SLICE ? left : SLICE;
		v->done += part.payload_len;
		if ((ret = slice(v, &v->track[side], &part)) != 0)
			return ret;
	}
	v->midway = false;
	return 0;
}

int
voices_record(struct voices *v, const struct record *rec)
{
	if (!v->midway && v->o.who == VOICES_BOTH)
		when_record(&v->when, rec);
	if (strcmp(rec->type, "audio") == 0)
		return audio(v, rec);
	if (v->o.who == VOICES_BOTH)
		return both(v, rec);
	if (v->o.heard && (strcmp(rec->type, "played") == 0 ||
	    strcmp(rec->type, "interrupted") == 0))
		note_heard(v, rec);
	return 0;
}

int
voices_end(struct voices *v)
{
	struct voice *k;
	size_t before;
	int i, ret;

	for (i = 0; i < 2 && !v->ending; i++) {
		k = &v->track[i];
		before = have(k);
		if (k->rate != NULL)
			pcm_rate_flush(k->rate, &k->pcm);
		count(v, k, before);
	}
	v->ending = true;
	if (v->o.who == VOICES_BOTH)
		return mix(v, later(end(v, 0), end(v, 1)));
	k = &v->track[v->o.who == VOICES_USER ? SIDE_USER : SIDE_MODEL];
	while (v->nturns > 0)
		if ((ret = release(v, k)) != 0)
			return ret;
	return put(v, k, have(k));
}
