/*
 * Frames go through two stages.  The first is the loudspeaker: while it plays,
 * frames are kept aside (its end is noticed a little late, and the frames after
 * it are then let through after all), and what overlaps its sound is silenced
 * sample by sample.  The second is the key or the detector, with a ring of the
 * last frames for the pre-roll.
 */
#include "mic/gate.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	LATE_MS = 500,		/* a key press may be reported so much later */
	ASIDE_MS = 1000,	/* frames kept while the loudspeaker plays */
	PATIENCE_MS = 2000	/* without news it is assumed dead */
};

struct frame {
	int64_t t, at;
	int n;
	bool speech;
	int16_t *pcm;
};

/* Frames in order; a full ring drops its oldest. */
struct ring {
	struct frame *frames;
	int size, first, count;
	int16_t *memory;
};

struct gate {
	struct gate_config c;
	const struct gate_ops *ops;
	void *arg;
	struct ring pre, aside;
	bool playing;
	int64_t play_from, play_news;
	int64_t mute_from, mute_until;	/* the last playback that ended */
	bool down, active;
	int64_t release_at;
	int64_t speech_ms, silence_ms;
	int64_t zeros_ms;		/* digital silence so far */
	int64_t quiet_ms;
	bool any, told_quiet;
	int64_t t;			/* the end of the last frame */
};

static void
ring_init(struct ring *r, int size, int samples)
{
	int i;

	r->size = size > 0 ? size : 1;
	r->frames = mem_resize(NULL, (size_t)r->size, sizeof(*r->frames));
	r->memory = mem_resize(NULL, (size_t)r->size * (size_t)samples,
	    sizeof(*r->memory));
	for (i = 0; i < r->size; i++)
		r->frames[i].pcm = r->memory + (size_t)i * (size_t)samples;
}

static void
ring_done(struct ring *r)
{
	free(r->frames);
	free(r->memory);
}

static struct frame *
ring_at(struct ring *r, int i)
{
	return &r->frames[(r->first + i) % r->size];
}

static void
ring_put(struct ring *r, const struct frame *f)
{
	struct frame *to;
	int16_t *pcm;

	if (r->count == r->size) {
		r->first = (r->first + 1) % r->size;
		r->count--;
	}
	to = ring_at(r, r->count++);
	pcm = to->pcm;
	*to = *f;
	to->pcm = pcm;
	memcpy(pcm, f->pcm, (size_t)f->n * sizeof(*pcm));
}

void
gate_defaults(struct gate_config *c)
{
	memset(c, 0, sizeof(*c));
	c->mode = GATE_OPEN;
	c->rate = 16000;
	c->samples = 320;
	c->preroll = 300;
	c->tail = 200;
	c->hangover = 600;
	c->onset = 60;
	c->margin = 100;
	c->quiet = 1000;
}

struct gate *
gate_new(const struct gate_config *c, const struct gate_ops *ops, void *arg)
{
	struct gate *g = mem_alloc(sizeof(*g));
	int64_t frame_ms = (int64_t)c->samples * 1000 / c->rate;

	g->c = *c;
	g->ops = ops;
	g->arg = arg;
	frame_ms = frame_ms > 0 ? frame_ms : 1;
	/* the pre-roll precedes the frames that made up the onset */
	ring_init(&g->pre, (int)((c->preroll + c->onset + LATE_MS) /
	    frame_ms) + 1, c->samples);
	ring_init(&g->aside, (int)(ASIDE_MS / frame_ms), c->samples);
	g->mute_from = g->mute_until = INT64_MIN;
	g->release_at = INT64_MIN;
	return g;
}

void
gate_free(struct gate *g)
{
	if (g == NULL)
		return;
	ring_done(&g->pre);
	ring_done(&g->aside);
	free(g);
}

static int64_t
length(const struct gate *g, const struct frame *f)
{
	return (int64_t)f->n * 1000 / g->c.rate;
}

/* Passes a frame on. */
static void
pass(struct gate *g, const struct frame *f)
{
	g->quiet_ms = 0;
	g->told_quiet = false;
	g->any = true;
	g->ops->sound(g->arg, f->t, f->pcm, f->n);
}

/* Holds a frame back. */
static void
hold(struct gate *g, const struct frame *f)
{
	g->quiet_ms += length(g, f);
	if (g->quiet_ms < g->c.quiet || g->told_quiet || !g->any || g->active)
		return;
	g->told_quiet = true;
	g->ops->quiet(g->arg, f->t + length(g, f));
}

static void
start(struct gate *g, int64_t from)
{
	struct frame *f;
	bool told = false;

	g->active = true;
	g->silence_ms = 0;
	while (g->pre.count > 0) {
		f = ring_at(&g->pre, 0);
		if (f->at + length(g, f) > from) {
			if (!told)
				g->ops->activity(g->arg, f->t, true);
			told = true;
			pass(g, f);
		}
		g->pre.first = (g->pre.first + 1) % g->pre.size;
		g->pre.count--;
	}
	if (!told)
		g->ops->activity(g->arg, g->t, true);
}

static void
finish(struct gate *g, int64_t t)
{
	g->active = false;
	g->speech_ms = 0;
	g->ops->activity(g->arg, t, false);
}

/* Keeps sound outside an activity for a pre-roll. */
static void
keep(struct gate *g, const struct frame *f)
{
	ring_put(&g->pre, f);
	hold(g, f);
}

static void
by_key(struct gate *g, const struct frame *f)
{
	if (g->active && !g->down && f->at >= g->release_at + g->c.tail)
		finish(g, f->t);
	if (g->active)
		pass(g, f);
	else
		keep(g, f);
}

static void
by_speech(struct gate *g, const struct frame *f, bool speech)
{
	int64_t ms = length(g, f);

	g->speech_ms = speech ? g->speech_ms + ms : 0;
	g->silence_ms = speech ? 0 : g->silence_ms + ms;
	if (!g->active) {
		keep(g, f);
		if (g->speech_ms >= g->c.onset)
			start(g, f->at + ms - g->speech_ms - g->c.preroll);
		return;
	}
	pass(g, f);
	if (g->silence_ms >= g->c.hangover)
		finish(g, f->t + ms);
}

static bool
all_zero(const struct frame *f)
{
	int i;

	for (i = 0; i < f->n; i++)
		if (f->pcm[i] != 0)
			return false;
	return true;
}

/* The second stage; masked: the frame held the loudspeaker, not the user. */
static void
stage(struct gate *g, const struct frame *f, bool masked)
{
	g->t = f->t + length(g, f);
	if (masked && !g->active) {
		g->speech_ms = 0;
		hold(g, f);
		return;
	}
	g->zeros_ms = all_zero(f) ? g->zeros_ms + length(g, f) : 0;
	switch (g->c.mode) {
	case GATE_KEY:
		by_key(g, f);
		return;
	case GATE_SPEECH:
		by_speech(g, f, f->speech && !masked);
		return;
	case GATE_OPEN:
		break;
	}
	if (g->c.muted && g->zeros_ms > g->c.quiet) {
		g->quiet_ms = g->c.quiet;
		hold(g, f);
	} else {
		pass(g, f);
	}
}

/* Silences the samples of a frame in [from, until); true if that was all of
 * them. */
static bool
mask(const struct gate *g, struct frame *f, int64_t from, int64_t until)
{
	int64_t a, b;

	/* past this check the differences are small */
	if (from >= f->at + length(g, f) || until <= f->at)
		return false;
	a = from <= f->at ? 0 : (from - f->at) * g->c.rate / 1000;
	b = until >= f->at + length(g, f) ? f->n :
	    (until - f->at) * g->c.rate / 1000;
	if (a >= b)
		return false;
	memset(f->pcm + a, 0, (size_t)(b - a) * sizeof(*f->pcm));
	return a == 0 && b == f->n;
}

static void
settled(struct gate *g, struct frame *f)
{
	stage(g, f, mask(g, f, g->mute_from, g->mute_until));
}

/* Continues an activity without its sound; it may end meanwhile. */
static void
pause(struct gate *g, const struct frame *f)
{
	g->silence_ms += length(g, f);
	if (g->c.mode == GATE_KEY ? !g->down &&
	    f->at >= g->release_at + g->c.tail :
	    g->silence_ms >= g->c.hangover)
		finish(g, f->t);
}

void
gate_frame(struct gate *g, int64_t t, int64_t at, const int16_t *p, int n,
    bool speech)
{
	int16_t copy[4096];
	struct frame f = { .t = t, .at = at, .speech = speech, .pcm = copy };

	f.n = n < g->c.samples ? n : g->c.samples;
	if (f.n > (int)(sizeof(copy) / sizeof(copy[0])))
		f.n = (int)(sizeof(copy) / sizeof(copy[0]));
	memcpy(copy, p, (size_t)f.n * sizeof(*copy));
	if (g->playing && at > g->play_news + PATIENCE_MS)
		gate_silent(g, g->play_news + PATIENCE_MS);
	if (!g->playing || at + length(g, &f) <= g->play_from) {
		settled(g, &f);
		return;
	}
	/* kept unchanged: playback may turn out to have ended before it */
	ring_put(&g->aside, &f);
	g->t = f.t + length(g, &f);
	if (g->active)
		pause(g, &f);
	hold(g, &f);
}

void
gate_key(struct gate *g, int64_t at, bool down)
{
	if (g->c.mode != GATE_KEY || down == g->down)
		return;
	g->down = down;
	if (!down)
		g->release_at = at;
	else if (!g->active)
		start(g, at - g->c.preroll);
}

bool
gate_down(const struct gate *g)
{
	return g->down;
}

void
gate_playing(struct gate *g, int64_t now, int64_t at)
{
	if (!g->playing) {
		g->playing = true;
		/* within the last margin it is still the same playback */
		g->play_from = at < g->mute_until ? g->mute_from : at;
	}
	g->play_news = now;
}

void
gate_silent(struct gate *g, int64_t at)
{
	struct frame *f;

	if (!g->playing)
		return;
	g->playing = false;
	g->mute_from = g->play_from;
	g->mute_until = at + g->c.margin;
	/* what was captured after the end is passed on after all */
	while (g->aside.count > 0) {
		f = ring_at(&g->aside, 0);
		if (f->at + length(g, f) > g->mute_until) {
			g->quiet_ms -= length(g, f);
			settled(g, f);
		}
		g->aside.first = (g->aside.first + 1) % g->aside.size;
		g->aside.count--;
	}
}

void
gate_end(struct gate *g)
{
	if (g->active)
		finish(g, g->t);
}
