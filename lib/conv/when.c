/*
 * The user's sound is the ruler: each piece is placed at its time of arrival,
 * or right after the piece before if it came sooner than that.  Positions in
 * the input are looked up there.
 */
#include "conv/when.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/json.h"
#include "base/mem.h"
#include "stream/mono.h"
#include "stream/render.h"
#include "stream/stream.h"

enum {
	JITTER_MS = 100,	/* less is not a pause */
	FAST_MS = 1500,		/* more is not jitter: it came too fast */
	JOIN_MS = 1000,		/* between runs without wall-clock times */
	PIECES_MAX = 200000
};

void
when_done(struct when *w)
{
	free(w->pieces);
	w->pieces = NULL;
	w->npieces = 0;
}

int64_t
when_wall(const char *s)
{
	int64_t ms;

	return s != NULL && date_ms(s, &ms) == 0 && ms >= 0 ? ms : -1;
}

/* A stream begins, perhaps after another one in the same file. */
static void
start(struct when *w, const struct record *rec)
{
	int64_t wall = when_wall(json_get_str(rec->head, "time", NULL));

	if (w->wall == 0 && wall > 0 && !w->clocked)
		w->wall = wall;
	/* a recording in several files has one clock */
	w->joined = w->clocked && (wall <= 0 || wall != w->newest);
	w->newest = wall;
	w->turn = 0;
	if (!w->joined)
		return;
	/* the next record with a time takes it over, if that is earlier */
	w->base = w->t + JOIN_MS;
	if (w->wall > 0 && wall - w->wall > w->base &&
	    wall - w->wall < WHEN_DAY)
		w->base = wall - w->wall;
	w->told = wall > 0;
}

/* The time of a record, across all runs; -1 if it has none. */
static int64_t
stamp(struct when *w, const struct record *rec)
{
	int64_t t = json_get_int(rec->head, "t", -1);

	if (t < 0 || t >= WHEN_DAY)
		return -1;
	if (w->joined) {
		w->joined = false;
		if (t >= w->t && !w->told) {
			w->base = 0;	/* still the same clock */
		} else {
			w->input_us = 0;
			w->npieces = 0;
			w->anchored = w->shifted = false;
			w->lead = 0;
		}
	}
	t += w->base;
	if (t > w->t)
		w->t = t;
	w->clocked = true;
	return t < WHEN_DAY ? t : WHEN_DAY - 1;
}

static void
zero(struct when *w, int64_t call)
{
	if (!w->zeroed || call < w->zero)
		w->zero = call;
	w->zeroed = true;
}

/* Pieces that follow one another in both clocks are one. */
static void
remember(struct when *w, int64_t at_ms, int64_t call, int64_t t, int64_t len)
{
	struct when_piece *p = w->npieces > 0 ? &w->pieces[w->npieces - 1] :
	    NULL;

	if (p != NULL && llabs((long long)(p->at_ms + p->len - at_ms)) <= 2 &&
	    llabs((long long)(p->call + p->len - call)) <= 2 &&
	    llabs((long long)(p->t + p->len - t)) <= JITTER_MS) {
		p->len = at_ms + len - p->at_ms;
		return;
	}
	if (w->npieces == PIECES_MAX)
		return;
	w->pieces = mem_grow(w->pieces, w->npieces, sizeof(*p));
	w->pieces[w->npieces++] = (struct when_piece){ .at_ms = at_ms,
	    .call = call, .t = t, .len = len };
}

static void
sound(struct when *w, const struct record *rec, int64_t t)
{
	struct mono_form f;
	int64_t at_ms = json_get_int(rec->head, "at_ms", -1), at, ns;

	(void)mono_form(&f, rec, 16000);
	if (f.rate == 0)
		return;
	ns = (int64_t)f.frames * 1000000000 / f.rate;
	if (at_ms < 0 || at_ms >= WHEN_DAY)
		at_ms = w->input_us / 1000;
	at = t < 0 ? w->sound : t;
	if (w->sounded && at < w->sound + JITTER_MS)
		at = w->sound;
	else
		w->sound_ns = 0;
	w->call = t < 0 ? -1 : at;
	if (t >= 0)
		zero(w, at);
	remember(w, at_ms, at, t, ns / 1000000);
	w->sound_ns += ns;
	w->sound = at + w->sound_ns / 1000000;
	w->sound_ns %= 1000000;
	w->input_us += ns / 1000;
	w->sounded = true;
	if (t >= 0 && w->sound - t > FAST_MS)
		w->lead = w->sound - t;
}

/* The user has spoken up to here: what the model says now answers that. */
static void
anchor(struct when *w, int64_t at_ms, int64_t t)
{
	if (at_ms < 0 || at_ms >= WHEN_DAY || t < 0)
		return;
	w->anchor = when_input(w, at_ms);
	w->anchor_t = t;
	w->anchored = true;
}

/* A position and a time, in a stream that lacks the user's sound. */
static void
shift(struct when *w, int64_t at_ms, int64_t t)
{
	int64_t d = t > at_ms ? t - at_ms : 0;

	if (t < 0 || at_ms < 0 || at_ms >= WHEN_DAY)
		return;
	if (!w->shifted || d < w->shift)
		w->shift = d;
	w->shifted = true;
}

static int64_t
answer(const struct when *w, int64_t t)
{
	int64_t by = w->anchored ? w->anchor + t - w->anchor_t : t + w->lead;

	/* a few ms are the service's own reckoning, no faster file */
	return by > t + FAST_MS ? by : t;
}

/* A turn of the model's is in one piece where it began, though the user's later
 * words are reported in the middle of it. */
static int64_t
model(struct when *w, const struct record *rec, int64_t t)
{
	int64_t turn = json_get_int(rec->head, "turn", 0);

	if (turn <= 0)
		return answer(w, t);
	if (turn > w->turn || w->turn == 0) {
		w->turn = turn;
		w->turn_call = answer(w, t);
		w->turn_t = t;
	}
	return turn < w->turn ? answer(w, t) : w->turn_call + t - w->turn_t;
}

void
when_record(struct when *w, const struct record *rec)
{
	int64_t at_ms = json_get_int(rec->head, "at_ms", -1), t;
	int64_t to_ms = json_get_int(rec->head, "to_ms", at_ms);
	const char *state = json_get_str(rec->head, "state", "");
	bool user = render_side(rec) == SIDE_USER;

	w->call = -1;
	if (strcmp(rec->type, "start") == 0) {
		start(w, rec);
		return;
	}
	t = stamp(w, rec);
	if (strcmp(rec->type, "audio") == 0 && user) {
		sound(w, rec, t);
		return;
	}
	if (to_ms >= 0)
		shift(w, to_ms, t);
	if ((strcmp(rec->type, "voice_activity") == 0 &&
	    strcmp(state, "end") == 0) || (user &&
	    strcmp(rec->type, "transcript") == 0))
		anchor(w, to_ms, t);
	if (t < 0)
		return;
	w->call = at_ms >= 0 && at_ms < WHEN_DAY ? when_input(w, at_ms) :
	    user ? answer(w, t) : model(w, rec, t);
	if (strcmp(rec->type, "audio") == 0)
		zero(w, w->call);
}

static const struct when_piece *
find(const struct when *w, int64_t at_ms)
{
	size_t lo = 0, hi = w->npieces, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (w->pieces[mid].at_ms <= at_ms)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo > 0 ? &w->pieces[lo - 1] : NULL;
}

int64_t
when_input(const struct when *w, int64_t at_ms)
{
	const struct when_piece *p = find(w, at_ms);

	if (p != NULL)
		return p->call + at_ms - p->at_ms;
	return w->base + at_ms + (w->shifted ? w->shift : 0);
}

int64_t
when_came(const struct when *w, int64_t at_ms)
{
	const struct when_piece *p = find(w, at_ms);

	return p != NULL ? p->t + (at_ms - p->at_ms) : -1;
}

int64_t
when_sent(const struct when *w, int64_t call)
{
	size_t i;

	for (i = w->npieces; i > 0; i--)
		if (w->pieces[i - 1].call <= call)
			return w->pieces[i - 1].t +
			    (call - w->pieces[i - 1].call);
	return -1;
}
